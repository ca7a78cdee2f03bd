//! When two names are one: keys, by case folding and by UTS 39's skeletons.
//!
//! A name's key is the skeleton of its folded form, folded again, so that `Mike`, `mike` and `rnike` have one key. Folding first
//! hides what looks alike in capitals only (`AIice` with a capital I, all-capital Cyrillic that reads as Latin), so such a
//! name has a second key: the skeleton of the name as shown, folded, and from there as the first. Two nicks are one when they
//! share a key.

use std::sync::LazyLock;

use unicode_normalization::char::is_combining_mark;
use unicode_security::skeleton;

/// A name's keys.
pub(super) struct Keys {
    pub(super) key: String,
    /// Only where it differs from the first.
    pub(super) other: Option<String>,
}

/// Nicks that would be taken for the server or its operator, for everybody, or for whoever reads (as in `@you <bob> hi`).
const RESERVED: [&str; 12] = [
    "operator", "server", "chatd", "system", "root", "admin", "nickserv", "chanserv", "everyone",
    "all", "here", "you",
];

static RESERVED_KEYS: LazyLock<Vec<String>> =
    LazyLock::new(|| RESERVED.iter().map(|name| keys(name).key).collect());

/// Whether a nick with this key is reserved.
pub(super) fn is_reserved(key: &str) -> bool {
    RESERVED_KEYS.iter().any(|reserved| reserved == key)
}

/// Whether two names differ in casing only.
pub(in crate::chat) fn same(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    fold(a) == fold(b)
}

/// The keys of a name.
pub(super) fn keys(shown: &str) -> Keys {
    let mut key = String::new();
    let end = append(shown, &mut key);
    let other = key.split_off(end);
    Keys {
        key,
        other: (!other.is_empty()).then_some(other),
    }
}

/// Appends the keys of a name, one behind the other. Where the first ends.
pub(super) fn append(shown: &str, out: &mut String) -> usize {
    if shown.is_ascii() {
        return append_ascii(shown, out);
    }
    let keys = by_tables(shown);
    out.push_str(&keys.key);
    let end = out.len();
    out.extend(keys.other);
    end
}

pub(super) fn by_tables(shown: &str) -> Keys {
    let key = look_of(&fold(shown));
    let other = look_of(&look_of(shown));
    Keys {
        other: (other != key).then_some(other),
        key,
    }
}

fn look_of(text: &str) -> String {
    let mut look = fold(&skeleton(text).collect::<String>());
    drop_unseen_dots(&mut look);
    look
}

/// A dot above an `i` or a `j` takes the place of the letter's own (Unicode's `Soft_Dotted`), so that nobody sees it. UTS 39's
/// tables leave it, and the `İ` of Turkish folds to it.
fn drop_unseen_dots(look: &mut String) {
    const DOT: char = '\u{307}';
    if !look.contains(DOT) {
        return;
    }
    let mut dotted = false;
    look.retain(|c| {
        if !is_combining_mark(c) {
            dotted = matches!(c, 'i' | 'j');
        }
        !(dotted && c == DOT)
    });
}

/// What [`by_tables`] gives, for ASCII, without tables.
fn append_ascii(shown: &str, out: &mut String) -> usize {
    for c in shown.chars() {
        look(c.to_ascii_lowercase(), out);
    }
    let end = out.len();
    if shown.contains('I') {
        for c in shown.chars() {
            let c = if c == 'I' { 'l' } else { c };
            look(c.to_ascii_lowercase(), out);
        }
    }
    end
}

fn look(lower: char, out: &mut String) {
    match lower {
        '0' => out.push('o'),
        '1' | '|' => out.push('l'),
        'm' => out.push_str("rn"),
        '`' => out.push('\''),
        '"' => out.push_str("''"),
        '%' => out.push_str("°/₀"),
        c => out.push(c),
    }
}

/// Full case folding: through upper case, so that `ß` is `ss` and a final sigma is a sigma.
pub(in crate::chat) fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}
