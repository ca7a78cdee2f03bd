//! IRC by bare sockets, against the daemon as it runs: the two protocols in one room, what operators do, and how one of them stops the
//! daemon and starts it anew.

use std::fs;

use crate::harness::{Program, Setup, free_port, python};

/// An IRC listener on this port, and two operators, both with the password `secret`.
fn setup(port: u16) -> Setup {
    const SECRET: &str = "$argon2id$v=19$m=19456,t=2,p=1$LW61y1Qjfx0cO45pS/OTtw$mWTUBSkdyNjE7gX7sImsyEVcd4nM7E/NBYt3TINWiwE";
    Setup::new().config(&format!(
        "[listen.irc]\naddress = \"127.0.0.1:{port}\"\nprotocol = \"irc\"\n\
         [operator.root]\npassword = \"{SECRET}\"\nrole = \"administrator\"\nhost = \"staff.example\"\n\
         [operator.watch]\npassword = \"{SECRET}\"\nrole = \"observer\""
    ))
}

/// Runs it; every line that came was the one that had to come.
fn passes(arguments: &[&str]) {
    let mut program = python("raw_irc.py");
    program.args(arguments);
    let (status, shown) = Program::start(program).finish();
    assert!(status.success() && shown.ends_with("done\n"), "{shown}");
}

#[test]
fn both_protocols_share_a_room() {
    let port = free_port();
    let chatd = setup(port).start();
    passes(&["rooms", &port.to_string(), &chatd.port.to_string()]);
}

#[test]
fn operators_do_what_their_roles_let_them() {
    let port = free_port();
    let _chatd = setup(port).start();
    passes(&["operators", &port.to_string()]);
}

/// Without a service manager it starts itself anew, in the same process; DIE ends it well.
#[test]
fn an_operator_restarts_and_stops_the_daemon() {
    let port = free_port();
    let setup = setup(port);
    let config = setup.dir().join("chatd.toml");
    fs::write(&config, setup.text()).expect("a file");
    let mut command = setup.command();
    command.env_remove("NOTIFY_SOCKET");
    let chatd = Program::start(command);
    let config = config.to_str().expect("a plain path");
    passes(&["restart", &port.to_string(), config]);
    let (status, shown) = chatd.finish();
    assert_eq!(status.code(), Some(0), "{shown}");
}

/// A service manager, which keeps its sockets and watches it, is asked to start it anew.
#[test]
fn under_a_service_manager_a_restart_is_the_managers() {
    let port = free_port();
    let mut chatd = setup(port).start();
    passes(&["again", &port.to_string()]);
    assert_eq!(chatd.exit_code(), 75);
}
