//! What operators ask about accounts, where the disk or the chat does not do its part.

use super::*;
use crate::chat;
use crate::daemon::accounts::tests::bed::{accounts, hanging, heard, nick};
use crate::daemon::accounts::{AccountNews, registered};
use crate::store::tests::bed::Bed;

fn office(accounts: &Accounts) -> Office {
    Office {
        accounts: accounts.clone(),
        by: "root".into(),
        line: 512,
        patience: PATIENCE,
    }
}

#[tokio::test(start_paused = true)]
async fn clients_of_a_disabled_account_go_also_when_nobody_waits_for_it_any_longer() {
    let bed = Bed::new();
    let (accounts, news) = accounts(&bed);
    let mara = accounts.make(nick("mara"), None).await.unwrap();
    heard(&news);
    // Somebody changes an account, and the disk does not answer.
    let hangs = accounts.0.changing.lock().await;
    let disabled = office(&accounts).disable("mara", Some("spam".into())).await;
    let Err(Error::Failed { message }) = disabled else {
        panic!("the disk has not answered: {disabled:?}");
    };
    assert!(message.contains("whether it was done"), "{message}");
    // Either may be what takes its time.
    assert!(
        message.contains("disk") && message.contains("chat "),
        "{message}"
    );
    assert_eq!(heard(&news), []);
    drop(hangs);
    let turn = accounts.0.changing.lock().await;
    let suspended = accounts.book().get(mara.id).cloned().unwrap();
    assert!(suspended.suspended.is_some());
    let why = chat::Text::parse("your account is suspended: spam").unwrap();
    assert_eq!(
        heard(&news),
        [
            AccountNews::Registered(vec![registered(&suspended, false)]),
            AccountNews::Suspended(mara.id, why),
        ]
    );
    drop(turn);
}

#[tokio::test]
async fn what_is_done_is_answered_as_done_also_when_the_chat_does_not_tell_how_many_clients_are_left()
 {
    let bed = Bed::new();
    let (accounts, news) = accounts(&bed);
    let mara = accounts.make(nick("mara"), None).await.unwrap();
    let account = || "mara".to_owned();
    let fingerprint = || "ab".repeat(32);
    for request in [
        Request::DisableAccount {
            account: account(),
            reason: None,
        },
        Request::EnableAccount { account: account() },
        Request::AddAccountCertificate {
            account: account(),
            fingerprint: fingerprint(),
        },
        Request::RemoveAccountCertificate {
            account: account(),
            fingerprint: fingerprint(),
        },
        Request::RevokeAccount {
            account: account(),
            device: None,
            reason: None,
        },
    ] {
        let known = matches!(request, Request::DisableAccount { .. });
        let done = office(&accounts).answer(request).await;
        let Ok(Reply::Account { account: now, .. }) = done else {
            panic!("it is done: {done:?}");
        };
        // Who is disabled has none.
        assert_eq!((now.id, now.clients), (mara.id, known.then_some(0)));
    }
    let last = heard(&news).pop();
    assert!(matches!(last, Some(AccountNews::Expelled(..))), "{last:?}");
    let asked = Request::ShowAccount { account: account() };
    let shown = office(&accounts).answer(asked).await;
    assert!(matches!(shown, Err(Error::Failed { .. })), "{shown:?}");
}

/// A chat that knows of the account mara, and hangs from then on; from when it is asked on, time passes as if nobody waited.
async fn hanging_chat(bed: &Bed) -> Accounts {
    let (accounts, mut asks) = hanging(bed);
    tokio::spawn(async move {
        if let Some(Ask::Account(_, back)) = asks.recv().await {
            drop(back.send(Vec::new()));
        }
        let mut asked = vec![asks.recv().await];
        // What had to be stored is.
        tokio::time::pause();
        while let Some(more) = asks.recv().await {
            asked.push(Some(more));
        }
    });
    accounts.make(nick("mara"), None).await.unwrap();
    accounts
}

/// It does what it was asked for once it goes on: that it has not, nobody knows.
#[tokio::test]
async fn what_a_chat_that_hangs_was_asked_for_is_told_as_asked_for() {
    let account = || "mara".to_owned();
    for request in [
        Request::DisableAccount {
            account: account(),
            reason: None,
        },
        Request::RemoveAccount {
            account: account(),
            id: None,
        },
        Request::RevokeAccount {
            account: account(),
            device: None,
            reason: None,
        },
    ] {
        let bed = Bed::new();
        let office = Office {
            patience: 4 * PATIENCE,
            ..office(&hanging_chat(&bed).await)
        };
        let stored = !matches!(request, Request::RevokeAccount { .. });
        match office.answer(request).await {
            Ok(Reply::Account { account, clients }) if stored => {
                assert_eq!((account.clients, clients), (None, None));
            }
            Err(Error::Failed { message }) if !stored => {
                assert!(message.contains("it was asked for"), "{message}");
            }
            done => panic!("{done:?}"),
        }
        tokio::time::resume();
    }
}
