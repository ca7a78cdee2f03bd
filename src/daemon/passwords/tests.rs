use std::time::Duration;

use super::*;

/// Of `correct horse`, at the least cost there is.
const CHEAP: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x59UGLuAwBDnzRfVUBQJ7zA6GJrOY5gZkOVPda70TuA";

fn asked(password: &str, from: &str, rate: Option<Rate>) -> Asked {
    Asked {
        password: password.into(),
        hash: Some(CHEAP.parse().expect("a hash")),
        by: by(from, None, rate),
        hopeless: false,
        shared: true,
    }
}

fn by(from: &str, account: Option<u64>, rate: Option<Rate>) -> Tried {
    Tried {
        from: from.parse().expect("an address"),
        account,
        rates: Rates {
            address: rate,
            account: rate,
        },
    }
}

fn is_too_many(refused: Result<(), Refused>) -> bool {
    matches!(refused, Err(Refused::TooMany(_)))
}

fn rate(count: u32) -> Rate {
    Rate::new(count, Duration::from_hours(1))
}

const RIGHT: &str = "correct horse";

#[tokio::test]
async fn a_shared_password_that_was_right_is_right_again_however_many_wait() {
    let mut passwords = Passwords::default();
    assert_eq!(
        passwords.check(asked(RIGHT, "192.0.2.1", None), 1).await,
        Ok(())
    );
    // Nobody gets a turn any more, nor a place to wait.
    let _turn = passwords.turns.clone().acquire_owned().await;
    let most = u32::try_from(MOST_WAITING).expect("a small number");
    let _places = passwords.waiting.clone().acquire_many_owned(most).await;
    assert_eq!(
        passwords.check(asked(RIGHT, "192.0.2.2", None), 1).await,
        Ok(())
    );
    assert_eq!(
        passwords.check(asked("x", "192.0.2.2", None), 1).await,
        Err(Refused::Busy)
    );
    // One's own is nobody else's business.
    let own = Asked {
        shared: false,
        ..asked(RIGHT, "192.0.2.2", None)
    };
    assert_eq!(passwords.check(own, 1).await, Err(Refused::Busy));
}

#[tokio::test]
async fn of_many_who_come_at_once_with_the_right_one_all_get_in() {
    let mut passwords = Passwords::default();
    let all: Vec<_> = (0..MOST_WAITING)
        .map(|_| passwords.check(asked(RIGHT, "192.0.2.1", Some(rate(1))), 2))
        .collect();
    for one in all {
        assert_eq!(tokio::spawn(one).await.expect("no panic"), Ok(()));
    }
}

#[tokio::test]
async fn wrong_ones_of_an_address_are_so_many_and_no_more_is_checked_then() {
    let mut passwords = Passwords::default();
    let mut check = async |password: &str, from: &str, rate| {
        let own = Asked {
            shared: false,
            ..asked(password, from, rate)
        };
        passwords.check(own, 1).await
    };
    for _ in 0..3 {
        assert_eq!(
            check(RIGHT, "2001:db8::1", Some(rate(3))).await,
            Ok(()),
            "costs nothing"
        );
        assert_eq!(
            check("x", "2001:db8::1", Some(rate(3))).await,
            Err(Refused::Wrong)
        );
    }
    for password in ["x", RIGHT] {
        // The same network, as it is counted everywhere.
        assert!(is_too_many(
            check(password, "2001:db8::2", Some(rate(3))).await
        ));
    }
    assert_eq!(
        check(RIGHT, "192.0.2.1", Some(rate(3))).await,
        Ok(()),
        "another address"
    );
    assert_eq!(
        check(RIGHT, "2001:db8::1", None).await,
        Ok(()),
        "\"off\", or exempt"
    );
}

#[tokio::test]
async fn who_does_not_exist_has_no_right_password() {
    let mut passwords = Passwords::default();
    let nobody = Asked {
        hopeless: true,
        ..asked(RIGHT, "192.0.2.1", Some(rate(1)))
    };
    assert_eq!(passwords.check(nobody, 1).await, Err(Refused::Wrong));
    let too_many = passwords
        .check(asked("x", "192.0.2.1", Some(rate(1))), 1)
        .await;
    assert!(is_too_many(too_many), "it counts like any other");
}

#[tokio::test]
async fn a_reload_changes_how_many_are_checked_at_once() {
    let mut passwords = Passwords::default();
    for at_once in [3, 5, 1, 2] {
        let check = passwords.check(asked(RIGHT, "192.0.2.1", None), at_once);
        assert_eq!(check.await, Ok(()));
        tokio::task::yield_now().await;
        assert_eq!(passwords.turns.available_permits(), at_once);
    }
}

#[test]
fn addresses_whose_rate_is_full_again_are_forgotten() {
    let (mut wrong, rate) = (Wrong::default(), Some(rate(1)));
    let now = |hours: u64| Tick(hours * 3_600_000_000);
    let address = |n: u32| Whose::Origin(Origin::of(IpAddr::from(n.to_be_bytes())));
    for n in 0..20_000 {
        wrong.another(address(n), rate, now(u64::from(n)));
    }
    assert!(wrong.spent.len() <= SWEEP, "{}", wrong.spent.len());
    assert!(wrong.wait(address(19_999), rate, now(19_999)).is_some());
    assert_eq!(wrong.wait(address(19_999), rate, now(20_001)), None);
}

#[tokio::test]
async fn wrong_ones_for_an_account_are_so_many_from_wherever_but_do_not_keep_its_owner_out() {
    let passwords = Passwords::default();
    let owner = by("192.0.2.200", Some(7), Some(rate(3)));
    passwords.tried(owner, true);
    for n in 1..=3 {
        let somebody = by(&format!("192.0.2.{n}"), Some(7), Some(rate(3)));
        assert_eq!(passwords.may_try(somebody), Ok(()));
        passwords.tried(somebody, false);
    }
    let another = |account| by("192.0.2.4", Some(account), Some(rate(3)));
    assert!(is_too_many(passwords.may_try(another(7))));
    assert_eq!(passwords.may_try(another(8)), Ok(()), "another account");
    assert_eq!(passwords.may_try(owner), Ok(()), "known there");
}

#[tokio::test(start_paused = true)]
async fn so_many_accounts_are_made_from_an_address_and_then_none_for_a_while() {
    let passwords = Passwords::default();
    let (one, other) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
    let two = Some(rate(2));
    for _ in 0..2 {
        assert_eq!(passwords.may_make(one, two), Ok(()));
    }
    let wait = passwords.may_make(one, two).expect_err("two are all");
    assert_eq!(passwords.may_make(other, two), Ok(()));
    assert_eq!(passwords.may_make(one, None), Ok(()), "whoever is exempt");
    // Wrong passwords are another matter.
    assert_eq!(passwords.may_try(by("192.0.2.1", None, two)), Ok(()));
    tokio::time::advance(wait.saturating_sub(Duration::from_secs(1))).await;
    assert!(passwords.may_make(one, two).is_err(), "a second too early");
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(passwords.may_make(one, two), Ok(()));
    assert!(passwords.may_make(one, two).is_err());
}

#[tokio::test]
async fn what_there_is_nothing_for_is_wrong() {
    let mut passwords = Passwords::default();
    let nothing = Asked {
        hash: None,
        ..asked(RIGHT, "192.0.2.1", None)
    };
    assert_eq!(passwords.check(nothing, 1).await, Err(Refused::Wrong));
}

#[tokio::test(start_paused = true)]
async fn one_who_has_waited_as_long_as_it_was_told_may_try_again() {
    let passwords = Passwords::default();
    for account in [None, Some(7)] {
        let by = by("192.0.2.9", account, Some(rate(2)));
        for _ in 0..2 {
            assert_eq!(passwords.may_try(by), Ok(()));
            passwords.tried(by, false);
        }
        let Err(Refused::TooMany(wait)) = passwords.may_try(by) else {
            panic!("two are all there may be")
        };
        tokio::time::advance(wait.saturating_sub(Duration::from_secs(1))).await;
        assert!(is_too_many(passwords.may_try(by)), "a second too early");
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(passwords.may_try(by), Ok(()));
        // One more has become free, and no second.
        passwords.tried(by, false);
        assert!(is_too_many(passwords.may_try(by)));
        tokio::time::advance(Duration::from_hours(2)).await;
    }
}
