use std::fs::{self, Permissions};
use std::os::unix::fs::chown;
use std::os::unix::net::UnixListener;

use super::*;

fn gate(owner: Option<&str>, group: Option<&str>) -> Gate {
    Gate {
        owner: owner.map(Into::into),
        group: group.map(Into::into),
        joined: false,
        user: Some("alice".into()),
    }
}

#[test]
fn the_group_to_join_is_named_where_there_is_one() {
    for (gate, words) in [
        (
            gate(Some("chatd"), Some("chatd")),
            "may only be used by root, chatd and members of the group chatd. To join: usermod -aG chatd alice, and a new login",
        ),
        (
            gate(None, Some("chatd")),
            "may only be used by root and members of the group chatd. To join: usermod -aG chatd alice, and a new login",
        ),
        (gate(Some("bob"), None), "may only be used by root and bob"),
        (gate(None, None), "may only be used by root"),
        (
            Gate {
                joined: true,
                ..gate(None, Some("chatd"))
            },
            "may only be used by root and members of the group chatd. alice is one, but has not logged in since",
        ),
        (
            Gate {
                user: None,
                ..gate(None, Some("chatd"))
            },
            "may only be used by root and members of the group chatd. To join: usermod -aG chatd USER, and a new login",
        ),
    ] {
        assert_eq!(gate.to_string(), words);
    }
}

#[test]
fn the_group_is_that_of_what_is_in_the_way_and_only_if_it_is_let_through() {
    let dir = tempfile::tempdir().unwrap();
    let socket = dir.path().join("s");
    let _listener = UnixListener::bind(&socket).unwrap();
    // A group that is not root's can only be given by root.
    let other = 12;
    if chown(&socket, None, Some(other)).is_err() || chown(dir.path(), None, Some(other)).is_err() {
        return;
    }
    let found = |path: &Path, mode| {
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        group_let_through(&path.metadata().unwrap())
    };
    let group = Some(Gid::from_raw(other));
    assert_eq!(found(&socket, 0o660), group);
    assert_eq!(
        found(&socket, 0o640),
        None,
        "reading alone does not connect"
    );
    assert_eq!(found(dir.path(), 0o750), group);
    assert_eq!(found(dir.path(), 0o760), None, "nor does it enter");
    chown(&socket, None, Some(54_321)).unwrap();
    fs::set_permissions(&socket, Permissions::from_mode(0o660)).unwrap();
    let nameless = Gate::before(&socket).group;
    assert_eq!(nameless.as_deref(), Some("54321"), "a group without a name");
    chown(&socket, None, Some(0)).unwrap();
    assert_eq!(found(&socket, 0o660), None, "root's own group");
}
