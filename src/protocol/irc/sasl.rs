//! AUTHENTICATE (IRCv3 sasl-3.1), as a server answers it that offers no mechanism: `sasl` is not among its capabilities.

use super::{Numeric, Replies};

/// The most bytes of one AUTHENTICATE's parameter.
const CHUNK: usize = 400;

/// The answer to AUTHENTICATE, before registration and after it: 461, 905 to more than a chunk, 906 to `*`, else 904.
pub(super) fn authenticate(params: &[&str], replies: &mut Replies<'_>) {
    match params.first() {
        None | Some(&"") => {
            let text = "Not enough parameters; AUTHENTICATE MECHANISM";
            replies.numeric(Numeric::NeedMoreParams, &["AUTHENTICATE"], text)
        }
        Some(data) if data.len() > CHUNK => {
            let text = "SASL message too long; at most 400 bytes go into one";
            replies.numeric(Numeric::SaslTooLong, &[], text)
        }
        Some(&"*") => replies.numeric(Numeric::SaslAborted, &[], "SASL authentication aborted"),
        Some(_) => {
            let text =
                "SASL authentication failed: this server has no mechanism for it; connect without";
            replies.numeric(Numeric::SaslFail, &[], text)
        }
    };
}
