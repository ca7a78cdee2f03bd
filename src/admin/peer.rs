//! Who is asking, as the kernel says it (`SO_PEERCRED`, `SO_PEERGROUPS`); nothing that the peer says counts.

use std::os::fd::AsFd;
use std::time::Duration;

use nix::sys::socket::{getsockopt, sockopt};
use nix::unistd::{Uid, User, geteuid};

use super::peer_groups::PeerGroups;

/// How long to wait for the user's name: the user directory may be on a network.
const NAME_WAIT: Duration = Duration::from_secs(1);

/// The process at the other end of an admin connection, as it was when it connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its effective user.
    pub uid: u32,
    /// That user's name, if it has one.
    pub user: Option<String>,
    /// Its effective group.
    pub gid: u32,
    /// Its supplementary groups.
    pub groups: Vec<u32>,
    /// Its process; 0 when it is in a pid namespace that we do not see.
    pub pid: i32,
}

impl Peer {
    /// Asks the kernel. The name is not looked up yet.
    pub(super) fn of(stream: &impl AsFd) -> nix::Result<Peer> {
        let credentials = getsockopt(stream, sockopt::PeerCredentials)?;
        Ok(Peer {
            uid: credentials.uid(),
            user: None,
            gid: credentials.gid(),
            groups: getsockopt(stream, PeerGroups)?,
            pid: credentials.pid(),
        })
    }

    /// With the user's name, looked up where a slow directory holds up nobody else.
    pub(super) async fn named(self) -> Peer {
        let uid = Uid::from_raw(self.uid);
        let lookup = tokio::task::spawn_blocking(move || User::from_uid(uid).ok().flatten());
        let user = match tokio::time::timeout(NAME_WAIT, lookup).await {
            Ok(Ok(Some(user))) => Some(user.name),
            _ => None,
        };
        Peer { user, ..self }
    }

    /// Whether it may use `io.chatd.Admin`: root and the user that the daemon runs as.
    pub fn may_administer(&self) -> bool {
        self.uid == 0 || self.uid == geteuid().as_raw()
    }
}
