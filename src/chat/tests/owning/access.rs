//! Who has which rank in a registered room, and who gives it.

use super::*;

#[test]
fn members_have_another_rank_as_soon_as_their_account_has() {
    let mut script = owned(&["bob", "carol"]);
    let desk = script.irc("bob-desk");
    script.login(desk, "bob");
    for id in [2, 3, desk] {
        script.by(id, enter("#tea"));
    }
    let told = script.by(1, access("BOB", Some(Rank::Voice)));
    assert_eq!(told.modes().0, "+vv bob bob-desk");
    assert_eq!(told.modes().1, [1, 2, 3, desk]);
    let told = script.by(1, access("bob", Some(Rank::Admin)));
    assert_eq!(told.modes().0, "-v+a-v+a bob bob bob-desk bob-desk");
    assert_eq!(ranks(&script, 2), "a");
    // The same once more is answered, and nothing is to be stored.
    let source = Source::Client(ClientId(1));
    let again = script
        .chat
        .decide(&script.now, source, access("bob", Some(Rank::Admin)));
    let again = again.unwrap();
    assert_eq!(script.chat.touched(&again.changes).to_vec(), []);
    let name = nick("bob");
    let what = Owning::Access(name, Some(Rank::Admin));
    let (seat, room) = (script.chat.client(ClientId(1)).unwrap().seat, room("#tea"));
    let answer = Event::Owned { name: room, what };
    let expected = Effect::Tell(Audience::Client(seat), answer);
    assert_eq!(again.effects.to_vec(), [expected]);
    let told = script.by(1, access("bob", None));
    assert_eq!(told.modes().0, "-aa bob bob-desk");
    assert_eq!(ranks(&script, desk), "");
    assert_eq!(owner(&script).access, []);
}

/// Who may give whom what: `x` where the rank in front, by its account, may make of one with the first rank one with the second.
#[test]
fn nobody_gives_or_takes_what_is_not_below_its_own() {
    const RANKS: [Option<Rank>; 5] = [
        None,
        Some(Rank::Voice),
        Some(Rank::HalfOp),
        Some(Rank::Op),
        Some(Rank::Admin),
    ];
    let letters = |rank: Option<Rank>| rank.map_or('-', Rank::letter);
    let mut script = owned(&["bob", "carol"]);
    script.promote(3, Role::Moderator);
    let staff = script.irc("staff");
    script.promote(staff, Role::Administrator);
    for (actor, own) in RANKS.into_iter().map(|own| (2, own)).chain([
        (1, Some(Rank::Founder)),
        (3, None),
        (staff, None),
    ]) {
        if actor == 2 && own.is_some() {
            script.by(1, access("bob", own));
        }
        let mut may = Vec::new();
        for (was, becomes) in RANKS
            .into_iter()
            .flat_map(|was| RANKS.map(|becomes| (was, becomes)))
        {
            let mut script = script.clone();
            script.account("dave");
            if was.is_some() {
                script.by(1, access("dave", was));
            }
            let source = Source::Client(ClientId(actor));
            match script.try_by(source, access("dave", becomes)) {
                Ok(_) => may.push(format!("{}{}", letters(was), letters(becomes))),
                Err(Refusal::NoAccess { .. }) => {}
                Err(Refusal::AccessTooLow { room, .. }) => assert_eq!(room.as_str(), "#tea"),
                Err(other) => panic!("{other:?}"),
            }
        }
        let expected = match (actor, own) {
            (2, Some(Rank::Admin)) => "-v -h -o v- vv vh vo h- hv hh ho o- ov oh oo",
            (2 | 3, _) => "",
            _ => "-v -h -o -a v- vv vh vo va h- hv hh ho ha o- ov oh oo oa a- av ah ao aa",
        };
        assert_eq!(may.join(" "), expected, "client {actor} with {own:?}");
    }
}

#[test]
fn one_can_give_up_what_one_has_and_the_founder_only_hands_it_over() {
    let mut script = owned(&["bob"]);
    script.by(1, access("bob", Some(Rank::Voice)));
    script.by(2, access("bob", None));
    assert_eq!(owner(&script).access, []);
    let name = nick("bob");
    let room = || room("#tea");
    let none = Refusal::NoAccess { room: room(), name };
    assert_eq!(script.refused(1, access("bob", None)), none);
    let one = Refusal::OneFounder { room: room() };
    for command in [
        access("alice", None),
        access("alice", Some(Rank::Op)),
        access("bob", Some(Rank::Founder)),
    ] {
        assert_eq!(script.refused(1, command), one);
    }
}

#[test]
fn an_account_that_there_is_not_or_that_only_looks_like_one_is_refused_by_name() {
    let mut script = owned(&["bob"]);
    for name in ["nobody", "B0B"] {
        let none = Refusal::NoAccountCalled { name: nick(name) };
        assert_eq!(script.refused(1, access(name, Some(Rank::Op))), none);
        let over = Command::HandOver(room("#tea"), nick(name));
        assert_eq!(script.refused(1, over), none);
    }
}

#[test]
fn access_is_bounded_and_who_has_it_can_still_be_given_another_rank() {
    let mut script = owned(&["bob", "carol", "dave"]);
    script.chat.policy.list_entries = 2;
    script.by(1, access("bob", Some(Rank::Op)));
    script.by(1, access("carol", Some(Rank::Op)));
    let (room, limit) = (room("#tea"), 2);
    let full = Refusal::AccessFull { room, limit };
    assert_eq!(script.refused(1, access("dave", Some(Rank::Op))), full);
    script.by(1, access("carol", Some(Rank::Voice)));
}

#[test]
fn only_those_with_access_and_operators_see_who_has_it_and_the_others_whose_it_is() {
    let mut script = owned(&["bob", "carol", "dave", "erin"]);
    script.by(1, access("bob", Some(Rank::Voice)));
    script.by(1, access("carol", Some(Rank::Admin)));
    let show = || Command::ShowAccess(Some(room("#tea")));
    let owner = Event::OwnerIs {
        name: room("#tea"),
        founder: Some(nick("alice")),
        since: owner(&script).since,
    };
    assert_eq!(*script.by(4, show()).only(4), owner);
    script.promote(5, Role::Observer);
    for client in [2, 5] {
        let access = ["alice", "carol", "bob"].map(nick);
        let ranks = [Rank::Founder, Rank::Admin, Rank::Voice];
        let expected = Event::AccessIs {
            name: room("#tea"),
            access: access.into_iter().zip(ranks).collect(),
        };
        assert_eq!(*script.by(client, show()).only(client), expected);
    }
}

#[test]
fn whoever_is_half_op_there_or_more_is_kept_out_by_nothing() {
    let mut script = owned(&["bob", "carol"]);
    script.by(1, access("bob", Some(Rank::HalfOp)));
    script.by(1, access("carol", Some(Rank::Voice)));
    for (modes, code) in [
        ("+i", "invite-only"),
        ("+k sesame", "wrong-key"),
        ("+l 1", "room-full"),
        ("+b *!*@*.example", "banned"),
    ] {
        let mut script = script.clone();
        script.set(1, "#tea", modes);
        assert_eq!(script.refused(3, enter("#tea")).code(), code);
        script.by(2, enter("#tea"));
        script.by(1, leave("#tea"));
        script.by(1, enter("#tea"));
    }
}

#[test]
fn by_its_account_one_gives_and_takes_what_the_rank_may_and_has_ones_own_back() {
    let mut script = owned(&["bob", "carol", "dave"]);
    script.by(1, access("bob", Some(Rank::HalfOp)));
    script.by(1, access("carol", Some(Rank::Op)));
    for id in [2, 3, 4] {
        script.by(id, enter("#tea"));
    }
    let rank =
        |name: Option<&str>, rank, on| Command::SetRank(room("#tea"), name.map(nick), rank, on);
    // Given up, and taken back.
    script.set(3, "#tea", "-o carol");
    let told = script.by(3, rank(None, Rank::Op, true));
    assert_eq!(told.modes(), ("+o carol".into(), vec![1, 2, 3, 4]));
    script.by(2, rank(Some("bob"), Rank::HalfOp, false));
    script.by(2, rank(Some("bob"), Rank::HalfOp, true));
    // Given by who may, even from outside.
    script.by(2, rank(Some("dave"), Rank::Voice, true));
    script.by(3, leave("#tea"));
    let told = script.by(3, rank(Some("dave"), Rank::Op, true));
    assert_eq!(told.modes(), ("+o dave".into(), vec![3, 1, 2, 4]));
    assert_eq!(ranks(&script, 4), "ov");
    let told = script.by(3, rank(Some("dave"), Rank::Op, true));
    assert_eq!(told.modes().0, "", "it was already");
    // Not by who may not: above one's own, from those above, without access.
    let low = |rank| Refusal::AccessTooLow {
        room: room("#tea"),
        rank,
    };
    let refused = script.refused(2, rank(Some("dave"), Rank::HalfOp, true));
    assert_eq!(refused, low(Rank::Op));
    assert_eq!(script.refused(2, rank(None, Rank::Op, true)), low(Rank::Op));
    let refused = script.refused(2, rank(Some("dave"), Rank::Voice, false));
    assert_eq!(refused, low(Rank::Op), "dave is op");
    let refused = script.refused(3, rank(Some("alice"), Rank::Op, false));
    assert_eq!(refused, low(Rank::Founder));
    let refused = script.refused(4, rank(Some("bob"), Rank::Voice, true));
    assert_eq!(refused, low(Rank::HalfOp), "op by mode, not by account");
    let refused = script.refused(1, rank(Some("carol"), Rank::Op, true));
    assert_eq!(refused.code(), "not-in-room");
    let refused = script.refused(1, rank(Some("nobody"), Rank::Op, true));
    assert_eq!(refused.code(), "no-such-nick");
}
