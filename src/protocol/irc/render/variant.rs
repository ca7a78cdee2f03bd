//! Which capabilities make a difference to how an event is told, so that a room of a thousand clients of three kinds needs three
//! renderings.

use super::said::SHORT;
use crate::chat::{Capabilities, Event, Identity, Manner, Speaker};
use crate::protocol::irc::Capability::{
    self, AccountNotify, AccountTag, AwayNotify, Batch, ChannelRename, ExtendedJoin, InviteNotify,
    MessageRedaction, MessageTags, Multiline, OperTag, ServerTime, SetName,
};

/// Which capabilities make a difference to how one event is told. Made once for an event; asked once for each recipient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variants {
    /// Without all of these it is told in a way of its own.
    told: u64,
    matters: u64,
    without: Without,
}

/// How a client is told that lacks what an event is told with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Without {
    /// It is not, so that nothing else matters.
    Nothing,
    /// In words that are for it alone.
    Alone,
}

impl Variants {
    /// Those of an event.
    pub fn of(event: &Event) -> Variants {
        let to_all = |matters| Variants {
            told: 0,
            matters,
            without: Without::Nothing,
        };
        let to_those_with = |capability: Capability, matters| Variants {
            told: capability.bit(),
            matters,
            without: Without::Nothing,
        };
        match event {
            Event::Said {
                from, manner, text, ..
            } => {
                let several = text.as_str().len() > SHORT || text.is_in_pieces();
                let batch = if several && *manner != Manner::Action {
                    Batch.bit() | Multiline.bit()
                } else {
                    0
                };
                to_all(speaker(from) | MessageTags.bit() | batch)
            }
            Event::Tagged { from, .. } => to_those_with(MessageTags, speaker(from)),
            Event::Redacted { by, .. } => to_those_with(MessageRedaction, speaker(by)),
            Event::Joined { who, away, .. } => {
                let away = if away.is_some() { AwayNotify.bit() } else { 0 };
                to_all(user(who) | ExtendedJoin.bit() | away)
            }
            Event::Parted { who, .. } | Event::Gone { who, .. } | Event::Renamed { who, .. } => {
                to_all(user(who))
            }
            Event::KickedFrom { by, .. } | Event::TopicChanged { by, .. } => to_all(speaker(by)),
            Event::ModesChanged { by, .. } => to_all(by.as_ref().map_or(ServerTime.bit(), speaker)),
            // Else it leaves one room and enters another, each with its own name.
            Event::RoomRenamed { by, .. } => Variants {
                without: Without::Alone,
                ..to_those_with(ChannelRename, speaker(by))
            },
            Event::AwayChanged { who, .. } => to_those_with(AwayNotify, user(who)),
            Event::RealnameChanged { who, .. } => to_those_with(SetName, user(who)),
            Event::AccountChanged { who } => to_those_with(AccountNotify, user(who)),
            Event::InvitedOther { by, .. } => to_those_with(InviteNotify, speaker(by)),
            Event::Wallops { from, .. } => to_all(speaker(from)),
            Event::Knocked { .. } | Event::CameOnline { .. } | Event::WentOffline { .. } => {
                to_all(ServerTime.bit())
            }
            // No client has all capabilities that there could ever be.
            _ => Variants {
                told: u64::MAX,
                matters: 0,
                without: Without::Alone,
            },
        }
    }

    /// Which of a client's capabilities make a difference to how it is told: clients with the same variant are told the same
    /// bytes. None: what it is told depends on more than that, so it is rendered for this client alone; so is all that is for
    /// one user only.
    pub fn with(self, Capabilities(set): Capabilities) -> Option<u64> {
        if set & self.told == self.told {
            return Some(set & (self.told | self.matters));
        }
        match self.without {
            Without::Nothing => Some(0),
            Without::Alone => None,
        }
    }
}

/// The tags of a line that comes from a user.
fn user(who: &Identity) -> u64 {
    let tag = |capability: Capability, there: bool| if there { capability.bit() } else { 0 };
    ServerTime.bit()
        | tag(AccountTag, who.account.is_some())
        | tag(MessageTags, who.bot)
        | tag(OperTag, who.oper)
}

fn speaker(from: &Speaker) -> u64 {
    match from {
        Speaker::User(who) => user(who),
        Speaker::Operator => ServerTime.bit(),
    }
}
