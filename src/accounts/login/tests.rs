use super::*;
use crate::accounts::testing::nick;

fn login(text: &str) -> Login {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn a_device_is_in_lower_case_and_the_default_one_is_none() {
    for (text, name, device, shown) in [
        ("alice", "alice", None, "alice"),
        ("Alice@Phone", "Alice", Some("phone"), "Alice@phone"),
        ("zoë@a-b_c.9", "zoë", Some("a-b_c.9"), "zoë@a-b_c.9"),
        ("alice@default", "alice", None, "alice"),
        ("alice@DeFault", "alice", None, "alice"),
        (
            "alice@defaults",
            "alice",
            Some("defaults"),
            "alice@defaults",
        ),
    ] {
        let login = login(text);
        assert_eq!(login.name, nick(name), "{text}");
        assert_eq!(login.device.as_ref().map(Device::as_str), device, "{text}");
        assert_eq!(login.to_string(), shown);
        let written = serde_json::to_string(&login).expect("JSON");
        assert_eq!(written, format!("{shown:?}"));
        let read: Login = serde_json::from_str(&written).expect("what was written");
        assert_eq!(read, login);
    }
    let longest = format!("alice@{}", "x".repeat(Device::MOST));
    assert_eq!(login(&longest).to_string(), longest);
}

#[test]
fn what_is_no_name_or_no_device_is_refused() {
    let long = format!("alice@{}", "x".repeat(Device::MOST + 1));
    for bad in [
        "alice@",
        "alice@a b",
        "alice@a@b",
        "alice@phöne",
        "alice@\0",
        "alice@a,b",
        &long,
    ] {
        assert_eq!(bad.parse::<Login>(), Err(LoginError::Device), "{bad:?}");
    }
    for bad in ["", "@phone", "a b@phone", "9lives", "nickserv", "a\0b"] {
        let error = bad.parse::<Login>().expect_err(bad);
        assert!(matches!(error, LoginError::Name(_)), "{bad:?}: {error}");
    }
}

#[test]
fn one_is_also_oneself_in_another_casing_and_on_the_same_device_or_none() {
    let phone = login("Alice@phone");
    for same in ["alice", "ALICE", "alice@PHONE", "alice@default"] {
        assert!(phone.is_also(&login(same)), "{same}");
    }
    for other in ["alice@laptop", "bob", "bob@phone", "a1ice", "alicia"] {
        assert!(!phone.is_also(&login(other)), "{other}");
    }
    assert!(!login("alice").is_also(&phone));
}
