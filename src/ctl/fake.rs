//! For tests: a daemon of a few lines at a socket in a directory of its own, and a run of `chatctl` against it.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Cursor, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Exit, Terminal, run};
use crate::admin::{Client, testing};

/// A client as the daemon tells of it.
pub(crate) fn client(id: u64, nick: &str) -> Client {
    Client {
        current_room: Some("#lobby".into()),
        connected_at: "2026-11-22T20:30:00Z".into(),
        age_seconds: 3_600,
        idle_seconds: 192,
        lines_received: 5,
        ..testing::client(id, nick)
    }
}

/// A reply, or an error by its short name.
#[allow(
    clippy::needless_pass_by_value,
    reason = "tests write json!() in the call"
)]
pub(crate) fn error(name: &str, parameters: Value) -> Value {
    json!({"error": format!("io.chatd.Admin.{name}"), "parameters": parameters})
}

/// What makes the daemon end the connection.
pub(crate) fn hang_up() -> Value {
    "hang up".into()
}

/// What ends a stream as a daemon does.
pub(crate) fn end() -> Value {
    "end".into()
}

/// A daemon that answers each request with what `answer` makes of its method and parameters: one message, or, for an
/// array, several; [`hang_up`] among them ends the connection, [`end`] the stream.
pub(crate) struct Fake {
    directory: tempfile::TempDir,
}

impl Fake {
    pub(crate) fn start(answer: impl Fn(&str, &Value) -> Value + Send + Sync + 'static) -> Fake {
        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join("s")).unwrap();
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let answer = Arc::clone(&answer);
                thread::spawn(move || serve(&stream, &*answer));
            }
        });
        Fake { directory }
    }

    pub(crate) fn socket(&self) -> PathBuf {
        self.directory.path().join("s")
    }

    /// Runs `chatctl` with these arguments and no input.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, io::empty(), false, Screen::default())
    }

    /// Runs `chatctl` at a terminal where this is typed.
    pub(crate) fn run_asking(&self, arguments: &[&str], typed: &'static str) -> Ran {
        self.run_with(arguments, Cursor::new(typed), true, Screen::default())
    }

    /// Runs `chatctl` with this in a pipe.
    pub(crate) fn run_piped(&self, arguments: &[&str], input: &'static str) -> Ran {
        self.run_with(arguments, Cursor::new(input), false, Screen::default())
    }

    /// Runs `chatctl` with an operator who waits for what is shown before typing the next line.
    pub(crate) fn run_typing(
        &self,
        arguments: &[&str],
        steps: &[(&'static str, &'static str)],
    ) -> Ran {
        let screen = Screen::default();
        let typist = Typist {
            screen: screen.clone(),
            steps: steps.iter().copied().collect(),
        };
        self.run_with(arguments, typist, false, screen)
    }

    fn run_with(
        &self,
        arguments: &[&str],
        input: impl Read + Send + 'static,
        can_ask: bool,
        screen: Screen,
    ) -> Ran {
        let socket = self.socket().to_string_lossy().into_owned();
        chatctl(
            &[&["--socket", &socket], arguments].concat(),
            &[],
            input,
            can_ask,
            screen,
        )
    }
}

/// How a run ended, and what it wrote.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) exit: Exit,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// Runs `chatctl` in this environment.
pub(crate) fn chatctl(
    arguments: &[&str],
    environment: &[(&str, &str)],
    input: impl Read + Send + 'static,
    can_ask: bool,
    mut screen: Screen,
) -> Ran {
    let mut err = Vec::new();
    let mut terminal = Terminal {
        out: &mut screen,
        err: &mut err,
        input: Box::new(BufReader::new(input)),
        width: None,
        color: false,
        can_ask,
        keyboard: false,
        can_edit: false,
        environment: environment
            .iter()
            .map(|(key, value)| ((*key).into(), (*value).into()))
            .collect(),
        uid: nix::unistd::getuid().as_raw(),
        zone: jiff::tz::TimeZone::UTC,
    };
    let arguments = ["chatctl"].iter().chain(arguments).map(Into::into);
    let exit = run(arguments, &mut terminal, &[]);
    Ran {
        exit,
        out: screen.text(),
        err: String::from_utf8(err).unwrap(),
    }
}

fn serve(mut stream: &UnixStream, answer: &(impl Fn(&str, &Value) -> Value + ?Sized)) {
    let mut requests = BufReader::new(stream);
    loop {
        let mut bytes = Vec::new();
        if requests.read_until(0, &mut bytes).unwrap_or(0) == 0 {
            return;
        }
        let request: Value = serde_json::from_slice(&bytes[..bytes.len() - 1]).unwrap();
        if request["method"] == "org.varlink.service.GetInfo" {
            if stream.write_all(b"{}\0").is_err() {
                return;
            }
            continue;
        }
        let method = request["method"]
            .as_str()
            .unwrap()
            .trim_start_matches("io.chatd.Admin.");
        let answer = answer(method, &request["parameters"]);
        let replies = answer
            .as_array()
            .map_or(std::slice::from_ref(&answer), Vec::as_slice);
        for reply in replies {
            let mut message = match reply.get("error") {
                _ if *reply == hang_up() => return,
                _ if *reply == end() => json!({}),
                Some(_) => reply.clone(),
                None => json!({"parameters": reply}),
            };
            if request["more"] == true && *reply != end() {
                message["continues"] = true.into();
            }
            let mut bytes = serde_json::to_vec(&message).unwrap();
            bytes.push(0);
            if stream.write_all(&bytes).is_err() {
                return;
            }
        }
    }
}

/// What was written so far; others can wait for it.
#[derive(Clone, Default)]
pub(crate) struct Screen(Arc<(Mutex<Vec<u8>>, Condvar)>);

impl Screen {
    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.0.0.lock().unwrap().clone()).unwrap()
    }

    /// Waits until this has been written; not for ever, so that a test fails rather than hangs.
    fn wait_for(&self, text: &str) -> bool {
        let shown = |bytes: &mut Vec<u8>| memchr::memmem::find(bytes, text.as_bytes()).is_some();
        let written = self.0.0.lock().unwrap();
        let (_written, timeout) = self
            .0
            .1
            .wait_timeout_while(written, Duration::from_secs(10), |bytes| !shown(bytes))
            .unwrap();
        !timeout.timed_out()
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.0.lock().unwrap().extend_from_slice(bytes);
        self.0.1.notify_all();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An operator who types each line when the text before it has been shown, and leaves at the end.
pub(crate) struct Typist {
    pub(crate) screen: Screen,
    pub(crate) steps: VecDeque<(&'static str, &'static str)>,
}

impl Read for Typist {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.steps.pop_front() {
            Some((shown, line)) if self.screen.wait_for(shown) => {
                buffer[..line.len()].copy_from_slice(line.as_bytes());
                Ok(line.len())
            }
            _ => Ok(0),
        }
    }
}
