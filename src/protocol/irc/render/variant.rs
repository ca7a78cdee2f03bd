//! Which capabilities make a difference to how an event is told, so that a room of a thousand clients of three kinds needs three
//! renderings.

use super::said::SHORT;
use crate::chat::{Capabilities, Event, Identity, Manner, Speaker};
use crate::protocol::irc::Capability::{
    self, AccountNotify, AccountTag, AwayNotify, Batch, ChannelRename, ExtendedJoin, InviteNotify,
    MessageRedaction, MessageTags, Multiline, OperTag, ServerTime, SetName,
};

/// Which of a client's capabilities make a difference to how it is told an event: clients with the same variant are told the same
/// bytes. None: what it is told depends on more than that, so it is rendered for this client alone; so is all that is for one
/// user only.
pub fn variant(event: &Event, capabilities: Capabilities) -> Option<u64> {
    // `told`: without these it is not told at all, so that nothing else matters.
    let (told, matters) = match event {
        Event::Said {
            from, manner, text, ..
        } => {
            let several = text.as_str().len() > SHORT || text.is_in_pieces();
            let batch = if several && *manner != Manner::Action {
                Batch.bit() | Multiline.bit()
            } else {
                0
            };
            (0, speaker(from) | MessageTags.bit() | batch)
        }
        Event::Tagged { from, .. } => (MessageTags.bit(), speaker(from)),
        Event::Redacted { by, .. } => (MessageRedaction.bit(), user(by)),
        Event::Joined { who, away, .. } => {
            let away = if away.is_some() { AwayNotify.bit() } else { 0 };
            (0, user(who) | ExtendedJoin.bit() | away)
        }
        Event::Parted { who, .. } | Event::Gone { who, .. } | Event::Renamed { who, .. } => {
            (0, user(who))
        }
        Event::KickedFrom { by, .. }
        | Event::TopicChanged { by, .. }
        | Event::ModesChanged { by, .. } => (0, speaker(by)),
        // Else it leaves one room and enters another, each with its own name.
        Event::RoomRenamed { by, .. } if ChannelRename.is_in(capabilities) => {
            (ChannelRename.bit(), speaker(by))
        }
        Event::AwayChanged { who, .. } => (AwayNotify.bit(), user(who)),
        Event::RealnameChanged { who, .. } => (SetName.bit(), user(who)),
        Event::AccountChanged { who } => (AccountNotify.bit(), user(who)),
        Event::InvitedOther { by, .. } => (InviteNotify.bit(), speaker(by)),
        Event::Wallops { from, .. } => (0, speaker(from)),
        Event::Knocked { .. }
        | Event::ServerNotice { .. }
        | Event::CameOnline { .. }
        | Event::WentOffline { .. } => (0, ServerTime.bit()),
        _ => return None,
    };
    let Capabilities(set) = capabilities;
    if set & told != told {
        return Some(0);
    }
    Some(set & (told | matters))
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
