//! Where chatd keeps its files when the configuration does not say.

use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::admin::Problem;

use super::{Rejected, Settings};

/// The socket's name in the runtime directory.
const SOCKET: &str = "chatd.sock";

/// The three places for files. [`Directories::find`] only names them, [`Directories::prepare`] makes them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directories {
    /// Sockets; gone after a boot.
    pub runtime: PathBuf,
    /// What must outlive a restart.
    pub state: PathBuf,
    /// Log files.
    pub logs: PathBuf,
}

impl Directories {
    /// The directories for a process of this user in this environment: where systemd says (`RUNTIME_DIRECTORY`,
    /// `STATE_DIRECTORY`, `LOGS_DIRECTORY`), else the system's for root, else those of the XDG base directory
    /// specification. Refuses when neither the environment nor the
    /// system says where the user's state or home is.
    pub fn find(environment: &[(String, String)], uid: u32) -> Result<Directories, Rejected> {
        let root = uid == 0;
        let runtime = match directory(environment, "RUNTIME_DIRECTORY") {
            Some(given) => given,
            None if root => system().directory,
            None => of_user(environment, uid).directory,
        };
        let state = match directory(environment, "STATE_DIRECTORY") {
            Some(given) => given,
            None if root => PathBuf::from("/var/lib/chatd"),
            None => match directory(environment, "XDG_STATE_HOME") {
                Some(xdg) => xdg.join("chatd"),
                None => directory(environment, "HOME")
                    .or_else(|| home_of(uid))
                    .ok_or_else(homeless)?
                    .join(".local/state/chatd"),
            },
        };
        let logs = match directory(environment, "LOGS_DIRECTORY") {
            Some(given) => given,
            None if root => PathBuf::from("/var/log/chatd"),
            None => state.join("log"),
        };
        Ok(Directories {
            runtime,
            state,
            logs,
        })
    }

    /// Where a daemon that this user may ask can have its runtime directory, the first choice first: where
    /// [`Directories::find`] puts it with and without `RUNTIME_DIRECTORY`, then the system's.
    pub fn runtimes(environment: &[(String, String)], uid: u32) -> Vec<Runtime> {
        let given = directory(environment, "RUNTIME_DIRECTORY").map(Runtime::of_its_owner);
        let (users, system) = (of_user(environment, uid), system());
        let mut places: Vec<_> = given.into_iter().chain([users, system]).collect();
        // RUNTIME_DIRECTORY is often the same as one of the others.
        places.dedup_by(|after, before| after.directory == before.directory);
        places
    }

    /// Makes the directories that are missing and that these settings have something in, and checks that the runtime
    /// directory, if it is one of them, is ours alone to write to, so that nobody else can put a socket there. Names the
    /// directory and what to do about it otherwise.
    pub fn prepare(&self, settings: &Settings) -> Result<(), Rejected> {
        let uid = nix::unistd::geteuid().as_raw();
        let mut problems = Vec::new();
        // In root's directory the group of the socket must be able to reach it; the socket's own mode guards it.
        let mode = if uid == 0 { 0o755 } else { 0o700 };
        let runtime = settings.admin.socket.starts_with(&self.runtime);
        // The accounts are in the history's file.
        let stores = settings.history.enabled || settings.accounts.enabled;
        let state = stores && settings.history.directory.starts_with(&self.state);
        let logs = settings.log.directory.starts_with(&self.logs);
        for (path, mode, used) in [
            (&self.runtime, mode, runtime),
            (&self.state, 0o700, state),
            (&self.logs, 0o700, logs),
        ] {
            if used && let Err(error) = make(path, mode) {
                problems.push(problem(
                    path,
                    format!("this directory cannot be made: {error}; make it, owned by user {uid}, or name another by {}",
                        if path == &self.runtime { "RUNTIME_DIRECTORY or XDG_RUNTIME_DIR" }
                        else if path == &self.state { "STATE_DIRECTORY or XDG_STATE_HOME" }
                        else { "LOGS_DIRECTORY" }),
                ));
            }
        }
        if runtime
            && problems.is_empty()
            && let Err(message) = ours_alone(&self.runtime, uid)
        {
            problems.push(problem(&self.runtime, message));
        }
        if problems.is_empty() {
            Ok(())
        } else {
            Err(Rejected { problems })
        }
    }

    /// The admin socket's place unless the configuration names another.
    pub fn socket(&self) -> PathBuf {
        self.runtime.join(SOCKET)
    }
}

/// A place where a daemon may have its runtime directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Runtime {
    /// The directory.
    pub directory: PathBuf,
    /// Whether anybody may have made it, because it is in `/tmp`: what is in it counts only when it is the user's own.
    pub open_parent: bool,
}

impl Runtime {
    fn of_its_owner(directory: PathBuf) -> Runtime {
        Runtime {
            directory,
            open_parent: false,
        }
    }

    /// The admin socket in it.
    pub fn socket(&self) -> PathBuf {
        self.directory.join(SOCKET)
    }
}

/// The runtime directory of root's daemon.
fn system() -> Runtime {
    Runtime::of_its_owner("/run/chatd".into())
}

/// The runtime directory of a user's own daemon.
fn of_user(environment: &[(String, String)], uid: u32) -> Runtime {
    match directory(environment, "XDG_RUNTIME_DIR") {
        Some(xdg) => Runtime::of_its_owner(xdg.join("chatd")),
        None => Runtime {
            directory: PathBuf::from(format!("/tmp/chatd-{uid}")),
            open_parent: true,
        },
    }
}

/// Whether nobody but this user (and root) can put or replace anything in this directory; if not, why and what to do.
pub(super) fn ours_alone(path: &Path, uid: u32) -> Result<(), String> {
    let open_parent = path
        .parent()
        .and_then(|parent| fs::metadata(parent).ok())
        .is_some_and(|parent| parent.mode() & 0o002 != 0);
    // Where everybody may make names, a symbolic link is somebody's trap. Elsewhere it is the administrator's way
    // (systemd itself makes one for a dynamic user).
    let found = if open_parent {
        fs::symlink_metadata(path)
    } else {
        fs::metadata(path)
    };
    let found = found.map_err(|error| format!("this directory cannot be examined: {error}"))?;
    if !found.is_dir() {
        return Err("expected a real directory here, found something else; remove it".to_owned());
    }
    if found.uid() != uid {
        return Err(format!(
            "this directory belongs to user {}, expected {uid}, who runs chatd; remove it, change its owner, or name another by RUNTIME_DIRECTORY",
            found.uid()
        ));
    }
    if found.mode() & 0o022 != 0 {
        return Err(format!(
            "others may write to this directory (mode {:04o}), so they could replace the admin socket; run: chmod go-w {}",
            found.mode() & 0o7777,
            path.display()
        ));
    }
    Ok(())
}

fn make(path: &Path, mode: u32) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(mode).create(path)
}

/// The home directory that the system knows for this user.
fn home_of(uid: u32) -> Option<PathBuf> {
    let user = nix::unistd::User::from_uid(uid.into()).ok()??;
    Some(user.dir).filter(|home| home.is_absolute())
}

fn homeless() -> Rejected {
    Rejected {
        problems: vec![Problem {
            place: "the environment".to_owned(),
            key: None,
            message: "no directory for chatd's state: expected HOME, XDG_STATE_HOME or STATE_DIRECTORY to be set to an absolute path".to_owned(),
        }],
    }
}

fn problem(path: &Path, message: String) -> Problem {
    Problem {
        place: path.display().to_string(),
        key: None,
        message,
    }
}

fn value<'a>(environment: &'a [(String, String)], name: &str) -> Option<&'a str> {
    environment
        .iter()
        .find(|(variable, value)| variable == name && !value.is_empty())
        .map(|(_, value)| value.as_str())
}

/// A variable's directory: the first of systemd's colon list. A relative path is ignored, as the XDG specification says.
fn directory(environment: &[(String, String)], name: &str) -> Option<PathBuf> {
    value(environment, name)
        .and_then(|list| list.split(':').next())
        .map(PathBuf::from)
        .filter(|path| path.is_absolute())
}
