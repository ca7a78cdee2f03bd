//! `chatctl kick`: ends clients, after asking where that is due. Exactly those are kicked that were shown.

use std::collections::HashSet;

use serde_json::json;

use crate::admin::{Client, Error, Request, Select, User};
use crate::chat::Nick;
use crate::ctl::args::TableArgs;
use crate::ctl::clients;
use crate::ctl::connect::Session;
use crate::ctl::desk::Desk;
use crate::ctl::escape::escape;
use crate::ctl::exit::Failure;
use crate::ctl::select::SelectArgs;

use super::list::{nobody, note_missing};

/// What the operator said beforehand.
pub(crate) struct Consent {
    /// Only show who it would be.
    pub(crate) dry_run: bool,
    /// Do not ask.
    pub(crate) yes: bool,
}

/// `chatctl kick SELECT --reason TEXT`.
pub(crate) fn kick(
    desk: &mut Desk<'_, '_>,
    select: SelectArgs,
    reason: &str,
    consent: &Consent,
    table: &TableArgs,
) -> Result<(), Failure> {
    let select = select.into_select()?;
    if select == Select::default() {
        return Err(Failure::Usage(
            "kick whom? Name a nick, an id or another selection; chatctl kick --help shows them"
                .into(),
        ));
    }
    let mut session = desk.connect()?;
    let request = |select, dry_run| Request::KickClients {
        select,
        reason: reason.to_owned(),
        dry_run,
    };
    let mut meant: Vec<Client> = session.ask(&request(select.clone(), true), "kicked")?;
    if meant.is_empty() {
        return match &*select.nick {
            [nick]
                if select
                    == Select {
                        nick: vec![nick.clone()],
                        ..Select::default()
                    } =>
            {
                end(desk, &mut session, nick, reason, consent)
            }
            _ => Err(nobody()),
        };
    }
    note_missing(desk, &select, &meant)?;
    if let Some(sort) = table.sort {
        sort.apply(&mut meant);
    }
    if consent.dry_run {
        if desk.wants_json() {
            return desk.json(&meant);
        }
        let lines = listing(desk, &meant, table);
        desk.table(&lines, desk.wants_legend())?;
        if desk.wants_legend() {
            desk.line(format_args!(
                "{} would be kicked",
                clients::count(meant.len())
            ))?;
        }
        return Ok(());
    }
    if meant.len() > 1 && !consent.yes {
        ask(desk, &meant, table)?;
    }
    let ids = Select {
        id: meant.iter().map(|client| client.id).collect(),
        ..Select::default()
    };
    let kicked: Vec<Client> = session.ask(&request(ids, false), "kicked")?;
    told(desk, &meant, &kicked)
}

/// Ends a user that has no clients.
fn end(
    desk: &mut Desk<'_, '_>,
    session: &mut Session,
    nick: &str,
    reason: &str,
    consent: &Consent,
) -> Result<(), Failure> {
    let User { nick, .. } = if consent.dry_run {
        without_clients(session, nick)?
    } else {
        let request = Request::EndUser {
            nick: nick.to_owned(),
            reason: reason.to_owned(),
        };
        match session.ask(&request, "user") {
            Err(Failure::Refused(Error::NotFound { .. })) => return Err(nobody()),
            ended => ended?,
        }
    };
    if desk.wants_json() {
        return desk.json(&json!([{ "nick": nick, "clients": 0 }]));
    }
    let nick = escape(&nick);
    if consent.dry_run {
        desk.line(format_args!("{nick}, who has no clients, would be kicked"))
    } else {
        desk.line(format_args!("kicked {nick}, who had no clients"))
    }
}

/// The user of that nick, if it has no clients.
fn without_clients(session: &mut Session, nick: &str) -> Result<User, Failure> {
    let wanted = Nick::parse(nick).map_err(|_| nobody())?;
    let users: Vec<User> = session.ask(&Request::ListUsers {}, "users")?;
    let is_it = |user: &User| {
        user.clients == 0 && Nick::parse(&user.nick).is_ok_and(|nick| nick.same_as(&wanted))
    };
    users.into_iter().find(is_it).ok_or_else(nobody)
}

fn ask(desk: &mut Desk<'_, '_>, meant: &[Client], table: &TableArgs) -> Result<(), Failure> {
    let question = format!("kick {}?", clients::count(meant.len()));
    if !desk.terminal.can_ask {
        return Err(Failure::NeedsYes(format!(
            "{} would be kicked, and there is no terminal to ask at: add --yes to agree, or --dry-run to see them",
            clients::count(meant.len())
        )));
    }
    for line in listing(desk, meant, table) {
        desk.note(line)?;
    }
    if desk.agrees(&question)? {
        Ok(())
    } else {
        Err(Failure::NeedsYes("nobody was kicked".into()))
    }
}

fn told(desk: &mut Desk<'_, '_>, meant: &[Client], kicked: &[Client]) -> Result<(), Failure> {
    if desk.wants_json() {
        desk.json(&kicked)?;
    } else {
        for client in kicked {
            desk.line(format_args!("kicked {}", name(client)))?;
        }
        let ended: HashSet<_> = kicked.iter().map(|client| client.id).collect();
        for client in meant.iter().filter(|client| !ended.contains(&client.id)) {
            desk.note(format_args!("{} had gone before", name(client)))?;
        }
    }
    if kicked.is_empty() {
        return Err(Failure::NothingMatched(
            "nobody was kicked: all of them had gone before".into(),
        ));
    }
    Ok(())
}

fn listing(desk: &Desk<'_, '_>, meant: &[Client], table: &TableArgs) -> Vec<String> {
    clients::table(
        meant,
        &table.columns,
        desk.wants_legend(),
        desk.terminal.width,
        &desk.terminal.zone,
    )
}

/// A client in one line's words.
pub(super) fn name(client: &Client) -> String {
    format!(
        "{} ({}) from {}",
        escape(&client.nick),
        client.id,
        escape(&client.address)
    )
}
