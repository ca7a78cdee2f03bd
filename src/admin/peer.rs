//! Who is asking, as the kernel says it (`SO_PEERCRED`, `SO_PEERGROUPS`); nothing that the peer says counts.

use std::os::fd::AsFd;
use std::thread;
use std::time::Duration;

use nix::sys::socket::{getsockopt, sockopt};
use nix::unistd::{Uid, User};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use super::peer_groups;

/// How long to wait for the user's name: the user directory may be on a network.
const NAME_WAIT: Duration = Duration::from_secs(1);
/// How many names may be looked up at a time.
static LOOK_UPS: Semaphore = Semaphore::const_new(8);

/// The process at the other end of an admin connection, as it was when it connected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its effective user.
    pub uid: u32,
    /// That user's name, if it has one.
    pub user: Option<String>,
    /// Its effective group.
    pub gid: u32,
    /// Its supplementary groups; none when there are more than 64.
    pub groups: Option<Vec<u32>>,
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
            // More than 64 cannot be read: the peer has no role by any of them.
            groups: peer_groups::of(stream).ok(),
            pid: credentials.pid(),
        })
    }

    /// With the user's name, if it is found soon. A slow directory holds up nobody else, not even the process's end.
    pub(super) async fn named(self) -> Peer {
        let user = match look_up(Uid::from_raw(self.uid)) {
            Some(name) => timeout(NAME_WAIT, name).await.ok().and_then(Result::ok),
            None => None,
        };
        Peer { user, ..self }
    }

    /// Whether it is in a group, as far as its groups are known.
    pub(super) fn is_in(&self, gid: u32) -> bool {
        self.gid == gid || self.groups.iter().flatten().any(|group| *group == gid)
    }
}

/// Looks a user's name up on a thread of its own; none when too many do so already.
fn look_up(uid: Uid) -> Option<oneshot::Receiver<String>> {
    let permit = LOOK_UPS.try_acquire().ok()?;
    let (found, name) = oneshot::channel();
    thread::Builder::new()
        .name("user name".into())
        .spawn(move || {
            if let Ok(Some(user)) = User::from_uid(uid) {
                // Fails when it took too long.
                let _ = found.send(user.name);
            }
            drop(permit);
        })
        .ok()?;
    Some(name)
}

#[cfg(test)]
mod tests;
