//! Error lines: `! code: what and what to do`.

use super::clean;
use crate::chat::Refusal;

/// Appends `! code: text`, with a line's end. The text may be anybody's: it is cleaned.
pub fn error(code: &str, text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"! ");
    out.extend_from_slice(code.as_bytes());
    out.extend_from_slice(b": ");
    clean::push(text, out);
    out.push(b'\n');
}

/// Appends why a command was not carried out.
pub fn refusal(refusal: &Refusal, out: &mut Vec<u8>) {
    error(refusal.code(), &refusal.to_string(), out);
}
