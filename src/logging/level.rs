//! Which records are kept: a level for all, levels for modules. Knows nothing of where they go.

use tracing_subscriber::EnvFilter;

use crate::chat::nearest;

use super::{AUDIT, Error};

#[cfg(test)]
mod tests;

const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// The filter that `text` describes: `LEVEL`, `MODULE=LEVEL`, separated by commas. Where no level is given for all,
/// it is `info`. Audit records pass in any case.
///
/// `EnvFilter` alone reads `debgu` as the name of a module that is to be traced; here it is an error.
pub(super) fn parse(text: &str) -> Result<EnvFilter, Error> {
    let wrong = |problem: String| Error::Level {
        given: clip(text),
        problem,
    };
    let mut whole = None;
    let mut directives = Vec::new();
    for part in text.split(',').map(str::trim) {
        match part.split_once('=') {
            None if part.is_empty() => return Err(wrong("a level is missing".into())),
            None => {
                let level = level(part).map_err(wrong)?;
                if let Some(first) = whole.replace(level) {
                    return Err(wrong(format!(
                        "two levels for all modules, {first} and {level}"
                    )));
                }
            }
            Some((module, name)) => {
                let (module, level) = (module.trim(), level(name.trim()).map_err(wrong)?);
                let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-');
                if module.is_empty() || !module.chars().all(fits) {
                    return Err(wrong(format!(
                        "{:?} is not the name of a module (as in chatd::net)",
                        clip(module)
                    )));
                }
                if module.starts_with(AUDIT) {
                    return Err(wrong(
                        "audit records are always kept; leave `audit` out".into(),
                    ));
                }
                directives.push(format!("{module}={level}"));
            }
        }
    }
    directives.insert(0, whole.unwrap_or("info").to_owned());
    directives.push(format!("{AUDIT}=info"));
    EnvFilter::builder()
        .with_regex(false)
        .parse(directives.join(","))
        .map_err(|error| wrong(error.to_string()))
}

fn level(name: &str) -> Result<&'static str, String> {
    if let Some(level) = LEVELS.iter().find(|level| level.eq_ignore_ascii_case(name)) {
        return Ok(level);
    }
    let near =
        nearest(name, LEVELS).map_or(String::new(), |level| format!(" (did you mean {level}?)"));
    Err(format!(
        "{:?} is not one of {}{near}",
        clip(name),
        LEVELS.join(", ")
    ))
}

/// As much of what was typed as an error message needs.
fn clip(text: &str) -> String {
    text.chars().take(100).collect()
}
