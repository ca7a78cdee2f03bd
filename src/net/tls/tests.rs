use std::io::{Read, Write};

use jiff::ToSpan;
use rcgen::{CertificateParams, KeyPair};
use rustls::client::danger::{ServerCertVerified, ServerCertVerifier};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

use super::*;

/// A certificate of one's own and its key, in PEM, valid in these years.
fn pair(from: i32, until: i32) -> (String, String) {
    let key = KeyPair::generate().expect("a key");
    let mut params = CertificateParams::new(vec!["chat.example".to_owned()]).expect("a name");
    params.not_before = rcgen::date_time_ymd(from, 1, 1);
    params.not_after = rcgen::date_time_ymd(until, 1, 1);
    let certificate = params.self_signed(&key).expect("a certificate");
    (certificate.pem(), key.serialize_pem())
}

fn now() -> Timestamp {
    "2026-11-22T00:00:00Z".parse().expect("a time")
}

fn refused(chain: &str, key: &str) -> CertificateError {
    Certificate::load(chain.as_bytes(), key.as_bytes(), false, now()).expect_err("refused")
}

#[test]
fn a_certificate_is_good_between_its_two_dates() {
    let (chain, key) = pair(2026, 2030);
    let good = Certificate::load(chain.as_bytes(), key.as_bytes(), false, now()).expect("good");
    assert_eq!(
        good.until(),
        "2030-01-01T00:00:00Z".parse().expect("a time")
    );
    assert_eq!(good.fingerprint().len(), 64);
    let (chain, key) = pair(2020, 2026);
    let told = refused(&chain, &key).to_string();
    assert_eq!(
        told,
        "the certificate has expired: it was valid until 2026-01-01T00:00:00Z"
    );
    let (chain, key) = pair(2027, 2030);
    assert!(matches!(refused(&chain, &key), CertificateError::NotYet(_)));
    // The last moment counts.
    let (chain, key) = pair(2020, 2026);
    let last: Timestamp = "2026-01-01T00:00:00Z".parse().expect("a time");
    for (now, good) in [(last, true), (last + 1.second(), false)] {
        let loaded = Certificate::load(chain.as_bytes(), key.as_bytes(), false, now);
        assert_eq!(loaded.is_ok(), good, "{now}");
    }
}

#[test]
fn dates_beyond_2049_and_without_end_are_read() {
    let (chain, key) = pair(2026, 2050);
    let far = Certificate::load(chain.as_bytes(), key.as_bytes(), false, now()).expect("good");
    assert_eq!(far.until(), "2050-01-01T00:00:00Z".parse().expect("a time"));
    let (chain, key) = pair(1950, 9999);
    assert!(Certificate::load(chain.as_bytes(), key.as_bytes(), false, now()).is_ok());
}

#[test]
fn files_that_are_swapped_cut_garbled_or_of_different_pairs_are_told_apart() {
    let ((chain, key), (_, other)) = (pair(2026, 2030), pair(2026, 2030));
    assert_eq!(refused(&chain, &other), CertificateError::Mismatch);
    assert_eq!(refused(&key, &chain), CertificateError::NoCertificate);
    assert_eq!(refused("", &key), CertificateError::NoCertificate);
    assert_eq!(refused(&chain, ""), CertificateError::NoKey);
    assert_eq!(refused(&chain, &chain), CertificateError::NoKey);
    let half = |text: &str| text[..text.len() / 2].to_owned();
    assert!(matches!(
        refused(&half(&chain), &key),
        CertificateError::CertificateForm(_)
    ));
    assert!(matches!(
        refused(&chain, &half(&key)),
        CertificateError::KeyForm(_)
    ));
    let garbled = chain.replacen("MII", "???", 1);
    assert!(matches!(
        refused(&garbled, &key),
        CertificateError::CertificateForm(_)
    ));
    let text = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert_eq!(refused(text, &key), CertificateError::NotX509);
    let kind = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
    assert_eq!(refused(&chain, kind), CertificateError::KeyKind);
}

#[test]
fn no_cut_or_changed_byte_of_a_certificate_breaks_the_reading_of_its_dates() {
    let (chain, _) = pair(2026, 2030);
    let der = CertificateDer::from_pem_slice(chain.as_bytes()).expect("PEM");
    let whole = validity::of(&der).expect("two dates");
    for end in 0..der.len() {
        assert!(validity::of(&der[..end]).is_none(), "{end}");
        let mut changed = der.to_vec();
        for byte in [0x00, 0x7F, 0x80, 0x84, 0xFF] {
            changed[end] = byte;
            let _ = validity::of(&changed);
        }
    }
    assert!(whole.0 < whole.1);
}

/// Trusts anybody, as a client of a self-signed server does.
#[derive(Debug)]
struct Trusting(AnyCertificate);

impl ServerCertVerifier for Trusting {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// A client that shows this pair, if any.
pub(in crate::net) fn client(own: Option<&(String, String)>) -> ClientConnection {
    let provider = Arc::new(provider::default_provider());
    let config = ClientConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .expect("versions")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trusting(AnyCertificate(provider))));
    let config = match own {
        Some((chain, key)) => config
            .with_client_auth_cert(
                vec![CertificateDer::from_pem_slice(chain.as_bytes()).expect("PEM")],
                PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM"),
            )
            .expect("a pair"),
        None => config.with_no_client_auth(),
    };
    let name = ServerName::try_from("chat.example").expect("a name");
    ClientConnection::new(Arc::new(config), name).expect("a client")
}

/// A server's side that is good now.
pub(in crate::net) fn server(ask: bool) -> ServerConnection {
    let (chain, key) = pair(2020, 2030);
    let certificate = Certificate::load(chain.as_bytes(), key.as_bytes(), ask, now());
    certificate.expect("good").connection().expect("a server")
}

/// Both sides in memory, until neither has anything to say.
fn shake(
    client: &mut ClientConnection,
    server: &mut ServerConnection,
) -> Result<(), rustls::Error> {
    loop {
        let mut wire = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut wire).expect("memory");
        }
        let mut back = Vec::new();
        server.read_tls(&mut wire.as_slice()).expect("memory");
        server.process_new_packets()?;
        while server.wants_write() {
            server.write_tls(&mut back).expect("memory");
        }
        if wire.is_empty() && back.is_empty() {
            return Ok(());
        }
        client.read_tls(&mut back.as_slice()).expect("memory");
        client.process_new_packets()?;
    }
}

#[test]
fn a_client_is_known_by_the_hash_of_its_certificate_whoever_vouches_for_it() {
    // Expired long ago, self-signed: it counts all the same.
    let own = pair(2001, 2002);
    let der = CertificateDer::from_pem_slice(own.0.as_bytes()).expect("PEM");
    let (mut with, mut server) = (client(Some(&own)), server(true));
    shake(&mut with, &mut server).expect("a handshake");
    let tls = known(&server);
    assert_eq!(tls.fingerprint.as_deref(), Some(fingerprint(&der).as_str()));
    assert_eq!(&*tls.version, "TLSv1.3");
    assert!(
        tls.cipher.starts_with("TLS_AES_") || tls.cipher.starts_with("TLS_CHACHA20_"),
        "{tls:?}"
    );
    assert_eq!(tls.server_name.as_deref(), Some("chat.example"));
}

#[test]
fn a_client_need_not_have_a_certificate_and_is_not_asked_where_none_is_wanted() {
    for (own, ask) in [(None, true), (Some(pair(2020, 2030)), false), (None, false)] {
        let (mut with, mut server) = (client(own.as_ref()), server(ask));
        shake(&mut with, &mut server).expect("a handshake");
        assert_eq!(known(&server).fingerprint, None);
        with.writer().write_all(b"hello").expect("memory");
        shake(&mut with, &mut server).expect("records");
        let mut read = [0; 5];
        server
            .reader()
            .read_exact(&mut read)
            .expect("what was written");
        assert_eq!(&read, b"hello");
    }
}

#[test]
fn the_hash_is_the_one_that_openssl_tells() {
    // printf abc | sha256sum
    let hash = fingerprint(&CertificateDer::from(b"abc".to_vec()));
    assert_eq!(
        hash,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
}
