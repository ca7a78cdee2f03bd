//! What happens in rooms besides what is said, as it is kept and read back (IRCv3 chathistory, `draft/event-playback`): types only.

use serde::{Deserialize, Serialize};

use super::{
    ClientTags, Departure, Identity, Kept, Life, MessageId, ModeChange, Nick, Open, Rank, RoomName,
    Speaker, Text, Timestamp, Topic,
};

/// What has happened. Real names are not kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields' types say it")]
pub enum What {
    /// A user entered the room.
    Joined { who: Identity },
    /// A user left it.
    Parted { who: Identity, reason: Option<Text> },
    /// A user of it has gone from the server.
    Gone { who: Identity, how: Departure },
    /// A user was made to leave it.
    Kicked {
        by: Speaker,
        nick: Nick,
        reason: Option<Text>,
    },
    /// A user of it has another nick; `who`: as it was before.
    Renamed { who: Identity, new: Nick },
    /// It has another topic.
    Topic { by: Speaker, topic: Topic },
    /// It has other modes; by nobody: by the server.
    Modes {
        by: Option<Speaker>,
        changes: Vec<ModeChange>,
    },
    /// It has another name.
    RoomRenamed {
        by: Speaker,
        old: RoomName,
        new: RoomName,
        reason: Option<Text>,
    },
    /// Something was said in it for programs only.
    Tagged { from: Speaker, tags: ClientTags },
}

/// Something that has happened in one room, to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// Its id: the numbers are those of messages too.
    pub id: MessageId,
    /// When, by the wall clock.
    pub at: Timestamp,
    /// In which life of a room.
    pub life: Life,
    /// The room's name then.
    pub name: RoomName,
    /// Whether anybody could have come in and seen it.
    pub open: Open,
    /// Who saw it, if not all: those with this rank or a higher one.
    pub rank: Option<Rank>,
    /// What.
    pub what: What,
}

/// The same as it is read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptEvent {
    /// Its id.
    pub id: MessageId,
    /// When, by the wall clock.
    pub at: Timestamp,
    /// Who saw it, if not all.
    pub rank: Option<Rank>,
    /// What.
    pub what: What,
}

/// One thing of all that was said and has happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A message.
    Said(Box<Kept>),
    /// Something else.
    Happened(Box<KeptEvent>),
}

impl Entry {
    /// Its id.
    pub fn id(&self) -> MessageId {
        match self {
            Entry::Said(kept) => kept.id,
            Entry::Happened(event) => event.id,
        }
    }
}

impl What {
    /// How many bytes of text are in it, about.
    pub fn bytes(&self) -> usize {
        let text = |text: &Option<Text>| text.as_ref().map_or(0, |text| text.as_str().len());
        match self {
            What::Joined { .. } | What::Renamed { .. } => 0,
            What::Parted { reason, .. }
            | What::Kicked { reason, .. }
            | What::RoomRenamed { reason, .. } => text(reason),
            What::Gone { how, .. } => how.reason().map_or(0, |reason| reason.as_str().len()),
            What::Topic { topic, .. } => topic.as_str().len(),
            What::Modes { changes, .. } => {
                let parts = changes.iter().map(ModeChange::parts);
                parts
                    .map(|(.., param)| 32 + param.map_or(0, |param| param.len()))
                    .sum()
            }
            What::Tagged { tags, .. } => tags.0.len(),
        }
    }
}

impl ClientTags {
    /// Whether they say nothing but that somebody types: over before anybody could read it (IRCv3 typing).
    pub(super) fn are_of_the_moment(&self) -> bool {
        let mut tags = self.0.split(';');
        tags.all(|tag| tag.split('=').next() == Some("+typing"))
    }
}
