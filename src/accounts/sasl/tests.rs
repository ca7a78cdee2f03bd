use proptest::prelude::*;

use super::*;
use crate::accounts::testing::{bare, book, fingerprint, record, secret, suspended};
use crate::accounts::{LoginError, Record};

fn users() -> Book {
    book([
        record(1, "Alice"),
        Record {
            suspended: Some(suspended()),
            ..record(2, "mallory")
        },
        Record {
            certificates: vec![fingerprint(3)],
            ..bare(3, "certonly")
        },
    ])
}

fn first(mechanism: Mechanism, response: &[u8], certificate: Option<u8>) -> Step {
    let certificate = certificate.map(fingerprint);
    let certificate = certificate.as_ref();
    let nonce = [5; NONCE];
    begin(
        &users(),
        mechanism,
        response,
        certificate,
        &secret(),
        &nonce,
    )
}

fn plain(response: &str) -> Step {
    first(Mechanism::Plain, response.as_bytes(), None)
}

fn external(response: &str, certificate: Option<u8>) -> Step {
    first(Mechanism::External, response.as_bytes(), certificate)
}

fn failed(why: Why) -> Step {
    Step::Failed { account: None, why }
}

#[test]
fn a_mechanism_is_known_by_its_name_in_any_casing() {
    for mechanism in Mechanism::ALL {
        assert_eq!(Mechanism::parse(mechanism.name()), Some(mechanism));
    }
    let parsed = Mechanism::parse("scram-sha-256");
    assert_eq!(parsed, Some(Mechanism::ScramSha256));
    for none in ["", "*", "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS", "PLAIN "] {
        assert_eq!(Mechanism::parse(none), None, "{none}");
    }
}

#[test]
fn a_password_that_is_said_is_to_be_verified_for_whoever_it_may_be_of() {
    for (response, account, login, password) in [
        ("\0alice\0sesame", Some(1), "alice", "sesame"),
        ("alice\0Alice\0sesame", Some(1), "Alice", "sesame"),
        ("ALICE\0alice@Phone\0 a@b ", Some(1), "alice@phone", " a@b "),
        ("alice@phone\0alice@phone\0x", Some(1), "alice@phone", "x"),
        ("\0alice\0gro\u{308}ße", Some(1), "alice", "größe"),
        // Suspended: seen only after the password.
        ("\0mallory\0sesame", Some(2), "mallory", "sesame"),
        // No such account, none with a password, one that only looks like it.
        ("\0bob\0sesame", None, "bob", "sesame"),
        ("\0certonly\0sesame", None, "certonly", "sesame"),
        ("\0a1ice\0sesame", None, "a1ice", "sesame"),
    ] {
        let step = Step::Verify {
            account,
            login: login.parse().unwrap(),
            password: password.into(),
        };
        assert_eq!(plain(response), step, "{response:?}");
    }
}

#[test]
fn nobody_says_a_password_to_be_somebody_else() {
    for response in ["bob\0alice\0x", "alice@laptop\0alice\0x", "a1ice\0alice\0x"] {
        assert_eq!(plain(response), failed(Why::Identity), "{response:?}");
    }
    let step = plain("alice@\0alice\0x");
    assert_eq!(step, failed(Why::Login(LoginError::Device)));
}

#[test]
fn what_is_not_three_parts_and_a_name_is_no_password() {
    for response in [
        "",
        "\0",
        "alice\0pw",
        "\0alice\0",
        "\0alice\0a\0b",
        "\0\0\0",
        "n,,n=alice,r=abc",
    ] {
        let step = plain(response);
        let malformed = matches!(
            &step,
            Step::Failed {
                why: Why::Malformed(_),
                account: None
            }
        );
        let nameless = matches!(
            &step,
            Step::Failed {
                why: Why::Login(_),
                account: None
            }
        );
        assert!(malformed || nameless, "{response:?}: {step:?}");
    }
    for name in ["", "a b", "alice@", "alice@a@b", "nickserv", "\u{430}lice"] {
        let step = plain(&format!("\0{name}\0pw"));
        assert!(
            matches!(
                step,
                Step::Failed {
                    why: Why::Login(_),
                    ..
                }
            ),
            "{name:?}: {step:?}"
        );
    }
    let bytes = first(Mechanism::Plain, b"\0alice\0\xff", None);
    assert_eq!(bytes, failed(Why::Malformed("it is not UTF-8")));
}

#[test]
fn an_account_is_who_shows_its_certificate() {
    for (response, certificate, account, login) in [
        ("", 1, 1, "Alice"),
        ("alice", 1, 1, "alice"),
        ("ALICE@Phone", 1, 1, "ALICE@phone"),
        ("", 3, 3, "certonly"),
    ] {
        let login = login.parse().unwrap();
        let step = external(response, Some(certificate));
        assert_eq!(step, Step::Proven { account, login }, "{response}");
    }
    for (response, certificate, why) in [
        ("", None, Why::NoCertificate),
        ("alice", None, Why::NoCertificate),
        ("", Some(9), Why::UnknownCertificate),
        ("alice", Some(9), Why::UnknownCertificate),
        ("certonly", Some(1), Why::Identity),
        ("a1ice", Some(1), Why::Identity),
        ("bob@phone", Some(1), Why::Identity),
        ("alice@", Some(1), Why::Login(LoginError::Device)),
        ("", Some(2), Why::Suspended(suspended().reason)),
        ("mallory@phone", Some(2), Why::Suspended(suspended().reason)),
        ("alice", Some(2), Why::Identity),
    ] {
        assert_eq!(external(response, certificate), failed(why), "{response}");
    }
}

#[test]
fn an_answer_is_bounded_in_every_mechanism() {
    let most = format!("\0alice\0{}", "x".repeat(MOST_RESPONSE - 7));
    assert!(matches!(plain(&most), Step::Verify { .. }));
    let long = [most.as_bytes(), b"x"].concat();
    let too_long = failed(Why::TooLong(MOST_RESPONSE + 1));
    for mechanism in Mechanism::ALL {
        assert_eq!(first(mechanism, &long, Some(1)), too_long);
    }
    assert_eq!(go_on(&users(), "", &long, &secret()), too_long);
}

#[test]
fn each_exchange_has_the_nonce_that_it_was_given() {
    let challenge = |nonce: u8| {
        let (book, nonce) = (users(), [nonce; NONCE]);
        let message = b"n,,n=alice,r=abc";
        let step = begin(
            &book,
            Mechanism::ScramSha256,
            message,
            None,
            &secret(),
            &nonce,
        );
        let Step::Challenge { data, .. } = step else {
            panic!("{step:?}");
        };
        String::from_utf8(data).expect("it is text")
    };
    assert!(challenge(5).starts_with("r=abcBQUFBQUFBQUFBQUFBQUFBQUF,s="));
    assert_ne!(challenge(5), challenge(6));
}

#[test]
fn no_password_is_shown() {
    let shown = format!("{:?}", plain("\0alice@phone\0sesame"));
    assert_eq!(
        shown,
        r#"Verify { account: Some(1), login: Login { name: "alice", device: Some(Device("phone")) }, .. }"#
    );
    let shown = format!("{:?}", failed(Why::Nonce));
    assert_eq!(shown, "Failed { account: None, why: Nonce }");
}

/// Bytes of which many are nearly a message.
fn messages() -> impl Strategy<Value = Vec<u8>> {
    let pieces = prop::collection::vec(
        prop_oneof![
            Just("n,,"),
            Just("y,a="),
            Just("p="),
            Just("n="),
            Just(",r="),
            Just(",p="),
            Just("c=biws"),
            Just(","),
            Just("="),
            Just("=2C"),
            Just("\0"),
            Just("alice"),
            Just("@"),
            Just("pencil"),
            Just("m="),
        ],
        0..12,
    );
    prop_oneof![
        any::<Vec<u8>>(),
        any::<String>().prop_map(String::into_bytes),
        pieces.prop_map(|pieces| pieces.concat().into_bytes()),
    ]
}

proptest! {
    #[test]
    fn whatever_is_sent_nobody_gets_in_by_it(
        mechanism in prop::sample::select(&Mechanism::ALL[..]),
        response in messages(),
        then in messages(),
        state in any::<String>(),
    ) {
        let (book, secret) = (users(), secret());
        let step = first(mechanism, &response, None);
        prop_assert!(!matches!(step, Step::Proven { .. }), "{:?}", step);
        if let Step::Challenge { state, .. } = step {
            let step = go_on(&book, &state, &then, &secret);
            prop_assert!(matches!(step, Step::Failed { .. }), "{:?}", step);
        }
        let lost = go_on(&book, &state, &then, &secret);
        prop_assert!(matches!(lost, Step::Failed { account: None, .. }), "{:?}", lost);
    }
}
