//! The settings of the history, made of the merged values.

use std::path::PathBuf;

use crate::chat::RoomName;
use crate::config::settings::{History, RoomRetention};
use crate::config::values::Values;
use crate::store::{Durability, Retention};

impl Values {
    pub(super) fn history(&self) -> History {
        History {
            enabled: self.flag("history.enabled"),
            directory: PathBuf::from(self.text("history.directory")),
            durability: match self.text("history.durability").as_str() {
                "relaxed" => Durability::Relaxed,
                _ => Durability::Commit,
            },
            retention: self.retention("history.retain_age", "history.retain_count"),
            rooms: self
                .names("retention")
                .into_iter()
                .map(|name| (name.to_owned(), self.of_room(name)))
                .collect(),
            direct_messages: self.flag("history.direct_messages"),
            events: self.flag("history.events"),
            before_join: self.flag("history.before_join"),
            pending: self.size("history.pending"),
            stall: self.always("history.stall"),
            replay: self.count("history.replay"),
            plain_replay: self.count("history.plain_replay"),
        }
    }

    fn retention(&self, age: &str, count: &str) -> Retention {
        Retention {
            age: self.time(age),
            count: self.count(count).map(Into::into),
        }
    }

    fn of_room(&self, name: &str) -> RoomRetention {
        let path = |key: &str| format!("retention.{name}.{key}");
        RoomRetention {
            room: RoomName::parse(&self.text(&path("room")))
                .expect("the schema accepts only what parses"),
            retention: self.retention(&path("age"), &path("count")),
        }
    }
}
