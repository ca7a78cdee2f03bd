//! The message of the day, as numerics. Reads no file: the server brings its lines.

use super::{Numeric, Replies, Server};

/// The answer to MOTD (Modern IRC): 375, 372 for each line and 376, or 422 if there is none.
pub(super) fn motd(server: &Server, replies: &mut Replies<'_>) {
    let Some(lines) = &server.motd else {
        let text = "MOTD File is missing: this server has no message of the day";
        replies.numeric(Numeric::NoMotd, &[], text);
        return;
    };
    let start = format!("- {} Message of the day - ", server.name);
    replies.numeric(Numeric::MotdStart, &[], &start);
    for line in lines.iter() {
        replies.numeric(Numeric::Motd, &[], &format!("- {line}"));
    }
    replies.numeric(Numeric::EndOfMotd, &[], "End of /MOTD command.");
}
