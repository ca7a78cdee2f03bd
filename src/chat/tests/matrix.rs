//! Who may do what: every rank, those outside and operators, against everything that needs a rank. What is not listed here as
//! allowed is refused.

use super::*;

const ACTORS: [&str; 9] = [
    "outside",
    "member",
    "voice",
    "half-op",
    "op",
    "admin",
    "founder",
    "observer",
    "moderator",
];

/// What is done, and the actors who may: a digit each for those of `ACTORS`.
const ALLOWED: &[(&str, &str)] = &[
    ("+v bob", "...xxxx.x"),
    ("+h bob", "....xxx.x"),
    ("+o bob", "....xxx.x"),
    ("+a bob", ".....xx.x"),
    ("+q bob", "......x.x"),
    ("+b x", "...xxxx.x"),
    ("+e x", "...xxxx.x"),
    ("+I x", "...xxxx.x"),
    ("+k x", "...xxxx.x"),
    ("+l 9", "...xxxx.x"),
    ("-n", "...xxxx.x"),
    ("-t", "...xxxx.x"),
    ("+i", "...xxxx.x"),
    ("+m", "...xxxx.x"),
    ("+s", "...xxxx.x"),
    ("+p", "....xxx.x"),
    ("+u", "....xxx.x"),
    ("+C", "....xxx.x"),
    ("+N", "....xxx.x"),
    ("+K", "....xxx.x"),
    ("+M", "....xxx.x"),
    ("+R", "....xxx.x"),
    ("+S", "....xxx.x"),
    ("+U", "....xxx.x"),
    ("+c", "....xxx.x"),
    ("+P", "........x"),
    ("+r", "........."),
    ("kick bob", "...xxxx.x"),
    ("kick voiced", "...xxxx.x"),
    ("kick half", "....xxx.x"),
    ("kick oper", "....xxx.x"),
    ("kick adm", ".....xx.x"),
    ("kick owner", "......x.x"),
    ("topic", "...xxxx.x"),
    ("speak", ".xxxxxx.."),
    ("speak moderated", "..xxxxx.."),
    ("invite", ".xxxxxx.x"),
    ("invite only", "...xxxx.x"),
    ("rename", "....xxx.x"),
    ("kill", "........x"),
    ("wallops", "........x"),
];

/// A room with one of each rank, and the actor.
fn scene(actor: &str) -> (Script, u64) {
    let mut script = Script::new(policy());
    let staff = script.irc("staff");
    script.promote(staff, Role::Moderator);
    let names = ["maker", "bob", "voiced", "half", "oper", "adm", "owner"];
    let ids = names.map(|name| script.irc(name));
    script.room_of("#tea", &ids);
    script.set(staff, "#tea", "+vhoaq voiced half oper adm owner");
    script.irc("guest");
    let id = script.irc("actor");
    if !matches!(actor, "outside" | "observer" | "moderator") {
        script.by(id, Command::Join(room("#tea"), None));
    }
    match actor {
        "voice" => drop(script.set(staff, "#tea", "+v actor")),
        "half-op" => drop(script.set(staff, "#tea", "+h actor")),
        "op" => drop(script.set(staff, "#tea", "+o actor")),
        "admin" => drop(script.set(staff, "#tea", "+a actor")),
        "founder" => drop(script.set(staff, "#tea", "+q actor")),
        "observer" => drop(script.promote(id, Role::Observer)),
        "moderator" => drop(script.promote(id, Role::Moderator)),
        _ => {}
    }
    match actor {
        "outside" | "observer" | "moderator" => {}
        _ => assert!(script.user(id).role().is_none()),
    }
    (script, id)
}

fn command(what: &str) -> Command {
    let tea = || room("#tea");
    match what.split_once(' ').unwrap_or((what, "")) {
        ("kick", whom) => Command::KickFrom(Some(tea()), nick(whom), None),
        ("topic", _) => Command::SetTopic(Some(tea()), topic("t")),
        ("speak", _) => say_to(Target::Room(tea()), "x"),
        ("invite", _) => Command::Invite(nick("guest"), Some(tea())),
        ("rename", _) => Command::RenameRoom(tea(), room("#coffee"), None),
        ("kill", _) => Command::Kill(nick("bob"), text("spam")),
        ("wallops", _) => Command::Wallops(text("x")),
        _ => Command::SetModes(Some(tea()), changes(what)),
    }
}

#[test]
fn everybody_may_what_is_said_here_and_no_more() {
    let mut found = Vec::new();
    let scenes = ACTORS.map(|actor| (actor, scene(actor)));
    for (what, _) in ALLOWED {
        let mut allowed = String::new();
        for (actor, (script, id)) in &scenes {
            let (mut script, id) = (script.clone(), *id);
            match *what {
                "speak moderated" => drop(script.set(1, "#tea", "+m")),
                "invite only" => drop(script.set(1, "#tea", "+i")),
                _ => {}
            }
            let before = script.chat.clone();
            let done = script.try_by(Source::Client(ClientId(id)), command(what));
            let refused = !done.is_ok_and(|told| told.refusals().is_empty());
            if refused {
                let room = |chat: &Chat| {
                    let (id, room) = chat.room_by_name(&room("#tea")).expect("the room");
                    (id, room.clone())
                };
                assert_eq!(room(&script.chat), room(&before), "{what} by {actor}");
            }
            allowed.push(if refused { '.' } else { 'x' });
        }
        found.push((*what, allowed));
    }
    let expected: Vec<_> = ALLOWED
        .iter()
        .map(|(what, who)| (*what, (*who).to_owned()))
        .collect();
    assert_eq!(found, expected);
}
