//! Accounts, and who may ask `chatctl` for what.

use std::time::Duration;

use super::{LEAST, drop_in, main_file, refused, settings_with};
use crate::chat::Rate;

#[test]
fn by_default_people_make_accounts_themselves_and_stay_if_they_say_so() {
    let settings = settings_with("");
    let accounts = settings.accounts;
    assert!(accounts.enabled && accounts.registration && !accounts.always_on);
    assert_eq!(accounts.missed, Some(1000));
    let limits = settings.limits;
    assert_eq!(limits.rooms_per_account, Some(20));
    let five = Rate::new(5, Duration::from_hours(1));
    assert_eq!(limits.register_rate, Some(five));
}

#[test]
fn everything_about_accounts_can_be_said_otherwise() {
    let settings = settings_with(
        "[accounts]\nenabled = false\nregistration = false\nalways_on = true\nmissed = 7\n\
         [limits]\nrooms_per_account = 3\nregister_rate = \"1/min\"\n",
    );
    let accounts = settings.accounts;
    assert!(!accounts.enabled && !accounts.registration && accounts.always_on);
    assert_eq!(accounts.missed, Some(7));
    let limits = settings.limits;
    assert_eq!(limits.rooms_per_account, Some(3));
    let one = Rate::new(1, Duration::from_mins(1));
    assert_eq!(limits.register_rate, Some(one));
    let off = settings_with(
        "[accounts]\nmissed = \"off\"\n[limits]\nrooms_per_account = \"off\"\nregister_rate = \"off\"\n",
    );
    assert_eq!(off.accounts.missed, None);
    assert_eq!(
        (off.limits.rooms_per_account, off.limits.register_rate),
        (None, None)
    );
}

#[test]
fn what_can_be_no_group_is_refused_with_what_can() {
    let long = "g".repeat(64);
    for (name, why) in [
        ("a:b", "U+003A may not be in it"),
        ("a,b", "U+002C may not be in it"),
        ("a\\u0007", "U+0007 may not be in it"),
        ("", "it is empty"),
        (&long, "it has 64 bytes"),
    ] {
        let text = format!("[admin]\nreaders = [\"{name}\"]\n");
        let told = refused(&[main_file(LEAST), drop_in("x.toml", &text)], &[]);
        let expected = "conf.d/x.toml:2:11: admin.readers: expected a list of at most 64 names of groups, each of 1 to 63 bytes \
                        without ':', ',' and invisible characters, such as [\"chatd\"]; found ";
        assert!(
            told.starts_with(expected) && told.ends_with(&format!(": {why})")),
            "{told}"
        );
    }
}
