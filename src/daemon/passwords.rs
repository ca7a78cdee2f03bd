//! Passwords that clients give: verified a bounded number at once, each on a thread of its own, so many wrong ones of each
//! address. Does not know what a password is for.

use std::collections::HashMap;
use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::chat::{Bucket, Rate, Tick};
use crate::hub;
use crate::net::Origin;
use crate::password::{Known, PasswordHash};

#[cfg(test)]
mod tests;

/// As many may wait for their turn; more are refused.
const MOST_WAITING: usize = 1024;

const WRONG: &str = "the password is wrong";
const BUSY: &str = "too many passwords are being verified; try again later";
const TOO_MANY: &str =
    "too many wrong passwords came from your address (limits.password_rate); wait a little";

/// A password that somebody gives.
pub(super) struct Asked {
    pub(super) password: Box<str>,
    /// What it has to match.
    pub(super) hash: PasswordHash,
    /// From where it comes.
    pub(super) from: IpAddr,
    /// There is nobody whom it could match, which nobody is to learn: it takes as long, and is wrong.
    pub(super) hopeless: bool,
    /// It is one that many have, who may all come at once: when it was right, that is remembered.
    pub(super) shared: bool,
}

/// Where passwords are verified.
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
    /// How many turns there are.
    at_once: usize,
    waiting: Arc<Semaphore>,
    lately: Arc<Mutex<Lately>>,
}

/// What earlier passwords have told.
#[derive(Default)]
struct Lately {
    /// The last shared one that was right.
    right: Option<Known>,
    wrong: Wrong,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords {
            turns: Arc::new(Semaphore::new(0)),
            at_once: 0,
            waiting: Arc::new(Semaphore::new(MOST_WAITING)),
            lately: Arc::default(),
        }
    }
}

impl Passwords {
    /// Whether a password is right, or why not; to be awaited beside everything else. `at_once`: `limits.hashes`; `rate`:
    /// `limits.password_rate`, where it holds.
    pub(super) fn check(
        &mut self,
        asked: Asked,
        at_once: usize,
        rate: Option<Rate>,
    ) -> impl Future<Output = Result<(), &'static str>> + Send + use<> {
        self.have_turns(at_once);
        let (turns, lately) = (self.turns.clone(), self.lately.clone());
        let place = self.waiting.clone().try_acquire_owned();
        async move {
            let origin = Origin::of(asked.from);
            // It costs nothing, so that it waits for nobody.
            if asked.is_known(&lately) {
                return Ok(());
            }
            let _place = place.map_err(|_| BUSY)?;
            let turn = turns.acquire_owned().await;
            if asked.is_known(&lately) {
                return Ok(());
            }
            if lock(&lately).wrong.is_too_much(origin, rate, hub::now()) {
                return Err(TOO_MANY);
            }
            let shared = asked.shared;
            let verify = move || {
                let Asked { password, hash, .. } = asked;
                let right = hash.verify(password.as_bytes()) && !asked.hopeless;
                let known = (right && shared).then(|| Known::new(&hash, &password));
                (right, known.flatten())
            };
            let verified = tokio::task::spawn_blocking(verify).await;
            drop(turn);
            let (right, known) = verified.unwrap_or_default();
            let mut lately = lock(&lately);
            if let Some(known) = known {
                lately.right = Some(known);
            }
            if right {
                return Ok(());
            }
            lately.wrong.another(origin, rate, hub::now());
            Err(WRONG)
        }
    }

    /// From now on so many at once; those that are under way are not interrupted.
    fn have_turns(&mut self, at_once: usize) {
        let before = std::mem::replace(&mut self.at_once, at_once);
        self.turns.add_permits(at_once.saturating_sub(before));
        let fewer = u32::try_from(before.saturating_sub(at_once)).unwrap_or(u32::MAX);
        if fewer > 0 {
            let turns = self.turns.clone();
            tokio::spawn(async move {
                if let Ok(turns) = turns.acquire_many_owned(fewer).await {
                    turns.forget();
                }
            });
        }
    }
}

impl Asked {
    fn is_known(&self, lately: &Mutex<Lately>) -> bool {
        let lately = lock(lately);
        let right = lately.right.as_ref().filter(|_| self.shared);
        right.is_some_and(|right| right.is(&self.hash, &self.password))
    }
}

/// What it holds is whole between any two calls, so that a panic elsewhere is no reason to stop.
fn lock(lately: &Mutex<Lately>) -> MutexGuard<'_, Lately> {
    lately.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wrong passwords, by where they came from. Told the time.
#[derive(Default)]
struct Wrong {
    spent: HashMap<Origin, Bucket>,
    /// The table is swept when it has grown to this.
    sweep_at: usize,
}

/// The table is not swept below this.
const SWEEP: usize = 1024;

impl Wrong {
    /// Whether no more of its passwords are to be checked now.
    fn is_too_much(&self, origin: Origin, rate: Option<Rate>, now: Tick) -> bool {
        let spent = self.spent.get(&origin).copied().unwrap_or_default();
        rate.is_some_and(|rate| spent.take(rate, 1, now).is_err())
    }

    /// Another one was wrong.
    fn another(&mut self, origin: Origin, rate: Option<Rate>, now: Tick) {
        let Some(rate) = rate else {
            return;
        };
        if self.spent.len() >= self.sweep_at.max(SWEEP) {
            self.spent.retain(|_, spent| !spent.is_full(now));
            self.spent.shrink_to_fit();
            self.sweep_at = self.spent.len() * 2;
        }
        let spent = self.spent.entry(origin).or_default();
        *spent = spent.take(rate, 1, now).unwrap_or(*spent);
    }
}
