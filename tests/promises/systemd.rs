//! systemd, or anything that speaks its protocol, knows how chatd is and may open its sockets.

use crate::harness::{Chatd, Client, Setup, free_port, python};

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

/// A daemon to which the service manager hands these sockets (`NAME=ADDRESS`).
fn handed(setup: Setup, sockets: &[String]) -> Chatd {
    handing(setup, sockets).start()
}

fn handing(setup: Setup, sockets: &[String]) -> Setup {
    let wrapper = python("activate.py");
    let mut under: Vec<String> = vec![wrapper.get_program().to_string_lossy().into_owned()];
    under.extend(wrapper.get_args().map(|a| a.to_string_lossy().into_owned()));
    under.extend_from_slice(sockets);
    under.push("--".into());
    let under: Vec<&str> = under.iter().map(String::as_str).collect();
    setup.under(&under)
}

#[test]
fn sockets_that_the_service_manager_opened_are_taken_over_by_name() {
    let setup = Setup::new();
    let address = format!("plain=127.0.0.1:{}", setup.port());
    // The wrapper holds the port, so it can only be its socket that accepts.
    let chatd = handed(setup, &[address]);
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

#[test]
fn an_inherited_socket_wins_over_the_address() {
    let (setup, other) = (Setup::new(), free_port());
    let configured = setup.port();
    let chatd = handed(setup, &[format!("plain=127.0.0.1:{other}")]);
    Client::bare(other).next();
    let status = chatd.json(&["status"]);
    let listener = &status["listeners"][0];
    assert_eq!(listener["inherited"], true, "{status}");
    assert_eq!(
        listener["address"],
        format!("127.0.0.1:{other}"),
        "{status}"
    );
    assert!(refused(configured), "the configured address is open too");
}

fn refused(port: u16) -> bool {
    let error = std::net::TcpStream::connect(("127.0.0.1", port)).err();
    error.is_some_and(|error| error.kind() == std::io::ErrorKind::ConnectionRefused)
}

#[test]
fn the_listening_sockets_are_kept_with_the_service_manager() {
    let mut chatd = Chatd::start();
    let port = free_port();
    let listener = format!("[listen.more]\naddress = \"127.0.0.1:{port}\"\n");
    chatd.drop_in("more.toml", &listener);
    chatd.ctl_ok(&["reload"]);
    assert_eq!(
        chatd.notified("FDSTORE=1"),
        "FDSTORE=1\nFDNAME=listen.more\n"
    );
    // Nothing about those that stay, and the one that goes is forgotten.
    chatd.drop_in("more.toml", "");
    chatd.ctl_ok(&["reload"]);
    let told = chatd.notified_until("FDSTOREREMOVE=1");
    assert_eq!(
        told.last().map(String::as_str),
        Some("FDSTOREREMOVE=1\nFDNAME=listen.more\n")
    );
    let stored = told.iter().any(|message| message.contains("FDSTORE=1"));
    assert!(!stored, "{told:?}");
}

#[test]
fn the_sockets_that_a_former_process_has_left_are_its_own() {
    let (setup, old) = (Setup::new(), free_port());
    let kept = format!("listen.plain=127.0.0.1:{}", setup.port());
    let chatd = handed(setup, &[kept, format!("listen.old=127.0.0.1:{old}")]);
    Client::bare(chatd.port).next();
    let status = chatd.json(&["status"]);
    assert_eq!(status["listeners"][0]["inherited"], false, "{status}");
    // The one that no listener wants any more is closed.
    assert!(refused(old), "the former listener is still open");
    // They are bound to the configuration like any other.
    let moved = free_port();
    let address = |port| format!("127.0.0.1:{port}");
    chatd.edit_config(&address(chatd.port), &address(moved));
    chatd.ctl_ok(&["reload"]);
    Client::bare(moved).next();
    assert!(refused(chatd.port), "the former address is still open");
}

#[test]
fn two_sockets_of_one_name_are_refused() {
    let address = |port| format!("plain=127.0.0.1:{port}");
    let setup = Setup::new();
    let sockets = [address(setup.port()), address(free_port())];
    let ended = handing(setup, &sockets).run(&[]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(
        ended.stderr.contains("two of them are called \"plain\""),
        "{ended:?}"
    );
}

#[test]
fn a_descriptor_that_is_handed_over_and_is_not_open_is_refused() {
    let closed = "exec 3>&-; LISTEN_PID=$$ LISTEN_FDS=1 LISTEN_FDNAMES=plain exec \"$@\"";
    let setup = Setup::new().under(&["sh", "-c", closed, "sh"]);
    let ended = setup.run(&[]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stderr.contains("LISTEN_FDS is 1"), "{ended:?}");
    assert!(ended.stderr.contains("not open"), "{ended:?}");
}
