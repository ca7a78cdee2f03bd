//! What went wrong when something was written, and what follows from it: one record is at fault, the disk cannot for now, or what is
//! on the disk is not certain any more. Changes nothing in the history.

use nix::errno::Errno;
use rusqlite::{Error, ErrorCode, ffi};

use super::files::Files;

/// What follows from an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// This record cannot be stored, others can.
    Record(Box<str>),
    /// Nothing can be, for now.
    Waiting(Box<str>),
    /// Nothing may be until all has been opened anew.
    Closed(Box<str>),
}

impl Fault {
    /// Why.
    pub(super) fn why(self) -> Box<str> {
        match self {
            Fault::Record(why) | Fault::Waiting(why) | Fault::Closed(why) => why,
        }
    }
}

/// Sorts an error. Looks at the disk where SQLite does not say enough.
pub(super) fn sort(error: &Error, files: &Files) -> Fault {
    let Error::SqliteFailure(kind, _) = error else {
        // What rusqlite itself refuses is about one value.
        return Fault::Record(error.to_string().into());
    };
    match kind.code {
        ErrorCode::ConstraintViolation => constraint(kind.extended_code, error),
        ErrorCode::TooBig | ErrorCode::TypeMismatch => Fault::Record(error.to_string().into()),
        ErrorCode::DiskFull => Fault::Waiting("there is no space left on the disk".into()),
        ErrorCode::ReadOnly if kind.extended_code == ffi::SQLITE_READONLY_DBMOVED => {
            let why = "its files are not where they were (moved, removed or replaced); put them back, then: chatctl store reopen";
            Fault::Closed(why.into())
        }
        ErrorCode::ReadOnly => Fault::Waiting("the history can only be read".into()),
        ErrorCode::DatabaseBusy
        | ErrorCode::DatabaseLocked
        | ErrorCode::FileLockingProtocolFailed => {
            Fault::Waiting("another program holds the history".into())
        }
        ErrorCode::CannotOpen | ErrorCode::OutOfMemory | ErrorCode::PermissionDenied => {
            Fault::Waiting(error.to_string().into())
        }
        ErrorCode::SystemIoFailure => match kind.extended_code {
            ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC => {
                Fault::Closed("the disk did not confirm what was written to it".into())
            }
            _ => failed_io(error, files),
        },
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Fault::Closed(said(error).into()),
        _ => Fault::Closed(error.to_string().into()),
    }
}

fn constraint(extended: i32, error: &Error) -> Fault {
    match extended {
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID => {
            Fault::Record("a message with its number is in the history already".into())
        }
        _ => Fault::Record(error.to_string().into()),
    }
}

/// A used-up quota, or a file that may not grow, looks like a broken disk to SQLite. Asks the disk itself.
fn failed_io(error: &Error, files: &Files) -> Fault {
    match files.probe(files.longest()) {
        Err(probed) => match probed.raw_os_error().map(Errno::from_raw) {
            Some(Errno::ENOSPC) => Fault::Waiting("there is no space left on the disk".into()),
            Some(Errno::EDQUOT) => Fault::Waiting("the disk quota is used up".into()),
            Some(Errno::EFBIG) => Fault::Waiting(
                "its files may not grow any more (LimitFSIZE=, ulimit -f); raise that limit".into(),
            ),
            Some(Errno::EROFS) => Fault::Waiting("the file system can only be read".into()),
            _ => Fault::Closed(format!("the disk fails: {probed}").into()),
        },
        Ok(()) => Fault::Closed(format!("the disk fails: {error}").into()),
    }
}

/// An error in words for an operator: SQLite has some of its own for what is damaged.
pub(super) fn said(error: &Error) -> String {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            format!("the history is damaged ({error}); restore a backup")
        }
        _ => error.to_string(),
    }
}
