//! A question to the history on its way: what is looked up, and what is needed to answer it. Carries only.

use super::render::Keep;
use crate::chat::{Lookup, RoomId};

/// What a client asks of the history ([`Errand::History`](super::Errand::History)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recall {
    /// What is to be looked up; the outcome is what was found.
    pub lookup: Lookup,
    /// How the client asked: the subcommand of CHATHISTORY.
    pub(super) subcommand: &'static str,
    /// The target, as the client gave it.
    pub(super) given: Box<str>,
    /// Of what.
    pub(super) of: Recalled,
    /// Which messages stay when there are more than one answer may have.
    pub(super) keep: Keep,
}

/// What a question to the history is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Recalled {
    /// A room that the client is in.
    Room(RoomId),
    /// What was said between the client and the one of this nick, as that one writes it.
    User(Box<str>),
    /// In which conversations something was said; at most so many.
    Targets(u32),
}
