//! Memory is bounded by the limits: what all connections together may leave unread or unfinished is so much each, and
//! when they have gone it is there for the next ones.

use std::fs;
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::harness::{Chatd, Client, Setup, skip};

/// Makes room for so many connections in this process, of which the daemon inherits the limit.
fn descriptors(wanted: usize) -> bool {
    let wanted = wanted as u64 + 500;
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).expect("a limit");
    let enough = soft >= wanted
        || (hard >= wanted && setrlimit(Resource::RLIMIT_NOFILE, wanted, hard).is_ok());
    if !enough {
        skip(&format!(
            "{wanted} descriptors are needed and {hard} allowed"
        ));
    }
    enough
}

/// As many connections, each of which sits in no room and has read all that it got.
fn crowd(chatd: &Chatd, many: usize) -> Vec<Client> {
    let sit = |_| {
        let mut client = Client::bare(chatd.port);
        client.line("/part #lobby");
        client.expect("-- You left #lobby");
        client
    };
    (0..many).map(sit).collect()
}

/// What has been written to the daemon's port and not been read by it yet, wherever the kernel holds it.
fn unread(port: u16) -> usize {
    let table = fs::read_to_string("/proc/net/tcp").expect("proc_net(5)");
    let ours = format!(":{port:04X}");
    let waits = |line: &str| {
        let mut fields = line.split_whitespace().skip(1);
        let (local, remote) = (fields.next()?, fields.next()?);
        let (sending, receiving) = fields.nth(1)?.split_once(':')?;
        let waits = if local.ends_with(&ours) && !remote.ends_with(":0000") {
            receiving
        } else if remote.ends_with(&ours) {
            sending
        } else {
            return None;
        };
        usize::from_str_radix(waits, 16).ok()
    };
    table.lines().filter_map(waits).sum()
}

fn all_gone(chatd: &Chatd, crowd: Vec<Client>) {
    drop(crowd);
    chatd.eventually("all of them are gone", |chatd| {
        chatd.json(&["status"])["clients"] == 0
    });
}

/// How much more, in KiB.
fn more(from: u64, to: u64) -> u64 {
    to.saturating_sub(from)
}

#[test]
fn five_thousand_unfinished_lines_as_long_as_may_be() {
    const MANY: usize = 5000;
    const LINE: usize = 4096;
    if !descriptors(MANY) {
        return;
    }
    let chatd = Setup::new()
        .config("[plain]\nunterminated_after = \"off\"\n[limits]\nline = \"4KiB\"")
        .listener("news = false")
        .start();
    all_gone(&chatd, crowd(&chatd, 10));
    let start = chatd.resident();
    let line = "x".repeat(LINE);
    let mut most = Vec::new();
    for _ in 0..2 {
        let mut clients = crowd(&chatd, MANY);
        let idle = chatd.resident();
        for client in &mut clients {
            client.send(&line);
        }
        chatd.eventually("all is read", |chatd| unread(chatd.port) == 0);
        let full = chatd.resident();
        // The line itself, and what the allocator rounds it up to.
        let each = more(idle, full) * 1024 / MANY as u64;
        assert!(each <= LINE as u64 + 1024, "{each} bytes each");
        most.push(more(start, full));
        assert_eq!(chatd.json(&["status"])["clients"], MANY, "one was cut off");
        all_gone(&chatd, clients);
    }
    assert!(most[0] < 7 * MANY as u64, "{} KiB in all", most[0]);
    // What the first crowd left behind is in pieces; the second needs a little more, and later ones no more than that.
    assert!(
        most[1] < most[0] * 5 / 4,
        "the next crowd costs more: {most:?}"
    );
    // Given back once it is clear that they are gone for good, some seconds later.
    let deadline = Instant::now() + Duration::from_secs(30);
    let left = || more(start, chatd.resident());
    while left() > most[1] / 5 {
        assert!(
            Instant::now() < deadline,
            "{} KiB of {most:?} are left",
            left()
        );
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn two_thousand_who_are_held_back_with_a_full_queue() {
    const MANY: usize = 2000;
    const QUEUE: usize = 16 * 1024;
    if !descriptors(MANY) {
        return;
    }
    let chatd = Setup::new()
        .limited()
        .config(
            "[limits]\nconnections_per_address = \"off\"\nconnect_rate = \"off\"\nflood_burst = 2\n\
             flood_rate = \"1/h\"\ninput_queue = \"16KiB\"",
        )
        .listener("news = false")
        .start();
    let mut clients = crowd(&chatd, MANY);
    let idle = chatd.resident();
    let lines = "x\n".repeat(QUEUE / 2);
    for client in &mut clients {
        client.send(&lines);
    }
    chatd.eventually("all is read", |chatd| unread(chatd.port) == 0);
    let full = chatd.resident();
    let each = more(idle, full) * 1024 / MANY as u64;
    assert!(each <= QUEUE as u64 + 2048, "{each} bytes each");
    assert_eq!(chatd.json(&["status"])["clients"], MANY, "one was cut off");
    all_gone(&chatd, clients);
}
