//! `chatctl account`: accounts, shown. Changes are apart.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::admin::client::CallError;
use crate::admin::{Account, Client, Request};
use crate::ctl::args::{AccountCommand, TableArgs};
use crate::ctl::clients::{self, Column, local};
use crate::ctl::desk::Desk;
use crate::ctl::exit::Failure;
use crate::ctl::table::{Heading, pairs, render};

mod changes;

const COLUMNS: [Heading; 6] = [
    Heading {
        title: "name",
        number: false,
    },
    Heading {
        title: "since",
        number: false,
    },
    Heading {
        title: "clients",
        number: true,
    },
    Heading {
        title: "certificates",
        number: true,
    },
    Heading {
        title: "state",
        number: false,
    },
    Heading {
        title: "reason",
        number: false,
    },
];

/// The columns of an account's clients when none are named.
const CLIENTS: [Column; 7] = [
    Column::Id,
    Column::Nick,
    Column::Device,
    Column::Address,
    Column::Protocol,
    Column::Idle,
    Column::Connected,
];

/// The reply to `ShowAccount` and to what ends clients; without them: the chat has not told in time.
#[derive(Deserialize)]
struct WithClients {
    account: Account,
    clients: Option<Vec<Client>>,
}

/// `chatctl account COMMAND`.
pub(crate) fn account(desk: &mut Desk<'_, '_>, command: AccountCommand) -> Result<(), Failure> {
    match command {
        AccountCommand::List => list(desk),
        AccountCommand::Show { name } => show(desk, name),
        AccountCommand::Clients { name, table } => of_account(desk, name, table),
        AccountCommand::Add { name, no_password } => changes::add(desk, name, no_password),
        AccountCommand::Passwd { name } => changes::passwd(desk, name),
        AccountCommand::Disable { name, reason } => changes::disable(desk, name, &reason),
        AccountCommand::Enable { name } => changes::enable(desk, name),
        AccountCommand::Remove { name, dry_run, yes } => {
            let consent = super::kick::Consent { dry_run, yes };
            changes::remove(desk, name, &consent)
        }
        AccountCommand::Revoke {
            name,
            device,
            reason,
        } => changes::revoke(desk, name, device, reason),
        AccountCommand::Cert {
            name,
            action,
            fingerprint,
        } => changes::cert(desk, name, action, fingerprint),
    }
}

fn list(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let mut count = 0;
    let mut rows = Vec::new();
    for page in desk.connect()?.stream(&Request::ListAccounts {})? {
        for account in accounts(page?)? {
            count += 1;
            if desk.wants_json() {
                let before = if count == 1 { "[\n" } else { ",\n" };
                desk.json_part(before, &object(&account))?;
            } else {
                rows.push(row(account, desk));
            }
        }
    }
    if desk.wants_json() {
        return desk.line(if count == 0 { "[]" } else { "\n]" });
    }
    let header = desk.wants_legend() && count > 0;
    let lines = render(&COLUMNS, &rows, header, desk.terminal.width);
    desk.table(&lines, header)?;
    if desk.wants_legend() {
        let accounts = if count == 1 { "account" } else { "accounts" };
        desk.line(format_args!("{count} {accounts}"))?;
    }
    Ok(())
}

/// The accounts of one reply.
fn accounts(mut reply: Value) -> Result<Vec<Account>, CallError> {
    let accounts = reply
        .get_mut("accounts")
        .map(Value::take)
        .unwrap_or_default();
    serde_json::from_value(accounts)
        .map_err(|error| CallError::Protocol(format!("'accounts' of the reply: {error}")))
}

fn row(account: Account, desk: &Desk<'_, '_>) -> Vec<String> {
    let state = state(&account).to_owned();
    let clients = clients_of(&account);
    vec![
        account.name,
        local(&account.since, "%Y-%m-%d %H:%M", &desk.terminal.zone),
        clients,
        account.certificates.len().to_string(),
        state,
        account.suspended.map(|why| why.reason).unwrap_or_default(),
    ]
}

fn state(account: &Account) -> &'static str {
    match account.suspended {
        Some(_) => "suspended",
        None => "ok",
    }
}

fn clients_of(account: &Account) -> String {
    let known = account.clients;
    known.map_or("-".into(), |clients| clients.to_string())
}

/// An account as a program reads it: all fields, `null` where there is nothing.
fn object(account: &Account) -> Value {
    json!({
        "id": account.id,
        "name": account.name,
        "since": account.since,
        "password": account.password,
        "certificates": account.certificates,
        "suspended": account.suspended,
        "always_on": account.always_on,
        "clients": account.clients,
    })
}

fn show(desk: &mut Desk<'_, '_>, name: String) -> Result<(), Failure> {
    let request = Request::ShowAccount { account: name };
    let WithClients { account, clients } = desk.connect()?.ask_all(&request)?;
    if desk.wants_json() {
        let mut object = object(&account);
        object["connected"] = json!(clients);
        return desk.json(&object);
    }
    let time = |at: &str| local(at, "%Y-%m-%d %H:%M:%S", &desk.terminal.zone);
    let yes = |yes| if yes { "yes" } else { "no" }.to_owned();
    let certificates = match account.certificates.len() {
        0 => "-".into(),
        _ => account.certificates.join(" "),
    };
    let mut lines = vec![
        ("id", account.id.to_string()),
        ("name", account.name.clone()),
        ("since", time(&account.since)),
        ("password", yes(account.password)),
        ("certificates", certificates),
        ("always on", account.always_on.map_or("-".into(), yes)),
        ("state", state(&account).to_owned()),
    ];
    if let Some(suspended) = &account.suspended {
        lines.push(("reason", suspended.reason.clone()));
        lines.push(("suspended by", suspended.by.clone()));
        lines.push(("suspended at", time(&suspended.at)));
    }
    lines.push(("clients", clients_of(&account)));
    let lines = pairs(&lines, desk.terminal.width);
    desk.table(&lines, false)?;
    let Some(clients) = clients.filter(|clients| !clients.is_empty()) else {
        return Ok(());
    };
    desk.line("")?;
    let header = desk.wants_legend();
    let lines = clients::table(
        &clients,
        &CLIENTS,
        header,
        desk.terminal.width,
        &desk.terminal.zone,
    );
    desk.table(&lines, header)
}

/// That nobody is logged in is an answer; that there is no such account is none.
fn of_account(desk: &mut Desk<'_, '_>, name: String, table: TableArgs) -> Result<(), Failure> {
    let request = Request::ShowAccount { account: name };
    let mut clients: Vec<Client> = desk.connect()?.ask(&request, "clients")?;
    if let Some(sort) = table.sort {
        sort.apply(&mut clients);
    }
    if desk.wants_json() {
        return desk.json(&clients);
    }
    let columns = match table.columns {
        none if none.is_empty() => CLIENTS.to_vec(),
        columns => columns,
    };
    let header = desk.wants_legend() && !clients.is_empty();
    let (width, zone) = (desk.terminal.width, desk.terminal.zone.clone());
    let lines = clients::table(&clients, &columns, header, width, &zone);
    desk.table(&lines, header)?;
    if desk.wants_legend() {
        desk.line(clients::count(clients.len()))?;
    }
    Ok(())
}
