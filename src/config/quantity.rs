//! Quantities as people write them: sizes, times, rates. Parsing, and the one way that each is written back.

use std::fmt;
use std::time::Duration;

use jiff::fmt::friendly::{Designator, Spacing, SpanParser, SpanPrinter};

use crate::chat;

/// A number of bytes: `4096`, `64KiB`, `1.5MB`. `None` when it is not a size.
pub(super) fn size(text: &str) -> Option<u64> {
    let size: bytesize::ByteSize = text.trim().parse().ok()?;
    Some(size.as_u64())
}

/// A size as it is written: in the largest unit of 1024 that divides it.
pub(super) fn size_text(bytes: u64) -> String {
    const UNITS: [(u32, &str); 4] = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
    UNITS
        .iter()
        .find(|(shift, _)| bytes > 0 && bytes.trailing_zeros() >= *shift)
        .map_or_else(
            || format!("{bytes}B"),
            |(shift, unit)| format!("{}{unit}", bytes >> shift),
        )
}

/// A day, here: elsewhere it is no certain length of time.
const DAY: u64 = 86_400;

/// A length of time: `200ms`, `5s`, `1h 30m`, `30d`, `1d 12h`. `None` when it is not one, or has no unit.
pub(super) fn time(text: &str) -> Option<Duration> {
    let text = text.trim();
    let parse = |text: &str| SpanParser::new().parse_unsigned_duration(text).ok();
    let Some((days, rest)) = text.split_once('d') else {
        return parse(text);
    };
    let Ok(days) = days.trim_end().parse::<u64>() else {
        return parse(text);
    };
    let days = Duration::from_secs(days.checked_mul(DAY)?);
    match rest.trim_start() {
        "" => Some(days),
        rest => days.checked_add(parse(rest)?),
    }
}

/// A time as it is written: from two days on with days.
pub(super) fn time_text(time: Duration) -> String {
    let days = time.as_secs() / DAY;
    let print = |time: &Duration| {
        SpanPrinter::new()
            .designator(Designator::Compact)
            .spacing(Spacing::BetweenUnits)
            .unsigned_duration_to_string(time)
    };
    if days < 2 {
        return print(&time);
    }
    match time.saturating_sub(Duration::from_secs(days * DAY)) {
        Duration::ZERO => format!("{days}d"),
        rest => format!("{days}d {}", print(&rest)),
    }
}

/// A rate: so many in a period of whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PerTime {
    count: u32,
    seconds: u32,
}

impl PerTime {
    /// The most that may come in one period.
    pub(super) const MOST: u32 = 1_000_000;
    /// The longest period.
    const DAY: u32 = 24 * 3600;

    /// `N/s`, `N/10s`, `N/min`, `N/h`, `N/2h`, or a bare `N`, which means N per second. `None` when it is no such
    /// rate, or one out of range.
    pub(super) fn parse(text: &str) -> Option<PerTime> {
        let (count, period) = text.split_once('/').unwrap_or((text, "s"));
        let period = period.trim();
        let unit = period.trim_start_matches(|c: char| c.is_ascii_digit());
        let times = &period[..period.len() - unit.len()];
        let times: u32 = if times.is_empty() {
            1
        } else {
            times.parse().ok()?
        };
        let unit = match unit.trim() {
            "s" | "sec" | "second" => 1,
            "m" | "min" | "minute" => 60,
            "h" | "hour" => 3600,
            _ => return None,
        };
        PerTime::new(count.trim().parse().ok()?, times.checked_mul(unit)?)
    }

    /// So many a second.
    pub(super) fn per_second(count: i64) -> Option<PerTime> {
        PerTime::new(u32::try_from(count).ok()?, 1)
    }

    fn new(count: u32, seconds: u32) -> Option<PerTime> {
        ((1..=PerTime::MOST).contains(&count) && (1..=PerTime::DAY).contains(&seconds))
            .then_some(PerTime { count, seconds })
    }

    /// The rate whose burst is the whole of one period.
    pub(super) fn rate(self) -> chat::Rate {
        chat::Rate::new(self.count, Duration::from_secs(self.seconds.into()))
    }
}

impl fmt::Display for PerTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let PerTime { count, seconds } = self;
        match seconds {
            1 => write!(f, "{count}/s"),
            60 => write!(f, "{count}/min"),
            3600 => write!(f, "{count}/h"),
            whole if whole % 3600 == 0 => write!(f, "{count}/{}h", whole / 3600),
            whole if whole % 60 == 0 => write!(f, "{count}/{}min", whole / 60),
            _ => write!(f, "{count}/{seconds}s"),
        }
    }
}
