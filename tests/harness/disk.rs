//! A small file system of a test's own.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::{is_root, skip};

/// A small file system in memory, gone again at the end.
pub(crate) struct SmallDisk(TempDir);

impl SmallDisk {
    /// With these mount options, such as `size=64k`. None, and it says so, where that is not allowed.
    pub(crate) fn mount(options: &str) -> Option<SmallDisk> {
        let place = tempfile::tempdir().expect("a directory");
        let mounted = is_root()
            && Command::new("mount")
                .args(["-t", "tmpfs", "-o", &format!("{options},mode=700")])
                .arg("chatd-test")
                .arg(place.path())
                .output()
                .is_ok_and(|output| output.status.success());
        if !mounted {
            skip("only root can mount a small disk, and not in every container");
        }
        mounted.then(|| SmallDisk(place))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(self.0.path())
            .status();
    }
}
