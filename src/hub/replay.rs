//! What clients are told of what was said before without having asked: on entering a room, and what their devices have missed. A device
//! that is not told all that it has missed is told so.

use super::history::Reading;
use super::marks::Waits;
use super::{Hub, Wire};
use crate::chat::{
    Audience, Bound, Client, ClientId, Event, Kept, LookedUp, Lookup, MessageId, Of, Protocol,
    Query, RoomId, RoomName, Span, Stamp, Text,
};
use crate::protocol::irc::{self, Capability, Replayed};
use crate::protocol::plain::{self, Seen};
use crate::store::ReadError;

/// Where private messages were said, in words.
const PRIVATE: &str = "in private";

/// What a device does not get of what it has missed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    Nothing,
    /// What was said earlier than what it gets.
    Earlier,
    /// All, which cannot be read now.
    All,
}

impl<W: Wire> Hub<W> {
    /// Has the last messages looked up of the rooms that clients have entered by the input that was taken, for those that do not ask
    /// by themselves. The place for them is where they have just been told that they are in.
    /// `followed`: they came to where their users have been before.
    pub(super) fn replay_for_the_entered(&mut self, followed: bool) {
        for (client, room) in std::mem::take(&mut self.entered) {
            self.replay(client, room, followed);
        }
    }

    /// From which number on the device of a client that has come has missed what was said. While its former connection, which may be
    /// dead, is not known to have ended: what was said since that was last heard of.
    pub(super) fn missed_by(&self, client: &Client) -> Option<u64> {
        let of = self.chat.user(client.user)?;
        let former = of.clients.iter().filter_map(|seat| self.chat.seated(*seat));
        let former = former.filter(|other| {
            let named = client.device().is_some();
            named && other.seat != client.seat && other.device() == client.device()
        });
        let heard = former.filter_map(|other| Some(self.mailboxes.get(other.seat)?.heard_at));
        heard.min().or_else(|| client.missed())
    }

    fn replay(&mut self, client: ClientId, room: RoomId, followed: bool) -> Option<()> {
        let found = self.chat.client(client)?;
        // Where its user is already, its device gets what it has missed.
        let missed = self.missed_by(found).filter(|_| followed);
        let history = self.history.as_mut()?;
        let settings = &self.settings.history;
        let can = history.may_look_up() && history.closed(settings, self.stamp.tick).is_none();
        let (lives, rights) = self.chat.readable(self.chat.user(found.user)?, room)?;
        let missed = missed.map(|missed| missed.max(rights.joined));
        let count = match (missed, found.protocol) {
            _ if asks(found) => 0,
            (Some(_), _) => self.settings.missed,
            (None, Protocol::Plain) => settings.plain_replay,
            (None, Protocol::Irc) => settings.replay,
        };
        if count == 0 || !can {
            let lacks = missed.is_some() && count > 0;
            let name = self.chat.room(room)?.name.clone();
            if lacks {
                self.lacks(client, Lack::All, &format!("in {name}"));
            }
            return None;
        }
        // What is said from now on comes by itself.
        let span = match missed {
            Some(missed) => since(&self.stamp, missed),
            None if followed => Span::Latest(None),
            None => Span::Before(Bound::Id(MessageId::new(&self.stamp, rights.joined))),
        };
        // One more shows that there are more.
        let most = missed.map(|_| count);
        let limit = count + u32::from(most.is_some());
        let query = Query::all(Of::Lives(lives, rights), span, limit);
        let name = self.chat.room(room)?.name.clone();
        let (seat, reading) = (found.seat, Reading::Replay(client, name, most));
        let number = history.look_up(Lookup::Messages(query), reading);
        self.mailboxes.mark(seat, Waits::Gap(number));
        Some(())
    }

    /// Has the private messages looked up that the device of a client has missed. The place for them is where it is now.
    pub(super) fn replay_private(&mut self, client: ClientId) -> Option<()> {
        let found = self.chat.client(client)?;
        let missed = self.missed_by(found).filter(|_| !asks(found))?;
        let user = self.chat.user(found.user)?;
        let history = self.history.as_mut()?;
        let most = self.settings.missed;
        if most > 0 && !history.may_look_up() {
            self.lacks(client, Lack::All, PRIVATE);
            return None;
        }
        if most == 0 {
            return None;
        }
        let own = self.chat.party(&self.stamp, user);
        let seat = found.seat;
        let lookup = Lookup::Private(own, since(&self.stamp, missed), most + 1);
        let number = history.look_up(lookup, Reading::Missed(client, most));
        self.mailboxes.mark(seat, Waits::Gap(number));
        Some(())
    }

    /// What a client that has entered a room reads of what was said before. `missed`: its device was in it, and gets so much of what it
    /// has missed.
    pub(super) fn replayed(
        &mut self,
        client: ClientId,
        number: u64,
        room: &RoomName,
        missed: Option<u32>,
        found: Result<LookedUp, ReadError>,
    ) {
        let (kept, mut lack) = unasked(found, missed);
        let (bytes, left_out) = self.of_room(client, room, &kept);
        self.fill(client, number, bytes);
        if left_out > 0 {
            lack = Lack::Earlier;
        }
        if missed.is_some() {
            self.lacks(client, lack, &format!("in {room}"));
        }
    }

    /// What the device of a client has missed of private messages, so many of them.
    pub(super) fn missed(
        &mut self,
        client: ClientId,
        number: u64,
        most: u32,
        found: Result<LookedUp, ReadError>,
    ) {
        let (kept, mut lack) = unasked(found, Some(most));
        let (bytes, left_out) = self.in_private(client, kept);
        self.fill(client, number, bytes);
        if left_out > 0 {
            lack = Lack::Earlier;
        }
        self.lacks(client, lack, PRIVATE);
    }

    fn lacks(&mut self, client: ClientId, lack: Lack, place: &str) {
        let words = match lack {
            Lack::Nothing => return,
            Lack::Earlier => format!(
                "You have missed more {place} than what was told here; what is earlier is in the history"
            ),
            Lack::All => format!(
                "What you have missed {place} cannot be read just now; it is in the history"
            ),
        };
        let seat = self.chat.client(client).map(|client| client.seat);
        if let (Some(seat), Ok(text)) = (seat, Text::parse(&words)) {
            self.tell(&Audience::Client(seat), &Event::ServerNotice { text }, None);
        }
    }

    /// What was said in a room, as this client reads it, and how many messages are left out because they are too much at once.
    fn of_room(&self, client: ClientId, room: &RoomName, kept: &[Kept]) -> (Vec<u8>, usize) {
        let mut bytes = Vec::new();
        let telling = self.telling();
        let left_out = match self.chat.client(client) {
            Some(client @ Client { protocol, .. }) if *protocol == Protocol::Irc => {
                let of = Replayed::Room(room);
                irc::replay(&telling, kept, client, of, &mut bytes)
            }
            Some(client) => {
                let current = client.current.and_then(|id| self.chat.room(id));
                let seen = match current {
                    Some(current) if current.name == *room => Seen::Here,
                    _ => Seen::There,
                };
                plain::replay(kept, seen, self.settings.send_queue / 4, &mut bytes)
            }
            None => 0,
        };
        (bytes, left_out)
    }

    /// Private messages as this client reads them, by whom they were exchanged with, and how many are left out.
    fn in_private(&self, client: ClientId, kept: Vec<Kept>) -> (Vec<u8>, usize) {
        let mut bytes = Vec::new();
        let Some(client) = self.chat.client(client) else {
            return (bytes, 0);
        };
        let Some(own) = self.chat.user(client.user).map(|user| user.nick.as_str()) else {
            return (bytes, 0);
        };
        if client.protocol == Protocol::Plain {
            let most = self.settings.send_queue / 4;
            let left_out = plain::replay(&kept, Seen::Private(own), most, &mut bytes);
            return (bytes, left_out);
        }
        let hears_itself = Capability::EchoMessage.is_in(client.capabilities);
        let mut with: Vec<(String, Vec<Kept>)> = Vec::new();
        for message in kept {
            let is_own = message.from.name() == own;
            if is_own && !hears_itself {
                continue;
            }
            let other = if is_own {
                message.to.to_string()
            } else {
                message.from.name().to_owned()
            };
            match with.iter_mut().find(|(name, _)| *name == other) {
                Some((_, messages)) => messages.push(message),
                None => with.push((other, vec![message])),
            }
        }
        let mut left_out = 0;
        for (name, messages) in &with {
            let of = Replayed::User(name);
            left_out += irc::replay(&self.telling(), messages, client, of, &mut bytes);
        }
        (bytes, left_out)
    }
}

/// The messages that were found for one who has not asked for them: without them it goes on as well. `missed`: so many of those that its
/// device has missed; what it lacks then.
fn unasked(found: Result<LookedUp, ReadError>, missed: Option<u32>) -> (Vec<Kept>, Lack) {
    let all = missed.map_or(Lack::Nothing, |_| Lack::All);
    match found {
        Ok(LookedUp::Messages(mut kept)) => {
            let most = missed.map_or(kept.len(), |most| most as usize);
            let earlier = kept.len().saturating_sub(most);
            kept.drain(..earlier);
            let lack = if earlier > 0 {
                Lack::Earlier
            } else {
                Lack::Nothing
            };
            (kept, lack)
        }
        Ok(_) => (Vec::new(), Lack::Nothing),
        Err(ReadError::Busy) => (Vec::new(), all),
        Err(error) => {
            tracing::warn!(%error, "what was said before is not replayed");
            (Vec::new(), all)
        }
    }
}

/// Whether a client asks for what was said before by itself.
fn asks(client: &Client) -> bool {
    client.protocol == Protocol::Irc && Capability::ChatHistory.is_in(client.capabilities)
}

/// What was said from that number on.
fn since(stamp: &Stamp, number: u64) -> Span {
    let last = number.checked_sub(1);
    Span::Latest(last.map(|last| Bound::Id(MessageId::new(stamp, last))))
}
