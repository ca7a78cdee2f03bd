use crate::chat::{Command, Login, Registered, Source, Timestamp};
use crate::protocol::irc::commands::bed::{Bed, nick};
use crate::protocol::irc::render::{Telling, render};
use crate::protocol::irc::{Accounts, Replies, Step, refusal};

/// alice, who is op in #tea, bob, who is in it, and carol, who is not, each with an account of that name.
fn bed() -> Bed {
    let mut bed = Bed::new();
    let registration = true;
    bed.server.accounts = Some(Accounts { registration });
    for (id, name) in (1..).zip(["alice", "bob", "carol"]) {
        operator(
            &mut bed,
            Command::Register(Registered {
                id,
                name: nick(name),
                since: Timestamp(0),
                always_on: false,
            }),
        );
        let login = Some(Login { id, device: None });
        let client = bed.id(name);
        operator(&mut bed, Command::Login(client, login));
    }
    bed
}

/// As [`bed`], and #tea is alice's.
fn owned() -> Bed {
    let mut bed = bed();
    says(&mut bed, "alice", "CS REGISTER #tea");
    bed
}

fn operator(bed: &mut Bed, command: Command) {
    let decision = bed.chat.decide(&bed.stamp, Source::Operator, command);
    bed.chat.apply(decision.expect("not refused").changes);
}

/// What somebody is told who says this, carried out: the notices of ChanServ without what is before their text, other lines without
/// their source.
fn says(bed: &mut Bed, name: &str, line: &str) -> Vec<String> {
    let reading = bed.read(name, line);
    let mut bytes = Vec::new();
    let id = bed.id(name);
    for step in reading.steps {
        let command = match step {
            Step::Tell(told) => {
                bytes.extend(told);
                continue;
            }
            Step::Do(command) => command,
            other => panic!("{line}: {other:?}"),
        };
        let capabilities = bed.asker(name).client.capabilities;
        match bed.chat.decide(&bed.stamp, Source::Client(id), command) {
            Err(why) => {
                let mut replies = Replies::new(&mut bytes, "", &bed.server.name, name);
                refusal(&mut replies, reading.verb, &why, capabilities);
            }
            Ok(decision) => {
                bed.chat.apply(decision.changes);
                let telling = Telling {
                    chat: &bed.chat,
                    server: &bed.server,
                    stamp: bed.stamp,
                    newcomers: 0,
                };
                for effect in &decision.effects {
                    let crate::chat::Effect::Tell(audience, event) = effect else {
                        continue;
                    };
                    bed.chat.for_each_recipient(audience, |client| {
                        if client.id == id {
                            render(&telling, event, Some(client), &mut bytes);
                        }
                    });
                }
            }
        }
    }
    let told = String::from_utf8(bytes).expect("UTF-8");
    let notice = format!(":ChanServ!ChanServ@irc.example.org NOTICE {name} :");
    let line = |line: &str| match line.strip_prefix(&notice) {
        Some(said) => said.to_owned(),
        None => line.split_once(' ').unwrap_or_default().1.to_owned(),
    };
    told.lines().map(line).collect()
}

#[test]
fn each_command_comes_to_what_the_help_says() {
    let founder = "#tea is registered since 2026-11-23T00:44:04.123Z. Its founder is alice.";
    for (line, expected) in [
        ("INFO #tea", &[founder][..]),
        ("info #TEA", &[founder]),
        ("OP #tea bob", &["bob is op in #tea.", "MODE #tea +o bob"]),
        ("OP #tea", &["alice is op in #tea."]),
        (
            "DEOP #tea",
            &["alice is not op in #tea.", "MODE #tea -o alice"],
        ),
        (
            "VOICE #tea bob",
            &["bob is voiced in #tea.", "MODE #tea +v bob"],
        ),
        ("DEVOICE #tea bob", &["bob is not voiced in #tea."]),
        (
            "HALFOP #tea bob",
            &["bob is half-op in #tea.", "MODE #tea +h bob"],
        ),
        ("DEHALFOP #tea bob", &["bob is not half-op in #tea."]),
        (
            "ACCESS #tea LIST",
            &["#tea alice founder", "These have access to #tea: 1."],
        ),
        (
            "ACCESS #tea",
            &["#tea alice founder", "These have access to #tea: 1."],
        ),
        (
            "ACCESS #tea ADD bob halfop",
            &["MODE #tea +h bob", "bob is half-op in #tea from now on."],
        ),
        (
            "access #tea set BOB +",
            &["MODE #tea +v bob", "bob is voiced in #tea from now on."],
        ),
        (
            "ACCESS #tea SET carol a",
            &["carol is admin in #tea from now on."],
        ),
        (
            "ACCESS #tea DEL bob",
            &["bob has no access to #tea that could be taken; look at who has it first"],
        ),
        (
            "FOUNDER #tea bob",
            &[
                "MODE #tea +q-q+a bob alice alice",
                "The founder of #tea is bob.",
            ],
        ),
        (
            "SET #tea FOUNDER carol",
            &[
                "MODE #tea -q+a alice alice",
                "The founder of #tea is carol.",
            ],
        ),
        (
            "SET FOUNDER #tea carol",
            &[
                "MODE #tea -q+a alice alice",
                "The founder of #tea is carol.",
            ],
        ),
        (
            "DROP #tea #Tea",
            &["#tea is not registered any more.", "MODE #tea -r"],
        ),
    ] {
        for way in [
            "CHANSERV ",
            "CS ",
            "PRIVMSG ChanServ :",
            "PRIVMSG chanserv@services.example :",
        ] {
            let found = says(&mut owned(), "alice", &format!("{way}{line}"));
            assert_eq!(found, expected, "{way}{line}");
        }
    }
    let registered = says(&mut bed(), "alice", "CS REGISTER #tea secret Our tea room");
    let mine = "#tea is yours now: it stays when it is empty, as it is.";
    assert_eq!(registered, ["MODE #tea +rq alice", mine]);
}

/// All that have access, a line each, as many as there are.
#[test]
fn the_list_is_told_by_rank() {
    let mut bed = owned();
    says(&mut bed, "alice", "CS ACCESS #tea ADD bob v");
    says(&mut bed, "alice", "CS ACCESS #tea ADD carol op");
    let list = [
        "#tea alice founder",
        "#tea carol op",
        "#tea bob voiced",
        "These have access to #tea: 3.",
    ];
    assert_eq!(says(&mut bed, "bob", "CS ACCESS #tea LIST"), list);
}

#[test]
fn what_is_missing_or_unknown_is_answered_with_what_there_is() {
    let register =
        "REGISTER <#channel> - makes it yours, if you are its operator: it stays when it is empty";
    let access = "ACCESS <#channel> LIST | ADD <account> <rank> | DEL <account> - who is admin, op, halfop or voice there whenever they come";
    let op = "OP <#channel> [<nick>] - makes an operator, you or another; DEOP, HALFOP, DEHALFOP, VOICE, DEVOICE likewise";
    let founder = "FOUNDER <#channel> <account> - gives it to somebody else";
    let unknown = "There is no such command; HELP shows those that there are.";
    let no_room = "a room's name is # and 1 to 49 characters, such as #lobby.";
    for (line, expected) in [
        ("REGISTER", register),
        ("INFO", "INFO <#channel> - whose it is, since when"),
        (
            "INFO #tea #sea",
            "INFO <#channel> - whose it is, since when",
        ),
        ("DROP", "DROP <#channel> - makes it a channel as any other"),
        ("OP", op),
        ("DEVOICE #tea bob carol", op),
        ("ACCESS", access),
        ("ACCESS #tea ADD bob", access),
        ("ACCESS #tea ADD bob op now", access),
        ("ACCESS #tea DEL", access),
        ("ACCESS #tea LIST all", access),
        ("ACCESS #tea FLAGS", access),
        ("FOUNDER #tea", founder),
        ("SET #tea", founder),
        ("SET #tea TOPICLOCK on", founder),
        ("FLAGS #tea", unknown),
        ("\u{1}", unknown),
        (
            "ACCESS #tea ADD bob king",
            "There is no rank king; there are voice, halfop, op and admin.",
        ),
        (
            "DROP #tea",
            "Nobody has access to #tea any more then, and it goes when it is empty. If you mean that: DROP #tea #tea",
        ),
        (
            "DROP #tea #sea",
            "To drop it, name it twice: DROP #tea #tea",
        ),
    ] {
        assert_eq!(
            says(&mut owned(), "alice", &format!("CS {line}")),
            [expected],
            "{line}"
        );
    }
    for line in [
        "REGISTER tea",
        "INFO tea",
        "OP tea bob",
        "ACCESS tea LIST",
        "DROP tea",
        "DROP #tea tea",
        "FOUNDER tea bob",
    ] {
        let told = says(&mut owned(), "alice", &format!("CS {line}"));
        assert_eq!(told, [format!("tea: {no_room}")], "{line}");
    }
    let told = says(&mut owned(), "alice", "CS OP #tea b!d").concat();
    assert!(told.starts_with("b!d: a nick may not have"), "{told}");
}

#[test]
fn refusals_are_its_notices_by_whichever_way_it_was_asked() {
    for way in ["CHANSERV ", "CS ", "PRIVMSG ChanServ :"] {
        for (who, line, expected) in [
            (
                "bob",
                "DROP #tea #tea",
                "#tea is registered, and only its founder may do that; ask for it there",
            ),
            (
                "bob",
                "DROP #tea",
                "#tea is registered, and only its founder may do that; ask for it there",
            ),
            (
                "alice",
                "DROP #lobby",
                "#lobby is not registered; one of its ops who has an account can register it",
            ),
            (
                "bob",
                "OP #tea",
                "your account must be at least op in #tea for that; ask its founder",
            ),
            (
                "alice",
                "REGISTER #tea",
                "#tea is registered already; ask its founder for access",
            ),
            (
                "alice",
                "INFO #lobby",
                "#lobby is not registered; one of its ops who has an account can register it",
            ),
            (
                "alice",
                "ACCESS #tea ADD nobody op",
                "there is no account nobody; /whois NICK shows who is logged in to which",
            ),
            ("alice", "OP #tea carol", "carol is not in #tea"),
        ] {
            let found = says(&mut owned(), who, &format!("{way}{line}"));
            assert_eq!(found, [expected], "{way}{line}");
        }
    }
}

#[test]
fn help_is_told_for_nothing_and_for_help() {
    for line in ["CS", "CHANSERV HELP", "PRIVMSG ChanServ :help me"] {
        let help = says(&mut bed(), "alice", line);
        assert_eq!(help, super::HELP.lines().collect::<Vec<_>>(), "{line}");
    }
}

#[test]
fn without_accounts_no_channel_is_anybodys() {
    let mut bed = Bed::new();
    let none = ["There are no accounts here, so no channel is anybody's."];
    assert_eq!(says(&mut bed, "alice", "CS REGISTER #tea"), none);
}
