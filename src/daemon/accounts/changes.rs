//! Changes of accounts: checked, stored, known, in this order and one at a time. What cannot be stored has not happened.

use tokio::sync::MutexGuard;

use super::{
    AccountNews, Accounts, Ask, Book, COUNTER, Conflict, Denial, Failure, Hashes, KIND, Nick, Note,
    Ordering, PasswordHash, Record, chat, oneshot, registered, within,
};
use crate::accounts::{Fingerprint, Suspended};
use crate::hub::{ClientView, Devices};

#[cfg(test)]
mod tests;

/// The clients that had to go, or are logged in no more; none: a chat that hangs does it once it goes on, and has not told.
pub(super) type Gone = Option<Vec<ClientView>>;

/// A change that stands in the book, and what is to be known of it.
enum Done {
    Put(Box<Record>),
    Removed(u64),
}

impl Accounts {
    /// Makes an account.
    pub(super) async fn make(&self, name: Nick, hashes: Option<Hashes>) -> Result<Record, Denial> {
        let _turn = self.0.changing.lock().await;
        let (record, last) = {
            let mut book = self.book();
            book.may_register(&name).map_err(|_| Denial::Taken)?;
            let id = book.next_id();
            let mut record = Record::new(id, name, crate::hub::timestamp());
            if let Some(hashes) = hashes {
                put(&mut record, hashes);
            }
            (record, id)
        };
        let counter = Note {
            kind: COUNTER.0,
            key: COUNTER.1.into(),
            value: Some(last.to_string().into()),
        };
        self.commit(
            vec![counter, note(&record)?],
            Done::Put(Box::new(record.clone())),
        )
        .await?;
        Ok(record)
    }

    /// Changes an account.
    pub(super) async fn change(
        &self,
        id: u64,
        change: impl FnOnce(&mut Record) -> Result<(), Denial>,
    ) -> Result<Record, Denial> {
        let turn = self.0.changing.lock().await;
        self.change_in(&turn, id, change).await
    }

    /// Suspends an account, and then its clients have to go. The account, and which clients they were.
    pub(super) async fn suspend(
        &self,
        id: u64,
        suspended: Suspended,
    ) -> Result<(Record, Gone), Denial> {
        let turn = self.0.changing.lock().await;
        let told = words(&suspended);
        let suspend = |record: &mut Record| {
            record.suspended = Some(suspended);
            Ok(())
        };
        let record = self.change_in(&turn, id, suspend).await?;
        let gone = self.tell(AccountNews::Suspended(id, told)).await;
        Ok((record, known(gone)))
    }

    async fn change_in(
        &self,
        _turn: &MutexGuard<'_, ()>,
        id: u64,
        change: impl FnOnce(&mut Record) -> Result<(), Denial>,
    ) -> Result<Record, Denial> {
        let record = {
            let book = self.book();
            let mut record = book.get(id).ok_or(Denial::Wrong)?.clone();
            change(&mut record)?;
            book.check(&record).map_err(|conflict| denied(&conflict))?;
            record
        };
        self.commit(vec![note(&record)?], Done::Put(Box::new(record.clone())))
            .await?;
        Ok(record)
    }

    /// Gives an account another password.
    pub(super) async fn set_password(&self, id: u64, hashes: Hashes) -> Result<Record, Denial> {
        let set = |record: &mut Record| {
            put(record, hashes);
            Ok(())
        };
        self.change(id, set).await
    }

    /// Its owner gives an account another password than `was`: hashing takes its time, and whoever has changed it meanwhile, an operator
    /// for instance, had reason to.
    pub(super) async fn replace_password(
        &self,
        id: u64,
        was: Option<PasswordHash>,
        hashes: Hashes,
    ) -> Result<Record, Denial> {
        let replace = |record: &mut Record| {
            if record.password != was {
                let why = "the password has been changed by somebody else meanwhile";
                return Err(Denial::Unavailable(why.into()));
            }
            put(record, hashes);
            Ok(())
        };
        self.change(id, replace).await
    }

    /// Lets a certificate prove an account.
    pub(super) async fn add_certificate(
        &self,
        id: u64,
        given: Fingerprint,
    ) -> Result<Record, Denial> {
        let add = |record: &mut Record| {
            record.certificates.push(given);
            Ok(())
        };
        self.change(id, add).await
    }

    /// Undoes [`Accounts::add_certificate`].
    pub(super) async fn remove_certificate(
        &self,
        id: u64,
        given: Fingerprint,
    ) -> Result<Record, Denial> {
        let remove = |record: &mut Record| {
            let before = record.certificates.len();
            record.certificates.retain(|other| *other != given);
            if record.certificates.len() == before {
                let none = "the account has no such certificate";
                return Err(Denial::Certificate(none.into()));
            }
            Ok(())
        };
        self.change(id, remove).await
    }

    /// Removes an account: nobody is logged in to it any more, and its name is free. Who was logged in; none: there was no such
    /// account.
    pub(super) async fn remove(&self, id: u64) -> Result<Option<Gone>, Denial> {
        let _turn = self.0.changing.lock().await;
        if self.book().get(id).is_none() {
            return Ok(None);
        }
        let gone = Note {
            kind: KIND,
            key: id.to_string().into(),
            value: None,
        };
        self.commit(vec![gone], Done::Removed(id)).await.map(Some)
    }

    /// An account's clients have to go. Which they were, unless the chat hangs.
    pub(super) async fn expel(
        &self,
        id: u64,
        devices: Devices,
        reason: chat::Text,
    ) -> Result<Vec<ClientView>, Failure> {
        self.tell(AccountNews::Expelled(id, devices, reason)).await
    }

    /// The chat has been told that somebody has proven to be this account. It may have been suspended between the proof and that,
    /// and whoever was logged in then was expelled before.
    pub(in crate::daemon) async fn look_again(&self, id: u64) {
        let suspended = self
            .book()
            .get(id)
            .and_then(|record| record.suspended.clone());
        if let Some(suspended) = suspended {
            known(
                self.tell(AccountNews::Suspended(id, words(&suspended)))
                    .await,
            );
        }
    }

    /// Who is logged in no more.
    async fn commit(&self, notes: Vec<Note>, done: Done) -> Result<Gone, Denial> {
        let (told, stored) = oneshot::channel();
        self.0
            .store
            .note(notes, move |stored| drop(told.send(stored)));
        match stored.await {
            Ok(Ok(())) => {}
            Ok(Err(why)) => return Err(Denial::Unavailable(why.0)),
            Err(_) => return Err(Denial::Unavailable("the store has ended".into())),
        }
        let news = match done {
            Done::Put(record) => {
                let always_on = self.0.always_on.load(Ordering::Relaxed);
                let news = AccountNews::Registered(vec![registered(&record, always_on)]);
                let put = |book: &mut Book| book.put(*record);
                put(&mut self.book()).map_err(|conflict| denied(&conflict))?;
                news
            }
            Done::Removed(id) => {
                self.book().remove(id);
                AccountNews::Removed(id)
            }
        };
        Ok(known(self.tell(news).await))
    }

    /// Comes back when the chat knows, with who is logged in no more. One that has stopped needs not know; one that hangs hears of it
    /// once it goes on, in its turn.
    pub(super) async fn tell(&self, news: AccountNews) -> Result<Vec<ClientView>, Failure> {
        let hub = self.0.hub.clone();
        let told = tokio::spawn(async move { hub.ask(|back| Ask::Account(news, back)).await });
        let told = within("the chat", told).await?;
        Ok(told.ok().and_then(Result::ok).unwrap_or_default())
    }
}

/// Who is logged in no more by what is done: that the chat hangs does not undo it.
fn known(told: Result<Vec<ClientView>, Failure>) -> Gone {
    told.inspect_err(|failure| {
        tracing::warn!("{failure}: it hears of a change of an account once it goes on");
    })
    .ok()
}

fn put(record: &mut Record, hashes: Hashes) {
    record.password = Some(hashes.password);
    record.scram = Some(hashes.scram);
}

/// The fingerprint that somebody has given, with colons or without.
pub(super) fn fingerprint(given: &str) -> Result<Fingerprint, Denial> {
    let parsed = given.replace(':', "").parse::<Fingerprint>();
    parsed.map_err(|error| Denial::Certificate(error.to_string().into()))
}

/// What the clients of a suspended account are told.
pub(super) fn words(suspended: &Suspended) -> chat::Text {
    let reason = &suspended.reason;
    let words = chat::Text::parse(&format!("your account is suspended: {reason}"));
    words.unwrap_or_else(|_| reason.clone())
}

fn note(record: &Record) -> Result<Note, Denial> {
    let value = serde_json::to_string(record)
        .map_err(|error| Denial::Unavailable(error.to_string().into()))?;
    Ok(Note {
        kind: KIND,
        key: record.id.to_string().into(),
        value: Some(value.into()),
    })
}

fn denied(conflict: &Conflict) -> Denial {
    match conflict {
        Conflict::Name(_) | Conflict::Id(_) => Denial::Taken,
        other => Denial::Certificate(other.to_string().into()),
    }
}
