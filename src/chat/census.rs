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

#[cfg(test)]
mod tests {
    use crate::chat::tests::Script;
    use crate::chat::{Census, Command, Departure, Role, UserFlag};

    /// Each command is followed by a look at everything, these counts included.
    #[test]
    fn the_invisible_and_the_operators_are_counted_while_they_are_here() {
        let mut script = Script::with(3);
        let hide = |on| Command::SetFlags(vec![(UserFlag::Invisible, on)]);
        let counts = |script: &Script| {
            let Census {
                users,
                invisible,
                operators,
                most_users,
            } = script.chat.census();
            (users, invisible, operators, most_users)
        };
        assert_eq!(counts(&script), (3, 0, 0, 3));
        script.by(1, hide(true));
        script.by(2, hide(true));
        script.by(2, Command::Promote(Role::Observer, "two".into(), None));
        script.by(3, Command::Promote(Role::Observer, "three".into(), None));
        assert_eq!(counts(&script), (3, 2, 2, 3));
        script.by(1, hide(false));
        script.by(3, Command::SetFlags(vec![(UserFlag::Operator, false)]));
        assert_eq!(counts(&script), (3, 1, 1, 3));
        assert_eq!(script.chat.operators().count(), 1);
        let written = serde_json::to_string(&script.chat).expect("it can be written");
        let back: crate::chat::Chat = serde_json::from_str(&written).expect("it can be read");
        assert_eq!(back.census(), script.chat.census());
        script.by(2, Command::Detach(Departure::Closed));
        assert_eq!(counts(&script), (2, 0, 0, 3));
    }
}
