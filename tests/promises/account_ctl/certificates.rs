//! Certificates that prove an account, as the operator says.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::harness::{Certificate, Program, Server, Setup, free_port, python};

/// Whether who shows this certificate is the account.
fn proves(port: u16, certificate: &Path, key: &Path) -> bool {
    let mut command = python("tls.py");
    command.arg(port.to_string()).arg(certificate).arg(key);
    let mut client = Program::start(command);
    for line in ["CAP REQ :sasl", "NICK robot", "USER u 0 * :real"] {
        client.line(line);
    }
    client.until(" ACK ");
    client.line("AUTHENTICATE EXTERNAL");
    client.until("AUTHENTICATE +");
    client.line("AUTHENTICATE +");
    loop {
        let line = client.next();
        if line.contains(" 903 ") || line.contains(" 904 ") {
            return line.contains(" 903 ");
        }
    }
}

#[test]
fn a_certificate_that_the_operator_adds_is_enough_until_it_is_removed() {
    let port = free_port();
    let setup = Setup::new().config(&format!(
        "[listen.ircs]\naddress = \"127.0.0.1:{port}\"\nprotocol = \"irc\"\ntls = {{ certificate = \"tls.crt\", key = \"tls.key\", \
         client_certificates = \"ask\" }}"
    ));
    Certificate::good().write(setup.dir());
    let own = Certificate::good();
    let (certificate, key) = (setup.dir().join("own.crt"), setup.dir().join("own.key"));
    fs::write(&certificate, &own.chain).expect("a file");
    fs::write(&key, &own.key).expect("a file");
    let chatd = setup.start();
    let mut server = Server { chatd, irc: port };
    let robot = |server: &Server, arguments: &[&str]| {
        let cert = ["account", "cert", "robot"];
        server.chatd.ctl_ok(&[&cert[..], arguments].concat())
    };

    let added = server.piped(&["add", "robot", "--no-password"], "");
    assert!(
        added.stdout.starts_with("added: robot; nothing proves it"),
        "{added:?}"
    );
    assert!(!proves(port, &certificate, &key));
    // As openssl shows it, too.
    let pairs: Vec<_> = own.fingerprint.as_bytes().chunks(2).collect();
    let pairs: Vec<_> = pairs
        .iter()
        .map(|pair| std::str::from_utf8(pair).expect("hex"))
        .collect();
    let colons = pairs.join(":").to_uppercase();
    let told = robot(&server, &["add", &colons]);
    assert_eq!(told, "a certificate more: robot; 1 certificate proves it\n");
    for crashed in [false, true] {
        if crashed {
            server.crashes();
        }
        assert!(proves(port, &certificate, &key));
        assert_eq!(robot(&server, &["list"]), format!("{}\n", own.fingerprint));
    }
    let shown = server.shown("robot");
    assert_eq!(shown["certificates"], json!([own.fingerprint]));
    assert_eq!(shown["password"], false);
    let told = robot(&server, &["remove", &own.fingerprint]);
    assert_eq!(told, "a certificate less: robot; 0 certificates prove it\n");
    for crashed in [false, true] {
        if crashed {
            server.crashes();
        }
        assert!(!proves(port, &certificate, &key));
        assert_eq!(robot(&server, &[]), "");
    }
    for method in ["AddAccountCertificate", "RemoveAccountCertificate"] {
        let audited = server.chatd.audited(&format!("what={method}"));
        assert!(audited.contains(&format!("{method} ok")), "{audited}");
    }
}
