use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::sync::Barrier;

use super::*;

fn directory() -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let safe = fs::Permissions::from_mode(0o755);
    fs::set_permissions(directory.path(), safe).unwrap();
    directory
}

fn mode(path: &Path) -> u32 {
    fs::symlink_metadata(path).unwrap().mode() & 0o7777
}

/// A socket file whose daemon has gone.
fn dead(path: &Path) {
    drop(UnixListener::bind(path).unwrap());
}

fn refused(path: &Path) -> SocketError {
    bind(path).expect_err("the socket is refused")
}

#[test]
fn the_socket_answers_with_mode_0660_and_goes_with_its_daemon() {
    let directory = directory();
    let path = directory.path().join("s");
    let socket = bind(&path).unwrap();
    assert_eq!(socket.path(), path);
    assert_eq!(mode(&path), 0o660);
    UnixStream::connect(&path).unwrap();
    drop(socket);
    assert!(!path.exists());
}

/// Its first mode does not depend on the umask, and until all is right nobody gets in.
#[test]
fn a_socket_is_closed_to_others_from_its_first_moment() {
    let directory = directory();
    let path = directory.path().join("s");
    let fd = stream_socket().unwrap();
    let _file = name(&fd, &path, None).unwrap();
    assert_eq!(mode(&path), 0o600);
    let error = UnixStream::connect(&path).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionRefused);
}

#[test]
fn the_lock_is_private_and_says_who_holds_it() {
    let directory = directory();
    let path = directory.path().join("s");
    let lock = directory.path().join("s.lock");
    fs::write(&lock, "1234567890\n").unwrap();
    fs::set_permissions(&lock, fs::Permissions::from_mode(0o600)).unwrap();
    let _socket = bind(&path).unwrap();
    assert_eq!(mode(&lock), 0o600);
    let pid = std::process::id();
    assert_eq!(fs::read_to_string(&lock).unwrap(), format!("{pid}\n"));
}

#[test]
fn of_many_daemons_at_once_one_wins_and_the_others_name_it() {
    let directory = directory();
    let path = directory.path().join("s");
    let start = Barrier::new(4);
    for _ in 0..25 {
        let results: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        let result = bind(&path);
                        start.wait();
                        result
                    })
                })
                .collect();
            let joined = threads.into_iter().map(|thread| thread.join().unwrap());
            joined.collect()
        });
        let (won, lost): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        assert_eq!(won.len(), 1);
        for error in lost {
            let text = error.unwrap_err().to_string();
            let pid = std::process::id();
            let path = path.display();
            assert_eq!(text, format!("another chatd (pid {pid}) holds {path}"));
        }
        UnixStream::connect(&path).unwrap();
    }
}

#[test]
fn a_dead_socket_is_replaced() {
    let directory = directory();
    let path = directory.path().join("s");
    dead(&path);
    let _socket = bind(&path).unwrap();
    UnixStream::connect(&path).unwrap();
}

#[test]
fn a_socket_that_answers_is_left_alone() {
    let directory = directory();
    let path = directory.path().join("s");
    let _other = UnixListener::bind(&path).unwrap();
    match refused(&path) {
        SocketError::InUse { pid, .. } => {
            assert_eq!(u32::try_from(pid).unwrap(), std::process::id());
        }
        other => panic!("{other}"),
    }
    UnixStream::connect(&path).unwrap();
}

#[test]
fn whatever_is_no_socket_is_left_alone() {
    let directory = directory();
    let path = directory.path().join("s");
    let other = directory.path().join("other");
    dead(&other);
    let makers: [(&str, &dyn Fn()); 3] = [
        ("regular file", &|| fs::write(&path, "precious").unwrap()),
        ("directory", &|| fs::create_dir(&path).unwrap()),
        ("symbolic link", &|| symlink(&other, &path).unwrap()),
    ];
    for (what, make) in makers {
        make();
        let before = identity(&fs::symlink_metadata(&path).unwrap());
        let error = refused(&path);
        assert!(matches!(error, SocketError::Occupied { .. }), "{error}");
        assert!(error.to_string().contains(what), "{error}");
        assert_eq!(identity(&fs::symlink_metadata(&path).unwrap()), before);
        if what == "directory" {
            fs::remove_dir(&path).unwrap();
        } else {
            fs::remove_file(&path).unwrap();
        }
    }
    assert!(other.exists());
}

#[test]
fn a_lock_that_is_a_link_is_not_followed() {
    let directory = directory();
    let precious = directory.path().join("precious");
    fs::write(&precious, "x").unwrap();
    symlink(&precious, directory.path().join("s.lock")).unwrap();
    let error = refused(&directory.path().join("s"));
    assert!(matches!(error, SocketError::System { .. }), "{error}");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "x");
}

#[test]
fn a_socket_that_took_its_place_is_not_removed() {
    let directory = directory();
    let path = directory.path().join("s");
    let socket = bind(&path).unwrap();
    fs::remove_file(&path).unwrap();
    dead(&path);
    drop(socket);
    assert!(path.exists());
}

#[test]
fn a_directory_that_others_may_write_to_is_refused() {
    let directory = directory();
    for mode in [0o775, 0o757, 0o1777] {
        fs::set_permissions(directory.path(), fs::Permissions::from_mode(mode)).unwrap();
        let error = refused(&directory.path().join("s")).to_string();
        assert!(error.contains(&format!("has mode {mode:04o}")), "{error}");
        assert!(error.contains("chmod go-w"), "{error}");
    }
}

#[test]
fn a_directory_that_is_not_there_is_named() {
    let directory = directory();
    let error = refused(&directory.path().join("run/s")).to_string();
    let named = directory.path().join("run");
    assert!(
        error.contains(&format!("{} does not exist", named.display())),
        "{error}"
    );
}

/// Only root can give a directory away, so only as root is there something to see.
#[test]
fn a_directory_of_somebody_else_is_refused() {
    let directory = directory();
    let given = std::os::unix::fs::chown(directory.path(), Some(12345), None);
    if given.is_err() {
        return;
    }
    let error = refused(&directory.path().join("s")).to_string();
    assert!(error.contains("belongs to uid 12345"), "{error}");
}

#[test]
fn a_path_that_is_too_long_is_refused_with_its_length() {
    let path = PathBuf::from(format!("/tmp/{}", "x".repeat(SOCKET_PATH_MOST - 4)));
    let error = refused(&path).to_string();
    assert!(
        error.contains("has 108 bytes, and 107 are the most"),
        "{error}"
    );
    let directory = directory();
    let room = SOCKET_PATH_MOST - directory.path().as_os_str().len() - 1;
    bind(&directory.path().join("x".repeat(room))).unwrap();
}
