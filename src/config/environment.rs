//! The layer of the environment: `CHATD__SECTION__KEY`, `CHATD__LISTEN__NAME__KEY`, `CHATD__OPERATOR__NAME__KEY`.

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
        if let (Some(section), Some(name)) = (key.family(), parts.get(1)) {
            if !schema::is_name(name) {
                found.problems.push(refuse(schema::NOT_A_NAME.to_owned()));
                found.refused.insert(path.clone());
                continue;
            }
            found
                .tables
                .entry((section, (*name).to_owned()))
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

/// A table's name may hold `__` itself: the last part is the key, or the last two if they are one.
fn parts(written: &str) -> Vec<&str> {
    let Some((section, rest)) = written.split_once("__") else {
        return vec![written];
    };
    let Some((name, last)) = rest.rsplit_once("__") else {
        return vec![section, rest];
    };
    if schema::named(section).is_none() {
        return vec![section, rest];
    }
    match name.rsplit_once("__") {
        Some((name, table)) if nearest::key_of(&[section, name, table, last]).is_some() => {
            vec![section, name, table, last]
        }
        _ => vec![section, name, last],
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
            "unknown variable; expected {PREFIX}SECTION__KEY, {PREFIX}LISTEN__NAME__KEY or {PREFIX}OPERATOR__NAME__KEY for a key of chatd.toml(5)"
        ),
    }
}
