//! Making listening sockets, and taking those over that systemd or a former listener holds.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;

use socket2::{Domain, SockRef, Socket, Type};

/// An address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {}", reason(.error))]
pub struct BindError {
    /// The address.
    pub address: SocketAddr,
    /// Why.
    pub error: io::Error,
}

fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another program listens there; stop it or choose another address".into()
        }
        io::ErrorKind::AddrNotAvailable => "this machine has no such address".into(),
        io::ErrorKind::PermissionDenied => {
            "permission denied; ports below 1024 need CAP_NET_BIND_SERVICE".into()
        }
        _ => error.to_string(),
    }
}

/// Connections that may wait to be accepted.
pub(super) const BACKLOG: i32 = 4096;

fn socket(address: SocketAddr, shared: bool) -> io::Result<TcpListener> {
    let socket = Socket::new(
        Domain::for_address(address),
        Type::STREAM.cloexec().nonblocking(),
        None,
    )?;
    socket.set_reuse_address(true)?;
    if address.is_ipv6() {
        socket.set_only_v6(true)?;
    }
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    if shared {
        socket.set_reuse_port(false)?;
    }
    Ok(socket.into())
}

/// A listening socket on this address.
pub fn bind(address: SocketAddr) -> Result<TcpListener, BindError> {
    socket(address, false).map_err(|error| BindError { address, error })
}

/// A listening socket on an address that only `former` blocks: sockets of our own that are about to close. Both share the
/// port from here on; until `former` closes, each still gets what is meant for it. If it fails, `former` is as before.
pub fn take_over(address: SocketAddr, former: &[&TcpListener]) -> Result<TcpListener, BindError> {
    let share = |on| {
        former
            .iter()
            .try_for_each(|socket| SockRef::from(*socket).set_reuse_port(on))
    };
    let made = share(true).and_then(|()| socket(address, true));
    // Off again, so that no other process of this user can join us on the port.
    let closed = share(false);
    made.and_then(|socket| closed.map(|()| socket))
        .map_err(|error| BindError { address, error })
}

/// A listening socket from the service manager.
#[derive(Debug)]
pub struct Inherited {
    /// Its name (`FileDescriptorName=`), or `unknown`.
    pub name: String,
    /// The address it is bound to.
    pub address: SocketAddr,
    /// The socket, ready for use.
    pub socket: TcpListener,
}

/// Checks descriptors that came with a name each and makes listeners of them.
pub fn inherited(
    descriptors: impl Iterator<Item = (OwnedFd, String)>,
) -> io::Result<Vec<Inherited>> {
    descriptors
        .map(|(descriptor, name)| inherit(descriptor, name))
        .collect()
}

fn inherit(descriptor: OwnedFd, name: String) -> io::Result<Inherited> {
    let refuse = |what| io::Error::other(format!("the inherited socket {name:?} {what}"));
    let socket = Socket::from(descriptor);
    if !socket.is_listener().unwrap_or(false) {
        return Err(refuse(
            "does not listen: a stream socket unit with Accept=no is expected",
        ));
    }
    let address = socket
        .local_addr()?
        .as_socket()
        .ok_or_else(|| refuse("is not an internet address"))?;
    socket.set_nonblocking(true)?;
    Ok(Inherited {
        name,
        address,
        socket: socket.into(),
    })
}
