//! Every command before registration with 0 to 3 parameters, and anything at all in any order.

use proptest::prelude::*;

use super::*;
use crate::chat::{Capabilities, Command, RoomName};
use crate::protocol::irc::commands::TABLES;

/// The first word of the answer after the server's name; "" for none.
fn answer(steps: &[Step]) -> String {
    let lines = told(steps);
    let first = lines.first().map_or("", String::as_str);
    let first = first.strip_prefix(":irc.example.org ").unwrap_or(first);
    first.split(' ').next().unwrap_or_default().to_owned()
}

/// What each command comes to, by its number of parameters. Commands that are not here are 451 or, where there are none, 421.
const EXPECTED: [(&str, [&str; 4]); 14] = [
    ("CAP", ["461", "410", "410", "410"]),
    ("NICK", ["431", "", "", ""]),
    ("USER", ["461", "461", "461", "461"]),
    ("PASS", ["461", "", "", ""]),
    ("QUIT", ["leaves", "leaves", "leaves", "leaves"]),
    ("PING", ["409", "PONG", "PONG", "PONG"]),
    ("PONG", ["", "", "", ""]),
    ("ERROR", ["", "", "", ""]),
    ("NOTICE", ["", "", "", ""]),
    ("AUTHENTICATE", ["461", "904", "904", "904"]),
    // The server has no accounts here.
    ("REGISTER", ["FAIL", "FAIL", "FAIL", "FAIL"]),
    ("VERIFY", ["FAIL", "FAIL", "FAIL", "FAIL"]),
    ("AWAY", ["451", "451", "451", "451"]),
    ("ISUPPORT", ["451", "451", "451", "451"]),
];

#[test]
fn every_command_has_a_defined_answer() {
    let place = Place::new();
    let names = TABLES.iter().copied().flatten().map(|entry| entry.name);
    let names = names.chain(EXPECTED.iter().map(|(name, _)| *name));
    for name in names.chain(["FROG", "GET", "WEBIRC"]) {
        let expected = EXPECTED.iter().find(|(known, _)| *known == name);
        let other = if commands::named(name).is_some() {
            "451"
        } else {
            "421"
        };
        for count in 0..=3 {
            let line = [name, "a", "b", "c"][..=count].join(" ");
            let expected = expected.map_or(other, |(_, answers)| answers[count]);
            for line in [line.clone(), line.to_ascii_lowercase()] {
                let steps = opened().read(&place.world(), &line);
                if expected == "leaves" {
                    assert!(
                        matches!(steps[..], [Step::Leave(Departure::Quit(_))]),
                        "{line}"
                    );
                } else {
                    assert_eq!(answer(&steps), expected, "{line}");
                    assert!(steps.len() <= 1, "{line}: {steps:?}");
                }
            }
        }
    }
}

/// Users, rooms and the server, in any casing: before registration nobody learns by any command which of them there are, but that a
/// nick is taken.
#[test]
fn what_a_parameter_names_makes_a_difference_to_nick_alone() {
    let mut place = Place::new();
    let alice = place.client("alice", Capabilities::default());
    let tea = RoomName::parse("#tea").expect("a room's name");
    place.does(alice, Command::Join(tea, None));
    let answered = |line: &str| answer(&opened().read(&place.world(), line));
    for entry in TABLES.into_iter().flatten() {
        for (named, nick) in [
            ("alice", "433"),
            ("ALICE", "433"),
            ("nobody", ""),
            ("#tea", "432"),
            ("#TEA", "432"),
            ("#nowhere", "432"),
            ("irc.example.org", ""),
            ("0", "432"),
        ] {
            for rest in ["", " x", " x :y z"] {
                let line = format!("{} {named}{rest}", entry.name);
                let expected = match entry.name {
                    "NICK" => nick.to_owned(),
                    // It has gone.
                    "QUIT" => continue,
                    name => answered(&format!("{name} a{rest}")),
                };
                assert_eq!(answered(&line), expected, "{line}");
            }
        }
    }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("alice".to_owned()),
        Just("302".to_owned()),
        Just("*".to_owned()),
        Just(":".to_owned()),
        Just("0".to_owned()),
        Just(":batch -setname draft/pre-away".to_owned()),
        Just("labeled-response".to_owned()),
        Just("draft/extended-isupport".to_owned()),
        "[a-zA-Z0-9#:,*!@ é\u{301}\u{200d}]{0,12}",
        "[^\r\n\0]{0,60}",
        "x{300,400}",
    ]
}

fn line() -> impl Strategy<Value = String> {
    let command = prop_oneof![
        Just("CAP LS"),
        Just("CAP REQ"),
        Just("CAP END"),
        Just("CAP LIST"),
        Just("CAP"),
        Just("NICK"),
        Just("USER"),
        Just("PASS"),
        Just("PING"),
        Just("PONG"),
        Just("AWAY"),
        Just("ISUPPORT"),
        Just("AUTHENTICATE"),
        Just("JOIN"),
        Just("@label=x PING"),
        Just("frog"),
        Just("USER a 0 *"),
        Just(""),
    ];
    let ours = (command, proptest::collection::vec(word(), 0..4))
        .prop_map(|(command, words)| format!("{command} {}", words.join(" ")));
    prop_oneof![4 => ours, 6 => opening(), 1 => "[^\r\n\0]{0,300}"]
}

/// What one says who wants to register, so that many do.
fn opening() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "(alice|bob|é)".prop_map(|nick| format!("NICK {nick}")),
        4 => (word(), word()).prop_map(|(name, real)| format!("USER {name} 0 * :{real}")),
        2 => word().prop_map(|word| format!("PASS {word}")),
        1 => Just("CAP END".to_owned()),
    ]
}

/// What happens outside between two lines.
#[derive(Clone, Debug)]
enum Happening {
    Line(String),
    Back(bool),
    Refused,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        8 => line().prop_map(Happening::Line),
        2 => any::<bool>().prop_map(Happening::Back),
        1 => Just(Happening::Refused),
    ]
}

proptest! {
    /// No line panics; all that is told are whole lines within their length (`told` checks that); nobody registers without a nick, a
    /// user name that can stand in a source, and, where there is one, a password that was right; a known command is answered unless
    /// it is one of those that succeed in silence.
    #[test]
    fn whatever_a_newcomer_says_is_answered_or_taken(
        happenings in proptest::collection::vec(happening(), 1..24),
        password in any::<bool>(),
    ) {
        let mut place = Place::new();
        place.server.password = password;
        let mut newcomer = opened();
        let (mut asked, mut right) = (false, false);
        for happening in happenings {
            let steps = match &happening {
                Happening::Line(line) => {
                    let steps = newcomer.read(&place.world(), line);
                    let parsed = Message::parse(line);
                    let known = parsed.as_ref().is_ok_and(|message| commands::named(message.command).is_some());
                    let silent = parsed.is_err() || parsed.is_ok_and(|message| {
                        let command = message.command.to_ascii_uppercase();
                        let quiet = ["CAP", "NICK", "USER", "PASS", "PONG", "ERROR", "NOTICE"];
                        quiet.contains(&command.as_str())
                    });
                    prop_assert!(!steps.is_empty() || silent || !known, "{line:?}");
                    steps
                }
                Happening::Back(ok) if asked => {
                    asked = false;
                    right |= *ok;
                    let errand = Errand::ServerPassword("x".into());
                    let outcome = if *ok { Outcome::Done } else { Outcome::Refused("no".into()) };
                    newcomer.returned(&place.world(), &errand, &outcome)
                }
                Happening::Back(_) => continue,
                Happening::Refused => newcomer.refused(&place.world(), &Refusal::NickInUse { nick: nick("alice") }),
            };
            told(&steps);
            asked |= steps.iter().any(|step| matches!(step, Step::Outside(_)));
            if steps.contains(&Step::Register) {
                let attach = newcomer.attach();
                prop_assert!(attach.nick.is_some());
                prop_assert!(!password || right);
                let name = &attach.username;
                prop_assert!((1..=18).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_graphic()));
                prop_assert!(!name.contains(['!', '@', '*', '?']));
                prop_assert!(attach.realname.len() <= 200);
            }
            if steps.iter().any(|step| matches!(step, Step::Leave(_))) {
                break;
            }
        }
    }
}
