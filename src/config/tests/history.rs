//! The history and how long it keeps what was said.

use std::path::Path;
use std::time::Duration;

use super::super::History;
use super::{LEAST, drop_in, loaded, main_file, refused, settings_with};
use crate::store::{Durability, Retention};

const DAY: Duration = Duration::from_hours(24);

fn history(extra: &str) -> History {
    settings_with(extra).history
}

fn told(extra: &str) -> String {
    refused(&[main_file(LEAST), drop_in("x.toml", extra)], &[])
}

#[test]
fn by_default_all_is_kept_for_ever_and_counts_as_stored_when_the_disk_has_it() {
    let history = history("");
    assert!(history.enabled && history.direct_messages && history.before_join && history.events);
    assert_eq!(history.durability, Durability::Commit);
    assert_eq!(history.retention, Retention::default());
    assert!(history.rooms.is_empty());
    assert_eq!(history.directory, Path::new("/var/lib/chatd"));
    assert_eq!((history.pending, history.stall), (8 << 20, DAY / 8640));
    assert_eq!((history.replay, history.plain_replay), (Some(50), None));
}

#[test]
fn everything_can_be_said_otherwise() {
    let history = history(
        "[history]\nenabled = false\ndirectory = \"/srv/chat\"\ndurability = \"relaxed\"\nretain_age = \"30d\"\n\
         retain_count = 5000\ndirect_messages = false\nevents = false\nbefore_join = false\npending = \"1MiB\"\nstall = \"3s\"\n\
         replay = \"off\"\nplain_replay = 10\n",
    );
    assert!(!history.enabled && !history.direct_messages && !history.before_join);
    assert!(!history.events);
    assert_eq!(history.directory, Path::new("/srv/chat"));
    assert_eq!(history.durability, Durability::Relaxed);
    let kept = Retention {
        age: Some(30 * DAY),
        count: Some(5000),
    };
    assert_eq!(history.retention, kept);
    assert_eq!((history.pending, history.stall.as_secs()), (1 << 20, 3));
    assert_eq!((history.replay, history.plain_replay), (None, Some(10)));
}

#[test]
fn a_room_has_a_retention_of_its_own_in_place_of_the_general_one() {
    let history = history(
        "[history]\nretain_age = \"30d\"\n[retention.tea]\nroom = \"#Tea\"\ncount = 100\n\
         [retention.law]\nroom = \"#law\"\nage = \"36500d\"\n",
    );
    let of = |name: &str| {
        let room = &history.rooms[name];
        (room.room.as_str(), room.retention.age, room.retention.count)
    };
    assert_eq!(of("tea"), ("#Tea", None, Some(100)));
    assert_eq!(of("law"), ("#law", Some(36_500 * DAY), None));
}

#[test]
fn a_table_without_a_room_and_two_of_one_room_are_refused() {
    assert_eq!(
        told("[retention.tea]\nage = \"1d\"\n"),
        "conf.d/x.toml:1:12: retention.tea.room: missing: this table needs a room, such as room = \"#tea\""
    );
    assert_eq!(
        told("[retention.a]\nroom = \"#tea\"\n[retention.b]\nroom = \"#TEA\"\n"),
        "conf.d/x.toml:4:1: retention.b.room: expected a room of its own; #TEA is also that of retention.a.room \
         (conf.d/x.toml:2:1); keep one of the two tables"
    );
    // What was refused once is not judged again.
    let wrong = told("[retention.a]\nroom = \"tea\"\n");
    assert_eq!(wrong.lines().count(), 1, "{wrong}");
    assert!(
        wrong.contains("retention.a.room: expected a room's name, such as \"#lobby\""),
        "{wrong}"
    );
}

#[test]
fn what_is_wrong_is_said_with_what_was_expected() {
    for (text, words) in [
        (
            "durability = \"comit\"",
            "history.durability: expected \"commit\" or \"relaxed\"; found \"comit\" (did you mean \"commit\"?)",
        ),
        (
            "retain_age = \"36501d\"",
            "history.retain_age: expected a time from \"1s\" to \"36500d\", or \"off\"; found \"36501d\"",
        ),
        (
            "retain_age = 30",
            "history.retain_age: expected a time from \"1s\" to \"36500d\", or \"off\"; found 30 (the unit is missing",
        ),
        (
            "retain_count = 0",
            "history.retain_count: expected a whole number from 1 to 1000000000, or \"off\"; found 0",
        ),
        (
            "directory = \"history\"",
            "history.directory: expected an absolute path; found \"history\" (it does not begin with /)",
        ),
        ("stall = \"off\"", "(this limit cannot be off)"),
        (
            "retain_ages = \"30d\"",
            "history.retain_ages: unknown key; did you mean history.retain_age?",
        ),
    ] {
        let told = told(&format!("[history]\n{text}\n"));
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn days_are_understood_and_written_back() {
    for (written, shown) in [
        ("48h", "2d"),
        ("30d", "30d"),
        ("30d 12h", "30d 12h"),
        ("1d 1h", "25h"),
        ("90m", "1h 30m"),
    ] {
        let text = format!("[history]\nretain_age = \"{written}\"\n");
        let shown_as = loaded(&[main_file(LEAST), drop_in("x.toml", &text)])
            .show()
            .into_iter()
            .find(|setting| setting.key == "history.retain_age")
            .map(|setting| setting.value);
        assert_eq!(shown_as, Some(format!("\"{shown}\"")));
    }
}
