//! What happened in rooms besides messages: read by those who know events, after a crash too, and by nobody who may not.

use crate::harness::{Client, Server};

const MESSAGES: &str = "batch server-time message-tags draft/chathistory echo-message";
const EVENTS: &str =
    "batch server-time message-tags draft/chathistory echo-message draft/event-playback";

/// What the latest of a room is for a client: the lines of the batch, without their tags and sources.
fn latest(client: &mut Client, room: &str) -> Vec<String> {
    client.send(format!("CHATHISTORY LATEST {room} * 100\r\nPING done\r\n"));
    let lines = client.until("PONG ");
    let inside = lines.iter().filter(|line| line.starts_with("@batch="));
    let bare = inside.map(|line| line.trim_end().splitn(3, ' ').nth(2).unwrap_or_default());
    bare.map(str::to_owned).collect()
}

fn does(client: &mut Client, lines: &[&str]) {
    for line in lines {
        client.send(format!("{line}\r\n"));
    }
    client.send("PING done\r\n");
    client.until("PONG ");
}

#[test]
fn what_happened_in_a_room_is_read_after_a_crash_by_those_who_know_events() {
    let mut server = Server::start();
    let mut op = server.negotiates("op", EVENTS);
    let mut bob = server.negotiates("bob", MESSAGES);
    does(&mut op, &["JOIN #tea"]);
    does(&mut bob, &["JOIN #tea", "NICK rob"]);
    does(
        &mut op,
        &[
            "TOPIC #tea :green",
            "MODE #tea +v rob",
            "@+draft/react=x TAGMSG #tea",
            "KICK #tea rob :enough",
        ],
    );
    does(&mut bob, &["JOIN #tea", "PART #tea :off", "JOIN #tea"]);
    does(&mut op, &["PRIVMSG #tea :after all that"]);
    let happened = [
        "JOIN #tea",
        "JOIN #tea",
        "NICK :rob",
        "TOPIC #tea :green",
        "MODE #tea +v rob",
        "TAGMSG #tea",
        "KICK #tea rob :enough",
        "JOIN #tea",
        "PART #tea :off",
        "JOIN #tea",
        "PRIVMSG #tea :after all that",
    ];
    assert_eq!(latest(&mut op, "#tea"), happened);
    assert_eq!(latest(&mut bob, "#tea"), happened[10..]);
    server.chatd.crashes();
    server.chatd.starts_again();
    let mut carol = server.negotiates("carol", EVENTS);
    does(&mut carol, &["JOIN #tea"]);
    let read = latest(&mut carol, "#tea");
    assert_eq!(read[..11], happened);
    assert_eq!(read[11..], ["JOIN #tea"], "one's own");
    let mut old = server.negotiates("old", MESSAGES);
    does(&mut old, &["JOIN #tea"]);
    assert_eq!(latest(&mut old, "#tea"), happened[10..]);
    server.chatd.ctl_ok(&["store", "check"]);
}

#[test]
fn who_comes_later_reads_nothing_that_happened_behind_the_door() {
    let server = Server::start();
    let mut op = server.negotiates("op", EVENTS);
    does(
        &mut op,
        &["JOIN #tea", "MODE #tea +i", "TOPIC #tea :secret plans"],
    );
    let mut guest = server.negotiates("guest", EVENTS);
    does(&mut op, &["INVITE guest #tea"]);
    does(&mut guest, &["JOIN #tea", "PART #tea"]);
    let mut bob = server.negotiates("bob", EVENTS);
    does(&mut op, &["INVITE bob #tea"]);
    does(&mut bob, &["JOIN #tea"]);
    // Until the door was shut anybody could have seen it.
    assert_eq!(
        latest(&mut bob, "#tea"),
        ["JOIN #tea", "MODE #tea +i", "JOIN #tea"]
    );
    does(&mut op, &["TOPIC #tea :tea for all", "MODE #tea -i"]);
    assert_eq!(
        latest(&mut bob, "#tea")[3..],
        ["TOPIC #tea :tea for all", "MODE #tea -i"]
    );
    let mut late = server.negotiates("late", EVENTS);
    does(&mut late, &["JOIN #tea"]);
    assert_eq!(
        latest(&mut late, "#tea"),
        ["JOIN #tea", "MODE #tea +i", "JOIN #tea"]
    );
}
