use super::*;
use crate::chat::Kept;
use crate::store::tests::bed::{Bed, ask, everything, name, said};

/// Twenty messages of #a among others; `damage` is done to their file.
fn bed(damage: &str) -> Bed {
    let mut bed = Bed::new();
    for n in 1..=20 {
        bed.say([said(2 * n, "#a", "hi"), said(2 * n + 1, "#b", "ho")]);
    }
    bed.settle();
    bed.end();
    let file = rusqlite::Connection::open(bed.file("history.sqlite")).unwrap();
    file.execute_batch(damage).unwrap();
    drop(file);
    bed.again();
    bed
}

/// What comes of telling all that is found in #a.
async fn tell(bed: &Bed) -> (usize, Result<(), Error>) {
    let mut told = Told::none(bed.store(), name("#a")).await.unwrap();
    let found: Vec<Kept> = ask(bed.store(), everything("#a")).unwrap();
    for page in found.chunks(7) {
        told.add(page);
    }
    (found.len(), told.misses_none(bed.store()).await)
}

#[tokio::test]
async fn a_sound_history_misses_nothing() {
    assert_eq!(tell(&bed("")).await, (20, Ok(())));
}

#[tokio::test]
async fn what_an_index_hides_is_missing() {
    let hides = "DELETE FROM place WHERE nth < 20; DELETE FROM recent WHERE nth < 20; DELETE FROM recent WHERE nth > 38;\
                 DELETE FROM place WHERE nth > 38;";
    let message = "10 of 20 messages could not be read; chatctl store check tells more".into();
    assert_eq!(
        tell(&bed(hides)).await,
        (10, Err(Error::Failed { message }))
    );
}

#[tokio::test]
async fn all_that_an_index_hides_is_missing() {
    let message = "20 of 20 messages could not be read; chatctl store check tells more".into();
    let hides = "DELETE FROM place; DELETE FROM recent;";
    assert_eq!(tell(&bed(hides)).await, (0, Err(Error::Failed { message })));
}

#[tokio::test]
async fn a_damaged_message_is_missing() {
    let message = "1 of 20 messages could not be read; chatctl store check tells more".into();
    let damages = "UPDATE message SET text = 'no' WHERE nth = 6";
    assert_eq!(
        tell(&bed(damages)).await,
        (19, Err(Error::Failed { message }))
    );
}

#[tokio::test]
async fn what_comes_or_goes_meanwhile_is_not_missing() {
    let mut bed = bed("");
    let mut told = Told::none(bed.store(), name("#a")).await.unwrap();
    bed.say([said(60, "#a", "later")]);
    let found = ask(bed.store(), everything("#a")).unwrap();
    assert_eq!(found.len(), 21);
    // The last one does not make up for one that is missing.
    told.add(&found[1..]);
    let message = "1 of 20 messages could not be read; chatctl store check tells more".into();
    let all = told.misses_none(bed.store()).await;
    assert_eq!(all, Err(Error::Failed { message }));
}
