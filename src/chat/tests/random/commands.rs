//! Commands of any kind, by names that are few.

use proptest::prelude::*;

use super::super::*;
use super::{MODES, NICKS, ROOMS};

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        2 => Just(Target::Current),
        2 => prop::sample::select(&ROOMS[..]).prop_map(|name| Target::Room(room(name))),
        1 => prop::sample::select(&ROOMS[..])
            .prop_map(|name| Target::Ranked(Rank::HalfOp, room(name))),
        2 => prop::sample::select(&NICKS[..]).prop_map(|name| Target::User(nick(name))),
        1 => Just(Target::Operator),
    ]
}

fn any_room() -> impl Strategy<Value = RoomName> {
    prop::sample::select(&ROOMS[..]).prop_map(room)
}

pub(super) fn any_nick() -> impl Strategy<Value = Nick> {
    prop::sample::select(&NICKS[..]).prop_map(nick)
}

/// What is done about accounts, and by their owners about rooms. The client that logs in is the one whose step it is.
fn of_accounts() -> impl Strategy<Value = Command> {
    let rank = || prop::option::of(prop::sample::select(&Rank::ALL[..]));
    prop_oneof![
        6 => prop::option::of(any_room()).prop_map(Command::RegisterRoom),
        1 => any_room().prop_map(Command::DropRoom),
        4 => (any_room(), any_nick(), rank())
            .prop_map(|(name, who, rank)| Command::SetAccess(Some(name), who, rank)),
        1 => (any_room(), any_nick()).prop_map(|(name, who)| Command::HandOver(name, who)),
        2 => (any_room(), prop::option::of(any_nick()), rank(), any::<bool>()).prop_map(
            |(name, who, rank, on)| Command::SetRank(name, who, rank.unwrap_or(Rank::Op), on)
        ),
        1 => any_room().prop_map(|name| Command::ShowAccess(Some(name))),
    ]
}

pub(super) fn command() -> impl Strategy<Value = Command> {
    let of_rooms = prop_oneof![
        6 => (any_room(), any::<bool>())
            .prop_map(|(name, key)| Command::Join(name, key.then(|| Key::parse("x")).flatten())),
        3 => prop::option::of(any_room()).prop_map(|name| Command::Part(name, None)),
        1 => Just(Command::PartAll),
        3 => (any_room(), any_nick()).prop_map(|(name, nick)| Command::KickFrom(Some(name), nick, None)),
        6 => (prop::option::of(any_room()), prop::sample::select(&MODES[..]))
            .prop_map(|(name, modes)| Command::SetModes(name, changes(modes))),
        2 => (any_nick(), any_room()).prop_map(|(nick, name)| Command::Invite(nick, Some(name))),
        1 => any_room().prop_map(|name| Command::Knock(name, None)),
        1 => (any_room(), any_room()).prop_map(|(old, new)| Command::RenameRoom(old, new, None)),
        1 => prop::option::of(any_room()).prop_map(|name| Command::SetTopic(name, topic("t"))),
    ];
    let of_users = prop_oneof![
        3 => any_nick().prop_map(Command::Nick),
        1 => any::<bool>().prop_map(|away| Command::Away(away.then(|| text("gone")))),
        1 => Just(Command::SetRealname(text("somebody"))),
        1 => prop::collection::vec(any_nick(), 1..4).prop_map(Command::Monitor),
        1 => prop::option::of(prop::collection::vec(any_nick(), 1..3)).prop_map(Command::Unmonitor),
        1 => (prop::sample::select(UserFlag::ALL), any::<bool>())
            .prop_map(|(flag, on)| Command::SetFlags(vec![(flag, on)])),
        1 => (prop::sample::select(&Role::ALL[..]), any::<bool>()).prop_map(|(role, host)| {
            Command::Promote(role, "x".into(), host.then(|| "staff.example".into()))
        }),
        1 => any_nick().prop_map(|nick| Command::Kill(nick, text("x"))),
        1 => any_nick().prop_map(Command::Ghost),
        2 => Just(Command::BeOneself),
        1 => (target(), prop::option::of(0..3i64))
            .prop_map(|(to, at)| Command::MarkRead(to, at.map(Timestamp))),
        1 => any::<u64>().prop_map(|bits| Command::Negotiate(Capabilities(bits))),
        1 => Just(Command::Detach(Departure::Quit(None))),
        1 => Just(Command::Detach(Departure::Closed)),
    ];
    let of_words = prop_oneof![
        4 => target().prop_map(|to| say_to(to, "x")),
        1 => target().prop_map(|to| say_to(to, "\u{1}VERSION\u{1}")),
        1 => target().prop_map(|to| Command::Tag(to, ClientTags("+x".into()))),
        // Of the last message there is, whosever it is.
        2 => target().prop_map(|to| Command::Redact(to, MessageId::new(&Stamp::default(), 0), None)),
        1 => Just(Command::Wallops(text("x"))),
        1 => prop::option::of(any_room()).prop_map(Command::Who),
        1 => any_nick().prop_map(Command::Whois),
        1 => Just(Command::Rooms),
        1 => prop::option::of(any_room()).prop_map(Command::ShowTopic),
    ];
    prop_oneof![4 => of_rooms, 2 => of_users, 2 => of_words, 2 => of_accounts()]
}
