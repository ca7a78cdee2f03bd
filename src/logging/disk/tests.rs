//! What is opened, and what is refused.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use super::*;

#[test]
fn only_regular_files_are_opened_and_nothing_is_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    fs::write(path("target"), "").unwrap();
    symlink(path("target"), path("link")).unwrap();
    symlink(path("nowhere"), path("dangling")).unwrap();
    fs::create_dir(path("directory")).unwrap();
    mkfifo(&path("fifo"), Mode::S_IRWXU).unwrap();
    for name in ["link", "dangling", "directory", "fifo"] {
        let error = SystemDisk.open(&path(name)).err().expect(name);
        assert!(
            error.to_string().contains("not a regular file"),
            "{name}: {error}"
        );
    }
    assert!(!path("nowhere").exists());
    // With a reader the FIFO would open.
    let _reader = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path("fifo"))
        .unwrap();
    assert!(SystemDisk.open(&path("fifo")).is_err());
}

#[test]
fn files_and_directories_are_closed_to_others() {
    let directory = tempfile::tempdir().unwrap();
    let deep = directory.path().join("a/b");
    assert_eq!(
        SystemDisk.make_directory(&deep).unwrap(),
        [deep.clone(), directory.path().join("a")]
    );
    assert_eq!(
        SystemDisk.make_directory(&deep).unwrap(),
        Vec::<PathBuf>::new()
    );
    assert!(SystemDisk.open(&deep.join("log")).unwrap().created);
    assert!(!SystemDisk.open(&deep.join("log")).unwrap().created);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o027;
    assert_eq!(mode(&deep) & !0o050, 0);
    assert_eq!(mode(&deep.join("log")) & !0o040, 0);
}

#[test]
fn neither_way_of_renaming_replaces_a_file() {
    for rename in [rename_new, link_and_unlink] {
        let directory = tempfile::tempdir().unwrap();
        let (from, to) = (directory.path().join("from"), directory.path().join("to"));
        fs::write(&from, "from").unwrap();
        fs::write(&to, "to").unwrap();
        assert_eq!(
            rename(&from, &to).unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(fs::read_to_string(&to).unwrap(), "to");
        fs::remove_file(&to).unwrap();
        rename(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(&to).unwrap(), "from");
        assert!(!from.exists());
    }
}
