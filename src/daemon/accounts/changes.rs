//! Changes of accounts: checked, stored, known, in this order and one at a time. What cannot be stored has not happened.

use super::{
    AccountNews, Accounts, Ask, Book, COUNTER, Conflict, Denial, Hashes, KIND, Nick, Note,
    Ordering, Record, chat, oneshot, registered,
};

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
            let (password, scram) = match hashes {
                Some(hashes) => (Some(hashes.password), Some(hashes.scram)),
                None => (None, None),
            };
            let record = Record {
                id,
                name,
                since: crate::hub::timestamp(),
                password,
                scram,
                certificates: Vec::new(),
                suspended: None,
                always_on: None,
            };
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
        let _turn = self.0.changing.lock().await;
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

    /// Removes an account: nobody is logged in to it any more, and its name is free. Whether there was one.
    pub(super) async fn remove(&self, id: u64) -> Result<bool, Denial> {
        let _turn = self.0.changing.lock().await;
        if self.book().get(id).is_none() {
            return Ok(false);
        }
        let gone = Note {
            kind: KIND,
            key: id.to_string().into(),
            value: None,
        };
        self.commit(vec![gone], Done::Removed(id)).await?;
        Ok(true)
    }

    /// All clients of an account have to go.
    pub(super) async fn expel(&self, id: u64, reason: chat::Text) {
        self.tell(AccountNews::Expelled(id, reason)).await;
    }

    async fn commit(&self, notes: Vec<Note>, done: Done) -> Result<(), Denial> {
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
                let news = AccountNews::Registered(registered(
                    &record,
                    self.0.always_on.load(Ordering::Relaxed),
                ));
                let put = |book: &mut Book| book.put(*record);
                put(&mut self.book()).map_err(|conflict| denied(&conflict))?;
                news
            }
            Done::Removed(id) => {
                self.book().remove(id);
                AccountNews::Removed(id)
            }
        };
        self.tell(news).await;
        Ok(())
    }

    /// Comes back when the chat knows. One that has stopped needs not.
    pub(super) async fn tell(&self, news: AccountNews) {
        let _ = self.0.hub.ask(|back| Ask::Account(news, back)).await;
    }
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
