use clap::{Args, FromArgMatches};

use super::SelectArgs;
use crate::admin::Select;

fn select(words: &[&str]) -> Result<Select, String> {
    let command = SelectArgs::augment_args(clap::Command::new("list"));
    let found = command
        .try_get_matches_from([&["list"], words].concat())
        .map_err(|e| e.to_string())?;
    SelectArgs::from_arg_matches(&found)
        .map_err(|e| e.to_string())?
        .into_select()
        .map_err(|e| e.to_string())
}

fn strings(words: &[&str]) -> Vec<String> {
    words.iter().map(ToString::to_string).collect()
}

#[test]
fn bare_words_are_ids_or_nicks() {
    assert_eq!(select(&[]), Ok(Select::default()));
    assert_eq!(
        select(&["17", "4"]),
        Ok(Select {
            id: vec![17, 4],
            ..Select::default()
        })
    );
    assert_eq!(
        select(&["alice", "小明", "17b"]),
        Ok(Select {
            nick: strings(&["alice", "小明", "17b"]),
            ..Select::default()
        })
    );
    assert_eq!(
        select(&["--nick", "17"]),
        Ok(Select {
            nick: strings(&["17"]),
            ..Select::default()
        })
    );
}

#[test]
fn every_kind_can_be_repeated_and_taken_away() {
    let given = select(&[
        "alice",
        "--id=3",
        "--id",
        "4",
        "--addr",
        "10.0.0.0/8",
        "--addr=::1",
        "--room",
        "#a",
        "--protocol",
        "plain",
        "--listener",
        "lan",
        "--account",
        "Alice",
        "--idle",
        ">5m",
        "--age",
        "<1h",
        "--not-id",
        "9",
        "--not-nick",
        "bob",
        "--not-addr",
        "10.1.0.0/16",
        "--not-room",
        "#b",
        "--not-protocol",
        "irc",
        "--not-listener",
        "wan",
        "--not-account",
        "bob",
        "--not-idle",
        "<10s",
        "--not-age",
        ">2d",
    ]);
    let expected = Select {
        id: vec![3, 4],
        nick: strings(&["alice"]),
        addr: strings(&["10.0.0.0/8", "::1"]),
        room: strings(&["#a"]),
        protocol: strings(&["plain"]),
        listener: strings(&["lan"]),
        account: strings(&["Alice"]),
        idle: strings(&[">5m"]),
        age: strings(&["<1h"]),
        not_id: vec![9],
        not_nick: strings(&["bob"]),
        not_addr: strings(&["10.1.0.0/16"]),
        not_room: strings(&["#b"]),
        not_protocol: strings(&["irc"]),
        not_listener: strings(&["wan"]),
        not_account: strings(&["bob"]),
        not_idle: strings(&["<10s"]),
        not_age: strings(&[">2d"]),
    };
    assert_eq!(given, Ok(expected));
}

#[test]
fn what_cannot_be_meant_is_refused_with_what_to_write() {
    for (words, hint) in [
        (&["17", "alice"][..], "--nick 17"),
        (&["#lobby"], "--room '#lobby'"),
        (&["99999999999999999999"], "too large"),
        (&["--addr", "10.0.0.0/99"], "--addr: \"10.0.0.0/99\""),
        (&["--not-addr", "10.1.2.3/8"], "--not-addr: \"10.1.2.3/8\""),
        (&["--addr", "localhost"], "192.0.2.7"),
        (&["--idle", "5m"], "--idle: \"5m\""),
        (&["--not-age", ">5m1x"], "'>5m'"),
        (&["--id", "alice"], "invalid digit"),
    ] {
        let error = select(words).unwrap_err();
        assert!(error.contains(hint), "{words:?}: {error}");
    }
}

#[test]
fn bounds_are_sent_as_they_were_typed() {
    for bound in [">1.5h", "<1h30m", "> 1h 30m", ">1w2d", "<90s"] {
        let given = select(&["--idle", bound]).map(|select| select.idle);
        assert_eq!(given, Ok(strings(&[bound])), "{bound}");
    }
}
