//! Modes that have changed, of a room and of oneself: MODE lines, as many as it takes.

use std::borrow::Cow;

use super::pen::{Pen, Sender, source_len};
use crate::chat::{Identity, ModeChange, Nick, Speaker, UserFlag};
use crate::protocol::irc::BODY;
use crate::protocol::irc::lengths::MODES;

/// What stands in one line.
#[derive(Default)]
struct Batch<'a> {
    letters: String,
    sign: Option<bool>,
    params: Vec<Cow<'a, str>>,
    bytes: usize,
}

impl<'a> Batch<'a> {
    fn add(&mut self, letter: char, on: bool, param: Option<Cow<'a, str>>) {
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
    /// The changes of a room's modes; by nobody: by the server.
    pub(super) fn modes(&mut self, by: Option<&Speaker>, name: &str, changes: &[ModeChange]) {
        let changes = changes.iter().map(ModeChange::parts);
        self.mode_lines(by.map_or(Sender::Server, Sender::of), name, changes);
    }

    /// The changes of a user's own modes.
    pub(super) fn flags(&mut self, who: &Identity, nick: &Nick, changes: &[(UserFlag, bool)]) {
        let changes = changes.iter().map(|(flag, on)| (flag.letter(), *on, None));
        self.mode_lines(Sender::User(who), nick.as_str(), changes);
    }

    fn mode_lines<'a>(
        &mut self,
        sender: Sender<'_>,
        target: &str,
        changes: impl Iterator<Item = (char, bool, Option<Cow<'a, str>>)>,
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

    fn mode_line(&mut self, sender: Sender<'_>, target: &str, batch: &Batch<'_>) {
        self.open(sender, "MODE").word(target).word(&batch.letters);
        for param in &batch.params {
            self.word(param);
        }
        self.end();
        // What goes with all of them goes with the first.
        self.id = None;
    }
}
