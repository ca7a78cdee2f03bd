//! The admin channel: the interface's types, the server in the daemon, the client in `chatctl`, who is asking, audit.

mod interface;

pub use interface::*;
