//! Where a record goes beside its file: stderr when it is a terminal, systemd's journal when stderr leads there, else
//! nowhere. Touches no log file.

use std::env;
use std::io::{self, IsTerminal, Write};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::SystemTime;

use nix::sys::stat::fstat;
use tracing::Level;

use super::AUDIT;
use super::queue::Sink;
use super::record::Record;

/// Where journald takes records in its own protocol (systemd.io, "Native Journal Protocol").
const JOURNAL: &str = "/run/systemd/journal/socket";

/// What is done with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// The same line as in the file.
    Line,
    /// `<N>` with the priority before it, no time: journald and others read it from stderr (sd-daemon(3)).
    Prefixed,
    /// A datagram of fields for journald.
    Journal,
}

/// The console, if there is one: how a record looks there, and what takes it.
pub(super) fn find() -> Option<(Style, Box<dyn Sink>)> {
    if io::stderr().is_terminal() {
        return Some((Style::Line, Box::new(Stderr)));
    }
    if !stderr_is_journal(env::var("JOURNAL_STREAM").ok().as_deref()) {
        return None;
    }
    Some(match Journal::open(Path::new(JOURNAL)) {
        Ok(journal) => (Style::Journal, Box::new(journal)),
        Err(_) => (Style::Prefixed, Box::new(Stderr)),
    })
}

/// The variable is inherited by programs whose stderr leads elsewhere, so it must name this very stderr.
fn stderr_is_journal(variable: Option<&str>) -> bool {
    let stream = variable.and_then(|value| value.split_once(':'));
    let Some((device, inode)) = stream else {
        return false;
    };
    fstat(io::stderr())
        .is_ok_and(|stat| device.parse() == Ok(stat.st_dev) && inode.parse() == Ok(stat.st_ino))
}

impl Style {
    /// The bytes that the sink of this style gets.
    pub(super) fn render(self, record: &Record, now: SystemTime) -> Vec<u8> {
        match self {
            Style::Line => record.line(now).into_bytes(),
            Style::Prefixed => {
                let Record { target, body, .. } = record;
                format!("<{}>{target}: {body}\n", priority(record)).into_bytes()
            }
            Style::Journal => datagram(record),
        }
    }
}

/// syslog's numbers. Audit records are notices.
fn priority(record: &Record) -> u8 {
    match record.level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO if record.target == AUDIT => 5,
        Level::INFO => 6,
        _ => 7,
    }
}

/// A record has no line end in it, so each field is one line.
fn datagram(record: &Record) -> Vec<u8> {
    let Record {
        target,
        body,
        fields,
        ..
    } = record;
    let mut text = format!(
        "PRIORITY={}\nSYSLOG_IDENTIFIER=chatd\nTARGET={target}\nMESSAGE={body}\n",
        priority(record)
    );
    for (name, value) in fields {
        // Journal fields are of A to Z, 0 to 9 and _, at most 64; the prefix keeps them apart from the journal's own.
        let fits = |c: char| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        };
        text.push_str("F_");
        text.extend(name.chars().take(60).map(fits));
        text.push('=');
        text.push_str(value);
        text.push('\n');
    }
    text.into_bytes()
}

/// stderr, written by a thread of its own: a stopped terminal stops nothing else.
struct Stderr;

impl Sink for Stderr {
    fn put(&mut self, record: &[u8]) {
        // There is nowhere left to tell that stderr fails.
        let _ = io::stderr().write_all(record);
    }

    fn rest(&mut self, _: u64) {}
}

/// journald's socket. Sent to by its path each time, so that a restarted journald is found again.
struct Journal {
    socket: UnixDatagram,
    path: std::path::PathBuf,
}

impl Journal {
    fn open(path: &Path) -> io::Result<Journal> {
        let socket = UnixDatagram::unbound()?;
        // journald ignores an empty datagram; where nobody listens it is an error.
        socket.send_to(&[], path)?;
        let path = path.to_owned();
        Ok(Journal { socket, path })
    }
}

impl Sink for Journal {
    fn put(&mut self, record: &[u8]) {
        // While journald is away its records are only in the files.
        let _ = self.socket.send_to(record, &self.path);
    }

    fn rest(&mut self, _: u64) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::fd::AsFd;

    fn record(level: Level, target: &'static str) -> Record {
        Record {
            level,
            target,
            body: "kicked nick=zoë reason=\"a b\"".into(),
            fields: vec![("nick", "zoë".into()), ("peer.uid", "0".into())],
        }
    }

    #[test]
    fn the_journal_gets_structured_fields() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("journal");
        let journald = UnixDatagram::bind(&path).unwrap();
        let mut journal = Journal::open(&path).unwrap();
        journal.put(&Style::Journal.render(&record(Level::INFO, AUDIT), SystemTime::UNIX_EPOCH));

        let mut buffer = [0; 4096];
        assert_eq!(journald.recv(&mut buffer).unwrap(), 0, "the probe");
        let n = journald.recv(&mut buffer).unwrap();
        assert_eq!(
            std::str::from_utf8(&buffer[..n]).unwrap(),
            "PRIORITY=5\nSYSLOG_IDENTIFIER=chatd\nTARGET=audit\nMESSAGE=kicked nick=zoë reason=\"a b\"\n\
             F_NICK=zoë\nF_PEER_UID=0\n"
        );
    }

    #[test]
    fn a_journal_that_nobody_serves_is_an_error() {
        let directory = tempfile::tempdir().unwrap();
        assert!(Journal::open(&directory.path().join("none")).is_err());
    }

    #[test]
    fn stderr_lines_carry_the_priority_for_sd_daemon() {
        let line =
            Style::Prefixed.render(&record(Level::WARN, "chatd::net"), SystemTime::UNIX_EPOCH);
        assert_eq!(
            line,
            "<4>chatd::net: kicked nick=zoë reason=\"a b\"\n".as_bytes()
        );
    }

    #[test]
    fn only_a_journal_stream_that_is_this_stderr_counts() {
        let stat = fstat(io::stderr().as_fd()).unwrap();
        let here = format!("{}:{}", stat.st_dev, stat.st_ino);
        assert!(stderr_is_journal(Some(&here)));
        assert!(!stderr_is_journal(Some(&format!(
            "{}:{}",
            stat.st_dev,
            stat.st_ino + 1
        ))));
        assert!(!stderr_is_journal(Some("garbage")));
        assert!(!stderr_is_journal(None));
    }
}
