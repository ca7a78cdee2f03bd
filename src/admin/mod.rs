//! The admin channel: the interface's types, the server in the daemon, the client in `chatctl`, who is asking, audit.
//! Carries nothing out: whoever reads the calls does.
//!
//! | module | what |
//! | --- | --- |
//! | `interface` | requests, replies, errors; `io.chatd.Admin.varlink` says the same |
//! | `select` | which clients a selection means |
//! | `socket` | the socket's file: safe from its first moment, one daemon to a socket |
//! | `server`, `connection`, `frames` | accepting; one connection; its messages |
//! | `wire`, `json`, `service` | Varlink's calls and replies; what it defines itself |
//! | `peer`, `peer_groups` | who is asking |
//! | `roles` | who may ask for what: the one table |
//! | `answer`, `audit` | the way back, and the record that goes with it |
//! | [`client`] | the caller's end |

mod answer;
mod audit;
pub mod client;
mod connection;
mod frames;
mod interface;
mod json;
mod peer;
mod peer_groups;
mod roles;
mod select;
mod server;
mod service;
mod socket;
#[cfg(test)]
pub(crate) mod testing;
mod wire;

pub use answer::{Answer, Call, CallerGone, StreamSender};
pub use interface::*;
pub use peer::Peer;
pub use roles::{Role, Roles};
pub use select::Matcher;
pub use server::{Limits, serve};
pub use socket::{SOCKET_PATH_MOST, Socket, SocketError, bind};
