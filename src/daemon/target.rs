//! Whom the operator means: a nick, an id, or a #room.

use crate::admin::Error;
use crate::chat::{ClientId, Nick, RoomName, Target};

/// The target that a word names.
pub(super) fn parse(word: &str) -> Result<Target, Error> {
    let invalid = |message: String| Error::Invalid {
        parameter: "target".into(),
        message,
    };
    if word.starts_with('#') {
        return RoomName::parse(word)
            .map(Target::Room)
            .map_err(|error| invalid(error.to_string()));
    }
    match word.parse() {
        Ok(id) => Ok(Target::Client(ClientId(id))),
        Err(_) => Nick::parse(word)
            .map(Target::User)
            .map_err(|error| invalid(error.to_string())),
    }
}
