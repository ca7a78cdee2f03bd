//! A disk that is full, fails, or is slow: senders are told, nobody sees what is not stored, the rest of the chat goes on.

use std::fs;
use std::time::Instant;

use super::texts;
use crate::harness::{Chatd, Client, Injection, Server, Setup, SmallDisk};

const REFUSED: &str = "! not-stored: that was not stored and nobody has seen it: ";

fn two(chatd: &Chatd) -> (Client, Client) {
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    alice.barrier();
    bob.barrier();
    (alice, bob)
}

fn state(chatd: &Chatd) -> String {
    let status = chatd.json(&["status"]);
    let state = &status["history"]["state"];
    state.as_str().unwrap_or_else(|| panic!("{status}")).into()
}

/// What alice says is stored and bob reads it.
fn talk(alice: &mut Client, bob: &mut Client, words: &str) {
    alice.line(words);
    bob.expect(&format!("<alice> {words}"));
}

/// Alice says this until it is refused; bob must not see what is. How often it was not.
fn says_until_it_is_refused(alice: &mut Client, bob: &mut Client, text: &str) -> usize {
    for n in 0..20_000 {
        alice.line(&format!("{n} {text}"));
        let told = alice.barrier();
        let refused = told.iter().any(|line| line.starts_with(REFUSED));
        let seen = bob.barrier();
        let said = seen
            .iter()
            .filter(|line| line.starts_with("<alice> "))
            .count();
        assert_eq!(said, usize::from(!refused), "{n}: {told:?}");
        if refused {
            return n;
        }
    }
    panic!("nothing is refused")
}

#[test]
fn on_a_full_disk_messages_are_refused_and_it_resumes_by_itself() {
    let Some(disk) = SmallDisk::mount("size=3m") else {
        return;
    };
    let filler = disk.path().join("filler");
    let config = format!("[history]\ndirectory = \"{}\"\n", disk.path().display());
    let chatd = Setup::new().config(&config).start();
    let (mut alice, mut bob) = two(&chatd);
    talk(&mut alice, &mut bob, "while there is room");
    fs::write(&filler, vec![0; 2 << 20]).expect("a filler");
    let text = "x".repeat(3_000);
    let said = says_until_it_is_refused(&mut alice, &mut bob, &text);
    assert_eq!(state(&chatd), "waiting");
    chatd.logged("the history cannot be stored for now");
    // Everything that needs no disk goes on, reading too.
    alice.line("/nick alicia");
    bob.expect("*** alice is now alicia");
    alice.line("/nick alice");
    alice.line("/history 2");
    alice.expect("-- end of history: 2 messages");
    assert_eq!(texts(&chatd, "#lobby").len(), said + 1);
    fs::remove_file(&filler).expect("the filler");
    chatd.eventually("it stores again", |chatd| state(chatd) == "working");
    alice.barrier();
    bob.barrier();
    talk(&mut alice, &mut bob, "there is room again");
    let kept = texts(&chatd, "#lobby");
    assert_eq!(kept.len(), said + 2, "what was refused is not in it");
    assert_eq!(kept.last().map(String::as_str), Some("there is room again"));
    chatd.ctl_ok(&["store", "check"]);
}

/// What can pass is waited for, and then it stores again by itself; nobody has seen what was refused.
fn passes(error: &str, told: &str) {
    let chatd = Chatd::start();
    let (mut alice, mut bob) = two(&chatd);
    talk(&mut alice, &mut bob, "before");
    let Some(injection) = Injection::of_all(&chatd, &format!("pwrite64:error={error}")) else {
        return;
    };
    alice.line("lost");
    let refused = alice.expect(REFUSED);
    assert!(refused.contains(told), "{refused}");
    assert_eq!(state(&chatd), "waiting");
    alice.line("/history 1");
    alice.expect("<alice> before");
    drop(injection);
    chatd.eventually("it stores again", |chatd| state(chatd) == "working");
    talk(&mut alice, &mut bob, "after");
    assert_eq!(texts(&chatd, "#lobby"), ["before", "after"]);
}

#[test]
fn a_quota_that_is_used_up_is_waited_for() {
    passes("EDQUOT", "quota");
}

#[test]
fn where_its_files_may_not_grow_messages_are_refused_until_they_may() {
    let chatd = Chatd::start();
    let (mut alice, mut bob) = two(&chatd);
    talk(&mut alice, &mut bob, "before");
    // Less than what has to be free for it to go on.
    chatd.limit_files("100000");
    let text = "x".repeat(3_000);
    let said = says_until_it_is_refused(&mut alice, &mut bob, &text);
    alice.line("lost");
    let refused = alice.expect(REFUSED);
    assert!(refused.contains("LimitFSIZE="), "{refused}");
    assert_eq!(state(&chatd), "waiting");
    let reopened = chatd.ctl(&["store", "reopen"]);
    assert_eq!(reopened.code, Some(1), "{reopened:?}");
    chatd.limit_files("unlimited");
    chatd.ctl_ok(&["store", "reopen"]);
    assert_eq!(state(&chatd), "working");
    alice.barrier();
    bob.barrier();
    talk(&mut alice, &mut bob, "after");
    assert_eq!(texts(&chatd, "#lobby").len(), said + 2);
}

#[test]
fn a_file_system_that_can_only_be_read_is_waited_for() {
    passes("EROFS", "only be read");
}

/// What fails with `error` is told, and the store stays closed until it is opened anew.
fn fails_for_good(what: &str, error: &str) {
    let server = Server::start();
    let chatd = &server.chatd;
    let (mut alice, mut bob) = two(chatd);
    talk(&mut alice, &mut bob, "before");
    let mut carol = server.negotiates("carol", "echo-message");
    carol.send("JOIN #lobby\r\n");
    carol.expect(" 366 ");
    alice.barrier();
    bob.barrier();
    let Some(injection) = Injection::of_all(chatd, &format!("{what}:error=EIO")) else {
        return;
    };
    alice.line("lost");
    let told = alice.expect(REFUSED);
    assert!(told.contains(error), "{told}");
    carol.send("PRIVMSG #lobby :lost too\r\n");
    carol.expect("FAIL PRIVMSG NOT_STORED :");
    assert_eq!(state(chatd), "closed");
    drop(injection);
    // A disk that has failed once is not believed because it does not fail now.
    alice.line("still lost");
    alice.expect(REFUSED);
    alice.line("/nick alicia");
    let seen = bob.until("*** alice is now alicia");
    assert!(!seen.iter().any(|line| line.contains("lost")), "{seen:?}");
    let logged = chatd.logged("the history is closed");
    assert!(
        logged.contains("ERROR") && logged.contains(error),
        "{logged}"
    );
    chatd.ctl_ok(&["store", "reopen"]);
    assert_eq!(state(chatd), "working");
    alice.line("/nick alice");
    alice.barrier();
    bob.barrier();
    talk(&mut alice, &mut bob, "after");
    carol.expect(":after");
    assert_eq!(texts(chatd, "#lobby"), ["before", "after"]);
    chatd.ctl_ok(&["store", "check"]);
}

#[test]
fn when_a_sync_fails_no_client_sees_a_message_until_the_store_is_opened_anew() {
    fails_for_good("fsync,fdatasync", "the disk did not confirm");
}

#[test]
fn when_a_write_fails_no_client_sees_a_message_until_the_store_is_opened_anew() {
    fails_for_good("pwrite64", "the disk fails");
}

#[test]
fn a_store_that_has_failed_is_whole_after_a_crash_too() {
    let mut server = Server::start();
    let (mut alice, mut bob) = two(&server.chatd);
    talk(&mut alice, &mut bob, "before");
    let Some(injection) = Injection::of_all(&server.chatd, "fsync,fdatasync:error=EIO") else {
        return;
    };
    alice.line("perhaps");
    alice.expect(REFUSED);
    drop(injection);
    server.chatd.crashes();
    server.chatd.starts_again();
    // What was refused at the moment of the failure may be there, once; what was seen is.
    let kept = texts(&server.chatd, "#lobby");
    assert!(
        kept == ["before"] || kept == ["before", "perhaps"],
        "{kept:?}"
    );
    let (mut alice, mut bob) = two(&server.chatd);
    talk(&mut alice, &mut bob, "after");
}

#[test]
fn while_the_disk_is_slow_only_those_wait_who_have_something_to_wait_for() {
    let server = Server::start();
    let chatd = &server.chatd;
    let (mut alice, mut bob) = two(chatd);
    let mut dave = server.negotiates("dave", "batch");
    dave.send("PART #lobby\r\nPING x\r\n");
    dave.expect("PONG");
    let Some(_slow) = Injection::of_all(chatd, "fsync,fdatasync:delay_enter=2000000") else {
        return;
    };
    let began = Instant::now();
    alice.line("slow");
    dave.send("PING now\r\n");
    dave.expect("PONG");
    let others = began.elapsed();
    bob.expect("<alice> slow");
    assert!(
        others * 2 < began.elapsed(),
        "{others:?} of {:?}",
        began.elapsed()
    );
}

#[test]
fn two_daemons_do_not_share_a_history() {
    let server = Server::start();
    let directory = server.chatd.dir().join("state");
    let config = format!("[history]\ndirectory = \"{}\"\n", directory.display());
    let refused = Setup::new().config(&config).run(&[]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    let pid = server.chatd.pid().to_string();
    assert!(
        refused.stderr.contains("another chatd") && refused.stderr.contains(&pid),
        "{refused:?}"
    );
    let (mut alice, mut bob) = two(&server.chatd);
    talk(&mut alice, &mut bob, "still here");
}

#[test]
fn what_is_no_history_is_never_taken_for_an_empty_one() {
    let mut server = Server::start();
    let (mut alice, mut bob) = two(&server.chatd);
    talk(&mut alice, &mut bob, "precious");
    server.chatd.crashes();
    let state = server.chatd.dir().join("state");
    let file = state.join("history.sqlite");
    let whole = fs::read(&file).expect("the history");
    let wal = state.join("history.sqlite-wal");
    let log = fs::read(&wal).expect("its log");
    for (what, change) in [
        ("cut to nothing", Vec::new()),
        ("cut in its header", whole[..50].to_vec()),
        (
            "something else",
            b"something else entirely, and long enough ".repeat(100),
        ),
    ] {
        fs::write(&file, &change).expect("a file");
        let refused = server.chatd.starts_in_vain();
        assert_eq!(refused.code, Some(1), "{what}: {refused:?}");
        assert!(
            refused.stderr.contains("history.sqlite"),
            "{what}: {refused:?}"
        );
        assert_eq!(
            fs::read(&file).expect("the file"),
            change,
            "{what}: untouched"
        );
    }
    fs::remove_file(&file).expect("a file");
    let refused = server.chatd.starts_in_vain();
    assert_eq!(refused.code, Some(1), "gone: {refused:?}");
    assert!(!file.exists(), "nothing is made in its place");
    fs::write(&file, &whole).expect("the history");
    fs::write(&wal, &log).expect("its log");
    server.chatd.starts_again();
    assert_eq!(texts(&server.chatd, "#lobby"), ["precious"]);
}
