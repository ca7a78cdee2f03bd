//! Messages that are not as RFC 5802 §7 has them, or were changed on their way.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

#[test]
fn a_first_message_that_is_none_is_refused() {
    let book = users();
    let malformed = [
        "",
        "n",
        "n,",
        "n,,",
        "n,,n=alice",
        "n,,n=alice,",
        "n,,n=alice,r=",
        "n,,r=abc,n=alice",
        "n,,n=,r=abc",
        "n,,n=al=ice,r=abc",
        "n,,n=alice=2,r=abc",
        "n,,n=alice=2c,r=abc",
        "n,,n=alice=,r=abc",
        "n,,n=alice,r=a b",
        "n,,n=alice,r=ä",
        "n,,n=alice,r=a\u{7f}",
        "n,a=,n=alice,r=abc",
        "n,b=alice,n=alice,r=abc",
        "n,alice,n=alice,r=abc",
        "N,,n=alice,r=abc",
        "x,,n=alice,r=abc",
        "ny,,n=alice,r=abc",
        "n,,n=alice,r=abc,",
        "n,,n=alice,r=abc,x",
        "n,,n=alice,r=abc,x=",
        "n,,n=alice,r=abc,1=2",
        "n,,n=alice,r=abc,xy=2",
        "n=alice,r=abc",
        "\0alice\0pencil",
    ];
    for bad in malformed {
        let refused = start(&book, bad);
        assert!(
            matches!(refused, Err(Why::Malformed(_))),
            "{bad:?}: {refused:?}"
        );
    }
    for (bad, why) in [
        ("p=tls-exporter,,n=alice,r=abc", Why::ChannelBinding),
        ("p=,,n=alice,r=abc", Why::ChannelBinding),
        ("n,,m=2,n=alice,r=abc", Why::Extension),
        ("n,,n=alice,r=abc,m=2", Why::Extension),
        ("n,a=bob,n=alice,r=abc", Why::Identity),
        ("n,a=alice@laptop,n=alice@phone,r=abc", Why::Identity),
    ] {
        assert_eq!(start(&book, bad), Err(why), "{bad}");
    }
    for bad in [
        "a=2Cb",
        "a=3Db",
        "nickserv",
        "alice@",
        "alice@a=2Cb",
        "\u{430}lice",
    ] {
        let refused = start(&book, &format!("n,,n={bad},r=abc"));
        assert!(
            matches!(refused, Err(Why::Login(_))),
            "{bad:?}: {refused:?}"
        );
    }
}

#[test]
fn a_last_message_that_is_none_is_refused_and_is_no_wrong_password() {
    let book = users();
    let mut client = Client::new("alice", "pencil");
    let (challenge, state) = start(&book, &client.first()).unwrap();
    let good = client.last(&challenge, |_| {});
    let (without, proof) = good.rsplit_once(",p=").unwrap();
    let replaced = |what: &str, by: &str| good.replacen(what, by, 1);
    let malformed = [
        String::new(),
        "p=".into(),
        format!("{without},p="),
        format!("{without},p={}", &proof[..40]),
        format!("{without},p={}", &proof[..43]),
        format!("{without},p={proof}AAAA"),
        format!("{without},p={proof},x=1"),
        format!("{without},p=!{}", &proof[1..]),
        without.to_owned(),
        replaced("c=biws,", ""),
        replaced("r=fyko", "q=fyko"),
        replaced("c=biws,r=", "r="),
        replaced(",p=", ",x,p="),
        format!("{good},"),
    ];
    for bad in malformed {
        let refused = answer(&book, &state, &bad);
        assert!(
            matches!(refused, Err(Why::Malformed(_))),
            "{bad:?}: {refused:?}"
        );
    }
    for (bad, why) in [
        (replaced("biws", "eSws"), Why::ChannelBinding),
        (replaced("biws", ""), Why::ChannelBinding),
        (
            replaced("biws", "cD10bHMtZXhwb3J0ZXIsLA=="),
            Why::ChannelBinding,
        ),
        (replaced(SERVER_NONCE, "3rfcNHYJY1ZVvWVs7k"), Why::Nonce),
        (replaced(SERVER_NONCE, ""), Why::Nonce),
        (replaced("r=fyko", "r=Fyko"), Why::Nonce),
    ] {
        assert_eq!(answer(&book, &state, &bad), Err(why), "{bad}");
    }
    assert!(answer(&book, &state, &good).is_ok());
}

proptest! {
    /// Names as RFC 5802 §5.1 has them written are read back.
    #[test]
    fn every_name_is_read_as_it_was_meant(name in "[a=,ä2CD3]{1,12}") {
        let written = name.replace('=', "=3D").replace(',', "=2C");
        let message = format!("n,,n={written},r=abc");
        let first = First::parse(&message).expect("it is well-formed");
        prop_assert_eq!(&first.name, &name);
        prop_assert_eq!([first.header, first.bare].concat(), message.as_str());
    }

    /// One character of a right message changed: never let in, and never a panic.
    #[test]
    fn a_message_that_was_changed_on_its_way_proves_nothing(at in any::<prop::sample::Index>(), by in any::<char>()) {
        static STARTED: LazyLock<(Book, Box<str>, String)> = LazyLock::new(|| {
            let (book, mut client) = (users(), Client::new("alice", "pencil"));
            let (challenge, state) = start(&book, &client.first()).unwrap();
            let last = client.last(&challenge, |_| {});
            (book, state, last)
        });
        let (book, state, last) = &*STARTED;
        let mut changed: Vec<char> = last.chars().collect();
        let at = at.index(changed.len());
        prop_assume!(changed[at] != by);
        changed[at] = by;
        let changed: String = changed.into_iter().collect();
        let step = answer(book, state, &changed);
        prop_assert!(!matches!(step, Ok(Step::Challenge { .. } | Step::Proven { .. })), "{:?}", step);
    }
}
