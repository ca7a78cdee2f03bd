//! Durations as an operator reads them: `3m12s`. Whole seconds; no clock.

#[cfg(test)]
mod tests;

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
