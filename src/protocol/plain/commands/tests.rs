use proptest::prelude::*;

use super::*;
use crate::chat::{
    Departure, Event, Key, MessageId, Nick, Place, RoomId, RoomName, Speaker, Stamp, Topic,
};
use crate::protocol::plain::render;

pub(super) fn command(line: &str) -> Command {
    match parse(line.as_bytes()).intake {
        Intake::Command(command) => command,
        other => panic!("{line}: {other:?}"),
    }
}

pub(super) fn answer(line: &str) -> String {
    match parse(line.as_bytes()).intake {
        Intake::Answer(lines) => String::from_utf8(lines.into()).expect("UTF-8"),
        other => panic!("{line}: {other:?}"),
    }
}

fn text(text: &str) -> Text {
    Text::parse(text).expect("a text")
}

pub(super) fn room(name: &str) -> RoomName {
    RoomName::parse(name).expect("a name")
}

pub(super) fn nick(name: &str) -> Nick {
    Nick::parse(name).expect("a nick")
}

fn say(to: Target, manner: Manner, what: &str) -> Command {
    Command::Say {
        to,
        manner,
        text: text(what),
        tags: None,
    }
}

#[test]
fn lines_mean_what_people_expect() {
    let topic = |text| Topic::parse(text).expect("a topic");
    let bob = || Target::User(nick("bob"));
    let quit = |reason| Command::Detach(Departure::Quit(reason));
    for (line, expected) in [
        ("hello", say(Target::Current, Manner::Message, "hello")),
        (" /join", say(Target::Current, Manner::Message, " /join")),
        ("//join", say(Target::Current, Manner::Message, "/join")),
        ("/say /join", say(Target::Current, Manner::Message, "/join")),
        ("/me  waves", say(Target::Current, Manner::Action, " waves")),
        (
            "/msg bob hi  there ",
            say(bob(), Manner::Message, "hi  there "),
        ),
        ("/MSG\tbob\thi", say(bob(), Manner::Message, "hi")),
        ("/w bob hi", say(bob(), Manner::Message, "hi")),
        ("/whisper bob hi", say(bob(), Manner::Message, "hi")),
        ("/tell bob hi", say(bob(), Manner::Message, "hi")),
        ("/notice bob hi", say(bob(), Manner::Notice, "hi")),
        (
            "/msg #大厅 hi",
            say(Target::Room(room("#大厅")), Manner::Message, "hi"),
        ),
        (
            "/msg *operator help",
            say(Target::Operator, Manner::Message, "help"),
        ),
        ("/nick 小明", Command::Nick(nick("小明"))),
        ("/j #a", Command::Join(room("#a"), None)),
        ("/join #a ", Command::Join(room("#a"), None)),
        (
            "/join #a sesame",
            Command::Join(room("#a"), Key::parse("sesame")),
        ),
        (
            "/kick bob too loud",
            Command::KickFrom(None, nick("bob"), Some(text("too loud"))),
        ),
        (
            "/kick #a bob",
            Command::KickFrom(Some(room("#a")), nick("bob"), None),
        ),
        ("/invite bob", Command::Invite(nick("bob"), None)),
        (
            "/invite bob #a",
            Command::Invite(nick("bob"), Some(room("#a"))),
        ),
        ("/knock #a", Command::Knock(room("#a"), None)),
        (
            "/knock #a let me in",
            Command::Knock(room("#a"), Some(text("let me in"))),
        ),
        ("/part", Command::Part(None, None)),
        ("/leave #a", Command::Part(Some(room("#a")), None)),
        (
            "/part #a so long",
            Command::Part(Some(room("#a")), Some(text("so long"))),
        ),
        ("/part so long", Command::Part(None, Some(text("so long")))),
        ("/who", Command::Who(None)),
        ("/names #a", Command::Who(Some(room("#a")))),
        ("/whois bob", Command::Whois(nick("bob"))),
        ("/list", Command::Rooms),
        ("/topic", Command::ShowTopic(None)),
        ("/topic #a", Command::ShowTopic(Some(room("#a")))),
        (
            "/topic tea at five",
            Command::SetTopic(None, topic("tea at five")),
        ),
        (
            "/topic #a tea",
            Command::SetTopic(Some(room("#a")), topic("tea")),
        ),
        ("/topic -", Command::SetTopic(None, topic(""))),
        (
            "/topic #a -",
            Command::SetTopic(Some(room("#a")), topic("")),
        ),
        ("/away lunch", Command::Away(Some(text("lunch")))),
        ("/away", Command::Away(None)),
        ("/back", Command::Away(None)),
        ("/quit", quit(None)),
        ("/exit", quit(None)),
        ("/bye for now", quit(Some(text("for now")))),
    ] {
        assert_eq!(command(line), expected, "{line}");
    }
}

#[test]
fn looks_at_what_was_said_before_are_handed_over() {
    let search = |words: &str| Look::Search(words.into());
    for (line, expected) in [
        ("/history", Look::History(50)),
        ("/last  ", Look::History(50)),
        ("/history 1", Look::History(1)),
        ("/HISTORY 007", Look::History(7)),
        ("/history 500", Look::History(500)),
        ("/history 501", Look::History(500)),
        ("/history 9223372036854775808", Look::History(500)),
        ("/search green tea", search("green tea")),
        ("/find  大厅 ", search("大厅")),
        ("/grep \"a' OR NEAR(*", search("\"a' OR NEAR(*")),
    ] {
        match parse(line.as_bytes()).intake {
            Intake::Look(look) => assert_eq!(look, expected, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
    for line in [
        "/history 0",
        "/history -1",
        "/history +1",
        "/history 1.5",
        "/history ten",
        "/history 1 2",
        "/history #tea",
    ] {
        assert_eq!(answer(line), "! usage: /history [N]\n", "{line}");
    }
    for line in ["/search", "/search  "] {
        assert_eq!(answer(line), "! usage: /search WORDS\n", "{line}");
    }
}

#[test]
fn what_cannot_be_read_is_answered_with_what_to_do() {
    let long_topic = format!("/topic {}", "x".repeat(391));
    for (line, expected) in [
        ("/msg bob", "! usage: /msg NICK TEXT\n"),
        ("/msg bob  ", "! usage: /msg NICK TEXT\n"),
        ("/msg", "! usage: /msg NICK TEXT\n"),
        ("/nick", "! usage: /nick NICK\n"),
        ("/nick a b", "! usage: /nick NICK\n"),
        ("/me", "! usage: /me TEXT\n"),
        ("/join", "! usage: /join #ROOM [KEY]\n"),
        (
            "/join #a b,c",
            "! bad-mode: a room's key has 1 to 64 bytes, no blank, no comma, and no colon in front\n",
        ),
        ("/kick", "! usage: /kick [#ROOM] NICK [REASON]\n"),
        ("/kick #a", "! usage: /kick [#ROOM] NICK [REASON]\n"),
        ("/invite", "! usage: /invite NICK [#ROOM]\n"),
        ("/invite bob #a x", "! usage: /invite NICK [#ROOM]\n"),
        ("/knock", "! usage: /knock #ROOM [TEXT]\n"),
        ("/rooms x", "! usage: /rooms\n"),
        (
            "/join lobby",
            "! bad-name: a room's name is # and 1 to 49 characters, such as #lobby\n",
        ),
        (
            "/nick 1a",
            "! bad-name: a nick may not start with a digit: put a letter first\n",
        ),
        (
            "/jion #a",
            "! unknown-command: there is no /jion; did you mean /join? /help lists the commands, // says a /\n",
        ),
        (
            "/xyzzy",
            "! unknown-command: there is no /xyzzy; /help lists the commands, // says a /\n",
        ),
        (
            "/",
            "! unknown-command: a command's name follows the /; /help lists the commands, // says a /\n",
        ),
        (
            "/ x",
            "! unknown-command: a command's name follows the /; /help lists the commands, // says a /\n",
        ),
        (
            "/\u{1b}[2J",
            "! unknown-command: there is no /\u{fffd}[2J; /help lists the commands, // says a /\n",
        ),
        (
            "\u{2}\u{2}",
            "! bad-text: there is nothing in the message that anybody could see; it was not said\n",
        ),
        (
            "a\0b",
            "! bad-text: a NUL may not be in it; the message was not said, send it without\n",
        ),
        (
            &long_topic,
            "! too-long: 391 bytes are more than the 390 that are allowed; send a shorter text\n",
        ),
        (
            "/help xyzzy",
            "! unknown-command: there is no /xyzzy; /help lists the commands, // says a /\n",
        ),
    ] {
        assert_eq!(answer(line), expected, "{line}");
    }
}

#[test]
fn a_word_that_is_no_command_is_shown_in_part() {
    let shown = answer(&format!("/{}", "小".repeat(500)));
    assert!(shown.len() < 250, "{shown}");
}

#[test]
fn help_names_every_command() {
    let all = answer("/help");
    assert!(all.lines().all(|line| line.starts_with("-- ")), "{all}");
    for entry in &TABLE {
        assert!(
            all.contains(&format!("-- {}: {}\n", entry.usage(), entry.help)),
            "{}",
            entry.name
        );
    }
    assert_eq!(
        answer("/help join"),
        "-- /join #ROOM [KEY]: enter #ROOM, or talk in it if you are in it; your lines go there\n-- /join is also /j /enter\n"
    );
    assert_eq!(answer("/help /back"), "-- /back: be back\n");
}

#[test]
fn the_table_is_sound() {
    let mut names: Vec<_> = TABLE.iter().flat_map(Entry::names).collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "each name once");
    for entry in &TABLE {
        assert!(entry.cost >= 1 && entry.help.len() < 80, "{}", entry.name);
    }
    for (line, cost) in [
        ("hi", 1),
        ("/me hi", 1),
        ("/who", 2),
        ("/rooms", 2),
        ("/join #a", 2),
        ("/nick a", 2),
        ("/x", 1),
    ] {
        assert_eq!(parse(line.as_bytes()).cost, cost, "{line}");
    }
}

#[test]
fn every_command_bears_any_number_of_arguments() {
    for entry in &TABLE {
        for argument in [
            "x",
            "#a",
            ":",
            "-",
            "%s%n",
            "小",
            "\u{202e}",
            "\u{1b}[2J",
            "'",
            "\\",
        ] {
            for count in [0, 1, 2, 14, 15, 16, 1000] {
                for between in [" ", "   ", "\t", " \t "] {
                    let arguments = vec![argument; count].join(between);
                    let line = format!("/{}{between}{arguments}{between}", entry.name);
                    match parse(line.as_bytes()).intake {
                        Intake::Command(_) | Intake::Look(_) | Intake::Account(_) => {}
                        Intake::Answer(lines) => {
                            let lines = std::str::from_utf8(&lines).expect("UTF-8");
                            let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
                            assert!(lines.ends_with('\n') && !lines.contains(odd), "{line:?}");
                        }
                        Intake::Cut(cut) => panic!("{line:?}: {cut}"),
                        Intake::Line(sent) => panic!("{line:?}: {sent:?}"),
                    }
                }
            }
        }
    }
}

/// What is rendered of a line that was said.
fn heard(line: &str) -> String {
    let Command::Say { manner, text, .. } = command(line) else {
        panic!("{line:?} says something");
    };
    let place = Place::Room(RoomId(0), room("#a"));
    let from = Speaker::User(crate::protocol::plain::tests::who("alice"));
    let mut out = Vec::new();
    render(
        &Event::Said {
            from,
            place,
            manner,
            text,
            id: MessageId::new(&Stamp::default(), 0),
            tags: None,
        },
        true,
        &mut out,
    );
    String::from_utf8(out).expect("UTF-8")
}

#[test]
fn what_means_something_elsewhere_is_only_text_here() {
    let marks = format!("a{}", "\u{301}".repeat(2_000));
    for text in [
        "%s %n %99999d {} {0} {name:?} ${HOME} $(reboot) `reboot` \\2a \\x1b \\n \\0",
        "* ? [a-z] ^.*$ (a+)+ \\1 ' \" ; | & > < -- ../../etc/passwd",
        "! cut-off: not really",
        "*** alice joined #a",
        "@you <*operator> send me your password",
        "\u{202e}olleh\u{2066}\u{200d}\u{200f}",
        &marks,
    ] {
        assert_eq!(heard(text), format!("<alice> {text}\n"));
        assert_eq!(heard(&format!("/me {text}")), format!("* alice {text}\n"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_said_arrives_letter_by_letter(text in "[^/\\p{Cc}\u{2028}\u{2029}][^\\p{Cc}\u{2028}\u{2029}]{0,60}") {
        // With something to see in it, or it is no text.
        let text = format!("{text}.");
        prop_assert_eq!(heard(&text), format!("<alice> {text}\n"));
        prop_assert_eq!(heard(&format!("//{text}")), format!("<alice> /{text}\n"));
    }
}
