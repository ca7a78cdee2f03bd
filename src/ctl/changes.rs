//! What differs between two configurations, in words. It escapes nothing: values are quoted TOML, and whoever prints
//! a line escapes it.

use crate::admin::{Applies, Change};

#[cfg(test)]
mod tests;

/// `key: old -> new (live)`; of a listener that comes or goes, in words.
pub(crate) fn line(change: &Change) -> String {
    let Change { key, old, new, .. } = change;
    let applies = applies(change.applies);
    match (old, new) {
        (Some(_), None) if is_listener(key) => {
            format!("{key}: this listener is removed; its clients stay ({applies})")
        }
        (None, Some(new)) if is_listener(key) => {
            format!("{key}: a new listener, {new} ({applies})")
        }
        _ => {
            let shown =
                |value: &Option<String>| value.clone().unwrap_or_else(|| "(not set)".into());
            format!("{key}: {} -> {} ({applies})", shown(old), shown(new))
        }
    }
}

/// The words for how a change takes effect.
fn applies(applies: Applies) -> &'static str {
    match applies {
        Applies::Live => "live",
        Applies::NewConnections => "new connections only",
        Applies::Restart => "needs restart",
    }
}

/// `listen.NAME`, the listener as a whole.
fn is_listener(key: &str) -> bool {
    key.strip_prefix("listen.")
        .is_some_and(|name| !name.contains('.') || (name.starts_with('"') && name.ends_with('"')))
}
