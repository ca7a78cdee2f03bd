//! How many there are, and who the operators are, without walking all users. Counts what is kept, asks nobody.

use std::collections::BTreeSet;

use super::{Chat, User, UserFlag, UserId};

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Users.
    pub users: usize,
    /// Of these, invisible ones.
    pub invisible: usize,
    /// Of these, operators.
    pub operators: usize,
    /// The most users there were at one time.
    pub most_users: u32,
}

/// The users who are counted apart.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Apart {
    invisible: BTreeSet<UserId>,
    operators: BTreeSet<UserId>,
}

impl Apart {
    /// A user is as it is now; none: it has gone.
    pub(super) fn note(&mut self, id: UserId, user: Option<&User>) {
        let note = |all: &mut BTreeSet<UserId>, is: bool| {
            if is {
                all.insert(id);
            } else {
                all.remove(&id);
            }
        };
        let invisible = user.is_some_and(|user| user.flags.has(UserFlag::Invisible));
        note(&mut self.invisible, invisible);
        note(
            &mut self.operators,
            user.is_some_and(|user| user.operator.is_some()),
        );
    }
}

impl Chat {
    /// How many users there are.
    pub fn census(&self) -> Census {
        let (users, most_users) = self.users_count();
        Census {
            users,
            invisible: self.index.apart.invisible.len(),
            operators: self.index.apart.operators.len(),
            most_users,
        }
    }

    /// The users who are operators, by ascending id.
    pub fn operators(&self) -> impl Iterator<Item = &User> {
        let ids = self.index.apart.operators.iter();
        ids.filter_map(|&id| self.user(id))
    }
}
