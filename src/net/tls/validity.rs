//! When a certificate is valid: the two dates of an X.509 certificate (RFC 5280 §4.1.2.5), found in its DER. The TLS
//! library checks everything else of it.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

const INTEGER: u8 = 0x02;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const SEQUENCE: u8 = 0x30;
/// The version of the certificate, which a first version leaves out.
const VERSION: u8 = 0xA0;

/// From when and until when, both inclusive. `None`: this is no certificate.
pub(super) fn of(certificate: &[u8]) -> Option<(Timestamp, Timestamp)> {
    let (whole, _) = expect(SEQUENCE, certificate)?;
    let (mut fields, _) = expect(SEQUENCE, whole)?;
    if fields.first() == Some(&VERSION) {
        (_, _, fields) = next(fields)?;
    }
    // Serial number, signature algorithm, issuer.
    for tag in [INTEGER, SEQUENCE, SEQUENCE] {
        (_, fields) = expect(tag, fields)?;
    }
    let (validity, _) = expect(SEQUENCE, fields)?;
    let (from, validity) = time(validity)?;
    let (until, _) = time(validity)?;
    Some((from, until))
}

/// The first element: its tag, its content, and what follows it.
fn next(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, first], rest) = bytes.split_first_chunk()?;
    let (length, rest) = match first {
        0..=0x7F => (usize::from(first), rest),
        // So many bytes of length follow.
        0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
            let length = length
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

fn expect(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (found, content, rest) = next(bytes)?;
    (found == tag).then_some((content, rest))
}

/// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`; of the years with two digits, 50 and up are of the last century.
fn time(bytes: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (tag, written, rest) = next(bytes)?;
    let digits = written.strip_suffix(b"Z")?;
    let (century, digits) = match (tag, digits) {
        (UTC_TIME, [b'0'..=b'4', ..]) => (20, digits),
        (UTC_TIME, _) => (19, digits),
        (GENERALIZED_TIME, [a, b, digits @ ..]) => (pair([*a, *b])?, digits),
        _ => return None,
    };
    let (pairs, odd) = digits.as_chunks::<2>();
    let &[year, month, day, hour, minute, second] = pairs else {
        return None;
    };
    if !odd.is_empty() {
        return None;
    }
    let year = i16::from(century) * 100 + i16::from(pair(year)?);
    let [month, day, hour, minute, second] = [
        pair(month)?,
        pair(day)?,
        pair(hour)?,
        pair(minute)?,
        pair(second)?,
    ];
    let civil = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
    let at = match Offset::UTC.to_timestamp(civil) {
        Ok(at) => at,
        // "No end" is the last second of the year 9999, which is beyond what can be told.
        Err(_) => Timestamp::MAX,
    };
    Some((at, rest))
}

fn pair(digits: [u8; 2]) -> Option<i8> {
    let [tens, ones] = digits;
    (tens.is_ascii_digit() && ones.is_ascii_digit())
        .then(|| i8::try_from((tens - b'0') * 10 + (ones - b'0')).ok())?
}
