use std::collections::BTreeSet;
use std::os::unix::net::UnixStream;

use super::*;

#[test]
fn the_kernel_says_all_groups_of_the_peer() {
    let (stream, _other) = UnixStream::pair().unwrap();
    let peer = Peer::of(&stream).unwrap();
    let ours = nix::unistd::getgroups().unwrap();
    let ours: BTreeSet<_> = ours.into_iter().map(nix::unistd::Gid::as_raw).collect();
    assert_eq!(peer.uid, nix::unistd::geteuid().as_raw());
    for gid in ours.iter().chain([&peer.gid]) {
        assert!(peer.is_in(*gid), "{gid}");
    }
    let none = ours.last().copied().unwrap_or(0).max(peer.gid) + 1;
    assert!(!peer.is_in(none));
    let groups = peer.groups.expect("fewer than 64");
    assert_eq!(groups.into_iter().collect::<BTreeSet<_>>(), ours);
}

#[tokio::test]
async fn a_name_that_nobody_has_is_none() {
    let (stream, _other) = UnixStream::pair().unwrap();
    let peer = Peer {
        uid: 4_000_000_000,
        ..Peer::of(&stream).unwrap()
    };
    assert_eq!(peer.named().await.user, None);
}
