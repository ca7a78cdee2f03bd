//! The console's mind: whom the operator talks to, and what a typed line means. Pure: no terminal, no socket.

use std::collections::VecDeque;

use crate::admin::Happening;
use crate::chat::OPERATOR;
use crate::ctl::escape::escape;

#[cfg(test)]
mod tests;

/// What `/help` says.
pub(super) const HELP: &str = "\
-- what you type goes to the chosen target, as the operator
-- /to NICK|ID|#ROOM      choose the target; /to alone says who it is
-- /who                   who is connected (also /list)
-- /kick NICK|ID REASON   end a client
-- /quit                  leave the console
-- //text                 say a line that begins with '/'";

/// Own lines that have not come back yet, at most.
const UNSEEN: usize = 64;

/// Whom the operator talks to. A client is held by its id: its nick may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    Client { id: u64, nick: String },
    Room(String),
}

impl Target {
    /// As the daemon is told.
    fn wire(&self) -> String {
        match self {
            Target::Client { id, .. } => id.to_string(),
            Target::Room(room) => room.clone(),
        }
    }

    /// As a person reads it.
    fn shown(&self) -> String {
        match self {
            Target::Client { id, nick } => format!("{} ({id})", escape(nick)),
            Target::Room(room) => escape(room).into_owned(),
        }
    }
}

/// What has to be done for a typed line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Nothing,
    Note(String),
    Say {
        to: String,
        text: String,
    },
    /// Find the client of this name or id, and choose it.
    Find(String),
    List,
    Kick {
        client: String,
        reason: String,
    },
    Quit,
}

/// Who is chosen, and which own lines are still to come back.
#[derive(Debug)]
pub(super) struct Seat {
    target: Option<Target>,
    /// Whether the next one who speaks is chosen: until the operator has chosen.
    follows: bool,
    /// Whether what is typed stands on the screen already, so that its echo is left out.
    typed_is_seen: bool,
    unseen: VecDeque<String>,
}

impl Seat {
    pub(super) fn new(typed_is_seen: bool) -> Seat {
        Seat {
            target: None,
            follows: true,
            typed_is_seen,
            unseen: VecDeque::new(),
        }
    }

    /// What stands before the line that is typed.
    pub(super) fn prompt(&self) -> String {
        match &self.target {
            Some(Target::Client { nick, .. }) => format!("{}> ", escape(nick)),
            Some(Target::Room(room)) => format!("{}> ", escape(room)),
            None => "> ".into(),
        }
    }

    /// What a typed line means.
    pub(super) fn typed(&mut self, line: &str) -> Act {
        let line = line.trim_end_matches(['\r', '\n']);
        let text = match line.strip_prefix('/') {
            None => line,
            Some(rest) if rest.starts_with('/') => rest,
            Some(command) => return self.command(command),
        };
        if text.trim().is_empty() {
            return Act::Nothing;
        }
        match &self.target {
            Some(target) => Act::Say { to: target.wire(), text: text.to_owned() },
            None => Act::Note("-- not said: nobody is chosen yet; /to NICK|ID|#ROOM chooses, /who shows who is there".into()),
        }
    }

    fn command(&mut self, command: &str) -> Act {
        let (name, rest) = split(command);
        match name {
            "to" if rest.is_empty() => Act::Note(match &self.target {
                Some(target) => format!("-- talking to {}", target.shown()),
                None => "-- nobody is chosen yet; /to NICK|ID|#ROOM chooses".into(),
            }),
            "to" if rest.starts_with('#') => Act::Note(self.choose(Target::Room(rest.to_owned()))),
            "to" => Act::Find(rest.to_owned()),
            "who" | "list" => Act::List,
            "kick" => match split(rest) {
                (client, reason) if !reason.is_empty() => Act::Kick {
                    client: client.to_owned(),
                    reason: reason.to_owned(),
                },
                _ => Act::Note("-- /kick NICK|ID REASON: the client is told the reason".into()),
            },
            "help" => Act::Note(HELP.into()),
            "quit" => Act::Quit,
            other => Act::Note(format!(
                "-- there is no command /{}; /help shows them, and //{} says it",
                escape(other),
                escape(command)
            )),
        }
    }

    /// The operator has chosen; what to say about it.
    pub(super) fn choose(&mut self, target: Target) -> String {
        let note = format!("-- talking to {}", target.shown());
        self.target = Some(target);
        self.follows = false;
        note
    }

    /// A line was said; its echo will come.
    pub(super) fn said(&mut self, text: String) {
        if self.typed_is_seen {
            if self.unseen.len() == UNSEEN {
                self.unseen.pop_front();
            }
            self.unseen.push_back(text);
        }
    }

    /// Whether this is an own line that stands on the screen already.
    pub(super) fn is_echo(&mut self, happening: &Happening) -> bool {
        if happening.kind != "message" || happening.nick.as_deref() != Some(OPERATOR) {
            return false;
        }
        let own = self
            .unseen
            .iter()
            .position(|text| Some(text) == happening.text.as_ref());
        own.is_some_and(|own| self.unseen.remove(own).is_some())
    }

    /// Takes note of what happened; what to say about it.
    pub(super) fn happened(&mut self, happening: &Happening) -> Option<String> {
        match happening.kind.as_str() {
            "message" => self.spoke(happening),
            "renamed" => {
                if let Some(Target::Client { id, nick }) = &mut self.target
                    && happening.id == Some(*id)
                {
                    nick.clone_from(happening.nick.as_ref()?);
                }
                None
            }
            "gone" => self.gone(happening),
            _ => None,
        }
    }

    fn spoke(&mut self, happening: &Happening) -> Option<String> {
        if !self.follows || self.target.is_some() {
            return None;
        }
        let nick = happening.nick.as_ref().filter(|nick| *nick != OPERATOR)?;
        let target = Target::Client {
            id: happening.id?,
            nick: nick.clone(),
        };
        let note = format!(
            "-- talking to {}; /to NICK|ID|#ROOM changes it",
            target.shown()
        );
        self.target = Some(target);
        Some(note)
    }

    fn gone(&mut self, happening: &Happening) -> Option<String> {
        let Some(Target::Client { id, .. }) = &self.target else {
            return None;
        };
        if happening.id != Some(*id) {
            return None;
        }
        let next = if self.follows {
            "the next one who speaks is chosen"
        } else {
            "/to NICK|ID|#ROOM chooses another"
        };
        let gone = self.target.take()?;
        Some(format!("-- {} has gone; {next}", gone.shown()))
    }
}

/// The first word and what follows it.
fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(char::is_whitespace)
        .map_or((text, ""), |(word, rest)| (word, rest.trim_start()))
}
