//! Clients that go: cut off, detached, closed; and those whose connection has ended while something is still carried out for them.

use std::time::Duration;

use super::lines::Waiting;
use super::marks::{Fate, Waits};
use super::{Hub, Wire};
use crate::chat::{Change, ClientId, Command, Departure, Seat, Source, Text};

/// So long a client that has gone is there for others because something is still carried out for it.
const MOST_GONE: Duration = Duration::from_secs(10);

impl<W: Wire> Hub<W> {
    /// Ends a client at a limit, telling it which.
    pub(super) fn cut(&mut self, client: ClientId, why: &str) {
        self.counts.cut_off += 1;
        if let Ok(why) = Text::parse(why) {
            self.detach(client, Departure::Cut(why));
        }
    }

    pub(super) fn detach(&mut self, client: ClientId, how: Departure) {
        self.watch();
        self.watchers
            .about_to_go(&self.chat, &self.mailboxes, self.stamp, client, &how);
        if let Some(client) = self.chat.client(client) {
            tracing::debug!(client = client.id.0, address = %client.address, ?how, "gone");
        }
        // What was sent into a connection that has failed may have got lost, and what waits still will be.
        let failed = matches!(how, Departure::Failed | Departure::Cut(_));
        if let Some(seat) = self.chat.client(client).map(|client| client.seat)
            && let Some(mailbox) = self.mailboxes.get(seat)
            && (failed || mailbox.holds())
        {
            let upto = mailbox.heard_at;
            let told = Change::Told { seat, upto };
            self.chat.apply(std::iter::once(told).collect());
        }
        // A client that is gone already is no news.
        if let Ok(decision) = self.decide(Source::Client(client), Command::Detach(how)) {
            self.carry_out_all(Some(client), decision);
        }
    }

    /// The client is detached; its connection goes once it has taken its last bytes, or at the deadline.
    pub(super) fn close(&mut self, client: ClientId, seat: Seat) {
        self.waiting.remove(&client);
        self.batches.remove(&client);
        self.exchanges.remove(&client);
        // The command by which it leaves may have a label: its answer, the last words among it, is marked and sent after all.
        let labelled = self.labelled.take_if(|labelled| labelled.seat == seat);
        if labelled.is_some() && self.mailboxes.is_condemned(seat) {
            self.mailboxes.forget(seat);
        }
        let Some(mut mailbox) = self.mailboxes.close(seat) else {
            return;
        };
        // It reads nothing of what was said before any more.
        let spool = &mut self.mailboxes.spool;
        mailbox.mail.resolve(spool, |waits| match waits {
            Waits::Gap(_) => Fate::Free,
            _ => Fate::Waits,
        });
        if let Some(labelled) = labelled {
            let marked = self.marked(&labelled, labelled.capabilities);
            mailbox.mail.append(&marked, &mut self.mailboxes.spool);
        }
        if mailbox.blocked_since.is_none() {
            mailbox.flush(self.stamp.tick, &mut self.mailboxes.spool);
        }
        mailbox.deadline = self.stamp.tick.after(self.settings.linger);
        self.see_off(client, mailbox);
    }

    /// A client's connection has ended. What it said before is carried out first, if what it waits for comes within
    /// [`MOST_GONE`].
    pub(super) fn gone(&mut self, client: ClientId, how: Departure) {
        if self.newcomers.contains_key(&client) {
            return self.newcomer_gone(client, how);
        }
        match self.waiting.get_mut(&client) {
            Some(waiting) if !matches!(how, Departure::Cut(_)) => {
                waiting.gone = Some((self.stamp.tick, how));
            }
            _ => self.detach(client, how),
        }
    }

    /// Whether somebody has gone for whom something is still carried out.
    pub(super) fn somebody_is_going(&self) -> bool {
        self.waiting.values().any(|waiting| waiting.gone.is_some())
    }

    /// Those go who went long ago.
    pub(super) fn end_the_gone(&mut self) {
        let now = self.stamp.tick;
        let long_ago = |waiting: &Waiting<W>| {
            let (since, how) = waiting.gone.as_ref()?;
            (since.after(MOST_GONE) <= now).then(|| how.clone())
        };
        let late = self.waiting.iter();
        let late = late.filter_map(|(client, waiting)| Some((*client, long_ago(waiting)?)));
        for (client, how) in late.collect::<Vec<_>>() {
            self.detach(client, how);
        }
    }
}
