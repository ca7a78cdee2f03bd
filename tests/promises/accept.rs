//! When the system gives no connection: trying again quietly, and serving as soon as it does. The errors are made by
//! strace, which answers accept4(2) in the kernel's place.

use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::harness::{Chatd, Client, Setup, skip};

/// strace that looks only at accept4. -D: the program is our child and strace its child; --seccomp-bpf: nothing else is slow.
const STRACE: [&str; 9] = [
    "strace",
    "-D",
    "-f",
    "-qq",
    "-o",
    "/dev/null",
    "--seccomp-bpf",
    "-e",
    "trace=accept4",
];

/// A daemon whose first `times` calls of accept4 in each thread fail with this.
fn start(error: &str, times: u32) -> Chatd {
    let inject = format!("inject=accept4:error={error}:when=1..{times}");
    let strace = [&STRACE[..], &["-e", &inject]].concat();
    Setup::new().under(&strace).start()
}

fn strace_works() -> bool {
    let works = Command::new(STRACE[0])
        .args(&STRACE[1..])
        .arg("true")
        .status()
        .is_ok_and(|status| status.success());
    if !works {
        skip("strace is missing or may not trace");
    }
    works
}

#[test]
fn when_nothing_can_be_accepted_it_tries_again_quietly_and_serves_when_it_can() {
    if !strace_works() {
        return;
    }
    // Two pauses of a second each; with EMFILE and ENFILE a second call follows each failure at once.
    thread::scope(|scope| {
        for (error, times) in [("EMFILE", 4), ("ENFILE", 4), ("ENOBUFS", 2), ("ENOMEM", 2)] {
            scope.spawn(move || {
                let chatd = start(error, times);
                let began = Instant::now();
                // It waits at the door. Meanwhile, for it is not in yet, the operator is answered.
                let mut waiting = Client::bare(chatd.port);
                let status = chatd.json(&["status"]);
                assert_eq!(status["clients"], 0, "{error}");
                let cpu = chatd.cpu();
                waiting.expect("*** You are ");
                let took = began.elapsed();
                let busy = chatd.cpu().saturating_sub(cpu);
                assert!(
                    took > Duration::from_millis(1900),
                    "{error}: no pause, {took:?}"
                );
                assert!(
                    busy < Duration::from_millis(200),
                    "{error}: {busy:?} of CPU"
                );
                waiting.barrier();
                Client::connect(chatd.port).barrier();
                let log = chatd.log();
                let lines = log.matches("cannot accept").count();
                assert!((1..=2).contains(&lines), "{error}: {lines} lines:\n{log}");
            });
        }
    });
}

#[test]
fn a_connection_that_was_gone_before_it_was_accepted_costs_nothing() {
    if !strace_works() {
        return;
    }
    let chatd = start("ECONNABORTED", 50);
    let began = Instant::now();
    Client::connect(chatd.port).barrier();
    chatd.ctl_ok(&["status"]);
    // Each pause would take a second.
    assert!(began.elapsed() < Duration::from_secs(5), "it pauses");
    let log = chatd.log();
    assert!(log.matches("accept").count() <= 1, "{log}");
}
