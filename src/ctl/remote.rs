//! `chatctl -H HOST`: the same command by the chatctl of another machine, over ssh. Which commands go over is decided here; nothing is
//! asked of a daemon.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process;

use clap::Parser;

use super::args::{AccountCommand, Cli, Command, ConfigCommand};
use super::desk::Terminal;
use super::exit::Failure;

#[cfg(test)]
mod tests;

/// What stands for ssh, by the environment.
const PROGRAM: &str = "CHATCTL_SSH";

/// What a command takes from its standard input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Input {
    /// Nothing: ssh must leave it to whoever else reads it, such as a loop of the shell.
    Nothing,
    /// What is typed or piped.
    Lines,
    /// A password, typed or piped: only a terminal that goes over whole does not show it.
    Password,
}

/// What `chatctl -H HOST` runs, or why it cannot; none without a host.
pub(crate) fn command(
    arguments: &[OsString],
    cli: &Cli,
    terminal: &Terminal<'_>,
) -> Option<Result<process::Command, Failure>> {
    let host = cli.global.host.as_deref()?;
    Some(input(&cli.command, host).and_then(|input| {
        let arguments = without_host(arguments, cli)?;
        ssh(host, &arguments, input, terminal)
    }))
}

/// Becomes that program, with all that this one has open. Returns only if that fails.
pub(crate) fn become_it(mut command: process::Command) -> Result<(), Failure> {
    let error = command.exec();
    Err(Failure::file(Path::new(command.get_program()), error))
}

/// What the command reads there; or why it does not go over.
fn input(command: &Command, host: &str) -> Result<Input, Failure> {
    let here = |what: &str| {
        Err(Failure::Usage(format!(
            "chatctl {what} asks no daemon: run it without -H"
        )))
    };
    let there = |what: &str| {
        Err(Failure::Usage(format!(
            "chatctl {what} FILE reads a file of the machine that it runs on; copy it to {host} and run: \
             ssh {host} chatctl {what} FILE"
        )))
    };
    match command {
        Command::Account(
            AccountCommand::List
            | AccountCommand::Show { .. }
            | AccountCommand::Clients { .. }
            | AccountCommand::Disable { .. }
            | AccountCommand::Enable { .. }
            | AccountCommand::Revoke { .. }
            | AccountCommand::Cert { .. }
            // Questions are asked at a terminal only, and that goes over whole.
            | AccountCommand::Remove { .. }
            | AccountCommand::Add {
                no_password: true, ..
            },
        )
        | Command::Kick { .. }
        | Command::List { .. }
        | Command::Show { .. }
        | Command::Say { .. }
        | Command::Watch { .. }
        | Command::Status
        | Command::History(_)
        | Command::Message(_)
        | Command::Export { .. }
        | Command::Retention(_)
        | Command::Store(_)
        | Command::Reload
        | Command::Log(_)
        | Command::Pause
        | Command::Resume
        | Command::Shutdown { .. }
        | Command::Config(
            ConfigCommand::Check { file: None }
            | ConfigCommand::Diff { file: None }
            | ConfigCommand::Show,
        ) => Ok(Input::Nothing),
        Command::Account(
            AccountCommand::Add {
                no_password: false, ..
            }
            | AccountCommand::Passwd { .. },
        ) => Ok(Input::Password),
        Command::Console { .. } => Ok(Input::Lines),

        Command::Config(ConfigCommand::Check { .. }) => there("config check"),
        Command::Config(ConfigCommand::Diff { .. }) => there("config diff"),
        Command::Backup(to) if to.file.as_os_str() == "-" => Ok(Input::Nothing),
        Command::Backup(to) => Err(Failure::Usage(format!(
            "with -H, backup writes to standard output: chatctl -H {host} backup - > {}",
            to.file.display()
        ))),
        Command::HashPassword => here("hash-password"),
        Command::Completions { .. } => here("completions"),
        Command::Man { .. } => here("man"),
    }
}

/// The arguments as they came, without the program's name and without `-H HOST`, wherever that stood: what is left must mean the
/// same without it.
fn without_host(arguments: &[OsString], cli: &Cli) -> Result<Vec<OsString>, Failure> {
    let meaning = |cli: &Cli| format!("{:?} {:?}", cli.command, cli.global.without_host());
    for (place, argument) in arguments.iter().enumerate().skip(1) {
        let bytes = argument.as_bytes();
        let words = match bytes {
            b"-H" | b"--host" => 2,
            _ if bytes.starts_with(b"-H") || bytes.starts_with(b"--host=") => 1,
            _ => continue,
        };
        let mut rest = arguments.to_vec();
        rest.drain(place..arguments.len().min(place + words));
        let same = Cli::try_parse_from(&rest)
            .is_ok_and(|left| left.global.host.is_none() && meaning(&left) == meaning(cli));
        if same {
            return Ok(rest.split_off(1));
        }
    }
    Err(Failure::Usage(
        "write -H HOST as two words of their own, before the command".into(),
    ))
}

fn ssh(
    host: &str,
    arguments: &[OsString],
    input: Input,
    terminal: &Terminal<'_>,
) -> Result<process::Command, Failure> {
    let program = terminal
        .environment
        .iter()
        .find(|(name, value)| name == PROGRAM && !value.is_empty());
    let mut command = process::Command::new(program.map_or("ssh", |(_, program)| program));
    if terminal.can_ask && terminal.can_edit {
        // Tables get its width, passwords are not shown, Ctrl-C reaches the other end. ssh need not say that it has ended.
        command.args(["-t", "-o", "LogLevel=ERROR"]);
    } else if input == Input::Nothing {
        command.arg("-n");
    } else if input == Input::Password && terminal.keyboard {
        return Err(Failure::Usage(
            "the password would be seen while it is typed: with -H, leave standard output and standard error at the terminal, \
             or pipe the password in"
                .into(),
        ));
    }
    command.args([host, "chatctl"]);
    command.args(arguments.iter().map(|argument| quoted(argument)));
    Ok(command)
}

/// As the shell at the other end must read it to get this word: ssh joins the words with spaces.
fn quoted(word: &OsStr) -> OsString {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_./:,=@%+".contains(byte);
    let bytes = word.as_bytes();
    if !bytes.is_empty() && bytes.iter().all(plain) {
        return word.to_owned();
    }
    let mut quoted = vec![b'\''];
    for byte in bytes {
        match byte {
            b'\'' => quoted.extend(br"'\''"),
            byte => quoted.push(*byte),
        }
    }
    quoted.push(b'\'');
    OsString::from_vec(quoted)
}
