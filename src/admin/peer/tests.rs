use std::collections::BTreeSet;
use std::os::unix::net::UnixStream;

use super::*;

#[test]
fn the_kernel_says_all_groups_of_the_peer() {
    let (stream, _other) = UnixStream::pair().unwrap();
    let peer = Peer::of(&stream).unwrap();
    let ours = nix::unistd::getgroups().unwrap();
    let ours: BTreeSet<_> = ours.into_iter().map(nix::unistd::Gid::as_raw).collect();
    assert_eq!(peer.groups.into_iter().collect::<BTreeSet<_>>(), ours);
    assert_eq!(peer.uid, geteuid().as_raw());
}

#[test]
fn root_and_our_own_user_may_and_others_may_not() {
    let peer = |uid| Peer {
        uid,
        user: None,
        gid: 0,
        groups: vec![0],
        pid: 1,
    };
    let own = geteuid().as_raw();
    assert!(peer(0).may_administer());
    assert!(peer(own).may_administer());
    assert!(!peer(own + 1).may_administer());
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
