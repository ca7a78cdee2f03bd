//! Whatever becomes of the log's disk, the chat goes on, the failure shows, no record is lost that need not be, and
//! logging comes back by itself.

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use crate::harness::{Chatd, Client, Injection, Setup, SmallDisk, barriers};

/// Has the daemon log this word, and does not wait for it.
fn record(chatd: &Chatd, word: &str) {
    chatd.drop_in("90-word.toml", format!("[server]\ngreeting = \"{word}\"\n"));
    chatd.ctl_ok(&["reload"]);
}

/// How often the word was set, by what this file says.
fn count(file: &Path, word: &str) -> usize {
    let text = fs::read_to_string(file).unwrap_or_default();
    text.matches(&format!("-> \\\"{word}\\\"")).count()
}

fn failing(chatd: &Chatd) -> bool {
    chatd.json(&["status"])["log"]["failing"] == true
}

/// What the status says of the failing log.
fn error(chatd: &Chatd) -> String {
    let status = chatd.json(&["status"]);
    assert!(
        status["log"]["write_errors"].as_u64() >= Some(1),
        "{status}"
    );
    status["log"]["error"].as_str().unwrap_or_default().into()
}

/// The clients talk, whatever the log does.
fn talk(alice: &mut Client, bob: &mut Client) {
    for n in 0..100 {
        alice.line(&format!("line {n}"));
    }
    for n in 0..100 {
        bob.expect(&format!("<alice> line {n}"));
    }
}

fn alice_and_bob(chatd: &Chatd) -> (Client, Client) {
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    barriers(&mut [&mut alice, &mut bob]);
    (alice, bob)
}

#[test]
fn without_inodes_for_a_new_file_the_old_one_is_written_on() {
    let Some(disk) = SmallDisk::mount("size=4m,nr_inodes=12") else {
        return;
    };
    let log = disk.path().join("chatd.log");
    let chatd = Setup::new()
        .config(&format!(
            "[log]\ndirectory = \"{}\"\nmax_size = \"4KiB\"\nkeep = 2",
            disk.path().display()
        ))
        .start();
    let (mut alice, mut bob) = alice_and_bob(&chatd);
    let fillers: Vec<PathBuf> = (0..12)
        .map(|n| disk.path().join(format!("filler{n}")))
        .take_while(|path| File::create(path).is_ok())
        .collect();
    assert!(!fillers.is_empty(), "there was no inode from the start");
    let words: Vec<String> = (0..60).map(|n| format!("word{n}")).collect();
    for word in &words {
        record(&chatd, word);
    }
    let last = words.last().expect("sixty");
    chatd.eventually("the last one is written", |_| count(&log, last) == 1);
    assert!(fs::metadata(&log).expect("the log").len() > 2 * 4096);
    for word in &words {
        assert_eq!(count(&log, word), 1, "{word}");
    }
    assert!(failing(&chatd));
    let why = error(&chatd);
    assert!(why.contains("chatd.log") && why.contains("space"), "{why}");
    let rotated = chatd.ctl(&["log", "rotate"]);
    assert_eq!(rotated.code, Some(1), "{rotated:?}");
    assert!(rotated.stderr.contains("chatd.log"), "{rotated:?}");
    assert_eq!(chatd.json(&["status"])["log"]["dropped"], 0);
    talk(&mut alice, &mut bob);

    for filler in &fillers {
        fs::remove_file(filler).expect("a filler");
    }
    chatd.eventually("a new file is begun", |chatd| {
        !failing(chatd) && count(&log, last) == 0
    });
    record(&chatd, "afterwards");
    chatd.eventually("it is written", |_| count(&log, "afterwards") == 1);
    let closed = fs::read_dir(disk.path()).expect("the directory");
    let closed = closed.map(|entry| entry.expect("an entry").path());
    assert_eq!(closed.map(|file| count(&file, last)).sum::<usize>(), 1);
}

#[test]
fn a_file_system_that_has_become_read_only_is_told_and_logging_comes_back_with_it() {
    let chatd = Chatd::start();
    let log = chatd.dir().join("log/chatd.log");
    let (mut alice, mut bob) = alice_and_bob(&chatd);
    let Some(read_only) = Injection::of_file(&chatd, "write:error=EROFS", &log) else {
        return;
    };
    chatd.eventually("the failure shows", |chatd| {
        record(chatd, "before_or_after");
        record(chatd, "other");
        failing(chatd)
    });
    let why = error(&chatd);
    assert!(
        why.contains("chatd.log") && why.contains("Read-only"),
        "{why}"
    );
    record(&chatd, "kept_meanwhile");
    talk(&mut alice, &mut bob);
    assert_eq!(count(&log, "kept_meanwhile"), 0);

    drop(read_only);
    chatd.eventually("logging is back", |chatd| !failing(chatd));
    chatd.eventually("what was kept is written", |_| {
        count(&log, "kept_meanwhile") == 1
    });
    assert_eq!(chatd.json(&["status"])["log"]["dropped"], 0);
    chatd.logged("writing again after");
    talk(&mut alice, &mut bob);
}

#[test]
fn a_log_that_may_not_grow_is_told_and_written_on_once_it_may() {
    let chatd = Chatd::start();
    let log = chatd.dir().join("log/chatd.log");
    let (mut alice, mut bob) = alice_and_bob(&chatd);
    chatd.limit_files("0");
    record(&chatd, "kept_meanwhile");
    chatd.eventually("the failure shows", failing);
    let why = error(&chatd);
    assert!(
        why.contains("chatd.log") && why.contains("too large"),
        "{why}"
    );
    chatd.limit_files("unlimited");
    chatd.eventually("logging is back", |chatd| !failing(chatd));
    chatd.eventually("what was kept is written", |_| {
        count(&log, "kept_meanwhile") == 1
    });
    barriers(&mut [&mut alice, &mut bob]);
}

#[test]
fn a_log_directory_that_is_deleted_is_made_anew() {
    let chatd = Chatd::start();
    let (mut alice, mut bob) = alice_and_bob(&chatd);
    fs::remove_dir_all(chatd.dir().join("log")).expect("the directory");
    record(&chatd, "meanwhile");
    talk(&mut alice, &mut bob);
    chatd.eventually("both logs are there again", |chatd| {
        chatd.dir().join("log/chatd.log").exists()
            && chatd.dir().join("log/audit/audit.log").exists()
    });
    record(&chatd, "afterwards");
    chatd.logged("-> \\\"afterwards\\\"");
    chatd.audited("Reload");
    assert!(!failing(&chatd));
}

#[test]
fn neither_a_link_nor_a_pipe_in_the_logs_place_is_written_to_or_waited_for() {
    let chatd = Chatd::start();
    let (mut alice, mut bob) = alice_and_bob(&chatd);
    let directory = chatd.dir().join("log");
    let (log, aside) = (directory.join("chatd.log"), directory.join("aside"));
    let victim = chatd.dir().join("victim");
    fs::write(&victim, "somebody's file").expect("a file");
    for what in ["a link", "a pipe"] {
        fs::rename(&log, &aside).expect("a rename");
        if what == "a link" {
            symlink(&victim, &log).expect("a link");
        } else {
            mkfifo(&log, Mode::S_IRWXU).expect("a pipe");
        }
        chatd.eventually(what, failing);
        let why = error(&chatd);
        assert!(
            why.contains("chatd.log") && why.contains("not a regular file"),
            "{why}"
        );
        let rotated = chatd.ctl(&["log", "rotate"]);
        assert_eq!(rotated.code, Some(1), "{what}: {rotated:?}");
        // The records go on where they went.
        record(&chatd, "elsewhere");
        record(&chatd, "nowhere");
        chatd.eventually("they are written on", |_| count(&aside, "nowhere") == 1);
        talk(&mut alice, &mut bob);
        assert_eq!(fs::read(&victim).expect("a file"), b"somebody's file");

        fs::remove_file(&log).expect("what stood in its place");
        chatd.eventually("a file is there again", |chatd| {
            !failing(chatd) && log.is_file()
        });
        record(&chatd, what);
        chatd.eventually("it is written to", |_| count(&log, what) == 1);
        assert_eq!(count(&aside, what), 0, "{what}");
        let mode = fs::metadata(&log).expect("the log").mode();
        assert_eq!(mode & 0o777, 0o640);
        fs::remove_file(&aside).expect("the old file");
    }
}
