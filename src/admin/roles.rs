//! Who may ask for what: the role that each request needs, the groups that have a role, and the words for everybody else.
//! Who has no role is denied everything.

use nix::unistd::{Group, geteuid};

use super::{Error, Peer, Request};

#[cfg(test)]
mod tests;

/// What the kernel says in place of a group that has no number in our user namespace (`overflowgid` of proc(5)).
const NOT_KNOWN: u32 = 65_534;

/// What a caller may do; each role may what those before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// See who is here and how the daemon is, but not what people say.
    Reader,
    /// Everything.
    Administrator,
}

impl Request {
    /// The role that it needs.
    pub fn needs(&self) -> Role {
        match self {
            Request::Status {}
            | Request::ListClients { .. }
            | Request::ShowClient { .. }
            | Request::ShowConfig {}
            | Request::ShowRetention {}
            | Request::StoreStatus {}
            | Request::ListUsers {}
            | Request::ListAccounts {}
            | Request::ShowAccount { .. }
            | Request::Watch {
                messages: false, ..
            } => Role::Reader,
            // What changes something, or asks what a change would do; what people say; what keeps the daemon or its disk busy, or
            // looks into files that not everybody may read. And whatever nobody has thought of here.
            _ => Role::Administrator,
        }
    }
}

/// Who has which role, besides root and the user that the daemon runs as, who may do everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    readers: Vec<Named>,
    administrators: Vec<Named>,
}

/// A group by its name, and its number or why it has none.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    name: String,
    gid: Result<u32, String>,
}

impl Roles {
    /// Looks the groups up. May take as long as the directory of groups takes, which may be on a network.
    pub fn look_up(readers: &[String], administrators: &[String]) -> Roles {
        Roles::by(readers, administrators, look_up)
    }

    /// As if none of the groups could be looked up, for this reason.
    pub fn unknown(readers: &[String], administrators: &[String], why: &str) -> Roles {
        Roles::by(readers, administrators, |_| Err(why.into()))
    }

    /// As this says which number a group has.
    pub(super) fn by(
        readers: &[String],
        administrators: &[String],
        gid: impl Fn(&str) -> Result<u32, String>,
    ) -> Roles {
        let named = |names: &[String]| {
            let named = names.iter().map(|name| Named {
                name: name.clone(),
                gid: gid(name),
            });
            named.collect()
        };
        Roles {
            readers: named(readers),
            administrators: named(administrators),
        }
    }

    /// Each group that nobody has a role by, and why: the role, and a sentence.
    pub fn problems(&self) -> impl Iterator<Item = (Role, String)> {
        [Role::Reader, Role::Administrator]
            .into_iter()
            .flat_map(|role| self.groups(role).iter().map(move |group| (role, group)))
            .filter_map(|(role, Named { name, gid })| {
                let why = gid.as_ref().err()?;
                Some((
                    role,
                    format!("the group {name} {why}: nobody has a role by it"),
                ))
            })
    }

    /// What this caller may do.
    pub(super) fn of(&self, peer: &Peer) -> Option<Role> {
        if peer.uid == 0 || peer.uid == geteuid().as_raw() {
            return Some(Role::Administrator);
        }
        let has = |role| {
            let groups = self.groups(role).iter();
            groups
                .filter_map(|group| group.gid.as_ref().ok())
                .any(|gid| peer.is_in(*gid))
        };
        [Role::Administrator, Role::Reader]
            .into_iter()
            .find(|role| has(*role))
    }

    /// Why this caller may not do what needs that role, and which group to join.
    pub(super) fn refusal(&self, peer: &Peer, what: &str, needs: Role) -> Error {
        let groups = self.groups(needs);
        let named = groups.iter().map(|Named { name, gid }| match gid {
            Ok(_) => format!("the group {name}"),
            Err(why) => format!("the group {name}, which {why}"),
        });
        let named: Vec<_> = named.collect();
        let whom = if named.is_empty() {
            "only for root and the user that chatd runs as".to_owned()
        } else {
            let groups = named.join(" or of ");
            format!("for root, the user that chatd runs as and members of {groups}")
        };
        let user = peer.user.as_deref();
        let who = user.map_or_else(|| format!("uid {}", peer.uid), ToOwned::to_owned);
        let too_many = match peer.groups {
            Some(_) => "",
            None => " (or in too many groups: of more than 64 none is read)",
        };
        let joined = groups.iter().find(|group| group.gid.is_ok());
        let join = joined.map(|Named { name, .. }| {
            let user = user.unwrap_or("USER");
            format!(". To join: usermod -aG {name} {user}, and a new login")
        });
        let join = join.unwrap_or_default();
        Error::PermissionDenied {
            message: format!("{what} is {whom}; {who} is none of these{too_many}{join}"),
        }
    }

    fn groups(&self, role: Role) -> &[Named] {
        match role {
            Role::Reader => &self.readers,
            Role::Administrator => &self.administrators,
        }
    }
}

fn look_up(name: &str) -> Result<u32, String> {
    match Group::from_name(name) {
        Ok(Some(group)) if group.gid.as_raw() == NOT_KNOWN => {
            Err("stands for all groups that are not known here".into())
        }
        Ok(Some(group)) => Ok(group.gid.as_raw()),
        Ok(None) => Err("does not exist".into()),
        Err(errno) => Err(format!("cannot be looked up ({})", errno.desc())),
    }
}
