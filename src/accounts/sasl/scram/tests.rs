mod client;
mod malformed;

use super::*;
use crate::accounts::testing::{bare, book, record, secret, suspended};
use crate::password::scram::ITERATIONS;
use client::Client;

/// What the tests give as the server's part of each nonce.
const SERVER_NONCE: &str = "3rfcNHYJY1ZVvWVs7j";

fn users() -> Book {
    book([
        record(1, "Alice"),
        Record {
            suspended: Some(suspended()),
            ..record(2, "mallory")
        },
        bare(3, "certonly"),
    ])
}

fn start(book: &Book, first: &str) -> Result<(String, Box<str>), Why> {
    begin(book, first, &secret(), SERVER_NONCE).map(sent)
}

fn sent(step: Step) -> (String, Box<str>) {
    match step {
        Step::Challenge { data, state, .. } => {
            (String::from_utf8(data).expect("it is text"), state)
        }
        other => panic!("{other:?}"),
    }
}

fn answer(book: &Book, state: &str, response: &str) -> Result<Step, Why> {
    go_on(book, state, response, &secret())
}

/// What comes of the client's proof.
fn proven(book: &Book, client: &mut Client) -> Result<Step, Why> {
    let (challenge, state) = start(book, &client.first())?;
    let last = client.last(&challenge, |_| {});
    answer(book, &state, &last)
}

fn wrong(account: Option<u64>) -> Step {
    let why = Why::Wrong;
    Step::Failed { account, why }
}

#[test]
fn the_example_of_rfc_7677_goes_as_it_stands() {
    let salt = BASE64.decode(b"W22ZaJ0SNY7soEsUEjb6gQ==").unwrap();
    let user = Record {
        scram: Some(Scram::of("pencil", salt.try_into().unwrap(), 4096)),
        ..bare(1, "user")
    };
    let book = book([user]);
    let nonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    let first = begin(&book, "n,,n=user,r=rOprNGfwEbeRWgbNEkqO", &secret(), nonce);
    let (challenge, state) = sent(first.unwrap());
    assert_eq!(
        challenge,
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    );
    let last = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
        p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    let (signature, state) = sent(answer(&book, &state, last).unwrap());
    assert_eq!(signature, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    let login = "user".parse().unwrap();
    let account = 1;
    assert_eq!(
        answer(&book, &state, ""),
        Ok(Step::Proven { account, login })
    );
}

#[test]
fn who_knows_the_password_gets_in_whatever_the_header_says() {
    let book = users();
    for (header, name, login) in [
        ("n,,", "alice", "alice"),
        ("y,,", "ALICE@Phone", "ALICE@phone"),
        ("n,a=Alice,", "alice@phone", "alice@phone"),
        ("y,a=alice@phone,", "Alice@phone", "Alice@phone"),
    ] {
        let mut client = Client::new(name, "pencil");
        client.header = header;
        let (signature, state) = sent(proven(&book, &mut client).unwrap());
        assert_eq!(Some(signature), client.wanted);
        let account = 1;
        let login = login.parse().unwrap();
        assert_eq!(
            answer(&book, &state, ""),
            Ok(Step::Proven { account, login })
        );
        let more = answer(&book, &state, "again");
        assert!(matches!(more, Err(Why::Malformed(_))), "{more:?}");
    }
}

#[test]
fn extensions_that_are_not_known_are_signed_and_ignored() {
    let book = users();
    let mut client = Client::new("alice", "pencil");
    client.bare.push_str(",x=1,y=a=b");
    let (challenge, state) = start(&book, &client.first()).unwrap();
    let last = client.last(&challenge, |last| last.push_str(",z=2"));
    let (signature, _) = sent(answer(&book, &state, &last).unwrap());
    assert_eq!(Some(signature), client.wanted);
    let last = client.last(&challenge, |last| last.push_str(",m=2"));
    assert_eq!(answer(&book, &state, &last), Err(Why::Extension));
}

#[test]
fn a_wrong_password_is_one_of_the_account_if_there_is_one() {
    let book = users();
    for (name, account) in [
        ("alice", Some(1)),
        ("mallory", Some(2)),
        ("certonly", None),
        ("bob", None),
    ] {
        let mut client = Client::new(name, "Pencil");
        assert_eq!(proven(&book, &mut client), Ok(wrong(account)), "{name}");
    }
    // Even where there is a proof that fits what somebody was told.
    for name in ["certonly", "bob"] {
        let mut client = Client::new(name, "pencil");
        assert_eq!(proven(&book, &mut client), Ok(wrong(None)), "{name}");
    }
}

#[test]
fn nobody_can_tell_a_name_that_nobody_has_from_an_account() {
    let now = book([Record {
        scram: Some(Scram::of("pencil", [7; 16], ITERATIONS)),
        ..bare(1, "alice")
    }]);
    let salt = |name: &str| {
        let (challenge, _) = start(&now, &Client::new(name, "").first()).unwrap();
        let (nonce, rest) = challenge.split_once(",s=").unwrap();
        let (salt, iterations) = rest.split_once(',').unwrap();
        assert_eq!(nonce, format!("r=fyko+d2lbbFgONRv9qkxdawL{SERVER_NONCE}"));
        assert_eq!(BASE64.decode(salt.as_bytes()).unwrap().len(), 16);
        assert_eq!(iterations, format!("i={ITERATIONS}"));
        salt.to_owned()
    };
    for name in ["alice", "bob", "größe"] {
        assert_eq!(salt(name), salt(name));
        assert_eq!(salt(name), salt(&name.to_uppercase()));
    }
    // What looks like an account's name has a salt of its own, and so has what looks like nobody's.
    for (name, alike) in [("alice", "a1ice"), ("bob", "b0b")] {
        assert_ne!(salt(name), salt(alike));
    }
    for (name, account) in [("alice", Some(1)), ("bob", None)] {
        let mut client = Client::new(name, "guess");
        assert_eq!(proven(&now, &mut client), Ok(wrong(account)), "{name}");
    }
}

#[test]
fn who_is_suspended_learns_it_only_with_the_right_password() {
    let book = users();
    let told = Err(Why::Suspended(suspended().reason));
    assert_eq!(proven(&book, &mut Client::new("mallory", "pencil")), told);
    assert_eq!(
        proven(&book, &mut Client::new("mallory", "ink")),
        Ok(wrong(Some(2)))
    );
}

#[test]
fn what_happens_to_the_account_meanwhile_counts() {
    let mut book = users();
    let mut client = Client::new("alice", "pencil");
    let (challenge, asked) = start(&book, &client.first()).unwrap();
    let last = client.last(&challenge, |_| {});
    let (_, answered) = sent(answer(&book, &asked, &last).unwrap());
    book.put(Record {
        suspended: Some(suspended()),
        ..record(1, "Alice")
    })
    .unwrap();
    let told = Err(Why::Suspended(suspended().reason));
    assert_eq!(answer(&book, &asked, &last), told);
    assert_eq!(answer(&book, &answered, ""), told);
    book.put(Record {
        scram: Some(Scram::of("another", [8; 16], 4096)),
        ..bare(1, "Alice")
    })
    .unwrap();
    assert_eq!(answer(&book, &asked, &last), Ok(wrong(Some(1))));
    book.remove(1);
    assert_eq!(answer(&book, &answered, ""), Err(Why::Gone));
    // Somebody else registers the name, with the same password even.
    book.put(record(9, "alice")).unwrap();
    assert_eq!(answer(&book, &asked, &last), Ok(wrong(None)));
    assert_eq!(answer(&book, &answered, ""), Err(Why::Gone));
}

#[test]
fn a_state_that_was_not_given_is_none() {
    for state in ["", "{}", "null", r#"{"Answered":{"account":1}}"#, "\0"] {
        assert_eq!(answer(&users(), state, ""), Err(Why::State), "{state}");
    }
}
