//! `chatctl`: arguments, requests, rendering, the console. It reaches the daemon only through the admin socket, reads
//! configuration files itself, and lets nothing that others wrote reach the terminal unescaped. For another machine it becomes an ssh
//! that runs it there.

use std::ffi::OsString;
use std::io::{self, BufReader, IsTerminal};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

mod args;
mod changes;
mod clients;
mod commands;
mod connect;
mod console;
mod desk;
mod duration;
mod escape;
mod exit;
#[cfg(test)]
mod fake;
mod gate;
mod happening;
mod keyboard;
pub mod manual;
mod message;
mod moment;
mod remote;
mod select;
mod table;
#[cfg(test)]
mod tests;

pub use desk::Terminal;
pub use exit::Exit;

use args::{
    Cli, Command, ConfigCommand, LogCommand, MessageCommand, RetentionCommand, StoreCommand,
};
use desk::Desk;
use escape::escape_json;
use exit::Failure;
use manual::Page;

/// The program: takes the process's arguments, terminal and environment. `pages` are the manual pages of the rest of the
/// project, which `chatctl man` writes beside its own.
pub fn main(pages: &[Page]) -> ExitCode {
    let (mut out, mut err) = (io::stdout(), io::stderr());
    let person = io::stdin().is_terminal();
    let mut terminal = Terminal {
        width: terminal_size::terminal_size_of(&out).map(|(width, _)| width.0),
        color: anstream::AutoStream::choice(&out) != anstream::ColorChoice::Never,
        keyboard: person,
        can_ask: person && err.is_terminal(),
        can_edit: person && out.is_terminal(),
        input: Box::new(BufReader::new(io::stdin())),
        out: &mut out,
        err: &mut err,
        environment: std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
        uid: nix::unistd::getuid().as_raw(),
        zone: jiff::tz::TimeZone::system(),
    };
    run(std::env::args_os(), &mut terminal, pages).into()
}

/// One run of `chatctl` with these arguments, the program's name first.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    terminal: &mut Terminal<'_>,
    pages: &[Page],
) -> Exit {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, wants_json(&arguments), terminal),
    };
    let over = remote::command(&arguments, &cli, terminal);
    let mut desk = Desk::new(terminal, cli.global);
    let done = match over {
        Some(over) => over.and_then(remote::become_it),
        None => carry_out(cli.command, &mut desk, pages).and_then(|()| Ok(desk.flush()?)),
    };
    match done {
        Ok(()) => Exit::Ok,
        Err(failure) => {
            let exit = failure.exit();
            if exit != Exit::Ok {
                desk.report(&failure);
            }
            exit
        }
    }
}

fn carry_out(command: Command, desk: &mut Desk<'_, '_>, pages: &[Page]) -> Result<(), Failure> {
    match command {
        Command::List { users: true, .. } => commands::users::list(desk),
        Command::List { select, table, .. } => commands::list::list(desk, select, &table),
        Command::Show { client } => commands::list::show(desk, client),
        Command::Kick {
            select,
            reason,
            dry_run,
            yes,
            table,
        } => commands::kick::kick(
            desk,
            select,
            &reason,
            &commands::kick::Consent { dry_run, yes },
            &table,
        ),
        Command::Say { target, text } => commands::say::say(desk, target, &text),
        Command::Watch { select, messages } => commands::watch::watch(desk, select, messages),
        Command::Console { target } => console::console(desk, target),
        Command::Status => commands::status::status(desk),
        Command::Account(command) => commands::account::account(desk, command),
        Command::History(which) => commands::history::history(desk, which),
        Command::Export { room } => commands::history::export(desk, room),
        Command::Message(MessageCommand::Show { id }) => commands::message::show(desk, id),
        Command::Message(MessageCommand::Redact { id, reason }) => {
            commands::message::redact(desk, &id, reason)
        }
        Command::Retention(RetentionCommand::Show) => commands::retention::show(desk),
        Command::Store(StoreCommand::Status) => commands::store::status(desk),
        Command::Store(StoreCommand::Check) => commands::store::check(desk),
        Command::Store(StoreCommand::Reopen) => commands::store::reopen(desk),
        Command::Backup(to) => commands::backup::backup(desk, &to),
        Command::Config(ConfigCommand::Check { file }) => {
            commands::config::check(desk, file.as_deref())
        }
        Command::Config(ConfigCommand::Diff { file }) => {
            commands::config::diff(desk, file.as_deref())
        }
        Command::Config(ConfigCommand::Show) => commands::config::show(desk),
        Command::Reload => commands::config::reload(desk),
        Command::Log(LogCommand::Level { filter }) => commands::log::level(desk, filter),
        Command::Log(LogCommand::Rotate) => commands::log::rotate(desk),
        Command::Pause => commands::control::pause(desk),
        Command::Resume => commands::control::resume(desk),
        Command::Shutdown { reason } => commands::control::shutdown(desk, reason),
        Command::HashPassword => commands::password::hash(desk),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "chatctl", &mut script);
            Ok(desk.write(&script)?)
        }
        Command::Man { dir } => manual::write(&dir, Cli::command(), pages),
    }
}

/// Whether `--json` is among arguments that make no sense otherwise.
fn wants_json(arguments: &[OsString]) -> bool {
    let mut options = arguments.iter().take_while(|argument| *argument != "--");
    options.any(|argument| argument == "--json")
}

/// Help and version go to standard output with exit code 0, wrong usage to standard error with 2: clap's own custom.
fn usage(error: &clap::Error, json: bool, terminal: &mut Terminal<'_>) -> Exit {
    let text = error.render();
    let text = if json && error.use_stderr() {
        let text = text.to_string();
        let text = text.strip_prefix("error: ").unwrap_or(&text).trim_end();
        let failure = Failure::Usage(text.to_owned());
        format!("{}\n", escape_json(&failure.json().to_string()))
    } else if terminal.color {
        text.ansi().to_string()
    } else {
        text.to_string()
    };
    let wrong = error.use_stderr();
    let stream = if wrong {
        &mut *terminal.err
    } else {
        &mut *terminal.out
    };
    // Nobody is left to be told that the usage could not be written.
    let _ = stream
        .write_all(text.as_bytes())
        .and_then(|()| stream.flush());
    if wrong { Exit::Usage } else { Exit::Ok }
}
