//! Inside: the chat and the hub without sockets.
//!
//! `cargo bench --bench inside` puts a million users into rooms of ten and prints what each takes of the memory, and how long a message, a
//! join and a snapshot of all take. `cargo bench --bench inside -- work NAME TIMES` does one piece of the work of each message so many
//! times and prints nothing: for tools that count instructions (tests/instructions).
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "figures for people, far from the types' bounds"
)]

mod big;
mod people;
mod work;

use clap::{Parser, Subcommand};

/// Measures the chat and the hub without sockets.
#[derive(Parser)]
#[command(name = "inside")]
struct Options {
    #[command(subcommand)]
    what: Option<What>,

    /// What cargo passes; it means nothing here
    #[arg(long, hide = true, global = true)]
    bench: bool,
}

#[derive(Subcommand)]
enum What {
    /// Many users in rooms of ten: bytes of each, time of a message, of a join, of a snapshot
    Big {
        /// How many users
        #[arg(default_value_t = 1_000_000)]
        users: u64,
    },
    /// One piece of work, so many times
    Work {
        #[arg(value_enum)]
        piece: work::Piece,
        times: u32,
    },
}

fn main() {
    match Options::parse().what {
        Some(What::Work { piece, times }) => work::run(piece, times),
        Some(What::Big { users }) => big::run(users),
        None => big::run(1_000_000),
    }
}
