//! What a name may be made of: PRECIS (RFC 8265's usernames) and emoji, in scripts that are written together (UTS 39, highly
//! restrictive), in NFC. ASCII names need no tables.

use std::borrow::Cow;

use precis_core::profile::PrecisFastInvocation;
use precis_core::{Error, UnexpectedError};
use precis_profiles::UsernameCasePreserved;
use unicode_normalization::char::is_combining_mark;
use unicode_security::{GeneralSecurityProfile, RestrictionLevel, RestrictionLevelDetection};

use super::error::{Kind, NameError};

/// The most characters of a nick.
pub(in crate::chat) const NICK_CHARS: usize = 32;
/// The most bytes of a nick.
pub(in crate::chat) const NICK_BYTES: usize = 96;
/// The most characters of a room's name, after the `#`.
pub(in crate::chat) const ROOM_CHARS: usize = 49;
/// The most bytes of a room's name.
pub(in crate::chat) const ROOM_BYTES: usize = 150;

/// A nick in the form it is shown in.
pub(super) fn nick(text: &str) -> Result<Cow<'_, str>, NameError> {
    if text.is_empty() {
        return Err(NameError::EmptyNick);
    }
    let shown = characters(Kind::Nick, text)?;
    let size = Size {
        chars: NICK_CHARS,
        bytes: NICK_BYTES,
    };
    size.check(Kind::Nick, &shown, shown.chars().count())?;
    if let Some(bad) = shown.chars().find(|&c| is_syntax_in_nick(c)) {
        return Err(NameError::Forbidden {
            kind: Kind::Nick,
            what: name_of(bad),
        });
    }
    match shown.chars().next() {
        None => Err(NameError::EmptyNick),
        Some(c) if c.is_numeric() => Err(NameError::Start {
            what: "a digit".into(),
        }),
        Some(c @ ('-' | '~' | '+' | '%' | '.')) => Err(NameError::Start { what: name_of(c) }),
        Some(_) => Ok(shown),
    }
}

/// A room's name in the form it is shown in.
pub(super) fn room(text: &str) -> Result<Cow<'_, str>, NameError> {
    let Some(after) = text.strip_prefix('#') else {
        return Err(NameError::NotARoom);
    };
    if after.is_empty() {
        return Err(NameError::NotARoom);
    }
    let shown = characters(Kind::Room, text)?;
    let size = Size {
        chars: ROOM_CHARS,
        bytes: ROOM_BYTES,
    };
    size.check(Kind::Room, &shown, shown.chars().count().saturating_sub(1))?;
    if shown.contains(',') {
        return Err(NameError::Forbidden {
            kind: Kind::Room,
            what: name_of(','),
        });
    }
    match &shown[1..] {
        "." | ".." | "*" | "/" | ">" | "<" => Err(NameError::NotARoom),
        _ => Ok(shown),
    }
}

struct Size {
    chars: usize,
    bytes: usize,
}

impl Size {
    fn check(&self, kind: Kind, text: &str, characters: usize) -> Result<(), NameError> {
        if characters <= self.chars && text.len() <= self.bytes {
            return Ok(());
        }
        Err(NameError::TooLong {
            kind,
            characters,
            bytes: text.len(),
            most_characters: self.chars,
            most_bytes: self.bytes,
        })
    }
}

/// Characters that mean something in commands, addresses and what plain clients read.
fn is_syntax_in_nick(c: char) -> bool {
    matches!(
        c,
        ',' | '*'
            | '?'
            | '!'
            | '@'
            | '#'
            | ':'
            | '<'
            | '>'
            | '/'
            | '"'
            | '\''
            | '&'
            | '$'
            | '='
            | ';'
    )
}

/// A character for a person: itself, where it can be seen, and its number otherwise.
fn name_of(c: char) -> String {
    match c {
        ' ' => "a space".into(),
        c if c.is_ascii_graphic() || c.is_alphanumeric() => format!("{c:?}"),
        c => format!("U+{:04X}", u32::from(c)),
    }
}

/// Longer texts are refused before the tables look at them: normalising cannot make them short enough.
const LOOKED_AT: usize = 4 * ROOM_BYTES;

fn characters(kind: Kind, text: &str) -> Result<Cow<'_, str>, NameError> {
    // Almost all are, and then nothing of what follows can be wrong with them.
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(Cow::Borrowed(text));
    }
    let forbidden = |c: char| NameError::Forbidden {
        kind,
        what: name_of(c),
    };
    let never = |c: &char| c.is_control() || c.is_whitespace() || JOINERS.contains(c);
    if let Some(c) = text.chars().find(never) {
        return Err(forbidden(c));
    }
    if text.is_ascii() || text.len() > LOOKED_AT {
        return Ok(Cow::Borrowed(text));
    }
    let shown = normalise(kind, text)?;
    let mut marks = 0;
    // What a mark may not stand on: nothing, an emoji, the # of a room.
    let mut before = '#';
    let mut letters = String::with_capacity(shown.len());
    for c in shown.chars() {
        if c == EMOJI_STYLE {
            if !is_emoji(before) {
                return Err(forbidden(c));
            }
        } else if is_combining_mark(c) {
            marks += 1;
            if marks > 2 || matches!(before, '#' | EMOJI_STYLE) || is_emoji(before) {
                return Err(NameError::Marks { kind });
            }
        } else {
            marks = 0;
        }
        before = c;
        if c.identifier_allowed() {
            letters.push(c);
        } else if !c.is_ascii_graphic() && !is_emoji(c) && c != EMOJI_STYLE {
            return Err(forbidden(c));
        }
    }
    let level = RestrictionLevel::HighlyRestrictive;
    if !letters.is_empty() && !letters.as_str().check_restriction_level(level) {
        return Err(NameError::Scripts { kind });
    }
    Ok(Cow::Owned(shown))
}

/// Allowed by PRECIS in some places; refused here everywhere, since nobody sees them.
const JOINERS: [char; 2] = ['\u{200C}', '\u{200D}'];

/// Asks for the coloured form of the character before it.
const EMOJI_STYLE: char = '\u{FE0F}';

/// Runs of text by PRECIS: width mapping, NFC, the bidi rule, no character outside its class. Runs of emoji as they are.
fn normalise(kind: Kind, text: &str) -> Result<String, NameError> {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let emoji = is_emoji(first);
        let end = rest
            .find(|c| emoji != (is_emoji(c) || (emoji && c == EMOJI_STYLE)))
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        rest = after;
        if emoji {
            shown.push_str(run);
            continue;
        }
        // A room's # says nothing about the direction of what follows.
        let run_of_letters = run.trim_start_matches('#');
        shown.push_str(&run[..run.len() - run_of_letters.len()]);
        let run = run_of_letters;
        if run.is_empty() {
            continue;
        }
        match UsernameCasePreserved::enforce(run) {
            Ok(run) => shown.push_str(&run),
            Err(Error::Invalid) => return Err(NameError::Direction { kind }),
            Err(
                Error::BadCodepoint(at)
                | Error::Unexpected(
                    UnexpectedError::MissingContextRule(at)
                    | UnexpectedError::ContextRuleNotApplicable(at),
                ),
            ) => {
                let what = char::from_u32(at.cp).map_or_else(|| "this character".into(), name_of);
                return Err(NameError::Forbidden { kind, what });
            }
            Err(_) => {
                let what = "such a character".into();
                return Err(NameError::Forbidden { kind, what });
            }
        }
    }
    Ok(shown)
}

/// The blocks of emoji. What is not assigned in them is reserved for emoji (UTS 51).
fn is_emoji(c: char) -> bool {
    matches!(
        u32::from(c),
        0x2600..=0x26FF | 0x2702..=0x2757 | 0x2763..=0x2767 | 0x2795..=0x2797
        | 0x2B50 | 0x2B55 | 0x1F1E6..=0x1F1FF | 0x1F300..=0x1F64F | 0x1F680..=0x1F6FF
        | 0x1F900..=0x1F9FF | 0x1FA70..=0x1FAFF
    )
}
