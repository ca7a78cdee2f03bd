//! The layer of the environment: `CHATD__SECTION__KEY` and `CHATD__LISTEN__NAME__KEY`.

use std::collections::BTreeMap;

use crate::admin::Problem;

use super::layer::{Found, Leaf};
use super::{clipped, nearest, schema};

const PREFIX: &str = "CHATD__";

/// What the variables say. They are taken in the order of their names, so that the answer does not depend on theirs.
pub(super) fn read(environment: &[(String, String)]) -> Found {
    let mut found = Found::default();
    let mut seen = BTreeMap::new();
    let ours: BTreeMap<&String, &String> = environment
        .iter()
        .filter(|(name, _)| name.starts_with(PREFIX))
        .map(|(name, value)| (name, value))
        .collect();
    for (variable, value) in ours {
        let written = variable[PREFIX.len()..].to_lowercase();
        let parts = parts(&written);
        let path = parts.join(".");
        let refuse = |message: String| Problem {
            place: origin(variable),
            key: Some(clipped(&path)),
            message,
        };
        let Some(key) = nearest::key_of(&parts) else {
            found.problems.push(refuse(unknown(&parts)));
            continue;
        };
        if let Some(other) = seen.insert(path.clone(), variable) {
            found.problems.push(refuse(format!(
                "{other} says the same key; keep one of them"
            )));
            continue;
        }
        if let ["listen", name, _] = parts[..] {
            if !schema::is_listener_name(name) {
                found
                    .problems
                    .push(refuse(schema::NOT_A_LISTENER.to_owned()));
                found.refused.insert(path.clone());
                continue;
            }
            found
                .listeners
                .entry(name.to_owned())
                .or_insert_with(|| origin(variable));
        }
        let raw = key.kind.variable(value);
        match key.kind.parse(&raw) {
            Ok(_) => found.leaves.push(Leaf {
                parts: parts.iter().map(|&part| part.to_owned()).collect(),
                raw,
                origin: origin(variable),
                path,
            }),
            Err(message) => {
                found.problems.push(refuse(message));
                found.refused.insert(path);
            }
        }
    }
    found
}

/// A listener's name may hold `__` itself: the last part is the key.
fn parts(written: &str) -> Vec<&str> {
    match written.split_once("__") {
        Some(("listen", rest)) => std::iter::once("listen")
            .chain(match rest.rsplit_once("__") {
                Some((name, last)) => vec![name, last],
                None => vec![rest],
            })
            .collect(),
        Some((section, key)) => vec![section, key],
        None => vec![written],
    }
}

fn origin(variable: &str) -> String {
    format!("the environment, {}", clipped(variable))
}

fn unknown(parts: &[&str]) -> String {
    match nearest::nearest_key(parts) {
        Some(near) => format!(
            "unknown variable; did you mean {PREFIX}{}?",
            near.replace('.', "__").to_uppercase()
        ),
        None => format!(
            "unknown variable; expected {PREFIX}SECTION__KEY or {PREFIX}LISTEN__NAME__KEY for a key of chatd.toml(5)"
        ),
    }
}
