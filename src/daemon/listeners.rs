//! The listening sockets: opened at start, compared and opened anew by a reload, handed to the net as a plan.

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use super::{Failure, inherited};
use crate::config::{Listener, Loaded, Settings};
use crate::net::{self, Plan, Planned, Socket};

/// A listening socket that this process holds.
#[derive(Debug)]
pub(super) struct Open {
    /// The same socket as the net's; kept to ask it for its port when another takes the port over.
    pub(super) socket: TcpListener,
    pub(super) inherited: bool,
}

/// The sockets, by the name of their listener.
pub(super) type Listeners = BTreeMap<String, Open>;

fn options(settings: &Settings) -> net::Options {
    net::Options {
        send_buffer: settings.limits.send_buffer,
    }
}

fn enabled(settings: &Settings) -> impl Iterator<Item = (&String, &Listener)> {
    settings
        .listen
        .iter()
        .filter(|(_, listener)| listener.enabled)
}

/// Opens all enabled listeners: those that the service manager has opened for a listener of that name are taken over, the
/// rest is bound.
pub(super) fn open(loaded: &Loaded) -> Result<Listeners, Failure> {
    let mut given = inherited::listeners()
        .map_err(|error| Failure::System("sockets from the service manager", error))?;
    let mut open = Listeners::new();
    for (name, listener) in enabled(&loaded.settings) {
        if let Some(place) = given.iter().position(|given| given.name == *name) {
            let socket = given.swap_remove(place).socket;
            open.insert(
                name.clone(),
                Open {
                    socket,
                    inherited: true,
                },
            );
            continue;
        }
        match net::bind(listener.address, options(&loaded.settings)) {
            Ok(socket) => drop(open.insert(
                name.clone(),
                Open {
                    socket,
                    inherited: false,
                },
            )),
            // A machine without IPv6 is still served by default.
            Err(error)
                if built_in(loaded, name) && !open.is_empty() && no_such_address(&error.error) =>
            {
                tracing::warn!(listener = %name, "{error}; this default listener is left out");
            }
            Err(error) => return Err(Failure::Listener(name.clone(), error)),
        }
    }
    for left in given {
        tracing::warn!(name = %left.name, address = %left.address, "an inherited socket has no listener of its name in the configuration and is closed");
    }
    Ok(open)
}

/// Whether nobody but chatd itself has named this listener.
fn built_in(loaded: &Loaded, name: &str) -> bool {
    let key = format!("listen.{name}.address");
    loaded
        .show()
        .iter()
        .any(|setting| setting.key == key && setting.origin == "default")
}

fn no_such_address(error: &io::Error) -> bool {
    use nix::errno::Errno;
    let errno = error.raw_os_error().map(Errno::from_raw);
    matches!(errno, Some(Errno::EADDRNOTAVAIL | Errno::EAFNOSUPPORT))
}

/// The sockets that another configuration needs and that are not open yet, by listener. Changes nothing that is open.
pub(super) fn prepare(
    open: &Listeners,
    old: &Settings,
    new: &Settings,
) -> Result<Listeners, Failure> {
    let mut made = Listeners::new();
    let staying: Vec<SocketAddr> = enabled(new).map(|(_, listener)| listener.address).collect();
    for (name, listener) in enabled(new) {
        if holder(open, old, name, listener.address).is_some() {
            continue;
        }
        let address = listener.address;
        let socket = net::bind(address, options(new)).or_else(|error| {
            if error.error.kind() != io::ErrorKind::AddrInUse {
                return Err(error);
            }
            let former: Vec<&TcpListener> = enabled(old)
                .filter(|(_, former)| {
                    overlaps(former.address, address) && !staying.contains(&former.address)
                })
                .filter_map(|(name, _)| open.get(name))
                .map(|open| &open.socket)
                .collect();
            if former.is_empty() {
                Err(error)
            } else {
                net::take_over(address, options(new), &former)
            }
        });
        let socket = socket.map_err(|error| Failure::Listener(name.clone(), error))?;
        made.insert(
            name.clone(),
            Open {
                socket,
                inherited: false,
            },
        );
    }
    Ok(made)
}

/// The open listener that a listener of this name and address goes on with: an inherited one by its name, others by address.
fn holder<'a>(
    open: &Listeners,
    old: &'a Settings,
    name: &str,
    address: SocketAddr,
) -> Option<&'a str> {
    if let Some((name, _)) = old.listen.get_key_value(name)
        && open.get(name).is_some_and(|open| open.inherited)
    {
        return Some(name);
    }
    enabled(old)
        .find(|(name, listener)| {
            listener.address == address && open.get(*name).is_some_and(|open| !open.inherited)
        })
        .map(|(name, _)| name.as_str())
}

/// Whether both cannot be listened on side by side.
fn overlaps(a: SocketAddr, b: SocketAddr) -> bool {
    let wide = |address: SocketAddr| address.ip().is_unspecified();
    a.port() == b.port() && a.is_ipv4() == b.is_ipv4() && (a.ip() == b.ip() || wide(a) || wide(b))
}

/// The sockets as they are after `made` has come to those that stay, under their names in the new configuration.
pub(super) fn commit(
    mut open: Listeners,
    old: &Settings,
    new: &Settings,
    mut made: Listeners,
) -> Listeners {
    enabled(new)
        .filter_map(|(name, listener)| {
            let socket = match made.remove(name) {
                Some(made) => made,
                None => open.remove(holder(&open, old, name, listener.address)?)?,
            };
            Some((name.clone(), socket))
        })
        .collect()
}

/// The plan for the net: sockets of `made` are new to it, those of `open` it has already.
pub(super) fn plan(
    open: &Listeners,
    made: &Listeners,
    old: &Settings,
    new: &Settings,
    net: net::Settings,
) -> io::Result<Plan> {
    let mut listeners = Vec::new();
    for (name, listener) in enabled(new) {
        let kept = || holder(open, old, name, listener.address).and_then(|name| open.get(name));
        let (address, socket) = if let Some(made) = made.get(name) {
            (
                made.socket.local_addr()?,
                Socket::New(made.socket.try_clone()?),
            )
        } else if let Some(kept) = kept() {
            (kept.socket.local_addr()?, Socket::Kept)
        } else {
            continue;
        };
        let greeting: Arc<str> = listener
            .greeting
            .as_deref()
            .unwrap_or(&new.server.greeting)
            .into();
        let (name, protocol, news) = (name.as_str().into(), listener.protocol, listener.news);
        listeners.push(Planned {
            name,
            address,
            protocol,
            greeting,
            news,
            socket,
        });
    }
    Ok(Plan {
        listeners,
        settings: net,
    })
}
