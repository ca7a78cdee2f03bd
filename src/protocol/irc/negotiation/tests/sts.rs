//! The MUSTs of sts that are a server's.

use super::*;
use crate::protocol::irc::Sts;

/// What `CAP LS` lists of it, of a server with this policy.
fn listed_policy(sts: Option<Sts>, secure: bool, version: &[&str]) -> Vec<String> {
    let mut place = Place::new();
    place.server.sts = sts;
    let params: Vec<&str> = ["LS"].iter().chain(version).copied().collect();
    let told = written("*", |replies| {
        let offer = Offer {
            server: &place.server,
            secure,
            certificate: false,
            host: secure.then_some("irc.example.org"),
        };
        let _ = negotiate(offer, NONE, &params, replies);
    });
    let words = listed(&told, "LS").into_iter();
    words.filter(|word| word.starts_with("sts")).collect()
}

fn policy(preload: bool) -> Sts {
    Sts {
        port: 6697,
        duration: 2_592_000,
        preload,
        hosts: [].into(),
    }
}

/// "this capability MUST be made available as an optional configuration setting".
#[test]
fn there_is_no_policy_unless_it_is_configured() {
    for secure in [false, true] {
        assert_eq!(listed_policy(None, secure, &["302"]), [""; 0]);
    }
}

/// "servers MUST send this key [port] to insecurely connected clients".
#[test]
fn an_insecure_client_is_told_the_port() {
    assert_eq!(
        listed_policy(Some(policy(false)), false, &["302"]),
        ["sts=port=6697"]
    );
    assert_eq!(
        listed_policy(Some(policy(true)), false, &["302"]),
        ["sts=port=6697"]
    );
}

/// "servers MUST send this key [duration] to securely connected clients"; "a single integer".
#[test]
fn a_secure_client_is_told_the_duration() {
    let listed = listed_policy(Some(policy(false)), true, &["302"]);
    assert_eq!(listed, ["sts=duration=2592000"]);
    let listed = listed_policy(Some(policy(true)), true, &["302"]);
    assert_eq!(listed, ["sts=duration=2592000,preload"]);
}

/// "the capability has a REQUIRED value", and only version 302 has values.
#[test]
fn a_client_that_knows_no_values_is_told_no_policy() {
    assert_eq!(listed_policy(Some(policy(false)), false, &[]), [""; 0]);
}

/// "Clients MUST NOT request this capability"; the answer is a NAK.
#[test]
fn the_policy_is_never_granted() {
    let mut place = Place::new();
    place.server.sts = Some(policy(false));
    for request in ["sts", "multi-prefix sts", "sts=port=6697"] {
        let told = written("*", |replies| {
            let offer = Offer {
                server: &place.server,
                secure: true,
                certificate: false,
                host: None,
            };
            let came = negotiate(offer, NONE, &["REQ", request], replies);
            assert_eq!(came.capabilities, NONE, "{request}");
        });
        assert_eq!(told, [format!(":irc.example.org CAP * NAK :{request}")]);
    }
}

/// "servers SHOULD verify whether the hostname provided by clients, for example, via TLS Server Name Indication (SNI), has been
/// whitelisted"; "If no hostname has been provided for the connection, an STS persistence policy SHOULD NOT be advertised".
#[test]
fn a_policy_for_some_hosts_is_told_to_those_who_named_one_of_them() {
    let mut place = Place::new();
    let hosts = ["irc.example.org".into()].into();
    place.server.sts = Some(Sts {
        hosts,
        ..policy(false)
    });
    let tls = |host: Option<&str>| crate::chat::Tls {
        version: "TLSv1.3".into(),
        cipher: "TLS_AES_128_GCM_SHA256".into(),
        fingerprint: None,
        server_name: host.map(Into::into),
    };
    let is_listed = |tls: Option<&crate::chat::Tls>| {
        let told = written("*", |replies| {
            let offer = Offer::to(&place.server, tls);
            let _ = negotiate(offer, NONE, &["LS", "302"], replies);
        });
        listed(&told, "LS")
            .iter()
            .any(|word| word.starts_with("sts="))
    };
    assert!(is_listed(Some(&tls(Some("IRC.example.org")))));
    assert!(!is_listed(Some(&tls(Some("other.example.org")))));
    assert!(!is_listed(Some(&tls(None))));
    assert!(is_listed(None), "where to find TLS");
}
