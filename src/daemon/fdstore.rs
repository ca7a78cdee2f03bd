//! The service manager's descriptor store (`FDSTORE=1` of `sd_pid_notify_with_fds(3)`): listening sockets wait there while chatd
//! restarts, so that nobody who connects meanwhile is refused. Without a manager, or with one that stores nothing, nothing is kept.

use std::ffi::OsString;
use std::io::{self, IoSlice};
use std::net::TcpListener;
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixDatagram;

use nix::sys::socket::{ControlMessage, MsgFlags, UnixAddr, sendmsg};
use sd_notify::NotifyState;

/// What the name of a stored socket begins with; the listener's follows. No listener has a dot in its name, so that a socket
/// that a unit has opened (`FileDescriptorName=`) is never taken for one of these.
const OURS: &str = "listen.";

/// The listener that a descriptor of this name was stored for; none: it was not stored by chatd.
pub(super) fn listener(name: &str) -> Option<&str> {
    name.strip_prefix(OURS)
}

/// Has the manager keep a copy of a listener's socket.
pub(super) fn keep(listener: &str, socket: &TcpListener) -> io::Result<()> {
    let Some(manager) = std::env::var_os("NOTIFY_SOCKET") else {
        return Ok(());
    };
    let message = format!("FDSTORE=1\nFDNAME={OURS}{listener}\n");
    let descriptors = [socket.as_raw_fd()];
    sendmsg(
        UnixDatagram::unbound()?.as_raw_fd(),
        &[IoSlice::new(message.as_bytes())],
        &[ControlMessage::ScmRights(&descriptors)],
        MsgFlags::MSG_NOSIGNAL,
        Some(&address(&manager)?),
    )?;
    Ok(())
}

/// Has the manager close its copy.
pub(super) fn forget(listener: &str) -> io::Result<()> {
    sd_notify::notify(&[
        NotifyState::Custom("FDSTOREREMOVE=1"),
        NotifyState::Custom(&format!("FDNAME={OURS}{listener}")),
    ])
}

fn address(manager: &OsString) -> io::Result<UnixAddr> {
    Ok(UnixAddr::new(manager.as_os_str())?)
}
