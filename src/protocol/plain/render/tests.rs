mod answers;
mod owning;
mod rooms;

use proptest::prelude::*;

use super::*;
use crate::chat::{
    Member, MessageId, Refusal, RoomId, RoomLine, RoomName, Stamp, Talks, Timestamp, Topic,
};
use crate::protocol::plain::tests::who;
use crate::protocol::plain::{error, refusal};

fn nick(name: &str) -> Nick {
    Nick::parse(name).expect("a nick")
}

fn room() -> RoomName {
    RoomName::parse("#tea").expect("a name")
}

fn text(text: &str) -> Text {
    Text::parse(text).expect("a text")
}

fn topic(text: &str) -> Topic {
    Topic::parse(text).expect("a topic")
}

fn lines(event: &Event, here: bool) -> String {
    let mut out = Vec::new();
    render(event, here, &mut out);
    String::from_utf8(out).expect("UTF-8")
}

fn id() -> MessageId {
    MessageId::new(&Stamp::default(), 0)
}

fn said(from: Speaker, place: Place, manner: Manner) -> Event {
    let text = text("hi");
    Event::Said {
        from,
        place,
        manner,
        text,
        id: id(),
        tags: None,
    }
}

#[test]
fn what_is_said_has_its_forms() {
    use Manner::*;
    let alice = || Speaker::User(who("alice"));
    let tea = || Place::Room(RoomId(1), room());
    let private = || Place::Private(nick("bob"));
    for (from, place, manner, here, expected) in [
        (alice(), tea(), Message, true, "<alice> hi\n"),
        (alice(), tea(), Message, false, "#tea <alice> hi\n"),
        (alice(), private(), Message, false, "@you <alice> hi\n"),
        (alice(), tea(), Action, true, "* alice hi\n"),
        (alice(), tea(), Action, false, "#tea * alice hi\n"),
        (alice(), private(), Action, false, "@you * alice hi\n"),
        (alice(), tea(), Notice, true, "-alice- hi\n"),
        (alice(), tea(), Notice, false, "#tea -alice- hi\n"),
        (alice(), private(), Notice, false, "@you -alice- hi\n"),
        (
            Speaker::Operator,
            tea(),
            Message,
            true,
            "#tea <*operator> hi\n",
        ),
        (
            Speaker::Operator,
            tea(),
            Message,
            false,
            "#tea <*operator> hi\n",
        ),
        (
            Speaker::Operator,
            private(),
            Message,
            false,
            "@you <*operator> hi\n",
        ),
        (
            Speaker::Operator,
            private(),
            Action,
            false,
            "@you * *operator hi\n",
        ),
        (
            Speaker::Operator,
            tea(),
            Notice,
            true,
            "#tea -*operator- hi\n",
        ),
    ] {
        assert_eq!(lines(&said(from, place, manner), here), expected);
    }
}

#[test]
fn news_has_its_lines() {
    let name = room;
    let r = RoomId(1);
    let gone = |how| Event::Gone {
        who: who("alice"),
        how,
    };
    for (event, expected) in [
        (
            Event::Joined {
                who: who("alice"),
                realname: "".into(),
                away: None,
                room: r,
                name: name(),
            },
            "*** alice joined #tea\n",
        ),
        (
            Event::Parted {
                who: who("alice"),
                room: r,
                name: name(),
                reason: None,
            },
            "*** alice left #tea\n",
        ),
        (
            Event::Parted {
                who: who("alice"),
                room: r,
                name: name(),
                reason: Some(text("x")),
            },
            "*** alice left #tea (x)\n",
        ),
        (gone(Departure::Quit(None)), "*** alice has gone (quit)\n"),
        (
            gone(Departure::Quit(Some(text("x")))),
            "*** alice has gone (quit: x)\n",
        ),
        (
            gone(Departure::Closed),
            "*** alice has gone (connection closed)\n",
        ),
        (
            gone(Departure::Failed),
            "*** alice has gone (connection failed)\n",
        ),
        (
            gone(Departure::Kicked(text("x"))),
            "*** alice has gone (kicked: x)\n",
        ),
        (
            gone(Departure::Cut(text("flood"))),
            "*** alice has gone (cut off)\n",
        ),
        (
            Event::Renamed {
                who: who("alice"),
                new: nick("bob"),
            },
            "*** alice is now bob\n",
        ),
        (
            Event::TopicChanged {
                by: Speaker::User(who("alice")),
                room: r,
                name: name(),
                topic: topic("x"),
            },
            "*** alice set the topic of #tea: x\n",
        ),
        (
            Event::TopicChanged {
                by: Speaker::Operator,
                room: r,
                name: name(),
                topic: topic(""),
            },
            "*** *operator took away the topic of #tea\n",
        ),
    ] {
        assert_eq!(lines(&event, false), expected);
        assert_eq!(lines(&event, true), expected);
    }
}

#[test]
fn errors_have_a_code() {
    let mut out = Vec::new();
    error("full", "come back\u{7}later\n! kicked: no", &mut out);
    refusal(&Refusal::NoSuchNick { nick: nick("bob") }, &mut out);
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "! full: come back\u{fffd}later\u{fffd}! kicked: no\n\
         ! no-such-nick: nobody here is called bob; /who shows who is in a room\n"
    );
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_anybody_wrote_brings_another_line_or_a_control_character(wrote in "[^\n\r\0]{1,40}", odd in "[\u{1}-\u{9}\u{b}\u{c}\u{e}-\u{9f}]{1,40}") {
        for wrote in [wrote, odd] {
            // With something to see in it, or it is no text.
            let wrote = format!("x{wrote}");
            let (words, about) = (text(&wrote), topic(&wrote));
            let place = Place::Room(RoomId(0), room());
            let from = Speaker::User(who("alice"));
            for (event, count) in [
                (Event::Said { from, place, manner: Manner::Message, text: words.clone(), id: id(), tags: None }, 1),
                (Event::Gone { who: who("alice"), how: Departure::Quit(Some(words.clone())) }, 1),
                (Event::Farewell { nick: None, how: Departure::Kicked(words.clone()) }, 1),
                (Event::TheyAreAway { nick: nick("alice"), away: words.clone() }, 1),
                (Event::AwayIs { away: Some(words.clone()) }, 1),
                (Event::Wallops { from: Speaker::Operator, text: words.clone() }, 1),
                (Event::Knocked { who: who("alice"), room: RoomId(0), name: room(), text: Some(words.clone()) }, 1),
                (Event::KickedFrom { by: Speaker::Operator, who: who("alice"), room: RoomId(0), name: room(), reason: Some(words.clone()) }, 1),
                (Event::TopicSet { who: who("alice"), room: RoomId(0), name: room(), topic: about.clone() }, 1),
                (Event::YouEntered { who: who("alice"), room: RoomId(0), name: room(), others: 0, topic: Some(about.clone()), talks: Talks::In(room()) }, 2),
                (Event::RoomsAre { rooms: vec![RoomLine { room: room(), users: 1, topic: Some(about) }], more: 0 }, 1),
                (Event::Parted { who: who("alice"), room: RoomId(0), name: room(), reason: Some(words) }, 1),
            ] {
                let shown = lines(&event, true);
                prop_assert!(shown.ends_with('\n'));
                prop_assert_eq!(shown.matches('\n').count(), count);
                prop_assert!(!shown.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n')));
            }
        }
    }
}
