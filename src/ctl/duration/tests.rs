use super::{human, parse_bound};

#[test]
fn two_units_are_enough_for_a_person() {
    let shown = [0, 59, 60, 192, 3_599, 3_600, 7_500, 86_399, 86_400, 273_600].map(human);
    assert_eq!(
        shown,
        [
            "0s", "59s", "1m00s", "3m12s", "59m59s", "1h00m", "2h05m", "23h59m", "1d00h", "3d04h"
        ]
    );
}

#[test]
fn bounds_are_read_in_any_unit() {
    assert_eq!(parse_bound(">5m").unwrap(), ">300s");
    assert_eq!(parse_bound("<1h30m").unwrap(), "<5400s");
    assert_eq!(parse_bound("> 1w2d").unwrap(), ">777600s");
    assert_eq!(parse_bound(">0s").unwrap(), ">0s");
}

#[test]
fn what_is_no_bound_is_refused_with_an_example() {
    for text in [
        "",
        ">",
        "5m",
        ">5",
        ">m",
        ">5x",
        ">5m1h",
        ">5m5m",
        ">-5m",
        ">99999999999999999999s",
        ">30000000000000000000w",
        "≥5m",
    ] {
        let error = parse_bound(text).unwrap_err();
        assert!(
            error.contains("'>5m'") && error.contains(text),
            "{text}: {error}"
        );
    }
}
