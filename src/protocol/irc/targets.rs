//! Targets of commands: lists of them, how many one command takes (TARGMAX), and what each of them names. Knows nothing of who is there.

use smallvec::SmallVec;

use crate::chat::{Nick, OPERATOR, Rank, RoomName, Target};

/// There are more than the command takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany<'a> {
    /// The first that is too much.
    pub(super) target: &'a str,
    /// As many are taken.
    pub(super) most: usize,
}

/// The targets in a parameter; empty ones are passed over.
pub(super) fn each(param: &str) -> impl Iterator<Item = &str> {
    param.split(',').filter(|target| !target.is_empty())
}

/// The targets in a parameter, at most so many, each once.
pub(super) fn list(param: &str, most: usize) -> Result<SmallVec<[&str; 4]>, TooMany<'_>> {
    let mut all = SmallVec::<[&str; 4]>::new();
    for target in each(param) {
        if all.iter().any(|known| known.eq_ignore_ascii_case(target)) {
            continue;
        }
        if all.len() == most {
            return Err(TooMany { target, most });
        }
        all.push(target);
    }
    Ok(all)
}

/// As [`list`], where the nth belongs to the nth of something else: one can come twice.
pub(super) fn in_step(param: &str, most: usize) -> Result<SmallVec<[&str; 4]>, TooMany<'_>> {
    let all: SmallVec<[&str; 4]> = each(param).collect();
    match all.get(most) {
        Some(target) => Err(TooMany { target, most }),
        None => Ok(all),
    }
}

/// What a message is for that cannot be for anybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nowhere {
    /// No user can have that nick.
    Nick,
    /// No room can have that name.
    Room,
    /// All users of a server (`$mask`, RFC 2812 section 3.3.1): not offered.
    Server,
}

/// Whom a message is for: a nick, a room, those of a room with a rank (`@#room`, Modern IRC `STATUSMSG`), or the operator. Of
/// several signs the lowest rank counts: whoever has a higher one is meant too.
pub(super) fn recipient(word: &str) -> Result<Target, Nowhere> {
    if word == OPERATOR {
        return Ok(Target::Operator);
    }
    let name = word.trim_start_matches(|c| Rank::of_sign(c).is_some());
    if name.starts_with('#') {
        let room = RoomName::parse(name).map_err(|_| Nowhere::Room)?;
        let signs = &word[..word.len() - name.len()];
        let lowest = signs.chars().filter_map(Rank::of_sign).min();
        return Ok(match lowest {
            Some(rank) => Target::Ranked(rank, room),
            None => Target::Room(room),
        });
    }
    if word.starts_with('$') {
        return Err(Nowhere::Server);
    }
    Nick::parse(word)
        .map(Target::User)
        .map_err(|_| Nowhere::Nick)
}

/// As much of a word as a reply repeats: no name is longer, so that only what is none is cut.
pub(super) fn shown(word: &str) -> &str {
    &word[..word.floor_char_boundary(150)]
}

#[cfg(test)]
mod tests;
