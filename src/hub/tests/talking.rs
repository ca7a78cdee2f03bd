//! What plain devices of one user read of where they talk, and as whom they stay.

use super::accounts::{log_in, plain, proven, scene};
use super::irc_lines::Scene;
use super::*;
use crate::protocol::account::{Answer, Wish};
use crate::protocol::irc::Outcome;

fn join(scene: &mut Scene, client: u64, room: &str) {
    let room = RoomName::parse(room).expect("a room's name");
    let join = Input::Command(ClientId(client), Command::Join(room, None));
    scene.hub.turn([join].into_iter());
}

#[test]
fn a_device_reads_where_it_talks_when_that_is_not_the_room_its_user_is_in_now() {
    let mut scene = scene();
    let (desk, phone) = (plain(&mut scene, 1), plain(&mut scene, 2));
    scene.hub.turn([log_in(1)].into_iter());
    scene.returns(1, proven());
    join(&mut scene, 1, "#m");
    desk.text();
    scene.hub.turn([log_in(2)].into_iter());
    scene.returns(2, proven());
    let told = phone.text();
    let rooms: Vec<_> = told.lines().filter(|l| l.contains("are in #")).collect();
    let expected = [
        "-- You are in #lobby with nobody else; you talk in #m",
        "-- You are in #m with nobody else",
    ];
    assert_eq!(rooms, expected, "{told}");
    desk.text();
    join(&mut scene, 1, "#n");
    assert_eq!(desk.text(), "-- You are in #n with nobody else\n");
    let told = phone.text();
    let expected = "-- You are in #n with nobody else; you talk in #m\n";
    assert_eq!(told, expected);
    // Where the other one takes it out of the room it talks in, it is told how it goes on.
    join(&mut scene, 1, "#m");
    let part = Input::Command(ClientId(1), Command::Part(None, None));
    scene.hub.turn([part].into_iter());
    let told = phone.text();
    let expected = "-- You left #m; you talk in no room now: /join #n goes on there\n";
    assert_eq!(told, expected);
    scene.hub.turn([say(2, "x")].into_iter());
    let told = phone.text();
    assert!(told.starts_with("! no-room: "), "{told}");
}

#[test]
fn who_goes_by_another_nick_than_its_accounts_reads_as_whom_it_stays() {
    let mut scene = scene();
    let desk = plain(&mut scene, 1);
    scene.hub.turn([log_in(1)].into_iter());
    scene.returns(1, proven());
    let mut stays = || {
        desk.text();
        let stay = Input::Account(ClientId(1), Wish::Stay(true));
        scene.hub.turn([stay].into_iter());
        scene.returns(1, Outcome::Account(Answer::Done));
        let told = desk.text();
        let nick = Command::Nick(Nick::parse("al").expect("a nick"));
        let nick = Input::Command(ClientId(1), nick);
        scene.hub.turn([nick].into_iter());
        told
    };
    let missed = "what you miss you get when you come back, as far as this server keeps it for you";
    let expected = format!("-- You stay in your rooms from now on; {missed}\n");
    assert_eq!(stays(), expected);
    let expected =
        format!("-- You stay in your rooms from now on when you leave as alice; {missed}\n");
    assert_eq!(stays(), expected);
}
