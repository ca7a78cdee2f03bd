//! Changes of a room's modes: what they make, what is told, what is refused.

use super::*;

fn three() -> (Script, [u64; 3], RoomId) {
    let mut script = Script::new(policy());
    let ids = ["op", "alice", "bob"].map(|name| script.irc(name));
    let tea = script.room_of("#tea", &ids);
    (script, ids, tea)
}

fn try_set(script: &mut Script, client: u64, modes: &str) -> Told {
    script.by(
        client,
        Command::SetModes(Some(room("#tea")), changes(modes)),
    )
}

#[test]
fn what_makes_a_difference_is_told_to_all_in_one() {
    let (mut script, ids, _) = three();
    let told = script.set(ids[0], "#tea", "+ntm-i+v ALICE");
    assert_eq!(told.modes(), ("+mv alice".into(), ids.to_vec()));
    let told = script.set(ids[0], "#tea", "+o-o+k-k+b-b bob bob x bob bob");
    assert_eq!(told.modes().0, "+b-b bob!*@* bob!*@*");
    let told = script.set(ids[0], "#tea", "+m+v-l alice");
    assert!(told.clients.is_empty(), "{told:?}");
}

/// What is the same in the end as it was before is not told, nor what another change of the same message has overtaken.
#[test]
fn of_changes_of_the_same_thing_the_outcome_is_told() {
    let (mut script, ids, tea) = three();
    script.set(ids[0], "#tea", "+lk 3 old");
    for (wanted, told) in [
        ("+i-i", ""),
        ("+i-i+i", "+i"),
        ("-i+i", ""),
        ("-l+l 3", ""),
        ("-l+l 4", "+l 4"),
        ("+ll 5 6", "+l 6"),
        ("+kk-k a b", "-k *"),
        ("+v-v+vo bob bob BOB alice", "+vo bob alice"),
        ("+vv-v alice bob alice", ""),
    ] {
        let heard = try_set(&mut script, ids[0], wanted);
        assert_eq!(heard.modes().0, told, "{wanted}");
    }
    let room = script.chat.room(tea).unwrap();
    assert_eq!((room.limit(), room.key()), (Some(6), None));
    assert!(room.flags.has(RoomFlag::InviteOnly));
}

#[test]
fn each_change_is_refused_by_itself() {
    let (mut script, ids, _) = three();
    let told = try_set(&mut script, ids[0], "+mqrPvov alice nobody bob bob");
    assert_eq!(told.modes(), ("+mov bob bob".into(), ids.to_vec()));
    let not = |flag| Refusal::ModeNotYours {
        room: room("#tea"),
        flag,
    };
    let expected = [
        Refusal::RankTooLow {
            room: room("#tea"),
            rank: Rank::Founder,
        },
        not(RoomFlag::Registered),
        not(RoomFlag::Permanent),
        Refusal::NoSuchNick {
            nick: nick("nobody"),
        },
    ];
    assert_eq!(told.refusals(), expected);
    let outside = script.irc("outside");
    let told = try_set(&mut script, ids[0], "+v outside");
    let missing = Refusal::TheyAreNotInRoom {
        nick: nick("outside"),
        room: room("#tea"),
    };
    assert_eq!(told.refusals(), [missing]);
    let not_in = Refusal::NotInRoom { room: room("#tea") };
    let set = Command::SetModes(Some(room("#tea")), changes("+m"));
    assert_eq!(script.refused(outside, set), not_in);
}

#[test]
fn who_gives_up_a_rank_has_it_no_more_for_what_follows() {
    let (mut script, ids, tea) = three();
    let told = try_set(&mut script, ids[0], "-o+m op");
    assert_eq!(told.modes().0, "-o op");
    assert_eq!(
        told.refusals(),
        [Refusal::RankTooLow {
            room: room("#tea"),
            rank: Rank::HalfOp
        }]
    );
    assert_eq!(
        script.chat.standing(script.user(ids[0]), tea),
        Standing::Member(Ranks::default())
    );
}

#[test]
fn nobody_takes_a_rank_from_one_who_ranks_higher() {
    let (mut script, [op, alice, _], _) = three();
    let staff = script.irc("staff");
    script.promote(staff, Role::Moderator);
    let told = script.set(staff, "#tea", "+qaoh alice alice alice bob");
    assert_eq!(
        told.modes().1,
        [staff, op, 2, 3],
        "the doer, though outside, is told too"
    );
    for (modes, rank) in [("-o alice", Rank::Founder), ("-v alice", Rank::Founder)] {
        script.set(alice, "#tea", "+v alice");
        let told = try_set(&mut script, op, modes);
        assert_eq!(
            told.refusals(),
            [Refusal::RankTooLow {
                room: room("#tea"),
                rank
            }]
        );
    }
    script.set(alice, "#tea", "-q alice");
    assert_eq!(
        try_set(&mut script, op, "-o alice").refusals().len(),
        1,
        "an admin still"
    );
    script.set(alice, "#tea", "-a alice");
    script.set(op, "#tea", "-o alice");
}

#[test]
fn lists_are_bounded_each_and_keep_who_and_when() {
    let (mut script, ids, tea) = three();
    script.chat.set_policy(
        Policy {
            list_entries: 2,
            ..policy()
        },
        Timestamp(2_000_000),
    );
    script.set(ids[0], "#tea", "+bbI a b c");
    let told = try_set(&mut script, ids[0], "+bb-b+b A d a e");
    assert_eq!(told.modes().0, "-b+b a!*@* e!*@*");
    let full = Refusal::ListFull {
        room: room("#tea"),
        list: ListKind::Ban,
        limit: 2,
        mask: "d!*@*".into(),
    };
    assert_eq!(told.refusals(), [full]);
    let bans = script.chat.room(tea).unwrap().list(ListKind::Ban);
    let shown: Vec<_> = bans.iter().map(|entry| entry.mask.as_str()).collect();
    assert_eq!(shown, ["b!*@*", "e!*@*"]);
    assert_eq!(
        (&*bans[1].by, bans[1].at),
        ("op!~user@op.example", script.now.at)
    );
}

#[test]
fn one_forwards_only_to_where_one_is_op_too() {
    let (mut script, [op, alice, _], tea) = three();
    script.room_of("#milk", &[alice, op]);
    let told = try_set(&mut script, op, "+f #milk");
    let not = Refusal::ForwardNotYours {
        room: room("#tea"),
        to: room("#milk"),
    };
    assert_eq!(told.refusals(), [not]);
    let told = try_set(&mut script, op, "+f #none");
    assert_eq!(
        told.refusals(),
        [Refusal::NoSuchRoom {
            room: room("#none")
        }]
    );
    script.set(alice, "#milk", "+o op");
    assert_eq!(script.set(op, "#tea", "+f #MILK").modes().0, "+f #milk");
    assert_eq!(
        script.chat.room(tea).unwrap().forward(),
        Some(&room("#milk"))
    );
}

#[test]
fn a_permanent_room_stays_and_goes_when_it_is_none_any_more() {
    let (mut script, ids, tea) = three();
    let staff = script.irc("staff");
    script.promote(staff, Role::Moderator);
    script.set(staff, "#tea", "+P");
    for id in ids {
        script.by(id, Command::PartAll);
    }
    assert!(script.chat.room(tea).is_some());
    // Who comes back first is no op of it.
    script.by(ids[0], Command::Join(room("#tea"), None));
    assert_eq!(
        script.chat.standing(script.user(ids[0]), tea),
        Standing::Member(Ranks::default())
    );
    script.by(ids[0], Command::PartAll);
    assert_eq!(script.set(staff, "#tea", "-P").modes().1, [staff]);
    assert!(script.chat.room(tea).is_none());
}
