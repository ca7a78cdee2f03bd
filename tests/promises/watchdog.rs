//! A chat that hangs is not called alive: the service manager gets no ping, and the operator is told what hangs.

use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::harness::{Chatd, Client, Program, Setup, StoppedThread, barriers, skip};

/// The watchdog's time, of which a ping comes twice in each.
const WATCHDOG: Duration = Duration::from_millis(200);

fn watched() -> Setup {
    let time = WATCHDOG.as_micros().to_string();
    Setup::new().env("WATCHDOG_USEC", &time)
}

fn hang(chatd: &Chatd) -> Option<StoppedThread> {
    let hanging = StoppedThread::stop(chatd, "chat");
    if hanging.is_none() {
        skip("a thread can only be stopped where ptrace(2) is allowed");
    }
    hanging
}

/// Reloads a file that is refused, which the chat has no part in; what was told to the service manager until then.
fn refused_reload(chatd: &mut Chatd) -> Vec<String> {
    let good = chatd.config();
    chatd.write_config("[server");
    chatd.signal(Signal::SIGHUP);
    let mut told = chatd.notified_until("RELOADING=1");
    told.extend(chatd.notified_until("READY=1"));
    chatd.write_config(good);
    told
}

#[test]
fn a_chat_that_hangs_withholds_the_ping_and_everything_else_says_so() {
    let mut chatd = watched().start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    barriers(&mut [&mut alice, &mut bob]);
    chatd.notified("WATCHDOG=1");
    let Some(hanging) = hang(&chatd) else { return };
    // A ping that was on its way when the chat was stopped comes before this.
    refused_reload(&mut chatd);

    let began = Instant::now();
    for n in 0..100 {
        alice.line(&format!("said to a chat that hangs {n}"));
    }
    let beside = Program::start(chatd.chatctl(&["list"]));
    let status = chatd.ctl(&["status"]);
    let took = began.elapsed();
    let (ended, told) = beside.finish();
    assert_eq!(ended.code(), Some(1), "{told}");
    assert!(told.contains("the chat does not answer"), "{told}");
    assert_eq!(status.code, Some(1), "{status:?}");
    assert!(
        status.stderr.contains("the chat does not answer"),
        "{status:?}"
    );
    assert!(took < Duration::from_secs(8), "answered after {took:?}");
    assert!(
        took > 10 * WATCHDOG,
        "only {took:?}, too short to miss a ping"
    );
    chatd.ctl_ok(&["config", "check"]);
    let told = refused_reload(&mut chatd);
    assert!(
        !told.iter().any(|message| message.contains("WATCHDOG=1")),
        "a ping while the chat hangs: {told:?}"
    );

    drop(hanging);
    chatd.notified("WATCHDOG=1");
    for n in 0..100 {
        assert_eq!(bob.next(), format!("<alice> said to a chat that hangs {n}"));
    }
    bob.line("and it goes on");
    alice.expect("<bob> and it goes on");
    assert_eq!(chatd.nicks(), ["alice", "bob"]);
    assert_eq!(chatd.json(&["status"])["state"], "running");
}

#[test]
fn a_chat_that_hangs_does_not_keep_the_process_from_ending() {
    let mut chatd = watched().config("[limits]\ngrace = \"100ms\"").start();
    let _alice = Client::connect(chatd.port);
    let Some(_hanging) = hang(&chatd) else { return };
    let began = Instant::now();
    chatd.signal(Signal::SIGTERM);
    chatd.notified("STOPPING=1");
    let code = chatd.exit_code();
    let took = began.elapsed();
    assert!(code != 0, "a chat that was cut off half-way is no success");
    assert!(took < Duration::from_secs(8), "ended after {took:?}");
    chatd.logged("the chat does not answer");
}
