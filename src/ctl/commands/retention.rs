//! `chatctl retention`: how long messages are kept. It changes nothing: the configuration says it.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::{Request, Retention, RoomRetention};
use crate::ctl::desk::Desk;
use crate::ctl::duration::human;
use crate::ctl::exit::Failure;
use crate::ctl::table::{Heading, render};

const COLUMNS: [Heading; 4] = [
    Heading {
        title: "room",
        number: false,
    },
    Heading {
        title: "so long",
        number: false,
    },
    Heading {
        title: "so many",
        number: true,
    },
    Heading {
        title: "said by",
        number: false,
    },
];

const DAY: u64 = 86_400;

/// The reply to `ShowRetention`.
#[derive(Deserialize)]
struct Kept {
    general: Retention,
    rooms: Vec<RoomRetention>,
}

/// `chatctl retention show`.
pub(crate) fn show(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let Kept { general, rooms } = desk.connect()?.ask_all(&Request::ShowRetention {})?;
    if desk.wants_json() {
        let rooms: Vec<Value> = rooms
            .iter()
            .map(|of| {
                let mut object = object(of.retention);
                object["room"] = of.room.as_str().into();
                object["name"] = of.name.as_str().into();
                object
            })
            .collect();
        return desk.json(&json!({ "general": object(general), "rooms": rooms }));
    }
    let all = if rooms.is_empty() {
        "all rooms"
    } else {
        "all others"
    };
    let mut rows: Vec<_> = rooms
        .into_iter()
        .map(|of| row(of.room, of.retention, format!("[retention.{}]", of.name)))
        .collect();
    rows.push(row(all.into(), general, "[history]".into()));
    let header = desk.wants_legend();
    let lines = render(&COLUMNS, &rows, header, desk.terminal.width);
    desk.table(&lines, header)
}

/// All fields, `null` where there is no bound.
fn object(retention: Retention) -> Value {
    json!({ "age_seconds": retention.age_seconds, "count": retention.count })
}

fn row(room: String, retention: Retention, by: String) -> Vec<String> {
    let age = match retention.age_seconds {
        None => "for ever".into(),
        Some(seconds) if seconds > 0 && seconds % DAY == 0 => format!("{}d", seconds / DAY),
        Some(seconds) => human(seconds),
    };
    let count = retention
        .count
        .map_or_else(|| "all".into(), |count| count.to_string());
    vec![room, age, count, by]
}
