use super::*;
use crate::accounts::testing::{bare, fingerprint, record, suspended};

#[test]
fn what_is_written_is_read_back() {
    let all = Record {
        suspended: Some(suspended()),
        always_on: Some(true),
        certificates: vec![fingerprint(1), fingerprint(2)],
        ..record(7, "Zoë")
    };
    for record in [all, bare(1, "alice")] {
        let written = serde_json::to_string(&record).expect("JSON");
        let read: Record = serde_json::from_str(&written).expect("what was written");
        assert_eq!(read, record);
    }
}

#[test]
fn what_is_not_set_is_not_written_and_may_be_missing() {
    let written = serde_json::to_string(&bare(1, "Alice")).expect("JSON");
    assert_eq!(written, r#"{"id":1,"name":"Alice","since":1600000000000}"#);
}

#[test]
fn what_cannot_be_a_record_is_refused_with_what_is_wrong() {
    for (bad, says) in [
        (r#"{"id":1,"name":"alice"}"#, "missing field `since`"),
        (
            r#"{"id":1,"name":"alice","since":0,"passkeys":[]}"#,
            "unknown field `passkeys`",
        ),
        (r#"{"id":1,"name":"a b","since":0}"#, "a space"),
        (r#"{"id":-1,"name":"alice","since":0}"#, "-1"),
        (
            r#"{"id":1,"name":"alice","since":0,"password":"secret"}"#,
            "no argon2 hash",
        ),
        (
            r#"{"id":1,"name":"alice","since":0,"certificates":["c3ab"]}"#,
            "64 hexadecimal digits",
        ),
        (
            r#"{"id":1,"name":"alice","since":0,"suspended":{"reason":"x","at":0,"by":"c","until":1}}"#,
            "unknown field `until`",
        ),
    ] {
        let error = serde_json::from_str::<Record>(bad).expect_err(bad);
        assert!(error.to_string().contains(says), "{bad}: {error}");
    }
}

#[test]
fn no_secret_is_shown() {
    let record = record(1, "alice");
    let (shown, written) = (
        format!("{record:?}"),
        serde_json::to_string(&record).expect("JSON"),
    );
    let value: serde_json::Value = serde_json::from_str(&written).expect("JSON");
    for secret in [
        "/password",
        "/scram/salt",
        "/scram/stored_key",
        "/scram/server_key",
    ] {
        let secret = value.pointer(secret).and_then(|secret| secret.as_str());
        let secret = secret.expect("it is in the JSON");
        assert!(!shown.contains(secret), "{shown}");
    }
    assert!(shown.contains("alice"), "{shown}");
}
