//! Moments as an operator names them: a time, a day, or how long ago. It has no clock.

use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp, civil};

use super::exit::Failure;

#[cfg(test)]
mod tests;

/// The moment, as RFC 3339 writes it. `option` is named when it is none.
pub(crate) fn moment(
    option: &str,
    text: &str,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<String, Failure> {
    let found = parse(text.trim(), now, zone);
    found.map(|at| format!("{at:.3}")).ok_or_else(|| {
        Failure::Usage(format!(
            "{option} {text}: expected a time (2026-11-23T10:00:00Z, or 2026-11-23 10:00 by the local clock), a day \
             (2026-11-23), or how long ago (90s, 2h, 30d)"
        ))
    })
}

fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    if let Ok(at) = text.parse::<civil::DateTime>() {
        return Some(at.to_zoned(zone.clone()).ok()?.timestamp());
    }
    let ago = text.parse::<Span>().ok()?;
    let ago = ago.to_duration(SpanRelativeTo::days_are_24_hours()).ok()?;
    if ago.is_negative() {
        return None;
    }
    // As long ago as can be said is the beginning.
    Some(now.checked_sub(ago).unwrap_or(Timestamp::MIN))
}
