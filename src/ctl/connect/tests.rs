use std::fs::{self, Permissions};
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::{Place, Session, places};
use crate::ctl::exit::{Exit, Failure};

fn paths(socket: Option<&str>, environment: &[(&str, &str)]) -> Vec<String> {
    let environment: Vec<_> = environment
        .iter()
        .map(|(k, v)| (k.to_string(), v.to_string()))
        .collect();
    places(socket.map(Path::new), &environment, 1000)
        .into_iter()
        .map(|place| place.path.display().to_string())
        .collect()
}

#[test]
fn what_is_named_is_tried_alone() {
    let environment = [
        ("CHATCTL_SOCKET", "/c"),
        ("RUNTIME_DIRECTORY", "/r"),
        ("XDG_RUNTIME_DIR", "/x"),
    ];
    assert_eq!(paths(Some("/s"), &environment), ["/s"]);
    assert_eq!(paths(None, &environment), ["/c"]);
}

#[test]
fn else_the_places_come_in_order() {
    assert_eq!(
        paths(
            None,
            &[
                ("CHATCTL_SOCKET", ""),
                ("XDG_RUNTIME_DIR", "/x"),
                ("RUNTIME_DIRECTORY", "/r:/q")
            ]
        ),
        [
            "/r/chatd.sock",
            "/x/chatd/chatd.sock",
            "/run/chatd/chatd.sock"
        ]
    );
    let nothing_said = ["/tmp/chatd-1000/chatd.sock", "/run/chatd/chatd.sock"];
    assert_eq!(paths(None, &[]), nothing_said);
    let relative = [("XDG_RUNTIME_DIR", "x"), ("RUNTIME_DIRECTORY", "r")];
    assert_eq!(paths(None, &relative), nothing_said, "as the daemon does");
}

#[test]
fn each_place_tried_is_named_with_what_was_found() {
    let dir = tempfile::tempdir().unwrap();
    let stale = dir.path().join("stale");
    drop(UnixListener::bind(&stale).unwrap());
    let failure = Session::connect(&[Place::new(dir.path().join("none")), Place::new(stale)])
        .err()
        .unwrap();
    assert_eq!(failure.exit(), Exit::NotRunning);
    let words = failure.to_string();
    assert!(
        words.contains("none: not there") && words.contains("stale: nobody listens"),
        "{words}"
    );
}

#[test]
fn a_daemon_that_does_not_answer_is_not_waited_for_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("chatd.sock");
    let _stopped = UnixListener::bind(&path).unwrap();
    let found = Session::connect_within(&[Place::new(&path)], Duration::from_millis(1));
    let failure = found.err().unwrap();
    assert_eq!(failure.exit(), Exit::NotRunning);
    let words = failure.to_string();
    assert!(words.contains("it is stopped, or hangs"), "{words}");
}

#[test]
fn a_shared_directory_in_tmp_is_not_trusted() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("chatd.sock");
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.write_all(b"{}\0").unwrap();
        stream.read_to_end(&mut Vec::new())
    });
    let uid = fs::metadata(dir.path()).unwrap().uid();
    let connect = |uid| {
        Session::connect(&[Place {
            path: path.clone(),
            private_to: Some(uid),
        }])
    };

    fs::set_permissions(dir.path(), Permissions::from_mode(0o700)).unwrap();
    assert!(connect(uid).is_ok());
    assert!(
        matches!(connect(uid + 1), Err(Failure::NotRunning(_))),
        "another user's directory"
    );
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    assert!(
        matches!(connect(uid), Err(Failure::NotRunning(_))),
        "a directory that others may enter"
    );
}
