//! Dates for people, in UTC: this floor knows no time zone.

use jiff::fmt::strtime;

use crate::chat::Timestamp;

/// The second that it was, as `Monday, 23 November 2026, 00:44:04 UTC`.
pub(super) fn date(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .and_then(|at| strtime::format("%A, %-d %B %Y, %H:%M:%S UTC", at))
        .unwrap_or_else(|_| "an unknown time".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_in_utc_and_any_number_has_one() {
        let written = date(Timestamp(1_795_394_644_999));
        assert_eq!(written, "Monday, 23 November 2026, 00:44:04 UTC");
        assert_eq!(
            date(Timestamp(-1)),
            "Wednesday, 31 December 1969, 23:59:59 UTC"
        );
        assert_eq!(date(Timestamp(i64::MAX)), "an unknown time");
    }
}
