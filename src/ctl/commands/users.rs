//! `chatctl list --users`: who is here, with clients or without. It changes nothing.

use crate::admin::{Request, User};
use crate::ctl::desk::Desk;
use crate::ctl::exit::Failure;
use crate::ctl::table::{Heading, render};

const COLUMNS: [Heading; 6] = [
    Heading {
        title: "nick",
        number: false,
    },
    Heading {
        title: "account",
        number: false,
    },
    Heading {
        title: "clients",
        number: true,
    },
    Heading {
        title: "stays",
        number: false,
    },
    Heading {
        title: "rooms",
        number: false,
    },
    Heading {
        title: "away",
        number: false,
    },
];

/// `chatctl list --users`.
pub(crate) fn list(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let found: Vec<User> = desk.connect()?.ask(&Request::ListUsers {}, "users")?;
    if desk.wants_json() {
        return desk.json(&found);
    }
    let none = || "-".to_owned();
    let rows: Vec<Vec<String>> = found
        .iter()
        .map(|user| {
            vec![
                user.nick.clone(),
                user.account.clone().unwrap_or_else(none),
                user.clients.to_string(),
                if user.always_on { "yes" } else { "no" }.to_owned(),
                user.rooms.join(" "),
                user.away.clone().unwrap_or_else(none),
            ]
        })
        .collect();
    let header = desk.wants_legend() && !rows.is_empty();
    let lines = render(&COLUMNS, &rows, header, desk.terminal.width);
    desk.table(&lines, header)?;
    if desk.wants_legend() {
        desk.line(match found.len() {
            1 => "1 user".to_owned(),
            n => format!("{n} users"),
        })?;
    }
    Ok(())
}
