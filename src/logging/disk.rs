//! The few operations on files that a log needs, as a trait, so that tests can let them fail. Decides nothing.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use nix::errno::Errno;
use nix::fcntl::OFlag;

#[cfg(test)]
mod tests;

/// Files by their paths.
pub(super) trait Disk: Send + Sync {
    /// Makes the directory and those above it, mode 0750. Returns those that were missing, the deepest first.
    fn make_directory(&self, path: &Path) -> io::Result<Vec<PathBuf>>;
    /// Opens for appending, making the file (mode 0640) when it is missing. Anything but a regular file is refused: a
    /// symbolic link is not followed, a FIFO is not waited for.
    fn open(&self, path: &Path) -> io::Result<Opened>;
    /// What is at the path now; a symbolic link is not followed.
    fn look(&self, path: &Path) -> io::Result<Identity>;
    /// Renames; an existing `to` is never replaced but an error of the kind `AlreadyExists`.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// The names of the regular files in the directory.
    fn list(&self, directory: &Path) -> io::Result<Vec<String>>;
    /// Removes a file.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Removes an empty directory.
    fn remove_directory(&self, path: &Path) -> io::Result<()>;
}

/// An open file.
pub(super) trait File: Write + Send {
    /// What it is.
    fn identity(&self) -> io::Result<Identity>;
    /// Cuts it to that length.
    fn truncate(&mut self, len: u64) -> io::Result<()>;
}

/// A file that was opened.
pub(super) struct Opened {
    pub(super) file: Box<dyn File>,
    /// Whether it did not exist before.
    pub(super) created: bool,
}

/// Which file it is, and how it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Identity {
    pub(super) device: u64,
    pub(super) inode: u64,
    pub(super) len: u64,
    /// How many names it has; none: it was deleted.
    pub(super) links: u64,
    pub(super) modified: SystemTime,
}

impl Identity {
    /// Whether both are the same file.
    pub(super) fn is(&self, other: &Identity) -> bool {
        (self.device, self.inode) == (other.device, other.inode)
    }
}

impl From<fs::Metadata> for Identity {
    fn from(meta: fs::Metadata) -> Identity {
        Identity {
            device: meta.dev(),
            inode: meta.ino(),
            len: meta.len(),
            links: meta.nlink(),
            modified: meta.modified().unwrap_or(SystemTime::UNIX_EPOCH),
        }
    }
}

/// The real files.
pub(super) struct SystemDisk;

impl Disk for SystemDisk {
    fn make_directory(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        let missing: Vec<PathBuf> = path
            .ancestors()
            .take_while(|dir| !dir.as_os_str().is_empty() && !dir.exists())
            .map(Path::to_owned)
            .collect();
        DirBuilder::new().recursive(true).mode(0o750).create(path)?;
        Ok(missing)
    }

    fn open(&self, path: &Path) -> io::Result<Opened> {
        let mut options = OpenOptions::new();
        options.append(true).mode(0o640);
        // O_NONBLOCK: a FIFO without a reader fails instead of waiting. std sets O_CLOEXEC.
        options.custom_flags((OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_NOCTTY).bits());
        // Twice, since somebody may make or remove the file between the two ways of opening.
        for _ in 0..2 {
            match options.clone().create_new(true).open(path) {
                Ok(file) => return opened(file, true),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
            match options.open(path) {
                Ok(file) => return opened(file, false),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(irregular(path, error)),
            }
        }
        Err(io::ErrorKind::NotFound.into())
    }

    fn look(&self, path: &Path) -> io::Result<Identity> {
        fs::symlink_metadata(path).map(Identity::from)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        rename_new(from, to)
    }

    fn list(&self, directory: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(directory)? {
            let entry = entry?;
            if entry.file_type().is_ok_and(|kind| kind.is_file())
                && let Ok(name) = entry.file_name().into_string()
            {
                names.push(name);
            }
        }
        Ok(names)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }
}

fn opened(file: fs::File, created: bool) -> io::Result<Opened> {
    if !file.metadata()?.is_file() {
        return Err(not_regular());
    }
    Ok(Opened {
        file: Box::new(file),
        created,
    })
}

/// The system's word for a link is "too many levels", for a FIFO "no such device": says what is really there.
fn irregular(path: &Path, error: io::Error) -> io::Error {
    match fs::symlink_metadata(path) {
        Ok(meta) if !meta.is_file() => not_regular(),
        _ => error,
    }
}

fn not_regular() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidInput,
        "it is not a regular file (a link, a directory or a device); move it away",
    )
}

#[cfg(target_env = "gnu")]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    use nix::fcntl::{AT_FDCWD, RenameFlags, renameat2};
    match renameat2(AT_FDCWD, from, AT_FDCWD, to, RenameFlags::RENAME_NOREPLACE) {
        // A file system that does not know the flag.
        Err(Errno::EINVAL | Errno::ENOSYS) => link_and_unlink(from, to),
        result => result.map_err(io::Error::from),
    }
}

#[cfg(not(target_env = "gnu"))]
fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    link_and_unlink(from, to)
}

/// A link never replaces either.
pub(super) fn link_and_unlink(from: &Path, to: &Path) -> io::Result<()> {
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}

impl File for fs::File {
    fn identity(&self) -> io::Result<Identity> {
        self.metadata().map(Identity::from)
    }

    fn truncate(&mut self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }
}
