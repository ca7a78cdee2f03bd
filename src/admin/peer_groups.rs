//! The supplementary groups of the process at the other end of a Unix socket. The one file with the word `unsafe` in
//! it: the option is read through nix's macro for options that it does not have itself, which asks for a method that is
//! declared so.
//!
//! Sound because the pointer leads to a list of `GROUPS_MOST` zeros that the getter owns, the length given
//! with it is that list's in bytes, and the kernel writes no more than that (it says `ERANGE` instead) and only whole groups.
#![allow(
    unsafe_code,
    reason = "nix's `Get::assume_init` is declared unsafe; see above"
)]

use nix::libc;
use nix::sys::socket::sockopt;

/// The most groups a process can be in (`NGROUPS_MAX`).
const GROUPS_MOST: usize = 65536;

/// `SO_PEERGROUPS` of unix(7), which nix does not have; built with nix's own macro for options.
#[derive(Clone, Copy, Debug)]
pub(super) struct PeerGroups;

nix::getsockopt_impl!(
    PeerGroups,
    libc::SOL_SOCKET,
    libc::SO_PEERGROUPS,
    Vec<libc::gid_t>,
    GetGroups
);

struct GetGroups {
    /// In bytes: before the call as many as there is room for, afterwards as many as were written.
    length: libc::socklen_t,
    groups: Vec<libc::gid_t>,
}

impl sockopt::Get<Vec<libc::gid_t>> for GetGroups {
    fn uninit() -> GetGroups {
        let groups = vec![0; GROUPS_MOST];
        let bytes = std::mem::size_of_val(groups.as_slice());
        GetGroups {
            length: libc::socklen_t::try_from(bytes).unwrap_or(0),
            groups,
        }
    }

    fn ffi_ptr(&mut self) -> *mut libc::c_void {
        self.groups.as_mut_ptr().cast()
    }

    fn ffi_len(&mut self) -> *mut libc::socklen_t {
        &raw mut self.length
    }

    // Sound whether the option was read or not: the whole list was filled with zeros.
    unsafe fn assume_init(mut self) -> Vec<libc::gid_t> {
        let bytes = usize::try_from(self.length).unwrap_or(0);
        self.groups.truncate(bytes / size_of::<libc::gid_t>());
        self.groups.shrink_to_fit();
        self.groups
    }
}
