//! `chatctl backup`: a copy of the whole history, written here and not by the daemon, which opens no path that a client of its
//! socket names.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use data_encoding::{BASE64, HEXLOWER};
use ring::digest::{Context, SHA256};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::Request;
use crate::admin::client::CallError;
use crate::ctl::args::BackupArgs;
use crate::ctl::desk::Desk;
use crate::ctl::escape::escape;
use crate::ctl::exit::Failure;

/// A reply to `Backup`.
#[derive(Deserialize)]
struct Copied {
    #[serde(default)]
    data: Option<String>,
    #[serde(default)]
    bytes: Option<u64>,
    #[serde(default)]
    sha256: Option<String>,
}

/// What was copied.
struct Whole {
    bytes: u64,
    sha256: String,
}

/// `chatctl backup FILE`.
pub(crate) fn backup(desk: &mut Desk<'_, '_>, to: &BackupArgs) -> Result<(), Failure> {
    if to.file.as_os_str() == "-" {
        return to_output(desk);
    }
    let file = &to.file;
    let Some(name) = file.file_name() else {
        return Err(Failure::Usage(format!(
            "{}: expected the name of a file",
            file.display()
        )));
    };
    refuse_existing(to)?;
    let session = desk.connect()?;
    let mut part = OsString::from(".");
    part.push(name);
    part.push(format!(".{}.part", std::process::id()));
    let mut part = Part::create(file.with_file_name(part))?;
    let whole = receive(session.stream(&Request::Backup {})?, |bytes| {
        let written = part.file.write_all(bytes);
        written.map_err(|error| Failure::file(&part.path, error))
    })?;
    refuse_existing(to)?;
    part.become_file(file)?;
    if desk.wants_json() {
        return desk.json(&json!({
            "file": file.to_string_lossy(), "bytes": whole.bytes, "sha256": whole.sha256,
        }));
    }
    let name = file.to_string_lossy();
    desk.line(format_args!("{}: {}", escape(&name), words(&whole)))
}

fn words(whole: &Whole) -> String {
    format!("{} bytes, sha256 {}", whole.bytes, whole.sha256)
}

fn to_output(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    if desk.terminal.width.is_some() {
        return Err(Failure::Usage(
            "standard output is a terminal: name a file, or lead the output somewhere else".into(),
        ));
    }
    let replies = desk.connect()?.stream(&Request::Backup {})?;
    let whole = receive(replies, |bytes| Ok(desk.write(bytes)?))?;
    desk.flush()?;
    desk.note(words(&whole))
}

fn refuse_existing(to: &BackupArgs) -> Result<(), Failure> {
    let Ok(there) = fs::symlink_metadata(&to.file) else {
        return Ok(());
    };
    let mut wal = to.file.clone().into_os_string();
    wal.push("-wal");
    let why = if !there.is_file() {
        "it is no file and is not replaced; name another"
    } else if fs::symlink_metadata(&wal).is_ok() {
        "it is a database in use (its -wal is beside it) and is not replaced; name another file"
    } else if to.force {
        return Ok(());
    } else {
        "it is there already; --force replaces it"
    };
    let there = io::Error::new(io::ErrorKind::AlreadyExists, why);
    Err(Failure::file(&to.file, there))
}

/// Takes the copy, and sees to it that it is the whole one.
fn receive(
    replies: impl Iterator<Item = Result<Value, CallError>>,
    mut write: impl FnMut(&[u8]) -> Result<(), Failure>,
) -> Result<Whole, Failure> {
    let strange = |what: String| Failure::from(CallError::Protocol(what));
    let mut sum = Context::new(&SHA256);
    let mut count = 0;
    let mut told = None;
    for reply in replies {
        let Copied {
            data,
            bytes,
            sha256,
        } = serde_json::from_value(reply?).map_err(|error| strange(error.to_string()))?;
        if let Some(data) = data {
            let piece = BASE64
                .decode(data.as_bytes())
                .map_err(|error| strange(format!("'data' of the reply: {error}")))?;
            sum.update(&piece);
            count += piece.len() as u64;
            write(&piece)?;
        }
        told = told.or(bytes.zip(sha256));
    }
    let whole = Whole {
        bytes: count,
        sha256: HEXLOWER.encode(sum.finish().as_ref()),
    };
    match told {
        Some((bytes, sha256)) if bytes == whole.bytes && sha256 == whole.sha256 => Ok(whole),
        Some((bytes, sha256)) => Err(Failure::NotInOrder(format!(
            "the copy is not what chatd sent: {}; expected {bytes} bytes, sha256 {sha256}; no file was written",
            words(&whole)
        ))),
        None => Err(Failure::NotInOrder(format!(
            "the copy ended after {count} bytes and is not whole; no file was written"
        ))),
    }
}

/// The file while it is being written, under another name; removed unless it becomes the file.
struct Part {
    file: File,
    path: PathBuf,
    whole: bool,
}

impl Part {
    fn create(path: PathBuf) -> Result<Part, Failure> {
        let made = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path);
        match made {
            Ok(file) => Ok(Part {
                file,
                path,
                whole: false,
            }),
            Err(error) => Err(Failure::file(&path, error)),
        }
    }

    /// On the disk, under its name, so that a crash leaves the whole of it or nothing.
    fn become_file(mut self, file: &Path) -> Result<(), Failure> {
        let synced = self.file.sync_all();
        synced.map_err(|error| Failure::file(&self.path, error))?;
        fs::rename(&self.path, file).map_err(|error| Failure::file(file, error))?;
        self.whole = true;
        let directory = match file.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
            None => Path::new("/"),
        };
        File::open(directory)
            .and_then(|directory| directory.sync_all())
            .map_err(|error| Failure::file(directory, error))
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.whole {
            // What cannot be removed stays, under a name that says that it is only a part.
            let _ = fs::remove_file(&self.path);
        }
    }
}
