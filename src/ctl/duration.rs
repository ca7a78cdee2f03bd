//! Durations as an operator reads and writes them: `3m12s`, `>5m`. Whole seconds; no clock.

#[cfg(test)]
mod tests;

const UNITS: [(char, u64); 5] = [
    ('w', 604_800),
    ('d', 86_400),
    ('h', 3_600),
    ('m', 60),
    ('s', 1),
];

/// The two largest units: `12s`, `3m12s`, `2h05m`, `3d04h`.
pub(crate) fn human(seconds: u64) -> String {
    let (days, hours, minutes, rest) = (
        seconds / 86_400,
        seconds / 3_600 % 24,
        seconds / 60 % 60,
        seconds % 60,
    );
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{rest}s"),
        (0, 0, _) => format!("{minutes}m{rest:02}s"),
        (0, ..) => format!("{hours}h{minutes:02}m"),
        _ => format!("{days}d{hours:02}h"),
    }
}

/// A bound of `--idle` and `--age`: `>5m` or `<1h30m`, given back in seconds (`>300s`).
pub(crate) fn parse_bound(text: &str) -> Result<String, String> {
    let expected = || format!("expected '>5m' or '<1h30m' (units s, m, h, d, w), found '{text}'");
    let text_after = text
        .strip_prefix('>')
        .or_else(|| text.strip_prefix('<'))
        .ok_or_else(expected)?;
    let seconds = parse_seconds(text_after.trim()).ok_or_else(expected)?;
    Ok(format!("{}{seconds}s", &text[..1]))
}

fn parse_seconds(mut text: &str) -> Option<u64> {
    let mut total = 0_u64;
    // Each unit at most once, the larger first.
    let mut units = UNITS.iter();
    while !text.is_empty() {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = text[..digits].parse().ok()?;
        let unit = text[digits..].chars().next()?;
        let (_, seconds) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.checked_mul(*seconds)?)?;
        text = &text[digits + unit.len_utf8()..];
    }
    units.len().lt(&UNITS.len()).then_some(total)
}
