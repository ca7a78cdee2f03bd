//! A client of SCRAM-SHA-256 (RFC 5802, RFC 7677), made of the RFCs and of nothing of the server's.

use std::num::NonZeroU32;

use data_encoding::BASE64;
use ring::hmac::{self, HMAC_SHA256};
use ring::{digest, pbkdf2};

/// One exchange.
pub(super) struct Scram {
    password: String,
    bare: String,
    /// What the server proves in the end.
    server: String,
}

impl Scram {
    pub(super) fn new(account: &str, password: &str) -> Scram {
        Scram {
            password: password.into(),
            bare: format!("n={account},r=rOprNGfwEbeRWgbNEkqO"),
            server: String::new(),
        }
    }

    pub(super) fn first(&self) -> String {
        format!("n,,{}", self.bare)
    }

    /// The proof, for the server's first message.
    pub(super) fn proof(&mut self, challenge: &str) -> String {
        let part = |name: &str| {
            let part = challenge
                .split(',')
                .find_map(|part| part.strip_prefix(name));
            part.unwrap_or_else(|| panic!("no {name} in {challenge}"))
        };
        let salt = BASE64.decode(part("s=").as_bytes()).expect("base 64");
        let iterations: NonZeroU32 = part("i=").parse().expect("a number");
        let mut salted = [0; 32];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            iterations,
            &salt,
            self.password.as_bytes(),
            &mut salted,
        );
        let sign =
            |key: &[u8], text: &str| hmac::sign(&hmac::Key::new(HMAC_SHA256, key), text.as_bytes());
        // `biws`: no channel is bound to.
        let without = format!("c=biws,r={}", part("r="));
        let messages = format!("{},{challenge},{without}", self.bare);
        let client = sign(&salted, "Client Key");
        let stored = digest::digest(&digest::SHA256, client.as_ref());
        let signature = sign(stored.as_ref(), &messages);
        let proof = client.as_ref().iter().zip(signature.as_ref());
        let proof: Vec<u8> = proof.map(|(key, signature)| key ^ signature).collect();
        let server = sign(sign(&salted, "Server Key").as_ref(), &messages);
        self.server = format!("v={}", BASE64.encode(server.as_ref()));
        format!("{without},p={}", BASE64.encode(&proof))
    }

    /// Whether the server knows the password's keys too.
    pub(super) fn believes(&self, server: &str) -> bool {
        !self.server.is_empty() && server == self.server
    }
}
