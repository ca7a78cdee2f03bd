//! Modes that have changed, of a room and of oneself: MODE lines, as many as it takes.

use super::pen::{Pen, Sender, source_len};
use crate::chat::{Identity, ModeChange, Nick, RoomName, Speaker, UserFlag};
use crate::protocol::irc::BODY;

/// The most changes with a parameter in one line (`MODES` in ISUPPORT).
const MODES: usize = 20;

/// A change as its letter, whether it is set, and its parameter, if it has one.
fn parts(change: &ModeChange) -> (char, bool, Option<String>) {
    match change {
        ModeChange::Flag(flag, on) => (flag.letter(), *on, None),
        ModeChange::Rank(rank, nick, on) => (rank.letter(), *on, Some(nick.to_string())),
        ModeChange::List(list, mask, on) => (list.letter(), *on, Some(mask.to_string())),
        ModeChange::Key(Some(key)) => ('k', true, Some(key.as_str().to_owned())),
        // Clients expect a parameter here too (type B of CHANMODES).
        ModeChange::Key(None) => ('k', false, Some("*".to_owned())),
        ModeChange::Limit(limit) => ('l', limit.is_some(), limit.map(|n| n.to_string())),
        ModeChange::Forward(to) => ('f', to.is_some(), to.as_ref().map(ToString::to_string)),
    }
}

/// What stands in one line.
#[derive(Default)]
struct Batch {
    letters: String,
    sign: Option<bool>,
    params: Vec<String>,
    bytes: usize,
}

impl Batch {
    fn add(&mut self, letter: char, on: bool, param: Option<String>) {
        if self.sign != Some(on) {
            self.sign = Some(on);
            self.letters.push(if on { '+' } else { '-' });
        }
        self.letters.push(letter);
        if let Some(param) = param {
            self.bytes += 1 + param.len();
            self.params.push(param);
        }
    }

    /// Whether one more change fits into a line with this much room.
    fn takes(&self, param: Option<&str>, room: usize) -> bool {
        let bytes = self.bytes + self.letters.len() + "+x".len();
        let more = param.map_or(0, |param| 1 + param.len());
        bytes + more <= room && (param.is_none() || self.params.len() < MODES)
    }
}

impl Pen<'_> {
    /// The changes of a room's modes.
    pub(super) fn modes(&mut self, by: &Speaker, name: &RoomName, changes: &[ModeChange]) {
        self.mode_lines(Sender::of(by), name.as_str(), changes.iter().map(parts));
    }

    /// The changes of a user's own modes.
    pub(super) fn flags(&mut self, who: &Identity, nick: &Nick, changes: &[(UserFlag, bool)]) {
        let changes = changes.iter().map(|(flag, on)| (flag.letter(), *on, None));
        self.mode_lines(Sender::User(who), nick.as_str(), changes);
    }

    fn mode_lines(
        &mut self,
        sender: Sender<'_>,
        target: &str,
        changes: impl Iterator<Item = (char, bool, Option<String>)>,
    ) {
        let head = ": MODE  ".len() + source_len(sender, self.server) + target.len();
        let room = BODY.saturating_sub(head);
        let mut batch = Batch::default();
        for (letter, on, param) in changes {
            if !batch.letters.is_empty() && !batch.takes(param.as_deref(), room) {
                self.mode_line(sender, target, &std::mem::take(&mut batch));
            }
            batch.add(letter, on, param);
        }
        if !batch.letters.is_empty() {
            self.mode_line(sender, target, &batch);
        }
    }

    fn mode_line(&mut self, sender: Sender<'_>, target: &str, batch: &Batch) {
        self.open(sender, "MODE").word(target).word(&batch.letters);
        for param in &batch.params {
            self.word(param);
        }
        self.end();
    }
}
