//! No thread is to be had any more: what needs one fails and says so, and all else goes on.

use crate::harness::{Client, Injection, Setup};

#[test]
fn without_threads_only_what_needs_one_fails() {
    let chatd = Setup::new().start();
    let (mut alice, mut bob) = (
        Client::named(chatd.port, "alice"),
        Client::named(chatd.port, "bob"),
    );
    let Some(none) = Injection::of_all(&chatd, "clone,clone3:error=EAGAIN") else {
        return;
    };
    for command in [
        &["store", "check"][..],
        &["reload"],
        &["log", "rotate"],
        &["store", "reopen"],
    ] {
        let told = chatd.ctl(command);
        assert_eq!(told.code, Some(1), "{command:?}: {told:?}");
        assert!(
            told.stderr.contains("no thread is to be had"),
            "{command:?}: {told:?}"
        );
    }
    let copy = chatd.dir().join("copy");
    let told = chatd.ctl(&["backup", copy.to_str().expect("a path of a test")]);
    assert!(told.stderr.contains("no thread is to be had"), "{told:?}");
    assert!(!copy.exists());
    assert_eq!(chatd.json(&["status"])["clients"], 2);
    alice.line("still here");
    bob.expect("<alice> still here");

    drop(none);
    let told = chatd.ctl(&["store", "check"]);
    assert_eq!(told.code, Some(0), "{told:?}");
    chatd.logged("ulimit -u and TasksMax= limit them");
}
