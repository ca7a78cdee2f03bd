//! `chatctl list` and `chatctl show`: who is connected. They change nothing.

use crate::admin::{Client, Request, Select};
use crate::chat::Nick;
use crate::ctl::args::TableArgs;
use crate::ctl::clients::{self, local};
use crate::ctl::desk::Desk;
use crate::ctl::duration::human;
use crate::ctl::escape::escape;
use crate::ctl::exit::Failure;
use crate::ctl::select::SelectArgs;
use crate::ctl::table::pairs;

/// `chatctl list [SELECT]`.
pub(crate) fn list(
    desk: &mut Desk<'_, '_>,
    select: SelectArgs,
    table: &TableArgs,
) -> Result<(), Failure> {
    let select = select.into_select()?;
    let all = select == Select::default();
    let mut found: Vec<Client> = desk.connect()?.ask(
        &Request::ListClients {
            select: select.clone(),
        },
        "clients",
    )?;
    note_missing(desk, &select, &found)?;
    if let Some(sort) = table.sort {
        sort.apply(&mut found);
    }
    if desk.wants_json() {
        desk.json(&found)?;
    } else if all || !found.is_empty() {
        let header = desk.wants_legend() && !found.is_empty();
        let lines = clients::table(
            &found,
            &table.columns,
            header,
            desk.terminal.width,
            &desk.terminal.zone,
        );
        desk.table(&lines, header)?;
        if desk.wants_legend() {
            desk.line(clients::count(found.len()))?;
        }
    }
    // A server without clients is no failure; a selection that finds nobody is.
    if found.is_empty() && !all {
        Err(nobody())
    } else {
        Ok(())
    }
}

/// Says which of the nicks and ids that were named are nobody's, so that a slip does not go unnoticed among others that match.
pub(crate) fn note_missing(
    desk: &mut Desk<'_, '_>,
    select: &Select,
    found: &[Client],
) -> Result<(), Failure> {
    if found.is_empty() {
        return Ok(());
    }
    let key = |nick: &str| Nick::parse(nick).ok().map(|nick| nick.key().to_owned());
    let called = |nick: &&String| {
        let wanted = key(nick);
        found.iter().any(|client| key(&client.nick) == wanted)
    };
    for nick in select.nick.iter().filter(|nick| !called(nick)) {
        desk.note(format_args!("{} is not among them", escape(nick)))?;
    }
    let there = |id: &&u64| found.iter().any(|client| client.id == **id);
    for id in select.id.iter().filter(|id| !there(id)) {
        desk.note(format_args!("id {id} is not among them"))?;
    }
    Ok(())
}

/// `chatctl show CLIENT`.
pub(crate) fn show(desk: &mut Desk<'_, '_>, client: String) -> Result<(), Failure> {
    let client: Client = desk
        .connect()?
        .ask(&Request::ShowClient { client }, "client")?;
    if desk.wants_json() {
        return desk.json(&client);
    }
    let connected = local(
        &client.connected_at,
        "%Y-%m-%d %H:%M:%S",
        &desk.terminal.zone,
    );
    let none = || "-".to_owned();
    let mask = format!("{}!{}@{}", client.nick, client.username, client.host);
    let tls = match (client.tls, client.cipher) {
        (Some(version), Some(cipher)) => format!("{version} {cipher}"),
        (version, _) => version.unwrap_or_else(none),
    };
    let modes = match client.modes.as_str() {
        "" => none(),
        letters => format!("+{letters}"),
    };
    let lines = [
        ("id", client.id.to_string()),
        ("nick", client.nick),
        ("as others see it", mask),
        ("real name", some_or_dash(client.realname)),
        ("account", client.account.unwrap_or_else(none)),
        ("device", client.device.unwrap_or_else(none)),
        ("operator", client.role.unwrap_or_else(none)),
        ("modes", modes),
        ("capabilities", some_or_dash(client.capabilities.join(" "))),
        ("tls", tls),
        ("certificate", client.certificate.unwrap_or_else(none)),
        ("address", client.address),
        ("protocol", client.protocol),
        ("listener", client.listener),
        ("rooms", client.rooms.join(" ")),
        ("current room", client.current_room.unwrap_or_else(none)),
        ("away", client.away.unwrap_or_else(none)),
        (
            "connected",
            format!("{connected} ({} ago)", human(client.age_seconds)),
        ),
        ("idle", human(client.idle_seconds)),
        ("lines received", client.lines_received.to_string()),
        ("bytes waiting", client.bytes_waiting.to_string()),
    ];
    let lines = pairs(&lines, desk.terminal.width);
    desk.table(&lines, false)
}

fn some_or_dash(text: String) -> String {
    if text.is_empty() { "-".into() } else { text }
}

/// The failure of a selection that finds nobody.
pub(crate) fn nobody() -> Failure {
    Failure::NothingMatched("no client matches; chatctl list shows all of them".into())
}
