//! The supplementary groups of the process at the other end of a Unix socket: `SO_PEERGROUPS` of unix(7), as they were
//! when it connected.
//!
//! nix has no such option, and its macro for further options reads those of one fixed size. The kernel answers `ERANGE` as
//! long as there is room for fewer groups than there are: so one reader for each number of groups is made, and
//! the first that succeeds is the one of the right size.

use std::os::fd::{AsFd, BorrowedFd};

use nix::errno::Errno;
use nix::libc;
use nix::sys::socket::{getsockopt, sockopt};

type Read = fn(BorrowedFd<'_>) -> nix::Result<Vec<libc::gid_t>>;

macro_rules! readers {
    ($($count:literal)*) => {
        &[$({
            #[derive(Clone, Copy)]
            struct PeerGroups;
            nix::getsockopt_impl!(
                PeerGroups,
                libc::SOL_SOCKET,
                libc::SO_PEERGROUPS,
                [libc::gid_t; $count],
                sockopt::GetStruct<[libc::gid_t; $count]>
            );
            |stream| getsockopt(&stream, PeerGroups).map(Vec::from)
        }),*]
    };
}

#[rustfmt::skip] // sixty-five numbers, which it would put on a line each
const READERS: &[Read] = readers![
    0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21
    22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43
    44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64
];

/// The groups. `ERANGE` for a process in more than 64.
pub(super) fn of(stream: &impl AsFd) -> nix::Result<Vec<libc::gid_t>> {
    let mut read = READERS.iter().map(|reader| reader(stream.as_fd()));
    read.find(|groups| !matches!(groups, Err(Errno::ERANGE)))
        .unwrap_or(Err(Errno::ERANGE))
}
