//! Watchers: operators who see what happens. A watcher that does not read loses happenings and is told how
//! many; it never holds up the chat.

use std::collections::VecDeque;
use std::sync::Arc;

use tokio::sync::mpsc;

use super::ask::ClientView;
use super::marks::RecordId;
use super::{Wire, mailboxes::Mailboxes};
use crate::chat::{
    Chat, ClientId, Departure, Event, Manner, ModeChange, Nick, Place, Protocol, Rank, RoomName,
    Stamp, Text, Timestamp, Topic,
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// When.
    pub at: Timestamp,
    /// The client it is about, as it was at that moment; none for the operator's own doing.
    pub client: Option<Arc<ClientView>>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields' types say it")]
pub enum What {
    /// The first that a watcher is sent.
    Watching,
    Connected,
    Gone {
        reason: Option<String>,
    },
    Joined(RoomName),
    Parted(RoomName, Option<Text>),
    Renamed {
        old: Nick,
        new: Nick,
    },
    Topic(RoomName, Topic),
    /// One was kicked from a room by the client.
    Kicked(RoomName, Nick, Option<Text>),
    Modes(RoomName, Arc<[ModeChange]>),
    RoomRenamed {
        old: RoomName,
        new: RoomName,
    },
    /// Something was said, by the client or, without one, by the operator.
    Message {
        heard: Heard,
        manner: Manner,
        text: Text,
    },
    /// So many happenings are missing here.
    Gap(u64),
}

/// Where something was said.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields' types say it")]
pub enum Heard {
    Room(RoomName),
    /// Those in the room of this rank and above.
    Ranked(Rank, RoomName),
    Private(Nick),
    Operator,
}

#[derive(Debug)]
struct Watcher {
    to: mpsc::Sender<Happening>,
    messages: bool,
    private: bool,
    missing: u64,
}

impl Watcher {
    fn send(&mut self, happening: &Happening) {
        if self.missing > 0 {
            let gap = Happening {
                at: happening.at,
                client: None,
                what: What::Gap(self.missing),
            };
            // Room for the gap and for what follows it, or the gap would open another at once.
            if self.to.capacity() < 2 || self.to.try_send(gap).is_err() {
                self.missing += 1;
                return;
            }
            self.missing = 0;
        }
        if self.to.try_send(happening.clone()).is_err() {
            self.missing += 1;
        }
    }
}

/// All watchers.
#[derive(Debug, Default)]
pub(super) struct Watchers {
    all: Vec<Watcher>,
    consoles: u32,
    /// The last batch that is not known to be stored: what happens now is reported after it.
    pub(super) after: Option<u64>,
    /// What is reported then, and what of it only if its record is stored.
    later: VecDeque<(u64, Option<RecordId>, Happening)>,
}

/// So much waits to be reported at most.
const LATER: usize = 65_536;

impl Watchers {
    pub(super) fn add(
        &mut self,
        to: mpsc::Sender<Happening>,
        messages: bool,
        private: bool,
        stamp: Stamp,
    ) {
        let mut watcher = Watcher {
            to,
            messages,
            private,
            missing: 0,
        };
        watcher.send(&Happening {
            at: stamp.at,
            client: None,
            what: What::Watching,
        });
        self.all.push(watcher);
    }

    /// Forgets those that have gone; how many of them read messages, if that is another number than last time.
    pub(super) fn consoles_changed(&mut self) -> Option<u32> {
        self.all.retain(|watcher| !watcher.to.is_closed());
        let consoles = u32::try_from(self.all.iter().filter(|watcher| watcher.messages).count())
            .unwrap_or(u32::MAX);
        (consoles != self.consoles).then(|| {
            self.consoles = consoles;
            consoles
        })
    }

    /// Reports what has happened, in its order: after what is not stored yet, and `shows` only if that is.
    fn report(&mut self, happening: Happening, shows: Option<RecordId>) {
        match self.after {
            None => self.send(&happening),
            Some(_) if self.later.len() >= LATER => {
                for watcher in &mut self.all {
                    watcher.missing += 1;
                }
            }
            Some(batch) => self.later.push_back((batch, shows, happening)),
        }
    }

    /// All batches up to this one are stored, but for the records that are lost.
    pub(super) fn stored(&mut self, upto: u64, lost: impl Fn(RecordId) -> bool) {
        while let Some((_, shows, happening)) =
            self.later.pop_front_if(|(batch, ..)| *batch <= upto)
        {
            if !shows.is_some_and(&lost) {
                self.send(&happening);
            }
        }
    }

    fn send(&mut self, happening: &Happening) {
        for watcher in &mut self.all {
            let wanted = match &happening.what {
                What::Message {
                    heard: Heard::Private(_),
                    ..
                } if happening.client.is_some() => watcher.private,
                What::Message { .. } => watcher.messages,
                _ => true,
            };
            if wanted {
                watcher.send(happening);
            }
        }
    }

    /// Reports what clients are told. News that come with another report (the join of a new client) are left out.
    pub(super) fn observe<W: Wire>(
        &mut self,
        chat: &Chat,
        mailboxes: &Mailboxes<W>,
        stamp: Stamp,
        by: Option<ClientId>,
        (event, shows): (&Event, Option<RecordId>),
    ) {
        if self.all.is_empty() {
            return;
        }
        let what = match event {
            Event::Welcome { .. } | Event::Registered { .. } => What::Connected,
            Event::Joined { name, .. } if !just_came(chat, mailboxes, by) => {
                What::Joined(name.clone())
            }
            Event::Parted { name, reason, .. } => What::Parted(name.clone(), reason.clone()),
            Event::Renamed { who, new } => What::Renamed {
                old: who.nick.clone(),
                new: new.clone(),
            },
            Event::TopicChanged { name, topic, .. } => What::Topic(name.clone(), topic.clone()),
            Event::KickedFrom {
                who, name, reason, ..
            } => What::Kicked(name.clone(), who.nick.clone(), reason.clone()),
            Event::ModesChanged { name, changes, .. } => What::Modes(name.clone(), changes.clone()),
            Event::RoomRenamed { old, new, .. } => What::RoomRenamed {
                old: old.clone(),
                new: new.clone(),
            },
            Event::Said {
                place,
                manner,
                text,
                ..
            } => What::Message {
                heard: match place {
                    Place::Room(_, name) => Heard::Room(name.clone()),
                    Place::Ranked(rank, _, name) => Heard::Ranked(*rank, name.clone()),
                    Place::Operator => Heard::Operator,
                    Place::Private(nick) => Heard::Private(nick.clone()),
                },
                manner: *manner,
                text: text.clone(),
            },
            _ => return,
        };
        let client = by
            .and_then(|id| view(chat, mailboxes, stamp, id))
            .map(Arc::new);
        let happening = Happening {
            at: stamp.at,
            client,
            what,
        };
        self.report(happening, shows);
    }

    /// Reports that a client goes, while there still is something to say of it.
    pub(super) fn about_to_go<W: Wire>(
        &mut self,
        chat: &Chat,
        mailboxes: &Mailboxes<W>,
        stamp: Stamp,
        client: ClientId,
        how: &Departure,
    ) {
        if self.all.is_empty() {
            return;
        }
        let Some(view) = view(chat, mailboxes, stamp, client) else {
            return;
        };
        let reason = match (how, how.reason()) {
            (Departure::Closed, _) => None,
            // Everybody goes for the same reason then, which the operator gave.
            (Departure::Shutdown(_), _) | (_, None) => Some(how.word().into()),
            (_, Some(reason)) => Some(format!("{}: {reason}", how.word())),
        };
        let happening = Happening {
            at: stamp.at,
            client: Some(Arc::new(view)),
            what: What::Gone { reason },
        };
        self.report(happening, None);
    }
}

/// Whether the client came within this very decision.
fn just_came<W: Wire>(chat: &Chat, mailboxes: &Mailboxes<W>, client: Option<ClientId>) -> bool {
    client
        .and_then(|id| chat.client(id))
        .and_then(|client| mailboxes.get(client.seat))
        .is_some_and(|mailbox| mailbox.lines == 0)
}

pub(super) fn view<W: Wire>(
    chat: &Chat,
    mailboxes: &Mailboxes<W>,
    stamp: Stamp,
    client: ClientId,
) -> Option<ClientView> {
    let client = chat.client(client)?;
    let user = chat.user(client.user)?;
    let name = |room| {
        chat.room(room)
            .map(|room: &crate::chat::Room| room.name.clone())
    };
    let mailbox = mailboxes.get(client.seat);
    Some(ClientView {
        id: client.id,
        who: user.identity(),
        realname: user.realname.clone(),
        device: client.device().map(Into::into),
        flags: user.flags,
        role: user.role(),
        capabilities: client.capabilities,
        tls: client.tls.clone(),
        address: client.address,
        protocol: client.protocol,
        listener: client.listener.clone(),
        rooms: user.rooms().filter_map(name).collect(),
        // An IRC client says with each message where it goes.
        current: client
            .current
            .filter(|_| client.protocol == Protocol::Plain)
            .and_then(name),
        away: user.away.clone(),
        connected_at: client.connected_at,
        age_seconds: stamp.tick.seconds_since(client.attached_at),
        idle_seconds: stamp.tick.seconds_since(client.active_at),
        lines: mailbox.map_or(0, |mailbox| mailbox.lines),
        bytes_waiting: mailbox.map_or(0, |mailbox| mailbox.mail.len()),
    })
}
