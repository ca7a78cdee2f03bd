use super::*;
use crate::chat::Timestamp;
use crate::daemon::accounts::tests::bed::{accounts, hanging, heard, nick};
use crate::store::tests::bed::Bed;

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
    let (accounts, news) = accounts(&bed);
    let mara = accounts.make(nick("mara"), None).await.expect("it is free");
    heard(&news);
    accounts.look_again(mara.id).await;
    assert_eq!(heard(&news), []);
    let done = accounts.suspend(mara.id, suspended()).await;
    done.expect("it is");
    heard(&news);
    accounts.look_again(mara.id).await;
    let why = chat::Text::parse("your account is suspended: spam").expect("a text");
    let expelled = AccountNews::Suspended(mara.id, why);
    assert_eq!(heard(&news), [expelled]);
    accounts.look_again(mara.id + 1).await;
    assert_eq!(heard(&news), []);
}

#[tokio::test]
async fn what_is_changed_is_so_after_a_restart() {
    let mut bed = Bed::new();
    let given = fingerprint(&"AB:".repeat(32)).expect("a fingerprint");
    let (before, _) = accounts(&bed);
    let mara = before.make(nick("mara"), None).await.expect("it is free");
    let with = before.add_certificate(mara.id, given).await;
    let with = with.expect("it has none");
    assert_eq!(with.certificates, [given]);
    drop(before);
    bed.again();
    let (with_it, _) = accounts(&bed);
    assert_eq!(with_it.book().get(mara.id), Some(&with));
    let twice = with_it.add_certificate(mara.id, given).await;
    assert!(matches!(twice, Err(Denial::Certificate(_))), "{twice:?}");
    let without = with_it.remove_certificate(mara.id, given).await;
    assert_eq!(without.as_ref(), Ok(&mara));
    let twice = with_it.remove_certificate(mara.id, given).await;
    assert!(matches!(twice, Err(Denial::Certificate(_))), "{twice:?}");
    drop(with_it);
    bed.again();
    let (without_it, news) = accounts(&bed);
    assert_eq!(without_it.book().get(mara.id), Some(&mara));
    assert_eq!(without_it.remove(mara.id).await, Ok(Some(Some(Vec::new()))));
    assert_eq!(heard(&news), [AccountNews::Removed(mara.id)]);
    assert_eq!(without_it.remove(mara.id).await, Ok(None));
    drop(without_it);
    bed.again();
    let (after, _) = accounts(&bed);
    assert!(after.book().is_empty());
    // Its id is not given again.
    let another = after.make(nick("mara"), None).await.expect("it is free");
    assert_eq!(another.id, mara.id + 1);
}

/// A chat that hangs is left alone after a while, and hears of everything in order once it goes on.
#[tokio::test(start_paused = true)]
async fn what_is_stored_is_done_also_when_the_chat_hangs() {
    let bed = Bed::new();
    let (accounts, mut asks) = hanging(&bed);
    let more = || accounts.0.hub.tell(Ask::Ping(oneshot::channel().0));
    while within("a full inbox", more()).await.is_ok() {}
    let mara = accounts.make(nick("mara"), None).await.expect("it is free");
    let done = accounts.suspend(mara.id, suspended()).await;
    let (now, gone) = done.expect("it is stored");
    // Which clients went it has not told.
    assert_eq!((now.suspended.as_ref(), gone), (Some(&suspended()), None));
    assert_eq!(accounts.remove(mara.id).await, Ok(Some(None)));
    drop(accounts);
    let mut news = Vec::new();
    while let Some(ask) = asks.recv().await {
        if let Ask::Account(what, _) = ask {
            news.push(what);
        }
    }
    let why = words(&suspended());
    assert_eq!(
        news,
        [
            AccountNews::Registered(vec![registered(&mara, false)]),
            AccountNews::Registered(vec![registered(&now, false)]),
            AccountNews::Suspended(mara.id, why),
            AccountNews::Removed(mara.id),
        ]
    );
}

#[test]
fn a_fingerprint_may_have_colons() {
    let digits = "ab".repeat(32);
    assert_eq!(fingerprint(&digits).map(|one| one.to_string()), Ok(digits));
    assert!(matches!(fingerprint("ab"), Err(Denial::Certificate(_))));
}
