//! The message of the day: a file, read at start and at each reload. It is shown as it is written; what a terminal would obey is
//! taken out.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// The most bytes of the file.
const MOST_BYTES: u64 = 64 * 1024;
/// The most bytes of a line: it has to fit into an IRC message.
const MOST_LINE: usize = 400;

/// The file's lines. Longer ones are wrapped at a character's border.
pub(super) fn read(path: &Path) -> io::Result<Arc<[Box<str>]>> {
    let mut bytes = Vec::new();
    // A pipe or a device would be waited for.
    let file = File::open(path)?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::Error::other(format!(
            "it has more than {MOST_BYTES} bytes"
        )));
    }
    let text = String::from_utf8(bytes).map_err(|_| io::Error::other("it is not UTF-8"))?;
    Ok(text.lines().flat_map(wrapped).collect())
}

fn wrapped(line: &str) -> Vec<Box<str>> {
    let clean: String = line
        .chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| !c.is_control())
        .collect();
    let mut rest = clean.as_str();
    let mut lines = Vec::new();
    while rest.len() > MOST_LINE {
        let (line, after) = rest.split_at(rest.floor_char_boundary(MOST_LINE));
        lines.push(line.into());
        rest = after;
    }
    lines.push(rest.into());
    lines
}

#[cfg(test)]
mod tests;
