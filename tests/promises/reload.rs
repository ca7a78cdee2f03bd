//! A reload is all or nothing, by SIGHUP and by `chatctl reload` alike, and nobody is disconnected by it.

use std::fs;
use std::net::{TcpListener, TcpStream};

use nix::sys::signal::Signal;

use crate::harness::{Chatd, Client, Setup, barriers, free_port};

/// The greeting that a new client reads.
fn greeting(port: u16) -> String {
    let mut client = Client::bare(port);
    let lines = client.until("*** You are ");
    lines[..lines.len() - 1].join("\n")
}

/// Reloads by SIGHUP and waits for the end of it.
fn hang_up(chatd: &mut Chatd) -> String {
    chatd.signal(Signal::SIGHUP);
    let reloading = chatd.notified("RELOADING=1");
    chatd.notified("READY=1");
    reloading
}

#[test]
fn sighup_and_chatctl_reload_apply_what_the_file_says() {
    let mut chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    chatd.edit_config("Welcome to chat.example.", "By the signal.");
    let told = hang_up(&mut chatd);
    assert!(told.contains("MONOTONIC_USEC="), "{told}");
    assert_eq!(greeting(chatd.port), "*** By the signal.");

    chatd.edit_config("By the signal.", "By chatctl.");
    let changes = chatd.json(&["reload"]);
    assert_eq!(changes.as_array().map(Vec::len), Some(1), "{changes}");
    assert_eq!(changes[0]["key"], "server.greeting");
    assert_eq!(changes[0]["old"], "\"By the signal.\"");
    assert_eq!(changes[0]["new"], "\"By chatctl.\"");
    assert_eq!(changes[0]["applies"], "new_connections");
    assert_eq!(greeting(chatd.port), "*** By chatctl.");
    assert_eq!(
        chatd.json(&["reload"]),
        serde_json::json!([]),
        "nothing to change"
    );
    alice.barrier();
}

#[test]
fn limits_and_rooms_change_for_those_who_are_in() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    alice.line(&"x".repeat(600));
    assert_eq!(alice.barrier(), Vec::<String>::new());
    chatd.drop_in(
        "10-limits.toml",
        "[limits]\nline = \"512B\"\n[plain]\nroom = \"#harbour\"\n",
    );
    chatd.ctl_ok(&["reload"]);
    alice.line(&"x".repeat(600));
    assert!(alice.barrier()[0].starts_with("! too-long: "));
    let mut bob = Client::bare(chatd.port);
    assert!(bob.expect("*** You are ").contains("#harbour"));
}

#[test]
fn a_refused_file_changes_nothing_again_and_again() {
    let mut chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let good = chatd.config();
    let cut = good.find("[listen.plain]").expect("the listener is last");
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("empty", Vec::new()),
        (
            "cut short before its listener",
            good.as_bytes()[..cut].to_vec(),
        ),
        (
            "cut short within the first line",
            good.as_bytes()[..7].to_vec(),
        ),
        ("not TOML", b"[server\nname = \"x\"".to_vec()),
        ("binary", vec![0xff; 3000]),
        ("NUL", [good.as_bytes(), b"\0"].concat()),
        ("UTF-16", utf16),
        (
            "an unknown key",
            good.replace("greeting =", "greting =").into_bytes(),
        ),
        (
            "a wrong type",
            good.replace("\"Welcome to chat.example.\"", "7")
                .into_bytes(),
        ),
        (
            "a zero",
            format!("{good}[limits]\nconnections = 0\n").into_bytes(),
        ),
        (
            "ten thousand brackets",
            format!("{good}x = {}\n", "[".repeat(10_000)).into_bytes(),
        ),
    ];
    for (what, bytes) in &files {
        // With a change that would show if any of it were applied.
        let text = String::from_utf8_lossy(bytes).replace("Welcome to", "Refused by");
        chatd.write_config(if bytes.is_ascii() {
            text.as_bytes()
        } else {
            bytes.as_slice()
        });
        let result = chatd.ctl(&["reload"]);
        assert_eq!(result.code, Some(7), "{what}: {result:?}");
        assert!(result.stderr.contains("chatd.toml"), "{what}: {result:?}");
        hang_up(&mut chatd);
        assert_eq!(
            greeting(chatd.port),
            "*** Welcome to chat.example.",
            "{what}"
        );
    }
    fs::remove_file(chatd.config_file()).expect("the file");
    assert_eq!(chatd.ctl(&["reload"]).code, Some(7), "no file");
    chatd.logged("greting");
    // After all these failures a good one works.
    chatd.write_config(good.replace("Welcome to", "Back in"));
    chatd.ctl_ok(&["reload"]);
    assert_eq!(greeting(chatd.port), "*** Back in chat.example.");
    alice.barrier();
}

#[test]
fn a_busy_port_keeps_the_old_listeners() {
    let mut chatd = Chatd::start();
    let holder = TcpListener::bind("127.0.0.1:0").expect("a port");
    let busy = holder.local_addr().expect("an address").port();
    let good = chatd.config();
    let listener = format!("127.0.0.1:{}", chatd.port);
    chatd.write_config(
        good.replace(&listener, &format!("127.0.0.1:{busy}"))
            .replace("Welcome to", "Never at"),
    );
    for _ in 0..3 {
        let result = chatd.ctl(&["reload"]);
        assert_eq!(result.code, Some(1), "{result:?}");
        assert!(result.stderr.contains(&busy.to_string()), "{result:?}");
        hang_up(&mut chatd);
        assert_eq!(greeting(chatd.port), "*** Welcome to chat.example.");
    }
    drop(holder);
    chatd.ctl_ok(&["reload"]);
    assert_eq!(greeting(busy), "*** Never at chat.example.");
    assert!(
        TcpStream::connect(&listener).is_err(),
        "the old listener still accepts"
    );
}

#[test]
fn clients_of_a_removed_listener_stay() {
    let second = free_port();
    let chatd = Setup::new()
        .config(&format!(
            "[listen.second]\naddress = \"127.0.0.1:{second}\""
        ))
        .start();
    let mut alice = Client::named(second, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    // By a drop-in, as a package or an administrator would.
    chatd.drop_in("20-off.toml", "[listen.second]\nenabled = false\n");
    let changes = chatd.ctl_ok(&["reload"]);
    assert!(
        changes.contains("listen.second"),
        "the verdict names what goes: {changes}"
    );
    assert!(
        TcpStream::connect(("127.0.0.1", second)).is_err(),
        "still accepting"
    );
    alice.line("I am still here");
    bob.expect("<alice> I am still here");
    bob.line("so am I");
    alice.expect("<bob> so am I");
    let list = chatd.json(&["list", "--listener", "second"]);
    assert_eq!(list[0]["nick"], "alice");
    fs::remove_file(chatd.dir().join("conf.d/20-off.toml")).expect("the drop-in");
    chatd.ctl_ok(&["reload"]);
    Client::connect(second).barrier();
    alice.barrier();
}

#[test]
fn a_listener_moves_from_one_address_to_all_and_back_in_one_reload() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let one = format!("127.0.0.1:{}", chatd.port);
    let all = format!("0.0.0.0:{}", chatd.port);
    for _ in 0..3 {
        assert!(TcpStream::connect(("127.0.0.2", chatd.port)).is_err());
        chatd.edit_config(&one, &all);
        chatd.ctl_ok(&["reload"]);
        TcpStream::connect(("127.0.0.2", chatd.port)).expect("all addresses");
        Client::connect(chatd.port).barrier();
        chatd.edit_config(&all, &one);
        chatd.ctl_ok(&["reload"]);
        Client::connect(chatd.port).barrier();
    }
    alice.barrier();
}

#[test]
fn listeners_that_the_system_gave_a_port_keep_it_and_a_renamed_one_keeps_its_socket() {
    let chatd = Setup::new()
        .config("[listen.a]\naddress = \"127.0.0.1:0\"\n[listen.b]\naddress = \"127.0.0.1:0\"")
        .start();
    let port = |chatd: &Chatd, name: &str| {
        let status = chatd.json(&["status"]);
        let listeners = status["listeners"].as_array().expect("a list").clone();
        let listener = listeners.iter().find(|listener| listener["name"] == name);
        let address =
            listener.unwrap_or_else(|| panic!("no {name}: {listeners:?}"))["address"].clone();
        let port = address
            .as_str()
            .and_then(|address| address.rsplit(':').next());
        port.and_then(|port| port.parse::<u16>().ok())
            .expect("a port")
    };
    let ports = (port(&chatd, "a"), port(&chatd, "b"));
    chatd.edit_config("Welcome", "Changed");
    chatd.ctl_ok(&["reload"]);
    assert_eq!((port(&chatd, "a"), port(&chatd, "b")), ports);
    for port in [ports.0, ports.1] {
        Client::connect(port).barrier();
    }
    let mut alice = Client::named(chatd.port, "alice");
    chatd.edit_config("[listen.plain]", "[listen.renamed]");
    chatd.ctl_ok(&["reload"]);
    assert_eq!(port(&chatd, "renamed"), chatd.port);
    Client::connect(chatd.port).barrier();
    alice.barrier();
}

#[test]
fn what_needs_a_restart_is_named_and_nothing_else_is_applied() {
    let chatd = Chatd::start();
    let good = chatd.config();
    chatd.write_config(format!(
        "{}\n[admin]\nsocket = \"{}/other.sock\"\n",
        good.replace("Welcome to", "Half of"),
        chatd.dir().display()
    ));
    let result = chatd.ctl(&["reload"]);
    assert_eq!(result.code, Some(7), "{result:?}");
    assert!(result.stderr.contains("admin.socket"), "{result:?}");
    assert!(result.stderr.contains("restart"), "{result:?}");
    assert_eq!(greeting(chatd.port), "*** Welcome to chat.example.");
    let diff = chatd.json(&["config", "diff"]);
    let applies = |key: &str| {
        let changes = diff.as_array().expect("an array");
        let change = changes.iter().find(|change| change["key"] == key);
        change.unwrap_or_else(|| panic!("{key}: {diff}"))["applies"].clone()
    };
    assert_eq!(applies("admin.socket"), "restart");
    assert_eq!(applies("server.greeting"), "new_connections");
    chatd.write_config(good);
    assert_eq!(chatd.json(&["reload"]), serde_json::json!([]));
}

#[test]
fn ten_thousand_hangups_disturb_nobody() {
    let mut chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    barriers(&mut [&mut alice, &mut bob]);
    hang_up(&mut chatd);
    let descriptors = chatd.descriptors();
    for n in 0..100 {
        for _ in 0..100 {
            chatd.signal(Signal::SIGHUP);
        }
        alice.line(&n.to_string());
    }
    for n in 0..100 {
        assert_eq!(bob.next(), format!("<alice> {n}"));
    }
    chatd.edit_config("Welcome to", "After all at");
    chatd.ctl_ok(&["reload"]);
    assert_eq!(greeting(chatd.port), "*** After all at chat.example.");
    chatd.eventually("no descriptor is left over", |chatd| {
        chatd.descriptors() <= descriptors
    });
    for signal in [Signal::SIGUSR2, Signal::SIGWINCH, Signal::SIGPIPE] {
        // Ignored; of those that would end a process that forgot them.
        chatd.signal(signal);
    }
    barriers(&mut [&mut alice, &mut bob]);
    assert!(chatd.runs());
}

#[test]
fn a_log_level_set_by_hand_holds_until_the_files_level_changes() {
    let chatd = Setup::new().config("[log]\nlevel = \"info\"").start();
    let level = |chatd: &Chatd| {
        chatd.json(&["status"])["log"]["level"]
            .as_str()
            .expect("a level")
            .to_owned()
    };
    chatd.ctl_ok(&["log", "level", "debug"]);
    assert!(level(&chatd).contains("debug"));
    chatd.edit_config("Welcome to", "Hello from");
    chatd.ctl_ok(&["reload"]);
    assert!(level(&chatd).contains("debug"), "{}", level(&chatd));
    chatd.edit_config("level = \"info\"", "level = \"warn\"");
    chatd.ctl_ok(&["reload"]);
    assert!(level(&chatd).contains("warn"), "{}", level(&chatd));
    let result = chatd.ctl(&["log", "level", "debgu"]);
    assert_ne!(result.code, Some(0));
    assert!(
        result.stderr.contains("debug"),
        "the nearest level is named: {result:?}"
    );
}

#[test]
fn there_and_back_is_as_if_nothing_had_been() {
    let chatd = Chatd::start();
    let mut alice = Client::connect(chatd.port);
    let first = chatd.config();
    let other = free_port();
    let show = |chatd: &Chatd| chatd.json(&["config", "show"]);
    chatd.ctl_ok(&["reload"]);
    let (before, descriptors) = (show(&chatd), chatd.descriptors());
    for _ in 0..5 {
        chatd.write_config(format!(
            "{}\n[listen.other]\naddress = \"127.0.0.1:{other}\"\nnews = false\n[limits]\nline = \"1KiB\"\n[plain]\nroom = \"#else\"\n[log]\nlevel = \"trace\"\ndirectory = \"{}/elsewhere\"\n",
            first.replace("Welcome", "Goodbye"),
            chatd.dir().display()
        ));
        chatd.ctl_ok(&["reload"]);
        assert_ne!(show(&chatd), before);
        Client::bare(other).barrier();
        chatd.write_config(&first);
        chatd.ctl_ok(&["reload"]);
    }
    assert_eq!(show(&chatd), before);
    chatd.eventually("no descriptor is left over", |chatd| {
        chatd.descriptors() <= descriptors
    });
    assert_eq!(greeting(chatd.port), "*** Welcome to chat.example.");
    assert!(chatd.dir().join("elsewhere/chatd.log").exists());
    alice.barrier();
}
