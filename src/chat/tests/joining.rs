//! Who may enter a room, by its modes and lists.

use super::*;

fn join(name: &str) -> Command {
    Command::Join(room(name), None)
}

fn join_with(name: &str, key: &str) -> Command {
    Command::Join(room(name), Key::parse(key))
}

/// An op and one outside.
fn two() -> (Script, u64, u64) {
    let mut script = Script::new(policy());
    let (op, outsider) = (script.irc("op"), script.irc("outsider"));
    script.room_of("#tea", &[op]);
    (script, op, outsider)
}

#[test]
fn the_first_in_a_new_room_is_op_and_the_room_has_the_modes_of_new_rooms() {
    let (mut script, op, other) = two();
    let (id, tea) = script.chat.room_by_name(&room("#tea")).unwrap();
    assert_eq!(tea.flags.to_string(), "nt");
    assert_eq!(
        script.chat.standing(script.user(op), id),
        Standing::Member(Ranks::of(Rank::Op))
    );
    script.by(other, join("#TEA"));
    assert_eq!(
        script.chat.standing(script.user(other), id),
        Standing::Member(Ranks::default())
    );
    // Nobody is op where everybody lands, not even the first.
    script.by(op, join("#lobby"));
    let (lobby, _) = script.chat.room_by_name(&room("#lobby")).unwrap();
    assert_eq!(
        script.chat.standing(script.user(op), lobby),
        Standing::Member(Ranks::default())
    );
}

#[test]
fn a_key_must_be_given_and_be_right() {
    let (mut script, op, outsider) = two();
    script.set(op, "#tea", "+k milk");
    let wrong = Refusal::WrongKey { room: room("#tea") };
    assert_eq!(script.refused(outsider, join("#tea")), wrong);
    assert_eq!(script.refused(outsider, join_with("#tea", "Milk")), wrong);
    script.by(op, Command::Invite(nick("outsider"), Some(room("#tea"))));
    assert_eq!(
        script.refused(outsider, join("#tea")),
        wrong,
        "an invitation is no key"
    );
    script.by(outsider, join_with("#tea", "milk"));
}

#[test]
fn a_full_room_takes_nobody_but_the_invited() {
    let (mut script, op, outsider) = two();
    script.set(op, "#tea", "+l 1");
    let full = Refusal::RoomFull { room: room("#tea") };
    assert_eq!(script.refused(outsider, join("#tea")), full);
    script.by(op, Command::Invite(nick("outsider"), Some(room("#tea"))));
    script.by(outsider, join("#tea"));
    let third = script.irc("third");
    assert_eq!(script.refused(third, join("#tea")), full);
}

#[test]
fn an_invitation_opens_a_room_once() {
    let (mut script, op, outsider) = two();
    script.set(op, "#tea", "+i");
    let invited_only = Refusal::InviteOnly { room: room("#tea") };
    assert_eq!(script.refused(outsider, join("#tea")), invited_only);
    script.by(op, Command::Invite(nick("outsider"), Some(room("#tea"))));
    let user = script.chat.client(ClientId(outsider)).unwrap().user;
    let names = |script: &Script| -> Vec<String> {
        let rooms = script.chat.invitations(user);
        rooms.map(|room| room.name.to_string()).collect()
    };
    assert_eq!(names(&script), ["#tea"]);
    script.by(outsider, join("#tea"));
    assert!(names(&script).is_empty());
    script.by(outsider, Command::Part(None, None));
    assert_eq!(script.refused(outsider, join("#tea")), invited_only);
    // Who is on the list of exceptions needs none.
    script.set(op, "#tea", "+I *!*@outsider.example");
    script.by(outsider, join("#tea"));
}

#[test]
fn a_ban_keeps_out_whom_no_exception_and_no_ops_invitation_lets_in() {
    let (mut script, op, outsider) = two();
    script.set(op, "#tea", "+b *!*@*.EXAMPLE");
    let banned = Refusal::Banned { room: room("#tea") };
    assert_eq!(script.refused(outsider, join("#tea")), banned);
    script.set(op, "#tea", "+e outsider");
    script.by(outsider, join("#tea"));
    script.by(outsider, Command::Part(None, None));
    script.set(op, "#tea", "-e outsider");
    assert_eq!(script.refused(outsider, join("#tea")), banned);
    // RFC 2811 section 4.3.1.
    script.by(op, Command::Invite(nick("outsider"), Some(room("#tea"))));
    script.by(outsider, join("#tea"));
    // Anybody else's invitation is only told: this one is used up, and another member cannot renew it.
    script.by(outsider, Command::Part(None, None));
    script.set(op, "#tea", "-b *!*@*.example");
    let member = script.irc("member");
    script.by(member, join("#tea"));
    script.set(op, "#tea", "+b outsider");
    let told = script.by(
        member,
        Command::Invite(nick("outsider"), Some(room("#tea"))),
    );
    assert_eq!(told.to(|e| matches!(e, Event::Invited { .. })), [outsider]);
    assert_eq!(script.refused(outsider, join("#tea")), banned);
}

#[test]
fn bans_and_keys_hold_for_plain_clients_too() {
    let mut script = Script::with(1);
    let op = script.irc("op");
    script.room_of("#tea", &[op]);
    script.set(op, "#tea", "+b *!*@192.0.2.*");
    assert_eq!(
        script.refused(1, join("#tea")),
        Refusal::Banned { room: room("#tea") }
    );
    script.set(op, "#tea", "-b+k *!*@192.0.2.* milk");
    assert_eq!(
        script.refused(1, join("#tea")),
        Refusal::WrongKey { room: room("#tea") }
    );
    script.by(1, join_with("#tea", "milk"));
    // And within the room: a ban takes the voice.
    script.set(op, "#tea", "+b guest1");
    let silent = Refusal::MayNotSpeak {
        room: room("#tea"),
        letter: 'b',
    };
    assert_eq!(script.refused(1, say("x")), silent);
    script.set(op, "#tea", "+v guest1");
    assert_eq!(script.by(1, say("x")).to(|_| true), [op]);
}

#[test]
fn a_mute_lets_in() {
    let (mut script, op, outsider) = two();
    script.set(op, "#tea", "+b ~m:outsider");
    script.by(outsider, join("#tea"));
    let silent = Refusal::MayNotSpeak {
        room: room("#tea"),
        letter: 'b',
    };
    assert_eq!(
        script.refused(outsider, say_to(Target::Room(room("#tea")), "x")),
        silent
    );
    script.set(op, "#tea", "+e ~m:*@outsider.example");
    script.by(outsider, say("x"));
}

#[test]
fn a_room_for_the_registered_takes_accounts_only() {
    let (mut script, op, outsider) = two();
    script.set(op, "#tea", "+R");
    let need = Refusal::NeedAccount { room: room("#tea") };
    assert_eq!(script.refused(outsider, join("#tea")), need);
    script.login(outsider, "someone");
    script.by(outsider, join("#tea"));
}

#[test]
fn who_may_not_enter_is_forwarded_one_room_far() {
    let mut script = Script::new(Policy {
        join_rate: Some(Rate::new(1, Duration::from_mins(1))),
        ..policy()
    });
    let (op, outsider) = (script.irc("op"), script.irc("outsider"));
    for name in ["#a", "#b", "#c"] {
        script.room_of(name, &[op]);
        script.wait(Duration::from_mins(1));
    }
    script.set(op, "#a", "+if #b");
    script.set(op, "#b", "+f #c");
    let told = script.by(outsider, join("#a"));
    let forwarded = Event::YouAreForwarded {
        from: room("#a"),
        to: room("#b"),
    };
    assert_eq!(told.clients[0], (outsider, forwarded));
    assert_eq!(told.to(|e| matches!(e, Event::Joined { .. })), [op]);
    let rooms: Vec<_> = script.user(outsider).rooms().collect();
    assert_eq!(rooms, [script.chat.room_by_name(&room("#b")).unwrap().0]);
    // It counted once: the next has to wait, and no second one is due.
    let rate = |name: &str| Refusal::JoinRate {
        room: room(name),
        wait: Duration::from_mins(1),
    };
    assert_eq!(script.refused(outsider, join("#c")), rate("#c"));
    // Where that room is closed too, the first refusal stands: not on to the next.
    script.by(outsider, Command::PartAll);
    script.set(op, "#b", "+i");
    assert_eq!(
        script.refused(outsider, join("#a")),
        Refusal::InviteOnly { room: room("#a") }
    );
}

#[test]
fn operators_enter_anywhere() {
    let (mut script, op, outsider) = two();
    script.set(op, "#tea", "+ikl milk 1");
    script.set(op, "#tea", "+b *");
    script.promote(outsider, Role::Observer);
    let banned = Refusal::Banned { room: room("#tea") };
    assert_eq!(script.refused(outsider, join("#tea")), banned);
    script.promote(outsider, Role::Moderator);
    script.by(outsider, join("#tea"));
}

#[test]
fn leaving_all_rooms_tells_each() {
    let (mut script, op, other) = two();
    script.by(other, join("#tea"));
    script.room_of("#milk", &[other, op]);
    let told = script.by(other, Command::PartAll);
    assert_eq!(told.to(|e| matches!(e, Event::Parted { .. })), [op, op]);
    assert_eq!(
        told.to(|e| matches!(
            e,
            Event::YouLeft {
                talks: Talks::InNoRoom,
                ..
            }
        )),
        [other, other]
    );
    assert!(script.user(other).memberships.is_empty());
    assert!(script.by(other, Command::PartAll).clients.is_empty());
}
