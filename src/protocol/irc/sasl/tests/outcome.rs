//! What an exchange comes to: a login, a denial, nothing any more.

use super::*;

/// "If the chosen mechanism is client-first, the server sends an empty response (`AUTHENTICATE +`)"; "If authentication is successful,
/// a 900 and 903 numeric will be sent".
#[test]
fn the_example_of_the_specification() {
    let mut place = place();
    let login = place.account(7, "jilles");
    let mut talk = Talk::newcomer(place, "", None);
    talk.says_all(&["NICK jilles", "USER jilles 0 * :Jilles"]);
    talk.begins("PLAIN");
    let request = talk.asks(&[JILLES]);
    let response = b"jilles\0jilles\0sesame";
    assert_eq!(request, plain_answer(None, response, "PLAIN"));
    let came = talk.answers(request, Answer::Proven(login));
    let [logged_in, success] = &came.told[..] else {
        panic!("{came:?}");
    };
    assert!(
        logged_in.starts_with("900 * jilles!") && logged_in.contains("@192.0.2.1 jilles :"),
        "{logged_in}"
    );
    assert!(success.starts_with("903 * :"), "{success}");
    assert!(talk.says("CAP END").registers);
}

/// "Servers SHOULD allow a client, authenticated or otherwise, to reauthenticate by sending a new `AUTHENTICATE` message at any time."
#[test]
fn who_is_authenticated_may_authenticate_again() {
    for here in [false, true] {
        let mut place = place();
        let logins = [place.account(7, "jilles"), place.account(8, "other")];
        let mut talk = if here {
            Talk::client(place, &[])
        } else {
            Talk::newcomer(place, "", None)
        };
        for login in logins {
            talk.begins("PLAIN");
            let request = talk.asks(&[JILLES]);
            let came = talk.answers(request, Answer::Proven(login.clone()));
            if here {
                // The chat tells 900.
                assert_eq!(came.logins, [Some(login.clone())]);
                assert_eq!(came.heads(), ["903 alice"]);
                let Side::Client(client, _) = talk.side else {
                    unreachable!()
                };
                talk.place.operator(Command::Login(client, Some(login)));
            } else {
                assert!(came.told[0].starts_with("900 * "), "{came:?}");
                assert_eq!(came.heads()[1], "903 *");
            }
        }
    }
}

/// "If the client completes registration ... while the SASL authentication is still in progress, the server SHOULD abort it and send a 906
/// numeric, then register the client without authentication."
#[test]
fn registration_that_is_complete_ends_an_exchange() {
    for challenged in [false, true] {
        let mut talk = Talk::newcomer(place(), "", None);
        talk.says_all(&["NICK jilles", "USER jilles 0 * :Jilles"]);
        talk.begins("SCRAM-SHA-256");
        if challenged {
            let request = talk.asks(&["AUTHENTICATE QUJD"]);
            let (data, state) = ((*b"x").into(), "".into());
            talk.answers(request, Answer::Challenge { data, state });
        }
        let came = talk.says("CAP END");
        assert_eq!(came.heads(), ["906 *"]);
        assert!(came.registers);
        let Side::Newcomer(newcomer) = &talk.side else {
            unreachable!()
        };
        assert_eq!(newcomer.attach().login, None);
    }
    // Not by what completes nothing.
    let mut talk = Talk::newcomer(place(), "", None);
    talk.begins("PLAIN");
    let came = talk.says_all(&["NICK jilles", "USER jilles 0 * :Jilles"]);
    assert!(came.told.is_empty() && !came.registers);
    talk.asks(&[JILLES]);
}

/// A nick that is an account's may be asked for before the account is proven; whether it was, the end tells.
#[test]
fn the_nick_of_an_account_may_come_before_its_proof_or_after() {
    let order: [&[&str]; 2] = [
        &["NICK jilles", "SASL", "USER j 0 * :J", "CAP END"],
        &["SASL", "NICK JILLES", "USER j 0 * :J", "CAP END"],
    ];
    for said in order {
        let mut place = place();
        let login = place.account(7, "jilles");
        let mut talk = Talk::newcomer(place, "", None);
        for line in said {
            let came = if *line == "SASL" {
                talk.begins("PLAIN");
                let request = talk.asks(&[JILLES]);
                talk.answers(request, Answer::Proven(login.clone()))
            } else {
                talk.says(line)
            };
            assert!(!came.told.iter().any(|told| told.starts_with("433")));
            assert_eq!(came.registers, *line == "CAP END");
        }
        let Side::Newcomer(newcomer) = &talk.side else {
            unreachable!()
        };
        assert_eq!(newcomer.attach().login, Some(login));
    }
    // Who does not negotiate has no time to prove anything.
    let mut place = place();
    place.account(7, "jilles");
    let mut newcomer = Registration::new(attach(1000));
    let steps = newcomer.read(&place.world(), "NICK jilles");
    assert!(crate::protocol::irc::testing::told(&steps)[0].contains(" 433 * jilles :"));
}

/// 902: "the account is currently locked out, held, or otherwise administratively made unavailable"; 904: anything else.
#[test]
fn a_denial_is_904_and_of_a_suspended_account_902() {
    let suspended = Denial::Suspended("it was stolen".into());
    for (why, numeric) in [
        (suspended, "902"),
        (Denial::Wrong, "904"),
        (Denial::TooOften(std::time::Duration::from_secs(90)), "904"),
        (Denial::Busy, "904"),
        (Denial::Unavailable("the disk is full".into()), "904"),
    ] {
        for (mut talk, nick) in Talk::both() {
            talk.begins("PLAIN");
            let request = talk.asks(&[JILLES]);
            let came = talk.answers(request, Answer::Denied(why.clone()));
            assert_eq!(came.heads(), [format!("{numeric} {nick}")]);
            assert!(came.told[0].contains(&why.to_string()), "{came:?}");
            assert_eq!(came.logins, []);
            assert!(talk.is_idle(), "it may try again");
        }
    }
}

/// Where too much is to be done outside, the errand comes back as it went.
#[test]
fn what_nobody_could_look_at_fails() {
    for (mut talk, nick) in Talk::both() {
        talk.begins("PLAIN");
        let request = talk.asks(&[JILLES]);
        let came = talk.returns(request, &Outcome::Refused("too much to do".into()));
        assert_eq!(came.heads(), [format!("904 {nick}")]);
        assert!(talk.is_idle());
    }
}

#[test]
fn an_account_that_is_removed_between_its_proof_and_the_login_is_none() {
    for (mut talk, nick) in Talk::both() {
        let login = talk.place.account(7, "jilles");
        talk.begins("PLAIN");
        let request = talk.asks(&[JILLES]);
        talk.place.operator(Command::Unregister(7));
        let came = talk.answers(request, Answer::Proven(login));
        let text = "there is no such account; it may have been removed just now";
        let failed = format!("904 {nick} :SASL authentication failed: {text}");
        assert_eq!(came.told, [failed]);
        assert_eq!(came.logins, []);
        assert!(talk.is_idle());
    }
}

/// 901: "sent when the user's account name is unset (whether by SASL or otherwise)".
#[test]
fn an_account_that_is_removed_before_registration_is_complete_lets_its_newcomer_in_without() {
    let mut place = place();
    let login = place.account(7, "jilles");
    let mut talk = Talk::newcomer(place, "", None);
    talk.says_all(&["NICK jilles", "USER jilles 0 * :Jilles"]);
    talk.begins("PLAIN");
    let request = talk.asks(&[JILLES]);
    talk.answers(request, Answer::Proven(login));
    talk.place.operator(Command::Unregister(7));
    assert!(talk.says("CAP END").registers);
    // As the hub does when the chat refuses it.
    let Side::Newcomer(newcomer) = &mut talk.side else {
        unreachable!()
    };
    let steps = newcomer.refused(&talk.place.world(), &crate::chat::Refusal::NoSuchAccount);
    let came = talk.took(steps);
    assert!(
        came.told[0].starts_with("901 * jilles!~jilles@192.0.2.1 :"),
        "{came:?}"
    );
    assert!(came.registers);
    let Side::Newcomer(newcomer) = &talk.side else {
        unreachable!()
    };
    assert_eq!(newcomer.attach().login, None);
}

/// The answer to a labelled command is what comes of it, when that is known, and not before.
#[test]
fn what_comes_of_a_labelled_response_has_its_label() {
    let asked = |line: &str, answer: &dyn Fn(&mut Place) -> Answer| {
        let mut place = place();
        let answer = answer(&mut place);
        let mut talk = Talk::newcomer(place, "labeled-response batch", None);
        let came = talk.says("@label=a AUTHENTICATE SCRAM-SHA-256");
        assert_eq!(came.told, ["@label=a AUTHENTICATE +"]);
        let came = talk.says(line);
        assert_eq!(came.told, [""; 0], "not an ACK");
        talk.answers(came.asked.expect("a request"), answer).told
    };
    let denied = asked("@label=b AUTHENTICATE QUJD", &|_| {
        Answer::Denied(Denial::Wrong)
    });
    assert!(denied[0].starts_with("@label=b 904 * :"), "{denied:?}");
    let proven = asked("@label=b AUTHENTICATE QUJD", &|place| {
        Answer::Proven(place.account(7, "jilles"))
    });
    assert!(proven[0].starts_with("@label=b BATCH +"));
    assert_eq!(proven.len(), 4, "{proven:?}");
    let without = asked("AUTHENTICATE QUJD", &|_| Answer::Denied(Denial::Wrong));
    assert!(without[0].starts_with("904 * :"), "{without:?}");
}
