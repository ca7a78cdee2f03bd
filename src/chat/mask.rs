//! Masks: whom a ban, an exception or an invitation means. Matching takes time in proportion to the text and the mask, whatever
//! the mask is. Knows a user only by what it is shown.

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::glob;
use super::names::fold;
use super::{Chat, User, is_unseen};

/// Whom an entry of a room's list means. Made by parsing only; its text is normal (`nick!user@host`, or `~x:...` for those
/// that are not about names). Cheap to clone. Two masks are equal when they differ in casing only.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Mask(Arc<str>);

/// What a mask is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum About<'a> {
    /// `nick!user@host`.
    Names(&'a str),
    /// An account.
    Account(&'a str),
    /// What a user says of itself.
    Realname(&'a str),
}

/// The kinds after a `~` (ISUPPORT `EXTBAN=~,amr`), with their long names.
const KINDS: [(&str, char); 6] = [
    ("a", 'a'),
    ("account", 'a'),
    ("m", 'm'),
    ("mute", 'm'),
    ("r", 'r'),
    ("realname", 'r'),
];

impl Mask {
    /// The most bytes of a mask.
    pub const MOST: usize = 200;

    /// The mask that a text means: `nick` is `nick!*@*`, `user@host` is `*!user@host`, what can only be a host (`192.0.2.*`,
    /// `2001:db8::1`, `*.example`) is `*!*@host`; `~a:account`, `~r:realname` and `~m:mask` (mute: may enter, may not speak) stay
    /// as they are. `*` means any text and `?` any one character. None: it is empty, too long, or has spaces or control
    /// characters in it, or a kind after `~` that there is not.
    pub fn parse(text: &str) -> Option<Mask> {
        let fits = (1..=Mask::MOST).contains(&text.len()) && !text.starts_with(':');
        let clean = text.chars().all(|c| !c.is_whitespace() && !is_unseen(c));
        if !fits || !clean {
            return None;
        }
        let normal = match extended(text) {
            None => names(text),
            Some((word, value)) => {
                let (_, kind) = KINDS.iter().find(|(known, _)| *known == word)?;
                let value = match kind {
                    _ if value.is_empty() => return None,
                    'm' => muted(value)?,
                    _ => value.to_owned(),
                };
                format!("~{kind}:{value}")
            }
        };
        (normal.len() <= Mask::MOST).then(|| Mask(normal.into()))
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it only takes the voice of those it means, and lets them in.
    pub fn is_mute(&self) -> bool {
        self.0.starts_with("~m:")
    }

    /// Whether this user is meant.
    pub(super) fn matches(&self, subject: &Subject<'_>) -> bool {
        let pattern = self.0.strip_prefix("~m:").unwrap_or(&self.0);
        match About::of(pattern) {
            About::Names(pattern) => {
                let pattern = fold(pattern);
                subject
                    .names
                    .iter()
                    .any(|name| glob::matches(&pattern, name))
            }
            About::Account(pattern) => {
                let account = subject.user.account.as_ref();
                account.is_some_and(|account| glob::matches(&fold(pattern), &fold(&account.0)))
            }
            About::Realname(pattern) => {
                glob::matches(&fold(pattern), &fold(&subject.user.realname))
            }
        }
    }
}

impl<'a> About<'a> {
    fn of(text: &'a str) -> About<'a> {
        if let Some(account) = text.strip_prefix("~a:") {
            About::Account(account)
        } else if let Some(realname) = text.strip_prefix("~r:") {
            About::Realname(realname)
        } else {
            About::Names(text)
        }
    }
}

/// The word and the value of `~word:value`. A user name may begin with `~` too: then an `@` comes before any colon.
fn extended(text: &str) -> Option<(&str, &str)> {
    let (word, value) = text.strip_prefix('~')?.split_once(':')?;
    (!word.contains(['@', '!'])).then_some((word, value))
}

/// The normal form of what `~m:` is about: any mask that is no mute itself.
fn muted(value: &str) -> Option<String> {
    let mask = Mask::parse(value)?;
    (!mask.is_mute()).then(|| mask.0.to_string())
}

fn names(text: &str) -> String {
    let (nick, user, host) = match text.split_once('!') {
        Some((nick, rest)) => {
            let (user, host) = rest.rsplit_once('@').unwrap_or((rest, ""));
            (nick, user, host)
        }
        None => match text.rsplit_once('@') {
            Some((user, host)) => ("", user, host),
            None if is_host(text) => ("", "", text),
            None => (text, "", ""),
        },
    };
    format!("{}!{}@{}", part(nick), part(user), part(host))
}

/// One star says as much as several, and as nothing.
fn part(text: &str) -> String {
    let mut part = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '*' || !part.ends_with('*') {
            part.push(c);
        }
    }
    if part.is_empty() { "*".into() } else { part }
}

/// Whether it cannot be a nick: no nick has a colon or a slash in it, begins with a digit, or with a dot.
fn is_host(text: &str) -> bool {
    let start = text.trim_start_matches(['*', '?']);
    text.contains([':', '/'])
        || (text.contains('.') && start.starts_with(|c: char| c == '.' || c.is_ascii_digit()))
}

/// A user as masks see it: made once for all masks of a room.
pub(super) struct Subject<'a> {
    user: &'a User,
    /// `nick!user@host`, folded, with the host as it is shown, and with each address that the user's clients come from.
    names: Vec<String>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(chat: &Chat, user: &'a User) -> Subject<'a> {
        let (nick, origin) = (user.nick.as_str(), &user.origin);
        let mut names = vec![fold(&[nick, "!", origin.as_str()].concat())];
        for client in user.clients.iter().filter_map(|&seat| chat.seated(seat)) {
            let address = client.address.ip().to_canonical().to_string();
            let name = fold(&[nick, "!", origin.username(), "@", &address].concat());
            if !names.contains(&name) {
                names.push(name);
            }
        }
        Subject { user, names }
    }
}

impl PartialEq for Mask {
    fn eq(&self, other: &Mask) -> bool {
        super::names::same(&self.0, &other.0)
    }
}

impl Eq for Mask {}

impl TryFrom<String> for Mask {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Mask, &'static str> {
        Mask::parse(&text).ok_or("not a mask")
    }
}

impl fmt::Display for Mask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
