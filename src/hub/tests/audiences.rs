//! Who is told what, by what it has negotiated (IRCv3): each test has the same happen before clients of several kinds.

use super::irc_lines::Scene;
use super::*;
use crate::protocol::irc::Outcome;

/// Clients with these nicks and capabilities; those whose nick does not begin with `far` are in `#tea`, in this order.
struct Company {
    scene: Scene,
    wires: Vec<(&'static str, Rc<Memory>)>,
}

impl Company {
    fn of(clients: &[(&'static str, &str)]) -> Company {
        let operator = irc::Operator {
            name: "root".into(),
            role: crate::chat::Role::Administrator,
            host: Some("staff.example".into()),
            certificate: None,
            password: true,
            from: Vec::new(),
        };
        let mut scene = Scene::with(|server| server.operators = vec![operator].into());
        let mut wires = Vec::new();
        for (id, (nick, capabilities)) in (1..).zip(clients) {
            wires.push((*nick, scene.registers(id, nick, capabilities)));
            if !nick.starts_with("far") {
                scene.says(id, &["JOIN #tea"]);
            }
        }
        let mut company = Company { scene, wires };
        company.told();
        company
    }

    /// What each was told since, where it was told anything, without ids of messages.
    fn told(&mut self) -> Vec<(&'static str, String)> {
        let text = |wire: &Rc<Memory>| {
            let lines = wire.text();
            let lines = lines.lines().map(|line| {
                let Some((before, after)) = line.split_once("msgid=") else {
                    return line.to_owned();
                };
                let id = after.find([';', ' ']).expect("the end of the id");
                format!("{before}msgid{}", &after[id..])
            });
            lines.collect::<Vec<_>>().join("\n")
        };
        let told = self.wires.iter().map(|(nick, wire)| (*nick, text(wire)));
        told.filter(|(_, text)| !text.is_empty()).collect()
    }

    fn says(&mut self, nick: &str, line: &str) -> Vec<(&'static str, String)> {
        let place = self.wires.iter().position(|(name, _)| *name == nick);
        let place = place.expect("one of them") as u64;
        self.scene.says(place + 1, &[line]);
        self.told()
    }

    /// The first of them becomes an operator, which gives it another host.
    fn promotes(&mut self) -> Vec<(&'static str, String)> {
        self.says("ann", "OPER root secret");
        self.scene.returns(1, Outcome::Done);
        self.told()
    }
}

fn each(told: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    told.iter()
        .map(|(nick, text)| (*nick, (*text).to_owned()))
        .collect()
}

/// IRCv3 away-notify: "clients will be sent an AWAY message when a user sharing a channel with them sets, changes or removes their
/// away state"; not those who share none, and not the one itself.
#[test]
fn who_is_away_is_told_to_those_who_share_a_room_and_asked_for_it() {
    let mut company = Company::of(&[
        ("ann", "away-notify"),
        ("bob", "away-notify"),
        ("cat", ""),
        ("far", "away-notify"),
    ]);
    for (line, numeric, told) in [
        (
            "AWAY :lunch",
            ":chat.example 306 ann :You have been marked as being away",
            " :lunch",
        ),
        (
            "AWAY :tea",
            ":chat.example 306 ann :You have been marked as being away",
            " :tea",
        ),
        (
            "AWAY",
            ":chat.example 305 ann :You are no longer marked as being away",
            "",
        ),
    ] {
        let told = format!(":ann!~u@192.0.2.1 AWAY{told}");
        assert_eq!(
            company.says("ann", line),
            each(&[("ann", numeric), ("bob", &told)])
        );
    }
}

/// IRCv3 extended-monitor: with it and `away-notify` or `setname`, one is told of those whom one monitors; without it only of those
/// with whom one shares a room; of those with whom one does once.
#[test]
fn whom_one_monitors_is_told_of_to_those_with_the_capability() {
    let mut company = Company::of(&[
        ("ann", ""),
        ("bob", "extended-monitor setname away-notify"),
        ("far", "extended-monitor setname"),
        ("far-away", "extended-monitor away-notify"),
        ("far-none", "setname away-notify"),
    ]);
    for nick in ["bob", "far", "far-away", "far-none"] {
        company.says(nick, "MONITOR + ann");
    }
    let named = ":ann!~u@192.0.2.1 SETNAME :Ann A.";
    assert_eq!(
        company.says("ann", "SETNAME :Ann A."),
        each(&[("bob", named), ("far", named)])
    );
    let gone = ":ann!~u@192.0.2.1 AWAY :x";
    let itself = ":chat.example 306 ann :You have been marked as being away";
    assert_eq!(
        company.says("ann", "AWAY :x"),
        each(&[("ann", itself), ("bob", gone), ("far-away", gone)])
    );
}

/// IRCv3 setname: "If a client sends a SETNAME command without having negotiated the capability, the server SHOULD handle it silently";
/// who has it is told of its own.
#[test]
fn who_knows_setname_is_told_of_its_own_new_name() {
    let mut company = Company::of(&[("ann", "setname"), ("bob", "")]);
    let told = ":ann!~u@192.0.2.1 SETNAME :Ann";
    assert_eq!(company.says("ann", "SETNAME :Ann"), each(&[("ann", told)]));
    let told = ":bob!~u@192.0.2.1 SETNAME :Bob";
    assert_eq!(company.says("bob", "SETNAME :Bob"), each(&[("ann", told)]));
    assert_eq!(company.says("bob", "SETNAME :"), []);
}

/// IRCv3 chghost, with its fallback; IRCv3 oper-tag: "MUST be added by the ircd to all commands sent by a user", who is an operator
/// by then.
#[test]
fn another_host_is_told_in_one_word_or_as_leaving_and_coming_back() {
    let mut company = Company::of(&[
        ("ann", "chghost draft/oper-tag"),
        ("bob", "chghost"),
        ("cat", "draft/oper-tag"),
        ("far", "chghost"),
    ]);
    let told = company.promotes();
    let [("ann", itself), others @ ..] = &told[..] else {
        panic!("{told:?}");
    };
    let changed = ":ann!~u@192.0.2.1 CHGHOST ~u staff.example";
    assert!(
        itself.contains(&format!("\n@draft/oper {changed}\n")),
        "{itself}"
    );
    assert!(
        itself.contains(" 396 ann staff.example :is now your displayed host\n"),
        "{itself}"
    );
    let rejoined = "@draft/oper :ann!~u@192.0.2.1 QUIT :Changing hostname\n\
                    @draft/oper :ann!~u@staff.example JOIN #tea\n\
                    :chat.example MODE #tea +o ann";
    assert_eq!(others, each(&[("bob", changed), ("cat", rejoined)]));
    let told = company.says("ann", "TOPIC #tea :tea");
    let line = ":ann!~u@staff.example TOPIC #tea :tea";
    let tagged = format!("@draft/oper {line}");
    assert_eq!(
        told,
        each(&[("ann", &tagged), ("bob", line), ("cat", &tagged)])
    );
}

/// IRCv3 echo-message: "servers MUST send PRIVMSG and NOTICE messages back to the client that sent them"; with message-tags "the same
/// rules apply to TAGMSG". What is refused is not sent back.
#[test]
fn ones_own_words_come_back_to_those_who_asked_for_it() {
    let mut company = Company::of(&[
        ("ann", "echo-message message-tags"),
        ("bob", ""),
        ("cat", "message-tags"),
    ]);
    for (sent, told) in [
        ("PRIVMSG #tea", "PRIVMSG #tea :hi"),
        ("NOTICE #tea", "NOTICE #tea :hi"),
        ("PRIVMSG bob", "PRIVMSG bob :hi"),
    ] {
        let line = format!(":ann!~u@192.0.2.1 {told}");
        let tagged = format!("@msgid {line}");
        let said = company.says("ann", &format!("{sent} :hi"));
        assert_eq!(said[..2], each(&[("ann", &tagged), ("bob", &line)]));
    }
    let tagged = "@msgid;+typing=active :ann!~u@192.0.2.1 TAGMSG #tea";
    assert_eq!(
        company.says("ann", "@+typing=active TAGMSG #tea"),
        each(&[("ann", tagged), ("cat", tagged)])
    );
    company.says("bob", "MODE #tea");
    let told = company.says("ann", "PRIVMSG nobody :hi");
    assert_eq!(
        told,
        each(&[("ann", ":chat.example 401 ann nobody :No such nick/channel")])
    );
    let told = company.says("cat", "PRIVMSG #tea :hi");
    assert_eq!(
        told.iter().map(|(nick, _)| *nick).collect::<Vec<_>>(),
        ["ann", "bob"]
    );
}

/// IRCv3 bot-mode: the tag "MUST only be sent to users who have requested the message-tags capability", without a value, "to all
/// commands sent by a bot".
#[test]
fn what_a_bot_does_is_tagged_for_those_who_read_tags() {
    let mut company = Company::of(&[
        ("ann", "message-tags"),
        ("bob", ""),
        ("cat", "message-tags"),
    ]);
    let own = company.says("ann", "MODE ann +B");
    assert_eq!(own, each(&[("ann", "@bot :ann!~u@192.0.2.1 MODE ann +B")]));
    for (line, told) in [
        ("TOPIC #tea :tea", "TOPIC #tea :tea"),
        ("MODE #tea +v bob", "MODE #tea +v bob"),
        ("NICK bot", "NICK :bot"),
    ] {
        let line = company.says("ann", line);
        let told = format!(":ann!~u@192.0.2.1 {told}");
        let tagged = format!("@bot {told}");
        assert_eq!(
            line,
            each(&[("ann", &tagged), ("bob", &told), ("cat", &tagged)])
        );
    }
    let told = company.says("ann", "PRIVMSG #tea :hi");
    let line = ":bot!~u@192.0.2.1 PRIVMSG #tea :hi";
    assert_eq!(
        told,
        each(&[("bob", line), ("cat", &format!("@msgid;bot {line}"))])
    );
}

/// IRCv3 invite-notify: those with the capability who may invite.
#[test]
fn whom_others_invite_is_told_to_ops_who_asked_for_it() {
    let mut company = Company::of(&[
        ("ann", "invite-notify"),
        ("bob", "invite-notify"),
        ("cat", ""),
        ("dan", "invite-notify"),
        ("far", ""),
    ]);
    company.says("ann", "MODE #tea +oo bob cat");
    let line = ":ann!~u@192.0.2.1 INVITE far #tea";
    assert_eq!(
        company.says("ann", "INVITE far #tea"),
        each(&[
            ("ann", ":chat.example 341 ann far #tea"),
            ("bob", line),
            ("far", line)
        ])
    );
}

/// IRCv3 channel-rename, "Fallback"; with no-implicit-names the names are left out there too.
#[test]
fn a_rooms_new_name_is_told_in_one_word_or_as_leaving_and_entering() {
    let mut company = Company::of(&[
        ("ann", "draft/channel-rename"),
        ("bob", ""),
        ("cat", "draft/no-implicit-names"),
    ]);
    let told = company.says("ann", "RENAME #tea #cup");
    let again =
        |nick: &str| format!(":{nick}!~u@192.0.2.1 PART #tea\n:{nick}!~u@192.0.2.1 JOIN #cup");
    let names = ":chat.example 353 bob = #cup :bob @ann cat\n:chat.example 366 bob #cup :End of /NAMES list";
    assert_eq!(
        told,
        each(&[
            ("ann", ":ann!~u@192.0.2.1 RENAME #tea #cup :"),
            ("bob", &format!("{}\n{names}", again("bob"))),
            ("cat", &again("cat")),
        ])
    );
    // "This fallback SHOULD NOT be used if the rename only changes the case of the channel name".
    let told = company.says("ann", "RENAME #cup #CUP :loud");
    assert_eq!(
        told,
        each(&[("ann", ":ann!~u@192.0.2.1 RENAME #cup #CUP :loud")])
    );
}
