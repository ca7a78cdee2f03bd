//! Where chatd's files go, and which runtime directory is safe.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;

use super::super::{Directories, Rejected, check};
use super::drop_in;
use super::variables;

fn find(environment: &[(&str, &str)], uid: u32) -> [String; 3] {
    let found = Directories::find(&variables(environment), uid).expect("there is a place");
    [found.runtime, found.state, found.logs].map(|path| path.display().to_string())
}

#[test]
fn systemd_says_first_then_the_system_for_root_then_xdg() {
    let systemd = [
        ("RUNTIME_DIRECTORY", "/run/a:/run/b"),
        ("STATE_DIRECTORY", "/var/lib/a"),
        ("LOGS_DIRECTORY", "/var/log/a"),
        ("XDG_RUNTIME_DIR", "/run/user/7"),
        ("HOME", "/home/x"),
    ];
    for uid in [0, 7] {
        assert_eq!(find(&systemd, uid), ["/run/a", "/var/lib/a", "/var/log/a"]);
    }
    let user = &systemd[3..];
    assert_eq!(
        find(user, 0),
        ["/run/chatd", "/var/lib/chatd", "/var/log/chatd"]
    );
    let state = "/home/x/.local/state/chatd";
    assert_eq!(
        find(user, 7),
        ["/run/user/7/chatd", state, &format!("{state}/log")]
    );
    let xdg = [("XDG_STATE_HOME", "/s"), ("XDG_RUNTIME_DIR", "relative")];
    assert_eq!(find(&xdg, 7), ["/tmp/chatd-7", "/s/chatd", "/s/chatd/log"]);
}

#[test]
fn the_daemons_own_choice_is_tried_and_a_users_first() {
    let all = [
        ("RUNTIME_DIRECTORY", "/run/a:/run/b"),
        ("XDG_RUNTIME_DIR", "/run/user/7"),
        ("HOME", "/home/x"),
    ];
    for uid in [0, 7] {
        for environment in [&all[..], &all[1..], &all[2..]] {
            let tried = Directories::runtimes(&variables(environment), uid);
            let [chosen, ..] = find(environment, uid);
            let at = tried
                .iter()
                .position(|place| place.directory == Path::new(&chosen));
            assert!(at == Some(0) || (uid == 0 && at.is_some()), "{at:?}");
            let system = Path::new("/run/chatd");
            assert!(tried.iter().any(|place| place.directory == system));
            for place in &tried {
                let in_tmp = place.directory.starts_with("/tmp");
                assert_eq!(place.open_parent, in_tmp, "{place:?}");
            }
        }
    }
    assert_eq!(Directories::runtimes(&variables(&all), 7).len(), 3);
}

#[test]
fn a_user_without_a_home_is_told_what_to_set() {
    let nobody_has_it = u32::MAX - 7;
    let told = Directories::find(&[], nobody_has_it).expect_err("there is no place");
    assert!(
        told.to_string()
            .contains("expected HOME, XDG_STATE_HOME or STATE_DIRECTORY")
    );
}

fn below(place: &Path) -> Directories {
    Directories {
        runtime: place.join("run/chatd"),
        state: place.join("state/chatd"),
        logs: place.join("state/chatd/log"),
    }
}

/// By the built-in defaults, all three are used.
fn prepare(directories: &Directories) -> Result<(), Rejected> {
    let loaded = check(&[], &[], directories).expect("the defaults are right");
    directories.prepare(&loaded.settings)
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("it is there").mode() & 0o7777
}

#[test]
fn missing_directories_are_made_closed_to_others_and_kept_when_they_are_there() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let directories = below(place.path());
    for _ in 0..2 {
        prepare(&directories).expect("they can be made");
    }
    assert_eq!(mode(&directories.runtime) & 0o022, 0);
    assert_eq!(mode(&directories.state), 0o700);
    assert_eq!(mode(&directories.logs), 0o700);
}

#[test]
fn a_runtime_directory_that_others_can_write_to_is_refused() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let directories = below(place.path());
    prepare(&directories).expect("they can be made");
    for open in [0o770, 0o707, 0o1777] {
        fs::set_permissions(&directories.runtime, Permissions::from_mode(open))
            .expect("it is ours");
        let told = prepare(&directories).expect_err("it is open").to_string();
        assert!(
            told.starts_with(&directories.runtime.display().to_string()),
            "{told}"
        );
        assert!(told.contains("chmod go-w"), "{told}");
    }
}

#[test]
fn a_link_is_followed_only_where_others_cannot_make_one() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let mut directories = below(place.path());
    prepare(&directories).expect("they can be made");
    let link = place.path().join("link");
    symlink(&directories.runtime, &link).expect("it can be made");
    directories.runtime = link;
    prepare(&directories).expect("the administrator made the link");
    fs::set_permissions(place.path(), Permissions::from_mode(0o1777)).expect("it is ours");
    let told = prepare(&directories).expect_err("anybody could have made the link");
    assert!(
        told.to_string().contains("expected a real directory"),
        "{told}"
    );
}

#[test]
fn what_cannot_be_made_is_named_with_what_to_do() {
    let place = tempfile::tempdir().expect("a directory can be made");
    fs::write(place.path().join("run"), "").expect("it can be written");
    let told = prepare(&below(place.path()))
        .expect_err("a file is in the way")
        .to_string();
    assert!(
        told.contains("run/chatd: this directory cannot be made"),
        "{told}"
    );
    assert!(told.contains("RUNTIME_DIRECTORY"), "{told}");
}

#[test]
fn a_directory_of_somebody_else_is_refused() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let owner = fs::metadata(place.path()).expect("it is there").uid();
    let told = super::super::directories::ours_alone(place.path(), owner + 1);
    assert!(told.is_err_and(|told| told.contains(&format!("belongs to user {owner}"))));
    assert_eq!(
        super::super::directories::ours_alone(place.path(), owner),
        Ok(())
    );
}

#[test]
fn a_directory_that_nothing_is_kept_in_is_neither_made_nor_needed() {
    let place = tempfile::tempdir().expect("a directory can be made");
    let unused = below(&place.path().join("home"));
    let elsewhere = place.path().display();
    let in_another_place = format!(
        "[admin]\nsocket = \"{elsewhere}/a/chatd.sock\"\n[log]\ndirectory = \"{elsewhere}/log\"\n[history]\n"
    );
    let history_elsewhere = format!("directory = \"{elsewhere}/history\"\n");
    let nothing_stored = "enabled = false\n[accounts]\nenabled = false\n".to_owned();
    for history in [history_elsewhere, nothing_stored] {
        let layers = [drop_in(
            "places.toml",
            &format!("{in_another_place}{history}"),
        )];
        let loaded = check(&layers, &[], &unused).expect("it is right");
        unused.prepare(&loaded.settings).expect("none is needed");
        assert!(!place.path().join("home").exists(), "{history}");
    }
    // The accounts alone need their place.
    fs::write(place.path().join("home"), "").expect("it can be written");
    let accounts = "enabled = false\n[accounts]\nenabled = true\n";
    let layers = [drop_in(
        "places.toml",
        &format!("{in_another_place}{accounts}"),
    )];
    let loaded = check(&layers, &[], &unused).expect("it is right");
    let told = unused
        .prepare(&loaded.settings)
        .expect_err("a file is in the way");
    assert!(told.to_string().contains("STATE_DIRECTORY"), "{told}");
}
