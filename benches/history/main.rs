//! History: what a message on disk costs, what reading costs when much is there, and how soon chatd accepts with all of it.
//!
//! `cargo bench --bench history` prints: messages stored a second and the time of one commit with durability = "commit" beside
//! "relaxed"; the time of reading the latest 100 messages of a room, of paging and of searching with so many messages in it; and
//! from the start of chatd to its first welcome after `kill -9`, beside a chatd without a history. `-- --rows 10000000` fills it
//! with more than the usual million.
#![allow(
    clippy::cast_precision_loss,
    reason = "figures for people, far from the types' bounds"
)]

mod fill;
mod start;

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use chatd::chat::{Bound, LookedUp, Lookup, MessageId, Of, Query, Rights, Span, Stamp};
use chatd::store::{self, Batch, Durability, Handle, Retention, Settings, Told};
use clap::Parser;

/// Measures the history.
#[derive(Parser)]
#[command(name = "history")]
struct Options {
    /// How many messages are in it when it is read and when chatd starts
    #[arg(long, default_value = "1000000")]
    rows: u64,

    /// What cargo passes; it means nothing here
    #[arg(long, hide = true)]
    bench: bool,
}

/// A store, and what it tells.
struct Open {
    store: Handle,
    told: Receiver<Told>,
    /// The number of the next message, and of the next batch.
    next: (u64, u64),
}

impl Open {
    fn at(directory: &Path, durability: Durability) -> Open {
        let (tell, told) = channel();
        let settings = Settings {
            durability,
            retention: Retention::default(),
            rooms: std::collections::BTreeMap::new(),
        };
        let opened = store::open(directory, settings, move |of| {
            let _ = tell.send(of);
        });
        let (store, found) = opened.expect("a store in a directory of its own");
        let next = (found.last.map_or(0, |last| last.nth() + 1), 1);
        Open { store, told, next }
    }

    /// Has so many messages stored as one batch, and waits until they are.
    fn write(&mut self, messages: u64) {
        let (from, number) = self.next;
        let records = (from..from + messages).map(fill::record).collect();
        self.store.write(Batch { number, records });
        self.next = (from + messages, number + 1);
        loop {
            match self.told.recv().expect("the store runs") {
                Told::Stored { upto, refused } if upto == number => {
                    assert!(refused.is_empty(), "{refused:?}");
                    return;
                }
                Told::Stored { .. } | Told::Is(_) => {}
                failed @ (Told::Failed { .. } | Told::Unindexed(_)) => panic!("{failed:?}"),
            }
        }
    }

    /// How long it takes to look something up, and how many messages that brings.
    fn read(&self, query: Query) -> (Duration, usize) {
        let (back, found) = channel();
        let begun = Instant::now();
        let asked = self.store.read(Lookup::Messages(query), move |found| {
            let _ = back.send(found);
        });
        asked.expect("few read");
        match found.recv().expect("an answer").expect("a store in order") {
            LookedUp::Messages(kept) => (begun.elapsed(), kept.len()),
            other => panic!("{other:?}"),
        }
    }
}

fn main() {
    let options = Options::parse();
    store_some();
    let directory = tempfile::tempdir().expect("a temporary directory");
    let state = directory.path().join("state");
    std::fs::create_dir(&state).expect("a directory");
    read_some(&state, options.rows);
    start::measure(directory.path(), options.rows);
}

/// The middle of some durations, and the longest.
fn spread(mut times: Vec<Duration>) -> (Duration, Duration) {
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() - 1])
}

fn store_some() {
    println!(
        "{:<10} {:>14} {:>14} {:>14} {:>14}",
        "stored", "alone msg/s", "alone p50 us", "100 a commit/s", "p50 us"
    );
    for (name, durability) in [
        ("commit", Durability::Commit),
        ("relaxed", Durability::Relaxed),
    ] {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let mut open = Open::at(directory.path(), durability);
        open.write(1000);
        let mut figures = Vec::new();
        for messages in [1, 100] {
            let begun = Instant::now();
            let mut times = Vec::new();
            while begun.elapsed() < Duration::from_secs(3) {
                let one = Instant::now();
                open.write(messages);
                times.push(one.elapsed());
            }
            let rate = times.len() as f64 * messages as f64 / begun.elapsed().as_secs_f64();
            figures.push((rate, spread(times).0));
        }
        println!(
            "{name:<10} {:>14.0} {:>14} {:>14.0} {:>14}",
            figures[0].0,
            figures[0].1.as_micros(),
            figures[1].0,
            figures[1].1.as_micros()
        );
    }
}

fn read_some(state: &Path, rows: u64) {
    let mut open = Open::at(state, Durability::Relaxed);
    let begun = Instant::now();
    while open.next.0 < rows {
        open.write(2000.min(rows - open.next.0));
    }
    println!(
        "\n{rows} messages, half of them in one room, put in within {:.0} s",
        begun.elapsed().as_secs_f64()
    );
    println!(
        "{:<32} {:>10} {:>10} {:>9}",
        "read", "p50 us", "max us", "messages"
    );
    let busy = || Of::Lives(vec![fill::busy_life()], Rights::ALL);
    let quiet = || Of::Lives(vec![fill::quiet_life()], Rights::ALL);
    let stamp = Stamp::default();
    let middle = Bound::Id(MessageId::new(&stamp, rows / 2));
    let searching = |words: &str| Query {
        words: Some(words.into()),
        ..Query::all(busy(), Span::Latest(None), 100)
    };
    let queries = [
        (
            "latest 100, busy room",
            Query::all(busy(), Span::Latest(None), 100),
        ),
        (
            "latest 100, quiet room",
            Query::all(quiet(), Span::Latest(None), 100),
        ),
        (
            "100 before the middle",
            Query::all(busy(), Span::Before(middle), 100),
        ),
        (
            "100 around the middle",
            Query::all(busy(), Span::Around(middle), 100),
        ),
        ("search, one rare word", searching("rare4242")),
        ("search, two usual words", searching("morning coffee")),
        ("search, Chinese", searching("你好")),
    ];
    for (name, query) in queries {
        let mut found = 0;
        let times = (0..20).map(|_| {
            let (time, messages) = open.read(query.clone());
            found = messages;
            time
        });
        let (middle, longest) = spread(times.collect());
        println!(
            "{name:<32} {:>10} {:>10} {found:>9}",
            middle.as_micros(),
            longest.as_micros()
        );
    }
    open.store.finish();
}
