//! Who may read what was said.

use super::*;

const TEA: &str = "#tea";

impl Script {
    /// What a client may read of #tea.
    fn reads(&self, client: u64) -> Option<(Vec<Life>, Rights)> {
        let (room, _) = self.chat.room_by_name(&room(TEA))?;
        self.chat.readable(self.user(client), room)
    }

    fn rights(&self, client: u64) -> Rights {
        self.reads(client).expect("it is in the room").1
    }

    /// What is kept of something that a client says.
    fn kept(&mut self, client: u64, to: Target, what: &str) -> Option<Said> {
        let before = self.chat.clone();
        let told = self.by(client, say_to(to, what));
        let said = |(_, event): &(u64, Event)| matches!(event, Event::Said { .. });
        let (_, event) = told.clients.iter().find(|told| said(told))?;
        before.said(&self.now, Some(ClientId(client)), event, true)
    }
}

fn in_tea() -> Target {
    Target::Room(room(TEA))
}

fn two() -> (Script, [u64; 2]) {
    let mut script = Script::new(policy());
    let ids = ["op", "alice"].map(|name| script.irc(name));
    script.room_of(TEA, &ids);
    (script, ids)
}

#[test]
fn who_joins_reads_what_was_said_before_only_as_far_as_it_may() {
    let (mut script, [op, alice]) = two();
    for n in 0..3 {
        script.by(op, say_to(in_tea(), &n.to_string()));
    }
    let bob = script.irc("bob");
    assert_eq!(script.reads(bob), None, "who is not in it reads nothing");
    script.by(bob, Command::Join(room(TEA), None));
    let rights = script.rights(bob);
    assert_eq!(
        (rights.joined, rights.before, rights.rank),
        (3, Some(0), None)
    );
    assert_eq!(script.rights(alice).joined, 0);
    let mut strict = policy();
    strict.before_join = false;
    script.chat.set_policy(strict, script.now.at);
    assert_eq!(script.rights(bob).before, None);
}

#[test]
fn what_is_said_in_a_room_is_open_while_anybody_could_come_in() {
    let (mut script, [op, alice]) = two();
    let open = |script: &mut Script| script.kept(alice, in_tea(), "hi").expect("kept").open;
    assert_eq!(open(&mut script), Open::Yes);
    for (on, off) in [
        ("+i", "-i"),
        ("+s", "-s"),
        ("+p", "-p"),
        ("+k milk", "-k milk"),
    ] {
        script.set(op, TEA, on);
        assert_eq!(open(&mut script), Open::No, "{on}");
        script.set(op, TEA, off);
        assert_eq!(open(&mut script), Open::Yes, "{off}");
    }
    // Once somebody was banned, it is open to all but the banned.
    for modes in ["+b x!*@*", "-b x!*@*"] {
        script.set(op, TEA, modes);
        assert_eq!(open(&mut script), Open::ButForBanned, "{modes}");
    }
    assert_eq!(script.rights(alice).known, 0);
}

#[test]
fn what_is_for_ops_is_read_by_those_who_were_ops_then() {
    let (mut script, [op, alice]) = two();
    let ranked = Target::Ranked(Rank::Op, room(TEA));
    let said = script.kept(alice, ranked, "psst").expect("kept");
    let Where::Room { rank, .. } = said.place else {
        panic!("in a room")
    };
    assert_eq!(rank, Some(Rank::Op));
    assert_eq!(
        script.rights(op).rank,
        Some(Rank::Founder).min(script.rights(op).rank)
    );
    assert!(script.rights(op).ranked <= said.id.nth());
    script.set(op, TEA, "+o alice");
    let rights = script.rights(alice);
    assert_eq!(rights.rank, Some(Rank::Op));
    assert!(rights.ranked > said.id.nth(), "it was none then");
}

#[test]
fn whom_a_ban_meant_reads_nothing_from_before_it_was_taken_away() {
    let (mut script, [op, alice]) = two();
    script.set(op, TEA, "+b bob!*@*");
    script.by(op, say_to(in_tea(), "about bob"));
    script.set(op, TEA, "-b bob!*@*");
    script.by(op, say_to(in_tea(), "welcome back"));
    let (bob, carol) = (script.irc("bob"), script.irc("carol"));
    for client in [bob, carol] {
        script.by(client, Command::Join(room(TEA), None));
    }
    assert_eq!(script.rights(bob).before, Some(1));
    assert_eq!(script.rights(carol).before, Some(0));
    // While one is banned, nothing from before one came.
    script.set(op, TEA, "+b carol!*@*");
    assert_eq!(script.rights(carol).before, None);
    // So many bans later, nobody knows any more whom they meant.
    for n in 0..150 {
        script.set(op, TEA, &format!("+b x{n}!*@*"));
        script.set(op, TEA, &format!("-b x{n}!*@*"));
    }
    script.by(op, say_to(in_tea(), "so many bans"));
    script.set(op, TEA, "+b y!*@*");
    script.set(op, TEA, "-b y!*@*");
    assert_eq!(script.rights(alice).before, Some(2));
}

#[test]
fn another_life_of_a_room_is_another_room_and_a_restart_ends_none() {
    let (mut script, [op, alice]) = two();
    let said = script.kept(op, in_tea(), "first").expect("kept");
    let Where::Room { life, .. } = said.place else {
        panic!("in a room")
    };
    assert_eq!(
        script.reads(alice).expect("in it").0[..],
        *std::slice::from_ref(&life)
    );
    for client in [op, alice] {
        script.by(client, Command::Part(Some(room(TEA)), None));
    }
    script.by(alice, Command::Join(room(TEA), None));
    assert_ne!(
        script.reads(alice).expect("in it").0[..],
        *std::slice::from_ref(&life)
    );

    let at = script.now.at;
    let again = |at: Timestamp, late: i64| {
        let chat = Chat::after(policy(), at, Some(said.id), vec![life.clone()], 7);
        let mut script = Script::new(policy());
        script.chat = chat;
        script.now.at = Timestamp(at.0 + late);
        let alice = script.irc("alice");
        script.by(alice, Command::Join(room(TEA), None));
        script.reads(alice).expect("in it")
    };
    let (lives, rights) = again(at, 3600 * 1000);
    assert_eq!(
        (lives, rights.joined),
        (vec![life.clone()], said.id.nth() + 1)
    );
    let (lives, _) = again(at, 25 * 3600 * 1000);
    assert_ne!(
        lives[..],
        *std::slice::from_ref(&life),
        "a day later it is forgotten"
    );
}

#[test]
fn a_room_with_another_name_keeps_what_was_said_in_it() {
    let (mut script, [op, alice]) = two();
    let before = script.reads(alice).expect("in it").0;
    let rename = |old: &str, new: &str| Command::RenameRoom(room(old), room(new), None);
    script.by(op, rename(TEA, "#milk"));
    script.by(op, rename("#milk", TEA));
    let lives = script.reads(alice).expect("in it").0;
    assert_eq!(lives.len(), 2, "{lives:?}");
    assert!(lives.starts_with(&before) && &*lives[1].key == room("#milk").key());
}

#[test]
fn ids_go_on_whatever_the_clock_does() {
    let (mut script, [op, _]) = two();
    let id = |script: &mut Script| script.kept(op, in_tea(), "x").expect("kept");
    let first = id(&mut script);
    script.now.at = Timestamp(script.now.at.0 - 3_600_000);
    let second = id(&mut script);
    assert!(second.id > first.id);
    assert!(second.at < first.at, "what is shown is the clock's time");
}

#[test]
fn private_words_are_kept_for_the_two_and_what_the_operator_is_told_for_nobody() {
    let (mut script, [op, alice]) = two();
    let said = script
        .kept(op, Target::User(nick("alice")), "hi")
        .expect("kept");
    let party = |script: &Script, id| script.chat.party(&script.now, script.user(id));
    let place = Where::Direct {
        from: Some(party(&script, op)),
        to: party(&script, alice),
        nick: nick("alice"),
    };
    assert_eq!(said.place, place);
    assert_eq!(said.open, Open::No);
    let event = Event::Said {
        from: Speaker::User(who("op")),
        place: Place::Private(nick("alice")),
        manner: Manner::Message,
        text: text("x"),
        id: said.id,
        tags: None,
    };
    assert_eq!(
        script
            .chat
            .said(&script.now, Some(ClientId(op)), &event, false),
        None
    );
}

#[test]
fn who_logs_in_still_reads_what_it_said_before() {
    let (mut script, [_, alice]) = two();
    let parties = |script: &Script| script.chat.parties(&script.now, script.user(alice));
    let party = |script: &Script| script.chat.party(&script.now, script.user(alice));
    let guest = party(&script);
    assert_eq!(parties(&script)[..], [guest]);
    let account = script.account("alice");
    script.operator(Command::Login(ClientId(alice), Some(account)));
    assert_ne!(party(&script), guest);
    assert_eq!(parties(&script)[..], [party(&script), guest]);
    script.operator(Command::Login(ClientId(alice), None));
    assert_eq!(parties(&script)[..], [guest], "not what the account has");
}

#[test]
fn an_op_takes_back_what_only_the_history_has_of_this_life_of_its_room() {
    let (mut script, [op, alice]) = two();
    let said = script.kept(alice, in_tea(), "old").expect("kept");
    let Where::Room { life, .. } = said.place.clone() else {
        panic!("in a room")
    };
    let older = |key: &str, id| Older {
        id,
        life: Some(Life {
            key: key.into(),
            ..life.clone()
        }),
        operator: false,
        account: None,
        rank: None,
    };
    let redact = |older| Command::RedactOlder(in_tea(), older, None);
    let target = || "#tea".into();
    let id = said.id;
    assert_eq!(
        script.refused(alice, redact(older(TEA, id))),
        Refusal::MessageNotYours {
            id,
            target: target()
        }
    );
    let elsewhere = redact(older("#other", id));
    assert_eq!(
        script.refused(op, elsewhere),
        Refusal::NoSuchMessage {
            id,
            target: target()
        }
    );
    let told = script.by(op, redact(older(TEA, id)));
    let heard = told.to(|event| matches!(event, Event::Redacted { .. }));
    assert_eq!(heard, [op, alice]);
    // What the server's operator said is not a room's to take back.
    let mut said_by_operator = older(TEA, id);
    said_by_operator.operator = true;
    assert_eq!(
        script.refused(op, redact(said_by_operator)),
        Refusal::MessageNotYours {
            id,
            target: target()
        }
    );
    // With its account it is one's own.
    script.login(alice, "alice");
    let mut own = older(TEA, id);
    own.account = Some(Account("alice".into()));
    script.by(alice, redact(own));
    // A later life of the room is another room.
    for client in [op, alice] {
        script.by(client, Command::Part(Some(room(TEA)), None));
    }
    script.by(alice, Command::Join(room(TEA), None));
    assert_eq!(
        script.refused(alice, redact(older(TEA, id))),
        Refusal::NoSuchMessage {
            id,
            target: target()
        }
    );
}
