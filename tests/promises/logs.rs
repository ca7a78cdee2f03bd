//! Logs rotate and stay bounded, say nothing that a client could forge, and never stop the chat.

use std::fs;
use std::path::{Path, PathBuf};

use nix::sys::signal::Signal;

use crate::harness::{Chatd, Client, Setup, SmallDisk, barriers};

/// The files in a log directory that hold records of the main log, the current one among them.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(directory)
        .expect("the log directory")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_file() && path.extension().is_some_and(|e| e == "log"))
        .collect();
    found.sort();
    found
}

/// Makes the daemon log something with this word in it, and waits until it is in the current file.
fn make_a_record(chatd: &Chatd, word: &str) {
    reload(chatd, word);
    chatd.logged(&mark(word));
}

/// How the word stands in the record that it was set.
fn mark(word: &str) -> String {
    format!("-> \\\"{word}\\\"")
}

/// Changes the greeting to this word; the verdict is logged.
fn reload(chatd: &Chatd, word: &str) {
    chatd.drop_in("90-word.toml", format!("[server]\ngreeting = \"{word}\"\n"));
    chatd.ctl_ok(&["reload"]);
}

#[test]
fn files_rotate_by_size_and_old_ones_go() {
    let chatd = Setup::new()
        .config("[log]\nlevel = \"trace\"\nmax_size = \"4KiB\"\nkeep = 3")
        .start();
    let directory = chatd.dir().join("log");
    for _ in 0..150 {
        Client::connect(chatd.port).line("/quit");
    }
    make_a_record(&chatd, "the_last_one");
    let found = files(&directory);
    assert_eq!(
        found.len(),
        4,
        "the current one and three closed ones: {found:?}"
    );
    for file in &found {
        let length = fs::metadata(file).expect("a file").len();
        assert!(length <= 4096, "{}: {length} bytes", file.display());
        assert!(
            length > 1024 || file.ends_with("chatd.log"),
            "{}: {length} bytes",
            file.display()
        );
    }
    assert_eq!(chatd.json(&["status"])["log"]["dropped"], 0);
    // The audit log is nobody's old file.
    assert!(directory.join("audit/audit.log").exists());
}

#[test]
fn sigusr1_and_log_rotate_start_a_new_file_and_so_does_an_external_rename() {
    let chatd = Chatd::start();
    let directory = chatd.dir().join("log");
    make_a_record(&chatd, "first_file");
    chatd.signal(Signal::SIGUSR1);
    chatd.eventually("a closed file", |_| files(&directory).len() == 2);
    make_a_record(&chatd, "second_file");
    assert!(!chatd.log().contains(&mark("first_file")));
    let closed = chatd.json(&["log", "rotate"])["closed"].clone();
    let closed = PathBuf::from(closed.as_str().expect("the closed file"));
    assert!(
        fs::read_to_string(&closed)
            .expect("a file")
            .contains(&mark("second_file"))
    );
    // As logrotate does it: rename, then signal.
    make_a_record(&chatd, "third_file");
    fs::rename(directory.join("chatd.log"), directory.join("aside")).expect("a rename");
    chatd.signal(Signal::SIGUSR1);
    chatd.eventually("chatd.log is there again", |chatd| {
        chatd.dir().join("log/chatd.log").exists()
    });
    make_a_record(&chatd, "fourth_file");
    let aside = fs::read_to_string(directory.join("aside")).expect("a file");
    assert!(aside.contains(&mark("third_file")) && !aside.contains(&mark("fourth_file")));
}

#[test]
fn one_record_is_one_line_and_a_client_can_forge_nothing() {
    let chatd = Setup::new().config("[log]\nlevel = \"trace\"").start();
    let mut alice = Client::named(chatd.port, "alice");
    let forged =
        "x\x1b[2J\u{9b}31m\u{2028}\u{85}2026-11-22T21:30:00Z  INFO audit: uid=0 what=KickClients";
    for command in ["/away", "/topic", "/quit"] {
        alice.line(&format!("{command} {forged}"));
    }
    alice.rest();
    let _bob = Client::connect(chatd.port);
    let reason = "spam\x1b]0;owned\x07 outcome=ok\u{2028}uid=12345";
    let kicked = chatd.ctl(&["kick", "guest2", "--reason", reason]);
    assert_eq!(kicked.code, Some(0), "{kicked:?}");
    let record = chatd.audited("KickClients");
    for field in ["uid=", "user=", "pid=", "what=KickClients", "outcome=ok"] {
        assert!(record.contains(field), "{field}: {record}");
    }
    assert!(
        record.contains(&format!("uid={} ", nix::unistd::geteuid())),
        "{record}"
    );
    chatd.ctl_ok(&["log", "level", "trace"]);
    chatd.audited("SetLogLevel");
    for text in [chatd.log(), chatd.audit()] {
        for line in text.lines() {
            assert!(!line.contains(|c: char| c.is_control()), "{line:?}");
            assert!(!line.contains(['\u{2028}', '\u{2029}']), "{line:?}");
            let day = line.get(..11).unwrap_or_default();
            assert!(
                day.ends_with('T') && day.as_bytes()[..4].iter().all(u8::is_ascii_digit),
                "{line:?} does not begin with a time"
            );
        }
        assert_eq!(text.matches("\n2026-11-22T21:30:00Z").count(), 0);
    }
}

#[test]
fn the_level_changes_at_run_time_whole_and_by_module() {
    let chatd = Setup::new().config("[log]\nlevel = \"error\"").start();
    Client::connect(chatd.port).barrier();
    assert_eq!(chatd.log(), "");
    let answer = chatd.json(&["log", "level", "info,chatd::net=trace"]);
    assert_eq!(answer["old"], "error", "{answer}");
    assert_eq!(answer["new"], "info,chatd::net=trace", "{answer}");
    chatd.ctl_ok(&["reload"]);
    chatd.eventually("something is logged", |chatd| {
        chatd.log().contains(" INFO ")
    });
    assert_ne!(
        chatd.ctl(&["log", "level", "info,chatd::net=loud"]).code,
        Some(0)
    );
    assert!(
        chatd.json(&["status"])["log"]["level"]
            .as_str()
            .is_some_and(|l| l.contains("chatd::net=trace"))
    );
}

#[test]
fn a_full_log_disk_neither_stops_nor_slows_the_chat_and_logging_comes_back() {
    let Some(mounted) = SmallDisk::mount("size=64k") else {
        return;
    };
    let disk = mounted.path();
    let chatd = Setup::new()
        .config(&format!(
            "[log]\nlevel = \"trace\"\ndirectory = \"{}\"",
            disk.display()
        ))
        .start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    barriers(&mut [&mut alice, &mut bob]);
    // Whatever is left of the disk is taken.
    let ballast = disk.join("ballast");
    let _ = fs::write(&ballast, vec![b'x'; 128 * 1024]);
    chatd.eventually("the failure shows", |chatd| {
        Client::connect(chatd.port).barrier();
        chatd.json(&["status"])["log"]["failing"] == true
    });
    let status = chatd.json(&["status"]);
    assert!(
        status["log"]["write_errors"].as_u64() >= Some(1),
        "{status}"
    );
    assert!(
        status["log"]["error"]
            .as_str()
            .is_some_and(|e| !e.is_empty()),
        "{status}"
    );
    for n in 0..500 {
        alice.line(&format!("line {n}"));
    }
    for n in 0..500 {
        bob.expect(&format!("<alice> line {n}"));
    }
    fs::remove_file(&ballast).expect("the ballast");
    chatd.eventually("logging is back", |chatd| {
        Client::connect(chatd.port).barrier();
        chatd.json(&["status"])["log"]["failing"] == false
    });
    reload(&chatd, "afterwards");
    chatd.eventually("a record is on the disk", |_| {
        fs::read_to_string(disk.join("chatd.log"))
            .is_ok_and(|log| log.contains(&mark("afterwards")))
    });
}
