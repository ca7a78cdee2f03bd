//! Whom the file system lets through to a socket, for those whom it does not: which group to join. It opens nothing.

use std::ffi::CString;
use std::fmt;
use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use nix::unistd::{Gid, Group, Uid, User, getgrouplist, getuid};

#[cfg(test)]
mod tests;

/// Who gets past what keeps this process from a socket. `Display` goes on from the socket's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gate {
    /// The user that it belongs to, unless that is root.
    pub(crate) owner: Option<String>,
    /// The group whose members are let through.
    pub(crate) group: Option<String>,
    /// Whether who runs this is in the group by the user directory, but not yet by login.
    pub(crate) joined: bool,
    /// Who runs this, where that one has a name.
    pub(crate) user: Option<String>,
}

impl Gate {
    /// The one before this socket, which connecting to was denied.
    pub(crate) fn before(socket: &Path) -> Gate {
        // What can be looked at and not be entered, or the socket itself.
        let Some(found) = socket.ancestors().find_map(|path| path.metadata().ok()) else {
            return Gate::default();
        };
        let user = User::from_uid(getuid()).ok().flatten();
        let group = group_let_through(found.is_dir(), found.mode(), found.gid());
        let groups = user.as_ref().and_then(|user| {
            let name = CString::new(user.name.as_bytes()).ok()?;
            getgrouplist(&name, user.gid).ok()
        });
        let joined = group.zip(groups);
        Gate {
            owner: owner(&found),
            joined: joined.is_some_and(|(group, groups)| groups.contains(&group)),
            group: group.map(name_of),
            user: user.map(|user| user.name),
        }
    }
}

fn owner(found: &Metadata) -> Option<String> {
    let uid = Uid::from_raw(found.uid());
    if uid.is_root() {
        return None;
    }
    let user = User::from_uid(uid).ok().flatten();
    Some(user.map_or_else(|| format!("uid {uid}"), |user| user.name))
}

/// A group's name; where it has none, or cannot be looked up, its number.
fn name_of(group: Gid) -> String {
    let found = Group::from_gid(group).ok().flatten();
    found.map_or_else(|| group.to_string(), |found| found.name)
}

/// The group of a directory that it may enter, or of a socket that it may write to. Nobody is told to join root's.
fn group_let_through(is_dir: bool, mode: u32, gid: u32) -> Option<Gid> {
    let needed = if is_dir { 0o010 } else { 0o020 };
    (mode & needed != 0 && gid != 0).then(|| Gid::from_raw(gid))
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("may only be used by root")?;
        match (&self.owner, &self.group) {
            (None, None) => return Ok(()),
            (Some(owner), None) => return write!(f, " and {owner}"),
            (Some(owner), Some(group)) => write!(f, ", {owner} and members of the group {group}")?,
            (None, Some(group)) => write!(f, " and members of the group {group}")?,
        }
        let (group, user) = (
            self.group.as_deref().unwrap_or_default(),
            self.user.as_deref().unwrap_or("USER"),
        );
        if self.joined {
            write!(f, ". {user} is one, but has not logged in since")
        } else {
            write!(f, ". To join: usermod -aG {group} {user}, and a new login")
        }
    }
}
