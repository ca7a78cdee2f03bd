use std::fmt::Write as _;

use data_encoding::BASE64;
use ring::hmac::{self, HMAC_SHA256};
use ring::{digest, pbkdf2};

/// A client as RFC 5802 §3 has it, made of it and of nothing of the server's.
pub(super) struct Client {
    password: &'static str,
    pub(super) header: &'static str,
    pub(super) bare: String,
    /// What the server must send in the end.
    pub(super) wanted: Option<String>,
}

impl Client {
    pub(super) fn new(name: &str, password: &'static str) -> Client {
        Client {
            password,
            header: "n,,",
            bare: format!("n={name},r=fyko+d2lbbFgONRv9qkxdawL"),
            wanted: None,
        }
    }

    pub(super) fn first(&self) -> String {
        [self.header, &self.bare].concat()
    }

    /// The answer to the server's first message, in which it may have changed something before it was signed.
    pub(super) fn last(&mut self, challenge: &str, change: impl FnOnce(&mut String)) -> String {
        let mut parts = challenge.split(',');
        let mut part = |name: &str| parts.next().and_then(|p| p.strip_prefix(name)).unwrap();
        let (nonce, salt, iterations) = (part("r="), part("s="), part("i="));
        let salt = BASE64.decode(salt.as_bytes()).unwrap();
        let (mut salted, password) = ([0; 32], self.password.as_bytes());
        let iterations = iterations.parse().unwrap();
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            iterations,
            &salt,
            password,
            &mut salted,
        );
        let sign =
            |key: &[u8], what: &str| hmac::sign(&hmac::Key::new(HMAC_SHA256, key), what.as_bytes());
        let client_key = sign(&salted, "Client Key");
        let stored_key = digest::digest(&digest::SHA256, client_key.as_ref());
        let mut last = format!("c={},r={nonce}", BASE64.encode(self.header.as_bytes()));
        change(&mut last);
        let messages = format!("{},{challenge},{last}", self.bare);
        let signature = sign(stored_key.as_ref(), &messages);
        let proof = client_key.as_ref().iter().zip(signature.as_ref());
        let proof: Vec<u8> = proof.map(|(key, signature)| key ^ signature).collect();
        write!(last, ",p={}", BASE64.encode(&proof)).unwrap();
        let signature = sign(sign(&salted, "Server Key").as_ref(), &messages);
        self.wanted = Some(format!("v={}", BASE64.encode(signature.as_ref())));
        last
    }
}
