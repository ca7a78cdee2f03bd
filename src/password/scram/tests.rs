use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

/// RFC 7677 §3: the exchange, without the proof and the signature.
const EXCHANGE: &str = "n=user,r=rOprNGfwEbeRWgbNEkqO,\
    r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
    c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
const PROOF: &str = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
const SIGNATURE: &str = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

fn decoded<const N: usize>(text: &str) -> [u8; N] {
    let bytes = BASE64.decode(text.as_bytes()).expect("base 64");
    bytes.try_into().expect("so many bytes")
}

/// RFC 7677 §3: `user` with the password `pencil`.
fn pencil() -> Scram {
    Scram::of("pencil", decoded("W22ZaJ0SNY7soEsUEjb6gQ=="), 4096)
}

/// What a client of that password proves (RFC 5802 §3).
fn proof(password: &str, scram: &Scram, exchange: &[u8]) -> [u8; KEY] {
    let salted = salted(password, scram.salt(), scram.iterations);
    let mut key = sign(&salted, b"Client Key");
    let signature = sign(&sha256(&key), exchange);
    key.iter_mut().zip(signature).for_each(|(k, s)| *k ^= s);
    key
}

#[test]
fn the_example_of_rfc_7677_holds() {
    let scram = pencil();
    assert!(scram.verify(EXCHANGE.as_bytes(), &decoded(PROOF)));
    assert_eq!(scram.signature(EXCHANGE.as_bytes()), decoded(SIGNATURE));
    assert_eq!(
        proof("pencil", &scram, EXCHANGE.as_bytes()),
        decoded(PROOF),
        "and the client of these tests is one"
    );
    let other = EXCHANGE.replacen("user", "User", 1);
    assert!(!scram.verify(other.as_bytes(), &decoded(PROOF)));
    for wrong in ["Pencil", "pencil ", ""] {
        let proof = proof(wrong, &scram, EXCHANGE.as_bytes());
        assert!(!scram.verify(EXCHANGE.as_bytes(), &proof), "{wrong:?}");
    }
}

#[test]
fn a_password_with_accents_is_one_however_it_was_typed() {
    let scram = Scram::of("größe", [7; SALT], 4096);
    let typed = proof("gro\u{308}ße", &scram, b"exchange");
    assert!(scram.verify(b"exchange", &typed));
}

#[test]
fn fewer_iterations_than_the_specification_asks_for_are_so_many() {
    assert_eq!(
        Scram::of("pencil", [7; SALT], 0),
        Scram::of("pencil", [7; SALT], LEAST_ITERATIONS)
    );
}

#[test]
fn a_name_that_nobody_has_is_asked_for_the_same_each_time() {
    let (secret, other) = (Secret::new(&[1; KEY]), Secret::new(&[2; KEY]));
    let bob = Scram::for_nobody(&secret, "bob");
    assert_eq!(bob, Scram::for_nobody(&secret, "bob"));
    assert_eq!(bob.iterations(), ITERATIONS);
    let bobby = Scram::for_nobody(&secret, "bobby");
    let elsewhere = Scram::for_nobody(&other, "bob");
    for different in [&bobby, &elsewhere] {
        assert_ne!(bob.salt(), different.salt());
        assert_ne!(bob.stored_key.0, different.stored_key.0);
        assert_ne!(bob.server_key.0, different.server_key.0);
    }
    assert_ne!(bob.stored_key.0, bob.server_key.0);
    let empty = proof("", &bob, b"exchange");
    assert!(!bob.verify(b"exchange", &empty));
}

#[test]
fn what_is_written_is_read_back_and_nothing_else_is() {
    let scram = pencil();
    let written = serde_json::to_string(&scram).expect("JSON");
    assert_eq!(
        written,
        r#"{"salt":"W22ZaJ0SNY7soEsUEjb6gQ==","iterations":4096,"#.to_owned()
            + r#""stored_key":"WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=","#
            + r#""server_key":"wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="}"#
    );
    assert_eq!(
        serde_json::from_str::<Scram>(&written).expect("its own"),
        scram
    );
    for (good, bad) in [
        ("gQ==", ""),
        ("W22Z", "W2-Z"),
        ("4096", "0"),
        ("4096", "-4096"),
        ("WG5d", ""),
        ("}", r#","pepper":1}"#),
        (r#""iterations":4096,"#, ""),
    ] {
        let text = written.replacen(good, bad, 1);
        assert!(serde_json::from_str::<Scram>(&text).is_err(), "{text}");
    }
    let damaged = written.replacen("WG5d", "WG", 1);
    let error = serde_json::from_str::<Scram>(&damaged).expect_err("it is damaged");
    let error = error.to_string();
    assert!(error.starts_with("expected 32 bytes in base 64"), "{error}");
}

#[test]
fn nothing_of_the_keys_is_shown() {
    let secret = Secret::new(&[1; KEY]);
    assert_eq!(format!("{:?} {secret:?}", pencil()), "Scram Secret");
}

proptest! {
    #[test]
    fn no_proof_is_right_but_the_one(
        other in any::<[u8; KEY]>(),
        bit in 0..KEY * 8,
        exchange in any::<Vec<u8>>(),
    ) {
        static PENCIL: LazyLock<Scram> = LazyLock::new(pencil);
        let (scram, nobody) = (&*PENCIL, Scram::for_nobody(&Secret::new(&[3; KEY]), "bob"));
        let right = decoded::<KEY>(PROOF);
        prop_assert!(!scram.verify(EXCHANGE.as_bytes(), &other));
        prop_assert!(!scram.verify(&exchange, &right));
        prop_assert!(!nobody.verify(&exchange, &other));
        let mut flipped = right;
        flipped[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(!scram.verify(EXCHANGE.as_bytes(), &flipped));
    }
}
