//! Who is let in: in total, by address, by rate. Told the time; touches no socket.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};

use super::{Settings, opening};
use crate::chat::{Bucket, Protocol, Tick};
use crate::protocol;

/// Why a connection is turned away: a code and what to do, as the plain protocol's errors are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) code: &'static str,
    pub(super) text: &'static str,
}

impl Refused {
    /// As a connection without TLS is told, in the words of the protocol that it would have spoken.
    pub(super) fn told(self, protocol: Protocol, websocket: bool) -> Vec<u8> {
        if websocket {
            return opening::answer("503 Service Unavailable", "", self.text);
        }
        protocol::turned_away(protocol, self.code, self.text)
    }
}

const FULL: Refused = Refused {
    code: "full",
    text: "the server is full (limits.connections, or its descriptors); try again later",
};
const PER_ADDRESS: Refused = Refused {
    code: "full",
    text: "too many connections from your address (limits.connections_per_address); close one first",
};
const RATE: Refused = Refused {
    code: "too-fast",
    text: "your address connects too often (limits.connect_rate); wait a little",
};
pub(super) const PAUSED: Refused = Refused {
    code: "paused",
    text: "the server takes no new connections just now; try again later",
};

/// Told to those who do not speak TLS where they should.
pub(super) const NO_TLS: Refused = Refused {
    code: "tls",
    text: "TLS is spoken here; connect with TLS, or to the port without it",
};

/// An address as it is counted: an IPv6 /64 is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Origin(IpAddr);

impl Origin {
    /// The one that an address belongs to.
    pub fn of(address: IpAddr) -> Origin {
        Origin(match address.to_canonical() {
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
            }
            v4 @ IpAddr::V4(_) => v4,
        })
    }
}

/// What is known of an address that is connected, or was a short while ago.
#[derive(Debug, Default)]
struct Tally {
    connections: u32,
    connects: Bucket,
    /// What the last to leave had spent of the flood rate: coming anew does not fill the bucket.
    lines: Bucket,
}

impl Tally {
    /// Whether there is nothing to remember of this address.
    fn says_nothing(&self, now: Tick) -> bool {
        self.connections == 0 && self.connects.is_full(now) && self.lines.is_full(now)
    }
}

/// How many are here, in total and from where.
#[derive(Debug, Default)]
pub(super) struct Admission {
    total: usize,
    origins: HashMap<Origin, Tally>,
    /// The table is swept when it has grown to this.
    sweep_at: usize,
    pub(super) refused: u64,
}

/// The table of addresses is not swept below this.
const SWEEP: usize = 1024;

impl Admission {
    /// Lets one in, or says why not. One that is let in has to be [`Admission::leave`]d.
    pub(super) fn enter(
        &mut self,
        address: IpAddr,
        settings: &Settings,
        now: Tick,
    ) -> Result<(), Refused> {
        let verdict = self.check(address, settings, now);
        if verdict.is_err() {
            self.refused += 1;
        }
        verdict
    }

    fn check(&mut self, address: IpAddr, settings: &Settings, now: Tick) -> Result<(), Refused> {
        if self.total >= settings.connections {
            return Err(FULL);
        }
        let tally = self.origins.entry(Origin::of(address)).or_default();
        if !settings.exempts(address) {
            if let Some(rate) = settings.connect_rate {
                tally.connects = tally.connects.take(rate, 1, now).map_err(|_| RATE)?;
            }
            if settings
                .per_address
                .is_some_and(|most| tally.connections >= most)
            {
                return Err(PER_ADDRESS);
            }
        }
        tally.connections += 1;
        self.total += 1;
        self.sweep(now);
        Ok(())
    }

    /// What a newcomer from there has spent of the flood rate already.
    pub(super) fn spent(&self, address: IpAddr) -> Bucket {
        let tally = self.origins.get(&Origin::of(address));
        tally.map_or(Bucket::default(), |tally| tally.lines)
    }

    /// One has left, having spent that much of the flood rate.
    pub(super) fn leave(&mut self, address: IpAddr, spent: Bucket, now: Tick) {
        self.total = self.total.saturating_sub(1);
        let origin = Origin::of(address);
        if let Some(tally) = self.origins.get_mut(&origin) {
            tally.connections = tally.connections.saturating_sub(1);
            tally.lines = tally.lines.max(spent);
            if tally.says_nothing(now) {
                self.origins.remove(&origin);
            }
        }
    }

    /// Addresses that are not connected and whose bucket is full again say nothing; the table forgets them.
    fn sweep(&mut self, now: Tick) {
        if self.origins.len() >= self.sweep_at.max(SWEEP) {
            self.origins.retain(|_, tally| !tally.says_nothing(now));
            self.origins.shrink_to_fit();
            self.sweep_at = self.origins.len() * 2;
        }
    }
}
