//! The arguments of what is about the history.

use std::path::PathBuf;

use clap::{Args, Subcommand, value_parser};

/// Which messages, and how they are shown.
#[derive(Debug, Args)]
pub(crate) struct HistoryArgs {
    /// The room
    #[arg(value_name = "ROOM")]
    pub(crate) room: String,
    /// Said then or later
    #[arg(long, value_name = "T")]
    pub(crate) since: Option<String>,
    /// Said before
    #[arg(long, value_name = "T")]
    pub(crate) until: Option<String>,
    /// Said by one who was called so
    #[arg(long, value_name = "NICK")]
    pub(crate) from: Option<String>,
    /// With this text in it, whatever the case
    #[arg(long, value_name = "TEXT")]
    pub(crate) grep: Option<String>,
    /// With all these words in it
    #[arg(long, value_name = "WORDS")]
    pub(crate) words: Option<String>,
    /// The latest N of them; there is no most [default: 100]
    #[arg(long, value_name = "N", value_parser = value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    /// Show each message's id, as chatctl message wants it
    #[arg(long)]
    pub(crate) ids: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MessageCommand {
    /// All there is to know of one message
    Show {
        /// Its id, as chatctl history --ids shows it
        id: String,
    },
    /// Take a message back: its text goes for good, and clients that can hide it are told
    #[command(after_help = "\
Example:
  chatctl message redact 01KBR7Z9T00000000B7X5Q2MJA --reason 'a password'

That the message was there stays, with who said it and when.")]
    Redact {
        /// Its id, as chatctl history --ids shows it
        id: String,
        /// Why, for those who see that it went
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum RetentionCommand {
    /// How long messages are kept, in general and of single rooms
    Show,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StoreCommand {
    /// How the history is: its file, its state, how much is in it
    Status,
    /// Check all that is in it, while the chat goes on
    #[command(after_help = "\
Exit status 1: there are problems. A large history takes a while. This and chatctl export notice messages that a damaged index \
hides; chatctl history does without them and says nothing.")]
    Check,
    /// Check a history that was closed because the disk failed, and open it anew
    Reopen,
}

/// Where a copy goes.
#[derive(Debug, Args)]
pub(crate) struct BackupArgs {
    /// The file that is written, mode 0600; - is standard output
    pub(crate) file: PathBuf,
    /// Replace FILE if it exists
    #[arg(long)]
    pub(crate) force: bool,
}
