use crate::chat::{Event, Member, Nick, RoomLine, RoomName, Text, Timestamp, Topic};
use crate::protocol::plain::render;

fn lines(event: &Event) -> String {
    let mut out = Vec::new();
    render(event, true, &mut out);
    String::from_utf8(out).expect("UTF-8")
}

/// A name of as many bytes as a name can have, unlike the others.
fn longest(kind: &str, n: u32, chars: usize) -> String {
    let digit =
        |place: u32| char::from_u32(0xAC00 + n / 100_u32.pow(place) % 100).expect("a character");
    let number: String = (0..3).map(digit).collect();
    format!("{kind}{number}{}", "\u{d558}".repeat(chars - 3))
}

#[test]
fn an_answer_is_bounded_in_bytes_and_counts_the_rest() {
    const MOST: usize = 16 * 1024;
    let nick = |n| Nick::parse(&longest("", n, 32)).expect("a nick");
    let name = RoomName::parse(&longest("#", 0, 49)).expect("a name");
    let members = (0..500).map(|n| Member {
        nick: nick(n),
        rank: None,
        away: Text::parse("x").ok(),
    });
    let who = lines(&Event::WhoIs {
        name: name.clone(),
        members: members.collect(),
        more: 7,
    });
    let room = |n| RoomLine {
        room: RoomName::parse(&longest("#", n, 49)).expect("a name"),
        users: u32::MAX,
        // Each becomes three bytes.
        topic: Topic::parse(&"\u{1b}".repeat(Topic::MOST)).ok(),
    };
    let rooms = lines(&Event::RoomsAre {
        rooms: (0..200).map(room).collect(),
        more: 7,
    });
    let shown = [(&who, "(away)", 507), (&rooms, "(4294967295): ", 207)];
    for (answer, each, all) in shown {
        assert!(
            (MOST - 2048..=MOST).contains(&answer.len()),
            "{}",
            answer.len()
        );
        assert!(answer.ends_with('\n') && !answer.contains("\n\n"));
        let (_, last) = answer.rsplit_once("and ").expect("the rest is counted");
        let more: usize = last
            .split(' ')
            .next()
            .expect("a number")
            .parse()
            .expect("a number");
        assert_eq!(answer.matches(each).count() + more, all);
    }
    assert!(who.starts_with(&format!("-- {name} (507): ")));
    let user = Event::UserIs {
        nick: nick(1),
        account: None,
        away: None,
        rooms: (0..100).map(|n| room(n).room).collect(),
        here: Some((Timestamp(1_700_000_000_999), u64::MAX)),
    };
    assert!(lines(&user).len() <= MOST);
}
