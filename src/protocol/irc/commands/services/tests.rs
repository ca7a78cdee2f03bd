//! What is said to NickServ: each command, its malformed forms, and that nothing of it is said to anybody else.

mod secret;
mod staying;

use crate::chat::{Command, Login, Registered, Source, Timestamp, UserFlag};
use crate::protocol::account::{Answer, Change, Denial, Request};
use crate::protocol::irc::commands::bed::{Bed, nick};
use crate::protocol::irc::{self, Accounts, By, Errand, Outcome, Step};

const PASSWORD: &str = "correct-horse";

fn bed() -> Bed {
    let mut bed = Bed::new();
    let registration = true;
    bed.server.accounts = Some(Accounts { registration });
    bed
}

fn operator(bed: &mut Bed, command: Command) {
    let decision = bed.chat.decide(&bed.stamp, Source::Operator, command);
    bed.chat.apply(decision.expect("not refused").changes);
}

/// As [`bed`], and alice is logged in to the account of her nick, whose id is 7.
fn owned() -> Bed {
    let mut bed = bed();
    let (id, name, since) = (7, nick("alice"), Timestamp(1_000_000));
    operator(
        &mut bed,
        Command::Register(Registered {
            id,
            name,
            since,
            always_on: false,
        }),
    );
    let login = Some(Login { id, device: None });
    let alice = bed.id("alice");
    operator(&mut bed, Command::Login(alice, login));
    bed
}

/// What alice's line comes to, in words: what NickServ says, what is asked of it or of the chat.
fn comes_to(bed: &mut Bed, line: &str) -> Vec<String> {
    let steps = bed.read("alice", line).steps;
    in_words(steps.into_iter())
}

fn in_words(steps: impl Iterator<Item = Step>) -> Vec<String> {
    let mut all = Vec::new();
    for step in steps {
        match step {
            Step::Tell(bytes) => {
                let told = String::from_utf8(bytes).expect("UTF-8");
                all.extend(told.lines().map(|line| {
                    let said =
                        line.strip_prefix(":NickServ!NickServ@irc.example.org NOTICE alice :");
                    said.unwrap_or(line).to_owned()
                }));
            }
            Step::Outside(Errand::Account(request, By::NickServ)) => {
                all.push(match &*request {
                    Request::Identify { login, password } => format!("identify {login} {password}"),
                    Request::Register { name, password } => format!("register {name} {password}"),
                    Request::Change { account, change } => match change {
                        Change::Password(password) => format!("password of {account}: {password}"),
                        Change::AddCertificate(one) => format!("add to {account}: {one}"),
                        Change::RemoveCertificate(one) => format!("remove from {account}: {one}"),
                        Change::ListCertificates => format!("list of {account}"),
                        Change::AlwaysOn(on) => format!("always on for {account}: {on:?}"),
                        Change::Drop(password) => format!("drop {account} {password}"),
                    },
                    Request::Authenticate { .. } => panic!("{request:?}"),
                });
            }
            Step::Do(Command::Ghost(nick)) => all.push(format!("ghost {nick}")),
            Step::Do(Command::Nick(nick)) => all.push(format!("nick {nick}")),
            Step::Login(None) => all.push("logout".into()),
            other => panic!("{other:?}"),
        }
    }
    all
}

const NOBODY: &str = "You are logged in to no account; log in first.";

#[test]
fn each_command_comes_to_what_the_help_says() {
    let finger = "ab".repeat(32);
    for (said, nobody, owner) in [
        (
            "REGISTER correct-horse",
            "register alice correct-horse",
            "You are logged in to an account already.",
        ),
        (
            "register correct-horse a@b.example",
            "register alice correct-horse",
            "You are logged in to an account already.",
        ),
        ("IDENTIFY pw", "identify alice pw", "identify alice pw"),
        (
            "identify Bob@desk pw",
            "identify Bob@desk pw",
            "identify Bob@desk pw",
        ),
        ("ID pw", "identify alice pw", "identify alice pw"),
        ("LOGIN bob pw", "identify bob pw", "identify bob pw"),
        ("AUTH bob pw", "identify bob pw", "identify bob pw"),
        ("LOGOUT", NOBODY, "logout"),
        ("GHOST bob", "ghost bob", "ghost bob"),
        (
            "SET PASSWORD other-horse",
            NOBODY,
            "password of 7: other-horse",
        ),
        (
            "set password other-horse",
            NOBODY,
            "password of 7: other-horse",
        ),
        ("PASSWD other-horse", NOBODY, "password of 7: other-horse"),
        (
            &format!("CERT ADD {finger}"),
            NOBODY,
            &format!("add to 7: {finger}"),
        ),
        (
            &format!("cert del {finger}"),
            NOBODY,
            &format!("remove from 7: {finger}"),
        ),
        ("CERT LIST", NOBODY, "list of 7"),
        ("DROP pw", NOBODY, "drop 7 pw"),
        // The account may be named, so that one has to think of it.
        (
            "DROP ALICE pw",
            "DROP <password> - removes your account, for good",
            "drop 7 pw",
        ),
        (
            "DROP bob pw",
            "DROP <password> - removes your account, for good",
            "DROP <password> - removes your account, for good",
        ),
        (
            "INFO nobody",
            "There is no such account.",
            "There is no such account.",
        ),
    ] {
        for (bed, expected) in [(&mut bed(), nobody), (&mut owned(), owner)] {
            for line in [
                format!("PRIVMSG NickServ :{said}"),
                format!("NS {said}"),
                format!("nickserv :{said}"),
            ] {
                let came = comes_to(bed, &line);
                assert_eq!(came[0], expected, "{line}");
                let more = if expected == "logout" { 2 } else { 1 };
                assert_eq!(came.len(), more, "{line}: {came:?}");
            }
        }
    }
}

#[test]
fn what_it_cannot_do_it_says_how_to_say() {
    let mut bed = owned();
    for (said, told) in [
        ("REGAIN", "GHOST <nick>"),
        ("GHOST", "GHOST <nick>"),
        ("IDENTIFY", "IDENTIFY [<account>] <password>"),
        ("ID", "IDENTIFY [<account>] <password>"),
        ("IDENTIFY a b c", "IDENTIFY [<account>] <password>"),
        ("LOGOUT now", "LOGOUT"),
        ("INFO a b", "INFO [<account>]"),
        ("PASSWORD", "SET PASSWORD"),
        ("CERT", "CERT ADD"),
        ("CERT FROG", "CERT ADD"),
        ("CERT DEL", "CERT ADD"),
        ("DROP", "DROP <password>"),
        ("FROG", "There is no such command"),
        ("-", "There is no such command"),
        ("certificates", "There is no such command"),
    ] {
        let came = comes_to(&mut bed, &format!("PRIVMSG NickServ :{said}"));
        assert_eq!(came.len(), 1, "{said}: {came:?}");
        assert!(came[0].starts_with(told), "{said}: {came:?}");
    }
    for said in ["SET", "SET PASSWORD", "SET EMAIL x"] {
        let came = comes_to(&mut bed, &format!("PRIVMSG NickServ :{said}"));
        let [password, always_on] = &came[..] else {
            panic!("{said}: {came:?}");
        };
        assert!(password.starts_with("SET PASSWORD <password>"), "{came:?}");
        assert!(always_on.starts_with("SET ALWAYSON ON"), "{came:?}");
    }
    let mut bed = self::bed();
    for said in ["REGISTER", "REGISTER two words", "REGISTER a b@c d"] {
        let came = comes_to(&mut bed, &format!("PRIVMSG NickServ :{said}"));
        assert!(
            came.len() == 1 && came[0].starts_with("REGISTER <password>"),
            "{said}: {came:?}"
        );
    }
    // What one does not know is no reason to be silent.
    for said in ["", " ", "help", "HELP REGISTER"] {
        let came = comes_to(&mut bed, &format!("NICKSERV :{said}"));
        assert!(
            came.len() > 5 && came[0].starts_with("REGISTER "),
            "{came:?}"
        );
    }
    bed.server.accounts = None;
    let came = comes_to(&mut bed, "PRIVMSG NickServ :IDENTIFY pw");
    assert_eq!(came, ["There are no accounts here."]);
}

#[test]
fn a_nick_is_taken_back_from_whoever_has_it_and_taken_where_nobody_does() {
    let mut bed = owned();
    for (said, expected) in [
        ("REGAIN bob", &["ghost bob", "nick bob"][..]),
        ("recover bob", &["ghost bob", "nick bob"]),
        ("REGAIN nobody", &["nick nobody"]),
        ("REGAIN Alice", &["nick Alice"]),
        ("GHOST nobody", &["ghost nobody"]),
    ] {
        assert_eq!(
            comes_to(&mut bed, &format!("NS {said}")),
            expected,
            "{said}"
        );
    }
    let came = comes_to(&mut bed, "NS GHOST #tea");
    assert!(came.len() == 1 && came[0].ends_with('.'), "{came:?}");
}

#[test]
fn info_tells_of_an_account_what_everybody_may_know() {
    let mut bed = owned();
    for line in ["NS INFO", "NS INFO alice", "NS INFO ALICE"] {
        let came = comes_to(&mut bed, line);
        let [info] = &came[..] else {
            panic!("{came:?}")
        };
        assert!(
            info.starts_with("alice is registered since 1970-01-01"),
            "{info}"
        );
        assert!(info.ends_with("Logged in to it now: alice."), "{info}");
    }
    // A name that only looks like it is none.
    assert_eq!(
        comes_to(&mut bed, "NS INFO A1ice"),
        ["There is no such account."]
    );
    let alice = bed.id("alice");
    operator(&mut bed, Command::Login(alice, None));
    let nobody = "Nobody that you may see is logged in to it now.";
    assert!(comes_to(&mut bed, "NS INFO")[0].ends_with(nobody));
    // Who is invisible is seen by its own devices.
    let id = 7;
    operator(
        &mut bed,
        Command::Login(alice, Some(Login { id, device: None })),
    );
    bed.by(
        "alice",
        Command::SetFlags(vec![(UserFlag::Invisible, true)]),
    );
    assert!(comes_to(&mut bed, "NS INFO")[0].ends_with("now: alice."));
    let told = in_words(bed.read("bob", "NS INFO alice").steps.into_iter());
    assert!(told[0].ends_with(nobody), "{told:?}");
    // One's own account is meant, whatever nick one has.
    bed.by("alice", Command::Nick(nick("gr")));
    let told = in_words(bed.read("gr", "NS INFO").steps.into_iter());
    assert!(told[0].contains(":alice is registered since"), "{told:?}");
    assert!(told[0].ends_with("now: gr."), "{told:?}");
}

#[test]
fn the_certificate_of_the_connection_need_not_be_spelt_out() {
    let mut bed = bed();
    let finger = "cd".repeat(32);
    bed.attach_by("erin", Some(&finger));
    let (id, name, since) = (8, nick("erin"), Timestamp(0));
    operator(
        &mut bed,
        Command::Register(Registered {
            id,
            name,
            since,
            always_on: false,
        }),
    );
    let erin = bed.id("erin");
    let login = Some(Login { id, device: None });
    operator(&mut bed, Command::Login(erin, login));
    let came = in_words(bed.read("erin", "NS CERT ADD").steps.into_iter());
    assert_eq!(came, [format!("add to 8: {finger}")]);
    let came = comes_to(&mut owned(), "NS CERT ADD");
    assert!(
        came[0].starts_with("Your connection has no certificate"),
        "{came:?}"
    );
}

#[test]
fn what_came_of_it_is_said_in_a_sentence() {
    let bed = owned();
    let login = Login {
        id: 7,
        device: None,
    };
    let change = |change| Request::Change { account: 7, change };
    let register = Request::Register {
        name: nick("alice"),
        password: PASSWORD.into(),
    };
    let identify = Request::Identify {
        login: "alice".into(),
        password: PASSWORD.into(),
    };
    let certificates = Answer::Certificates(vec!["ab".into(), "cd".into()]);
    let list = change(Change::ListCertificates);
    for (request, answer, said, logs_in) in [
        (
            &identify,
            Answer::Proven(login.clone()),
            &["You are logged in."][..],
            true,
        ),
        (
            &register,
            Answer::Made(login),
            &["alice is your account now; the nick is nobody else's."],
            true,
        ),
        (
            &identify,
            Answer::Denied(Denial::Wrong),
            &["The account or its password is wrong."],
            false,
        ),
        (&list, certificates, &["ab", "cd"], false),
        (
            &list,
            Answer::Certificates(Vec::new()),
            &["No certificate logs you in; CERT ADD adds one."],
            false,
        ),
        (
            &change(Change::Password("x".into())),
            Answer::Done,
            &["Your password is another one now."],
            false,
        ),
        (
            &change(Change::Drop("x".into())),
            Answer::Done,
            &["Your account is removed."],
            false,
        ),
    ] {
        let errand = Errand::Account(Box::new(request.clone()), By::NickServ);
        let outcome = Outcome::Account(answer);
        let steps = irc::returned(&bed.world(), bed.asker("alice"), &errand, &outcome);
        let (logins, told): (Vec<Step>, Vec<Step>) = steps
            .into_iter()
            .partition(|step| matches!(step, Step::Login(Some(_))));
        assert_eq!(logins.len(), usize::from(logs_in), "{request:?}");
        assert_eq!(in_words(told.into_iter()), said, "{request:?}");
    }
    // Too much is to be done: it came back as it went.
    let errand = Errand::Account(Box::new(identify), By::NickServ);
    let outcome = Outcome::Refused("too much".into());
    let steps = irc::returned(&bed.world(), bed.asker("alice"), &errand, &outcome);
    let busy = "Too many log in at once; try again in a moment.";
    assert_eq!(in_words(steps.into_iter()), [busy]);
}
