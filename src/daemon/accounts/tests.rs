//! Changes of accounts: stored first, then known, or they have not happened.

use std::time::Duration;

use rusqlite::ffi;

use super::*;
use crate::chat::Text;
use crate::daemon::passwords::{Passwords, Rates, Refused, Tried};
use crate::store::State;
use crate::store::tests::bed::Bed;
use crate::store::tests::failing::{self, Fails};
use bed::{accounts, heard, nick};

pub(super) mod bed;

fn is_unavailable<T>(came: &Result<T, Denial>) -> bool {
    matches!(came, Err(Denial::Unavailable(_)))
}

#[tokio::test]
async fn of_two_who_register_one_name_at_once_one_has_it() {
    let bed = Bed::new();
    let (accounts, news) = accounts(&bed);
    // The second looks like the first.
    let (one, other) = tokio::join!(
        accounts.make(nick("mara"), None),
        accounts.make(nick("rnara"), None)
    );
    let record = one.unwrap();
    assert_eq!(other.unwrap_err(), Denial::Taken);
    assert_eq!(
        heard(&news),
        [AccountNews::Registered(vec![registered(&record, false)])]
    );
    assert_eq!(accounts.book().len(), 1);
}

#[tokio::test]
async fn what_cannot_be_stored_has_not_happened() {
    let (mut bed, plan) = failing::bed();
    let (accounts, news) = accounts(&bed);
    // In the WAL, and not confirmed.
    let fails = || *plan.lock().unwrap() = vec![Fails::After(ffi::SQLITE_IOERR_FSYNC)];
    let goes_on = |bed: &Bed| {
        bed.expect_state(|state| matches!(state, State::Closed(_)));
        assert_eq!(bed.reopen(), Ok(()));
        bed.expect_state(|state| *state == State::Working);
    };
    fails();
    let came = accounts.make(nick("mara"), None).await;
    assert!(is_unavailable(&came), "{came:?}");
    assert_eq!(heard(&news), []);
    assert!(accounts.book().may_register(&nick("mara")).is_ok());
    goes_on(&bed);

    let mara = accounts.make(nick("mara"), None).await.unwrap();
    assert_eq!(heard(&news).len(), 1);
    let certificate: Fingerprint = "ab".repeat(32).parse().unwrap();
    fails();
    let add = |record: &mut Record| {
        record.certificates.push(certificate);
        Ok(())
    };
    let came = accounts.change(mara.id, add).await;
    assert!(is_unavailable(&came), "{came:?}");
    assert_eq!(accounts.book().get(mara.id), Some(&mara));
    goes_on(&bed);

    fails();
    let came = accounts.remove(mara.id).await;
    assert!(is_unavailable(&came), "{came:?}");
    assert_eq!(accounts.book().get(mara.id), Some(&mara));
    goes_on(&bed);
    assert_eq!(heard(&news), []);

    drop(accounts);
    bed.again();
    let book = read(&bed.found.notes).unwrap().book;
    assert_eq!(book.iter().collect::<Vec<_>>(), [&mara]);
}

#[tokio::test]
async fn a_change_that_is_refused_is_not_stored() {
    let bed = Bed::new();
    let (accounts, news) = accounts(&bed);
    let mara = accounts.make(nick("mara"), None).await.unwrap();
    let bob = accounts.make(nick("bob"), None).await.unwrap();
    let certificate: Fingerprint = "ab".repeat(32).parse().unwrap();
    let add = |record: &mut Record| {
        record.certificates.push(certificate);
        Ok(())
    };
    accounts.change(mara.id, add).await.unwrap();
    heard(&news);
    let came = accounts.change(bob.id, add).await;
    assert!(matches!(came, Err(Denial::Certificate(_))), "{came:?}");
    let twice = accounts.change(mara.id, add).await;
    assert!(matches!(twice, Err(Denial::Certificate(_))), "{twice:?}");
    assert_eq!(accounts.change(99, add).await, Err(Denial::Wrong));
    assert_eq!(accounts.remove(99).await, Ok(None));
    assert_eq!(heard(&news), []);
}

/// Many may wait before it for their turn, and what was a thief's password is verified after its owner has another.
#[tokio::test]
async fn a_password_that_is_changed_while_it_waits_to_be_verified_is_wrong() {
    let bed = Bed::new();
    let (accounts, _news) = accounts(&bed);
    // Of `correct horse`, at the least cost there is.
    let cheap =
        "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x59UGLuAwBDnzRfVUBQJ7zA6GJrOY5gZkOVPda70TuA";
    let cheap: PasswordHash = cheap.parse().unwrap();
    let mara = accounts.make(nick("mara"), None).await.unwrap();
    let set = async |password: Option<PasswordHash>| {
        let set = |record: &mut Record| {
            record.password = password;
            Ok(())
        };
        accounts.change(mara.id, set).await.unwrap();
    };
    let mut passwords = Passwords::default();
    let mut checked = || {
        let by = Tried {
            from: "192.0.2.1".parse().unwrap(),
            account: Some(mara.id),
            rates: Rates::default(),
        };
        let asked = (Some(mara.id), "correct horse".into());
        accounts.checked(&mut passwords, 1, asked, by)
    };
    set(Some(cheap)).await;
    assert_eq!(checked().await, Ok(()));
    let waits = checked();
    set(None).await;
    assert_eq!(waits.await, Err(Refused::Wrong));
}

#[tokio::test]
async fn a_password_that_an_operator_has_changed_is_not_changed_by_who_asked_before() {
    let bed = Bed::new();
    let (accounts, _news) = accounts(&bed);
    let mara = accounts.make(nick("mara"), None).await.unwrap();
    let now = || accounts.password_of(Some(mara.id));
    let new = |password| hashes(password).unwrap();
    let asked = now();
    let set = accounts.set_password(mara.id, new("of the operator")).await;
    let late = accounts.replace_password(mara.id, asked, new("of a thief"));
    assert!(matches!(late.await, Err(Denial::Unavailable(_))));
    assert_eq!(now(), set.unwrap().password);
    let owner = accounts.replace_password(mara.id, now(), new("of the owner"));
    assert_eq!(owner.await.unwrap().password, now());
}

#[tokio::test(start_paused = true)]
async fn a_reload_does_not_wait_for_ever_for_a_change_that_hangs() {
    let bed = Bed::new();
    let (accounts, news) = accounts(&bed);
    let mara = accounts.make(nick("mara"), None).await.unwrap();
    heard(&news);
    // Somebody changes an account, and the disk does not answer.
    let hangs = accounts.0.changing.lock().await;
    let told = accounts.set_always_on(true);
    let told = tokio::time::timeout(Duration::from_mins(1), told).await;
    assert!(matches!(told, Ok(Err(Failure::Stuck(_)))), "{told:?}");
    assert_eq!(heard(&news), []);
    // When it does, the chat is told all the same.
    drop(hangs);
    let turn = accounts.0.changing.lock().await;
    assert_eq!(
        heard(&news),
        [AccountNews::Registered(vec![registered(&mara, true)])]
    );
    drop(turn);
}

#[tokio::test]
async fn of_many_accounts_a_reload_tells_the_chat_in_few_messages() {
    let mut bed = Bed::new();
    let record = |id| Record::new(id, nick(&format!("user-{id}")), chat::Timestamp(0));
    let records: Vec<_> = (1..=2500).map(record).collect();
    bed.found.notes.extend(records.iter().map(|record| Note {
        kind: KIND,
        key: record.id.to_string().into(),
        value: Some(serde_json::to_string(record).unwrap().into()),
    }));
    let (accounts, news) = accounts(&bed);
    accounts.set_always_on(true).await.unwrap();
    let mut told = Vec::new();
    for news in heard(&news) {
        let AccountNews::Registered(some) = news else {
            panic!("{news:?}");
        };
        told.push(some);
    }
    let sizes = told.iter().map(Vec::len).collect::<Vec<_>>();
    assert_eq!(sizes, [1000, 1000, 500]);
    let mut told = told.concat();
    told.sort_unstable_by_key(|registered| registered.id);
    let all = records.iter().map(|record| registered(record, true));
    assert!(told.into_iter().eq(all));
}

#[tokio::test]
async fn no_id_comes_again_after_a_restart_either() {
    let mut bed = Bed::new();
    let mut given = Vec::new();
    for _ in 0..3 {
        let (accounts, news) = accounts(&bed);
        // The last one is removed, so that no account has the greatest id.
        for name in ["mara", "bob"] {
            let record = accounts.make(nick(name), None).await.unwrap();
            given.push(record.id);
            assert_eq!(accounts.remove(record.id).await, Ok(Some(Some(Vec::new()))));
        }
        let last = heard(&news).pop();
        assert_eq!(last, given.last().map(|id| AccountNews::Removed(*id)));
        drop(accounts);
        bed.again();
    }
    let mut once = given.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once, given);
    assert!(read(&bed.found.notes).unwrap().book.is_empty());
}

#[tokio::test]
async fn the_chat_is_told_whom_to_expel() {
    let bed = Bed::new();
    let (accounts, news) = accounts(&bed);
    let reason = Text::parse("stolen").unwrap();
    let gone = accounts.expel(7, hub::Devices::All, reason.clone()).await;
    assert_eq!(gone.unwrap(), []);
    assert_eq!(
        heard(&news),
        [AccountNews::Expelled(7, hub::Devices::All, reason)]
    );
}

#[test]
fn what_is_damaged_is_named() {
    let record = |id: u64, name: &str| format!(r#"{{"id":{id},"name":"{name}","since":0}}"#);
    let note = |kind, key: &str, value: &str| Note {
        kind,
        key: key.into(),
        value: Some(value.into()),
    };
    let sound = note(KIND, "7", &record(7, "mara"));
    assert_eq!(read(std::slice::from_ref(&sound)).unwrap().book.len(), 1);
    for (second, named) in [
        (note(KIND, "8", "{"), "the account number 8: "),
        (
            note(KIND, "8", &record(9, "bob")),
            "the account number 8: its id is 9",
        ),
        (
            note(KIND, "8", &record(8, "#bob")),
            "the account number 8: ",
        ),
        // Look-alikes that were both stored.
        (note(KIND, "8", &record(8, "rnara")), "mara"),
        (
            note("counter", "account", "x"),
            "the last number that was given: ",
        ),
    ] {
        let why = read(&[sound.clone(), second.clone()])
            .err()
            .unwrap()
            .to_string();
        assert!(why.contains(named), "{second:?}: {why}");
    }
}
