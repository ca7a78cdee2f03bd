use super::*;

fn from(last: u8) -> Origin {
    Origin::of([192, 0, 2, last].into())
}

#[tokio::test(start_paused = true)]
async fn who_comes_when_all_places_are_taken_waits_until_one_is_free() {
    let places = Places::default();
    let first = places.take(from(1), 2).await;
    let _second = places.take(from(1), 2).await;
    let mut third = Box::pin(places.take(from(1), 2));
    assert!(timeout(KEPT / 2, &mut third).await.is_err(), "none is free");
    drop(first);
    assert!(timeout(Duration::ZERO, third).await.is_ok());
    assert_eq!(
        places.taken.borrow().len(),
        1,
        "the third is done with its place"
    );
}

#[tokio::test(start_paused = true)]
async fn the_oldest_makes_way_after_its_time_and_only_for_one_who_waits() {
    let places = Places::default();
    let first = places.take(from(1), 2).await;
    tokio::time::advance(KEPT * 5).await;
    assert!(
        timeout(Duration::ZERO, first.needed()).await.is_err(),
        "nobody waits"
    );
    let second = places.take(from(1), 2).await;
    // The first is told, and the third need not wait for it to go.
    let third = timeout(Duration::ZERO, places.take(from(2), 2))
        .await
        .expect("a place");
    assert!(timeout(Duration::ZERO, first.needed()).await.is_ok());
    assert!(
        timeout(Duration::ZERO, second.needed()).await.is_err(),
        "it is new"
    );
    let before = Instant::now();
    let fourth = places.take(from(3), 2).await;
    assert_eq!(before.elapsed(), KEPT);
    assert!(timeout(Duration::ZERO, second.needed()).await.is_ok());
    drop((first, second, third));
    assert_eq!(
        places.taken.borrow().len(),
        1,
        "each gives back its own place only"
    );
    drop(fourth);
    assert_eq!(places.taken.borrow().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn nobody_makes_way_for_one_of_its_own_address() {
    let places = Places::default();
    let first = places.take(from(1), 1).await;
    tokio::time::advance(KEPT * 5).await;
    let mut own = Box::pin(places.take(from(1), 1));
    assert!(timeout(KEPT * 5, &mut own).await.is_err());
    assert!(timeout(Duration::ZERO, first.needed()).await.is_err());
    let other = timeout(Duration::ZERO, places.take(from(2), 1))
        .await
        .expect("a place");
    assert!(timeout(Duration::ZERO, first.needed()).await.is_ok());
    drop(other);
    assert!(timeout(Duration::ZERO, own).await.is_ok());
}
