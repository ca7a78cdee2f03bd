//! The server that the clients connect to: a chatd with an IRC listener beside its plain one, and one with TLS.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use nix::sys::signal::Signal;

use crate::harness::{Chatd, Setup, free_port, run};

/// How a client connects.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Security {
    /// Bytes as they are.
    None,
    /// TLS; the client trusts the server's own certificate and nothing else.
    Tls,
}

/// The server.
pub(super) struct Server {
    chatd: Chatd,
    irc: u16,
    ircs: u16,
}

impl Server {
    /// Starts it.
    pub(super) fn start() -> Server {
        let (irc, ircs) = (free_port(), free_port());
        let setup = Setup::new();
        let (certificate, key) = certificate(setup.dir());
        let listeners = format!(
            "[listen.irc]\naddress = \"127.0.0.1:{irc}\"\nprotocol = \"irc\"\n\
             [listen.ircs]\naddress = \"127.0.0.1:{ircs}\"\nprotocol = \"irc\"\n\
             tls = {{ certificate = \"{}\", key = \"{}\" }}",
            certificate.display(),
            key.display()
        );
        let chatd = setup.config(&listeners).start();
        Server { chatd, irc, ircs }
    }

    /// The port that speaks IRC.
    pub(super) fn port(&self, security: Security) -> u16 {
        match security {
            Security::None => self.irc,
            Security::Tls => self.ircs,
        }
    }

    /// The port that speaks plain lines.
    pub(super) fn plain(&self) -> u16 {
        self.chatd.port
    }

    /// The file of the certificate of its TLS listener, which is nobody else's.
    pub(super) fn certificate(&self) -> PathBuf {
        self.chatd.dir().join("certificate.pem")
    }

    /// A directory for a client's own files, each time another one.
    pub(super) fn home(&self, name: &str) -> PathBuf {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let nth = COUNT.fetch_add(1, Ordering::Relaxed);
        let home = self.chatd.dir().join(format!("{name}-{nth}"));
        fs::create_dir_all(&home).expect("a directory");
        home
    }

    /// It is killed as by a crash, and started again.
    pub(super) fn crashes_and_starts_again(&mut self) {
        self.chatd.crashes();
        self.chatd.starts_again();
    }

    /// It is stopped, and started again.
    pub(super) fn restarts(&mut self) {
        self.chatd.signal(Signal::SIGTERM);
        assert_eq!(self.chatd.exit_code(), 0);
        self.chatd.starts_again();
    }

    /// Sends a client away as an operator does.
    pub(super) fn kick(&self, nick: &str, reason: &str) {
        self.chatd.ctl_ok(&["kick", nick, "--reason", reason]);
    }
}

/// A certificate that its own key has signed, for this machine, and that key.
fn certificate(dir: &Path) -> (PathBuf, PathBuf) {
    let (certificate, key) = (dir.join("certificate.pem"), dir.join("key.pem"));
    let mut openssl = Command::new("openssl");
    openssl
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .args(["req", "-x509", "-newkey", "ec", "-noenc", "-days", "30"])
        .args(["-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-subj", "/CN=chat.example"])
        .args(["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
        .arg("-out")
        .arg(&certificate)
        .arg("-keyout")
        .arg(&key);
    let made = run(&openssl);
    assert_eq!(made.code, Some(0), "{made:?}");
    (certificate, key)
}
