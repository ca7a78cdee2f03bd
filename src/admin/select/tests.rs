use super::*;
use crate::admin::testing;

fn client(id: u64, nick: &str, address: &str) -> Client {
    Client {
        address: address.into(),
        listener: "main".into(),
        rooms: vec!["#lobby".into(), "#Rust".into()],
        age_seconds: 7200,
        idle_seconds: 300,
        ..testing::client(id, nick)
    }
}

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// The ids of alice (1, IPv4), bob (2, mapped IPv4) and zoë (3, IPv6) that match.
fn meant(select: &Select) -> Vec<u64> {
    let matcher = select.compile().unwrap();
    [
        client(1, "Alice", "192.0.2.7:1000"),
        client(2, "bob", "[::ffff:192.0.2.200]:1000"),
        client(3, "zoë", "[2001:db8::1]:1000"),
    ]
    .iter()
    .filter(|client| matcher.matches(client))
    .map(|client| client.id)
    .collect()
}

fn problem(select: &Select) -> (String, String) {
    match select.compile() {
        Err(Error::Invalid { parameter, message }) => (parameter, message),
        other => panic!("{other:?}"),
    }
}

#[test]
fn nothing_selected_means_everybody() {
    assert!(Select::default().is_empty());
    assert_eq!(meant(&Select::default()), [1, 2, 3]);
    let id = Select {
        not_id: vec![9],
        ..Select::default()
    };
    assert!(!id.is_empty());
}

#[test]
fn one_of_a_kind_is_enough_and_all_kinds_must_match() {
    let mut select = Select {
        nick: strings(&["alice", "ZOË"]),
        ..Select::default()
    };
    assert_eq!(meant(&select), [1, 3]);
    select.id = vec![2, 3];
    assert_eq!(meant(&select), [3]);
}

#[test]
fn what_is_not_wanted_is_taken_away() {
    let select = Select {
        room: strings(&["#RUST"]),
        not_nick: strings(&["bob"]),
        not_id: vec![3],
        ..Select::default()
    };
    assert_eq!(meant(&select), [1]);
    let none = Select {
        not_listener: strings(&["main"]),
        ..Select::default()
    };
    assert_eq!(meant(&none), [0; 0]);
}

#[test]
fn clients_are_found_by_their_account() {
    let alice = Client {
        account: Some("Alice".into()),
        ..client(1, "guest1", "192.0.2.7:1000")
    };
    let nobody = client(2, "alice", "192.0.2.7:1001");
    let meant = |select: &Select| {
        let matcher = select.compile().unwrap();
        [matcher.matches(&alice), matcher.matches(&nobody)]
    };
    let of = |account: &str| Select {
        account: strings(&[account]),
        ..Select::default()
    };
    let not_of = Select {
        not_account: strings(&["alice"]),
        ..Select::default()
    };
    assert_eq!(meant(&of("ALICE")), [true, false]);
    assert_eq!(meant(&not_of), [false, true]);
    for other in ["bob", "", "a b", "#alice"] {
        assert_eq!(meant(&of(other)), [false, false], "{other:?}");
    }
}

#[test]
fn nicks_and_rooms_are_told_apart_as_the_chat_does() {
    let with = |nick: &str, room: &str| {
        let mut client = client(1, nick, "192.0.2.7:1000");
        client.rooms = strings(&[room]);
        client
    };
    let matches = |asked: [&str; 2], found: [&str; 2]| {
        let select = Select {
            nick: strings(&asked[..1]),
            ..Select::default()
        };
        let nick = select.compile().unwrap().matches(&with(found[0], found[1]));
        let select = Select {
            room: strings(&asked[1..]),
            ..Select::default()
        };
        let room = select.compile().unwrap().matches(&with(found[0], found[1]));
        (nick, room)
    };
    for (asked, found) in [
        (["STRASSE", "#STRASSE"], ["straße", "#straße"]),
        (["οδος", "#ΟΔΟΣ"], ["ΟΔΟΣ", "#οδος"]),
        (["ｂｏｂ", "#ｂｏｂ"], ["Bob", "#bob"]),
        (["zoe\u{308}", "#ZOE\u{308}"], ["Zoë", "#zoë"]),
        (["b0b", "#b0b"], ["bob", "#bob"]),
    ] {
        assert_eq!(matches(asked, found), (true, true), "{asked:?}");
    }
    for asked in [["", ""], ["a b", "#a b"], ["#bob", "bob"], ["*", "#*"]] {
        assert_eq!(matches(asked, ["bob", "#bob"]), (false, false), "{asked:?}");
    }
}

#[test]
fn addresses_match_by_network_whatever_their_form() {
    for (addr, ids) in [
        ("192.0.2.7", vec![1]),
        ("::ffff:192.0.2.7", vec![1]),
        ("192.0.2.0/24", vec![1, 2]),
        ("::ffff:192.0.2.0/120", vec![1, 2]),
        ("2001:db8::/32", vec![3]),
        ("::/0", vec![3]),
        ("0.0.0.0/0", vec![1, 2]),
    ] {
        let select = Select {
            addr: strings(&[addr]),
            ..Select::default()
        };
        assert_eq!(meant(&select), ids, "{addr}");
    }
}

#[test]
fn a_wrong_address_says_what_is_wrong() {
    let select = Select {
        not_addr: strings(&["10.1.2.3/8"]),
        ..Select::default()
    };
    let (parameter, message) = problem(&select);
    assert_eq!(parameter, "select.not_addr");
    assert!(message.contains("host part"), "{message}");
}

#[test]
fn lengths_of_time_are_compared_exactly() {
    for (idle, met) in [
        (">5m", false),
        (">299s", true),
        ("<5m", false),
        ("< 5m 1s", true),
        (" <1d ", true),
    ] {
        let select = Select {
            idle: strings(&[idle]),
            ..Select::default()
        };
        assert_eq!(!meant(&select).is_empty(), met, "{idle}");
    }
    let age = Select {
        age: strings(&[">1h"]),
        not_age: strings(&[">1w"]),
        ..Select::default()
    };
    assert_eq!(meant(&age), [1, 2, 3]);
}

#[test]
fn a_wrong_length_of_time_says_what_is_expected() {
    for text in ["5m", ">", ">5 bananas", ">-5m", "", ">1month"] {
        let select = Select {
            age: strings(&[text]),
            ..Select::default()
        };
        let (parameter, message) = problem(&select);
        assert_eq!(parameter, "select.age");
        assert!(
            message.contains("expected something like '>5m'"),
            "{message}"
        );
    }
}
