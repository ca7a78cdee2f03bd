//! What single values cannot show: keys that must be there, and keys that must agree with each other.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::admin::Problem;
use crate::chat::RoomName;

use super::Layer;
use super::kind::Value;
use super::layer::{self, Found};
use super::values::{Entry, Values};

/// What the main file must itself name, so that an empty file, or one cut short, is refused and does not serve the
/// built-in defaults.
pub(super) fn required(layer: &Layer, found: &Found) -> Vec<Problem> {
    let missing = |key: &str, what: &str| Problem {
        place: layer::end_of(layer),
        key: Some(key.to_owned()),
        message: format!("missing: {what}; is the file cut short?"),
    };
    let mut problems = Vec::new();
    if !layer.main || found.broken {
        return problems;
    }
    if !found.names("server.name") {
        problems.push(missing(
            "server.name",
            "the main file must name the server, such as name = \"chatd\" in [server]",
        ));
    }
    if found.named("listen").next().is_none()
        && !found.refused.iter().any(|path| path.starts_with("listen"))
    {
        problems.push(missing(
            "listen",
            "the main file must name at least one listener, such as [listen.plain] with address = \"127.0.0.1:12345\"",
        ));
    }
    problems
}

/// What must agree in the merged values. A key whose value was refused in some layer is not judged again.
pub(super) fn agree(values: &Values, found: &[Found]) -> Vec<Problem> {
    let refused = |path: &str| found.iter().any(|layer| layer.refused.contains(path));
    let mut problems = Vec::new();
    at_least(
        values,
        &refused,
        "limits.input_queue",
        (1, "limits.line"),
        &mut problems,
    );
    // A control character that somebody sends is three bytes where it is shown, and an answer that quotes a line has up to 16 KiB
    // of its own.
    at_least(
        values,
        &refused,
        "limits.send_queue",
        (8, "limits.line"),
        &mut problems,
    );
    at_least(
        values,
        &refused,
        "limits.send_memory",
        (1, "limits.send_queue"),
        &mut problems,
    );

    sts(values, &refused, &mut problems);
    retention(values, found, &mut problems);
    for name in values.names("operator") {
        credentials(values, found, name, &mut problems);
    }
    let mut open: Vec<(&Entry, SocketAddr)> = Vec::new();
    let mut any_open = false;
    for name in values.names("listen") {
        transport(values, &refused, name, &mut problems);
        let path = |key: &str| format!("listen.{name}.{key}");
        let enabled = values
            .get(&path("enabled"))
            .is_some_and(|entry| entry.value == Value::Flag(true));
        any_open |= enabled || refused(&path("enabled"));
        match values.get(&path("address")) {
            None if refused(&path("address")) => {}
            None => problems.push(Problem {
                place: named_at(found, ("listen", name)),
                key: Some(path("address")),
                message: "missing: a listener needs an address, such as \"127.0.0.1:12345\""
                    .to_owned(),
            }),
            Some(entry) => {
                let Value::Address(address) = entry.value else {
                    continue;
                };
                if !enabled {
                    continue;
                }
                if let Some((other, taken)) =
                    open.iter().find(|(_, taken)| overlap(*taken, address))
                {
                    problems.push(Problem {
                        place: entry.origin.clone(),
                        key: Some(entry.path.clone()),
                        message: format!(
                            "expected an address of its own; {address} and {taken} of {} ({}) cannot both be listened on",
                            other.path, other.origin
                        ),
                    });
                }
                open.push((entry, address));
            }
        }
    }
    if !any_open {
        problems.push(Problem {
            place: found
                .iter()
                .rev()
                .find_map(|layer| layer.named("listen").next())
                .map_or("default", |(_, place)| place)
                .to_owned(),
            key: Some("listen".to_owned()),
            message: "no listener is enabled, so nobody could connect; expected at least one"
                .to_owned(),
        });
    }
    problems
}

/// Whether the system refuses to listen on both: the same port, of the same address or where one is all addresses. Port 0
/// stands for any that is free.
pub fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() == other.port()
        && one.port() != 0
        && one.is_ipv4() == other.is_ipv4()
        && (one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified())
}

fn at_least(
    values: &Values,
    refused: &dyn Fn(&str) -> bool,
    path: &str,
    (times, than): (u64, &str),
    problems: &mut Vec<Problem>,
) {
    let (Some(queue), Some(other)) = (values.get(path), values.get(than)) else {
        return;
    };
    let (Value::Size(bytes), Value::Size(least)) = (&queue.value, &other.value) else {
        return;
    };
    if *bytes >= least * times || refused(path) || refused(than) {
        return;
    }
    let times = match times {
        1 => String::new(),
        times => format!("{times} times "),
    };
    problems.push(Problem {
        place: queue.origin.clone(),
        key: Some(path.to_owned()),
        message: format!(
            "expected at least {times}{than}, which is {} ({}); found {}",
            other.value, other.origin, queue.value
        ),
    });
}

/// A policy that is kept needs a port to keep it on.
fn sts(values: &Values, refused: &dyn Fn(&str) -> bool, problems: &mut Vec<Problem>) {
    let port = values.get("irc.sts_port").is_some() || refused("irc.sts_port");
    if let Some(duration) = values.get("irc.sts_duration")
        && !port
    {
        problems.push(Problem {
            place: duration.origin.clone(),
            key: Some(duration.path.clone()),
            message: "expected irc.sts_port beside it, such as sts_port = 6697".to_owned(),
        });
    }
}

/// Each of the tables is of a room, and no two of the same.
fn retention(values: &Values, found: &[Found], problems: &mut Vec<Problem>) {
    let mut known: BTreeMap<String, &Entry> = BTreeMap::new();
    for name in values.names("retention") {
        let path = format!("retention.{name}.room");
        let Some(entry) = values.get(&path) else {
            if !found.iter().any(|layer| layer.refused.contains(&path)) {
                problems.push(Problem {
                    place: named_at(found, ("retention", name)),
                    key: Some(path),
                    message: "missing: this table needs a room, such as room = \"#tea\"".to_owned(),
                });
            }
            continue;
        };
        let Value::Text(room) = &entry.value else {
            continue;
        };
        let Ok(parsed) = RoomName::parse(room) else {
            continue;
        };
        if let Some(other) = known.get(parsed.key()) {
            problems.push(Problem {
                place: entry.origin.clone(),
                key: Some(entry.path.clone()),
                message: format!(
                    "expected a room of its own; {room} is also that of {} ({}); keep one of the two tables",
                    other.path, other.origin
                ),
            });
        } else {
            known.insert(parsed.key().to_owned(), entry);
        }
    }
}

/// An operator can be known by something.
fn credentials(values: &Values, found: &[Found], name: &str, problems: &mut Vec<Problem>) {
    let table = format!("operator.{name}");
    let path = |key: &str| format!("{table}.{key}");
    let refused = |path: &str| {
        let of_it = |refused: &String| refused.starts_with(path);
        found.iter().any(|layer| layer.refused.iter().any(of_it))
    };
    let known = ["password", "certificate"]
        .iter()
        .any(|key| values.get(&path(key)).is_some());
    if !known && !refused(&path("")) {
        problems.push(Problem {
            place: named_at(found, ("operator", name)),
            key: Some(table),
            message: "missing: an operator needs a password (chatctl hash-password makes its hash) or a certificate"
                .to_owned(),
        });
    }
}

/// TLS needs both of its files, and what is for TLS or WebSocket alone needs that.
fn transport(
    values: &Values,
    refused: &dyn Fn(&str) -> bool,
    name: &str,
    problems: &mut Vec<Problem>,
) {
    let path = |key: &str| format!("listen.{name}.{key}");
    let mut needs = |key: &str, other: &str, there: bool, what: &str| {
        if let Some(entry) = values.get(&path(key))
            && !there
            && !refused(&path(other))
        {
            problems.push(Problem {
                place: entry.origin.clone(),
                key: Some(entry.path.clone()),
                message: format!("expected {} beside it{what}", path(other)),
            });
        }
    };
    let set = |key: &str| values.get(&path(key)).is_some();
    needs("tls.certificate", "tls.key", set("tls.key"), "");
    needs("tls.key", "tls.certificate", set("tls.certificate"), "");
    needs(
        "tls.client_certificates",
        "tls.certificate",
        set("tls.certificate") || set("tls.key"),
        " and tls.key; without TLS there are no certificates",
    );
    let websocket = values
        .get(&path("protocol"))
        .is_some_and(|entry| entry.value == Value::Text("websocket".to_owned()));
    needs("origins", "protocol", websocket, " as \"websocket\"");
}

/// Where a table is named last.
fn named_at(found: &[Found], (section, name): (&'static str, &str)) -> String {
    found
        .iter()
        .rev()
        .find_map(|layer| layer.tables.get(&(section, name.to_owned())).cloned())
        .unwrap_or_else(|| "default".to_owned())
}
