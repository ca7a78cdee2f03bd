//! What every command of the table comes to, in numerics and verbs: for every number of parameters and every kind of target, for a
//! channel's operator, for one without any rank, for an operator of the server, and for a client with all capabilities. What is
//! expected stands in `outcomes.txt`; whoever changes an answer sees here which, and writes the new one there.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::TABLES;
use super::bed::{Bed, set};
use crate::chat::{Audience, ClientId, Command, Departure, Effect, Event, Role, Source};
use crate::protocol::irc::render::{Telling, render};
use crate::protocol::irc::{Capability, Replies, Step, read, refusal};

/// Oneself, somebody else, somebody outside, one who has gone; the server; a room that one is in, one that one is not in, one that is
/// secret, one that there is not; all rooms; what can be no name. The first four pairs differ in casing only.
const FIRST: [&str; 16] = [
    "alice",
    "ALICE",
    "bob",
    "BOB",
    "#tea",
    "#TEA",
    "#sea",
    "#SEA",
    "carol",
    "mallory",
    "irc.example.org",
    "irc.example.net",
    "#hidden",
    "#nowhere",
    "0",
    "b!d",
];

const SECOND: [&str; 9] = [
    "bob", "carol", "mallory", "#tea", "#sea", "+m", "+b", "+o", "x",
];

/// Who asks: alice, in one of these positions.
#[derive(Clone, Copy)]
enum As {
    ChannelOperator,
    Member,
    Administrator,
    Capable,
}

impl As {
    const ALL: [(As, &'static str); 4] = [
        (As::ChannelOperator, "a channel's operator"),
        (As::Member, "a member without rank"),
        (As::Administrator, "an administrator"),
        (As::Capable, "a channel's operator with all capabilities"),
    ];

    /// #tea with alice and bob; #sea and the secret #hidden with carol; mallory, who has gone.
    fn bed(self) -> Bed {
        let mut bed = Bed::new();
        bed.attach("mallory");
        bed.by("mallory", Command::Detach(Departure::Closed));
        bed.told("carol", "JOIN #sea,#hidden");
        bed.told("carol", "MODE #hidden +s");
        match self {
            As::ChannelOperator => {}
            As::Member => drop(bed.told("alice", "MODE #tea +o-o bob alice")),
            As::Administrator => bed.promote("alice", Role::Administrator),
            As::Capable => drop(bed.by("alice", Command::Negotiate(set(Capability::ALL)))),
        }
        bed
    }
}

/// What is told, in short: numerics by their number, other lines by their verb, standard replies with their code. One of the same kind
/// after another counts once.
fn in_short(bytes: &[u8], out: &mut Vec<String>) {
    let all = std::str::from_utf8(bytes).expect("UTF-8");
    for line in all.split_terminator("\r\n") {
        let untagged = line.strip_prefix('@').and_then(|line| line.split_once(' '));
        let line = untagged.map_or(line, |(_, line)| line);
        let mut words = line.split(' ').skip_while(|word| word.starts_with(':'));
        let verb = words.next().unwrap_or_default();
        let short = match verb {
            "FAIL" | "WARN" | "NOTE" => [verb, words.nth(1).unwrap_or_default()].join("/"),
            verb => verb.to_owned(),
        };
        if out.last() != Some(&short) {
            out.push(short);
        }
    }
}

/// What the asker is told of what effects tell, and what others are told.
fn heard(
    bed: &Bed,
    asker: ClientId,
    effects: &[Effect],
    (own, others): (&mut Vec<String>, &mut Vec<String>),
) {
    let telling = Telling {
        chat: &bed.chat,
        server: &bed.server,
        stamp: bed.stamp,
        newcomers: 0,
    };
    let mut before = None;
    for effect in effects {
        let (audience, event) = match effect {
            Effect::Tell(audience, event) => (audience, event),
            Effect::Echo(seat) => (&Audience::Echo(*seat), before.expect("it is repeated")),
            Effect::Close(..) => continue,
        };
        before = Some(event);
        if matches!(event, Event::Farewell { .. }) {
            let mut bytes = Vec::new();
            render(&telling, event, None, &mut bytes);
            in_short(&bytes, others);
            continue;
        }
        bed.chat.for_each_recipient(audience, |client| {
            if matches!(audience, Audience::Echo(_))
                && !Capability::EchoMessage.is_in(client.capabilities)
            {
                return;
            }
            let mut bytes = Vec::new();
            render(&telling, event, Some(client), &mut bytes);
            let is_own = client.id == asker;
            in_short(&bytes, if is_own { own } else { others });
        });
    }
}

/// What a line comes to: what alice is told; after `>`, what others are told. Afterwards everything is as it was before.
fn outcome(bed: &mut Bed, line: &str) -> String {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    let reading = read(&bed.world(), bed.asker("alice"), line);
    let before = bed.chat.clone();
    let (id, capabilities) = {
        let asker = bed.asker("alice").client;
        (asker.id, asker.capabilities)
    };
    for step in reading.steps {
        let command = match step {
            Step::Do(command) => command,
            Step::Tell(bytes) => {
                in_short(&bytes, &mut own);
                continue;
            }
            Step::Outside(_) => {
                own.push("(outside)".into());
                continue;
            }
            Step::Exchange(_) | Step::Login(_) => continue,
            Step::Leave(_) => {
                own.push("(leaves)".into());
                continue;
            }
            Step::Register => panic!("{line}: a client registers again"),
        };
        match bed.chat.decide(&bed.stamp, Source::Client(id), command) {
            Ok(decision) => {
                bed.chat.apply(decision.changes);
                bed.chat.check().expect("a sound state");
                if bed.chat.client(id).is_none() {
                    own.push("(goes)".into());
                    break;
                }
                heard(bed, id, &decision.effects, (&mut own, &mut others));
            }
            Err(why) => {
                let mut bytes = Vec::new();
                let mut replies = Replies::new(&mut bytes, "", "irc.example.org", "alice");
                refusal(&mut replies, reading.verb, &why, capabilities);
                in_short(&bytes, &mut own);
            }
        }
    }
    bed.chat = before;
    let mut outcome = if own.is_empty() {
        "-".to_owned()
    } else {
        own.join(" ")
    };
    others.sort_unstable();
    others.dedup();
    if !others.is_empty() {
        let _ = write!(outcome, " > {}", others.join(" "));
    }
    outcome
}

/// Outcomes, each with the parameters that come to it.
type Rows = Vec<(String, String)>;

/// The outcomes of a command with these second parameters, for each first one; rows of the same outcome together, in the order of the
/// first that has it.
fn rows(outcomes: &[(String, String)]) -> Rows {
    let mut rows = Rows::new();
    for (params, outcome) in outcomes {
        match rows.iter_mut().find(|(known, _)| known == outcome) {
            Some((_, all)) => {
                all.push(' ');
                all.push_str(params);
            }
            None => rows.push((outcome.clone(), params.clone())),
        }
    }
    rows
}

/// Words of a kind, or that it is all of them.
fn named(words: &str, all: &[&str]) -> String {
    if words.split(' ').count() == all.len() {
        "(any)".to_owned()
    } else {
        words.to_owned()
    }
}

/// All outcomes of a command.
fn of_command(bed: &mut Bed, name: &str) -> String {
    let mut text = format!("  {:<16} {}\n", "", outcome(bed, name));
    let one = FIRST.map(|first| (first.to_owned(), outcome(bed, &format!("{name} {first}"))));
    for (outcome, firsts) in rows(&one) {
        let _ = writeln!(text, "  {outcome:<16} {}", named(&firsts, &FIRST));
    }
    // Second parameters that make no difference to each other share their rows.
    let mut by_second: Vec<(Rows, Vec<&str>)> = Vec::new();
    for second in SECOND {
        let two = FIRST.map(|first| {
            let line = format!("{name} {first} {second}");
            (first.to_owned(), outcome(bed, &line))
        });
        let rows = rows(&two);
        match by_second.iter_mut().find(|(known, _)| *known == rows) {
            Some((_, seconds)) => seconds.push(second),
            None => by_second.push((rows, vec![second])),
        }
    }
    let same = |rows: &[(String, String)]| *rows == self::rows(&one)[..];
    for (rows, seconds) in by_second {
        let seconds = named(&seconds.join(" "), &SECOND);
        if same(&rows) {
            let _ = writeln!(text, "  ... {seconds}: as without");
            continue;
        }
        for (outcome, firsts) in rows {
            let _ = writeln!(
                text,
                "  {outcome:<16} {} ... {seconds}",
                named(&firsts, &FIRST)
            );
        }
    }
    text
}

/// Everything, as it stands in the file: for those after the first only what differs.
fn all() -> String {
    let names: Vec<&str> = TABLES
        .into_iter()
        .flatten()
        .map(|entry| entry.name)
        .collect();
    let mut first: BTreeMap<&str, String> = BTreeMap::new();
    let mut text = String::new();
    for (who, title) in As::ALL {
        let _ = writeln!(text, "# {title}");
        let mut bed = who.bed();
        for &name in &names {
            let outcomes = of_command(&mut bed, name);
            if first.get(name) == Some(&outcomes) {
                continue;
            }
            let _ = write!(text, "{name}\n{outcomes}");
            first.entry(name).or_insert(outcomes);
        }
    }
    text
}

#[test]
fn each_command_comes_to_what_is_written() {
    let (found, expected) = (all(), include_str!("outcomes.txt"));
    if found == expected {
        return;
    }
    println!("{found}");
    let mut lines = found.lines().zip(expected.lines());
    let differs = lines.find(|(found, expected)| found != expected);
    panic!("outcomes.txt is otherwise (all of what was found stands above): {differs:?}");
}

/// RFC 2812 section 2.2: names that differ in casing only are the same.
#[test]
fn the_casing_of_a_name_makes_no_difference() {
    let mut bed = As::ChannelOperator.bed();
    for entry in TABLES.into_iter().flatten() {
        for pair in FIRST[..8].chunks(2) {
            for second in ["", "bob", "+m", "x"] {
                let line = |first: &str| format!("{} {first} {second}", entry.name);
                let mut told = |first: &str| outcome(&mut bed, line(first).trim_end());
                // One's own nick in another casing is another nick to have.
                if entry.name != "NICK" {
                    assert_eq!(told(pair[0]), told(pair[1]), "{}", line(pair[0]));
                }
            }
        }
    }
}
