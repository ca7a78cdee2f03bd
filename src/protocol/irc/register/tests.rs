//! IRCv3 draft/account-registration, reply by reply.

use crate::chat::{Capabilities, Command, Login};
use crate::protocol::account::{Answer, Denial, Request};
use crate::protocol::irc::testing::{Place, nick, opened, told};
use crate::protocol::irc::{self, Accounts, By, Errand, Outcome, Registration, Step};

const PASSWORD: &str = "correct-horse";

fn place() -> Place {
    let mut place = Place::new();
    let registration = true;
    place.server.accounts = Some(Accounts { registration });
    place
}

fn named(name: &str) -> Request {
    Request::Register {
        name: nick(name),
        password: PASSWORD.into(),
    }
}

/// The account that is asked for, or the words of the one line that says why not, without what is said to people.
fn came(steps: &[Step]) -> Result<Request, Vec<String>> {
    match steps {
        [Step::Outside(Errand::Account(request, By::Protocol))] => Ok((**request).clone()),
        steps => Err(lines(steps)),
    }
}

fn lines(steps: &[Step]) -> Vec<String> {
    let all = told(steps).into_iter();
    all.map(|line| {
        let line = line.strip_prefix(":irc.example.org ").unwrap_or(&line);
        line.split(" :").next().unwrap_or_default().to_owned()
    })
    .collect()
}

fn fails(reply: &str) -> Result<Request, Vec<String>> {
    Err(vec![format!("FAIL REGISTER {reply}")])
}

/// A newcomer that has said this, and what its REGISTER comes to.
fn early(place: &Place, said: &[&str], line: &str) -> (Registration, Result<Request, Vec<String>>) {
    let mut newcomer = opened();
    place.says(&mut newcomer, &[&["CAP LS 302"][..], said].concat());
    let steps = newcomer.read(&place.world(), line);
    let came = came(&steps);
    (newcomer, came)
}

/// "If `<account>` is `*`, then this value is the user's current nickname."
#[test]
fn the_account_has_the_nick_of_who_registers_it_before_registration_and_after() {
    let mut place = place();
    let mara = place.client("Mara", Capabilities::default());
    for name in ["*", "Mara", "mara", "MARA"] {
        let line = format!("REGISTER {name} * {PASSWORD}");
        let after = came(&place.read(mara, &line).steps);
        assert_eq!(after, Ok(named("Mara")), "{name}");
        let line = line.replace("ara", "ona").replace("ARA", "ONA");
        let (_, before) = early(&place, &["NICK Mona"], &line);
        assert_eq!(before, Ok(named("Mona")), "{name}");
    }
    // No address is needed, and one that is given is not looked at.
    let line = format!("register * a@b.example :{PASSWORD}");
    assert_eq!(came(&place.read(mara, &line).steps), Ok(named("Mara")));
}

/// "`ACCOUNT_NAME_MUST_BE_NICK`": "the desired account name does not match the user's current nick, when it must match."
#[test]
fn another_name_than_the_nick_is_refused() {
    let mut place = place();
    let mara = place.client("mara", Capabilities::default());
    // Not even one that looks alike, or none at all.
    for (name, shown) in [
        ("bob", "bob"),
        ("rnara", "rnara"),
        ("#a", "#a"),
        ("mara@desk", "mara@desk"),
    ] {
        let line = format!("REGISTER {name} * {PASSWORD}");
        let expected = fails(&format!("ACCOUNT_NAME_MUST_BE_NICK {shown}"));
        assert_eq!(came(&place.read(mara, &line).steps), expected);
        assert_eq!(early(&place, &["NICK mona"], &line).1, expected);
    }
}

/// "Sent by the server if the client sends `REGISTER` before sending a NICK command."
#[test]
fn without_a_nick_it_is_need_nick() {
    let place = place();
    let line = format!("REGISTER * * {PASSWORD}");
    assert_eq!(early(&place, &[], &line).1, fails("NEED_NICK *"));
    let refused = ["NICK #tea"];
    assert_eq!(early(&place, &refused, &line).1, fails("NEED_NICK *"));
}

#[test]
fn without_a_password_more_is_needed() {
    let mut place = place();
    let mara = place.client("mara", Capabilities::default());
    for line in ["REGISTER", "REGISTER *", "REGISTER * *"] {
        let expected = fails("NEED_MORE_PARAMS");
        assert_eq!(came(&place.read(mara, line).steps), expected, "{line}");
        assert_eq!(early(&place, &["NICK mona"], line).1, expected, "{line}");
    }
}

/// "`ALREADY_AUTHENTICATED`": "Sent by the server if the client is already authenticated."
#[test]
fn who_has_an_account_gets_no_other() {
    let mut place = place();
    let login = place.account(7, "mara");
    let (line, code) = (format!("REGISTER * * {PASSWORD}"), "VERIFY mara 123");
    let expected = |command: &str| Err(vec![format!("FAIL {command} ALREADY_AUTHENTICATED mara")]);

    let request = Request::Identify {
        login: "mara".into(),
        password: PASSWORD.into(),
    };
    let errand = Errand::Account(Box::new(request), By::Protocol);
    let mut newcomer = opened();
    place.says(&mut newcomer, &["CAP LS 302", "NICK mara"]);
    let outcome = Outcome::Account(Answer::Proven(login.clone()));
    newcomer.returned(&place.world(), &errand, &outcome);
    let steps = newcomer.read(&place.world(), &line);
    assert_eq!(came(&steps), expected("REGISTER"));
    let steps = newcomer.read(&place.world(), code);
    assert_eq!(came(&steps), expected("VERIFY"));

    let bob = place.client("bob", Capabilities::default());
    place.operator(Command::Login(bob, Some(login)));
    assert_eq!(came(&place.read(bob, &line).steps), expected("REGISTER"));
    assert_eq!(came(&place.read(bob, code).steps), expected("VERIFY"));
}

/// "`TEMPORARILY_UNAVAILABLE`": where there are no accounts, and where the operator makes them.
#[test]
fn where_nobody_may_register_it_is_unavailable_and_not_offered() {
    for accounts in [
        None,
        Some(Accounts {
            registration: false,
        }),
    ] {
        let mut place = place();
        place.server.accounts = accounts;
        let mara = place.client("mara", Capabilities::default());
        for name in ["*", "mara"] {
            let line = format!("REGISTER {name} * {PASSWORD}");
            let expected = fails(&format!("TEMPORARILY_UNAVAILABLE {name}"));
            assert_eq!(came(&place.read(mara, &line).steps), expected);
            assert_eq!(early(&place, &["NICK mara2"], &line).1, expected);
        }
        let offered = told(&opened().read(&place.world(), "CAP LS 302")).concat();
        assert!(!offered.contains("account-registration"), "{offered}");
        let asked = opened().read(&place.world(), "CAP REQ draft/account-registration");
        assert!(told(&asked)[0].contains(" NAK "), "{asked:?}");
    }
}

/// "Servers should ensure that ... this functionality cannot be used to bypass any authentication restrictions ... e.g. requirements that
/// clients send a server password with PASS"; "The server MUST NOT sent these replies if it advertizes the `before-connect` key".
#[test]
fn where_the_server_has_a_password_one_registers_with_it_first() {
    for password in [false, true] {
        let mut place = place();
        place.server.password = password;
        let line = format!("REGISTER * * {PASSWORD}");
        let said = ["PASS secret", "NICK mara", "USER m 0 * :M"];
        let (_, came) = early(&place, &said, &line);
        let expected = if password {
            fails("COMPLETE_CONNECTION_REQUIRED")
        } else {
            Ok(named("mara"))
        };
        assert_eq!(came, expected);
        let offered = told(&opened().read(&place.world(), "CAP LS 302")).concat();
        let name = "draft/account-registration";
        let early = offered.contains(&format!("{name}=before-connect"));
        assert!(early != password && offered.contains(name), "{offered}");
        let mona = place.client("mona", Capabilities::default());
        let came = self::came(&place.read(mona, &line).steps);
        assert_eq!(came, Ok(named("mona")), "a client has given it");
    }
}

/// "The server MUST NOT send this response before the client sent a `NICK` command."
#[test]
fn the_nick_of_somebody_who_is_here_is_nobody_elses_account() {
    let mut place = place();
    let line = format!("REGISTER * * {PASSWORD}");
    let (mut newcomer, _) = early(&place, &["NICK mara"], "PING x");
    // Another has come meanwhile.
    place.client("MARA", Capabilities::default());
    let steps = newcomer.read(&place.world(), &line);
    assert_eq!(came(&steps), fails("ACCOUNT_EXISTS mara"));
}

/// What is found out about it.
#[test]
fn each_denial_has_its_code() {
    let time = std::time::Duration::from_secs(90);
    for (why, code) in [
        (Denial::Taken, "ACCOUNT_EXISTS"),
        (Denial::Weak("too short".into()), "WEAK_PASSWORD"),
        (
            Denial::Unacceptable("a NUL".into()),
            "UNACCEPTABLE_PASSWORD",
        ),
        (Denial::TooMany(time), "TEMPORARILY_UNAVAILABLE"),
        (Denial::Busy, "TEMPORARILY_UNAVAILABLE"),
        (Denial::Closed, "TEMPORARILY_UNAVAILABLE"),
        (
            Denial::Unavailable("full".into()),
            "TEMPORARILY_UNAVAILABLE",
        ),
    ] {
        let mut place = place();
        let client = place.client("mara", Capabilities::default());
        let mut newcomer = opened();
        for name in ["mara", "mona"] {
            let errand = Errand::Account(Box::new(named(name)), By::Protocol);
            let outcome = Outcome::Account(Answer::Denied(why.clone()));
            let steps = match name {
                "mara" => irc::returned(&place.world(), place.asker(client), &errand, &outcome),
                _ => newcomer.returned(&place.world(), &errand, &outcome),
            };
            assert_eq!(lines(&steps), [format!("FAIL REGISTER {code} {name}")]);
            assert!(told(&steps)[0].ends_with(&why.to_string()), "{steps:?}");
        }
    }
    // Where nobody could look at it, it may be tried again.
    let place = place();
    let errand = Errand::Account(Box::new(named("mona")), By::Protocol);
    let outcome = Outcome::Refused("too much".into());
    let steps = opened().returned(&place.world(), &errand, &outcome);
    assert_eq!(
        lines(&steps),
        ["FAIL REGISTER TEMPORARILY_UNAVAILABLE mona"]
    );
}

/// "Afterward, the client is assumed to be authenticated to the `<account>` as if it used SASL."
#[test]
fn who_has_registered_is_logged_in() {
    let mut place = place();
    let mara = place.client("mara", Capabilities::default());
    let mut newcomer = opened();
    place.says(&mut newcomer, &["CAP LS 302", "NICK Mona", "USER m 0 * :M"]);
    // The account is known by the time that its making is told.
    let logins = [place.account(7, "mara"), place.account(8, "Mona")];
    let made = |login: &Login| Outcome::Account(Answer::Made(login.clone()));

    let errand = Errand::Account(Box::new(named("mara")), By::Protocol);
    let steps = irc::returned(
        &place.world(),
        place.asker(mara),
        &errand,
        &made(&logins[0]),
    );
    assert_eq!(lines(&steps), ["REGISTER SUCCESS mara"]);
    assert!(steps.contains(&Step::Login(Some(logins[0].clone()))));

    let errand = Errand::Account(Box::new(named("Mona")), By::Protocol);
    let steps = newcomer.returned(&place.world(), &errand, &made(&logins[1]));
    let told = lines(&steps);
    assert_eq!(told[0], "REGISTER SUCCESS Mona");
    assert_eq!(told[1], "900 * Mona!~m@192.0.2.1 Mona");
    assert_eq!(newcomer.attach().login.as_ref(), Some(&logins[1]));
    let steps = newcomer.read(&place.world(), "CAP END");
    assert_eq!(steps, [Step::Register]);
}

/// There are no codes here.
#[test]
fn no_code_verifies_anything() {
    let mut place = place();
    let mara = place.client("mara", Capabilities::default());
    for (line, told) in [
        ("VERIFY mara 123", "FAIL VERIFY INVALID_CODE mara"),
        ("VERIFY", "FAIL VERIFY INVALID_CODE *"),
    ] {
        assert_eq!(lines(&place.read(mara, line).steps), [told]);
        assert_eq!(lines(&opened().read(&place.world(), line)), [told]);
    }
}
