//! All accounts, for an operator: page by page, so that however many there are, little is held.

use std::collections::HashMap;

use super::super::{Accounts, account, chat};
use crate::accounts::Book;
use crate::admin::{self, Answer, Reply};
use crate::daemon::requests::ask;
use crate::daemon::views;
use crate::hub::Ask;

#[cfg(test)]
mod tests;

/// So many accounts go in one reply.
const PAGE: usize = 500;

/// Tells all of them, by name.
pub(super) async fn list(accounts: Accounts, answer: Answer) {
    let clients = match ask(&accounts.0.hub, Ask::Clients).await {
        Ok(clients) => clients,
        Err(error) => return answer.send(Err(error)),
    };
    let mut counts = HashMap::new();
    for account in clients.into_iter().filter_map(|client| client.who.account) {
        *counts.entry(account).or_default() += 1;
    }
    let Some(stream) = answer.stream_of_pages() else {
        return;
    };
    let ids = ordered(&accounts.book());
    for ids in ids.chunks(PAGE) {
        let accounts = page(&accounts.book(), ids, &counts);
        if stream.send(Ok(Reply::Accounts { accounts })).await.is_err() {
            return;
        }
    }
}

/// All ids in the order of the names as people sort them. The book's own order is that of what names look like.
fn ordered(book: &Book) -> Vec<u64> {
    let names = book.iter();
    let mut names: Vec<_> = names
        .map(|record| (record.name.as_str().to_lowercase(), record.id))
        .collect();
    names.sort_unstable();
    names.into_iter().map(|(_, id)| id).collect()
}

/// Those of these accounts that are still there.
fn page(book: &Book, ids: &[u64], clients: &HashMap<chat::Account, usize>) -> Vec<admin::Account> {
    let records = ids.iter().filter_map(|id| book.get(*id));
    let shown = records.map(|record| {
        let clients = clients.get(&account(record));
        views::account(record, Some(clients.copied().unwrap_or(0)))
    });
    shown.collect()
}
