//! ISON and USERHOST: RFC 2812 sections 4.8 and 4.9, Modern IRC "USERHOST message".

use super::Scene;

#[test]
fn ison_tells_which_of_the_nicks_are_here() {
    let scene = Scene::new(&["alice", "Bob"]);
    assert_eq!(
        scene.asks("alice", "ISON carol bob alice"),
        ["303 :Bob alice"]
    );
    assert_eq!(
        scene.asks("alice", "ISON :carol bob alice"),
        ["303 :Bob alice"]
    );
    assert_eq!(scene.asks("alice", "ISON carol"), ["303 :"]);
    assert_eq!(scene.asks("alice", "ISON !!! #tea *"), ["303 :"]);
    assert!(scene.asks("alice", "ISON")[0].starts_with("461 ISON :"));
}

/// `reply = nickname [ isop ] "=" isaway hostname`
#[test]
fn userhost_tells_who_is_operator_and_who_is_away() {
    let mut scene = Scene::new(&["alice", "bob", "carol"]);
    scene.promotes("bob");
    scene.away("carol", "tea");
    assert_eq!(
        scene.asks("alice", "USERHOST alice BOB nobody carol"),
        ["302 :alice=+~alice@alice.example bob*=+~bob@bob.example carol=-~carol@carol.example"]
    );
    assert_eq!(scene.asks("alice", "USERHOST nobody"), ["302 :"]);
    assert!(scene.asks("alice", "USERHOST")[0].starts_with("461 USERHOST :"));
}

#[test]
fn userhost_takes_five_nicks() {
    let scene = Scene::new(&["u1", "u2", "u3", "u4", "u5", "u6"]);
    let answer = scene.asks("u1", "USERHOST u1 u2 u3 u4 u5 u6");
    assert_eq!(answer[0].matches('=').count(), 5, "{answer:?}");
}
