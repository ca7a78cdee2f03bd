//! The arguments of `chatctl`, from which its help, its completions and its manual pages are made. It carries out
//! nothing.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use super::clients::{Column, Sort};
use super::select::SelectArgs;

mod account;
mod history;
#[cfg(test)]
mod tests;

pub(crate) use account::{AccountCommand, CertAction};
pub(crate) use history::{BackupArgs, HistoryArgs, MessageCommand, RetentionCommand, StoreCommand};

const SOCKET: &str = "\
chatd's admin socket

Without it: CHATCTL_SOCKET; else the first of $RUNTIME_DIRECTORY/chatd.sock, $XDG_RUNTIME_DIR/chatd/chatd.sock (without \
XDG_RUNTIME_DIR: /tmp/chatd-UID/chatd.sock) and /run/chatd/chatd.sock where somebody answers";

const HOST: &str = "\
Have chatctl on another machine do it, over ssh: chatctl -H alice@chat.example list runs ssh alice@chat.example chatctl list

Whatever ssh takes as a destination; its settings and keys are used. What is typed, piped and shown goes through, and so does the \
exit status (255: ssh itself failed). What one may do there is what the user there may; --socket is a path there, times are those \
of the machine there. Commands that read or write a file that they name do not go over: redirect instead \
(chatctl -H HOST backup - > FILE)";

const EXAMPLES: &str = "\
Examples:
  chatctl list                                  who is connected
  chatctl list --room '#lobby' --idle '>10m'    who sleeps in the lobby
  chatctl kick alice --reason 'spam'            alice reads the reason, and is gone
  chatctl kick --addr 203.0.113.0/24 --reason 'flood' --dry-run
  chatctl console                               watch, and answer as the operator
  chatctl history '#lobby' --since 2h           what was said in the lobby lately
  chatctl account add alice                     asks for her password
  chatctl status --json | jq .pid
  chatctl -H alice@chat.example list            the same on another machine, over ssh

Roles:
  Members of the group chatd look: list, show, status, watch without --messages, account list,
  account show, account clients, account cert NAME, config show, retention show, store status,
  log level without a new one. Members of chatd-admin, root and the user that chatd runs as do
  everything, all others nothing. An administrator is in both groups, because the socket belongs
  to the first. chatd.toml(5) names the groups ([admin]).

Exit status:
  0 done; 1 failed; 2 wrong usage; 3 chatd is not running; 4 nothing matched; 5 permission denied;
  6 nobody has agreed to it (kick of several, account remove) and --yes is missing; 7 the configuration is refused or needs a restart

Environment:
  CHATCTL_SOCKET   chatd's admin socket, when --socket is not given
  CHATCTL_SSH      what --host runs, in place of ssh
  NO_COLOR         no colours, when set";

/// Administers chatd, the chat server
#[derive(Debug, Parser)]
#[command(name = "chatctl", version, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// chatd's admin socket
    #[arg(long, value_name = "PATH", global = true, long_help = SOCKET)]
    pub(crate) socket: Option<PathBuf>,
    /// Do it on another machine, over ssh
    #[arg(long, short = 'H', value_name = "[USER@]HOST", global = true, long_help = HOST,
          value_parser = destination, value_hint = ValueHint::Hostname)]
    pub(crate) host: Option<String>,
    /// Write JSON with stable fields; errors too, on standard error
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Write tables without the header and the count at the end
    #[arg(long, global = true)]
    pub(crate) no_legend: bool,
}

impl Global {
    /// The same for the machine that the command runs on.
    pub(crate) fn without_host(&self) -> Global {
        Global {
            host: None,
            ..self.clone()
        }
    }
}

/// What ssh would take as an option is no destination.
fn destination(text: &str) -> Result<String, String> {
    if text.is_empty() || text.starts_with('-') || text.contains(|c: char| c.is_control()) {
        return Err("expected HOST or USER@HOST".to_owned());
    }
    Ok(text.to_owned())
}

/// How a table of clients looks.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Table")]
pub(crate) struct TableArgs {
    /// These columns, in this order
    #[arg(
        long,
        value_enum,
        value_name = "A,B",
        value_delimiter = ',',
        ignore_case = true
    )]
    pub(crate) columns: Vec<Column>,
    /// Sort by this column; with a '-' before it, the other way round
    #[arg(long, value_name = "[-]COLUMN", allow_hyphen_values = true, value_parser = Sort::parse)]
    pub(crate) sort: Option<Sort>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Who is connected
    #[command(after_help = "\
Examples:
  chatctl list alice bob
  chatctl list --room '#lobby' --not-nick alice --sort -idle
  chatctl list --columns nick,address --no-legend
  chatctl list --json | jq -r '.[].address'
  chatctl list --users

Columns: id, nick, user, account, device, role, tls, address, protocol, listener, rooms, current_room, away, connected, age, idle, lines, waiting")]
    List {
        /// Users in place of clients: also those that are always on and have no client now
        #[arg(long, conflicts_with_all = ["SelectArgs", "TableArgs"])]
        users: bool,
        #[command(flatten)]
        select: SelectArgs,
        #[command(flatten)]
        table: TableArgs,
    },
    /// All there is to know of one client
    Show {
        /// A nick or an id
        #[arg(value_name = "NICK|ID")]
        client: String,
    },
    /// End clients, telling them why
    #[command(after_help = "\
Examples:
  chatctl kick alice --reason 'spam'
  chatctl kick --room '#lobby' --idle '>1d' --reason 'tidying up' --yes

More than one client is kicked only when you agree: at the terminal, or by --yes. Exactly those are kicked that were \
listed, whoever comes in between.")]
    Kick {
        #[command(flatten)]
        select: SelectArgs,
        /// What they are told
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Only show who it would be
        #[arg(long)]
        dry_run: bool,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
        #[command(flatten)]
        table: TableArgs,
    },
    /// Say something as the operator
    #[command(after_help = "\
Examples:
  chatctl say alice please speak English here
  chatctl say '#lobby' 'the server restarts at noon'

Options stand before the target: what follows it is the text.")]
    Say {
        /// A nick, an id or a #room
        #[arg(value_name = "NICK|ID|#ROOM")]
        target: String,
        /// What to say; words are joined by one space
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        text: Vec<String>,
    },
    /// Show what happens, as it happens
    Watch {
        #[command(flatten)]
        select: SelectArgs,
        /// Also what is said in rooms and to the operator
        #[arg(long)]
        messages: bool,
    },
    /// The operator's seat: see who comes, goes and speaks, and answer
    #[command(after_help = "\
What you type goes to the chosen target; until you choose, to the first who speaks. Lines that begin with '/':
  /to NICK|ID|#ROOM   choose the target
  /who                who is connected (also /list)
  /kick NICK|ID REASON
  /help, /quit
  //text              says /text")]
    Console {
        /// Whom to talk to
        #[arg(value_name = "NICK|ID|#ROOM")]
        target: Option<String>,
    },
    /// How the daemon is: process, listeners, counters, log, history
    Status,
    /// Accounts: list, make, change, disable, remove
    #[command(subcommand)]
    Account(AccountCommand),
    /// What was said in a room, the earliest first
    #[command(after_help = "\
T is a time (2026-11-23T10:00:00Z, or 2026-11-23 10:00 by the local clock), a day (2026-11-23), or how long ago (90s, 2h, 30d).

Examples:
  chatctl history '#lobby'                          the latest 100 messages
  chatctl history '#lobby' --since 2h --from alice
  chatctl history '#lobby' --grep 'out of memory' --ids
  chatctl history '#lobby' --limit 1000000 --json | jq -r '.[].text'

With --from, --grep or --words, exit status 4: nothing matched. What is read leaves an audit record.")]
    History(HistoryArgs),
    /// One message of the history
    #[command(subcommand)]
    Message(MessageCommand),
    /// Write all that was said in a room to standard output, one object of JSON in each line
    #[command(after_help = "\
Example:
  chatctl export '#lobby' > lobby.jsonl

Exit status 4: nothing is kept of that room. 1: messages could not be read; what could was written. Standard error says how many.")]
    Export {
        /// The room
        room: String,
    },
    /// How long messages are kept
    #[command(subcommand)]
    Retention(RetentionCommand),
    /// The history's store: its state, a check, opening it anew
    #[command(subcommand)]
    Store(StoreCommand),
    /// Copy the whole history into a file while the chat goes on
    #[command(after_help = "\
Examples:
  chatctl backup /srv/backup/chat-$(date +%F)
  chatctl backup - | ssh vault 'cat > chat'

The copy is consistent and compared with its SHA-256. To restore it: stop chatd, put the copy in place of the file that chatctl \
store status names, remove the files beside it that begin with the same name, give it to the user that chatd runs as, start chatd.")]
    Backup(BackupArgs),
    /// Check, compare or show the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Load the configuration anew: all of it, or nothing
    Reload,
    /// The log: its level, a new file
    #[command(subcommand)]
    Log(LogCommand),
    /// Turn new connections away; those that are in go on
    Pause,
    /// Let new connections in again
    Resume,
    /// Stop the daemon, telling every client
    Shutdown {
        /// What clients are told
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Make the hash of a password for the configuration
    #[command(after_help = "\
The password is asked for twice at a terminal, and is not shown; from a pipe it is the first line. It has at most 1024 bytes. \
What is written is an argon2id hash, for server.password or the password of an [operator.NAME]. chatd need not run.

Examples:
  chatctl hash-password
  chatctl hash-password < file")]
    HashPassword,
    /// Write the completions for a shell to standard output
    #[command(after_help = "\
Example:
  chatctl completions bash > ~/.local/share/bash-completion/completions/chatctl")]
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Write the manual pages into a directory
    #[command(hide = true)]
    Man {
        /// The directory; it must exist
        dir: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Say everything that is wrong with a configuration
    #[command(
        after_help = "FILE is read together with the drop-ins conf.d/*.toml beside it. Files that it names (certificates, the message of the \
                      day) are looked at only without FILE, and by chatd --check. Exit status 7: it is refused."
    )]
    Check {
        /// The file (without: those that the daemon reads)
        file: Option<PathBuf>,
    },
    /// Say what a reload would change: live, for new connections only, or not without a restart
    Diff {
        /// The file (without: those that the daemon reads)
        file: Option<PathBuf>,
    },
    /// The configuration in force, and where each value comes from
    Show,
}

#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Show the level, or set it until restart or until log.level changes in a reload
    #[command(
        after_help = "Examples:\n  chatctl log level\n  chatctl log level debug\n  chatctl log level info,chatd::net=trace"
    )]
    Level {
        /// error, warn, info, debug or trace; modules apart, by commas: `info,chatd::net=trace`
        filter: Option<String>,
    },
    /// Start a new log file
    Rotate,
}
