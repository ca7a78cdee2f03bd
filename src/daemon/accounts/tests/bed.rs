//! Accounts on a disk, and a chat that only remembers what it was told.

use std::sync::{Arc, Mutex};

use tokio::sync::mpsc;

use crate::chat::Nick;
use crate::daemon::accounts::{Accounts, read};
use crate::hub::{self, AccountNews, Ask};
use crate::store::tests::bed::Bed;

/// What the chat was told.
pub(in crate::daemon::accounts) type News = Arc<Mutex<Vec<AccountNews>>>;

/// The accounts that a store has, and what a chat is asked that hangs.
pub(in crate::daemon::accounts) fn hanging(bed: &Bed) -> (Accounts, mpsc::Receiver<Ask>) {
    let (hub, asks) = hub::Handle::new();
    let book = read(&bed.found.notes).unwrap();
    let store = bed.store().clone();
    (Accounts::new(book, store, hub, false).unwrap(), asks)
}

/// The accounts that a store has. The chat answers nothing but what it is told of accounts.
pub(in crate::daemon::accounts) fn accounts(bed: &Bed) -> (Accounts, News) {
    let (accounts, mut asks) = hanging(bed);
    let news = News::default();
    let heard = news.clone();
    tokio::spawn(async move {
        while let Some(ask) = asks.recv().await {
            if let Ask::Account(what, back) = ask {
                heard.lock().unwrap().push(what);
                // Who has asked may not wait any longer.
                let _ = back.send(Vec::new());
            }
        }
    });
    (accounts, news)
}

/// What the chat was told since this was last asked.
pub(in crate::daemon::accounts) fn heard(news: &News) -> Vec<AccountNews> {
    std::mem::take(&mut *news.lock().unwrap())
}

pub(in crate::daemon::accounts) fn nick(name: &str) -> Nick {
    Nick::parse(name).unwrap()
}
