//! Messages like those that people say: in one busy room and many quiet ones, in several languages.

use chatd::chat::{
    Identity, Life, Manner, MessageId, Nick, Open, Origin, RoomName, Said, Speaker, Stamp, Text,
    Timestamp, Where,
};
use chatd::store::Record;

/// How many quiet rooms there are.
const QUIET: u64 = 2000;

const PHRASES: [&str; 8] = [
    "good morning, is the coffee ready",
    "the build is green again, who broke it yesterday",
    "你好吗，今天天气很好",
    "Grüße aus Köln, bis später",
    "has anybody seen the meeting notes of last week",
    "привет всем, как дела",
    "I will be away for lunch, back at two",
    "this is a somewhat longer sentence so that messages are not all of the same length in the history",
];

fn life_of(name: &str) -> Life {
    let name = RoomName::parse(name).expect("a room's name");
    Life {
        key: name.key().into(),
        since: 0,
    }
}

/// The room in which half of all is said.
pub(crate) fn busy_life() -> Life {
    life_of("#busy")
}

/// One of the others.
pub(crate) fn quiet_life() -> Life {
    life_of("#quiet7")
}

/// The message of this number: every second is in the busy room.
pub(crate) fn record(nth: u64) -> Record {
    let name = if nth.is_multiple_of(2) {
        "#busy".to_owned()
    } else {
        format!("#quiet{}", nth / 2 % QUIET)
    };
    let at = Timestamp(i64::try_from(1_700_000_000_000 + nth * 50).unwrap_or(i64::MAX));
    let stamp = Stamp {
        at,
        ..Stamp::default()
    };
    let phrase = PHRASES[usize::try_from(nth * 7 / 3 % 8).unwrap_or(0)];
    let text = format!("{phrase} rare{}", nth % 100_000);
    let said = Said {
        id: MessageId::new(&stamp, nth),
        at,
        from: Speaker::User(Identity {
            nick: Nick::parse(&format!("person{}", nth % 50)).expect("a nick"),
            origin: Origin::new("~user", "192.0.2.1"),
            account: None,
            bot: false,
            oper: false,
        }),
        place: Where::Room {
            life: life_of(&name),
            name: RoomName::parse(&name).expect("a room's name"),
            rank: None,
        },
        open: Open::Yes,
        manner: Manner::Message,
        text: Text::parse(&text).expect("a text"),
        tags: None,
    };
    Record::Said(Box::new(said))
}
