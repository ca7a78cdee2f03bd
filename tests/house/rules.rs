//! The rules. Each takes one file and says what breaks it; none for a file that is tests.

use crate::source::Source;

/// The most lines of a file in `src/`.
const MOST_LINES: usize = 400;

/// The one file that may be unsafe; it says why each such line is sound.
const MAY_BE_UNSAFE: &str = "daemon/sys.rs";

/// Words that say nothing, singular.
const EMPTY_WORDS: [&str; 5] = ["manager", "helper", "util", "common", "info"];

/// Crates that reach outside.
const IMPURE_CRATES: [&str; 12] = [
    "tokio",
    "rand",
    "getrandom",
    "fastrand",
    "nix",
    "libc",
    "socket2",
    "config",
    "sd_notify",
    "signal_hook",
    "signal_hook_tokio",
    "tracing_appender",
];

/// Parts of the standard library that reach outside.
const IMPURE_STD: [&str; 5] = ["fs", "thread", "env", "process", "os"];

/// Types that reach outside, by whatever path.
const IMPURE_TYPES: [&str; 12] = [
    "Instant",
    "SystemTime",
    "UNIX_EPOCH",
    "TcpStream",
    "TcpListener",
    "UdpSocket",
    "UnixStream",
    "UnixListener",
    "UnixDatagram",
    "ToSocketAddrs",
    "stdin",
    "stdout",
];

/// The floor of a top-level module, as `src/lib.rs` shows it. The programs stand on top.
pub(crate) fn floor(module: &str) -> Option<u8> {
    Some(match module {
        "chat" | "password" => 0,
        "protocol" | "accounts" | "logging" | "store" => 1,
        "hub" => 2,
        "net" | "admin" => 3,
        "config" => 4,
        "daemon" | "ctl" => 5,
        "bin" => 6,
        _ => return None,
    })
}

/// A module imports from floors strictly below its own.
pub(crate) fn imports(source: &Source) -> Vec<String> {
    let own = source.top();
    let Some(own_floor) = floor(own) else {
        return Vec::new();
    };
    if source.is_test() {
        return Vec::new();
    }
    let mut breaches = Vec::new();
    for path in source.paths() {
        if path[0] != "crate" || path[1] == own {
            continue;
        }
        match floor(&path[1]) {
            Some(floor) if floor < own_floor => {}
            Some(floor) => breaches.push(format!(
                "{own} (floor {own_floor}) imports {} (floor {floor})",
                path.join("::")
            )),
            None => breaches.push(format!("{} names no floor", path.join("::"))),
        }
    }
    breaches
}

/// `chat`, `protocol` and `accounts` know no clock, file, socket, thread, environment or randomness.
pub(crate) fn purity(source: &Source) -> Vec<String> {
    if !matches!(source.top(), "chat" | "protocol" | "accounts") || source.is_test() {
        return Vec::new();
    }
    let mut breaches = Vec::new();
    for path in source.paths() {
        let outside = IMPURE_CRATES.contains(&path[0].as_str())
            || (path[0] == "std" && IMPURE_STD.contains(&path[1].as_str()));
        if outside {
            breaches.push(format!("{} is not pure", path.join("::")));
        }
    }
    // Whatever has a `now` (`jiff::Timestamp`, `Zoned`) is a clock.
    let clocks = source.tokens().windows(3);
    let clocks = clocks.filter(|words| words[0] == "::" && words[1] == "now" && words[2] == "(");
    breaches.extend(clocks.map(|_| "::now( is not pure".to_owned()));
    for token in source.tokens() {
        if IMPURE_TYPES.contains(&token.as_str()) {
            breaches.push(format!("{token} is not pure"));
        }
    }
    breaches
}

/// No file is longer than [`MOST_LINES`].
pub(crate) fn length(source: &Source) -> Vec<String> {
    if source.lines() > MOST_LINES {
        vec![format!(
            "{} lines are more than {MOST_LINES}",
            source.lines()
        )]
    } else {
        Vec::new()
    }
}

/// No file, directory or module has a name that says nothing.
pub(crate) fn names(source: &Source) -> Vec<String> {
    let inline = source
        .tokens()
        .windows(2)
        .filter(|pair| pair[0] == "mod")
        .map(|pair| pair[1].as_str());
    source
        .name()
        .trim_end_matches(".rs")
        .split('/')
        .chain(inline)
        .filter(|name| {
            name.split('_')
                .any(|word| EMPTY_WORDS.contains(&word.trim_end_matches('s')))
        })
        .map(|name| format!("`{name}` says nothing; name the thing"))
        .collect()
}

/// `unsafe` stands in one file only, for what the system offers in no safe way.
pub(crate) fn safety(source: &Source) -> Vec<String> {
    if source.name() == MAY_BE_UNSAFE {
        return Vec::new();
    }
    let count = source.tokens().iter().filter(|t| *t == "unsafe").count();
    if count == 0 {
        Vec::new()
    } else {
        vec![format!("`unsafe` {count} times")]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn broken(rule: fn(&Source) -> Vec<String>, name: &str, text: &str) -> bool {
        !rule(&Source::new(name, text)).is_empty()
    }

    #[test]
    fn an_import_from_above_or_beside_breaks_the_rule() {
        for (name, text) in [
            ("chat/mod.rs", "use crate::hub::Hub;"),
            ("chat/room.rs", "use super::super::protocol::Session;"),
            ("chat/room.rs", "use crate::{chat::Nick, net::Listener};"),
            (
                "protocol/plain/mod.rs",
                "fn f() { crate::logging::count() }",
            ),
            ("net/mod.rs", "use crate::admin::Server;"),
            ("ctl/mod.rs", "use crate::daemon;"),
            ("hub/mod.rs", "use crate::*;"),
        ] {
            assert!(broken(imports, name, text), "{name}: {text}");
        }
        for (name, text) in [
            (
                "hub/mod.rs",
                "use crate::{chat, protocol::plain}; use std::fs;",
            ),
            ("hub/queue.rs", "use super::Hub; pub(crate) fn f() {}"),
            ("hub/tests.rs", "use crate::net;"),
            ("bin/chatd.rs", "fn main() { chatd::daemon::main() }"),
        ] {
            assert!(!broken(imports, name, text), "{name}: {text}");
        }
    }

    #[test]
    fn a_clock_a_file_or_a_socket_breaks_purity() {
        for text in [
            "use tokio::sync::mpsc;",
            "use std::{fmt, fs::File};",
            "use std::time::{Duration, Instant};",
            "use std::time; fn f() { time::SystemTime::now(); }",
            "use std::net::TcpStream;",
            "fn f() { std::thread::spawn(g); }",
            "fn f() { rand::random() }",
            "fn f() { std::env::var(\"HOME\"); }",
            "fn f() { jiff::Timestamp::now(); }",
            "use jiff::Zoned; fn f() { Zoned::now() }",
        ] {
            assert!(broken(purity, "chat/room.rs", text), "{text}");
            assert!(broken(purity, "protocol/plain/mod.rs", text), "{text}");
            assert!(broken(purity, "accounts/book.rs", text), "{text}");
            assert!(!broken(purity, "net/mod.rs", text), "{text}");
        }
        let pure = "use std::net::{IpAddr, SocketAddr}; use std::time::Duration; // Instant";
        assert!(!broken(purity, "chat/room.rs", pure));
    }

    #[test]
    fn a_long_file_an_empty_name_and_unsafe_break_their_rules() {
        assert!(broken(length, "hub/mod.rs", &"\n".repeat(401)));
        assert!(!broken(length, "hub/mod.rs", &"\n".repeat(400)));
        assert!(broken(names, "net/utils.rs", ""));
        assert!(broken(names, "hub/room_manager.rs", ""));
        assert!(broken(names, "common/mod.rs", ""));
        assert!(broken(names, "net/mod.rs", "mod helper { }"));
        assert!(!broken(names, "net/listener.rs", "mod tests;"));
        assert!(broken(safety, "net/mod.rs", "fn f() { unsafe { g() } }"));
        assert!(!broken(
            safety,
            "net/mod.rs",
            "// unsafe\nconst A: &str = \"unsafe\";"
        ));
    }
}
