//! Where the console's typed lines come from: a terminal with a line editor, or any other input. It gives lines; what
//! they mean is not known here.

use std::fs::File;
use std::io::{self, BufRead};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
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

/// A line editor in its own thread, and what prints above the line that is being typed. Dropping it ends the editor,
/// whatever it is doing, and puts the terminal back as it was.
pub(super) struct Editing {
    printer: Box<dyn ExternalPrinter + Send>,
    /// None once it ends.
    prompts: Option<Sender<String>>,
    editor: Option<JoinHandle<()>>,
    terminal: OwnedFd,
    before: Termios,
}

impl Editing {
    /// Starts the editor. After each line it awaits a prompt.
    pub(super) fn start(prompt: String, arrivals: Sender<Arrival>) -> io::Result<Editing> {
        let terminal = io::stdin().as_fd().try_clone_to_owned()?;
        let before = termios::tcgetattr(&terminal)?;
        let mut editor = editor().map_err(io::Error::other)?;
        let printer = Box::new(editor.create_external_printer().map_err(io::Error::other)?);
        let (prompts, next_prompt) = mpsc::channel();
        let editor = thread::spawn(move || edit(editor, prompt, &next_prompt, &arrivals));
        Ok(Editing {
            printer,
            prompts: Some(prompts),
            editor: Some(editor),
            terminal,
            before,
        })
    }

    /// Prints a line above the one that is being typed.
    pub(super) fn print(&mut self, line: &str) -> io::Result<()> {
        self.printer
            .print(format!("{line}\n"))
            .map_err(io::Error::other)
    }

    /// Lets the editor go on with the next line.
    pub(super) fn go_on(&self, prompt: String) {
        if let Some(prompts) = &self.prompts {
            // An editor that has ended needs no prompt; its end is in the queue.
            let _ = prompts.send(prompt);
        }
    }

    /// A line that shows nothing (up, and down again), to have the editor wake up.
    fn nudge(&mut self) {
        let _ = self.printer.print("\x1b[A\n".into());
    }
}

impl Drop for Editing {
    fn drop(&mut self) {
        self.prompts = None;
        // The printer hands over one line at a time: when it takes a second one, all lines before are on the screen.
        self.nudge();
        self.nudge();
        // Nothing interrupts an editor that waits for a key but the end of its input.
        let ended =
            File::open("/dev/null").is_ok_and(|nothing| nix::unistd::dup2_stdin(nothing).is_ok());
        self.nudge();
        if let Some(editor) = self.editor.take().filter(|_| ended) {
            let _ = editor.join();
        }
        let _ = termios::tcsetattr(&self.terminal, SetArg::TCSADRAIN, &self.before);
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
