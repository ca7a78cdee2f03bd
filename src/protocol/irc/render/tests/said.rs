use proptest::prelude::*;

use super::*;
use crate::chat::{ClientTags, Manner, OPERATOR, Place};
use Capability::*;

fn tea() -> Place {
    Place::Room(TEA, room("#tea"))
}

fn said(from: Speaker, place: Place, manner: Manner, words: &str) -> Event {
    Event::Said {
        from,
        place,
        manner,
        text: text(words),
        id: id(),
        tags: None,
    }
}

fn message(words: &str) -> Event {
    said(user("alice"), tea(), Manner::Message, words)
}

#[test]
fn each_way_of_saying_has_its_command_and_each_place_its_target() {
    use Manner::*;
    let bob = || Place::Private(nick("bob"));
    let ops = || Place::Ranked(Rank::Op, TEA, room("#tea"));
    for (place, manner, expected) in [
        (tea(), Message, "PRIVMSG #tea :hi"),
        (tea(), Notice, "NOTICE #tea :hi"),
        (tea(), Action, "PRIVMSG #tea :\u{1}ACTION hi\u{1}"),
        (bob(), Message, "PRIVMSG bob :hi"),
        (ops(), Message, "PRIVMSG @#tea :hi"),
        (Place::Operator, Message, "PRIVMSG *operator :hi"),
    ] {
        let event = said(user("alice"), place, manner, "hi");
        assert_eq!(told(&event, &[]), [format!(":alice!user@host {expected}")]);
    }
    let event = said(Speaker::Operator, tea(), Message, "hi");
    let from = format!(":{OPERATOR}!operator@irc.test");
    assert_eq!(told(&event, &[]), [format!("{from} PRIVMSG #tea :hi")]);
}

#[test]
fn what_a_client_has_not_asked_for_is_not_in_the_tags() {
    let tags = Some(ClientTags("+reply=x;+a".into()));
    let event = Event::Said {
        from: Speaker::User(marked("alice")),
        place: tea(),
        manner: Manner::Message,
        text: text("hi"),
        id: id(),
        tags,
    };
    let line = ":alice!user@host PRIVMSG #tea :hi";
    let id = id();
    for (with, tags) in [
        (&[][..], String::new()),
        (&[ServerTime], format!("@{TIME} ")),
        (&[AccountTag], "@account=acc ".to_owned()),
        (&[OperTag], "@draft/oper ".to_owned()),
        (&[MessageTags], format!("@msgid={id};bot;+reply=x;+a ")),
        (
            &[ServerTime, MessageTags, AccountTag, OperTag],
            format!("@{TIME};msgid={id};account=acc;bot;draft/oper;+reply=x;+a "),
        ),
    ] {
        assert_eq!(told(&event, with), [format!("{tags}{line}")]);
    }
}

#[test]
fn an_account_is_escaped_in_its_tag() {
    let mut from = who("alice");
    from.account = Some(Account("a b;c".into()));
    let event = said(Speaker::User(from), tea(), Manner::Message, "hi");
    let lines = told(&event, &[AccountTag]);
    assert!(
        lines[0].starts_with("@account=a\\sb\\:c :alice!"),
        "{lines:?}"
    );
}

#[test]
fn only_those_who_read_tags_are_told_tags_alone() {
    let event = Event::Tagged {
        from: user("alice"),
        place: Place::Ranked(Rank::Voice, TEA, room("#tea")),
        tags: ClientTags("+typing=active".into()),
        id: id(),
    };
    assert!(told(&event, &[ServerTime]).is_empty());
    let line = format!(
        "@msgid={};+typing=active :alice!user@host TAGMSG +#tea",
        id()
    );
    assert_eq!(told(&event, &[MessageTags]), [line]);
}

#[test]
fn only_those_who_know_it_are_told_what_is_taken_back() {
    let event = |reason: Option<&str>| Event::Redacted {
        by: Speaker::User(who("alice")),
        place: tea(),
        id: id(),
        reason: reason.map(text),
    };
    assert!(told(&event(None), &[MessageTags]).is_empty());
    let line = format!(":alice!user@host REDACT #tea {}", id());
    let with = [MessageRedaction];
    assert_eq!(told(&event(None), &with), [line.as_str()]);
    assert_eq!(
        told(&event(Some("bad example")), &with),
        [line + " :bad example"]
    );
}

#[test]
fn several_lines_are_one_batch_for_those_with_multiline() {
    let event = Event::Said {
        from: user("alice"),
        place: tea(),
        manner: Manner::Notice,
        text: Text::parse_lines("hello\n\nhow are you").expect("a text"),
        id: id(),
        tags: None,
    };
    let (id, from) = (id(), ":alice!user@host");
    assert_eq!(
        told(&event, &[Multiline, Batch, MessageTags]),
        [
            format!("@msgid={id} {from} BATCH +{id} draft/multiline #tea"),
            format!("@batch={id} {from} NOTICE #tea :hello"),
            format!("@batch={id} {from} NOTICE #tea :"),
            format!("@batch={id} {from} NOTICE #tea :how are you"),
            format!("{from} BATCH -{id}"),
        ]
    );
    // Without: no blank line, and the message's id on the first line only.
    for with in [
        &[MessageTags][..],
        &[MessageTags, Batch],
        &[MessageTags, Multiline],
    ] {
        assert_eq!(
            told(&event, with),
            [
                format!("@msgid={id} {from} NOTICE #tea :hello"),
                format!("{from} NOTICE #tea :how are you"),
            ]
        );
    }
}

/// "Servers SHOULD maintain the line composition sent by the client instead of combining to a normalised form before re-splitting"
/// (IRCv3 multiline, "Fallback"). The specification's first example.
#[test]
fn what_was_said_in_pieces_is_told_in_those_pieces() {
    let text = |text, joints: &[u32]| Text::parse_lines(text).expect("a text").joined_at(joints);
    let said = |text| Event::Said {
        from: user("alice"),
        place: tea(),
        manner: Manner::Message,
        text,
        id: id(),
        tags: None,
    };
    let (id, from) = (id(), ":alice!user@host");
    let event = said(text("hello\n\nhow is everyone?", &[14]));
    assert_eq!(
        told(&event, &[Multiline, Batch]),
        [
            format!("{from} BATCH +{id} draft/multiline #tea"),
            format!("@batch={id} {from} PRIVMSG #tea :hello"),
            format!("@batch={id} {from} PRIVMSG #tea :"),
            format!("@batch={id} {from} PRIVMSG #tea :how is "),
            format!("@batch={id};draft/multiline-concat {from} PRIVMSG #tea :everyone?"),
            format!("{from} BATCH -{id}"),
        ]
    );
    let lines =
        ["hello", "how is ", "everyone?"].map(|line| format!("{from} PRIVMSG #tea :{line}"));
    assert_eq!(told(&event, &[]), lines);
    // However short it is.
    assert_eq!(told(&said(text("ab", &[1])), &[]).len(), 2);
    // A piece that is too long, as clients do not know how long the names are, is split where it must be.
    let long = format!("{} {}", "x".repeat(470), "y".repeat(470));
    let event = said(text(&long, &[471]));
    let texts: Vec<String> = told(&event, &[])
        .iter()
        .map(|line| Message::parse(line).unwrap().params[1].to_owned())
        .collect();
    assert_eq!(texts.concat(), long);
    assert!(
        texts
            .iter()
            .all(|text| !(text.contains('x') && text.contains('y'))),
        "{texts:?}"
    );
}

#[test]
fn a_long_text_is_said_in_parts_that_go_on_without_a_line_end() {
    let words = "word ".repeat(200) + "end";
    let event = message(&words);
    let parts = |lines: &[String]| -> String {
        let last = |line: &String| Message::parse(line).unwrap().params[1].to_owned();
        lines.iter().map(last).collect()
    };
    let plain = told(&event, &[MessageTags]);
    assert_eq!(plain.len(), 3);
    assert_eq!(parts(&plain), words);
    assert!(plain[0].starts_with("@msgid="));
    assert!(plain[1].starts_with(":alice!") && plain[1].ends_with("word "));

    let batch = told(&event, &[Batch, Multiline]);
    let inside = &batch[1..batch.len() - 1];
    assert_eq!(parts(inside), words);
    assert!(inside[0].starts_with(&format!("@batch={} ", id())));
    let goes_on = format!("@batch={};draft/multiline-concat ", id());
    assert!(inside[1..].iter().all(|line| line.starts_with(&goes_on)));
}

#[test]
fn each_part_of_a_long_action_is_an_action() {
    let words = "waves ".repeat(150) + "!";
    let event = said(user("alice"), tea(), Manner::Action, &words);
    let lines = told(&event, &[Batch, Multiline, MessageTags]);
    let inner = |line: &String| {
        let message = Message::parse(line).unwrap();
        let action = message.params[1].strip_prefix("\u{1}ACTION ").unwrap();
        action.strip_suffix('\u{1}').unwrap().to_owned()
    };
    assert_eq!(lines.iter().map(inner).collect::<String>(), words);
}

#[test]
fn what_an_operator_says_to_all_is_told_whole() {
    let words = "news ".repeat(200) + "end";
    let event = Event::Wallops {
        from: user("alice"),
        text: text(&words),
    };
    let lines = told(&event, &[]);
    let said = |line: &String| {
        let head = ":alice!user@host WALLOPS :";
        line.strip_prefix(head).unwrap().to_owned()
    };
    assert_eq!(lines.iter().map(said).collect::<String>(), words);
    let event = Event::ServerNotice {
        text: text("carol came"),
    };
    assert_eq!(told(&event, &[]), [":irc.test NOTICE me :carol came"]);
}

/// The longest names: 96 and 150 bytes of three each, and a host of 63.
fn longest() -> (Speaker, Place) {
    let from = Identity {
        nick: nick(&"茶".repeat(32)),
        origin: Origin::new(&"u".repeat(18), &"h".repeat(63)),
        account: None,
        bot: false,
        oper: false,
    };
    let name = format!("#{}", "茶".repeat(49));
    let place = Place::Ranked(Rank::Founder, TEA, room(&name));
    (Speaker::User(from), place)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_or_said_twice_whatever_the_names(words in "x[a-c é😀\u{1}]{0,900}", action: bool, far: bool, set: u64) {
        let (from, place) = if far { longest() } else { (user("alice"), tea()) };
        let manner = if action { Manner::Action } else { Manner::Message };
        let with: Vec<_> = Capability::ALL.iter().copied().filter(|c| c.bit() & set != 0).collect();
        let mut joined = String::new();
        for line in told(&said(from, place, manner, &words), &with) {
            let message = Message::parse(&line).unwrap();
            if message.command == "BATCH" {
                continue;
            }
            let part = message.params[1];
            joined.push_str(if action {
                part.strip_prefix("\u{1}ACTION ").unwrap().strip_suffix('\u{1}').unwrap()
            } else {
                part
            });
        }
        prop_assert_eq!(joined, words);
    }

    #[test]
    fn what_is_short_takes_one_line_from_whomever(words in "[a-z]{1,200}") {
        let (from, place) = longest();
        let short = &words[..words.len().min(crate::protocol::irc::render::said::SHORT)];
        prop_assert_eq!(told(&said(from, place, Manner::Action, short), &[Batch, Multiline]).len(), 1);
    }
}
