//! What is sent is what the Varlink description says, and the other way round.

mod accounts;
mod history;
mod idl;
mod roles;

use std::collections::BTreeSet;

use serde_json::json;

use super::*;
use idl::{Interface, Type};

fn text(text: &str) -> String {
    text.into()
}

fn client() -> Client {
    Client {
        id: 7,
        nick: "zoë".into(),
        username: "plain".into(),
        host: "127.0.0.1".into(),
        realname: String::new(),
        account: Some(text("zoe")),
        device: Some(text("phone")),
        modes: String::new(),
        role: Some(text("observer")),
        capabilities: vec![text("batch")],
        tls: Some(text("TLSv1.3")),
        cipher: Some(text("TLS13_AES_256_GCM_SHA384")),
        certificate: Some(text("00ff")),
        address: "[::1]:5000".into(),
        protocol: "plain".into(),
        listener: "plain".into(),
        rooms: vec!["#lobby".into()],
        current_room: Some(text("#lobby")),
        away: Some(text("lunch")),
        connected_at: "2026-11-22T10:00:00Z".into(),
        age_seconds: 60,
        idle_seconds: 5,
        lines_received: 3,
        bytes_waiting: 0,
    }
}

fn user() -> User {
    User {
        nick: "alice".into(),
        username: "~u".into(),
        host: "192.0.2.1".into(),
        account: Some("alice".into()),
        always_on: true,
        clients: 0,
        rooms: vec!["#lobby".into()],
        away: Some("asleep".into()),
    }
}

fn status() -> Status {
    Status {
        name: "chat.example".into(),
        version: "0.1.0".into(),
        pid: 1,
        started_at: "2026-11-22T10:00:00Z".into(),
        uptime_seconds: 1,
        state: "running".into(),
        config_file: Some(text("/etc/chatd/chatd.toml")),
        config_loaded_at: "2026-11-22T10:00:00Z".into(),
        last_reload: Some(text("ok")),
        clients: 1,
        registering: 3,
        clients_allowed: 10,
        descriptors: 1024,
        rooms: 1,
        listeners: vec![ListenerStatus {
            name: "plain".into(),
            address: "127.0.0.1:12345".into(),
            protocol: "plain".into(),
            tls: false,
            clients: 1,
            inherited: false,
        }],
        counters: Counters::default(),
        log: LogStatus {
            file: Some(text("/var/log/chatd/chatd.log")),
            level: "info".into(),
            failing: true,
            error: Some(text("No space left on device")),
            write_errors: 1,
            dropped: 2,
        },
        history: history::status(),
    }
}

fn change(applies: Applies) -> Change {
    Change {
        key: "limits.rooms".into(),
        old: Some(text("1")),
        new: Some(text("2")),
        applies,
    }
}

fn changes() -> Vec<Change> {
    [Applies::Live, Applies::NewConnections, Applies::Restart]
        .map(change)
        .into()
}

fn select() -> Select {
    let words = || vec!["x".to_owned()];
    Select {
        id: vec![1],
        nick: words(),
        addr: words(),
        room: words(),
        protocol: words(),
        listener: words(),
        account: words(),
        idle: words(),
        age: words(),
        not_id: vec![1],
        not_nick: words(),
        not_addr: words(),
        not_room: words(),
        not_protocol: words(),
        not_listener: words(),
        not_account: words(),
        not_idle: words(),
        not_age: words(),
    }
}

fn problems() -> Vec<Problem> {
    vec![Problem {
        place: "chatd.toml:3:1".into(),
        key: Some(text("limits.rooms")),
        message: "wrong".into(),
    }]
}

fn happening() -> Happening {
    Happening {
        kind: "message".into(),
        at: "2026-11-22T10:00:00.000Z".into(),
        id: Some(7),
        nick: Some(text("zoë")),
        old_nick: Some(text("zoe")),
        old_room: Some(text("#tea")),
        address: Some(text("[::1]:5000")),
        listener: Some(text("plain")),
        room: Some(text("#lobby")),
        rank: Some(text("@")),
        to: Some(text("bob")),
        manner: Some(text("message")),
        text: Some(text("hi")),
        missing: Some(3),
    }
}

/// Each method once, all fields filled, with a reply to it.
#[allow(clippy::too_many_lines, reason = "one table")]
fn calls() -> Vec<(Request, Reply)> {
    let files = || {
        Some(vec![ConfigFile {
            name: "chatd.toml".into(),
            text: "x = 1".into(),
        }])
    };
    let changes = || Reply::Changes { changes: changes() };
    vec![
        (
            Request::Status {},
            Reply::Status {
                status: Box::new(status()),
            },
        ),
        (
            Request::ListClients { select: select() },
            Reply::Clients {
                clients: vec![client()],
            },
        ),
        (
            Request::ShowClient { client: "7".into() },
            Reply::Client {
                client: Box::new(client()),
            },
        ),
        (
            Request::KickClients {
                select: select(),
                reason: "spam".into(),
                dry_run: true,
            },
            Reply::Kicked {
                kicked: vec![client()],
            },
        ),
        (
            Request::ListUsers {},
            Reply::Users {
                users: vec![user()],
            },
        ),
        (
            Request::EndUser {
                nick: "alice".into(),
                reason: "spam".into(),
            },
            Reply::User {
                user: Box::new(user()),
            },
        ),
        (
            Request::Say {
                target: "#lobby".into(),
                text: "hi".into(),
            },
            Reply::Said {
                target: "#lobby".into(),
                clients: 2,
            },
        ),
        (Request::Reload {}, changes()),
        (
            Request::CheckConfig { files: files() },
            Reply::Checked {
                files: vec!["chatd.toml".into()],
            },
        ),
        (Request::DiffConfig { files: files() }, changes()),
        (
            Request::ShowConfig {},
            Reply::Settings {
                settings: vec![Setting {
                    key: "server.name".into(),
                    value: "\"x\"".into(),
                    origin: "default".into(),
                }],
            },
        ),
        (
            Request::SetLogLevel {
                level: "debug".into(),
            },
            Reply::Level {
                old: "info".into(),
                new: "debug".into(),
            },
        ),
        (
            Request::RotateLog {},
            Reply::Rotated {
                closed: Some(text("chatd.log.1")),
                file: Some(text("chatd.log")),
            },
        ),
        (Request::Pause {}, Reply::Done {}),
        (Request::Resume {}, Reply::Done {}),
        (
            Request::Shutdown {
                reason: Some(text("moving")),
            },
            Reply::Done {},
        ),
        (
            Request::Watch {
                select: select(),
                messages: true,
            },
            Reply::Happening {
                happening: Box::new(happening()),
            },
        ),
    ]
}

/// As [`calls`], those about the history and accounts too.
fn all_calls() -> impl Iterator<Item = (Request, Reply)> {
    let others = history::calls().into_iter().chain(accounts::calls());
    calls().into_iter().chain(others)
}

fn errors() -> Vec<Error> {
    let message = || "why".to_owned();
    vec![
        Error::PermissionDenied { message: message() },
        Error::NotFound { message: message() },
        Error::Invalid {
            parameter: "select.addr".into(),
            message: message(),
        },
        Error::ConfigRejected {
            problems: problems(),
        },
        Error::NeedsRestart {
            keys: vec!["admin.socket".into()],
            changes: changes(),
        },
        Error::Failed { message: message() },
        Error::Busy { message: message() },
    ]
}

fn set<'a>(names: impl IntoIterator<Item = &'a String>) -> BTreeSet<&'a str> {
    names.into_iter().map(String::as_str).collect()
}

#[test]
fn every_method_takes_and_returns_what_its_description_says() {
    let described = Interface::parse(DESCRIPTION);
    assert_eq!(described.name, INTERFACE);
    let mut seen = Vec::new();
    for (request, reply) in all_calls() {
        let call = serde_json::to_value(&request).unwrap();
        let method = call["method"].as_str().unwrap().to_owned();
        let (takes, returns) = &described.methods[&method];
        described.check(&method, &call["parameters"], takes);
        let reply = serde_json::to_value(&reply).unwrap();
        described.check(&format!("{method}'s reply"), &reply, returns);
        seen.push(method);
    }
    assert_eq!(set(&seen), set(described.methods.keys()));
}

#[test]
fn every_error_carries_what_its_description_says() {
    let described = Interface::parse(DESCRIPTION);
    let mut seen = Vec::new();
    for error in errors() {
        let value = serde_json::to_value(&error).unwrap();
        let name = value["error"].as_str().unwrap().to_owned();
        described.check(&name, &value["parameters"], &described.errors[&name]);
        seen.push(name);
    }
    assert_eq!(set(&seen), set(described.errors.keys()));
}

/// What may be left out, by the description, may really be left out, and nothing else.
#[test]
fn a_request_needs_what_its_description_does_not_call_optional() {
    let described = Interface::parse(DESCRIPTION);
    for (request, _) in all_calls() {
        let full = serde_json::to_value(&request).unwrap();
        let method = full["method"].as_str().unwrap().to_owned();
        let Type::Struct(fields) = &described.methods[&method].0 else {
            panic!("{method} takes no struct");
        };
        for (field, kind) in fields {
            let mut call = full.clone();
            call["parameters"].as_object_mut().unwrap().remove(field);
            let accepted = serde_json::from_value::<Request>(call).is_ok();
            let optional = matches!(kind, Type::Maybe(_));
            assert_eq!(accepted, optional, "{method} without {field}");
        }
    }
}

#[test]
fn empty_fields_of_a_selection_are_not_sent() {
    assert_eq!(serde_json::to_value(Select::default()).unwrap(), json!({}));
}

#[test]
fn what_was_written_is_read_back() {
    for (request, _) in all_calls() {
        let value = serde_json::to_value(&request).unwrap();
        assert_eq!(serde_json::from_value::<Request>(value).unwrap(), request);
    }
    for error in errors() {
        let value = serde_json::to_value(&error).unwrap();
        assert_eq!(serde_json::from_value::<Error>(value).unwrap(), error);
    }
}

#[test]
fn the_standard_interface_is_described_too() {
    let described = Interface::parse(include_str!("../org.varlink.service.varlink"));
    assert_eq!(described.name, "org.varlink.service");
    assert_eq!(
        set(described.methods.keys()),
        BTreeSet::from(["GetInfo", "GetInterfaceDescription"])
    );
    described.check(
        "MethodNotFound",
        &json!({"method": "x"}),
        &described.errors["MethodNotFound"],
    );
}
