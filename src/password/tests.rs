use super::*;

/// Of `correct horse`, at the least cost there is, so that tests are fast.
const CHEAP: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x59UGLuAwBDnzRfVUBQJ7zA6GJrOY5gZkOVPda70TuA";

fn cheap() -> String {
    let argon2 = Argon2::new(
        Algorithm::Argon2id,
        argon2::Version::default(),
        Params::new(8, 1, 1, None).expect("the least"),
    );
    argon2
        .hash_password_with_salt(b"correct horse", b"somesalt")
        .expect("a hash")
        .to_string()
}

#[test]
fn a_password_that_was_right_is_known_again_for_its_own_hash_only() {
    let (one, other): (PasswordHash, PasswordHash) = (
        CHEAP.parse().expect("a hash"),
        cheap()
            .replace("c29tZXNhbHQ", "b3RoZXJzYWx0")
            .parse()
            .expect("a hash"),
    );
    let known = Known::new(&one, "correct horse").expect("random bytes");
    assert!(known.is(&one, "correct horse"));
    for wrong in ["correct horsf", "correct hors", "", "correct horse "] {
        assert!(!known.is(&one, wrong), "{wrong:?}");
    }
    assert!(
        !known.is(&other, "correct horse"),
        "a reload has brought another"
    );
}

#[test]
fn a_hash_is_of_its_password_only_and_never_twice_the_same() {
    let one = PasswordHash::of("größe".as_bytes()).expect("a hash");
    assert!(one.as_str().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
    assert!(one.verify("größe".as_bytes()));
    for other in ["Größe", "größe ", "grö", ""] {
        assert!(!one.verify(other.as_bytes()), "{other:?}");
    }
    let again: PasswordHash = one.as_str().parse().expect("it is its own form");
    assert_eq!(again, one);
    assert_ne!(PasswordHash::of("größe".as_bytes()), Ok(one));
}

#[test]
fn a_hash_of_another_cost_is_verified_at_that_cost() {
    assert_eq!(cheap(), CHEAP);
    let hash: PasswordHash = CHEAP.parse().expect("an argon2 hash");
    assert!(hash.verify(b"correct horse"));
    assert!(!hash.verify(b"correct horsf"));
    assert_eq!(format!("{hash:?}"), "PasswordHash");
}

#[test]
fn what_is_no_argon2_hash_or_costs_too_much_is_refused() {
    let good = CHEAP;
    for wrong in [
        "",
        "secret",
        "$2y$10$abcdefghijklmnopqrstuv",
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ",
        "$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E",
        &good.replace("argon2id", "argon2x"),
        &good.replace("m=8", "m=0"),
        &format!("{good} "),
    ] {
        let refused = wrong.parse::<PasswordHash>();
        assert_eq!(refused, Err(PasswordError::Form), "{wrong:?}");
    }
    for (cost, dear) in [
        ("m=8", "m=262145"),
        ("t=1", "t=17"),
        ("m=8,t=1,p=1", "m=1024,t=1,p=17"),
    ] {
        let refused = good.replace(cost, dear).parse::<PasswordHash>();
        assert_eq!(refused, Err(PasswordError::Cost), "{dear}");
    }
}

#[test]
fn a_password_is_refused_when_empty_or_too_long_and_never_cut() {
    assert_eq!(PasswordHash::of(b""), Err(PasswordError::Empty));
    let long = vec![b'x'; LONGEST + 1];
    assert_eq!(PasswordHash::of(&long), Err(PasswordError::Long(1025)));
    let hash = PasswordHash::of(&long[..LONGEST]).expect("it is as long as may be");
    assert!(hash.verify(&long[..LONGEST]));
    assert!(!hash.verify(&long));
    assert!(!hash.verify(&long[..LONGEST - 1]));
}

#[test]
fn a_hash_is_written_as_its_string_and_read_back_as_strictly() {
    let hash: PasswordHash = CHEAP.parse().expect("a hash");
    let written = serde_json::to_string(&hash).expect("JSON");
    assert_eq!(written, format!("{CHEAP:?}"));
    let read: PasswordHash = serde_json::from_str(&written).expect("what was written");
    assert_eq!(read, hash);
    let dear = written.replace("m=8", "m=262145");
    for bad in [r#""secret""#, r#""""#, "7", "null", &dear] {
        assert!(serde_json::from_str::<PasswordHash>(bad).is_err(), "{bad}");
    }
}

#[test]
fn a_password_is_one_however_it_was_typed() {
    for (typed, one) in [
        ("pencil", "pencil"),
        ("gro\u{308}\u{df}e", "gr\u{f6}\u{df}e"),
        ("a\u{a0}b\u{3000}c", "a b c"),
        // Where SASLprep would have made it "fi".
        ("\u{fb01}", "\u{fb01}"),
        // Refused by the profile, which is no reason to lock somebody out.
        ("a\tb", "a\tb"),
        ("", ""),
    ] {
        assert_eq!(prepared(typed), one, "{typed:?}");
        assert_eq!(prepared(&prepared(typed)), one, "{typed:?}");
    }
}
