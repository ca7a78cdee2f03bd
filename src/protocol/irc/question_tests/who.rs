//! WHO: RFC 2812 section 3.6.1, Modern IRC "WHO message" and `RPL_WHOREPLY`, IRCv3 multi-prefix and bot-mode.

use super::Scene;
use crate::chat::{Rank, RoomFlag, UserFlag};
use crate::protocol::irc::Capability;

const ALICE: &str = "~alice alice.example irc.example.org alice";
const BOB: &str = "~bob bob.example irc.example.org bob";
const CAROL: &str = "~carol carol.example irc.example.org carol";

fn tea() -> Scene {
    let mut scene = Scene::new(&["alice", "bob", "carol", "dora"]);
    scene.joins("alice", "#tea");
    scene.joins("bob", "#tea");
    scene.ranks("alice", "#tea", "bob", Rank::Op);
    scene.ranks("alice", "#tea", "bob", Rank::Voice);
    scene
}

/// The nicks of the rows; the last line must be the end, with the mask as it was given.
fn nicks(scene: &Scene, name: &str, mask: &str) -> Vec<String> {
    let mut answer = scene.asks(name, &format!("WHO {mask}"));
    let end = answer.pop().expect("an end");
    let mask = mask.split(' ').next().unwrap_or("*");
    assert_eq!(end, format!("315 {mask} :End of WHO list"));
    let nick = |row: &String| row.split(' ').nth(5).map(str::to_owned);
    answer.iter().filter_map(nick).collect()
}

/// "If the WHO command was given a channel as the <mask> parameter, then the same channel MUST be returned in <channel>."
#[test]
fn a_room_is_answered_with_its_members() {
    let scene = tea();
    assert_eq!(
        scene.asks("dora", "WHO #tea"),
        [
            format!("352 #tea {ALICE} H@ :0 alice's real name"),
            format!("352 #tea {BOB} H@ :0 bob's real name"),
            "315 #tea :End of WHO list".to_owned(),
        ]
    );
    assert_eq!(
        scene.asks("dora", "WHO #none"),
        ["315 #none :End of WHO list"]
    );
}

#[test]
fn an_exact_nick_is_answered_with_that_user() {
    let scene = tea();
    assert_eq!(
        scene.asks("dora", "WHO BOB"),
        [
            format!("352 #tea {BOB} H@ :0 bob's real name"),
            "315 BOB :End of WHO list".to_owned(),
        ]
    );
    let carol = format!("352 * {CAROL} H :0 carol's real name");
    assert_eq!(scene.asks("dora", "WHO carol")[0], carol, "in no room");
    assert_eq!(
        scene.asks("dora", "WHO nobody"),
        ["315 nobody :End of WHO list"]
    );
}

/// RFC 2812: "matched against users' host, server, real name and nickname"; the server is the same for all.
#[test]
fn a_mask_is_compared_with_nick_user_host_and_real_name() {
    let scene = tea();
    for mask in ["b*", "?ob", "B?B", "~b*", "*ob.ex*", "bob's*name"] {
        // A mask with a space cannot be a parameter but the last.
        let mask = mask.replace(' ', "?");
        assert_eq!(nicks(&scene, "dora", &mask), ["bob"], "{mask}");
    }
    assert_eq!(
        nicks(&scene, "dora", "*.example"),
        ["alice", "bob", "carol", "dora"]
    );
    assert_eq!(nicks(&scene, "dora", "x*"), [""; 0]);
}

/// RFC 2812: without a mask, with "0" or "any wildcard which will end up matching every visible user".
#[test]
fn without_a_mask_all_whom_one_sees_are_listed() {
    let scene = tea();
    let all = ["alice", "bob", "carol", "dora"];
    assert_eq!(nicks(&scene, "dora", "0"), all);
    assert_eq!(nicks(&scene, "dora", "*"), all);
    let answer = scene.asks("dora", "WHO");
    assert_eq!(answer.len(), 5);
    assert_eq!(answer[4], "315 * :End of WHO list");
}

/// Modern IRC: "Visible users are users who either aren't invisible or have a common channel with the requesting client."
#[test]
fn the_invisible_are_found_by_those_who_share_a_room_or_know_the_nick() {
    let mut scene = tea();
    scene.flags("bob", UserFlag::Invisible);
    assert_eq!(nicks(&scene, "dora", "*"), ["alice", "carol", "dora"]);
    assert_eq!(nicks(&scene, "dora", "#tea"), ["alice"]);
    assert_eq!(nicks(&scene, "dora", "bob"), ["bob"]);
    assert!(
        scene.asks("dora", "WHO bob")[0].starts_with("352 * "),
        "not where it sits"
    );
    assert_eq!(nicks(&scene, "alice", "b*"), ["bob"]);
    assert_eq!(nicks(&scene, "bob", "b*"), ["bob"], "oneself");
    scene.promotes("dora");
    assert_eq!(nicks(&scene, "dora", "b*"), ["bob"], "operators see all");
}

#[test]
fn rows_show_no_room_that_one_may_not_know_of() {
    let mut scene = tea();
    scene.sets("alice", "#tea", RoomFlag::Secret);
    assert!(scene.asks("dora", "WHO bob")[0].starts_with("352 * "));
    scene.joins("dora", "#milk");
    scene.joins("bob", "#milk");
    assert!(scene.asks("dora", "WHO bob")[0].starts_with("352 #milk "));
    assert!(scene.asks("carol", "WHO bob")[0].starts_with("352 #milk "));
    assert_eq!(nicks(&scene, "dora", "#tea"), [""; 0]);
}

#[test]
fn members_of_an_auditorium_below_half_op_find_its_ops_only() {
    let mut scene = tea();
    scene.sets("alice", "#tea", RoomFlag::Auditorium);
    scene.joins("carol", "#tea");
    scene.joins("dora", "#tea");
    scene.flags("carol", UserFlag::Invisible);
    assert_eq!(nicks(&scene, "dora", "#tea"), ["dora", "alice", "bob"]);
    assert_eq!(
        nicks(&scene, "dora", "c*"),
        [""; 0],
        "sharing an auditorium is not seeing"
    );
    assert_eq!(nicks(&scene, "alice", "c*"), ["carol"]);
}

#[test]
fn o_asks_for_operators_only() {
    let mut scene = tea();
    scene.promotes("bob");
    assert_eq!(nicks(&scene, "dora", "* o"), ["bob"]);
    assert_eq!(nicks(&scene, "dora", "#tea o"), ["bob"]);
    assert_eq!(nicks(&scene, "dora", "alice o"), [""; 0]);
}

/// "Away status", then "optionally, a literal asterisk" for operators, then "the highest channel membership prefix", then
/// "user mode characters and other arbitrary server-specific flags".
#[test]
fn flags_come_in_their_order() {
    let mut scene = tea();
    scene.promotes("bob");
    scene.flags("bob", UserFlag::Bot);
    scene.away("bob", "brewing");
    let flags = |scene: &Scene, line| {
        let answer = scene.asks("dora", line);
        answer[0]
            .split(' ')
            .nth(6)
            .map(str::to_owned)
            .expect("flags")
    };
    assert_eq!(flags(&scene, "WHO bob"), "G*@B");
    scene.negotiates("dora", &[Capability::MultiPrefix]);
    assert_eq!(flags(&scene, "WHO bob"), "G*@+B");
    assert_eq!(flags(&scene, "WHO alice"), "H@");
    assert_eq!(flags(&scene, "WHO carol"), "H");
    scene.stays("carol");
    assert_eq!(flags(&scene, "WHO carol"), "G");
}

#[test]
fn the_end_repeats_even_a_mask_that_is_none() {
    let scene = tea();
    assert_eq!(scene.asks("dora", "WHO :"), {
        let mut all = scene.asks("dora", "WHO");
        all.pop();
        all.push("315 * :End of WHO list".into());
        all
    });
    for mask in ["#", "!", "a,b", "$$", "%", "\u{1f375}"] {
        assert_eq!(nicks(&scene, "dora", mask), [""; 0], "{mask}");
    }
    // Only as much of it as a line has room for.
    let long = "x".repeat(500);
    let answer = scene.asks("dora", &format!("WHO {long}"));
    assert_eq!(answer.len(), 1);
    assert!(answer[0].starts_with("315 xxxxx") && answer[0].ends_with(" :End of WHO list"));
}
