//! Where the console's typed lines come from: a terminal with a line editor, or any other input. It gives lines; what
//! they mean is not known here.

use std::io::{self, BufRead};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use nix::sys::termios::{self, SetArg, Termios};
use rustyline::history::MemHistory;
use rustyline::{Config, Editor, ExternalPrinter};

use super::Arrival;

/// How long the editor waits for the prompt after a line. Only to ask again rather than to wait for ever: the printer
/// may have to wait for the editor at that moment.
const PROMPT_WAIT: Duration = Duration::from_secs(2);

/// The most lines that the arrow keys bring back.
const HISTORY: usize = 1_000;

/// Reads lines from an input that is no terminal; the end of the input ends the console.
pub(super) fn read(mut input: Box<dyn BufRead + Send>, arrivals: Sender<Arrival>) {
    thread::spawn(move || {
        loop {
            let mut line = Vec::new();
            let arrival = match input.read_until(b'\n', &mut line) {
                Ok(0) => Arrival::End,
                Ok(_) => Arrival::Line(String::from_utf8_lossy(&line).into_owned()),
                Err(error) => Arrival::Failed(error),
            };
            let more = matches!(arrival, Arrival::Line(_));
            if arrivals.send(arrival).is_err() || !more {
                return;
            }
        }
    });
}

/// A line editor in its own thread, and what prints above the line that is being typed. Dropping it puts the terminal
/// back as it was, whatever the editor is doing.
pub(super) struct Editing {
    printer: Box<dyn ExternalPrinter + Send>,
    before: Option<Termios>,
}

impl Editing {
    /// Starts the editor. A prompt is awaited after each line.
    pub(super) fn start(
        prompt: String,
        prompts: Receiver<String>,
        arrivals: Sender<Arrival>,
    ) -> Result<Editing, io::Error> {
        let before = termios::tcgetattr(io::stdin()).ok();
        let mut editor = editor().map_err(io::Error::other)?;
        let printer = Box::new(editor.create_external_printer().map_err(io::Error::other)?);
        thread::spawn(move || edit(editor, prompt, &prompts, &arrivals));
        Ok(Editing { printer, before })
    }

    /// Prints a line above the one that is being typed.
    pub(super) fn print(&mut self, line: &str) -> io::Result<()> {
        self.printer
            .print(format!("{line}\n"))
            .map_err(io::Error::other)
    }
}

impl Drop for Editing {
    fn drop(&mut self) {
        // The printer hands over one line at a time: when it takes a second one that shows nothing (up a line, and down
        // again), all lines before are on the screen.
        for _ in 0..2 {
            let _ = self.printer.print("\x1b[A\n".into());
        }
        if let Some(before) = &self.before {
            let _ = termios::tcsetattr(io::stdin(), SetArg::TCSADRAIN, before);
        }
    }
}

fn editor() -> rustyline::Result<Editor<(), MemHistory>> {
    // What is pasted is said line by line, so the terminal need not mark it.
    let config = Config::builder()
        .max_history_size(HISTORY)?
        .bracketed_paste(false)
        .build();
    let history = MemHistory::with_config(&config);
    Editor::with_history(config, history)
}

fn edit(
    mut editor: Editor<(), MemHistory>,
    mut prompt: String,
    prompts: &Receiver<String>,
    arrivals: &Sender<Arrival>,
) {
    loop {
        let arrival = match editor.readline(&prompt) {
            Ok(line) => {
                let _ = editor.add_history_entry(line.as_str());
                Arrival::Line(line)
            }
            Err(
                rustyline::error::ReadlineError::Eof | rustyline::error::ReadlineError::Interrupted,
            ) => Arrival::End,
            Err(error) => Arrival::Failed(io::Error::other(error)),
        };
        let more = matches!(arrival, Arrival::Line(_));
        if arrivals.send(arrival).is_err() || !more {
            return;
        }
        match prompts.recv_timeout(PROMPT_WAIT) {
            Ok(next) => prompt = next,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        // After a time-out an older prompt may have come in the meantime.
        while let Ok(next) = prompts.try_recv() {
            prompt = next;
        }
    }
}
