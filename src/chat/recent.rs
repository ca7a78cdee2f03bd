//! The last messages, without what they say: who said each, and where. So that one can be taken back.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::{Account, Chat, ClientId, MessageId, Rank, RoomId};

/// How many messages are remembered; an older one cannot be taken back.
pub(super) const RECENT: usize = 4096;

/// A message that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recent {
    /// Its id.
    pub(super) id: MessageId,
    /// The client that its sender came with; none: the operator.
    pub(super) from: Option<ClientId>,
    /// The account of its sender.
    pub(super) account: Option<Account>,
    /// Where it was said.
    pub(super) heard: Heard,
}

/// Where a message was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Heard {
    /// In a room.
    Room(RoomId),
    /// To those of a room who have this rank or a higher one.
    Ranked(Rank, RoomId),
    /// To the user that came with this client.
    User(ClientId),
    /// To the operator; or it was taken back.
    Nobody,
}

/// The last messages, the latest last, in half of the memory that as many [`Recent`] take: they stay when those have gone who said them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Recent>", into = "Vec<Recent>")]
pub(super) struct Recents {
    all: VecDeque<Small>,
    /// By the numbers of their messages: the accounts of those senders who were logged in.
    accounts: BTreeMap<u64, Account>,
}

/// A message without its sender's account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Small {
    id: MessageId,
    /// The number of the client, which is never 0; 0: the operator.
    from: u64,
    heard: Place,
}

/// A [`Heard`] as one number: its kind, a rank among it, and below that what it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place(u64);

/// The place of the kind. No process sees so many clients.
const KIND: u32 = 56;
const NOBODY: u64 = 0;
const ROOM: u64 = 1;
const USER: u64 = 2;
/// Of [`Rank::ALL`] the first; the others follow.
const RANKED: u64 = 3;

impl Place {
    fn of(heard: Heard) -> Place {
        let (kind, number) = match heard {
            Heard::Nobody => (NOBODY, 0),
            Heard::Room(room) => (ROOM, room.0.into()),
            Heard::User(client) => (USER, client.0),
            Heard::Ranked(rank, room) => {
                let nth = (0..).zip(Rank::ALL).find(|(_, known)| *known == rank);
                (RANKED + nth.map_or(0, |(nth, _)| nth), room.0.into())
            }
        };
        Place(kind << KIND | number)
    }

    fn heard(self) -> Heard {
        let (kind, number) = (self.0 >> KIND, self.0 & ((1 << KIND) - 1));
        let room = || RoomId(u32::try_from(number).unwrap_or(u32::MAX));
        match kind {
            NOBODY => Heard::Nobody,
            ROOM => Heard::Room(room()),
            USER => Heard::User(ClientId(number)),
            ranked => {
                let nth = usize::try_from(ranked - RANKED).ok();
                let rank = nth.and_then(|nth| Rank::ALL.get(nth));
                rank.map_or(Heard::Nobody, |rank| Heard::Ranked(*rank, room()))
            }
        }
    }
}

impl Recents {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// The latest.
    #[cfg(test)]
    pub(super) fn back(&self) -> Option<Recent> {
        Some(self.whole(self.all.back()?))
    }

    fn whole(&self, small: &Small) -> Recent {
        Recent {
            id: small.id,
            from: (small.from != 0).then_some(ClientId(small.from)),
            account: self.accounts.get(&small.id.nth()).cloned(),
            heard: small.heard.heard(),
        }
    }

    /// The same without its account, which is put where accounts are.
    fn apart(&mut self, recent: Recent) -> Small {
        let nth = recent.id.nth();
        if let Some(account) = recent.account {
            self.accounts.insert(nth, account);
        } else if !self.accounts.is_empty() {
            self.accounts.remove(&nth);
        }
        Small {
            id: recent.id,
            from: recent.from.map_or(0, |from| from.0),
            heard: Place::of(recent.heard),
        }
    }

    /// Adds the latest; the first goes for it when there are as many as may be.
    fn push(&mut self, recent: Recent) {
        if self.all.len() >= RECENT
            && let Some(first) = self.all.pop_front()
            && !self.accounts.is_empty()
        {
            self.accounts.remove(&first.id.nth());
        }
        let small = self.apart(recent);
        self.all.push_back(small);
    }

    /// Where the message with this id is. Messages are in the order of their numbers; what else has happened has numbers between
    /// theirs.
    fn place_of(&self, id: MessageId) -> Option<usize> {
        let nth = |small: &Small| small.id.nth();
        let place = self.all.binary_search_by_key(&id.nth(), nth).ok()?;
        (self.all[place].id == id).then_some(place)
    }

    fn get(&self, id: MessageId) -> Option<Recent> {
        Some(self.whole(&self.all[self.place_of(id)?]))
    }

    /// Puts a message in the place of what it was.
    fn put(&mut self, recent: Recent) {
        if let Some(place) = self.place_of(recent.id) {
            self.all[place] = self.apart(recent);
        }
    }

    fn forget(&mut self, id: MessageId) {
        if let Some(place) = self.place_of(id) {
            self.all[place].heard = Place::of(Heard::Nobody);
        }
    }
}

impl From<Vec<Recent>> for Recents {
    fn from(all: Vec<Recent>) -> Recents {
        let mut recents = Recents::default();
        for recent in all {
            let small = recents.apart(recent);
            recents.all.push_back(small);
        }
        recents
    }
}

impl From<Recents> for Vec<Recent> {
    fn from(recents: Recents) -> Vec<Recent> {
        recents
            .all
            .iter()
            .map(|small| recents.whole(small))
            .collect()
    }
}

impl Chat {
    /// The message with this id, if it is remembered.
    pub(super) fn recent(&self, id: MessageId) -> Option<Recent> {
        self.recent.get(id)
    }

    pub(super) fn remember(&mut self, recent: Recent) {
        self.latest = recent.id.time();
        self.recent.push(recent);
        self.said += 1;
    }

    pub(super) fn restore_message(&mut self, recent: Recent) {
        self.recent.put(recent);
    }

    /// What is known of a message, for [`Change::Restored`](super::Change::Restored).
    pub fn remembered(&self, id: MessageId) -> Option<Recent> {
        self.recent(id)
    }

    pub(super) fn forget_message(&mut self, id: MessageId) {
        self.recent.forget(id);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::chat::{Stamp, Tick, Timestamp};

    fn heard() -> impl Strategy<Value = Heard> {
        let room = any::<u32>().prop_map(RoomId);
        let rank = prop::sample::select(&Rank::ALL[..]);
        prop_oneof![
            Just(Heard::Nobody),
            room.clone().prop_map(Heard::Room),
            (rank, room).prop_map(|(rank, room)| Heard::Ranked(rank, room)),
            (0..1_u64 << KIND).prop_map(|client| Heard::User(ClientId(client))),
        ]
    }

    proptest! {
        #[test]
        fn what_is_remembered_is_what_was_said_last(
            said in prop::collection::vec((prop::option::of(1..9_u64), prop::option::of("[a-z]"), heard(), 1..4_u64), 1..40),
            skipped in 0..2 * RECENT,
        ) {
            let (mut recents, mut expected, mut nth) = (Recents::default(), VecDeque::new(), 0);
            let few = (0..skipped).map(|_| (None, None, Heard::Nobody, 1));
            for (from, account, heard, step) in said.iter().cloned().chain(few).chain(said.clone()) {
                nth += step;
                let stamp = Stamp { at: Timestamp(7), tick: Tick(0), salt: 3 };
                let recent = Recent {
                    id: MessageId::new(&stamp, nth),
                    from: from.map(ClientId),
                    account: account.map(|account| Account(account.into())),
                    heard,
                };
                recents.push(recent.clone());
                expected.push_back(recent);
            }
            expected.drain(..expected.len().saturating_sub(RECENT));
            prop_assert_eq!(Vec::from(recents.clone()), Vec::from(expected.clone()));
            prop_assert!(recents.accounts.len() <= 2 * said.len(), "those of the forgotten are forgotten");
            let read: Recents = serde_json::from_str(&serde_json::to_string(&recents).unwrap()).unwrap();
            prop_assert_eq!(&read, &recents);
            for recent in &expected {
                prop_assert_eq!(recents.get(recent.id), Some(recent.clone()));
            }
            let last = expected.back().unwrap();
            recents.forget(last.id);
            prop_assert_eq!(recents.get(last.id).unwrap().heard, Heard::Nobody);
            recents.put(last.clone());
            prop_assert_eq!(recents.get(last.id), Some(last.clone()));
            let other = MessageId::new(&Stamp::default(), last.id.nth());
            prop_assert_eq!(recents.get(other), None);
        }
    }

    #[test]
    fn one_is_small() {
        assert_eq!(size_of::<Small>(), 32);
    }
}
