//! Fan-out: many clients in one room, some of which speak.

use std::time::{Duration, Instant};

use crate::clients::Clients;
use crate::protocol::Protocol;
use crate::server::{Server, own_cpu};
use crate::tally::{Tally, message};

/// One scenario.
pub(crate) struct FanOut {
    pub(crate) name: &'static str,
    pub(crate) clients: usize,
    pub(crate) senders: usize,
    /// Messages of each sender.
    pub(crate) messages: u32,
    /// Messages a second of all senders together; none: as fast as it goes.
    pub(crate) rate: Option<u32>,
}

/// Bytes of a message's text.
const TEXT: usize = 100;
/// Messages under way at once when it goes as fast as it goes.
const WINDOW: u64 = 256;
/// No scenario takes longer.
const DEADLINE: Duration = Duration::from_mins(2);

impl FanOut {
    /// The heads of the columns.
    pub(crate) fn head() {
        println!(
            "\n{:<24} {:<10} {:>9} {:>12} {:>9} {:>9} {:>9} {:>11} {:>11} {:>9} {:>6} {:>8} {:>9}",
            "scenario",
            "server",
            "msg/s",
            "deliveries/s",
            "p50 us",
            "p99 us",
            "max us",
            "srv us/dlv",
            "load us/dlv",
            "B/client",
            "lost",
            "doubled",
            "reordered"
        );
    }

    /// Runs it and prints the figures. An error: a message was lost, doubled or overtaken, or the server let a client down.
    pub(crate) fn run(&self, protocol: Protocol, server: &Server) -> Result<(), String> {
        let empty = server.memory();
        let mut clients = Clients::connect(protocol, server.address(), self.clients)?;
        let per_client = server.memory().saturating_sub(empty) / self.clients as u64;
        let mut tally = Tally::new(protocol, self.clients, self.senders);
        let readers = self.clients as u64 - 1;
        let total = self.senders as u64 * u64::from(self.messages);
        let expected = total * readers;
        let (server_before, own_before) = (server.cpu(), own_cpu());
        let begun = Instant::now();
        let mut sent = 0_u64;
        while tally.received < expected && begun.elapsed() < DEADLINE {
            let may = self.may_have_sent(begun.elapsed(), tally.received / readers);
            while sent < may.min(total) {
                let sender = (sent % self.senders as u64) as usize;
                let number = sent / self.senders as u64;
                let line = protocol.say(&message(sender, number as u32, TEXT));
                if !clients.send(sender, &line)? {
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
        println!(
            "{:<24} {:<10} {:>9.0} {:>12.0} {:>9} {:>9} {:>9} {:>11.3} {:>11.3} {:>9} {:>6} {:>8} {:>9}",
            self.name,
            server.name(),
            sent as f64 / took,
            tally.received as f64 / took,
            tally.latency.below(0.5),
            tally.latency.below(0.99),
            tally.latency.below(1.0),
            each(server.cpu().saturating_sub(server_before)),
            each(own_cpu().saturating_sub(own_before)),
            per_client,
            lost,
            tally.doubled,
            tally.reordered
        );
        if lost == 0 && tally.doubled == 0 && tally.reordered == 0 {
            return Ok(());
        }
        Err(format!(
            "of {expected} deliveries {lost} did not arrive within {DEADLINE:?}, {} came twice, {} out of order",
            tally.doubled, tally.reordered
        ))
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
