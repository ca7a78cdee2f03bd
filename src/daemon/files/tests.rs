use std::fs;

use tempfile::TempDir;

use super::*;
use crate::config::{Directories, Layer};

/// A configuration with these tables, in a directory of its own.
struct Place(TempDir);

impl Place {
    fn new() -> Place {
        Place(tempfile::tempdir().expect("a directory"))
    }

    fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), content).expect("a file");
    }

    fn read(&self, tables: &str) -> Result<Files, String> {
        let text = format!(
            "[server]\nname = \"here\"\n{tables}\n[listen.main]\naddress = \"127.0.0.1:1\"\n"
        );
        let layer = Layer {
            name: "chatd.toml".to_owned(),
            text,
            main: true,
        };
        let path = self.0.path().to_owned();
        let directories = Directories {
            runtime: path.clone(),
            state: path.clone(),
            logs: path.clone(),
        };
        let loaded = crate::config::check(&[layer], &[], &directories).expect("it is right");
        let places = Places {
            beside: path.clone(),
            credentials: Some(path.join("credentials")),
        };
        Files::read(&loaded, &places, Timestamp::now()).map_err(|rejected| rejected.to_string())
    }

    /// A pair that is valid for so many days from yesterday.
    fn pair(&self, name: &str, days: i64) {
        let day = std::time::Duration::from_hours(24);
        let key = rcgen::KeyPair::generate().expect("a key");
        let mut params = rcgen::CertificateParams::new(vec!["here".to_owned()]).expect("a name");
        let now = std::time::SystemTime::now();
        params.not_before = (now - day).into();
        params.not_after = (now + day * u32::try_from(days).expect("few")).into();
        let certificate = params.self_signed(&key).expect("a certificate");
        self.write(&format!("{name}.crt"), certificate.pem());
        self.write(&format!("{name}.key"), key.serialize_pem());
    }
}

const MOTD: &str = "motd = \"motd.txt\"";
const TLS: &str =
    "[listen.tls]\naddress = \"127.0.0.1:2\"\ntls = { certificate = \"a.crt\", key = \"a.key\" }";

#[test]
fn a_message_of_the_day_is_lines_of_text_with_formatting() {
    let place = Place::new();
    place.write("motd.txt", "\x02Welcome\x02\r\n\n\t小明\nend");
    let motd = place
        .read(MOTD)
        .expect("it is right")
        .motd
        .expect("a message");
    assert_eq!(
        motd.iter().map(|line| &**line).collect::<Vec<_>>(),
        ["\x02Welcome\x02", "", "\t小明", "end"]
    );
    place.write("motd.txt", "");
    assert_eq!(
        place
            .read(MOTD)
            .expect("it is right")
            .motd
            .expect("a message")
            .len(),
        0
    );
    assert!(place.read("").expect("it is right").motd.is_none());
}

#[test]
fn a_message_of_the_day_that_cannot_be_told_is_a_mistake_of_the_configuration() {
    let place = Place::new();
    let missing = place.read(MOTD).expect_err("refused");
    assert!(
        missing.starts_with("chatd.toml:3:1: server.motd: "),
        "{missing}"
    );
    assert!(
        missing.contains("motd.txt: this file cannot be read: No such file"),
        "{missing}"
    );
    for (content, why) in [
        (b"a\xff".to_vec(), "expected text in UTF-8"),
        (b"fine\na\x1b[31m".to_vec(), "line 2 has U+001B"),
        (b"a\0b".to_vec(), "line 1 has U+0000"),
        (b"a\rb".to_vec(), "line 1 has U+000D"),
        (vec![b'x'; 401], "line 1 has 401"),
        (b"x\n".repeat(501), "found 501"),
        (b"xxxxxxx\n".repeat(8193), "expected at most 65536 bytes"),
    ] {
        place.write("motd.txt", content);
        let told = place.read(MOTD).expect_err(why);
        assert!(told.contains(why), "{told}");
    }
    place.write("motd.txt", b"x".repeat(400));
    assert!(place.read(MOTD).is_ok());
    place.write("motd.txt", b"x\n".repeat(500));
    assert!(place.read(MOTD).is_ok());
    let told = place.read("motd = \".\"").expect_err("a directory");
    assert!(told.contains("expected a regular file"), "{told}");
}

#[test]
fn a_certificate_that_ends_soon_and_a_key_that_all_may_read_are_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let mode = |mode| {
        let path = place.0.path().join("a.key");
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    };
    for (days, bits, warnings) in [
        (15, 0o600, (0, 0)),
        (13, 0o640, (0, 1)),
        (15, 0o644, (1, 0)),
        (1, 0o604, (1, 1)),
    ] {
        place.pair("a", days);
        mode(bits);
        let mut files = place.read(TLS).expect("it is right");
        let expiring = files.expiring(Timestamp::now());
        assert_eq!(
            (files.warnings.len(), expiring.len()),
            warnings,
            "{days}, {bits:o}: {:?}",
            files.warnings
        );
        assert!(files.certificate("tls").is_some() && files.certificate("main").is_none());
    }
}

#[test]
fn a_certificate_that_expires_while_chatd_runs_is_warned_of_once_a_day() {
    let place = Place::new();
    place.pair("a", 16);
    let mut files = place.read(TLS).expect("it is right");
    let start = Timestamp::now();
    let mut at = |hours| {
        files
            .expiring(start + SignedDuration::from_hours(hours))
            .concat()
    };
    assert_eq!(at(0), "");
    assert_eq!(at(47), "");
    assert!(at(72).contains("listen.tls: the certificate") && at(95).is_empty());
    assert!(at(96).contains("expires soon: it is valid until"));
    assert!(at(17 * 24).contains("has expired: it was valid until"));
}

#[test]
fn what_changed_in_files_of_the_same_name_is_a_change() {
    let place = Place::new();
    place.pair("a", 100);
    place.write("motd.txt", "one");
    let tables = format!("{MOTD}\n{TLS}");
    let old = place.read(&tables).expect("it is right");
    assert_eq!(
        old.changes(&place.read(&tables).expect("it is right"), &[]),
        []
    );
    place.pair("a", 200);
    place.write("motd.txt", "one\ntwo");
    let new = place.read(&tables).expect("it is right");
    let changes = old.changes(&new, &[]);
    let keys: Vec<_> = changes.iter().map(|change| change.key.as_str()).collect();
    assert_eq!(keys, ["listen.tls.tls.certificate", "server.motd"]);
    assert_eq!(old.changes(&new, &changes), [], "told already");
}

#[test]
fn files_of_a_listener_that_is_off_are_not_read() {
    let place = Place::new();
    assert!(place.read(TLS).is_err());
    assert!(place.read(&format!("{TLS}\nenabled = false")).is_ok());
}

/// The hash of a password, as `chatctl hash-password` writes it.
fn hashed(password: &str) -> String {
    PasswordHash::of(password.as_bytes())
        .expect("a hash")
        .as_str()
        .to_owned()
        + "\n"
}

const PASSWORDS: &str =
    "password = \"credential:server\"\n[operator.alice]\npassword = \"credential:alice\"";

#[test]
fn passwords_come_from_credentials() {
    let place = Place::new();
    let told = place.read(PASSWORDS).expect_err("there are none");
    for (key, name) in [
        ("server.password", "server"),
        ("operator.alice.password", "alice"),
    ] {
        let words = format!(
            "{key}: chatd was not started with a credential {name}; have the unit load it (systemctl edit chatd: \
             LoadCredential={name}, which looks in /etc/credstore, or LoadCredential={name}:PATH), and restart"
        );
        assert!(told.lines().any(|line| line.ends_with(&words)), "{told}");
    }
    fs::create_dir(place.0.path().join("credentials")).expect("a directory");
    place.write("credentials/server", hashed("one"));
    place.write("credentials/alice", "no hash, but a secret");
    let told = place.read(PASSWORDS).expect_err("one is no hash");
    assert!(
        told.contains("operator.alice.password: the credential alice: expected an argon2 hash")
    );
    assert!(
        !told.contains("a secret") && !told.contains("server.password"),
        "{told}"
    );
    place.write("credentials/alice", hashed("two"));
    let files = place.read(PASSWORDS).expect("they are right");
    let right = |key: &str, password: &str| files.passwords[key].verify(password.as_bytes());
    assert!(right("server.password", "one") && right("operator.alice.password", "two"));
    assert!(!right("server.password", "two"));

    place.write("credentials/alice", hashed("three"));
    let later = place.read(PASSWORDS).expect("they are right");
    let changes = files.changes(&later, &[]);
    let keys: Vec<_> = changes.iter().map(|change| change.key.as_str()).collect();
    assert_eq!(keys, ["operator.alice.password"]);
    assert!(!format!("{changes:?}").contains("argon2"), "{changes:?}");
}

#[test]
fn a_key_comes_from_a_credential_and_never_from_elsewhere() {
    let place = Place::new();
    place.pair("a", 100);
    let key = fs::read(place.0.path().join("a.key")).expect("the key");
    let tls = TLS.replace("a.key", "credential:chat.key");
    let told = place.read(&tls).expect_err("there is none");
    assert!(
        told.contains("listen.tls.tls.key: chatd was not started with a credential chat.key;"),
        "{told}"
    );
    // Not beside the configuration, where paths begin.
    place.write("credential:chat.key", &key);
    assert_eq!(place.read(&tls).expect_err("there is none"), told);
    fs::create_dir(place.0.path().join("credentials")).expect("a directory");
    place.write("credentials/chat.key", &key);
    assert!(
        place
            .read(&tls)
            .expect("it is right")
            .certificate("tls")
            .is_some()
    );
}
