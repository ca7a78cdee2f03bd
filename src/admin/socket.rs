//! The admin socket as a file: made with the right permissions before anybody can connect, never beside another
//! daemon's, removed when it is done with. Speaks no protocol.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};
use nix::libc;
use nix::sys::socket::{
    AddressFamily, Backlog, SockFlag, SockType, UnixAddr, bind as bind_fd, connect, getsockopt,
    listen, socket, sockopt,
};
use nix::sys::stat::{Mode, fchmod};
use nix::unistd::{Gid, Group, geteuid};

mod error;

pub use error::SocketError;

/// The most bytes of a socket's path: `sun_path` of unix(7) less its NUL.
pub const SOCKET_PATH_MOST: usize = 107;
/// The group that may connect, where it exists.
const GROUP: &str = "chatd";
/// How long to look for the pid of the daemon that holds the lock: it may just be starting.
const HOLDER_WAIT: Duration = Duration::from_secs(1);

/// A bound and listening admin socket. Dropping it removes its file, if that is still the one that was made.
#[derive(Debug)]
pub struct Socket {
    // In this order: nobody is accepted any more, the file goes, and only then may another daemon come.
    pub(super) listener: UnixListener,
    pub(super) file: SocketFile,
    pub(super) lock: Lock,
}

impl Socket {
    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.file.path
    }
}

/// The socket's name in the file system.
#[derive(Debug)]
pub(super) struct SocketFile {
    path: PathBuf,
    /// Device and inode: which file it is.
    identity: (u64, u64),
    /// The group that it was given to.
    group: Option<Gid>,
}

impl SocketFile {
    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Makes it anew if it was removed, as [`bind`] does; none: it is there. An error, too: something else is.
    pub(super) fn again(&self) -> Result<Option<(UnixListener, SocketFile)>, SocketError> {
        match fs::symlink_metadata(&self.path) {
            Ok(found) if identity(&found) == self.identity => Ok(None),
            Ok(found) => Err(SocketError::Occupied {
                path: self.path.clone(),
                found: describe(&found),
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                check_directory(&self.path)?;
                make(&self.path, self.group).map(Some)
            }
            Err(error) => Err(failed("look at", &self.path)(error)),
        }
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        if fs::symlink_metadata(&self.path).is_ok_and(|found| identity(&found) == self.identity) {
            // Nothing could be done about a failure; the next start replaces a dead socket.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// `PATH.lock`, locked. It stays there: removing it would let two daemons lock two files.
#[derive(Debug)]
pub(super) struct Lock {
    _file: Flock<File>,
}

/// Makes the admin socket: mode 0660, of the group `chatd` where that exists and we may give it, and not accepting
/// before that is so. A dead socket of ours is replaced; whatever else is at the path is refused and left alone.
///
/// Waits up to a second when another daemon holds the lock, to name that daemon.
pub fn bind(path: &Path) -> Result<Socket, SocketError> {
    let length = path.as_os_str().len();
    if length > SOCKET_PATH_MOST {
        return Err(SocketError::PathTooLong {
            path: path.into(),
            length,
        });
    }
    check_directory(path)?;
    let lock = lock(path)?;
    clear(path)?;
    // May wait for a directory of groups on a network.
    let group = Group::from_name(GROUP).ok().flatten();
    let (listener, file) = make(path, group.map(|group| group.gid))?;
    Ok(Socket {
        listener,
        file,
        lock,
    })
}

fn failed(step: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SocketError {
    move |source| SocketError::System {
        step,
        path: path.into(),
        source,
    }
}

fn failed_errno(step: &'static str, path: &Path) -> impl FnOnce(Errno) -> SocketError {
    move |errno| failed(step, path)(errno.into())
}

fn identity(metadata: &fs::Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

fn check_directory(path: &Path) -> Result<(), SocketError> {
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let refuse = |found: String, remedy: &str| {
        Err(SocketError::Directory {
            directory: directory.into(),
            found,
            remedy: remedy.into(),
        })
    };
    let metadata = match fs::metadata(directory) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return refuse(
                "does not exist".into(),
                "make it, owned by the user that chatd runs as, mode 0755",
            );
        }
        Err(error) => return Err(failed("look at the directory", directory)(error)),
    };
    if !metadata.is_dir() {
        return refuse("is not a directory".into(), "choose another path");
    }
    // A symbolic link counts too: who owns it chooses where it leads.
    let link =
        fs::symlink_metadata(directory).map_err(failed("look at the directory", directory))?;
    let us = geteuid().as_raw();
    for owner in [metadata.uid(), link.uid()] {
        if owner != us && owner != 0 {
            return refuse(
                format!("belongs to uid {owner}, who could replace the socket"),
                "it must belong to the user that chatd runs as, or to root",
            );
        }
    }
    let mode = metadata.mode() & 0o7777;
    if mode & 0o022 != 0 {
        return refuse(
            format!("has mode {mode:04o}: others than its owner could replace the socket"),
            &format!("run: chmod go-w {}", directory.display()),
        );
    }
    Ok(())
}

fn lock(path: &Path) -> Result<Lock, SocketError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".lock");
    let name = PathBuf::from(name);
    let step = "lock";
    let until = Instant::now() + HOLDER_WAIT;
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(libc::O_NOFOLLOW | libc::O_CLOEXEC | libc::O_NONBLOCK)
        .open(&name)
        .map_err(failed(step, &name))?;
    let metadata = file.metadata().map_err(failed(step, &name))?;
    if !metadata.is_file() || metadata.uid() != geteuid().as_raw() {
        return Err(SocketError::Occupied {
            path: name,
            found: describe(&metadata),
        });
    }
    loop {
        let refused = match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
            Ok(mut locked) => {
                locked
                    .set_len(0)
                    .and_then(|()| locked.rewind())
                    .and_then(|()| writeln!(locked, "{}", std::process::id()))
                    .map_err(failed("write", &name))?;
                return Ok(Lock { _file: locked });
            }
            Err((back, Errno::EWOULDBLOCK)) => back,
            Err((_, errno)) => return Err(failed_errno(step, &name)(errno)),
        };
        file = refused;
        // The kernel knows best who is there; the number in the file may be an earlier daemon's, as long as the
        // present one is only starting.
        if let Some(pid) = who_answers(path)? {
            return Err(SocketError::InUse {
                path: path.into(),
                pid,
            });
        }
        if Instant::now() >= until {
            let mut text = String::new();
            let _ = file.rewind().and_then(|()| file.read_to_string(&mut text));
            return Err(SocketError::InUse {
                path: path.into(),
                pid: text.trim().parse().unwrap_or(0),
            });
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// The process that listens at the socket, if one does. 0: one does, but its pid is not known.
fn who_answers(path: &Path) -> Result<Option<i32>, SocketError> {
    let step = "try";
    let fd = stream_socket().map_err(failed_errno(step, path))?;
    let address = UnixAddr::new(path).map_err(failed_errno(step, path))?;
    match connect(fd.as_raw_fd(), &address) {
        Ok(()) => Ok(Some(
            getsockopt(&fd, sockopt::PeerCredentials).map_or(0, |peer| peer.pid()),
        )),
        Err(Errno::ECONNREFUSED | Errno::ENOENT) => Ok(None),
        // Its queue is full: somebody listens, and is busy.
        Err(Errno::EAGAIN) => Ok(Some(0)),
        Err(errno) => Err(failed_errno(step, path)(errno)),
    }
}

/// Removes a dead socket of ours. The lock is held: no other chatd is at work here.
fn clear(path: &Path) -> Result<(), SocketError> {
    let metadata = match fs::symlink_metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("look at", path)(error)),
    };
    if !metadata.file_type().is_socket() || metadata.uid() != geteuid().as_raw() {
        return Err(SocketError::Occupied {
            path: path.into(),
            found: describe(&metadata),
        });
    }
    if let Some(pid) = who_answers(path)? {
        return Err(SocketError::InUse {
            path: path.into(),
            pid,
        });
    }
    fs::remove_file(path).map_err(failed("remove the dead socket", path))
}

fn describe(metadata: &fs::Metadata) -> String {
    let kind = metadata.file_type();
    let what = if kind.is_socket() {
        "socket"
    } else if kind.is_symlink() {
        "symbolic link"
    } else if kind.is_dir() {
        "directory"
    } else if kind.is_file() {
        "regular file"
    } else {
        "special file"
    };
    format!("is a {what} of uid {}", metadata.uid())
}

fn stream_socket() -> nix::Result<OwnedFd> {
    socket(
        AddressFamily::Unix,
        SockType::Stream,
        SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK,
        None,
    )
}

fn make(path: &Path, group: Option<Gid>) -> Result<(UnixListener, SocketFile), SocketError> {
    let fd = stream_socket().map_err(failed_errno("make", path))?;
    let file = name(&fd, path, group)?;
    let step = "set the permissions of";
    let given = fs::symlink_metadata(path).map_err(failed(step, path))?;
    // Not asked for where it is so already: under systemd, where chatd may not change owners.
    if let Some(group) = group
        && group.as_raw() != given.gid()
    {
        match std::os::unix::fs::lchown(path, None, Some(group.as_raw())) {
            // Not a member: then our own group has it.
            Err(error) if error.raw_os_error() == Some(libc::EPERM) => {}
            other => other.map_err(failed(step, path))?,
        }
    }
    fs::set_permissions(path, fs::Permissions::from_mode(0o660)).map_err(failed(step, path))?;
    listen(&fd, Backlog::MAXCONN).map_err(failed_errno("listen at", path))?;
    Ok((UnixListener::from(fd), file))
}

/// Binds the socket to its name. On Linux a socket's file gets the mode of the socket (less the umask), so that it is
/// closed to everybody else from its first moment, whatever the process's umask, which other threads share, says.
fn name(fd: &OwnedFd, path: &Path, group: Option<Gid>) -> Result<SocketFile, SocketError> {
    let step = "make";
    fchmod(fd.as_fd(), Mode::S_IRUSR | Mode::S_IWUSR).map_err(failed_errno(step, path))?;
    let address = UnixAddr::new(path).map_err(failed_errno(step, path))?;
    bind_fd(fd.as_raw_fd(), &address).map_err(failed_errno(step, path))?;
    let metadata = fs::symlink_metadata(path).map_err(failed(step, path))?;
    Ok(SocketFile {
        path: path.into(),
        identity: identity(&metadata),
        group,
    })
}

#[cfg(test)]
mod tests;
