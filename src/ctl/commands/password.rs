//! `chatctl hash-password`: a password from the keyboard or a pipe, its hash to standard output. Needs no daemon.

use std::io::{self, BufRead, Read};

use serde_json::json;

use crate::ctl::desk::Desk;
use crate::ctl::exit::Failure;
use crate::ctl::keyboard;
use crate::password::{LONGEST, PasswordHash};

/// `chatctl hash-password`.
pub(crate) fn hash(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let password = read(desk, LONGEST, check)?;
    let hash = PasswordHash::of(&password).map_err(|error| refuse(&error.to_string()))?;
    if desk.wants_json() {
        desk.json(&json!({ "hash": hash.as_str() }))
    } else {
        desk.line(hash.as_str())
    }
}

/// A password of at most so many bytes that passes the check: typed twice at a terminal, or the first line of what comes. The check
/// is shown one byte more than that, if there is more.
pub(super) fn read(
    desk: &mut Desk<'_, '_>,
    most: usize,
    check: impl Fn(&[u8]) -> Result<(), Failure>,
) -> Result<Vec<u8>, Failure> {
    if !desk.terminal.keyboard {
        let password = first_line(&mut desk.terminal.input, most)?;
        return check(&password).map(|()| password);
    }
    let password = keyboard::ask("Password: ", most)?;
    // What is refused anyway need not be typed twice.
    check(&password)?;
    if keyboard::ask("The same again: ", most)? == password {
        Ok(password)
    } else {
        Err(refuse("the two passwords differ; nothing was done"))
    }
}

/// The first line without its end; one byte more than a password may have, if there is more.
fn first_line(input: &mut impl BufRead, most: usize) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(2);
    input.take(most).read_until(b'\n', &mut line)?;
    if line.pop_if(|last| *last == b'\n').is_some() {
        line.pop_if(|last| *last == b'\r');
    }
    Ok(line)
}

/// What a client could never send is not worth a hash.
fn check(password: &[u8]) -> Result<(), Failure> {
    if password.is_empty() {
        return Err(refuse(
            "the password is empty; type one, or pipe it in as one line",
        ));
    }
    if password.len() > LONGEST {
        return Err(refuse(&format!(
            "the password has more than {LONGEST} bytes"
        )));
    }
    if std::str::from_utf8(password).is_err() || password.contains(&0) {
        return Err(refuse(
            "the password is not text in UTF-8, so that no client could give it",
        ));
    }
    Ok(())
}

fn refuse(why: &str) -> Failure {
    Failure::Terminal(io::Error::other(why.to_owned()))
}
