//! What differs between two configurations, and how it takes effect.

use super::super::{Loaded, compare};
use super::{LEAST, drop_in, loaded, main_file};
use crate::admin::Applies;

fn with(extra: &str) -> Loaded {
    loaded(&[main_file(LEAST), drop_in("x.toml", extra)])
}

/// The changes as `key: old -> new (how)`.
fn changes(old: &Loaded, new: &Loaded) -> Vec<String> {
    let side = |value: Option<String>| value.unwrap_or_else(|| "nothing".to_owned());
    compare(old, new)
        .into_iter()
        .map(|c| {
            format!(
                "{}: {} -> {} ({:?})",
                c.key,
                side(c.old),
                side(c.new),
                c.applies
            )
        })
        .collect()
}

#[test]
fn nothing_differs_when_only_the_spelling_does() {
    let one = with("[limits]\nline = 8192\nnick_rate = 5\nlinger = \"1500ms\"\n");
    let other = with("[limits]\nlinger = \"1s 500ms\"\nline = \"8KiB\"\nnick_rate = \"5/s\"\n");
    assert_eq!(changes(&one, &other), Vec::<String>::new());
    assert_eq!(one.settings, other.settings);
}

#[test]
fn each_key_says_how_it_takes_effect() {
    let new = with(
        "[server]\ngreeting = \"hi\\nho\"\n[limits]\nrooms = \"off\"\ninbox = 64\nsend_buffer = \"8KiB\"\n[admin]\nsocket = \"/x\"\n",
    );
    let old = with("[server]\ngreeting = \"\"\n");
    assert_eq!(
        changes(&old, &new),
        [
            "server.greeting: \"\" -> \"hi\\nho\" (NewConnections)",
            "admin.socket: \"/run/chatd/chatd.sock\" -> \"/x\" (Restart)",
            "limits.send_buffer: \"64KiB\" -> \"8KiB\" (NewConnections)",
            "limits.rooms: 10000 -> \"off\" (Live)",
            "limits.inbox: 4096 -> 64 (Restart)",
        ]
    );
}

/// What clients that are here are told with each line, or are told anew (ISUPPORT), changes for them too.
#[test]
fn the_names_and_the_picture_are_everybodys_at_once() {
    let of = |name: &str, more: &str| {
        let main = LEAST.replace("name = \"here\"", &format!("name = \"{name}\""));
        loaded(&[main_file(&main), drop_in("x.toml", more)])
    };
    let new = "[server]\nnetwork = \"Net\"\nicon = \"https://example.net/icon.svg\"\n";
    let applies = compare(&of("one", ""), &of("two", new))
        .into_iter()
        .map(|change| (change.key, change.applies));
    let live = |key: &str| (key.to_owned(), Applies::Live);
    let keys = ["server.name", "server.network", "server.icon"];
    assert_eq!(applies.collect::<Vec<_>>(), keys.map(live));
}

#[test]
fn listeners_come_go_and_change() {
    let old = with("[listen.gone]\naddress = \"127.0.0.1:2\"\n");
    let new = with(
        "[listen.main]\naddress = \"0.0.0.0:1\"\ngreeting = \"\"\n[listen.new]\naddress = \"[::1]:3\"\nnews = false\n",
    );
    assert_eq!(
        changes(&old, &new),
        [
            "listen.gone: { address = \"127.0.0.1:2\", protocol = \"plain\", enabled = true, news = true } -> nothing (Live)",
            "listen.main.address: \"127.0.0.1:1\" -> \"0.0.0.0:1\" (Live)",
            "listen.main.greeting: nothing -> \"\" (NewConnections)",
            "listen.new: nothing -> { address = \"[::1]:3\", protocol = \"plain\", enabled = true, news = false } (Live)",
        ]
    );
}

#[test]
fn there_and_back_is_where_it_began() {
    let a = with("[limits]\nrooms = 5\n");
    let b = with(
        "[limits]\nrooms = 6\nexempt = [\"10.0.0.0/8\"]\n[listen.more]\naddress = \"[::1]:9\"\n",
    );
    let again = with("[limits]\nrooms = 5\n");
    assert_eq!(a.settings, again.settings);
    assert_eq!(compare(&a, &again), vec![]);
    let (there, back) = (compare(&a, &b), compare(&b, &again));
    assert_eq!(there.len(), 3);
    for (there, back) in there.iter().zip(&back) {
        assert_eq!(
            (&there.key, &there.old, &there.new),
            (&back.key, &back.new, &back.old)
        );
    }
}

#[test]
fn what_needs_a_restart_is_exactly_the_socket_the_place_of_the_history_the_inbox_and_the_workers() {
    let restart: Vec<_> = super::super::schema::KEYS
        .iter()
        .filter(|key| key.applies == Applies::Restart)
        .map(|key| key.path)
        .collect();
    let expected = [
        "admin.socket",
        "history.enabled",
        "history.directory",
        "accounts.enabled",
        "limits.inbox",
        "limits.workers",
    ];
    assert_eq!(restart, expected);
}
