//! The admin channel: the interface's types, the server in the daemon, the client in `chatctl`, who is asking, audit.

mod answer;
mod audit;
pub mod client;
mod connection;
mod frames;
mod interface;
mod json;
mod peer;
mod peer_groups;
mod select;
mod server;
mod service;
mod socket;
#[cfg(test)]
mod testing;
mod wire;

pub use answer::{Answer, Call, STREAM_WAITING, StreamError, StreamSender};
pub use interface::*;
pub use peer::Peer;
pub use select::Matcher;
pub use server::{Limits, serve};
pub use socket::{Socket, SocketError, bind};
