//! Who somebody is, and was: WHO, WHOX, WHOIS, WHOWAS. Answered from what is there; nothing changes.

mod is;
mod list;
mod was;

use super::Entry;
use crate::chat::{Chat, Client, Stamp, Timestamp, User};

pub(super) static ENTRIES: &[Entry] = &[
    Entry {
        name: "WHO",
        least: 0,
        cost: 3,
        role: None,
        usage: "[<room>|<nick>|<mask>] [o][%<fields>[,<token>]]",
        help: "Lists users: a room's members, one user, or those whose nick, user name, host or real name is like the mask (* and ?).\n\
               o: operators only. %tcuihsnfdlaor: these fields (WHOX).\n\
               Flags: H here, G away or without a client, * operator, ~&@%+ ranks, B bot.",
        read: list::read,
    },
    Entry {
        name: "WHOIS",
        least: 0,
        cost: 2,
        role: None,
        usage: "[<server>|<nick>] <nick>{,<nick>}",
        help: "Tells what there is to know of at most four users.",
        read: is::read,
    },
    Entry {
        name: "WHOWAS",
        least: 0,
        cost: 2,
        role: None,
        usage: "<nick>{,<nick>} [<count>]",
        help: "Tells who had at most four nicks that nobody has any more, the latest first; limits.whowas are remembered.",
        read: was::read,
    },
];

fn clients<'a>(chat: &'a Chat, user: &'a User) -> impl Iterator<Item = &'a Client> {
    let seats = user.clients.iter();
    seats.filter_map(|&seat| chat.seated(seat))
}

/// For how many seconds a user has done nothing, on any of its clients.
fn idle(chat: &Chat, stamp: &Stamp, user: &User) -> u64 {
    let active = clients(chat, user).map(|client| client.active_at).max();
    stamp.tick.seconds_since(active.unwrap_or(stamp.tick))
}

/// Seconds since 1970.
fn seconds(at: Timestamp) -> i64 {
    at.0.div_euclid(1000)
}

/// An address as a parameter that others may follow: none begins with a colon.
fn address(client: &Client) -> String {
    let address = client.address.ip().to_canonical().to_string();
    if address.starts_with(':') {
        format!("0{address}")
    } else {
        address
    }
}
