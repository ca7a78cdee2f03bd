//! systemd, or anything that speaks its protocol, knows how chatd is and may open its sockets.

use crate::harness::{Chatd, Client, Setup, python};

#[test]
fn the_status_counts_the_clients() {
    let mut chatd = Chatd::start();
    let _clients: Vec<Client> = (0..3).map(|_| Client::connect(chatd.port)).collect();
    loop {
        let told = chatd.notified("STATUS=");
        let status = told
            .lines()
            .find_map(|line| line.strip_prefix("STATUS="))
            .expect("a status");
        if status.contains('3') {
            assert!(status.contains("clients"), "{status}");
            break;
        }
    }
}

#[test]
fn the_watchdog_is_fed_while_the_chat_makes_progress() {
    let mut chatd = Setup::new().env("WATCHDOG_USEC", "200000").start();
    let mut alice = Client::connect(chatd.port);
    let began = std::time::Instant::now();
    for _ in 0..5 {
        chatd.notified("WATCHDOG=1");
        alice.barrier();
    }
    assert!(
        began.elapsed().as_millis() < 5 * 200 + 500,
        "too seldom: {:?}",
        began.elapsed()
    );
}

#[test]
fn without_a_watchdog_none_is_fed() {
    let mut chatd = Setup::new().env("WATCHDOG_USEC", "").start();
    // Something else is told in the meantime, and no ping among it.
    for _ in 0..2 {
        chatd.ctl_ok(&["reload"]);
        let told = chatd.notified("READY=1");
        assert!(!told.contains("WATCHDOG=1"), "{told}");
    }
}

#[test]
fn sockets_that_the_service_manager_opened_are_taken_over_by_name() {
    let setup = Setup::new();
    let address = format!("plain=127.0.0.1:{}", setup.port());
    let wrapper = python("activate.py");
    let mut under: Vec<String> = vec![wrapper.get_program().to_string_lossy().into_owned()];
    under.extend(wrapper.get_args().map(|a| a.to_string_lossy().into_owned()));
    under.push(address);
    under.push("--".into());
    let under: Vec<&str> = under.iter().map(String::as_str).collect();
    // The wrapper holds the port, so it can only be its socket that accepts.
    let chatd = setup.under(&under).start();
    let mut alice = Client::connect(chatd.port);
    let status = chatd.json(&["status"]);
    assert_eq!(status["listeners"][0]["name"], "plain", "{status}");
    assert_eq!(status["listeners"][0]["inherited"], true, "{status}");
    // A reload keeps it.
    chatd.edit_config("Welcome to", "Handed to");
    chatd.ctl_ok(&["reload"]);
    assert!(Client::bare(chatd.port).next().contains("Handed to"));
    assert_eq!(chatd.json(&["status"])["listeners"][0]["inherited"], true);
    alice.barrier();
}
