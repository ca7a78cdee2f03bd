//! chatd's command line.

use std::path::PathBuf;

use clap::Parser;

/// A chat server for anything that can open a socket.
///
/// Without a configuration file chatd serves at once, on the loopback addresses only: port 12345, and 6667 for IRC. It is
/// administered with chatctl(1).
#[derive(Debug, Parser)]
#[command(name = "chatd", version, after_help = SIGNALS)]
pub(super) struct Arguments {
    /// The configuration file; drop-ins are read from conf.d/*.toml beside it [default: /etc/chatd/chatd.toml if it exists]
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,

    /// Check the configuration, say what is wrong with it, and exit
    #[arg(long)]
    pub(super) check: bool,
}

const SIGNALS: &str = "\
Signals:
  HUP        load the configuration anew, all of it or nothing (chatctl reload);
             when the terminal that it runs in has gone: as TERM
  USR1       start a new log file (chatctl log rotate)
  TERM, INT  tell every client, write out what is queued, stop (chatctl shutdown);
             the second one stops at once

Environment:
  CHATD__SECTION__KEY  sets a key of the configuration, over the files:
                       CHATD__LISTEN__PLAIN__ADDRESS=0.0.0.0:12345";
