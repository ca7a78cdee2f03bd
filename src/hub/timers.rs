//! What is due when: how long a newcomer may take to register, and when an IRC client that is silent is asked whether it is there.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Hub, Wire};
use crate::chat::{ClientId, Protocol, Seat, Tick};
use crate::protocol::irc;

/// Moments at which a client has to be looked at; one each.
#[derive(Debug, Default)]
pub(super) struct Timers(BinaryHeap<Reverse<(Tick, ClientId)>>);

impl Timers {
    pub(super) fn set(&mut self, at: Tick, client: ClientId) {
        self.0.push(Reverse((at, client)));
    }

    /// When the first is due.
    pub(super) fn first(&self) -> Option<Tick> {
        self.0.peek().map(|Reverse((at, _))| *at)
    }

    /// The next that is due by now.
    fn due(&mut self, now: Tick) -> Option<ClientId> {
        if self.first()? > now {
            return None;
        }
        let Reverse((_, client)) = self.0.pop()?;
        if self.0.is_empty() {
            self.0.shrink_to_fit();
        }
        Some(client)
    }
}

impl<W: Wire> Hub<W> {
    /// Looks at those whose time has come.
    pub(super) fn look_at_the_due(&mut self) {
        let now = self.stamp.tick;
        while let Some(client) = self.timers.due(now) {
            if self.newcomers.contains_key(&client) {
                self.newcomer_is_late(client);
            } else if let Some(found) = self.chat.client(client)
                && found.protocol == Protocol::Irc
            {
                let seat = found.seat;
                self.ask_whether_it_is_there(client, seat);
            }
        }
    }

    fn ask_whether_it_is_there(&mut self, client: ClientId, seat: Seat) {
        let now = self.stamp.tick;
        let timeout = self.settings.ping_timeout;
        let Some(mailbox) = self.mailboxes.get_mut(seat) else {
            return;
        };
        // Without an interval nobody is asked; a reload may bring one.
        let interval = self.settings.ping_interval.unwrap_or(timeout);
        let quiet_at = mailbox.heard.after(interval);
        if mailbox
            .pinged_at
            .is_some_and(|asked| asked <= mailbox.heard)
        {
            mailbox.pinged_at = None;
        }
        let next = match mailbox.pinged_at {
            Some(asked) if asked.after(timeout) <= now => {
                let seconds = now.seconds_since(mailbox.heard);
                let why = format!(
                    "ping timeout: nothing came from you for {seconds} seconds (limits.ping_timeout)"
                );
                return self.cut(client, &why);
            }
            Some(asked) => asked.after(timeout),
            None if self.settings.ping_interval.is_none() => now.after(interval),
            None if quiet_at <= now => {
                mailbox.pinged_at = Some(now);
                let mut ping = Vec::new();
                irc::ping(&self.server, &mut ping);
                self.put(client, seat, &ping);
                now.after(timeout)
            }
            None => quiet_at,
        };
        self.timers.set(next, client);
    }
}
