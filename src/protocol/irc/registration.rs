//! A connection before it is a client: CAP, PASS, NICK, USER, and what may be asked before.

use crate::chat::{Attach, Refusal};

use super::{Errand, Line, Outcome, Replies, Step, World, unreadable};

/// What a newcomer has said so far.
#[derive(Debug)]
pub struct Registration {
    attach: Box<Attach>,
}

impl Registration {
    /// Of a connection that has just been opened.
    pub fn new(attach: Box<Attach>) -> Registration {
        Registration { attach }
    }

    /// The connection's side.
    pub fn attach(&self) -> &Attach {
        &self.attach
    }

    /// What a line of it comes to. [`Step::Register`] comes at most once, as the last step.
    pub fn read(&mut self, world: &World<'_>, line: &str) -> Vec<Step> {
        let _ = (world, line);
        Vec::new()
    }

    /// What a line comes to that is not a whole one.
    pub fn unreadable(&mut self, world: &World<'_>, line: &Line) -> Vec<Step> {
        let mut out = Vec::new();
        let replies = &mut Replies::new(&mut out, "", &world.server.name, "*");
        unreadable::refuse(line, false, replies);
        vec![Step::Tell(out)]
    }

    /// What an errand's outcome comes to.
    pub fn returned(&mut self, world: &World<'_>, errand: &Errand, outcome: &Outcome) -> Vec<Step> {
        let _ = (world, errand, outcome);
        Vec::new()
    }

    /// The chat did not take it: its nick is gone, and it is told to choose another.
    pub fn refused(&mut self, world: &World<'_>, refusal: &Refusal) -> Vec<Step> {
        let _ = (world, refusal);
        Vec::new()
    }
}
