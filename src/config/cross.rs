//! What single values cannot show: keys that must be there, and keys that must agree with each other.

use std::net::SocketAddr;

use crate::admin::Problem;

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
    if found.listeners.is_empty() && !found.refused.iter().any(|path| path.starts_with("listen")) {
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

    let mut open: Vec<(&Entry, SocketAddr)> = Vec::new();
    let mut any_open = false;
    for name in values.listeners() {
        let path = |key: &str| format!("listen.{name}.{key}");
        let enabled = values
            .get(&path("enabled"))
            .is_some_and(|entry| entry.value == Value::Flag(true));
        any_open |= enabled || refused(&path("enabled"));
        match values.get(&path("address")) {
            None if refused(&path("address")) => {}
            None => problems.push(Problem {
                place: named_at(found, name),
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
                .find_map(|layer| layer.listeners.values().next().cloned())
                .unwrap_or_else(|| "default".to_owned()),
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

/// Where a listener is named last.
fn named_at(found: &[Found], name: &str) -> String {
    found
        .iter()
        .rev()
        .find_map(|layer| layer.listeners.get(name).cloned())
        .unwrap_or_else(|| "default".to_owned())
}
