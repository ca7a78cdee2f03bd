//! Passwords that clients give: verified a bounded number at once, each on a thread of its own, so many wrong ones of each
//! address and for each account. Does not know what a password is for.

use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;

use super::aside::aside;
use crate::chat::{Bucket, Rate, Tick};
use crate::hub;
use crate::net::Origin;
use crate::password::{Known, PasswordHash};

#[cfg(test)]
mod tests;

/// As many may wait for their turn; more are refused.
const MOST_WAITING: usize = 1024;

/// Why a password does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("the password is wrong")]
    Wrong,
    #[error("too many passwords are being verified; try again later")]
    Busy,
    /// For so long.
    #[error(
        "too many wrong passwords came from your address, or for that account (limits.password_rate); wait {} and try again",
        crate::chat::seconds(*.0)
    )]
    TooMany(Duration),
}

/// A password that somebody gives.
pub(super) struct Asked {
    pub(super) password: Box<str>,
    /// What it has to match; none: there is nothing, which takes as long, and is wrong.
    pub(super) hash: Option<PasswordHash>,
    /// Who gives it.
    pub(super) by: Tried,
    /// There is nobody whom it could match, which nobody is to learn: it takes as long, and is wrong.
    pub(super) hopeless: bool,
    /// It is one that many have, who may all come at once: when it was right, that is remembered.
    pub(super) shared: bool,
}

/// Who tries to prove something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tried {
    /// From where.
    pub(super) from: IpAddr,
    /// For which account, if it is one.
    pub(super) account: Option<u64>,
    /// `limits.password_rate`; for the address only where it is not exempt.
    pub(super) rates: Rates,
}

/// How many wrong passwords there may be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rates {
    /// Of the address.
    pub(super) address: Option<Rate>,
    /// For the account.
    pub(super) account: Option<Rate>,
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
    /// Accounts that were made.
    made: Wrong,
    /// From where accounts were proven: what others try there does not keep their owners out.
    proven: HashSet<(u64, Origin)>,
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
    /// Whether a password is right, or why not; to be awaited beside everything else. `at_once`: `limits.hashes`.
    pub(super) fn check(
        &mut self,
        asked: Asked,
        at_once: usize,
    ) -> impl Future<Output = Result<(), Refused>> + Send + use<> {
        self.have_turns(at_once);
        let (turns, lately) = (self.turns.clone(), self.lately.clone());
        let place = self.waiting.clone().try_acquire_owned();
        async move {
            // It costs nothing, so that it waits for nobody.
            if asked.is_known(&lately) {
                return Ok(());
            }
            let _place = place.map_err(|_| Refused::Busy)?;
            let turn = turns.acquire_owned().await;
            if asked.is_known(&lately) {
                return Ok(());
            }
            lock(&lately).may_try(asked.by, hub::now())?;
            let (shared, by) = (asked.shared, asked.by);
            let verify = move || {
                let Asked { password, hash, .. } = asked;
                let Some(hash) = hash else {
                    // As much work as for one that there is.
                    let _ = PasswordHash::of(password.as_bytes());
                    return (false, None);
                };
                let right = hash.verify(password.as_bytes()) && !asked.hopeless;
                let known = (right && shared).then(|| Known::new(&hash, &password));
                (right, known.flatten())
            };
            let verified = aside(verify).await;
            drop(turn);
            let (right, known) = verified.unwrap_or_default();
            let mut lately = lock(&lately);
            if let Some(known) = known {
                lately.right = Some(known);
            }
            lately.tried(by, right, hub::now());
            if right { Ok(()) } else { Err(Refused::Wrong) }
        }
    }

    /// A password's hashes are made by this, in turn with all others; none: too many wait. To be awaited beside everything else.
    pub(super) fn make<T: Send + 'static, M: FnOnce() -> T + Send + 'static>(
        &mut self,
        at_once: usize,
        make: M,
    ) -> impl Future<Output = Option<T>> + Send + use<T, M> {
        self.have_turns(at_once);
        let turns = self.turns.clone();
        let place = self.waiting.clone().try_acquire_owned();
        async move {
            let _place = place.ok()?;
            let _turn = turns.acquire_owned().await;
            aside(make).await.ok()
        }
    }

    /// Whether another account may be made from there; how long not. It counts as made.
    pub(super) fn may_make(&self, from: IpAddr, rate: Option<Rate>) -> Result<(), Duration> {
        let (whose, now) = (Whose::Origin(Origin::of(from)), hub::now());
        let mut lately = lock(&self.lately);
        if let Some(wait) = lately.made.wait(whose, rate, now) {
            return Err(wait);
        }
        lately.made.another(whose, rate, now);
        Ok(())
    }

    /// Whether one may try to prove something, where that takes no password to be verified here.
    pub(super) fn may_try(&self, by: Tried) -> Result<(), Refused> {
        lock(&self.lately).may_try(by, hub::now())
    }

    /// It was tried, and was right or wrong.
    pub(super) fn tried(&self, by: Tried, right: bool) {
        lock(&self.lately).tried(by, right, hub::now());
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
        right
            .zip(self.hash.as_ref())
            .is_some_and(|(right, hash)| right.is(hash, &self.password))
    }
}

/// What it holds is whole between any two calls, so that a panic elsewhere is no reason to stop.
fn lock(lately: &Mutex<Lately>) -> MutexGuard<'_, Lately> {
    lately.lock().unwrap_or_else(PoisonError::into_inner)
}

/// So many places from where accounts were proven are remembered.
const MOST_PROVEN: usize = 65_536;

impl Lately {
    fn may_try(&self, by: Tried, now: Tick) -> Result<(), Refused> {
        let origin = Origin::of(by.from);
        let of_address = self
            .wrong
            .wait(Whose::Origin(origin), by.rates.address, now);
        let of_account = by.account.and_then(|account| {
            if self.proven.contains(&(account, origin)) {
                return None;
            }
            self.wrong
                .wait(Whose::Account(account), by.rates.account, now)
        });
        match of_address.max(of_account) {
            Some(wait) => Err(Refused::TooMany(wait)),
            None => Ok(()),
        }
    }

    fn tried(&mut self, by: Tried, right: bool, now: Tick) {
        let origin = Origin::of(by.from);
        if right {
            if self.proven.len() >= MOST_PROVEN {
                self.proven.clear();
            }
            self.proven
                .extend(by.account.map(|account| (account, origin)));
            return;
        }
        self.wrong
            .another(Whose::Origin(origin), by.rates.address, now);
        if let Some(account) = by.account {
            self.wrong
                .another(Whose::Account(account), by.rates.account, now);
        }
    }
}

/// Whose wrong passwords are counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Whose {
    Origin(Origin),
    Account(u64),
}

/// What is counted (wrong passwords), by where it came from and what it was for. Told the time.
#[derive(Default)]
struct Wrong {
    spent: HashMap<Whose, Bucket>,
    /// The table is swept when it has grown to this.
    sweep_at: usize,
}

/// The table is not swept below this.
const SWEEP: usize = 1024;

impl Wrong {
    /// How long no more of its passwords are to be checked, if so.
    fn wait(&self, whose: Whose, rate: Option<Rate>, now: Tick) -> Option<Duration> {
        let spent = self.spent.get(&whose).copied().unwrap_or_default();
        spent.take(rate?, 1, now).err()
    }

    /// Another one was wrong.
    fn another(&mut self, whose: Whose, rate: Option<Rate>, now: Tick) {
        let Some(rate) = rate else {
            return;
        };
        if self.spent.len() >= self.sweep_at.max(SWEEP) {
            self.spent.retain(|_, spent| !spent.is_full(now));
            self.spent.shrink_to_fit();
            self.sweep_at = self.spent.len() * 2;
        }
        let spent = self.spent.entry(whose).or_default();
        *spent = spent.take(rate, 1, now).unwrap_or(*spent);
    }
}
