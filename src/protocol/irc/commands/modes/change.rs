//! The letters and parameters of a MODE of a room, as changes: what each letter takes is Modern IRC's types A to D. Knows no room.

use crate::chat::{Key, ListKind, Mask, ModeChange, Nick, Rank, RoomFlag, RoomName};
use crate::protocol::irc::lengths;

/// One thing that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// To change something.
    Change(ModeChange),
    /// To see a list.
    Show(ListKind),
}

/// One thing that cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Problem<'a> {
    /// There is no such mode.
    Unknown(char),
    /// Its parameter is missing (`*`) or will not do.
    Parameter {
        letter: char,
        found: &'a str,
        why: String,
    },
    /// These letters are more than [`lengths::MODES`].
    TooMany(String),
}

/// The next parameters, as letters take them.
struct Taker<'a> {
    params: std::slice::Iter<'a, &'a str>,
    taken: usize,
    left_out: String,
    problems: Vec<Problem<'a>>,
}

impl<'a> Taker<'a> {
    /// The parameter of `letter`; none, with a problem: there is none, or there were too many before.
    fn take(&mut self, letter: char, what: &str) -> Option<&'a str> {
        let Some(param) = self.params.next().filter(|param| !param.is_empty()) else {
            self.wrong(
                letter,
                "*",
                format!("+{letter} needs {what}; MODE was carried out without it"),
            );
            return None;
        };
        if self.taken == lengths::MODES {
            self.left_out.push(letter);
            return None;
        }
        self.taken += 1;
        Some(*param)
    }

    fn wrong(&mut self, letter: char, found: &'a str, why: String) {
        self.problems
            .push(Problem::Parameter { letter, found, why });
    }
}

/// What the letters ask for, in their order, and what of it cannot be. Letters before any sign are as after `+`.
pub(super) fn read<'a>(letters: &str, params: &'a [&'a str]) -> (Vec<Wish>, Vec<Problem<'a>>) {
    let mut taker = Taker {
        params: params.iter(),
        taken: 0,
        left_out: String::new(),
        problems: Vec::new(),
    };
    let mut wishes = Vec::new();
    let mut unknown = Vec::new();
    let mut on = true;
    for letter in letters.chars() {
        match letter {
            '+' => on = true,
            '-' => on = false,
            _ => match wish(letter, on, &mut taker) {
                Ok(wish) => wishes.extend(wish),
                Err(Unknown) if unknown.contains(&letter) => {}
                Err(Unknown) => unknown.push(letter),
            },
        }
    }
    let mut problems = taker.problems;
    problems.extend(unknown.into_iter().map(Problem::Unknown));
    if !taker.left_out.is_empty() {
        problems.push(Problem::TooMany(taker.left_out));
    }
    (wishes, problems)
}

/// No mode has that letter.
struct Unknown;

/// What one letter asks for; none: its parameter was a problem.
fn wish(letter: char, on: bool, taker: &mut Taker<'_>) -> Result<Option<Wish>, Unknown> {
    if let Some(flag) = RoomFlag::of_letter(letter) {
        return Ok(Some(Wish::Change(ModeChange::Flag(flag, on))));
    }
    if let Some(list) = ListKind::of_letter(letter) {
        return Ok(list_wish(list, on, taker));
    }
    if let Some(rank) = Rank::of_letter(letter) {
        return Ok(rank_change(rank, on, taker).map(Wish::Change));
    }
    let change = match letter {
        'k' => key_change(on, taker),
        'l' if !on => Some(ModeChange::Limit(None)),
        'l' => limit_change(taker),
        'f' if !on => Some(ModeChange::Forward(None)),
        'f' => forward_change(taker),
        _ => return Err(Unknown),
    };
    Ok(change.map(Wish::Change))
}

/// Type A: without a parameter the list is to be shown, whatever the sign.
fn list_wish(list: ListKind, on: bool, taker: &mut Taker<'_>) -> Option<Wish> {
    if taker.params.as_slice().is_empty() {
        return Some(Wish::Show(list));
    }
    let letter = list.letter();
    let param = taker.take(letter, "a mask")?;
    let Some(mask) = Mask::parse(param) else {
        let why = format!(
            "not a mask of at most {} bytes without spaces (? is any one character): nick!user@host, or ~a:account, ~r:realname, ~m:mask",
            Mask::MOST
        );
        taker.wrong(letter, param, why);
        return None;
    };
    Some(Wish::Change(ModeChange::List(list, mask, on)))
}

fn rank_change(rank: Rank, on: bool, taker: &mut Taker<'_>) -> Option<ModeChange> {
    let letter = rank.letter();
    let param = taker.take(letter, "a nick")?;
    match Nick::parse(param) {
        Ok(nick) => Some(ModeChange::Rank(rank, nick, on)),
        Err(error) => {
            taker.wrong(letter, param, error.to_string());
            None
        }
    }
}

/// Type B: a parameter either way. To take the key away any will do, and none.
fn key_change(on: bool, taker: &mut Taker<'_>) -> Option<ModeChange> {
    if !on {
        taker.params.next();
        return Some(ModeChange::Key(None));
    }
    let param = taker.take('k', "a key")?;
    let key = Key::parse(param);
    if key.is_none() {
        let why = format!("a key has 1 to {} bytes without comma and space", Key::MOST);
        taker.wrong('k', param, why);
    }
    key.map(|key| ModeChange::Key(Some(key)))
}

/// Type C: a parameter to set it.
fn limit_change(taker: &mut Taker<'_>) -> Option<ModeChange> {
    let param = taker.take('l', "a number")?;
    match param.parse::<u32>() {
        Ok(limit) if limit > 0 => Some(ModeChange::Limit(Some(limit))),
        _ => {
            let why = format!("a limit is a number from 1 to {}", u32::MAX);
            taker.wrong('l', param, why);
            None
        }
    }
}

/// Type C too.
fn forward_change(taker: &mut Taker<'_>) -> Option<ModeChange> {
    let param = taker.take('f', "a channel")?;
    match RoomName::parse(param) {
        Ok(room) => Some(ModeChange::Forward(Some(room))),
        Err(error) => {
            taker.wrong('f', param, error.to_string());
            None
        }
    }
}
