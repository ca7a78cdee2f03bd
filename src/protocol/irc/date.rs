//! Dates for people, in UTC: this floor knows no time zone.

use jiff::fmt::strtime;

use crate::chat::Timestamp;

/// The second that it was, as `Monday, 23 November 2026, 00:44:04 UTC`.
pub(super) fn date(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0)
        .and_then(|at| strtime::format("%A, %-d %B %Y, %H:%M:%S UTC", at))
        .unwrap_or_else(|_| "an unknown time".into())
}

/// The moment that a client gives as `YYYY-MM-DDThh:mm:ss.sssZ` (IRCv3 server-time), with or without a fraction; what is less than
/// a millisecond does not count, and what was before 1970 is its beginning.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let digit = |byte: u8| byte.is_ascii_digit();
    let form = |(nth, byte): (usize, u8)| match nth {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        19 => byte == b'.' || byte == b'Z',
        nth if nth + 1 == text.len() => byte == b'Z',
        _ => digit(byte),
    };
    if !(20..=30).contains(&text.len()) || !text.bytes().enumerate().all(form) {
        return None;
    }
    let at: jiff::Timestamp = text.parse().ok()?;
    Some(Timestamp(at.as_millisecond().max(0)))
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

    #[test]
    fn what_is_no_moment_is_none() {
        let at = Some(Timestamp(1_546_612_406_123));
        assert_eq!(moment("2019-01-04T14:33:26.123Z"), at);
        assert_eq!(
            moment("2016-12-31T23:59:60.000Z"),
            Some(Timestamp(1_483_228_799_000)),
            "a leap second is the one before it"
        );
        for text in [
            "",
            "Z",
            "*",
            "2019-01-04",
            "2019-01-04 14:33:26.123Z",
            "2019-01-04T14:33:26.123z",
            "2019-01-04T14:33:26.123",
            "2019-01-04T14:33:26.Z",
            "2019-01-04T14:33:26Z123Z",
            "2019-01-04T24:33:26.123Z",
            "2019-01-04T14:33:26.123[UTC]Z",
            "-019-01-04T14:33:26.123Z",
            "+002019-01-04T14:33:26.123Z",
            "２０１９-01-04T14:33:26Z",
            "2019-01-04T14:33:26.1234567890123Z",
        ] {
            assert_eq!(moment(text), None, "{text}");
        }
    }
}
