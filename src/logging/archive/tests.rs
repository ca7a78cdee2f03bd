//! Names of closed files.

use super::*;

#[test]
fn a_name_reads_back_and_nothing_else_does() {
    let first = Closed::next(SystemTime::UNIX_EPOCH, &[]);
    assert_eq!(first.name("chatd"), "chatd-19700101T000000Z.log");
    assert_eq!(first.after().name("chatd"), "chatd-19700101T000000Z-2.log");
    for closed in [first.clone(), first.after()] {
        assert_eq!(Closed::parse("chatd", &closed.name("chatd")), Some(closed));
    }
    for other in [
        "chatd.log",
        "chatd-.log",
        "chatd-19700101T000000Z",
        "chatd-19700101T000000Z.log.1",
        "chatd-19700101T000000Z-1.log",
        "chatd-19700101T000000Z-02.log",
        "chatd-19700101T000000Z-+2.log",
        "chatd-19700101T000000Z-.log",
        "chatd-1970010ॐ000000Z.log",
        "chatd-audit-19700101T000000Z.log",
        "audit-19700101T000000Z.log",
    ] {
        assert_eq!(Closed::parse("chatd", other), None, "{other}");
    }
}

#[test]
fn a_number_that_became_free_is_not_used_again() {
    let first = Closed::next(SystemTime::UNIX_EPOCH, &[]);
    let second = first.after();
    let third = Closed::next(SystemTime::UNIX_EPOCH, std::slice::from_ref(&second));
    assert_eq!(third, second.after());
}

#[test]
fn the_tenth_is_younger_than_the_ninth() {
    let mut all = vec![Closed::next(SystemTime::UNIX_EPOCH, &[])];
    for n in 0..10 {
        all.push(all[n].after());
    }
    assert_eq!(surplus(all.clone(), 3), all[..9]);
    assert_eq!(surplus(all.clone(), 12), []);
}
