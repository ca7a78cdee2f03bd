//! Modern IRC, "Connection Registration": what a client is told on success, in its order.

use super::*;
use crate::chat::{Capabilities, Command, UserFlag};
use crate::protocol::irc::Capability;
use crate::protocol::irc::testing::{Place, attach, lines, nick, tls};

fn welcomed(place: &Place, client: crate::chat::ClientId) -> Vec<String> {
    let asker = place.asker(client);
    let telling = Telling {
        chat: &place.chat,
        server: &place.server,
        stamp: place.stamp,
        newcomers: place.tally.newcomers,
    };
    let mut out = Vec::new();
    let who = asker.user.identity();
    let mut replies = Replies::new(&mut out, "", &place.server.name, who.nick.as_str());
    welcome(&telling, asker.client, &who, &mut replies);
    lines(&out)
}

fn numbers(lines: &[String]) -> Vec<&str> {
    let second = lines
        .iter()
        .map(|line| line.split(' ').nth(1).unwrap_or_default());
    let mut numbers: Vec<&str> = second.collect();
    numbers.dedup();
    numbers
}

/// "the server MUST send, in this order": 001, 002, 003, 004, 005; then LUSERS and MOTD.
#[test]
fn the_numerics_come_in_the_order_of_the_specification() {
    let mut place = Place::new();
    let alice = place.client("alice", Capabilities(0));
    let told = welcomed(&place, alice);
    let expected = [
        "001", "002", "003", "004", "005", "251", "254", "255", "265", "266", "422",
    ];
    assert_eq!(numbers(&told), expected);
    assert_eq!(
        told[..4],
        [
            ":irc.example.org 001 alice :Welcome to the Example Network, alice",
            &format!(
                ":irc.example.org 002 alice :Your host is irc.example.org, running version {}",
                place.server.version
            ),
            ":irc.example.org 003 alice :This server was created Monday, 23 November 2026, 00:44:04 UTC",
            &format!(
                ":irc.example.org 004 alice irc.example.org {} BRTZiosw CIKMNPRSUabcefhiklmnopqrstuv Iabefhkloqv",
                place.server.version
            ),
        ]
    );
    assert!(
        told.iter()
            .all(|line| line.starts_with(":irc.example.org "))
    );
}

/// "at least one `RPL_ISUPPORT`", adjacent to each other, in a batch for those who know it.
#[test]
fn isupport_is_batched_for_those_who_know_it() {
    let mut place = Place::new();
    let both = Capability::Batch.bit() | Capability::ExtendedIsupport.bit();
    let alice = place.client("alice", Capabilities(both));
    let told = welcomed(&place, alice);
    assert_eq!(told[4], ":irc.example.org BATCH +isupport draft/isupport");
    assert!(told[5].starts_with("@batch=isupport :irc.example.org 005 alice "));
}

/// "it must send either the successful Message of the Day numerics or the `ERR_NOMOTD` numeric".
#[test]
fn a_message_of_the_day_is_shown() {
    let mut place = Place::new();
    place.server.motd = Some(["Be kind.".into(), "".into()].into());
    let alice = place.client("alice", Capabilities(0));
    let told = welcomed(&place, alice);
    assert_eq!(
        told[told.len() - 4..],
        [
            ":irc.example.org 375 alice :- irc.example.org Message of the day - ",
            ":irc.example.org 372 alice :- Be kind.",
            ":irc.example.org 372 alice :- ",
            ":irc.example.org 376 alice :End of /MOTD command.",
        ]
    );
}

/// "If the user has client modes set on them automatically upon joining the network, the server SHOULD send the client the
/// `RPL_UMODEIS` reply", after all else.
#[test]
fn modes_that_one_has_from_the_start_come_last() {
    let mut place = Place::new();
    let alice = place.client("alice", Capabilities(0));
    assert!(!numbers(&welcomed(&place, alice)).contains(&"221"));
    place.does(alice, Command::SetFlags(vec![(UserFlag::Invisible, true)]));
    let told = welcomed(&place, alice);
    assert_eq!(told[told.len() - 1], ":irc.example.org 221 alice +i");
}

/// Who is connected by TLS has +Z from the start.
#[test]
fn a_secure_client_is_told_that_it_is() {
    let mut place = Place::new();
    let mut attach = attach(9);
    attach.nick = Some(nick("alice"));
    attach.username = "~a".into();
    attach.tls = Some(tls());
    let alice = attach.client;
    place.does(alice, Command::Attach(attach));
    let told = welcomed(&place, alice);
    assert_eq!(told[told.len() - 1], ":irc.example.org 221 alice +Z");
}
