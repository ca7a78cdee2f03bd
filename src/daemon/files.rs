//! The files and credentials that the configuration names: certificates, keys, passwords' hashes, the message of the day. Read and
//! checked as a whole; what is wrong is the configuration's fault and is told like it.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use crate::admin::{Applies, Change, Problem};
use crate::config::{File, Loaded, Password, Rejected, Settings, Sources, Tls};
use crate::net::{Certificate, CertificateError};
use crate::password::PasswordHash;

#[cfg(test)]
mod tests;

/// The most bytes of a certificate's or a key's file.
const PEM: u64 = 256 * 1024;
/// The most bytes, lines, and bytes of a line of the message of the day.
const MOTD: u64 = 64 * 1024;
const MOTD_LINES: usize = 500;
const MOTD_LINE: usize = 400;
/// The most bytes of a credential with a password's hash.
const HASH: u64 = 1024;
/// The key of the server's password.
const SERVER_PASSWORD: &str = "server.password";
/// A certificate that ends within this is warned of.
const SOON: SignedDuration = SignedDuration::from_hours(14 * 24);
/// As often the log is told so.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What was read.
#[derive(Clone, Debug, Default)]
pub(super) struct Files {
    /// Of each enabled listener with TLS, by its name.
    certificates: BTreeMap<String, Certificate>,
    /// The passwords whose hashes are credentials, by their keys.
    passwords: BTreeMap<String, PasswordHash>,
    /// The message of the day, line by line without their ends; none if none is configured.
    pub(super) motd: Option<Arc<[Box<str>]>>,
    /// What is not wrong, but should not be so.
    warnings: Vec<String>,
    /// Which certificates are valid until when.
    ends: Vec<(String, Timestamp)>,
    /// When the log was told last which of them expire.
    warned: Option<Timestamp>,
}

/// Where files are.
#[derive(Clone, Debug)]
pub(super) struct Places {
    /// Where paths begin that are not absolute: beside the main configuration file.
    beside: PathBuf,
    /// Where the service manager has put credentials, if it has any for us.
    credentials: Option<PathBuf>,
}

impl Places {
    /// The places for a configuration from here.
    pub(super) fn of(sources: &Sources) -> Places {
        let file = sources.file.as_deref();
        let file = file.unwrap_or(Path::new(super::CONFIG_FILE));
        let mut environment = sources.environment.iter();
        let credentials = environment.find(|(name, _)| name == "CREDENTIALS_DIRECTORY");
        Places {
            beside: file.parent().unwrap_or(Path::new("")).to_owned(),
            credentials: credentials.map(|(_, directory)| directory.into()),
        }
    }

    /// The file, or why there cannot be one.
    fn path(&self, file: &File) -> Result<PathBuf, String> {
        match file {
            File::Path(path) => Ok(self.beside.join(path)),
            File::Credential(name) => self.credential(name),
        }
    }

    fn credential(&self, name: &str) -> Result<PathBuf, String> {
        let path = self.credentials.as_ref().map(|place| place.join(name));
        path.filter(|path| path.exists()).ok_or_else(|| {
            format!(
                "chatd was not started with a credential {name}; have the unit load it (systemctl edit chatd: \
                 LoadCredential={name}, which looks in /etc/credstore, or LoadCredential={name}:PATH), and restart"
            )
        })
    }
}

impl Files {
    /// Reads all that a configuration names. It may take as long as a disk takes.
    pub(super) fn read(
        loaded: &Loaded,
        places: &Places,
        now: Timestamp,
    ) -> Result<Files, Rejected> {
        let mut files = Files::default();
        let mut problems = Vec::new();
        let settings = &loaded.settings;
        let listeners = settings
            .listen
            .iter()
            .filter(|(_, listener)| listener.enabled);
        for (name, listener) in listeners {
            let Some(tls) = &listener.tls else { continue };
            match certificate(tls, places, now, &mut files.warnings) {
                Ok(certificate) => {
                    let which = match &tls.certificate {
                        File::Path(path) => path.display().to_string(),
                        File::Credential(name) => format!("of the credential {name}"),
                    };
                    let of = format!("listen.{name}: the certificate {which}");
                    files.ends.push((of, certificate.until()));
                    files.certificates.insert(name.clone(), certificate);
                }
                Err((key, message)) => {
                    problems.push(problem(loaded, format!("listen.{name}.tls.{key}"), message));
                }
            }
        }
        if let Some(path) = &settings.server.motd {
            match motd(&places.beside.join(path)) {
                Ok(lines) => files.motd = Some(lines),
                Err(message) => problems.push(problem(loaded, "server.motd".to_owned(), message)),
            }
        }
        for (key, credential) in credentials(settings) {
            match hash(places, credential) {
                Ok(hash) => drop(files.passwords.insert(key, hash)),
                Err(message) => problems.push(problem(loaded, key, message)),
            }
        }
        if problems.is_empty() {
            Ok(files)
        } else {
            Err(Rejected { problems })
        }
    }

    /// The certificate of a listener, if it has TLS.
    pub(super) fn certificate(&self, listener: &str) -> Option<Certificate> {
        self.certificates.get(listener).cloned()
    }

    /// The server's password, if it has one.
    pub(super) fn server_password<'a>(
        &'a self,
        settings: &'a Settings,
    ) -> Option<&'a PasswordHash> {
        self.password(SERVER_PASSWORD, settings.server.password.as_ref())
    }

    /// The password of the operator of this name, if there is one.
    pub(super) fn operator_password<'a>(
        &'a self,
        settings: &'a Settings,
        name: &str,
    ) -> Option<&'a PasswordHash> {
        let operator = settings.operators.get(name)?;
        self.password(&operator_key(name), operator.password.as_ref())
    }

    fn password<'a>(
        &'a self,
        key: &str,
        password: Option<&'a Password>,
    ) -> Option<&'a PasswordHash> {
        match password? {
            Password::Hash(hash) => Some(hash),
            Password::Credential(_) => self.passwords.get(key),
        }
    }

    /// Writes to the log what the operator should look at before it becomes a fault.
    pub(super) fn warn(&mut self, now: Timestamp) {
        for warning in &self.warnings {
            tracing::warn!("{warning}");
        }
        self.warn_daily(now);
    }

    /// Writes to the log which certificates expire soon, or have, unless that was done within a day.
    pub(super) fn warn_daily(&mut self, now: Timestamp) {
        for warning in self.expiring(now) {
            tracing::warn!("{warning}");
        }
    }

    fn expiring(&mut self, now: Timestamp) -> Vec<String> {
        if self.warned.is_some_and(|at| now.duration_since(at) < DAY) {
            return Vec::new();
        }
        self.warned = Some(now);
        let soon = self
            .ends
            .iter()
            .filter(|(_, end)| end.duration_since(now) < SOON);
        soon.map(|(of, end)| {
            if *end < now {
                format!("{of} has expired: it was valid until {end}; clients refuse it")
            } else {
                format!("{of} expires soon: it is valid until {end}")
            }
        })
        .collect()
    }

    /// What has changed in files whose names have not: those are told by the configuration's own changes.
    pub(super) fn changes(&self, new: &Files, told: &[Change]) -> Vec<Change> {
        let mut changes = Vec::new();
        for (name, new) in &new.certificates {
            let Some(old) = self.certificates.get(name) else {
                continue;
            };
            if old.fingerprint() != new.fingerprint() {
                let key = format!("listen.{name}.tls.certificate");
                changes.push(change(
                    key,
                    &words(old),
                    &words(new),
                    Applies::NewConnections,
                ));
            }
        }
        if let (Some(old), Some(new)) = (&self.motd, &new.motd)
            && old != new
        {
            let words = |lines: &[Box<str>]| match lines.len() {
                1 => "a text of 1 line".to_owned(),
                count => format!("a text of {count} lines"),
            };
            let key = "server.motd".to_owned();
            changes.push(change(key, &words(old), &words(new), Applies::Live));
        }
        for (key, new) in &new.passwords {
            if self.passwords.get(key).is_some_and(|old| old != new) {
                changes.push(change(key.clone(), "not shown", "not shown", Applies::Live));
            }
        }
        changes.retain(|change| told.iter().all(|told| told.key != change.key));
        changes
    }
}

fn operator_key(name: &str) -> String {
    format!("operator.{name}.password")
}

/// The passwords that credentials have: their keys, and the credentials' names.
fn credentials(settings: &Settings) -> impl Iterator<Item = (String, &str)> {
    let server = (SERVER_PASSWORD.to_owned(), &settings.server.password);
    let operators = settings.operators.iter();
    let operators = operators.map(|(name, operator)| (operator_key(name), &operator.password));
    std::iter::once(server)
        .chain(operators)
        .filter_map(|(key, password)| match password {
            Some(Password::Credential(name)) => Some((key, name.as_str())),
            _ => None,
        })
}

/// The hash in a credential, or what is wrong with it; what it holds is not told.
fn hash(places: &Places, name: &str) -> Result<PasswordHash, String> {
    let path = places.credential(name)?;
    let (bytes, _) = read(&path, HASH)?;
    let text = String::from_utf8(bytes).ok();
    text.and_then(|text| text.trim().parse().ok())
        .ok_or_else(|| {
            format!(
                "the credential {name}: expected an argon2 hash, as chatctl hash-password makes it; found another content"
            )
        })
}

fn words(certificate: &Certificate) -> String {
    let begin = &certificate.fingerprint()[..16];
    format!("valid until {}, SHA-256 {begin}...", certificate.until())
}

fn change(key: String, old: &str, new: &str, applies: Applies) -> Change {
    Change {
        key,
        old: Some(format!("({old})")),
        new: Some(format!("({new})")),
        applies,
    }
}

fn problem(loaded: &Loaded, key: String, message: String) -> Problem {
    Problem {
        place: loaded.origin(&key),
        key: Some(key),
        message,
    }
}

/// The pair, or the key of the configuration that is wrong and why.
fn certificate(
    tls: &Tls,
    places: &Places,
    now: Timestamp,
    warnings: &mut Vec<String>,
) -> Result<Certificate, (&'static str, String)> {
    use CertificateError::{KeyForm, KeyKind, Mismatch, NoKey};
    let chain_path = places.path(&tls.certificate);
    let chain_path = chain_path.map_err(|why| ("certificate", why))?;
    let key_path = places.path(&tls.key).map_err(|why| ("key", why))?;
    let (chain, _) = read(&chain_path, PEM).map_err(|why| ("certificate", why))?;
    let (key, mode) = read(&key_path, PEM).map_err(|why| ("key", why))?;
    if mode & 0o004 != 0 {
        let path = key_path.display();
        warnings.push(format!(
            "everybody on this machine may read the private key {path}; chmod o-r takes that away"
        ));
    }
    Certificate::load(&chain, &key, tls.ask, now).map_err(|error| {
        let (part, path) = match error {
            NoKey | KeyForm(_) | KeyKind | Mismatch => ("key", key_path),
            _ => ("certificate", chain_path),
        };
        (part, format!("{}: {error}", path.display()))
    })
}

/// The lines of the message of the day, or what is wrong with it.
fn motd(path: &Path) -> Result<Arc<[Box<str>]>, String> {
    let (bytes, _) = read(path, MOTD)?;
    let wrong = |what: String| format!("{}: {what}", path.display());
    let text = String::from_utf8(bytes)
        .map_err(|_| wrong("expected text in UTF-8; there are other bytes".to_owned()))?;
    let lines: Vec<&str> = text.lines().collect();
    if lines.len() > MOTD_LINES {
        let found = lines.len();
        return Err(wrong(format!(
            "expected at most {MOTD_LINES} lines; found {found}"
        )));
    }
    for (number, line) in (1..).zip(&lines) {
        if line.len() > MOTD_LINE {
            let found = line.len();
            return Err(wrong(format!(
                "expected at most {MOTD_LINE} bytes a line; line {number} has {found}"
            )));
        }
        if let Some(bad) = line.chars().find(|&c| c.is_control() && !is_format(c)) {
            let bad = u32::from(bad);
            return Err(wrong(format!(
                "expected no control characters but those of IRC's formatting; line {number} has U+{bad:04X}"
            )));
        }
    }
    Ok(lines.into_iter().map(Into::into).collect())
}

/// What IRC clients take as bold, colour and the like (modern.ircdocs.horse/formatting), and tabs.
fn is_format(c: char) -> bool {
    matches!(
        c,
        '\t' | '\x02' | '\x03' | '\x04' | '\x0f' | '\x11' | '\x16' | '\x1d' | '\x1e' | '\x1f'
    )
}

/// A regular file's content and mode, or why it cannot be had.
fn read(path: &Path, most: u64) -> Result<(Vec<u8>, u32), String> {
    let name = path.display();
    let unreadable = |error: io::Error| format!("{name}: this file cannot be read: {error}");
    // Not to wait for a writer if it is a pipe.
    let file = OpenOptions::new()
        .read(true)
        .custom_flags(nix::libc::O_NONBLOCK)
        .open(path)
        .map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(format!(
            "{name}: expected a regular file; this is something else"
        ));
    }
    let mut bytes = Vec::new();
    file.take(most + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > most {
        return Err(format!(
            "{name}: expected at most {most} bytes; the file has more"
        ));
    }
    Ok((bytes, metadata.mode()))
}
