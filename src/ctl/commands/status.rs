//! `chatctl status`: how the daemon is. It changes nothing.

use crate::admin::{LogStatus, Request, Status};
use crate::ctl::clients::local;
use crate::ctl::desk::Desk;
use crate::ctl::duration::human;
use crate::ctl::exit::Failure;
use crate::ctl::table::{Heading, pairs, render};

const LISTENERS: [Heading; 5] = [
    Heading {
        title: "listener",
        number: false,
    },
    Heading {
        title: "address",
        number: false,
    },
    Heading {
        title: "protocol",
        number: false,
    },
    Heading {
        title: "clients",
        number: true,
    },
    Heading {
        title: "socket",
        number: false,
    },
];

/// `chatctl status`.
pub(crate) fn status(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let status: Status = desk.connect()?.ask(&Request::Status {}, "status")?;
    if desk.wants_json() {
        return desk.json(&status);
    }
    let time = |at: &str| local(at, "%Y-%m-%d %H:%M:%S", &desk.terminal.zone);
    let mut lines = vec![
        ("name", status.name.clone()),
        ("version", status.version.clone()),
        ("state", status.state.clone()),
        ("pid", status.pid.to_string()),
        (
            "started",
            format!(
                "{} ({} ago)",
                time(&status.started_at),
                human(status.uptime_seconds)
            ),
        ),
        (
            "configuration",
            status
                .config_file
                .clone()
                .unwrap_or_else(|| "built-in defaults".into()),
        ),
        ("loaded", time(&status.config_loaded_at)),
    ];
    if let Some(last) = &status.last_reload {
        lines.push(("last reload", last.clone()));
    }
    let counters = &status.counters;
    lines.extend([
        (
            "clients",
            format!(
                "{} of {} allowed ({} descriptors){}",
                status.clients,
                status.clients_allowed,
                status.descriptors,
                match status.registering {
                    0 => String::new(),
                    more => format!("; {more} more registering"),
                }
            ),
        ),
        ("rooms", status.rooms.to_string()),
        (
            "connections",
            format!(
                "{} accepted, {} refused",
                counters.connections, counters.connections_refused
            ),
        ),
        (
            "ended",
            format!(
                "{} kicked, {} cut off by a limit",
                counters.kicked, counters.cut_off
            ),
        ),
        ("commands", counters.commands.to_string()),
        (
            "messages",
            format!(
                "{}, delivered {}",
                counters.messages,
                counted(counters.deliveries, "time", "times")
            ),
        ),
    ]);
    if counters.panics > 0 {
        lines.push((
            "failed inside",
            format!("{} (the log says where; please report it)", counters.panics),
        ));
    }
    lines.push(("log", log(&status.log)));
    lines.push(("history", super::store::summary(&status.history)));
    let lines = pairs(&lines, desk.terminal.width);
    desk.table(&lines, false)?;
    listeners(desk, &status)
}

fn listeners(desk: &mut Desk<'_, '_>, status: &Status) -> Result<(), Failure> {
    let rows: Vec<_> = status
        .listeners
        .iter()
        .map(|listener| {
            let origin = if listener.inherited {
                "from systemd"
            } else {
                "own"
            };
            let tls = if listener.tls { ", TLS" } else { "" };
            vec![
                listener.name.clone(),
                listener.address.clone(),
                format!("{}{tls}", listener.protocol),
                listener.clients.to_string(),
                origin.to_owned(),
            ]
        })
        .collect();
    let header = desk.wants_legend() && !rows.is_empty();
    desk.line("")?;
    let lines = render(&LISTENERS, &rows, header, desk.terminal.width);
    desk.table(&lines, header)
}

fn log(log: &LogStatus) -> String {
    let mut words = format!(
        "{} at level {}",
        log.file.as_deref().unwrap_or("no file"),
        log.level
    );
    if log.failing {
        words += ", FAILING: ";
        words += log.error.as_deref().unwrap_or("the last write failed");
    }
    if log.write_errors == 0 && log.dropped == 0 {
        return words;
    }
    let LogStatus {
        write_errors,
        dropped,
        ..
    } = log;
    let failed = counted(*write_errors, "write", "writes");
    let lost = counted(*dropped, "record", "records");
    format!("{words}, {failed} failed and {lost} lost since the start")
}

/// So many of something.
fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { more })
}
