//! What is due when: how long a newcomer may take to register, and when an IRC client that is silent is asked whether it is there.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Hub, Wire};
use crate::chat::{ClientId, Protocol, Seat, Tick};
use crate::protocol::irc;

/// Moments at which a client has to be looked at. The one that holds for a client is its mailbox's `due`; what was noted for it
/// before, or for clients that have gone, is passed over, and forgotten when it has become half of all.
#[derive(Debug, Default)]
pub(super) struct Timers {
    noted: BinaryHeap<Reverse<(Tick, ClientId)>>,
    /// It is swept when it has grown to this.
    sweep_at: usize,
}

/// Below this it is not swept.
const SWEEP: usize = 1024;

impl Timers {
    pub(super) fn set(&mut self, at: Tick, client: ClientId) {
        self.noted.push(Reverse((at, client)));
    }

    /// When the first is due.
    pub(super) fn first(&self) -> Option<Tick> {
        self.noted.peek().map(|Reverse((at, _))| *at)
    }

    /// The next that is due by now, and since when.
    fn due(&mut self, now: Tick) -> Option<(Tick, ClientId)> {
        if self.first()? > now {
            return None;
        }
        let Reverse(due) = self.noted.pop()?;
        if self.noted.is_empty() {
            self.noted.shrink_to_fit();
        }
        Some(due)
    }

    /// Forgets what does not hold any more, when that is worth the work.
    fn sweep(&mut self, holds: impl Fn(Tick, ClientId) -> bool) {
        if self.noted.len() >= self.sweep_at.max(SWEEP) {
            self.forget(holds);
        }
    }

    /// Forgets what does not hold any more.
    pub(super) fn forget(&mut self, holds: impl Fn(Tick, ClientId) -> bool) {
        self.noted
            .retain(|Reverse((at, client))| holds(*at, *client));
        self.noted.shrink_to_fit();
        self.sweep_at = self.noted.len() * 2;
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.noted.len()
    }
}

impl<W: Wire> Hub<W> {
    /// Looks at those whose time has come.
    pub(super) fn look_at_the_due(&mut self) {
        let now = self.stamp.tick;
        while let Some((at, client)) = self.timers.due(now) {
            if self.due(client) != Some(at) {
                continue;
            }
            if self.newcomers.contains_key(&client) {
                self.newcomer_is_late(client);
            } else if let Some(seat) = self.chat.client(client).map(|client| client.seat) {
                self.ask_whether_it_is_there(client, seat);
            }
        }
        let mut timers = std::mem::take(&mut self.timers);
        timers.sweep(|at, client| self.due(client) == Some(at));
        self.timers = timers;
    }

    /// When a client, or one that wants to be one, is to be looked at.
    pub(super) fn due(&self, client: ClientId) -> Option<Tick> {
        if let Some(newcomer) = self.newcomers.get(&client) {
            return Some(newcomer.due());
        }
        let seat = self.chat.client(client)?.seat;
        self.mailboxes.get(seat).map(|mailbox| mailbox.due)
    }

    /// Other times hold for silence from now on.
    pub(super) fn look_at_all(&mut self) {
        let irc = self.chat.clients().filter(|c| c.protocol == Protocol::Irc);
        let all: Vec<_> = irc.map(|client| (client.id, client.seat)).collect();
        for (client, seat) in all {
            self.ask_whether_it_is_there(client, seat);
        }
    }

    /// Asks it, or ends it, if it is time for that; and notes when to look again.
    pub(super) fn ask_whether_it_is_there(&mut self, client: ClientId, seat: Seat) {
        let now = self.stamp.tick;
        let timeout = self.settings.ping_timeout;
        let Some(mailbox) = self.mailboxes.get_mut(seat) else {
            return;
        };
        if mailbox
            .pinged_at
            .is_some_and(|asked| asked <= mailbox.heard)
        {
            mailbox.pinged_at = None;
        }
        let next = match (mailbox.pinged_at, self.settings.ping_interval) {
            (Some(asked), _) if asked.after(timeout) <= now => {
                let seconds = now.seconds_since(mailbox.heard);
                let why = format!(
                    "ping timeout: nothing came from you for {seconds} seconds (limits.ping_timeout)"
                );
                return self.cut(client, &why);
            }
            (Some(asked), _) => asked.after(timeout),
            (None, Some(interval)) if mailbox.heard.after(interval) <= now => {
                mailbox.pinged_at = Some(now);
                let mut ping = Vec::new();
                irc::ping(&self.server, &mut ping);
                self.put(client, seat, &ping);
                now.after(timeout)
            }
            (None, Some(interval)) => mailbox.heard.after(interval),
            // Nobody is asked, until a reload brings an interval.
            (None, None) => Tick(u64::MAX),
        };
        let Some(mailbox) = self.mailboxes.get_mut(seat) else {
            return;
        };
        mailbox.due = next;
        if next < Tick(u64::MAX) {
            self.timers.set(next, client);
        }
    }
}
