use super::*;

#[test]
fn times_days_and_how_long_ago_are_understood() {
    let now: Timestamp = "2026-11-23T10:00:00Z".parse().unwrap();
    let zone = TimeZone::fixed(jiff::tz::offset(1));
    let of = |text: &str| moment("--since", text, now, &zone).map_err(|error| error.to_string());
    for (text, at) in [
        ("2026-11-23T09:00:00Z", "2026-11-23T09:00:00.000Z"),
        ("2026-11-23T09:00:00.5+01:00", "2026-11-23T08:00:00.500Z"),
        ("2026-11-23 09:00", "2026-11-23T08:00:00.000Z"),
        ("2026-11-23 09:00:30", "2026-11-23T08:00:30.000Z"),
        ("2026-11-23", "2026-11-22T23:00:00.000Z"),
        ("2h", "2026-11-23T08:00:00.000Z"),
        ("1d 12h", "2026-11-21T22:00:00.000Z"),
        ("90s", "2026-11-23T09:58:30.000Z"),
        (" 0s ", "2026-11-23T10:00:00.000Z"),
    ] {
        assert_eq!(of(text).as_deref(), Ok(at), "{text}");
    }
    for wrong in ["", "yesterday", "2", "-2h", "2h ago", "25:00", "1mo"] {
        let told = of(wrong).unwrap_err();
        assert!(
            told.starts_with(&format!("--since {wrong}: expected a time")),
            "{told}"
        );
    }
}
