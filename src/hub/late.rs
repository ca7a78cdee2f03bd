//! Those who do not read, and those who have read why they have to go.

use super::{Hub, Wire};
use crate::chat::ClientId;

impl<W: Wire> Hub<W> {
    /// Ends those who do not read, by bytes or by time, and closes those who had time enough to read why.
    pub(super) fn end_the_late(&mut self) {
        let now = self.stamp.tick;
        let mut late = Vec::new();
        if self.mailboxes.any_blocked() {
            let since = self.settings.send_time.map(|time| now.before(time));
            self.mailboxes.blocked_before(since, &mut late);
        }
        for client in late {
            self.end_slow(
                client,
                "you took nothing of what waits for you for too long (limits.send_time)",
            );
        }
        while let Some((client, why)) = self.overrun.pop() {
            self.end_slow(client, why);
        }
        if self.leaving.values().any(|mailbox| mailbox.deadline <= now) {
            self.leaving.retain(|_, mailbox| {
                let stays = mailbox.deadline > now;
                if !stays {
                    mailbox.wire.abort();
                }
                stays
            });
        }
    }

    fn end_slow(&mut self, client: ClientId, why: &str) {
        let Some(seat) = self.chat.client(client).map(|client| client.seat) else {
            return;
        };
        self.mailboxes.forget(seat);
        // One line for many of them, as where connections are cut off: what differs stands in the other record.
        tracing::warn!(why, "clients that do not read are cut off");
        tracing::debug!(client = client.0, why, "cut off");
        self.cut(client, why);
    }
}
