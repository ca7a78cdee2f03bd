//! Whose nick an account's own user has: it is taken back without an end of that user.

use super::always::comes;
use super::*;

/// mona, always on, has no client now and is in #tea with client 1; client 2 is hers by its login, in #tea too and in #sea.
fn mona_away() -> (Script, RoomId) {
    let mut script = Script::with(1);
    let mona = comes(&mut script, "mona", None);
    let tea = script.room_of("#tea", &[mona, 1]);
    script.by(mona, Command::Detach(Departure::Quit(None)));
    let other = script.irc("mona_");
    script.room_of("#tea", &[other]);
    script.room_of("#sea", &[other]);
    script.login(other, "mona");
    (script, tea)
}

#[test]
fn a_client_that_claims_the_nick_of_its_own_user_is_that_users_and_nobody_ends() {
    let (mut script, tea) = mona_away();
    let (before, _) = script.chat.user_by_nick(&nick("mona")).unwrap();
    let other = script.next;
    let told = script.by(other, Command::Ghost(nick("mona")));
    let (now, user) = script.chat.user_by_nick(&nick("mona")).unwrap();
    assert_eq!(
        (now, user.clients.len(), user.is_in(tea)),
        (before, 1, true)
    );
    assert_eq!(told.closed, [0; 0]);
    // The others see the other nick go, and nothing else.
    let others = told.clients.iter().filter(|(id, _)| *id == 1);
    let others: Vec<_> = others.map(|(_, event)| event).collect();
    assert!(
        matches!(others[..], [Event::Gone { who, .. }] if who.nick == nick("mona_")),
        "{others:?}"
    );
    // A client of IRC leaves by the nick that it had and enters by the one that it has.
    let own = told.clients.iter().filter(|(id, _)| *id == other);
    let own = own.filter_map(|(_, event)| match event {
        Event::YouLeft { who, name, .. } => Some(format!("{} leaves {name}", who.nick)),
        Event::YouAre { who, nick } => Some(format!("{} is {nick}", who.nick)),
        Event::YouEntered { who, name, .. } => Some(format!("{} enters {name}", who.nick)),
        Event::Gone { .. } => None,
        other => panic!("{other:?}"),
    });
    let own: Vec<_> = own.collect();
    let expected = [
        "mona_ leaves #tea",
        "mona_ leaves #sea",
        "mona_ is mona",
        "mona enters #tea",
    ];
    assert_eq!(own, expected);
}

#[test]
fn one_who_is_not_logged_in_claims_nobody() {
    let (mut script, _) = mona_away();
    let refused = script.refused(1, Command::Ghost(nick("mona")));
    assert_eq!(refused, Refusal::NickNotYours { nick: nick("mona") });
}

/// With a login it is had; that it is in use says only to choose another.
#[test]
fn who_asks_for_the_nick_of_an_accounts_own_user_is_told_that_it_takes_a_login() {
    let (mut script, _) = mona_away();
    let reserved = Refusal::NickReserved { nick: nick("mona") };
    assert_eq!(script.refused(1, Command::Nick(nick("mona"))), reserved);
    let newcomer = attach_as(9, "mona");
    let refused = script.try_by(Source::Client(ClientId(9)), newcomer);
    assert_eq!(refused, Err(reserved));
}

#[test]
fn who_is_always_on_and_logs_out_is_told_that_it_does_not_stay() {
    let mut script = Script::with(0);
    let mona = comes(&mut script, "mona", None);
    let out = |client| Command::Login(ClientId(client), None);
    let told = script.operator(out(mona));
    let notice = |event: &Event| match event {
        Event::ServerNotice { text } => Some(text.to_string()),
        _ => None,
    };
    let notices: Vec<_> = told.clients.iter().filter_map(|(_, e)| notice(e)).collect();
    let expected = "You stay in your rooms no more when you leave, until you log in again";
    assert_eq!(notices, [expected]);
    // Who goes by another nick would not have stayed anyway.
    let other = script.irc("other");
    script.login(other, "mona");
    let told = script.operator(out(other));
    assert_eq!(told.to(|event| notice(event).is_some()), [0; 0]);
}
