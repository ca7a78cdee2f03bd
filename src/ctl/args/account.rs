//! The arguments of what is about accounts.

use clap::{Subcommand, ValueEnum};

use super::TableArgs;

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// All accounts, by name
    #[command(after_help = "\
Examples:
  chatctl account list
  chatctl account list --json | jq -r '.[] | select(.suspended != null).name'")]
    List,
    /// All there is to know of one account, and who is logged in to it
    Show {
        /// The account
        name: String,
    },
    /// Make an account
    #[command(after_help = "\
The password is asked for twice at a terminal, and is not shown; from a pipe it is the first line. It has 8 characters or more.

Examples:
  chatctl account add alice
  chatctl account add alice < file
  chatctl account add robot --no-password && chatctl account cert robot add 5f2c...")]
    Add {
        /// Its name; nobody else may have it as a nick, or one that looks like it
        name: String,
        /// It has none: certificates alone prove the account
        #[arg(long)]
        no_password: bool,
    },
    /// Give an account another password
    #[command(
        after_help = "It is read as account add reads it. Who is logged in stays: chatctl account revoke ends them."
    )]
    Passwd {
        /// The account
        name: String,
    },
    /// End an account's clients, and let nobody log in to it until account enable
    #[command(after_help = "\
Example:
  chatctl account disable mallory selling things in the lobby

The clients read the reason, and so does whoever proves to be the account. Its name stays taken.")]
    Disable {
        /// The account
        name: String,
        /// Why; words are joined by one space
        reason: Vec<String>,
    },
    /// Let an account be logged in to again
    Enable {
        /// The account
        name: String,
    },
    /// Remove an account: its clients are logged out and stay, its name is free
    #[command(after_help = "\
It is removed only when you agree: at the terminal, or by --yes. What was said by it stays in the history. Whoever has the name \
afterwards has another account.")]
    Remove {
        /// The account
        name: String,
        /// Only show what it would be
        #[arg(long)]
        dry_run: bool,
        /// Do not ask
        #[arg(long, short)]
        yes: bool,
    },
    /// The clients that are logged in to an account
    Clients {
        /// The account
        name: String,
        #[command(flatten)]
        table: TableArgs,
    },
    /// End an account's clients, who may come back
    #[command(after_help = "\
Examples:
  chatctl account revoke alice --device phone --reason 'the phone is lost'
  chatctl account revoke alice

Who knows the password or has the certificate can log in again: chatctl account passwd and chatctl account cert change that.")]
    Revoke {
        /// The account
        name: String,
        /// Only clients of this device, as chatctl account clients names it
        #[arg(long, value_name = "DEVICE")]
        device: Option<String>,
        /// What they are told
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// The certificates that prove an account
    #[command(after_help = "\
Examples:
  chatctl account cert alice
  chatctl account cert alice add $(openssl x509 -in alice.crt -outform DER | sha256sum | cut -d' ' -f1)
  chatctl account cert alice remove 5f2c...")]
    Cert {
        /// The account
        name: String,
        /// What to do
        #[arg(value_enum, default_value = "list")]
        action: CertAction,
        /// A certificate's SHA-256 fingerprint: 64 hexadecimal digits, with or without colons
        #[arg(required_if_eq_any = [("action", "add"), ("action", "remove")])]
        fingerprint: Option<String>,
    },
}

/// What is done with an account's certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CertAction {
    /// Show them
    List,
    /// Let one prove the account
    Add,
    /// Let one not prove it any more
    Remove,
}
