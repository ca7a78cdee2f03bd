//! The files: the main one and the drop-ins beside it, from disk to text. Judges no key.

use std::ffi::OsStr;
use std::fs::{self, OpenOptions};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::admin::Problem;

use super::layer::LARGEST;
use super::{Layer, Rejected, Sources};

/// The most drop-ins.
const DROP_INS: usize = 256;

/// Reads the main file and `conf.d/*.toml` beside it, in the order of their names. Of `conf.d` only names that end in
/// `.toml` and do not begin with a dot count, so that editors' backups and half-written files do not. A file that
/// cannot be read is a problem; all such problems are told at once.
pub fn read(sources: &Sources) -> Result<Vec<Layer>, Rejected> {
    let Some(main) = &sources.file else {
        return Ok(Vec::new());
    };
    let mut problems = Vec::new();
    let mut layers = Vec::new();
    let mut add = |path: &Path, main: bool, problems: &mut Vec<Problem>| match text(path) {
        Ok(text) => layers.push(Layer {
            name: path.display().to_string(),
            text,
            main,
        }),
        Err((place, message)) => problems.push(Problem {
            place,
            key: None,
            message,
        }),
    };
    add(main, true, &mut problems);
    let beside = main.parent().unwrap_or(Path::new("")).join("conf.d");
    match drop_ins(&beside) {
        Ok(paths) => paths
            .iter()
            .for_each(|path| add(path, false, &mut problems)),
        Err(message) => problems.push(Problem {
            place: beside.display().to_string(),
            key: None,
            message,
        }),
    }
    if problems.is_empty() {
        Ok(layers)
    } else {
        Err(Rejected { problems })
    }
}

fn drop_ins(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = match fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(format!("the directory of drop-ins cannot be read: {error}")),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let name = entry
            .map_err(|error| format!("the directory of drop-ins cannot be read: {error}"))?
            .file_name();
        if is_drop_in(&name) {
            paths.push(directory.join(name));
        }
        if paths.len() > DROP_INS {
            return Err(format!("expected at most {DROP_INS} drop-ins (*.toml)"));
        }
    }
    paths.sort_unstable_by(|one, other| one.file_name().cmp(&other.file_name()));
    Ok(paths)
}

fn is_drop_in(name: &OsStr) -> bool {
    name.as_bytes().ends_with(b".toml") && !name.as_bytes().starts_with(b".")
}

/// The file's text, or the place and what is wrong with it.
fn text(path: &Path) -> Result<String, (String, String)> {
    let name = path.display();
    let unreadable = |error: io::Error| {
        (
            name.to_string(),
            format!("this file cannot be read: {error}"),
        )
    };
    // Not to wait for a writer if it is a pipe.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(nix::libc::O_NONBLOCK)
        .open(path)
        .map_err(unreadable)?;
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err((
            name.to_string(),
            "expected a regular file; this is something else".to_owned(),
        ));
    }
    let mut bytes = Vec::new();
    let most = u64::try_from(LARGEST).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > LARGEST {
        return Err((
            name.to_string(),
            format!("expected at most {LARGEST} bytes; the file has more"),
        ));
    }
    decode(bytes).map_err(|(line, message)| (format!("{name}:{line}:1"), message))
}

/// The bytes as text, or the line and what is wrong there.
fn decode(bytes: Vec<u8>) -> Result<String, (usize, String)> {
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err((1, "the file is UTF-16; save it as UTF-8".to_owned()));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let line = 1 + memchr::memchr_iter(b'\n', &error.as_bytes()[..valid]).count();
        (
            line,
            "expected text in UTF-8; there are other bytes on this line".to_owned(),
        )
    })
}
