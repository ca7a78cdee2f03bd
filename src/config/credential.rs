//! Where a value comes from that may be kept apart from the configuration: a file, or a credential that the service manager hands
//! over (systemd's `LoadCredential=`). Reads nothing.

use std::path::PathBuf;

use crate::password::{PasswordError, PasswordHash};

/// What a value begins with that names a credential.
const CREDENTIAL: &str = "credential:";
/// The longest name (`NAME_MAX`).
const LONGEST: usize = 255;

/// The content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum File {
    /// Relative to the configuration file's directory.
    Path(PathBuf),
    /// By its name.
    Credential(String),
}

impl File {
    /// What is configured; for a path, nothing is checked.
    pub(super) fn parse(text: &str) -> Result<File, String> {
        Ok(match credential(text)? {
            Some(name) => File::Credential(name),
            None => File::Path(PathBuf::from(text)),
        })
    }
}

/// A password that somebody is to know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    /// By its hash.
    Hash(PasswordHash),
    /// By the name of the credential that the hash is in.
    Credential(String),
}

impl Password {
    /// What is configured, or why it is none.
    pub(super) fn parse(text: &str) -> Result<Password, String> {
        match credential(text)? {
            Some(name) => Ok(Password::Credential(name)),
            None => text
                .parse()
                .map(Password::Hash)
                .map_err(|error: PasswordError| error.to_string()),
        }
    }
}

/// The name of the credential, if the text names one: it is a file's name, and `:` separates it from others (`systemd.exec(5)`).
fn credential(text: &str) -> Result<Option<String>, String> {
    let Some(name) = text.strip_prefix(CREDENTIAL) else {
        return Ok(None);
    };
    let wrong = |c: char| !c.is_ascii_graphic() || matches!(c, '/' | ':');
    if !(1..=LONGEST).contains(&name.len()) || matches!(name, "." | "..") || name.contains(wrong) {
        return Err(format!("what follows {CREDENTIAL} is no credential's name"));
    }
    Ok(Some(name.to_owned()))
}
