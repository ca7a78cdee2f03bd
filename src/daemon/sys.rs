//! What the system offers in no safe way: listening sockets that the service manager has opened for us, and memory given back. The one
//! file with `unsafe` in it.
#![allow(
    unsafe_code,
    reason = "a descriptor that the service manager names becomes an owned one in no other way, nor have malloc_trim(3) and mallopt(3) a safe form"
)]

use std::io;
use std::os::fd::{FromRawFd, OwnedFd};

use crate::net;

/// The sockets and their names, as `LISTEN_FDS`, `LISTEN_PID` and `LISTEN_FDNAMES` say (`sd_listen_fds(3)`). Call it once, and
/// before anything is opened: what is at those numbers is the service manager's only until then.
pub(super) fn listeners() -> io::Result<Vec<net::Inherited>> {
    let descriptors = sd_notify::listen_fds_with_names()
        .map_err(named)?
        .map(|(raw, name)| {
            // SAFETY: by its protocol the service manager hands descriptors 3 and up to this process (LISTEN_PID is ours)
            // to own; sd_notify has checked them to be open, nothing is opened before this, and it runs once.
            (unsafe { OwnedFd::from_raw_fd(raw) }, name)
        });
    net::inherited(descriptors)
}

/// What it says of a descriptor that is not open, in words that name the variable.
fn named(error: io::Error) -> io::Error {
    if error.raw_os_error() != Some(libc::EBADF) {
        return error;
    }
    let given = std::env::var("LISTEN_FDS").unwrap_or_default();
    io::Error::other(format!(
        "LISTEN_FDS is {given}, expected so many open descriptors from 3 on; one of them is not open"
    ))
}

/// Has the allocator give back what is free at the end of its memory once that is 128 KiB, as it does by default until larger pieces
/// have come and gone; those are mapped for themselves from then on (`mallopt(3)`, `M_TRIM_THRESHOLD`). To be called before there
/// are threads.
#[cfg(target_env = "gnu")]
pub(super) fn trim_early() {
    // SAFETY: it asks nothing of its caller.
    unsafe { libc::mallopt(libc::M_TRIM_THRESHOLD, END) };
}

/// What may be free at the end of the allocator's memory, as it is by default.
#[cfg(target_env = "gnu")]
const END: i32 = 128 * 1024;

#[cfg(not(target_env = "gnu"))]
pub(super) fn trim_early() {}

/// Frees this, and gives memory that is free in the allocator back to the system (`malloc_trim(3)`); whoever allocates meanwhile waits,
/// some milliseconds when there is much. Only the GNU C library can and has to.
///
/// Each thread has memory of its own, whose end `malloc_trim` leaves alone, and a free at that end leaves 128 KiB
/// (`M_TOP_PAD`): that of this thread, and that of one which has ended, are given back here, too.
#[cfg(target_env = "gnu")]
pub(super) fn trim(kept: impl Send + 'static) {
    let ends = |bytes| {
        // SAFETY: they ask nothing of their caller.
        unsafe {
            libc::mallopt(libc::M_TOP_PAD, bytes);
            libc::mallopt(libc::M_TRIM_THRESHOLD, bytes);
        }
    };
    ends(0);
    let ended = std::thread::Builder::new().spawn(move || {
        drop(kept);
        trim_end();
    });
    // A thread that ends keeps nothing for later.
    let _ = ended.map(std::thread::JoinHandle::join);
    trim_end();
    // SAFETY: it asks nothing of its caller, touches free memory only, and may be called on any thread.
    unsafe { libc::malloc_trim(0) };
    ends(END);
}

#[cfg(not(target_env = "gnu"))]
pub(super) fn trim(_kept: impl Send + 'static) {}

/// Gives back the free end of this thread's memory: that is looked at when a large piece is freed there, of 64 KiB and more, which is
/// not mapped for itself, as one of 128 KiB is.
#[cfg(target_env = "gnu")]
fn trim_end() {
    drop(std::hint::black_box(Vec::<u8>::with_capacity(96 * 1024)));
}
