//! What connections tell the hub.

use crate::chat::{Attach, ClientId, Command, Departure};
use crate::protocol::account::Wish;
use crate::protocol::{Look, irc};

/// One thing that happened on a connection. A connection's inputs are taken in the order in which it sent them.
#[derive(Debug)]
pub enum Input<W> {
    /// It is open, and this is how to write to it. It becomes a client at once, or, where its protocol wants that, when it has
    /// registered.
    Open(Box<Attach>, W),
    /// It asks for something.
    Command(ClientId, Command),
    /// It wants to see what was said before in the room that it talks in.
    Look(ClientId, Look),
    /// It wants something about accounts.
    Account(ClientId, Wish),
    /// It sent an IRC message.
    Line(ClientId, irc::Line),
    /// Its protocol has answered by itself; the bytes take their place among the hub's own.
    Answer(ClientId, Box<[u8]>),
    /// It takes bytes again, after it did not.
    Writable(ClientId),
    /// It has gone, or must go.
    Gone(ClientId, Departure),
}
