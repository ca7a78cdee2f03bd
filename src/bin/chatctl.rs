//! The operator's tool.

use chatd::ctl::{self, manual};

fn main() -> std::process::ExitCode {
    ctl::main(&[
        ("chatd.8", || {
            let more = include_str!("../../packaging/man/chatd.8.roff");
            manual::page(chatd::daemon::arguments(), "8", more)
        }),
        ("chatd.toml.5", chatd::config::reference_man),
        ("chatd-irc.7", || {
            let text = include_str!("../../packaging/man/chatd-irc.7.roff");
            chatd::protocol::irc::manual(text)
        }),
        ("chatd-plain.7", || {
            include_str!("../../packaging/man/chatd-plain.7").into()
        }),
    ])
}
