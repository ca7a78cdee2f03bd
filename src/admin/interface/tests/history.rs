//! The methods of the history, with all their fields.

use super::{
    DESCRIPTION, HistoryStatus, Interface, Message, Reply, Request, Retention, RoomRetention, text,
};

pub(super) fn status() -> HistoryStatus {
    HistoryStatus {
        enabled: true,
        directory: "/var/lib/chatd".into(),
        durability: "commit".into(),
        state: Some(text("waiting")),
        why: Some(text("no space left on the device")),
        file: Some(text("/var/lib/chatd/history")),
        messages: Some(7),
        bytes: Some(4096),
        earliest: Some(text("2026-11-22T10:00:00.000Z")),
    }
}

fn message() -> Message {
    Message {
        id: "01JD8Y2V4W0000000001ZZZZZZ".into(),
        time: "2026-11-22T10:00:00.000Z".into(),
        room: Some(text("#lobby")),
        to: Some(text("bob")),
        rank: Some(text("@")),
        nick: "zoë".into(),
        username: Some(text("plain")),
        host: Some(text("127.0.0.1")),
        account: Some(text("zoe")),
        manner: "message".into(),
        text: Some(text("hi\nho")),
        tags: Some(text("+typing=active")),
    }
}

pub(super) fn calls() -> Vec<(Request, Reply)> {
    let retention = Retention {
        age_seconds: Some(86_400),
        count: Some(100),
    };
    let messages = || Reply::Messages {
        messages: vec![message()],
    };
    vec![
        (
            Request::History {
                room: "#lobby".into(),
                since: Some(text("2026-11-22T10:00:00Z")),
                until: Some(text("2026-11-22T11:00:00Z")),
                from: Some(text("zoë")),
                grep: Some(text("i")),
                words: Some(text("hi")),
                limit: Some(1_000_000),
            },
            messages(),
        ),
        (
            Request::Export {
                room: "#lobby".into(),
            },
            messages(),
        ),
        (
            Request::ShowMessage { id: "x".into() },
            Reply::Message {
                message: Box::new(message()),
            },
        ),
        (
            Request::RedactMessage {
                id: "x".into(),
                reason: Some(text("spam")),
            },
            Reply::Done {},
        ),
        (
            Request::ShowRetention {},
            Reply::Retention {
                general: retention,
                rooms: vec![RoomRetention {
                    name: "tea".into(),
                    room: "#tea".into(),
                    retention,
                }],
            },
        ),
        (
            Request::StoreStatus {},
            Reply::Store {
                store: Box::new(status()),
            },
        ),
        (
            Request::CheckStore {},
            Reply::Problems {
                problems: vec![text("row 7 is missing from an index")],
            },
        ),
        (Request::ReopenStore {}, Reply::Done {}),
        (
            Request::Backup {},
            Reply::Copied {
                data: Some(text("aGk=")),
                bytes: Some(2),
                sha256: Some(text("8f43")),
            },
        ),
    ]
}

#[test]
fn types_and_methods_do_not_share_names() {
    let described = Interface::parse(DESCRIPTION);
    for (name, _) in DESCRIPTION
        .lines()
        .filter_map(|line| line.strip_prefix("type ")?.split_once(' '))
    {
        assert!(!described.methods.contains_key(name), "{name}");
    }
}

#[test]
fn what_shows_what_people_say_and_what_changes_leaves_a_record() {
    let silent = |request: &Request| !request.changes() && !request.listens();
    let names: Vec<String> = calls()
        .iter()
        .filter(|(request, _)| silent(request))
        .map(|(request, _)| format!("{request:?}"))
        .collect();
    assert_eq!(names, ["ShowRetention", "StoreStatus", "CheckStore"]);
}

#[test]
fn what_is_answered_by_many_replies_says_so() {
    let streaming: Vec<String> = calls()
        .iter()
        .filter(|(request, _)| request.streams())
        .map(|(request, _)| format!("{request:?}"))
        .map(|shown| shown.split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(streaming, ["History", "Export", "Backup"]);
}
