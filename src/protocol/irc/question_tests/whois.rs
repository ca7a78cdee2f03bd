//! WHOIS: RFC 2812 section 3.6.2, Modern IRC "WHOIS message", IRCv3 multi-prefix and bot-mode.

use std::sync::Arc;

use super::{Scene, room, scene::START};
use crate::chat::{Command, Rank, RoomFlag, Tls, UserFlag};
use crate::protocol::irc::Capability;

fn tea() -> Scene {
    let mut scene = Scene::new(&["alice", "bob", "dora"]);
    scene.joins("alice", "#tea");
    scene.joins("bob", "#tea,#milk");
    scene.ranks("alice", "#tea", "bob", Rank::Op);
    scene.ranks("alice", "#tea", "bob", Rank::Voice);
    scene.wait(657);
    scene
}

/// The line of a numeric, if there is one.
fn of(answer: &[String], code: &str) -> Option<String> {
    answer.iter().find(|line| line.starts_with(code)).cloned()
}

#[test]
fn others_are_told_what_is_public() {
    let scene = tea();
    let signon = START / 1000;
    assert_eq!(
        scene.asks("dora", "WHOIS BOB"),
        [
            "311 bob ~bob bob.example * :bob's real name".to_owned(),
            "319 bob :@#tea @#milk".to_owned(),
            "312 bob irc.example.org :Tea, mostly".to_owned(),
            format!("317 bob 657 {signon} :seconds idle, signon time"),
            "318 BOB :End of /WHOIS list".to_owned(),
        ]
    );
}

#[test]
fn everything_else_has_its_numeric() {
    let mut scene = tea();
    scene.promotes("bob");
    scene.flags("bob", UserFlag::Bot);
    scene.away("bob", "brewing");
    scene.logs_in("bob", "bobby");
    let answer = scene.asks("dora", "WHOIS bob");
    let expected = [
        "301 bob :brewing",
        "313 bob :is an IRC operator (observer)",
        "335 bob :is a Bot on ExampleNet",
        "330 bob bobby :is logged in as",
    ];
    for line in expected {
        assert_eq!(of(&answer, &line[..3]).as_deref(), Some(line));
    }
    for private in ["276", "338", "378", "379"] {
        assert_eq!(of(&answer, private), None);
    }
}

#[test]
fn who_has_no_client_is_said_to_have_none_and_not_to_be_idle() {
    let mut scene = tea();
    scene.stays("bob");
    assert_eq!(
        scene.asks("dora", "WHOIS bob"),
        [
            "311 bob ~bob bob.example * :bob's real name",
            "319 bob :@#tea @#milk",
            "312 bob irc.example.org :Tea, mostly",
            "330 bob bob :is logged in as",
            "320 bob :has no client now, and stays in its channels",
            "318 bob :End of /WHOIS list",
        ]
    );
}

/// "Servers typically send some of these numerics only to the client itself and to servers operators"
#[test]
fn where_one_comes_from_and_ones_modes_are_for_oneself_and_operators() {
    let mut scene = tea();
    scene.flags("bob", UserFlag::Invisible);
    for asker in ["bob", "dora"] {
        if asker == "dora" {
            scene.promotes("dora");
        }
        let answer = scene.asks(asker, "WHOIS bob");
        let actually = "338 bob ~bob@192.0.2.2 192.0.2.2 :Is actually using host";
        assert_eq!(of(&answer, "338").as_deref(), Some(actually));
        let modes = "379 bob :is using modes +i";
        assert_eq!(of(&answer, "379").as_deref(), Some(modes));
    }
}

#[test]
fn rooms_are_shown_with_all_ranks_to_clients_with_multi_prefix() {
    let mut scene = tea();
    scene.negotiates("dora", &[Capability::MultiPrefix]);
    let answer = scene.asks("dora", "WHOIS bob");
    assert_eq!(
        of(&answer, "319").as_deref(),
        Some("319 bob :@+#tea @#milk")
    );
}

/// Modern IRC, `RPL_WHOISCHANNELS`: "affected by the secret channel mode and the invisible user mode".
#[test]
fn rooms_that_one_may_not_know_of_are_not_shown() {
    let mut scene = tea();
    scene.sets("alice", "#tea", RoomFlag::Secret);
    let answer = scene.asks("dora", "WHOIS bob");
    assert_eq!(of(&answer, "319").as_deref(), Some("319 bob :@#milk"));
    scene.sets("bob", "#milk", RoomFlag::Private);
    assert_eq!(of(&scene.asks("dora", "WHOIS bob"), "319"), None);
    let answer = scene.asks("alice", "WHOIS bob");
    assert_eq!(of(&answer, "319").as_deref(), Some("319 bob :@#tea"));
    assert!(of(&scene.asks("bob", "WHOIS bob"), "319").is_some_and(|line| line.contains("#milk")));
    scene.promotes("dora");
    let answer = scene.asks("dora", "WHOIS bob");
    assert_eq!(of(&answer, "319").as_deref(), Some("319 bob :@#tea @#milk"));
}

#[test]
fn of_the_invisible_only_shared_rooms_are_shown() {
    let mut scene = tea();
    scene.flags("bob", UserFlag::Invisible);
    assert_eq!(of(&scene.asks("dora", "WHOIS bob"), "319"), None);
    let answer = scene.asks("alice", "WHOIS bob");
    assert_eq!(of(&answer, "319").as_deref(), Some("319 bob :@#tea"));
}

/// "`<nick>` MUST be exactly the `<nick>` parameter sent by the client [...] even if some of them were dropped."
#[test]
fn several_nicks_have_one_end_with_all_of_them() {
    let scene = tea();
    let answer = scene.asks("dora", "WHOIS Alice,nobody,bob");
    let codes: Vec<&str> = answer.iter().map(|line| &line[..3]).collect();
    assert_eq!(
        codes,
        [
            "311", "319", "312", "317", "401", "311", "319", "312", "317", "318"
        ]
    );
    assert_eq!(answer[9], "318 Alice,nobody,bob :End of /WHOIS list");
    let answer = scene.asks("dora", "WHOIS a,b,c,d,e,f");
    assert_eq!(answer.len(), 5, "four at most: {answer:?}");
    assert_eq!(answer[4], "318 a,b,c,d,e,f :End of /WHOIS list");
}

#[test]
fn whom_there_is_not_is_401_and_318() {
    let scene = tea();
    for nick in ["nobody", "b*", "#tea", "*"] {
        let answer = scene.asks("dora", &format!("WHOIS {nick}"));
        assert_eq!(answer.len(), 2, "{answer:?}");
        assert!(
            answer[0].starts_with(&format!("401 {nick} :")),
            "{answer:?}"
        );
        assert_eq!(answer[1], format!("318 {nick} :End of /WHOIS list"));
    }
}

#[test]
fn a_target_is_this_server_or_the_nick_of_a_user() {
    let scene = tea();
    for target in [
        "irc.example.org",
        "IRC.example.org",
        "*.org",
        "bob",
        "alice",
    ] {
        let answer = scene.asks("dora", &format!("WHOIS {target} bob"));
        assert!(answer[0].starts_with("311 bob "), "{target}: {answer:?}");
    }
    let answer = scene.asks("dora", "WHOIS elsewhere.example bob");
    assert!(
        answer[0].starts_with("402 elsewhere.example :"),
        "{answer:?}"
    );
    assert_eq!(answer[1..], ["318 bob :End of /WHOIS list"]);
}

#[test]
fn without_a_nick_the_answer_is_431() {
    let scene = tea();
    for line in ["WHOIS", "WHOIS :", "WHOIS irc.example.org :"] {
        assert_eq!(
            scene.asks("dora", line),
            ["431 :No nickname given"],
            "{line}"
        );
    }
}

#[test]
fn who_speaks_plain_lines_is_said_to() {
    let mut scene = tea();
    scene.comes_plain("gus");
    let answer = scene.asks("dora", "WHOIS gus");
    assert!(of(&answer, "320").is_some_and(|line| line.contains("plain lines")));
    assert_eq!(of(&answer, "319").as_deref(), Some("319 gus :#lobby"));
    scene.does("gus", Command::Part(Some(room("#lobby")), None));
    assert_eq!(
        of(&scene.asks("dora", "WHOIS gus"), "319"),
        None,
        "in no room"
    );
}

/// `RPL_WHOISCERTFP`: "Clients MUST only be sent this numeric if they are either using the WHOIS command on themselves or they are
/// an operator."
#[test]
fn who_comes_by_tls_is_said_to_and_its_certificate_to_itself_and_operators() {
    let mut scene = tea();
    scene.tls = Some(Arc::new(Tls {
        version: "TLSv1.3".into(),
        cipher: "TLS_AES_256_GCM_SHA384".into(),
        server_name: None,
        fingerprint: Some("c0ffee".into()),
    }));
    scene.comes("erin");
    let answer = scene.asks("dora", "WHOIS erin");
    let secure = "671 erin :is using a secure connection [TLSv1.3, TLS_AES_256_GCM_SHA384]";
    assert_eq!(of(&answer, "671").as_deref(), Some(secure));
    assert_eq!(of(&answer, "276"), None);
    assert_eq!(of(&scene.asks("dora", "WHOIS bob"), "671"), None);
    scene.promotes("dora");
    for asker in ["erin", "dora"] {
        let certificate = "276 erin :has client certificate fingerprint c0ffee";
        let answer = scene.asks(asker, "WHOIS erin");
        assert_eq!(of(&answer, "276").as_deref(), Some(certificate));
    }
    assert_eq!(of(&scene.asks("dora", "WHOIS bob"), "276"), None);
}
