//! TLS for listeners: a certificate with its key, checked as a whole before it is used, and what is known of a client's
//! TLS. Reads no file and touches no socket.

mod validity;

#[cfg(test)]
pub(super) mod tests;

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::Timestamp;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, ring as provider, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoClientAuth, NoServerSessionStorage};
use rustls::{
    DigitallySignedStruct, DistinguishedName, ServerConfig, ServerConnection, SignatureScheme,
};

use crate::chat::Tls;

/// What a listener speaks TLS with. Cheap to clone; equal when certificate, key and manner are the same.
#[derive(Clone, Debug)]
pub struct Certificate {
    config: Arc<ServerConfig>,
    fingerprint: String,
    until: Timestamp,
}

/// Why a certificate with its key is refused. Each says which of the two files is meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// No certificate where one should be.
    #[error("the certificate's file has no certificate in PEM (-----BEGIN CERTIFICATE-----)")]
    NoCertificate,
    /// A file that is cut short or garbled.
    #[error("the certificate's file is not PEM as it should be: {0}; is it whole?")]
    CertificateForm(String),
    /// The bytes are no X.509 certificate.
    #[error("the certificate's file has something that is no X.509 certificate")]
    NotX509,
    /// No private key where one should be.
    #[error(
        "the key's file has no private key in PEM that is not encrypted (-----BEGIN PRIVATE KEY-----)"
    )]
    NoKey,
    /// A file that is cut short or garbled.
    #[error("the key's file is not PEM as it should be: {0}; is it whole?")]
    KeyForm(String),
    /// The key is of a kind that TLS does not use.
    #[error("the key is of no kind that can be used; RSA, ECDSA (P-256, P-384) and Ed25519 can")]
    KeyKind,
    /// Key and certificate are not one pair.
    #[error("the key does not belong to the certificate")]
    Mismatch,
    /// It was valid until then.
    #[error("the certificate has expired: it was valid until {0}")]
    Expired(Timestamp),
    /// It will be valid from then.
    #[error("the certificate is not valid yet: it will be from {0}; is the clock right?")]
    NotYet(Timestamp),
    /// Anything else that the TLS library refuses.
    #[error("the certificate cannot be used: {0}")]
    Other(String),
}

impl Certificate {
    /// Checks a chain of certificates, the server's own first, and its key, both in PEM; `ask` for certificates of
    /// clients. Whether clients trust the chain is for them to say.
    pub fn load(
        chain: &[u8],
        key: &[u8],
        ask: bool,
        now: Timestamp,
    ) -> Result<Certificate, CertificateError> {
        let chain = CertificateDer::pem_slice_iter(chain)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|error| CertificateError::CertificateForm(form(&error)))?;
        let own = chain.first().ok_or(CertificateError::NoCertificate)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| match error {
            pem::Error::NoItemsFound => CertificateError::NoKey,
            error => CertificateError::KeyForm(form(&error)),
        })?;
        let (from, until) = validity::of(own).ok_or(CertificateError::NotX509)?;
        let fingerprint = fingerprint(own);
        let config = config(chain, key, ask)?;
        if now > until {
            return Err(CertificateError::Expired(until));
        }
        if now < from {
            return Err(CertificateError::NotYet(from));
        }
        Ok(Certificate {
            config: Arc::new(config),
            fingerprint,
            until,
        })
    }

    /// The SHA-256 hash of the certificate itself, in lower-case hex.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Until when it is valid.
    pub fn until(&self) -> Timestamp {
        self.until
    }

    /// The server's side of a new connection.
    pub(super) fn connection(&self) -> Result<ServerConnection, rustls::Error> {
        let mut connection = ServerConnection::new(self.config.clone())?;
        // Bounded by what is put into it: nothing while something waits.
        connection.set_buffer_limit(None);
        Ok(connection)
    }
}

fn form(error: &pem::Error) -> String {
    match error {
        pem::Error::MissingSectionEnd { .. } => "a section has no end".to_owned(),
        pem::Error::IllegalSectionStart { .. } => "a section has no proper beginning".to_owned(),
        pem::Error::Base64Decode(_) => "a section is not Base64".to_owned(),
        other => format!("{other:?}"),
    }
}

fn config(
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
    ask: bool,
) -> Result<ServerConfig, CertificateError> {
    let provider = Arc::new(provider::default_provider());
    provider
        .key_provider
        .load_private_key(key.clone_key())
        .map_err(|_| CertificateError::KeyKind)?;
    let clients: Arc<dyn ClientCertVerifier> = if ask {
        Arc::new(AnyCertificate(provider.clone()))
    } else {
        Arc::new(NoClientAuth)
    };
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| CertificateError::Other(error.to_string()))?
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)
        .map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => CertificateError::Mismatch,
            rustls::Error::InvalidCertificate(_) => CertificateError::NotX509,
            other => CertificateError::Other(other.to_string()),
        })?;
    // Connections last for hours or days: what a resumed one would save is not worth keeping sessions for.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}

/// Takes any certificate of a client, as long as the client proves that it has the key: it is known again by its hash,
/// and nobody vouches for it.
#[derive(Debug)]
struct AnyCertificate(Arc<CryptoProvider>);

impl ClientCertVerifier for AnyCertificate {
    fn client_auth_mandatory(&self) -> bool {
        false
    }

    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// What is known of a client once its handshake is done.
pub(super) fn known(connection: &ServerConnection) -> Tls {
    let version = connection
        .protocol_version()
        .map_or_else(String::new, |version| {
            format!("{version:?}").replace("TLSv1_", "TLSv1.")
        });
    // rustls marks the suites of TLS 1.3, whose registered names are TLS_...
    let cipher = connection
        .negotiated_cipher_suite()
        .map_or_else(String::new, |suite| {
            format!("{:?}", suite.suite()).replace("TLS13_", "TLS_")
        });
    let own = connection
        .peer_certificates()
        .and_then(<[CertificateDer<'_>]>::first);
    Tls {
        version: version.into(),
        cipher: cipher.into(),
        fingerprint: own.map(|own| fingerprint(own).into()),
        server_name: connection.server_name().map(Into::into),
    }
}

/// The SHA-256 hash of a certificate, in lower-case hex.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    let hash = ring::digest::digest(&ring::digest::SHA256, certificate);
    hash.as_ref()
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
