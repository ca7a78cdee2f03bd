//! SASL EXTERNAL: a certificate that its account knows is enough.

use std::fs;
use std::path::Path;

use super::PASSWORD;
use crate::harness::{Certificate, Program, Setup, free_port, python};

/// A client over TLS that shows a certificate of these files, and has read what the handshake brought.
fn shows(port: u16, files: Option<(&Path, &Path)>) -> Program {
    let mut command = python("tls.py");
    command.arg(port.to_string());
    if let Some((certificate, key)) = files {
        command.arg(certificate).arg(key);
    }
    let mut client = Program::start(command);
    client.next();
    client
}

fn begins(client: &mut Program) {
    for line in [
        "CAP LS 302",
        "CAP REQ :sasl",
        "NICK mara",
        "USER u 0 * :real",
    ] {
        client.line(line);
    }
    client.until(" ACK ");
}

#[test]
fn a_certificate_that_was_added_is_enough_and_no_other_is() {
    let port = free_port();
    let setup = Setup::new().config(&format!(
        "[listen.ircs]\naddress = \"127.0.0.1:{port}\"\nprotocol = \"irc\"\ntls = {{ certificate = \"tls.crt\", key = \"tls.key\", client_certificates = \"ask\" }}"
    ));
    Certificate::good().write(setup.dir());
    let own = [setup.dir().join("own.crt"), setup.dir().join("own.key")];
    let others = [setup.dir().join("other.crt"), setup.dir().join("other.key")];
    let mut fingerprints = Vec::new();
    for files in [&own, &others] {
        let certificate = Certificate::good();
        fs::write(&files[0], &certificate.chain).expect("a file");
        fs::write(&files[1], &certificate.key).expect("a file");
        fingerprints.push(certificate.fingerprint);
    }
    let (own, others) = ((&*own[0], &*own[1]), (&*others[0], &*others[1]));
    let mut chatd = setup.start();

    let mut mara = shows(port, Some(own));
    begins(&mut mara);
    mara.line(&format!("REGISTER * * {PASSWORD}"));
    mara.until("REGISTER SUCCESS mara");
    mara.line("CAP END");
    mara.until(" 001 mara ");
    mara.line("NS CERT ADD");
    mara.until("That certificate logs you in from now on.");
    mara.line("NS CERT LIST");
    mara.until(&format!("NOTICE mara :{}", fingerprints[0]));
    mara.line("QUIT");
    mara.until("ended by close_notify");

    chatd.crashes();
    chatd.starts_again();
    for (files, response, numeric) in [
        (Some(own), "+", " 903 "),
        // `mara`, who it is, and `bob`, who it is not.
        (Some(own), "bWFyYQ==", " 903 "),
        (Some(own), "Ym9i", " 904 "),
        (Some(others), "+", " 904 "),
    ] {
        let mut client = shows(port, files);
        begins(&mut client);
        client.line("AUTHENTICATE EXTERNAL");
        client.until("AUTHENTICATE +");
        client.line(&format!("AUTHENTICATE {response}"));
        client.until(numeric);
    }

    // Without a certificate it is not even offered.
    let mut nobody = shows(port, None);
    begins(&mut nobody);
    nobody.line("AUTHENTICATE EXTERNAL");
    nobody.until(" 908 * SCRAM-SHA-256,PLAIN :");

    let mut mara = shows(port, Some(own));
    begins(&mut mara);
    mara.line("AUTHENTICATE EXTERNAL");
    mara.until("AUTHENTICATE +");
    mara.line("AUTHENTICATE +");
    mara.until(" 903 ");
    mara.line("CAP END");
    mara.until(" 001 mara ");
    mara.line(&format!("NS CERT DEL {}", fingerprints[0]));
    mara.until("That certificate logs you in no more.");
    mara.line("AUTHENTICATE EXTERNAL");
    mara.until("AUTHENTICATE +");
    mara.line("AUTHENTICATE +");
    mara.until(" 904 mara ");
}
