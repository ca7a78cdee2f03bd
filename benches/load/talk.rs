//! Talk: clients that sit in rooms, some of which speak, to their room or to one other.

use std::time::{Duration, Instant};

use crate::clients::Clients;
use crate::figures::{Figures, figure};
use crate::protocol::Protocol;
use crate::server::{Server, own_cpu};
use crate::tally::{Tally, message};

/// One scenario.
pub(crate) struct Talk {
    pub(crate) name: &'static str,
    pub(crate) clients: usize,
    /// Clients in one room.
    pub(crate) members: usize,
    /// How many speak: the first of each `clients / senders`.
    pub(crate) senders: usize,
    /// Messages of each sender.
    pub(crate) messages: u32,
    /// Messages a second of all senders together; none: as fast as it goes.
    pub(crate) rate: Option<u32>,
    /// Whether each message is for the next client alone instead of the room.
    pub(crate) direct: bool,
    /// How many, the last, stop reading before the first message.
    pub(crate) stopped: usize,
}

/// One room, everybody reads.
pub(crate) const ROOM: Talk = Talk {
    name: "",
    clients: 1000,
    members: 1000,
    senders: 10,
    messages: 600,
    rate: None,
    direct: false,
    stopped: 0,
};

/// Messages under way at once when it goes as fast as it goes.
const WINDOW: u64 = 256;
/// No scenario takes longer.
const DEADLINE: Duration = Duration::from_mins(2);

impl Talk {
    /// Runs it. An error: a message was lost, doubled or overtaken, or the server let a client down.
    pub(crate) fn run(&self, protocol: Protocol, server: &Server) -> Result<Figures, String> {
        let empty = server.memory();
        let mut clients =
            Clients::connect(protocol, server, self.clients, (self.members, self.stopped))?;
        let full = server.memory();
        let reading = self.clients - self.stopped;
        let mut tally = Tally::new(self.clients, self.senders);
        let readers = match (self.direct, self.members == self.clients) {
            (true, _) => 1,
            (false, true) => reading as u64 - 1,
            (false, false) => self.members as u64 - 1,
        };
        let total = self.senders as u64 * u64::from(self.messages);
        let expected = total * readers;
        let (server_before, own_before) = (server.cpu(), own_cpu());
        let begun = Instant::now();
        let mut sent = 0_u64;
        while tally.received < expected && begun.elapsed() < DEADLINE {
            let may = self.may_have_sent(begun.elapsed(), tally.received / readers);
            while sent < may.min(total) {
                let sender = (sent % self.senders as u64) as usize;
                let text = message(sender, (sent / self.senders as u64) as u32);
                let client = sender * (self.clients / self.senders);
                let taken = if self.direct {
                    clients.say_to_next(client, &text)?
                } else {
                    clients.say(client, &text)?
                };
                if !taken {
                    break;
                }
                sent += 1;
            }
            clients.poll(Duration::from_millis(1), |client, line| {
                tally.line(client, line);
            })?;
        }
        let took = begun.elapsed().as_secs_f64();
        let each = |cpu: Duration| cpu.as_secs_f64() * 1e6 / tally.received.max(1) as f64;
        let lost = expected.saturating_sub(tally.received);
        if lost + tally.doubled + tally.reordered > 0 {
            return Err(format!(
                "of {expected} deliveries {lost} did not arrive within {DEADLINE:?}, {} came twice, {} out of order",
                tally.doubled, tally.reordered
            ));
        }
        let latency = |share| tally.latency.below(share) as f64;
        let (spent, busiest) = server.cpu().since(&server_before);
        let mut figures = vec![
            figure("msg/s", sent as f64 / took, 0),
            figure("dlv/s", tally.received as f64 / took, 0),
            figure("p50 us", latency(0.5), 0),
            figure("p99 us", latency(0.99), 0),
            figure("p99.9 us", latency(0.999), 0),
            figure("max us", latency(1.0), 0),
            figure("srv us/dlv", each(spent), 3),
            figure("busiest", busiest, 2),
            figure("load us/dlv", each(own_cpu().saturating_sub(own_before)), 3),
        ];
        if self.stopped > 0 {
            let gone = clients.gone(reading..self.clients);
            figures.push(figure("most MB", server.most_memory() as f64 / 1e6, 1));
            figures.push(figure("still here", (self.stopped - gone) as f64, 0));
        } else {
            let grown = full.saturating_sub(empty) as f64;
            figures.push(figure("B/client", grown / self.clients as f64, 0));
        }
        Ok(figures)
    }

    /// How many messages may have been sent by now, when so many have arrived at everybody.
    fn may_have_sent(&self, since: Duration, arrived: u64) -> u64 {
        match self.rate {
            Some(rate) => {
                u64::try_from(since.as_millis()).unwrap_or(0) * u64::from(rate) / 1000 + 1
            }
            None => arrived + WINDOW,
        }
    }
}
