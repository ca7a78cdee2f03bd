//! What operators are told of a chat that does not answer.

use super::*;

/// What was asked for may be done once the chat goes on: that it was not is not told.
#[tokio::test(start_paused = true)]
async fn what_a_chat_that_hangs_was_asked_to_do_is_not_called_undone() {
    let (hub, mut asks) = Handle::new();
    tokio::spawn(async move {
        let mut asked = Vec::new();
        while let Some(ask) = asks.recv().await {
            match ask {
                Ask::Clients(back) => drop(back.send(Vec::new())),
                other => asked.push(other),
            }
        }
    });
    let reason = || "spam".to_owned();
    let one = Select {
        id: vec![1],
        ..Select::default()
    };
    for (outcome, look) in [
        (
            end_user(hub.clone(), "zoe".into(), reason(), 512).await,
            "chatctl list --users tells",
        ),
        (
            kick(hub.clone(), one, reason(), false, 512).await,
            "chatctl list tells",
        ),
    ] {
        let Err(Error::Failed { message }) = outcome else {
            panic!("the chat has not answered: {outcome:?}");
        };
        assert!(message.contains("does not answer in time"), "{message}");
        assert!(message.contains("it was asked for"), "{message}");
        assert!(message.contains(look), "{message}");
    }
}
