//! Idle: many clients in rooms of ten, of whom two talk, one message at a time; then all leave.

use std::time::{Duration, Instant};

use crate::clients::Clients;
use crate::figures::{Figures, figure};
use crate::latency::Latency;
use crate::protocol::Protocol;
use crate::server::Server;
use crate::tally::{Tally, message};

/// One scenario.
pub(crate) struct Idle {
    pub(crate) name: &'static str,
    pub(crate) clients: usize,
}

/// Clients in one room.
const MEMBERS: usize = 10;
/// Messages that one says to the other.
const MESSAGES: u32 = 5000;
/// Of these, those after which the configuration is read again.
const RELOADS: [u32; 3] = [1000, 2000, 3000];
/// No message takes longer.
const DEADLINE: Duration = Duration::from_secs(30);
/// The time in which a server may give back what the clients needed.
const LEAVING: Duration = Duration::from_secs(15);

impl Idle {
    /// Runs it. An error: a message was lost, or the server let a client down.
    pub(crate) fn run(&self, protocol: Protocol, server: &Server) -> Result<Figures, String> {
        let empty = server.memory();
        let mut clients = Clients::connect(protocol, server, self.clients, (MEMBERS, 0))?;
        let full = server.memory();
        let (quiet, reloading) = (
            pair(&mut clients, |_| {})?,
            pair(&mut clients, |number| {
                if RELOADS.contains(&number) {
                    server.reload();
                }
            })?,
        );
        drop(clients);
        let left = Instant::now();
        while server.memory() > empty + empty / 5 && left.elapsed() < LEAVING {
            std::thread::sleep(Duration::from_millis(100));
        }
        let per_client = full.saturating_sub(empty) as f64 / self.clients as f64;
        Ok(vec![
            figure("p50 us", quiet.below(0.5) as f64, 0),
            figure("p99 us", quiet.below(0.99) as f64, 0),
            figure("max us", quiet.below(1.0) as f64, 0),
            figure("reload max", reloading.below(1.0) as f64, 0),
            figure("B/client", per_client, 0),
            figure("empty MB", empty as f64 / 1e6, 1),
            figure("full MB", full as f64 / 1e6, 1),
            figure("left MB", server.memory() as f64 / 1e6, 1),
        ])
    }
}

/// The first client says something to the next, and again when it has arrived.
fn pair(clients: &mut Clients, mut before: impl FnMut(u32)) -> Result<Latency, String> {
    let mut tally = Tally::new(2, 1);
    for number in 0..MESSAGES {
        before(number);
        let sent = clients.say_to_next(0, &message(0, number))?;
        assert!(sent, "nothing waits to be sent");
        let begun = Instant::now();
        while tally.received <= u64::from(number) {
            if begun.elapsed() > DEADLINE {
                return Err(format!("a message did not arrive within {DEADLINE:?}"));
            }
            clients.poll(Duration::from_millis(1), |client, line| {
                if client < 2 {
                    tally.line(client, line);
                }
            })?;
        }
    }
    Ok(tally.latency)
}
