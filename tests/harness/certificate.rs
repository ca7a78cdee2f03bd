//! Certificates of every kind, and their keys, as files.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// A certificate of one's own with its key.
pub(crate) struct Certificate {
    /// In PEM.
    pub(crate) chain: String,
    /// In PEM.
    pub(crate) key: String,
    /// SHA-256, in lower-case hex.
    pub(crate) fingerprint: String,
}

impl Certificate {
    /// One that is valid from and until so many days from now; negative ones are past.
    pub(crate) fn new(from: i32, until: i32) -> Certificate {
        let at = |days: i32| {
            let time = Duration::from_hours(24) * days.unsigned_abs();
            let now = SystemTime::now();
            if days < 0 { now - time } else { now + time }
        };
        let key = rcgen::KeyPair::generate().expect("a key");
        let names = vec!["chat.example".to_owned()];
        let mut params = rcgen::CertificateParams::new(names).expect("a name");
        params.not_before = at(from).into();
        params.not_after = at(until).into();
        let certificate = params.self_signed(&key).expect("a certificate");
        let hash = ring::digest::digest(&ring::digest::SHA256, certificate.der());
        Certificate {
            chain: certificate.pem(),
            key: key.serialize_pem(),
            fingerprint: hex(hash.as_ref()),
        }
    }

    /// One that is good.
    pub(crate) fn good() -> Certificate {
        Certificate::new(-1, 100)
    }

    /// Writes it to `tls.crt` and `tls.key` in a directory.
    pub(crate) fn write(&self, directory: &Path) {
        fs::write(directory.join("tls.crt"), &self.chain).expect("a file");
        fs::write(directory.join("tls.key"), &self.key).expect("a file");
        let mode = fs::Permissions::from_mode(0o600);
        fs::set_permissions(directory.join("tls.key"), mode).expect("a mode");
    }
}

fn hex(bytes: &[u8]) -> String {
    let mut hex = String::new();
    for byte in bytes {
        write!(hex, "{byte:02x}").expect("a String takes all");
    }
    hex
}
