//! Whose a registered room is, and which ranks accounts have in it. Knows accounts by their ids only: a name that is registered again
//! inherits nothing.

use serde::{Deserialize, Serialize};

use super::{Chat, Rank, Room, Timestamp, User};

/// Whose a room is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ownership {
    /// The account that may do everything there.
    pub founder: u64,
    /// When the room was registered.
    pub since: Timestamp,
    /// The ranks of other accounts, in the order of giving: none twice, none above admin, the founder not among them. At most
    /// `limits.list_entries`.
    pub access: Vec<(u64, Rank)>,
}

impl Ownership {
    /// The rank that an account has there.
    pub fn rank_of(&self, account: u64) -> Option<Rank> {
        if account == self.founder {
            return Some(Rank::Founder);
        }
        let mut access = self.access.iter();
        access.find(|entry| entry.0 == account).map(|entry| entry.1)
    }

    /// With this rank for an account, or with none. Who had another keeps its place.
    #[must_use]
    pub(super) fn with(&self, account: u64, rank: Option<Rank>) -> Ownership {
        let mut changed = self.clone();
        match (
            changed.access.iter_mut().find(|entry| entry.0 == account),
            rank,
        ) {
            (Some(entry), Some(rank)) => entry.1 = rank,
            (None, Some(rank)) => changed.access.push((account, rank)),
            (_, None) => changed.access.retain(|entry| entry.0 != account),
        }
        changed
    }

    /// As another account's; it has no other rank there any more, and who was the founder has none at all.
    #[must_use]
    pub(super) fn handed_to(&self, founder: u64) -> Ownership {
        Ownership {
            founder,
            ..self.with(founder, None)
        }
    }

    /// Who becomes the founder when that one's account is not there any more: whoever ranks highest, the earliest of them, but nobody
    /// below op.
    pub(super) fn heir(&self) -> Option<u64> {
        let ops = self.access.iter().filter(|entry| entry.1 >= Rank::Op);
        // Of equals the last is the maximum, so they are looked at from behind.
        ops.rev().max_by_key(|entry| entry.1).map(|entry| entry.0)
    }
}

impl Room {
    /// The rank that an account, if any, has there.
    pub(super) fn rank_of(&self, account: Option<u64>) -> Option<Rank> {
        self.owned.as_ref()?.rank_of(account?)
    }

    /// Whether it is registered: then it stays when it is empty, and it has [`RoomFlag::Registered`](super::RoomFlag::Registered).
    pub fn is_registered(&self) -> bool {
        self.owned.is_some()
    }
}

impl Chat {
    /// The rank that a user has in a room by its account, in it or not.
    pub fn access_of(&self, user: &User, room: &Room) -> Option<Rank> {
        room.rank_of(self.account_of(user).map(|account| account.id))
    }

    /// How many rooms are registered to an account. Takes a look at each room.
    pub fn owned_by(&self, account: u64) -> usize {
        let owned = self
            .rooms
            .iter()
            .filter_map(|(_, room)| room.owned.as_ref());
        owned.filter(|owned| owned.founder == account).count()
    }
}
