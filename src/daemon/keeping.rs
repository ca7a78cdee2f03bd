//! How the history is kept: its state, its check, its backup. What takes long has a thread of its own, one such thing at a time.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use data_encoding::{BASE64, HEXLOWER};
use ring::digest::{Context, SHA256};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::aside::aside;
use super::control::Daemon;
use super::history::not_read;
use super::requests::failed;
use super::views;
use crate::admin::{self, Answer, Error, HistoryStatus, Reply, StreamSender};
use crate::config::History;
use crate::store::{self, Durability, State};

#[cfg(test)]
mod tests;

/// How long the store may take to say how it is.
const SOON: Duration = Duration::from_secs(2);
/// How long the store may take to open what is closed; a WAL that is long is written first.
const OPENED: Duration = Duration::from_secs(30);
/// Bytes of a copy that one reply carries.
const PIECE: usize = 48 * 1024;
/// A copy is made in two steps, and for a moment both results are there.
const COPIES: u64 = 2;
/// It leaves at least so much of the disk to the chat.
const SPARED: u64 = 16 << 20;

/// One check or backup at a time.
static TURN: Semaphore = Semaphore::const_new(1);

impl Daemon {
    /// How the history is; to be awaited beside the control loop.
    pub(super) fn history_status(
        &self,
    ) -> impl Future<Output = HistoryStatus> + Send + 'static + use<> {
        let configured = configured(&self.loaded.settings.history, self.keeps);
        let store = self.store.clone();
        async move {
            let Some(store) = store else {
                return configured;
            };
            let asked = aside(move || store.status());
            match tokio::time::timeout(SOON, asked).await {
                Ok(Ok(Ok(status))) => told(configured, status),
                Ok(Ok(Err(error))) => unknown(configured, &error.to_string()),
                Ok(Err(error)) => unknown(configured, &error.to_string()),
                Err(_) => unknown(configured, "its disk does not answer"),
            }
        }
    }
}

/// What is known of the history without asking it.
fn configured(history: &History, enabled: bool) -> HistoryStatus {
    HistoryStatus {
        enabled,
        directory: history.directory.display().to_string(),
        durability: match history.durability {
            Durability::Commit => "commit",
            Durability::Relaxed => "relaxed",
        }
        .into(),
        ..HistoryStatus::default()
    }
}

fn told(configured: HistoryStatus, status: store::Status) -> HistoryStatus {
    let (state, why) = match status.state {
        State::Working => ("working", None),
        State::Waiting(why) => ("waiting", Some(why)),
        State::Closed(why) => ("closed", Some(why)),
    };
    HistoryStatus {
        state: Some(state.into()),
        why: why.map(Into::into),
        file: Some(status.path.display().to_string()),
        messages: Some(status.messages),
        bytes: Some(status.bytes),
        earliest: status.earliest.map(|at| views::time(at, Some(3))),
        ..configured
    }
}

fn unknown(configured: HistoryStatus, why: &str) -> HistoryStatus {
    HistoryStatus {
        state: Some("unknown".into()),
        why: Some(why.into()),
        ..configured
    }
}

/// Makes the directory of the history if it is missing, for chatd alone.
pub(super) fn make(directory: &Path) -> Result<(), store::OpenError> {
    let made = DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(directory);
    made.map_err(|error| store::OpenError::System {
        path: directory.display().to_string(),
        error: format!(
            "this directory cannot be made: {error}; make it, owned by the user that chatd runs as, or name another by \
             history.directory"
        ),
    })
}

/// How long messages are kept.
pub(super) fn retention(history: &History) -> Reply {
    let shown = |retention: &store::Retention| admin::Retention {
        age_seconds: retention.age.map(|age| age.as_secs()),
        count: retention.count,
    };
    let rooms = history.rooms.iter().map(|(name, of)| admin::RoomRetention {
        name: name.clone(),
        room: of.room.to_string(),
        retention: shown(&of.retention),
    });
    Reply::Retention {
        general: shown(&history.retention),
        rooms: rooms.collect(),
    }
}

/// The turn for what takes long.
fn turn() -> Result<SemaphorePermit<'static>, Error> {
    TURN.try_acquire().map_err(|_| Error::Busy {
        message: "a check or a backup of the history is under way; try again when it has ended"
            .into(),
    })
}

/// Checks all of it.
pub(super) fn check(store: store::Handle, answer: Answer) {
    let turn = match turn() {
        Ok(turn) => turn,
        Err(error) => return answer.send(Err(error)),
    };
    let checked = aside(move || store.check());
    tokio::spawn(async move {
        let checked = checked.await;
        drop(turn);
        answer.send(match checked {
            Ok(Ok(problems)) => Ok(Reply::Problems { problems }),
            Ok(Err(error)) => Err(not_read(&error)),
            Err(error) => Err(failed(&error)),
        });
    });
}

/// Opens a closed one anew, or has one that waits try again.
pub(super) fn reopen(store: store::Handle, answer: Answer) {
    let opened = aside(move || store.reopen(OPENED));
    tokio::spawn(async move {
        let opened = match opened.await {
            Ok(opened) => opened,
            Err(error) => return answer.send(Err(failed(&error))),
        };
        match &opened {
            Ok(()) => tracing::info!("the history is open, as was asked for"),
            Err(why) => tracing::error!(%why, "the history is not open, though that was asked for"),
        }
        let opened = opened.map(|()| Reply::Done {});
        answer.send(opened.map_err(|why| failed(&format!("messages are refused: {why}"))));
    });
}

/// Copies it into a file without a name, and tells that.
pub(super) fn back_up(store: store::Handle, directory: PathBuf, answer: Answer) {
    let turn = match turn() {
        Ok(turn) => turn,
        Err(error) => return answer.send(Err(error)),
    };
    // A reader that is slow does not hold the store.
    let copied = aside(move || copy(&store, &directory));
    tokio::spawn(async move {
        let _turn = turn;
        let copy = match copied.await {
            Ok(Ok(copy)) => copy,
            Ok(Err(error)) => return answer.send(Err(error)),
            Err(error) => return answer.send(Err(failed(&error))),
        };
        let Some(stream) = answer.stream_of_pages() else {
            return;
        };
        let pages = stream.clone();
        let told = aside(move || tell(copy, &pages)).await;
        if let Err(error) = told.and_then(|told| told) {
            let message = format!("the copy cannot be read: {error}");
            // Fails when the caller has gone, who is then not told.
            let _ = stream.send(Err(Error::Failed { message })).await;
        }
    });
}

/// A copy, ready to be read.
fn copy(store: &store::Handle, directory: &Path) -> Result<File, Error> {
    let name = directory.display();
    let refused = |error: io::Error| failed(&format!("no copy was made: {name}: {error}"));
    let bytes = store.status().map_err(|error| not_read(&error))?.bytes;
    let needed = bytes.saturating_mul(COPIES).saturating_add(SPARED);
    let free = free(directory).map_err(refused)?;
    if free < needed {
        return Err(failed(&format!(
            "no copy was made: {name}: it needs {needed} bytes there for a while, and {free} are free"
        )));
    }
    let mut file = nameless(directory).map_err(refused)?;
    store.backup(&mut file).map_err(|error| not_read(&error))?;
    file.rewind().map_err(refused)?;
    Ok(file)
}

/// Bytes that are free in the file system of this directory.
fn free(directory: &Path) -> io::Result<u64> {
    let found = nix::sys::statvfs::statvfs(directory)?;
    Ok(found
        .blocks_available()
        .saturating_mul(found.fragment_size()))
}

/// A file that is gone when it is closed, whatever happens to chatd. Nobody else can open it.
fn nameless(directory: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    let made = options
        .clone()
        .custom_flags(nix::libc::O_TMPFILE)
        .open(directory);
    // Some file systems know none without a name.
    let Err(error) = made else {
        return made;
    };
    if !matches!(
        error.raw_os_error(),
        Some(nix::libc::EOPNOTSUPP | nix::libc::EISDIR | nix::libc::EINVAL)
    ) {
        return Err(error);
    }
    let path = directory.join(format!(".backup-{}", std::process::id()));
    let _ = std::fs::remove_file(&path);
    let file = options.create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

/// Tells a file, piece by piece, and at the end what it was. That the caller has gone ends it.
fn tell(mut file: impl Read, stream: &StreamSender) -> io::Result<()> {
    let mut sum = Context::new(&SHA256);
    let mut bytes = 0;
    let mut piece = Vec::with_capacity(PIECE);
    loop {
        piece.clear();
        (&mut file).take(PIECE as u64).read_to_end(&mut piece)?;
        if piece.is_empty() {
            break;
        }
        sum.update(&piece);
        bytes += piece.len() as u64;
        let next = Reply::Copied {
            data: Some(BASE64.encode(&piece)),
            bytes: None,
            sha256: None,
        };
        if stream.send_waiting(Ok(next)).is_err() {
            return Ok(());
        }
    }
    let whole = Reply::Copied {
        data: None,
        bytes: Some(bytes),
        sha256: Some(HEXLOWER.encode(sum.finish().as_ref())),
    };
    let _ = stream.send_waiting(Ok(whole));
    Ok(())
}
