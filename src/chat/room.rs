//! A room: who is in it with which ranks, its modes, its lists. Knows no users beyond their ids.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{
    Key, ListEntry, ListKind, Ranks, RoomFlags, RoomId, RoomName, Timestamp, Topic, UserId,
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
    /// What few rooms have.
    pub(super) rules: Option<Box<Rules>>,
    /// How many messages had been said when it was made: none of them is its own, though its id was another's before.
    pub(super) since: u64,
    pub(super) members: Vec<InRoom>,
}

/// One member, as a room knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InRoom {
    /// Who.
    pub user: UserId,
    /// Its ranks.
    pub ranks: Ranks,
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
}

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
    pub(super) fn list_mut(&mut self, list: ListKind) -> &mut Vec<ListEntry> {
        match list {
            ListKind::Ban => &mut self.bans,
            ListKind::Exception => &mut self.exceptions,
            ListKind::InviteException => &mut self.invite_exceptions,
        }
    }
}
