use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, chown};
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
fn a_group_is_let_through_that_may_enter_the_directory_or_write_to_the_socket() {
    for (is_dir, mode, gid, through) in [
        (false, 0o660, 12, true),
        (false, 0o020, 12, true),
        // Reading alone does not connect.
        (false, 0o640, 12, false),
        (false, 0o650, 12, false),
        (true, 0o750, 12, true),
        (true, 0o710, 12, true),
        // Nor does it enter.
        (true, 0o760, 12, false),
        // What holds for everybody else is not the group's.
        (false, 0o606, 12, false),
        (true, 0o701, 12, false),
        // Root's own group.
        (false, 0o660, 0, false),
        (true, 0o750, 0, false),
    ] {
        let group = group_let_through(is_dir, mode, gid);
        let expected = through.then(|| Gid::from_raw(gid));
        assert_eq!(group, expected, "{is_dir} {mode:o} {gid}");
    }
}

#[test]
fn the_group_is_that_of_what_is_in_the_way() {
    let dir = tempfile::tempdir().unwrap();
    let (inner, socket) = (dir.path().join("d"), dir.path().join("d/s"));
    fs::create_dir(&inner).unwrap();
    let _listener = UnixListener::bind(&socket).unwrap();
    fs::set_permissions(&socket, Permissions::from_mode(0o660)).unwrap();
    fs::set_permissions(&inner, Permissions::from_mode(0o750)).unwrap();
    let group = |path: &Path| Gate::before(path).group;
    let own = |path: &Path| {
        let gid = path.metadata().unwrap().gid();
        (gid != 0).then(|| name_of(Gid::from_raw(gid)))
    };
    assert_eq!(group(&socket), own(&socket));
    assert_eq!(group(&inner.join("none")), own(&inner));
    // Only root can give another group, and not even root everywhere.
    let given = |path: &Path, gid| chown(path, None, Some(gid)).is_ok();
    if !given(&socket, 54_321) || !given(&inner, 54_322) {
        return;
    }
    assert_eq!(group(&socket).as_deref(), Some("54321"), "without a name");
    assert_eq!(group(&inner.join("none")).as_deref(), Some("54322"));
}
