//! What may be said where, and who hears it.

use super::*;

fn speak(what: &str) -> Command {
    say_to(Target::Room(room("#tea")), what)
}

fn manner(manner: Manner, what: &str) -> Command {
    let (to, text) = (Target::Room(room("#tea")), Text::parse(what).unwrap());
    Command::Say {
        to,
        manner,
        text,
        tags: None,
    }
}

fn silent(letter: char) -> Refusal {
    Refusal::MayNotSpeak {
        room: room("#tea"),
        letter,
    }
}

fn not_that(target: &str, letter: char) -> Refusal {
    Refusal::MayNotSayThat {
        target: target.into(),
        letter,
    }
}

/// An op, a member and one outside.
fn three() -> (Script, [u64; 3]) {
    let mut script = Script::new(policy());
    let ids = ["op", "member", "outsider"].map(|name| script.irc(name));
    script.room_of("#tea", &ids[..2]);
    (script, ids)
}

fn said(event: &Event) -> Option<(&str, &Place)> {
    match event {
        Event::Said { text, place, .. } => Some((text.as_str(), place)),
        _ => None,
    }
}

#[test]
fn from_outside_one_speaks_where_the_room_lets() {
    let (mut script, [op, member, outsider]) = three();
    let out = Refusal::NotInRoom { room: room("#tea") };
    assert_eq!(script.refused(outsider, speak("x")), out);
    script.set(op, "#tea", "-n");
    assert_eq!(
        script.by(outsider, speak("x")).to(|_| true),
        [op, member, outsider]
    );
    script.set(op, "#tea", "+b *!*@outsider.example");
    assert_eq!(script.refused(outsider, speak("x")), silent('b'));
    script.set(op, "#tea", "+m");
    assert_eq!(script.refused(outsider, speak("x")), silent('m'));
}

#[test]
fn in_a_moderated_room_those_with_a_voice_speak() {
    let (mut script, [op, member, _]) = three();
    script.set(op, "#tea", "+m");
    assert_eq!(script.refused(member, speak("x")), silent('m'));
    script.set(op, "#tea", "+v member");
    script.by(member, speak("x"));
    script.by(op, speak("x"));
    script.set(op, "#tea", "-mv+M member");
    assert_eq!(script.refused(member, speak("x")), silent('M'));
    script.login(member, "someone");
    script.by(member, speak("x"));
}

#[test]
fn what_may_not_be_said_to_all_reaches_the_ops_where_the_room_has_it_so() {
    let (mut script, [op, member, outsider]) = three();
    script.by(outsider, Command::Join(room("#tea"), None));
    script.set(op, "#tea", "+mU");
    let told = script.by(member, speak("help"));
    assert_eq!(
        told.to(|e| said(e).is_some()),
        [op, member],
        "the ops, and the echo"
    );
    let (text, place) = said(&told.clients[0].1).unwrap();
    assert!(matches!(place, Place::Ranked(Rank::Op, ..)));
    assert_eq!(text, "help");
    script.by(outsider, Command::Part(Some(room("#tea")), None));
    script.set(op, "#tea", "-n");
    assert_eq!(
        script.refused(outsider, speak("x")),
        silent('m'),
        "not from outside"
    );
}

#[test]
fn a_message_to_a_rank_reaches_it_and_those_above() {
    let (mut script, [op, member, other]) = three();
    script.by(other, Command::Join(room("#tea"), None));
    script.set(op, "#tea", "+v member");
    let ranked = |rank| say_to(Target::Ranked(rank, room("#tea")), "x");
    assert_eq!(script.by(other, ranked(Rank::Op)).to(|_| true), [op, other]);
    assert_eq!(
        script.by(other, ranked(Rank::Voice)).to(|_| true),
        [op, member, other]
    );
    script.set(op, "#tea", "+m");
    assert_eq!(script.refused(other, ranked(Rank::Op)), silent('m'));
}

/// Who gets a rank later may not read what was said for it before.
#[test]
fn what_is_for_a_rank_that_nobody_there_has_is_refused() {
    let (mut script, [op, member, _]) = three();
    let ranked = |rank| say_to(Target::Ranked(rank, room("#tea")), "x");
    let nobody = |rank| Refusal::NobodyHears {
        room: room("#tea"),
        rank,
    };
    let founder = Rank::Founder;
    assert_eq!(script.refused(op, ranked(founder)), nobody(founder));
    // As in a room that one is alone in, one's own rank will do.
    assert_eq!(script.by(op, ranked(Rank::Op)).to(|_| true), [op]);
    script.set(op, "#tea", "-o op");
    assert_eq!(script.refused(member, ranked(Rank::Op)), nobody(Rank::Op));
    let typing = ClientTags("+typing=active".into());
    let typing = Command::Tag(Target::Ranked(Rank::Op, room("#tea")), typing);
    assert_eq!(script.refused(member, typing), nobody(Rank::Op));

    let (mut script, [op, member, _]) = three();
    script.set(op, "#tea", "+mU");
    script.set(op, "#tea", "-o op");
    assert_eq!(script.refused(member, speak("help")), silent('m'));
}

#[test]
fn ctcp_and_colours_are_what_the_room_takes() {
    let (mut script, [op, member, _]) = three();
    script.set(op, "#tea", "+C");
    assert_eq!(
        script.refused(member, speak("\u{1}VERSION\u{1}")),
        not_that("#tea", 'C')
    );
    assert_eq!(
        script.refused(op, speak("\u{1}VERSION\u{1}")),
        not_that("#tea", 'C')
    );
    script.by(member, manner(Manner::Action, "waves"));
    script.set(op, "#tea", "-C+c");
    assert_eq!(
        script.refused(member, speak("\u{2}bold")),
        not_that("#tea", 'c')
    );
    script.set(op, "#tea", "-c+S");
    let told = script.by(member, speak("\u{3}04,05red\u{f} and \u{2}bold"));
    for (_, event) in &told.clients {
        assert_eq!(said(event).unwrap().0, "red and bold", "the echo too");
    }
}

#[test]
fn a_user_may_want_no_strangers_and_no_ctcp() {
    let (mut script, [op, member, _]) = three();
    let to = |what: &str| say_to(Target::User(nick("op")), what);
    script.by(
        op,
        Command::SetFlags(vec![
            (UserFlag::RegisteredOnly, true),
            (UserFlag::NoCtcp, true),
        ]),
    );
    assert_eq!(
        script.refused(member, to("x")),
        Refusal::NotToThem { nick: nick("op") }
    );
    script.by(op, to("to oneself"));
    script.login(member, "someone");
    assert_eq!(script.by(member, to("x")).to(|_| true), [op, member]);
    assert_eq!(
        script.refused(member, to("\u{1}PING\u{1}")),
        not_that("op", 'T')
    );
    let (to, manner, text) = (Target::User(nick("op")), Manner::Action, text("waves"));
    script.by(
        member,
        Command::Say {
            to,
            manner,
            text,
            tags: None,
        },
    );
}

#[test]
fn one_hears_oneself_by_the_echo_alone() {
    let (script, [op, member, _]) = three();
    let decide = |command| {
        script
            .chat
            .decide(&script.now, Source::Client(ClientId(member)), command)
            .unwrap()
    };
    let seat = script.chat.client(ClientId(member)).unwrap().seat;
    let tags = ClientTags("+typing=active".into());
    for command in [
        speak("x"),
        say_to(Target::User(nick("op")), "x"),
        Command::Tag(Target::Room(room("#tea")), tags.clone()),
        Command::Tag(Target::User(nick("op")), tags),
    ] {
        let decision = decide(command);
        let [Effect::Tell(others, _), Effect::Echo(own)] = &decision.effects[..] else {
            panic!("{decision:?}");
        };
        assert_eq!(*own, seat);
        let mut heard = Vec::new();
        script
            .chat
            .for_each_recipient(others, |client| heard.push(client.id.0));
        assert_eq!(heard, [op]);
    }
}

#[test]
fn tags_alone_go_where_words_may() {
    let (mut script, [op, member, outsider]) = three();
    let tag = || {
        Command::Tag(
            Target::Room(room("#tea")),
            ClientTags("+typing=active".into()),
        )
    };
    assert_eq!(
        script
            .by(member, tag())
            .to(|e| matches!(e, Event::Tagged { .. })),
        [op, member]
    );
    assert_eq!(
        script.refused(outsider, tag()),
        Refusal::NotInRoom { room: room("#tea") }
    );
    script.set(op, "#tea", "+m");
    assert_eq!(script.refused(member, tag()), silent('m'));
}

#[test]
fn whoever_is_away_is_said_to_be_so_to_all_but_notices() {
    let (mut script, [op, member, _]) = three();
    script.by(op, Command::Away(Some(text("lunch"))));
    let to = |manner| {
        let (to, text) = (Target::User(nick("op")), text("x"));
        Command::Say {
            to,
            manner,
            text,
            tags: None,
        }
    };
    let away = |told: Told| told.to(|e| matches!(e, Event::TheyAreAway { .. }));
    assert_eq!(away(script.by(member, to(Manner::Message))), [member]);
    assert_eq!(away(script.by(member, to(Manner::Action))), [member]);
    assert!(away(script.by(member, to(Manner::Notice))).is_empty());
}
