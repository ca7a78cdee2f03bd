//! Kicking, inviting, knocking, renaming rooms; killing and speaking to all.

use super::always::comes;
use super::*;

fn three() -> (Script, [u64; 3]) {
    let mut script = Script::new(policy());
    let ids = ["op", "alice", "bob"].map(|name| script.irc(name));
    script.room_of("#tea", &ids);
    (script, ids)
}

fn kick(whom: &str) -> Command {
    Command::KickFrom(Some(room("#tea")), nick(whom), Some(text("enough")))
}

#[test]
fn one_who_is_kicked_is_told_so_and_the_others_too() {
    let (mut script, [op, alice, bob]) = three();
    script.by(alice, Command::Join(room("#milk"), None));
    script.by(alice, Command::Join(room("#tea"), None));
    let told = script.by(op, kick("ALICE"));
    assert_eq!(
        told.to(|e| matches!(e, Event::KickedFrom { .. })),
        [op, bob]
    );
    let Event::YouWereKickedFrom {
        by,
        nick: me,
        reason: Some(_),
        talks: Talks::Nowhere(left),
        ..
    } = told.only(alice)
    else {
        panic!("{told:?}");
    };
    assert_eq!(
        (by.name(), me, left),
        ("op", &nick("alice"), &room("#milk"))
    );
    assert_eq!(
        script.refused(alice, say("on its way")),
        Refusal::NoCurrentRoom
    );
    script.by(alice, Command::Join(room("#milk"), None));
    script.by(alice, say("heard"));
    let not_in = Refusal::TheyAreNotInRoom {
        nick: nick("alice"),
        room: room("#tea"),
    };
    assert_eq!(script.refused(op, kick("alice")), not_in);
    assert_eq!(
        script.refused(op, kick("nobody")),
        Refusal::NoSuchNick {
            nick: nick("nobody")
        }
    );
    // The last one may kick itself; the room goes.
    script.by(bob, Command::PartAll);
    let told = script.by(op, kick("op"));
    assert_eq!(told.to(|_| true), [op]);
    assert!(script.chat.room_by_name(&room("#tea")).is_none());
}

#[test]
fn half_ops_kick_those_below_them_only() {
    let (mut script, [op, alice, bob]) = three();
    script.set(op, "#tea", "+hh alice bob");
    let low = |rank| Refusal::RankTooLow {
        room: room("#tea"),
        rank,
    };
    assert_eq!(script.refused(alice, kick("bob")), low(Rank::Op));
    assert_eq!(script.refused(alice, kick("op")), low(Rank::Op));
    script.set(op, "#tea", "-h+v bob bob");
    script.by(alice, kick("bob"));
    assert!(script.user(bob).memberships.is_empty());
}

#[test]
fn an_invitation_is_told_to_both_and_to_those_whose_office_it_is() {
    let (mut script, [op, alice, bob]) = three();
    let guest = script.irc("guest");
    script.by(guest, Command::Away(Some(text("lunch"))));
    script.set(op, "#tea", "+h bob");
    let told = script.by(alice, Command::Invite(nick("GUEST"), None));
    assert!(matches!(told.only(guest), Event::Invited { .. }));
    assert!(matches!(
        told.only(alice),
        Event::InviteSent { away: Some(_), .. }
    ));
    assert_eq!(
        told.to(|e| matches!(e, Event::InvitedOther { .. })),
        [op, bob]
    );
    let here = Refusal::TheyAreInRoom {
        nick: nick("bob"),
        room: room("#tea"),
    };
    assert_eq!(script.refused(op, Command::Invite(nick("bob"), None)), here);
    let outside = Command::Invite(nick("alice"), Some(room("#tea")));
    assert_eq!(
        script.refused(guest, outside),
        Refusal::NotInRoom { room: room("#tea") }
    );
    script.set(op, "#tea", "+i");
    let low = Refusal::RankTooLow {
        room: room("#tea"),
        rank: Rank::HalfOp,
    };
    assert_eq!(
        script.refused(alice, Command::Invite(nick("guest"), None)),
        low
    );
}

#[test]
fn invitations_are_bounded_on_both_sides_and_go_with_the_user_and_the_room() {
    let mut script = Script::new(policy());
    let (op, guest) = (script.irc("op"), script.irc("guest"));
    for n in 0..101 {
        let name = format!("#r{n}");
        script.room_of(&name, &[op]);
        script.by(op, Command::Invite(nick("guest"), Some(room(&name))));
    }
    let user = script.chat.client(ClientId(guest)).unwrap().user;
    let first = |script: &Script| {
        script
            .chat
            .invitations(user)
            .next()
            .map(|room| room.name.clone())
    };
    assert_eq!(script.chat.invitations(user).count(), 100);
    assert_eq!(first(&script), Some(room("#r1")), "the oldest went");
    script.by(op, Command::Part(Some(room("#r1")), None));
    assert_eq!(first(&script), Some(room("#r2")));
    for n in 0..101 {
        script.irc(&format!("g{n}"));
        script.by(
            op,
            Command::Invite(nick(&format!("g{n}")), Some(room("#r2"))),
        );
    }
    assert_eq!(
        first(&script),
        Some(room("#r3")),
        "the room keeps the last hundred"
    );
    script.by(guest, Command::Detach(Departure::Closed));
    // Another user at the same place is nobody's guest.
    script.irc("new");
    assert_eq!(script.chat.invitations(user).count(), 0);
}

#[test]
fn a_knock_is_heard_by_those_who_can_open_and_not_too_often() {
    let (mut script, [op, alice, _]) = three();
    let guest = script.irc("guest");
    let knock = |name: &str| Command::Knock(room(name), None);
    assert_eq!(
        script.refused(guest, knock("#tea")),
        Refusal::RoomOpen { room: room("#tea") }
    );
    script.set(op, "#tea", "+ih alice");
    let here = Refusal::TheyAreInRoom {
        nick: nick("op"),
        room: room("#tea"),
    };
    assert_eq!(script.refused(op, knock("#tea")), here);
    let told = script.by(guest, knock("#tea"));
    assert_eq!(told.to(|e| matches!(e, Event::Knocked { .. })), [op, alice]);
    assert_eq!(told.to(|e| matches!(e, Event::KnockSent { .. })), [guest]);
    script.wait(Duration::from_secs(20));
    let wait = Duration::from_secs(40);
    assert_eq!(
        script.refused(guest, knock("#tea")),
        Refusal::KnockRate {
            room: room("#tea"),
            wait
        }
    );
    script.wait(wait);
    script.by(guest, knock("#tea"));
    script.set(op, "#tea", "+K");
    assert_eq!(
        script.refused(guest, knock("#tea")),
        Refusal::MayNotKnock { room: room("#tea") }
    );
    script.set(op, "#tea", "+b guest");
    assert_eq!(
        script.refused(guest, knock("#tea")),
        Refusal::Banned { room: room("#tea") }
    );
}

/// A knock is not kept: one that nobody hears would wait for an answer in vain.
#[test]
fn where_nobody_could_let_one_in_a_knock_is_refused_and_costs_nothing() {
    let (mut script, [op, ..]) = three();
    let (guest, mona) = (script.irc("guest"), comes(&mut script, "mona", None));
    script.room_of("#tea", &[mona]);
    script.set(op, "#tea", "+ivh alice mona");
    script.set(op, "#tea", "-o op");
    let knock = || Command::Knock(room("#tea"), None);
    // One who is always on and has no client hears nothing.
    script.by(mona, Command::Detach(Departure::Quit(None)));
    let nobody = Refusal::NobodyLetsIn { room: room("#tea") };
    assert_eq!(script.refused(guest, knock()), nobody);
    let mona = comes(&mut script, "mona", None);
    let told = script.by(guest, knock());
    assert_eq!(told.to(|e| matches!(e, Event::Knocked { .. })), [mona]);
}

#[test]
fn nobody_knocks_at_more_rooms_than_may_be_in_a_minute() {
    let mut script = Script::new(policy());
    let (op, guest) = (script.irc("op"), script.irc("guest"));
    for n in 0..=16 {
        script.room_of(&format!("#r{n}"), &[op]);
        script.set(op, &format!("#r{n}"), "+i");
    }
    for n in 0..16 {
        script.by(guest, Command::Knock(room(&format!("#r{n}")), None));
        script.wait(Duration::from_secs(1));
    }
    let full = Refusal::KnockRate {
        room: room("#r16"),
        wait: Duration::from_secs(44),
    };
    assert_eq!(
        script.refused(guest, Command::Knock(room("#r16"), None)),
        full
    );
    script.wait(Duration::from_secs(44));
    script.by(guest, Command::Knock(room("#r16"), None));
}

#[test]
fn a_room_gets_another_name_and_keeps_everything_else() {
    let (mut script, [op, alice, bob]) = three();
    script.set(op, "#tea", "+kb milk x");
    script.by(op, Command::SetTopic(None, topic("at five")));
    let (id, before) = script.chat.room_by_name(&room("#tea")).unwrap();
    let mut before = before.clone();
    // What it was called is remembered, for those who read what was said there.
    let rules = before.rules.get_or_insert_default();
    rules.was_called("#tea");
    let rename = |new: &str| Command::RenameRoom(room("#tea"), room(new), Some(text("typo")));
    let told = script.by(op, rename("#Tee"));
    assert_eq!(
        told.to(|e| matches!(e, Event::RoomRenamed { .. })),
        [op, alice, bob]
    );
    let (same, after) = script.chat.room_by_name(&room("#tee")).unwrap();
    assert_eq!(
        (
            id,
            Room {
                name: before.name.clone(),
                ..after.clone()
            }
        ),
        (same, before)
    );
    assert!(script.chat.room_by_name(&room("#tea")).is_none());
    let low = Refusal::RankTooLow {
        room: room("#Tee"),
        rank: Rank::Op,
    };
    let by_another = Command::RenameRoom(room("#tee"), room("#x"), None);
    assert_eq!(script.refused(alice, by_another), low);
    // Casing alone can change; a name that looks like another's cannot be taken.
    let casing = Command::RenameRoom(room("#tee"), room("#TEE"), None);
    assert_eq!(script.by(op, casing).to(|_| true), [op, alice, bob]);
    let same = Command::RenameRoom(room("#tee"), room("#TEE"), None);
    let taken = Refusal::RoomExists {
        room: room("#TEE"),
        old: room("#TEE"),
    };
    assert_eq!(script.refused(op, same), taken);
    script.by(op, Command::Join(room("#milk"), None));
    let look_alike = Command::RenameRoom(room("#tee"), room("#rnilk"), None);
    let taken = Refusal::RoomExists {
        room: room("#rnilk"),
        old: room("#TEE"),
    };
    assert_eq!(script.refused(op, look_alike), taken);
    let staff = script.irc("staff");
    script.promote(staff, Role::Moderator);
    let landing = Command::RenameRoom(room("#lobby"), room("#hall"), None);
    let keeps = Refusal::RoomKeepsName {
        room: room("#lobby"),
        new: room("#hall"),
    };
    assert_eq!(script.refused(staff, landing), keeps);
}

#[test]
fn an_operator_ends_users_who_are_no_higher_operators() {
    let (mut script, [op, alice, bob]) = three();
    let kill = |whom: &str| Command::Kill(nick(whom), text("spam"));
    let need = |role| Refusal::NeedRole { role };
    assert_eq!(script.refused(op, kill("bob")), need(Role::Moderator));
    script.promote(op, Role::Moderator);
    script.promote(alice, Role::Administrator);
    assert_eq!(script.refused(op, kill("alice")), need(Role::Administrator));
    let told = script.by(op, kill("BOB"));
    let how = Departure::Killed(nick("op"), text("spam"));
    let nick = Some(nick("bob"));
    assert_eq!(*told.only(bob), Event::Farewell { nick, how });
    assert_eq!(told.to(|e| matches!(e, Event::Gone { .. })), [op, alice]);
    assert_eq!(told.closed, [bob]);
    let told = script.by(op, kill("op"));
    assert_eq!(told.closed, vec![op]);
    assert_eq!(told.to(|e| matches!(e, Event::Gone { .. })), [alice]);
}

/// User mode `s`: operators hear who becomes one, and whom they and the operator at the console end.
#[test]
fn operators_hear_what_operators_do() {
    let (mut script, [op, alice, bob]) = three();
    let notice = |told: &Told, to: u64| {
        let mut heard = told.clients.iter().filter(|(id, _)| *id == to);
        heard.find_map(|(_, event)| match event {
            Event::ServerNotice { text } => Some(text.to_string()),
            _ => None,
        })
    };
    let told = script.promote(op, Role::Moderator);
    assert_eq!(told.to(|e| matches!(e, Event::ServerNotice { .. })), [0; 0]);
    let told = script.promote(alice, Role::Observer);
    let text = "alice!~user@alice.example is an operator now: staff (observer)";
    assert_eq!(notice(&told, op).as_deref(), Some(text));
    assert_eq!(told.to(|e| matches!(e, Event::ServerNotice { .. })), [op]);
    script.by(
        alice,
        Command::SetFlags(vec![(UserFlag::ServerNotices, false)]),
    );
    let dora = script.irc("dora");
    let kill = |whom: &str| Command::Kill(nick(whom), super::text("spam"));
    let told = script.by(op, kill("dora"));
    let text = "op!~user@op.example ended dora!~user@dora.example: spam";
    assert_eq!(notice(&told, op).as_deref(), Some(text));
    assert_eq!(notice(&told, alice), None);
    assert_eq!(told.closed, [dora]);
    let kick = Command::Kick(ClientId(bob), super::text("noise"));
    let text = "*operator ended bob!~user@bob.example: noise";
    assert_eq!(notice(&script.operator(kick), op).as_deref(), Some(text));
    let expel = Command::Expel(ClientId(alice), super::text("selling things"));
    let text = "*operator ended alice!~user@alice.example: account suspended";
    assert_eq!(notice(&script.operator(expel), op).as_deref(), Some(text));
}

#[test]
fn operators_speak_to_those_who_listen() {
    let (mut script, [op, alice, bob]) = three();
    script.promote(op, Role::Moderator);
    for listener in [op, bob] {
        script.by(listener, Command::SetFlags(vec![(UserFlag::Wallops, true)]));
    }
    let told = script.by(op, Command::Wallops(text("maintenance")));
    assert_eq!(told.to(|e| matches!(e, Event::Wallops { .. })), [op, bob]);
    let need = Refusal::NeedRole {
        role: Role::Moderator,
    };
    assert_eq!(script.refused(alice, Command::Wallops(text("x"))), need);
}
