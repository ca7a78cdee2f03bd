//! Streams of replies: of any shape, and of happenings.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{CallError, Client, shaped};
use crate::admin::Happening;

/// The parameters of the replies to one call; ends when the daemon ends the stream, or with the first error. A last reply that
/// has none is no item.
#[derive(Debug)]
pub struct Replies {
    pub(super) client: Client,
    pub(super) over: bool,
}

impl Iterator for Replies {
    type Item = Result<Value, CallError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        // Whatever goes wrong, nothing can follow.
        self.over = true;
        match self.client.reply() {
            Ok((parameters, continues)) => {
                self.over = !continues;
                let empty = parameters.as_object().is_some_and(Map::is_empty);
                (continues || !empty).then_some(Ok(parameters))
            }
            Err(error) => Some(Err(error)),
        }
    }
}

/// A stream of happenings; ends when the daemon ends it, or with the first error.
#[derive(Debug)]
pub struct Watching {
    pub(super) replies: Replies,
    pub(super) first: Option<Happening>,
}

/// A reply to `Watch`.
#[derive(Deserialize)]
struct Watched {
    #[serde(default)]
    happening: Option<Happening>,
}

/// The happening of a reply; none in the last one.
fn watched(parameters: Value) -> Result<Option<Happening>, CallError> {
    let Watched { happening } = shaped(parameters)?;
    Ok(happening)
}

impl Iterator for Watching {
    type Item = Result<Happening, CallError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(first) = self.first.take() {
            return Some(Ok(first));
        }
        let parameters = match self.replies.next()? {
            Ok(parameters) => parameters,
            Err(error) => return Some(Err(error)),
        };
        match watched(parameters) {
            Ok(None) if !self.replies.over => {
                self.replies.over = true;
                let why = "a reply without a happening".into();
                Some(Err(CallError::Protocol(why)))
            }
            Ok(happening) => happening.map(Ok),
            Err(error) => {
                self.replies.over = true;
                Some(Err(error))
            }
        }
    }
}
