//! How many there are. Counts what is kept, asks nobody.

use super::{Chat, User, UserFlag};

/// How many there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    /// Users.
    pub users: u32,
    /// Of these, invisible ones.
    pub invisible: u32,
    /// Of these, operators.
    pub operators: u32,
    /// The most users there were at one time.
    pub most_users: u32,
}

impl Chat {
    /// How many users there are.
    pub fn census(&self) -> Census {
        let mut census = Census::default();
        (_, census.most_users) = self.users_count();
        for (_, user) in self.users() {
            census.users += 1;
            census.invisible += u32::from(user.flags.has(UserFlag::Invisible));
            census.operators += u32::from(user.operator.is_some());
        }
        census
    }
}

impl Chat {
    /// The users who are operators, by ascending id.
    pub fn operators(&self) -> impl Iterator<Item = &User> {
        let users = self.users().map(|(_, user)| user);
        users.filter(|user| user.operator.is_some())
    }
}
