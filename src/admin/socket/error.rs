//! Why there is no admin socket, and what to do about it.

use std::io;
use std::path::PathBuf;

use super::SOCKET_PATH_MOST;

/// Why there is no admin socket. `Display` says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SocketError {
    /// Another daemon is there.
    #[error("another chatd ({}) holds {}", holder(*.pid), .path.display())]
    InUse {
        /// The socket.
        path: PathBuf,
        /// The other daemon; 0 where it could not be found out.
        pid: i32,
    },
    /// The path does not fit into a socket address.
    #[error(
        "the socket's path {} has {length} bytes, and {SOCKET_PATH_MOST} are the most that the system allows; choose a shorter one",
        .path.display()
    )]
    PathTooLong {
        /// The socket.
        path: PathBuf,
        /// As many bytes as it has.
        length: usize,
    },
    /// The directory is not safe: somebody else could put a socket of theirs there.
    #[error("the socket's directory {} {found}; {remedy}", .directory.display())]
    Directory {
        /// The directory.
        directory: PathBuf,
        /// What is wrong with it.
        found: String,
        /// What to do.
        remedy: String,
    },
    /// Something is there that chatd did not make. It is left alone.
    #[error(
        "{} is there already and {found}; chatd leaves it alone: move it away or choose another path",
        .path.display()
    )]
    Occupied {
        /// The path.
        path: PathBuf,
        /// What it is.
        found: String,
    },
    /// The system refused a step.
    #[error("cannot {step} {}: {source}", .path.display())]
    System {
        /// What was tried.
        step: &'static str,
        /// On what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

fn holder(pid: i32) -> String {
    if pid > 0 {
        format!("pid {pid}")
    } else {
        "its pid is not known".into()
    }
}
