use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;

use super::*;
use crate::chat::Timestamp;
use crate::store::{Durability, Retention};

/// Accounts on a disk, and what the chat was told of them.
struct Bed {
    accounts: Accounts,
    told: Arc<Mutex<Vec<AccountNews>>>,
    directory: TempDir,
}

impl Bed {
    fn new() -> Bed {
        Bed::on(tempfile::tempdir().expect("a directory"))
    }

    fn on(directory: TempDir) -> Bed {
        let settings = crate::store::Settings {
            durability: Durability::Commit,
            retention: Retention::default(),
            rooms: BTreeMap::new(),
        };
        let (store, found) =
            crate::store::open(directory.path(), settings, |_| {}).expect("a store");
        let book = crate::daemon::accounts::read(&found.notes).expect("accounts");
        let (hub, mut asked) = crate::hub::Handle::new();
        let told = Arc::<Mutex<Vec<AccountNews>>>::default();
        let heard = told.clone();
        tokio::spawn(async move {
            while let Some(ask) = asked.recv().await {
                if let Ask::Account(news, back) = ask {
                    heard.lock().expect("nobody panics").push(news);
                    let _ = back.send(Vec::new());
                }
            }
        });
        Bed {
            accounts: Accounts::new(book, store, hub, false).expect("random bytes"),
            told,
            directory,
        }
    }

    /// The same, after a restart.
    fn again(self) -> Bed {
        let store = self.accounts.0.store.clone();
        drop(self.accounts);
        store.finish();
        Bed::on(self.directory)
    }

    fn told(&self) -> Vec<AccountNews> {
        std::mem::take(&mut *self.told.lock().expect("nobody panics"))
    }

    async fn mara(&self) -> Record {
        let name = Nick::parse("mara").expect("a nick");
        self.accounts.make(name, None).await.expect("it is free")
    }
}

fn suspended() -> Suspended {
    Suspended {
        reason: chat::Text::parse("spam").expect("a text"),
        at: Timestamp(1_600_000_000_000),
        by: "root".into(),
    }
}

/// Between the proof and the chat's knowing of it, an account may be suspended: who is let in is looked at again.
#[tokio::test]
async fn who_came_in_while_the_account_was_suspended_goes() {
    let bed = Bed::new();
    let mara = bed.mara().await;
    bed.told();
    bed.accounts.look_again(mara.id).await;
    assert_eq!(bed.told(), []);
    let suspend = |record: &mut Record| {
        record.suspended = Some(suspended());
        Ok(())
    };
    bed.accounts.change(mara.id, suspend).await.expect("it is");
    bed.told();
    bed.accounts.look_again(mara.id).await;
    let why = chat::Text::parse("your account is suspended: spam").expect("a text");
    let news = AccountNews::Expelled(mara.id, Devices::All, why);
    assert_eq!(bed.told(), [news]);
    bed.accounts.look_again(mara.id + 1).await;
    assert_eq!(bed.told(), []);
}

#[tokio::test]
async fn what_is_changed_is_so_after_a_restart() {
    let bed = Bed::new();
    let mara = bed.mara().await;
    let given = fingerprint(&"AB:".repeat(32)).expect("a fingerprint");
    let with = bed.accounts.add_certificate(mara.id, given).await;
    let with = with.expect("it has none");
    assert_eq!(with.certificates, [given]);
    let bed = bed.again();
    assert_eq!(bed.accounts.book().get(mara.id), Some(&with));
    let twice = bed.accounts.add_certificate(mara.id, given).await;
    assert!(matches!(twice, Err(Denial::Certificate(_))), "{twice:?}");
    let without = bed.accounts.remove_certificate(mara.id, given).await;
    assert_eq!(without.as_ref(), Ok(&mara));
    let twice = bed.accounts.remove_certificate(mara.id, given).await;
    assert!(matches!(twice, Err(Denial::Certificate(_))), "{twice:?}");
    let bed = bed.again();
    assert_eq!(bed.accounts.book().get(mara.id), Some(&mara));
    assert_eq!(bed.accounts.remove(mara.id).await, Ok(Some(Vec::new())));
    assert_eq!(bed.told(), [AccountNews::Removed(mara.id)]);
    assert_eq!(bed.accounts.remove(mara.id).await, Ok(None));
    let bed = bed.again();
    assert!(bed.accounts.book().is_empty());
    // Its id is not given again.
    assert_eq!(bed.mara().await.id, mara.id + 1);
}

#[test]
fn a_fingerprint_may_have_colons() {
    let digits = "ab".repeat(32);
    assert_eq!(fingerprint(&digits).map(|one| one.to_string()), Ok(digits));
    assert!(matches!(fingerprint("ab"), Err(Denial::Certificate(_))));
}
