use super::*;

const SHOWN: &str = "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2";

#[test]
fn it_is_shown_in_lower_case_however_it_was_written() {
    for text in [SHOWN, &SHOWN.to_uppercase()] {
        let fingerprint: Fingerprint = text.parse().expect("a fingerprint");
        assert_eq!(fingerprint.to_string(), SHOWN);
        let written = serde_json::to_string(&fingerprint).expect("JSON");
        assert_eq!(written, format!("{SHOWN:?}"));
        let read: Fingerprint = serde_json::from_str(&written).expect("what was written");
        assert_eq!(read, fingerprint);
    }
}

#[test]
fn what_is_not_64_digits_is_none() {
    let long = format!("{SHOWN}00");
    let strange = SHOWN.replace('c', "g");
    let spaced = SHOWN.replacen("c3", "c ", 1);
    for bad in ["", "c3ab", &SHOWN[1..], &long, &strange, &spaced, "ü"] {
        assert_eq!(bad.parse::<Fingerprint>(), Err(NoFingerprint), "{bad:?}");
        assert!(serde_json::from_str::<Fingerprint>(&format!("{bad:?}")).is_err());
    }
}
