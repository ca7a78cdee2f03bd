//! What a command has before it: the terminal it writes to, the options that hold for every command, the way to the
//! daemon. It decides nothing.

use std::fmt::Display;
use std::io::{self, BufRead, Write};

use jiff::tz::TimeZone;
use serde::Serialize;

use super::args::Global;
use super::connect::{Session, places};
use super::escape::{escape, escape_json};
use super::exit::Failure;

/// What `chatctl` reads from and writes to, and what it knows of its surroundings.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and any of them can hold"
)]
pub struct Terminal<'a> {
    /// Standard output.
    pub out: &'a mut dyn Write,
    /// Standard error.
    pub err: &'a mut dyn Write,
    /// Standard input.
    pub input: Box<dyn BufRead + Send>,
    /// Standard output's columns, when it is a terminal.
    pub width: Option<u16>,
    /// Whether standard output may be coloured.
    pub color: bool,
    /// Whether standard input is a terminal.
    pub keyboard: bool,
    /// Whether a person can be asked: standard input and standard error are a terminal.
    pub can_ask: bool,
    /// Whether the console can edit lines: the process's own standard input and output are a terminal.
    pub can_edit: bool,
    /// The environment.
    pub environment: Vec<(String, String)>,
    /// Who runs it.
    pub uid: u32,
    /// In which times are shown.
    pub zone: TimeZone,
}

/// The terminal, with the options that hold for every command.
pub(crate) struct Desk<'a, 't> {
    pub(crate) terminal: &'t mut Terminal<'a>,
    global: Global,
}

impl<'a, 't> Desk<'a, 't> {
    pub(crate) fn new(terminal: &'t mut Terminal<'a>, global: Global) -> Desk<'a, 't> {
        Desk { terminal, global }
    }

    /// Whether JSON is wanted.
    pub(crate) fn wants_json(&self) -> bool {
        self.global.json
    }

    /// Whether tables have a header and a count.
    pub(crate) fn wants_legend(&self) -> bool {
        !self.global.no_legend
    }

    /// A connection to the daemon.
    pub(crate) fn connect(&self) -> Result<Session, Failure> {
        let Terminal {
            environment, uid, ..
        } = &*self.terminal;
        Session::connect(&places(self.global.socket.as_deref(), environment, *uid))
    }

    /// Writes a line. What others wrote in it must have been escaped.
    pub(crate) fn line(&mut self, line: impl Display) -> Result<(), Failure> {
        Ok(writeln!(self.terminal.out, "{line}")?)
    }

    /// Writes lines, the first in bold when it is a header and the terminal has colours.
    pub(crate) fn table(&mut self, lines: &[String], header: bool) -> Result<(), Failure> {
        let bold = anstyle::Style::new().bold();
        for (index, line) in lines.iter().enumerate() {
            if header && index == 0 && self.terminal.color {
                self.line(format_args!("{bold}{line}{bold:#}"))?;
            } else {
                self.line(line)?;
            }
        }
        Ok(())
    }

    /// Writes one value as one line of JSON.
    pub(crate) fn json(&mut self, value: &impl Serialize) -> Result<(), Failure> {
        let json = serde_json::to_string(value).map_err(io::Error::from)?;
        self.line(escape_json(&json))
    }

    /// Writes a part of a text in JSON.
    pub(crate) fn json_part(
        &mut self,
        before: &str,
        value: &impl Serialize,
    ) -> Result<(), Failure> {
        let json = serde_json::to_string(value).map_err(io::Error::from)?;
        Ok(write!(self.terminal.out, "{before}{}", escape_json(&json))?)
    }

    /// Writes bytes as they are.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.terminal.out.write_all(bytes)
    }

    /// Makes what was written visible.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.terminal.out.flush()
    }

    /// Writes a line to standard error. What others wrote in it must have been escaped.
    pub(crate) fn note(&mut self, line: impl Display) -> Result<(), Failure> {
        Ok(writeln!(self.terminal.err, "{line}")?)
    }

    /// Asks a question on standard error; only `y` and `yes` agree.
    pub(crate) fn agrees(&mut self, question: &str) -> Result<bool, Failure> {
        write!(self.terminal.err, "{question} [y/N] ")?;
        self.terminal.err.flush()?;
        let mut answer = String::new();
        self.terminal.input.read_line(&mut answer)?;
        Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }

    /// Says on standard error why a command was not carried out.
    pub(crate) fn report(&mut self, failure: &Failure) {
        let err = &mut *self.terminal.err;
        // When standard error fails too, the exit code is all that is left to say it with.
        let _ = if self.global.json {
            writeln!(err, "{}", escape_json(&failure.json().to_string()))
        } else {
            failure
                .lines()
                .iter()
                .try_for_each(|line| writeln!(err, "{}", escape(line)))
        };
    }
}
