//! A room: who is in it with which ranks, its modes, its lists. Knows no users beyond their ids.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Key, ListEntry, ListKind, Mask, Ownership, Rank, Ranks, RoomFlags, RoomId, RoomName, Timestamp,
    Topic, UserId,
};

/// A user's place in one room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Membership {
    /// The room.
    pub room: RoomId,
    /// Where the user stands in the room's list of members.
    pub(super) position: u32,
}

/// A room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Room {
    /// Its name, as its maker wrote it.
    pub name: RoomName,
    /// The topic, if set.
    pub topic: Option<TopicNote>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Its flags.
    pub flags: RoomFlags,
    /// Whose it is, if it is registered.
    #[serde(default)]
    pub owned: Option<Box<Ownership>>,
    /// What few rooms have.
    pub(super) rules: Option<Box<Rules>>,
    /// How many messages had been said when it was made: none of them was said in it, though its id was another's before.
    pub(super) since: u64,
    /// The number of its life, which may have begun before the server was last started.
    pub(super) life: u64,
    pub(super) members: Vec<InRoom>,
}

/// One member, as a room knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InRoom {
    /// Who.
    pub user: UserId,
    /// Its ranks.
    pub ranks: Ranks,
    /// The number that the next message had when it entered.
    pub(super) joined: u64,
    /// The same when it got its ranks.
    pub(super) ranked: u64,
}

/// A room's modes that have a parameter, its lists, and who is invited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Rules {
    pub(super) key: Option<Key>,
    pub(super) limit: Option<u32>,
    pub(super) forward: Option<RoomName>,
    pub(super) bans: Vec<ListEntry>,
    pub(super) exceptions: Vec<ListEntry>,
    pub(super) invite_exceptions: Vec<ListEntry>,
    /// Users that may enter once; each is forgotten when it goes.
    pub(super) invited: Vec<UserId>,
    /// Bans that were taken away, the latest last, each with the number that the next message had then: whom one meant does not read
    /// what was said before. At most [`LIFTED`].
    pub(super) lifted: Vec<(Mask, u64)>,
    /// Nobody who was not there reads what was said before this number: bans from before it are not remembered any more.
    pub(super) closed_before: u64,
    /// The keys of the names that it had before, the latest last; at most [`NAMES`].
    pub(super) was: Vec<Box<str>>,
}

/// The most bans of a room that are remembered after they were taken away.
const LIFTED: usize = 100;
/// The most names of a room that are remembered.
const NAMES: usize = 16;

/// A topic with who set it and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TopicNote {
    /// What it says.
    pub topic: Topic,
    /// Who set it, `nick!user@host`; none: the operator.
    pub by: Option<Arc<str>>,
    /// When.
    pub at: Timestamp,
}

impl Room {
    /// Who is in it, in no particular (but always the same) order.
    pub fn members(&self) -> &[InRoom] {
        &self.members
    }

    /// Those of them who have this rank or a higher one.
    pub(super) fn members_from(&self, rank: Rank) -> impl Iterator<Item = &InRoom> {
        let members = self.members.iter();
        members.filter(move |member| member.ranks.at_least(rank))
    }

    /// The key, if it has one.
    pub fn key(&self) -> Option<&Key> {
        self.rules.as_ref()?.key.as_ref()
    }

    /// The most members it may have, if that is bounded.
    pub fn limit(&self) -> Option<u32> {
        self.rules.as_ref()?.limit
    }

    /// Where those go who may not enter.
    pub fn forward(&self) -> Option<&RoomName> {
        self.rules.as_ref()?.forward.as_ref()
    }

    /// One of its lists, in the order of making.
    pub fn list(&self, list: ListKind) -> &[ListEntry] {
        self.rules.as_ref().map_or(&[], |rules| match list {
            ListKind::Ban => &rules.bans,
            ListKind::Exception => &rules.exceptions,
            ListKind::InviteException => &rules.invite_exceptions,
        })
    }

    pub(super) fn is_invited(&self, user: UserId) -> bool {
        let rules = self.rules.as_ref();
        rules.is_some_and(|rules| rules.invited.contains(&user))
    }

    /// How many users are in it.
    pub fn users(&self) -> u32 {
        u32::try_from(self.members.len()).unwrap_or(u32::MAX)
    }
}

impl Rules {
    /// A ban is taken away, now that so many messages have been said.
    pub(super) fn lift(&mut self, mask: Mask, said: u64) {
        if self.lifted.len() >= LIFTED {
            let (_, until) = self.lifted.remove(0);
            self.closed_before = self.closed_before.max(until);
        }
        self.lifted.retain(|(lifted, _)| *lifted != mask);
        self.lifted.push((mask, said));
    }

    /// It had this key until now.
    pub(super) fn was_called(&mut self, key: &str) {
        self.was.retain(|was| **was != *key);
        if self.was.len() >= NAMES {
            self.was.remove(0);
        }
        self.was.push(key.into());
    }

    pub(super) fn list_mut(&mut self, list: ListKind) -> &mut Vec<ListEntry> {
        match list {
            ListKind::Ban => &mut self.bans,
            ListKind::Exception => &mut self.exceptions,
            ListKind::InviteException => &mut self.invite_exceptions,
        }
    }
}
