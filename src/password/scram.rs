//! SCRAM-SHA-256's keys (RFC 5802, RFC 7677): made of a password, kept in its place, compared with what a client proves. Knows no
//! message of the exchange, and whose keys they are as little.
//!
//! Who has the keys cannot log in with them, but can try passwords on them, at [`ITERATIONS`] each.

use std::fmt;
use std::num::NonZeroU32;

use data_encoding::BASE64;
use ring::hmac::{self, HMAC_SHA256};
use ring::{digest, pbkdf2};
use serde::{Deserialize, Serialize};

use super::prepared;

#[cfg(test)]
mod tests;

/// The bytes of a salt.
pub const SALT: usize = 16;
/// The bytes of a key, of a proof and of a server's signature.
pub const KEY: usize = digest::SHA256_OUTPUT_LEN;

/// How often a password is hashed for its keys.
///
/// The server does this once, when a password is set; a client at each login, on whatever machine it has, many with their window
/// standing still meanwhile. RFC 7677 §4 asks for at least 4,096, which is of 2015, and for more as machines get faster. This many take
/// 20 ms where the processor has SHA-256 of its own, so that one that is a hundred times slower is still done in two seconds.
pub const ITERATIONS: u32 = 100_000;
/// The least (RFC 7677 §4).
const LEAST_ITERATIONS: u32 = 4096;

/// What a server keeps of a password to verify proofs of it. In JSON its salt and keys are in base 64; its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scram {
    salt: Bytes<SALT>,
    iterations: NonZeroU32,
    stored_key: Bytes<KEY>,
    server_key: Bytes<KEY>,
}

impl Scram {
    /// Of a password, as [`prepared`] makes it (RFC 5802 §3). The salt is random, for each password another. Fewer
    /// iterations than the 4,096 that RFC 7677 asks for are taken for so many. Takes tens of milliseconds: never on the chat's thread.
    pub fn of(password: &str, salt: [u8; SALT], iterations: u32) -> Scram {
        let iterations =
            NonZeroU32::new(iterations.max(LEAST_ITERATIONS)).unwrap_or(NonZeroU32::MAX);
        let salted = salted(password, &salt, iterations);
        let client_key = sign(&salted, b"Client Key");
        Scram {
            salt: Bytes(salt),
            iterations,
            stored_key: Bytes(sha256(&client_key)),
            server_key: Bytes(sign(&salted, b"Server Key")),
        }
    }

    /// Keys for a name that nobody has: always the same for the same name and secret, so that nobody learns by asking twice that
    /// there is no such account. No proof matches them: nobody knows what the stored key would be the hash of.
    ///
    /// Names that are one are to be given in one form. Iterations are those of new passwords: an account whose password was set
    /// when they were others can be told from nobody, until it is set again.
    pub fn for_nobody(secret: &Secret, name: &str) -> Scram {
        let of = |what: &str| {
            let mut context = hmac::Context::with_key(&secret.0);
            // Where the word ends, so that no word and name are another word and name.
            context.update(what.as_bytes());
            context.update(b"\0");
            context.update(name.as_bytes());
            bytes(context.sign().as_ref())
        };
        let mut salt = [0; SALT];
        salt.copy_from_slice(&of("salt")[..SALT]);
        Scram {
            salt: Bytes(salt),
            iterations: NonZeroU32::new(ITERATIONS).unwrap_or(NonZeroU32::MAX),
            stored_key: Bytes(of("stored key")),
            server_key: Bytes(of("server key")),
        }
    }

    /// What a client hashes its password with.
    pub fn salt(&self) -> &[u8; SALT] {
        &self.salt.0
    }

    /// How often it hashes it.
    pub fn iterations(&self) -> u32 {
        self.iterations.get()
    }

    /// Whether who made this proof of that exchange knows the password (RFC 5802 §3: `AuthMessage`, `ClientProof`). Takes as long
    /// whatever the proof is.
    pub fn verify(&self, exchange: &[u8], proof: &[u8; KEY]) -> bool {
        let mut client_key = sign(&self.stored_key.0, exchange);
        for (byte, proof) in client_key.iter_mut().zip(proof) {
            *byte ^= proof;
        }
        // Compared by their HMACs, which is ring's way in constant time.
        let key = hmac::Key::new(HMAC_SHA256, &self.stored_key.0);
        let wanted = hmac::sign(&key, &self.stored_key.0);
        hmac::verify(&key, &sha256(&client_key), wanted.as_ref()).is_ok()
    }

    /// What proves to the client that the server knows the password's keys (RFC 5802 §3: `ServerSignature`).
    pub fn signature(&self, exchange: &[u8]) -> [u8; KEY] {
        sign(&self.server_key.0, exchange)
    }
}

impl fmt::Debug for Scram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Scram")
    }
}

/// A random key that nobody else has, which the keys of names that nobody has are made with. As long as it is the same, they
/// are: kept with the accounts, it does not tell after a restart either which names are new.
#[derive(Clone)]
pub struct Secret(hmac::Key);

impl Secret {
    /// Of so many random bytes.
    pub fn new(random: &[u8; KEY]) -> Secret {
        Secret(hmac::Key::new(HMAC_SHA256, random))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// RFC 5802 §3: `SaltedPassword`.
fn salted(password: &str, salt: &[u8], iterations: NonZeroU32) -> [u8; KEY] {
    let (by, password) = (pbkdf2::PBKDF2_HMAC_SHA256, prepared(password));
    let mut salted = [0; KEY];
    pbkdf2::derive(by, iterations, salt, password.as_bytes(), &mut salted);
    salted
}

fn sign(key: &[u8], what: &[u8]) -> [u8; KEY] {
    bytes(hmac::sign(&hmac::Key::new(HMAC_SHA256, key), what).as_ref())
}

fn sha256(what: &[u8]) -> [u8; KEY] {
    bytes(digest::digest(&digest::SHA256, what).as_ref())
}

fn bytes(of: &[u8]) -> [u8; KEY] {
    of.try_into().expect("SHA-256 has so many bytes")
}

/// So many bytes, in base 64 where they are written.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
struct Bytes<const N: usize>([u8; N]);

impl<const N: usize> TryFrom<String> for Bytes<N> {
    type Error = String;

    fn try_from(text: String) -> Result<Bytes<N>, String> {
        let bytes = BASE64.decode(text.as_bytes()).ok();
        let bytes = bytes.and_then(|bytes| bytes.try_into().ok());
        // The text may be a secret that was damaged.
        bytes
            .map(Bytes)
            .ok_or_else(|| format!("expected {N} bytes in base 64"))
    }
}

impl<const N: usize> From<Bytes<N>> for String {
    fn from(bytes: Bytes<N>) -> String {
        BASE64.encode(&bytes.0)
    }
}
