//! The listening sockets: opened at start, compared and opened anew by a reload, handed to the net as a plan.

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use super::files::Files;
use super::service::Service;
use super::{Failure, fdstore, sys};
use crate::config::{self, Listener, Loaded, Settings};
use crate::net::{self, Plan, Planned, Socket, Transport};

/// A listening socket that this process holds.
#[derive(Debug)]
pub(super) struct Open {
    /// The same socket as the net's; kept to ask it for its port when another takes the port over.
    pub(super) socket: TcpListener,
    /// From the service manager, whose address then counts, not the configuration's.
    pub(super) inherited: bool,
}

/// The sockets.
#[derive(Debug, Default)]
pub(super) struct Listeners {
    /// By the name of their listener.
    pub(super) open: BTreeMap<String, Open>,
    /// Inherited, but no listener of that name is enabled now. Kept: a reload may enable one.
    parked: BTreeMap<String, Open>,
    /// Those that a former process has left in the descriptor store, until the first plan: our own, if they are still wanted.
    left: BTreeMap<String, TcpListener>,
    /// What is in the store now, by the name of its listener, and where it is bound to.
    stored: BTreeMap<String, SocketAddr>,
}

/// What another configuration needs: sockets made for it, and those that are here already, each by the listener's name.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    made: BTreeMap<String, Open>,
    /// New name to present name.
    claims: BTreeMap<String, String>,
}

fn enabled(settings: &Settings) -> impl Iterator<Item = (&String, &Listener)> {
    settings
        .listen
        .iter()
        .filter(|(_, listener)| listener.enabled)
}

fn note_its_address(name: &str, given: &Open, configured: SocketAddr) {
    let Ok(address) = given.socket.local_addr() else {
        return;
    };
    if address != configured {
        tracing::warn!(listener = %name, %address, %configured, "the service manager's socket is used; its address counts, not the configured one");
    }
}

/// Whether a socket is the one for an address: it is bound to it, or the system has chosen its port for it.
fn is_for(socket: &TcpListener, address: SocketAddr) -> bool {
    socket
        .local_addr()
        .is_ok_and(|bound| bound == address || (address.port() == 0 && bound.ip() == address.ip()))
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

impl Listeners {
    /// The sockets that the service manager has opened for us, or kept; none of them is used yet.
    pub(super) fn inherited() -> Result<Listeners, Failure> {
        let refused = |error| Failure::System("sockets from the service manager", error);
        let given = sys::listeners().map_err(refused)?;
        let mut listeners = Listeners::default();
        for net::Inherited {
            name,
            address,
            socket,
        } in given
        {
            if let Some(listener) = fdstore::listener(&name) {
                listeners.stored.insert(listener.to_owned(), address);
                listeners.left.insert(listener.to_owned(), socket);
            } else {
                let inherited = true;
                let of_that_name = listeners
                    .parked
                    .insert(name.clone(), Open { socket, inherited });
                if of_that_name.is_some() {
                    return Err(refused(io::Error::other(format!(
                        "two of them are called {name:?}, expected one of each name: a listener has one socket; make a \
                         socket unit with one ListenStream= line for each"
                    ))));
                }
            }
        }
        Ok(listeners)
    }

    /// Which socket each listener of `new` goes on with: that of its own name if it is inherited or its address stays,
    /// else any other on its address that nobody claims, so that a listener can be renamed.
    fn claims(&self, old: &Settings, new: &Settings) -> BTreeMap<String, String> {
        let mut claims = BTreeMap::new();
        for (name, listener) in enabled(new) {
            if let Some(open) = self.open.get(name)
                && (open.inherited || self.is_on(old, name, listener.address))
            {
                claims.insert(name.clone(), name.clone());
            }
        }
        for (name, listener) in enabled(new) {
            let taken: Vec<_> = claims.values().cloned().collect();
            let free =
                |held: &&String| !taken.contains(held) && self.is_on(old, held, listener.address);
            if !claims.contains_key(name)
                && !self.parked.contains_key(name)
                && let Some(held) = self.open.keys().find(free)
            {
                claims.insert(name.clone(), held.clone());
            }
        }
        claims
    }

    /// The service manager's socket for a listener that has none: the one of its name, else one on its address whose own name
    /// no listener has.
    fn parked_for(&self, new: &Loaded, name: &str, address: SocketAddr) -> Option<String> {
        let nobodys = |held: &&String| !new.settings.listen.contains_key(*held);
        let there = |held: &&String| {
            self.parked[*held]
                .socket
                .local_addr()
                .is_ok_and(|bound| bound == address)
        };
        let by_name = self.parked.get_key_value(name).map(|(name, _)| name);
        by_name
            .or_else(|| self.parked.keys().filter(nobodys).find(there))
            .cloned()
    }

    /// The socket that a former process has left for a listener: by its address, whatever the listener was called then.
    fn left_for(&self, name: &str, address: SocketAddr) -> Option<&TcpListener> {
        let by_name = self.left.get(name).filter(|left| is_for(left, address));
        let at_the_address =
            |left: &&TcpListener| left.local_addr().is_ok_and(|bound| bound == address);
        by_name.or_else(|| self.left.values().find(at_the_address))
    }

    /// Whether the open socket of this name is the one for an address: it is bound to it, or was configured so (port 0).
    fn is_on(&self, old: &Settings, name: &str, address: SocketAddr) -> bool {
        let bound = self
            .open
            .get(name)
            .and_then(|open| open.socket.local_addr().ok());
        let configured = old.listen.get(name).map(|listener| listener.address);
        bound == Some(address) || (configured == Some(address) && address.port() == 0)
    }

    /// Makes the sockets that a configuration needs and that are not here yet; the service manager's come first. Changes
    /// nothing that is open. `old` is the configuration in force.
    pub(super) fn prepare(&self, old: &Settings, new: &Loaded) -> Result<Prepared, Failure> {
        let claims = self.claims(old, &new.settings);
        let mut made: BTreeMap<String, Open> = BTreeMap::new();
        for (name, listener) in enabled(&new.settings) {
            if let Some(held) = claims.get(name) {
                let moved = old
                    .listen
                    .get(held)
                    .is_none_or(|former| former.address != listener.address);
                if let Some(open) = self.open.get(held).filter(|open| open.inherited && moved) {
                    note_its_address(name, open, listener.address);
                }
                continue;
            }
            if let Some(parked) = self.parked_for(new, name, listener.address) {
                let parked = &self.parked[&parked];
                note_its_address(name, parked, listener.address);
                let socket = parked.socket.try_clone();
                let socket =
                    socket.map_err(|error| Failure::System("a listening socket", error))?;
                made.insert(
                    name.clone(),
                    Open {
                        socket,
                        inherited: true,
                    },
                );
                continue;
            }
            if let Some(left) = self.left_for(name, listener.address) {
                let socket = left.try_clone();
                let socket =
                    socket.map_err(|error| Failure::System("a listening socket", error))?;
                let inherited = false;
                made.insert(name.clone(), Open { socket, inherited });
                continue;
            }
            let going = self
                .open
                .iter()
                .filter(|(name, _)| !claims.values().any(|held| held == *name))
                .map(|(_, open)| &open.socket);
            match bind(listener.address, going.chain(self.left.values())) {
                Ok(socket) => drop(made.insert(
                    name.clone(),
                    Open {
                        socket,
                        inherited: false,
                    },
                )),
                // A machine without IPv6 is still served by default.
                Err(error) if built_in(new, name) && no_such_address(&error.error) => {
                    tracing::warn!(listener = %name, "{error}; this default listener is left out");
                }
                Err(error) => return Err(Failure::Listener(name.clone(), error)),
            }
        }
        Ok(Prepared { made, claims })
    }

    /// The plan for the net: sockets that are made are new to it, the claimed ones it has already.
    pub(super) fn plan(
        &self,
        prepared: &Prepared,
        new: &Settings,
        files: &Files,
        net: net::Settings,
    ) -> io::Result<Plan> {
        let mut listeners = Vec::new();
        for (name, listener) in enabled(new) {
            let (address, socket) = if let Some(made) = prepared.made.get(name) {
                (
                    made.socket.local_addr()?,
                    Socket::New(made.socket.try_clone()?),
                )
            } else if let Some(held) = prepared
                .claims
                .get(name)
                .and_then(|held| self.open.get(held))
            {
                (held.socket.local_addr()?, Socket::Kept)
            } else {
                continue;
            };
            let transport = Transport {
                tls: files.certificate(name),
                websocket: listener
                    .websocket
                    .then(|| listener.origins.as_slice().into()),
            };
            listeners.push(planned(name, listener, new, address, (transport, socket)));
        }
        Ok(Plan {
            listeners,
            settings: net,
        })
    }

    /// From now on these. What is not claimed closes, unless it is the service manager's, who keeps copies of the rest.
    pub(super) fn commit(&mut self, prepared: Prepared, service: &Service) {
        self.left.clear();
        let mut before = std::mem::take(&mut self.open);
        for (name, held) in prepared.claims {
            if let Some(open) = before.remove(&held) {
                self.open.insert(name, open);
            }
        }
        for (name, made) in prepared.made {
            let bound = made.socket.local_addr().ok();
            self.parked.retain(|held, parked| {
                *held != name && (!made.inherited || parked.socket.local_addr().ok() != bound)
            });
            self.open.insert(name, made);
        }
        self.parked
            .extend(before.into_iter().filter(|(_, open)| open.inherited));
        for name in self.parked.keys() {
            tracing::warn!(%name, "a socket from the service manager has no enabled listener of its name and waits unused");
        }
        self.keep(service);
    }

    /// Has the service manager keep what is open now, and nothing else, for the next process.
    fn keep(&mut self, service: &Service) {
        let wanted: BTreeMap<String, SocketAddr> = self
            .open
            .iter()
            .filter(|(_, open)| !open.inherited)
            .filter_map(|(name, open)| Some((name.clone(), open.socket.local_addr().ok()?)))
            .collect();
        let is_in = |them: &BTreeMap<_, _>, (name, address): (&String, &SocketAddr)| {
            them.get(name) == Some(address)
        };
        // The same socket under another name is no news to the manager, so that the former name goes first.
        let names = |of: &BTreeMap<String, SocketAddr>, without: &BTreeMap<String, SocketAddr>| {
            let other = of.iter().filter(|one| !is_in(without, *one));
            other.map(|(name, _)| name.clone()).collect::<Vec<_>>()
        };
        let forget = names(&self.stored, &wanted);
        let keep: Vec<_> = names(&wanted, &self.stored)
            .into_iter()
            .filter_map(|name| {
                let copy = self.open[&name].socket.try_clone().ok()?;
                Some((name, copy))
            })
            .collect();
        let nothing = forget.is_empty() && keep.is_empty();
        if !nothing && service.keep(forget, keep) {
            self.stored = wanted;
        }
    }
}

/// Binds an address, or takes it over from sockets that are going.
fn bind<'a>(
    address: SocketAddr,
    going: impl Iterator<Item = &'a TcpListener>,
) -> Result<TcpListener, net::BindError> {
    net::bind(address).or_else(|error| {
        if error.error.kind() != io::ErrorKind::AddrInUse {
            return Err(error);
        }
        let in_the_way = |socket: &&TcpListener| {
            socket
                .local_addr()
                .is_ok_and(|former| config::overlap(former, address))
        };
        let former: Vec<_> = going.filter(in_the_way).collect();
        if former.is_empty() {
            Err(error)
        } else {
            net::take_over(address, &former)
        }
    })
}

fn planned(
    name: &str,
    listener: &Listener,
    settings: &Settings,
    address: SocketAddr,
    (transport, socket): (Transport, Socket),
) -> Planned {
    let greeting: Arc<str> = listener
        .greeting
        .as_deref()
        .unwrap_or(&settings.server.greeting)
        .into();
    Planned {
        name: name.into(),
        address,
        protocol: listener.protocol,
        greeting,
        news: listener.news,
        transport,
        socket,
    }
}
