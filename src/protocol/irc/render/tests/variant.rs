use proptest::prelude::*;

use super::*;
use crate::chat::{ClientTags, Departure, Manner, ModeChange, Place, RoomFlag};
use Capability::*;

fn variant(event: &Event, capabilities: Capabilities) -> Option<u64> {
    Variants::of(event).with(capabilities)
}

/// One event of each kind that several users are told.
#[allow(clippy::too_many_lines, reason = "a table")]
fn told_to_several(from: &Identity, words: &Text) -> Vec<Event> {
    let by = || Speaker::User(from.clone());
    let (who, name, id) = (|| from.clone(), || room("#tea"), id());
    let place = || Place::Room(TEA, name());
    let said = |manner, tags| Event::Said {
        from: by(),
        place: place(),
        manner,
        text: words.clone(),
        id,
        tags,
    };
    let joined = |away| Event::Joined {
        who: who(),
        realname: "R".into(),
        away,
        room: TEA,
        name: name(),
    };
    let new = Identity {
        origin: Origin::new("user", "new"),
        ..who()
    };
    vec![
        said(Manner::Message, Some(ClientTags("+a=b".into()))),
        said(Manner::Action, None),
        Event::Tagged {
            from: by(),
            place: place(),
            tags: ClientTags("+a=b".into()),
            id,
        },
        Event::Redacted {
            by: by(),
            place: place(),
            id,
            reason: None,
        },
        joined(None),
        joined(Some(words.clone())),
        Event::Parted {
            who: who(),
            room: TEA,
            name: name(),
            reason: None,
        },
        Event::KickedFrom {
            by: by(),
            who: super::who("bob"),
            room: TEA,
            name: name(),
            reason: None,
        },
        Event::Gone {
            who: who(),
            how: Departure::Closed,
        },
        Event::Renamed {
            who: who(),
            new: nick("new"),
        },
        Event::TopicChanged {
            by: by(),
            room: TEA,
            name: name(),
            topic: topic("t"),
        },
        Event::ModesChanged {
            by: Some(by()),
            room: TEA,
            name: name(),
            changes: [ModeChange::Flag(RoomFlag::Secret, true)].into(),
        },
        Event::RoomRenamed {
            by: by(),
            room: TEA,
            old: room("#old"),
            new: name(),
            reason: None,
        },
        Event::AwayChanged {
            who: who(),
            away: None,
        },
        Event::RealnameChanged {
            who: who(),
            realname: "R".into(),
        },
        Event::HostChanged { old: who(), new },
        Event::AccountChanged { who: who() },
        Event::InvitedOther {
            by: by(),
            nick: nick("bob"),
            room: TEA,
            name: name(),
        },
        Event::Knocked {
            who: who(),
            room: TEA,
            name: name(),
            text: None,
        },
        Event::Wallops {
            from: by(),
            text: words.clone(),
        },
        Event::ServerNotice {
            text: words.clone(),
        },
        Event::CameOnline { who: who() },
        Event::WentOffline {
            nick: from.nick.clone(),
        },
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn clients_with_the_same_variant_are_told_the_same_bytes(
        one: u64, flipped: u64, marks in any::<[bool; 3]>(), words in "x[a ]{0,600}"
    ) {
        let from = Identity {
            account: marks[0].then(|| Account("acc".into())),
            bot: marks[1],
            oper: marks[2],
            ..who("alice")
        };
        let mut world = World::new();
        world.enter("alice", set(&[]), &[Rank::Op]);
        let (one, other) = (one & all().0, (one ^ flipped) & all().0);
        let bob = world.enter("bob", Capabilities(one), &[]);
        let carol = world.enter("carol", Capabilities(other), &[Rank::Voice]);
        for event in told_to_several(&from, &text(&words)) {
            let (a, b) = (variant(&event, Capabilities(one)), variant(&event, Capabilities(other)));
            if a.is_some() && a == b {
                prop_assert_eq!(world.told(&event, bob), world.told(&event, carol), "{:?}", event);
            }
        }
    }
}

#[test]
fn the_longest_names_and_texts_keep_within_the_limits() {
    let from = Identity {
        nick: nick(&"茶".repeat(32)),
        origin: Origin::new(&"u".repeat(18), &"h".repeat(63)),
        ..marked("alice")
    };
    let events = told_to_several(&from, &text(&"茶 words ".repeat(300)));
    for with in [set(&[]), all(), set(&[Batch, Multiline, ServerTime])] {
        let mut world = World::new();
        let bob = world.enter("bob", with, &[]);
        for event in &events {
            // Each line is measured as it is told.
            drop(world.told(event, bob));
        }
    }
}

#[test]
fn what_makes_no_difference_makes_no_variant() {
    let plain = told_to_several(&who("alice"), &text("hi"));
    let kinds = |event: &Event| {
        // Any two of them, with and without each: more than two at once make no difference that two do not.
        let bits = || Capability::ALL.iter().map(|one| one.bit());
        let pairs = bits().flat_map(|one| bits().map(move |other| (one, other)));
        let sets = pairs.flat_map(|(one, other)| [0, one, other, one | other]);
        let mut kinds: Vec<_> = sets
            .filter_map(|set| variant(event, Capabilities(set & all().0)))
            .collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds.len()
    };
    // With a time or without, with a message's id or without.
    assert_eq!(kinds(&plain[0]), 4);
    // A user without an account, who is neither bot nor operator, has no tags: there are the time and, where somebody enters, what
    // it says of itself and that it is away.
    for event in &plain {
        assert!(kinds(event) <= 8, "{event:?}");
    }
    let long = told_to_several(&who("alice"), &text(&"x ".repeat(300)));
    let (batch, single) = (set(&[Batch, Multiline]), set(&[]));
    assert_ne!(variant(&long[0], batch), variant(&long[0], single));
    assert_eq!(variant(&plain[0], batch), variant(&plain[0], single));
}

#[test]
fn what_is_told_to_one_alone_is_rendered_for_it_alone() {
    let away = Event::AwayIs { away: None };
    assert_eq!(variant(&away, all()), None);
    let text = text("hi");
    let notice = Event::ServerNotice { text: text.clone() };
    assert_eq!(variant(&notice, all()), None, "it is addressed");
    let renamed = &told_to_several(&who("alice"), &text)[12];
    assert_eq!(variant(renamed, set(&[])), None);
    assert!(variant(renamed, set(&[ChannelRename])).is_some());
}
