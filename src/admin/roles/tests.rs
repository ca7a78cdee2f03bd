use super::super::testing::peer;
use super::*;

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// Where `chatd` has the number 24, `ops` the number 25, and no other group is there.
fn roles(readers: &[&str], administrators: &[&str]) -> Roles {
    Roles::by(&names(readers), &names(administrators), |name| match name {
        "chatd" => Ok(24),
        "ops" => Ok(25),
        _ => Err("does not exist".into()),
    })
}

fn in_groups(gid: u32, groups: Option<&[u32]>) -> Peer {
    Peer {
        gid,
        groups: groups.map(Into::into),
        ..peer(12345)
    }
}

fn message(error: Error) -> String {
    match error {
        Error::PermissionDenied { message } => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_role_comes_by_the_groups_that_the_kernel_names() {
    let both = roles(&["chatd"], &["ops"]);
    for (gid, groups, role) in [
        (1, &[2, 3][..], None),
        (1, &[2, 24], Some(Role::Reader)),
        (24, &[], Some(Role::Reader)),
        (1, &[25, 2], Some(Role::Administrator)),
        (25, &[24], Some(Role::Administrator)),
        (24, &[25], Some(Role::Administrator)),
    ] {
        let peer = in_groups(gid, Some(groups));
        assert_eq!(both.of(&peer), role, "{gid} {groups:?}");
    }
    // In too many groups, only its own is known.
    assert_eq!(both.of(&in_groups(1, None)), None);
    assert_eq!(both.of(&in_groups(24, None)), Some(Role::Reader));
    assert_eq!(roles(&[], &[]).of(&in_groups(24, Some(&[25]))), None);
}

#[test]
fn root_and_our_own_user_may_do_everything_whatever_the_groups() {
    let none = Roles::default();
    let own = geteuid().as_raw();
    assert_eq!(none.of(&peer(0)), Some(Role::Administrator));
    assert_eq!(none.of(&peer(own)), Some(Role::Administrator));
    assert_eq!(none.of(&peer(own + 1)), None);
    // The group of root is not root.
    assert_eq!(none.of(&in_groups(0, Some(&[0]))), None);
}

#[test]
fn a_group_that_is_not_there_is_named_and_nobody_has_a_role_by_it() {
    let roles = roles(&["chatd", "staff"], &["wheel"]);
    let problems: Vec<_> = roles.problems().collect();
    assert_eq!(
        problems,
        [
            (
                Role::Reader,
                "the group staff does not exist: nobody has a role by it".to_owned()
            ),
            (
                Role::Administrator,
                "the group wheel does not exist: nobody has a role by it".to_owned()
            ),
        ]
    );
    assert_eq!(
        roles.of(&in_groups(24, Some(&[]))),
        Some(Role::Reader),
        "by the one that is there"
    );
}

#[test]
fn whoever_is_denied_reads_which_group_to_join() {
    let both = roles(&["chatd"], &["ops", "wheel"]);
    let alice = Peer {
        user: Some("alice".into()),
        ..in_groups(24, Some(&[]))
    };
    assert_eq!(
        message(both.refusal(&alice, "Pause", Role::Administrator)),
        "Pause is for root, the user that chatd runs as and members of the group ops or of the group wheel, which does not \
         exist; alice is none of these. To join: usermod -aG ops alice, and a new login"
    );
    let nobody = Peer {
        user: None,
        ..in_groups(1, None)
    };
    assert_eq!(
        message(both.refusal(&nobody, "Status", Role::Reader)),
        "Status is for root, the user that chatd runs as and members of the group chatd; uid 12345 is none of these (or in too \
         many groups: of more than 64 none is read). To join: usermod -aG chatd USER, and a new login"
    );
    assert_eq!(
        message(roles(&[], &[]).refusal(&alice, "Pause", Role::Administrator)),
        "Pause is only for root and the user that chatd runs as; alice is none of these"
    );
}

#[test]
fn groups_are_looked_up_by_name() {
    let own = nix::unistd::getegid();
    let Ok(Some(group)) = Group::from_gid(own) else {
        return;
    };
    // On Debian nogroup is there, and stands for groups of other user namespaces.
    let not = names(&["no-such-group-here", "nogroup"]);
    let roles = Roles::look_up(&[group.name], &not);
    assert_eq!(roles.of(&in_groups(own.as_raw(), None)), Some(Role::Reader));
    let problems: Vec<_> = roles.problems().map(|(role, _)| role).collect();
    assert_eq!(problems, [Role::Administrator; 2]);
    assert_eq!(roles.of(&in_groups(NOT_KNOWN, None)), None);
}
