//! What a reload tells.

use super::*;
use crate::protocol::irc::capability::with_302;
use crate::protocol::irc::testing::{Place, lines, policy, tls};
use crate::protocol::irc::{Accounts, Sts};

fn told(change: &Readvertisement, capabilities: Capabilities, secure: bool) -> Vec<String> {
    told_by(&Place::new().server, change, capabilities, secure)
}

fn told_by(
    server: &Server,
    change: &Readvertisement,
    capabilities: Capabilities,
    secure: bool,
) -> Vec<String> {
    let tls = tls();
    let about = ("alice", capabilities, secure.then_some(&*tls));
    let mut out = Vec::new();
    change.tell(server, &Place::new().stamp, about, &mut out);
    lines(&out)
}

fn between(change: impl FnOnce(&mut Policy, &mut Server)) -> Readvertisement {
    let (old, server) = (policy(), Place::new().server);
    let (mut new, mut now) = (old.clone(), server.clone());
    change(&mut new, &mut now);
    Readvertisement::between((&old, &server), (&new, &now))
}

const NONE: Capabilities = Capabilities(0);

#[test]
fn nothing_new_is_not_told() {
    let change = between(|_, server| server.description = "another".into());
    assert!(change.is_empty());
    assert_eq!(told(&change, NONE, false), [""; 0]);
}

/// "the server SHOULD re-advertise the parameter with the new value"; `-PARAMETER` negates (Modern IRC, "`RPL_ISUPPORT`").
#[test]
fn tokens_that_changed_are_told_and_those_that_are_gone_negated() {
    let change = between(|policy, server| {
        policy.monitor = 7;
        server.icon = Some("https://example.org/icon.svg".into());
    });
    assert!(!change.is_empty());
    let line = ":irc.example.org 005 alice MONITOR=7 draft/ICON=https://example.org/icon.svg \
                :are supported by this server";
    assert_eq!(told(&change, NONE, false), [line]);
    let (old, mut server) = (policy(), Place::new().server);
    server.client_tag_deny = "*,-typing".into();
    let change = Readvertisement::between((&old, &server), (&old, &Place::new().server));
    let line = ":irc.example.org 005 alice -CLIENTTAGDENY :are supported by this server";
    assert_eq!(told(&change, NONE, false), [line]);
}

/// "Servers MAY communicate changes to their STS persistence policy using the CAP NEW command"; "Servers MUST NOT send CAP DEL to
/// disable this capability" (IRCv3 sts). NEW "MUST ONLY be sent" to those who know it.
#[test]
fn a_policy_of_tls_is_told_to_those_who_can_read_it_and_taken_back_by_its_duration() {
    let knows = with_302(NONE);
    let sts = Some(Sts {
        port: 6697,
        duration: 60,
        preload: false,
        hosts: [].into(),
    });
    let change = between(|_, server| server.sts.clone_from(&sts));
    assert_eq!(
        told(&change, knows, false),
        [":irc.example.org CAP alice NEW :sts=port=6697"]
    );
    assert_eq!(
        told(&change, knows, true),
        [":irc.example.org CAP alice NEW :sts=duration=60"]
    );
    assert_eq!(
        told(&change, Capabilities(Capability::CapNotify.bit()), true),
        [""; 0]
    );
    let (old, mut server) = (policy(), Place::new().server);
    server.sts = sts;
    let change = Readvertisement::between((&old, &server), (&old, &Place::new().server));
    assert_eq!(
        told(&change, knows, true),
        [":irc.example.org CAP alice NEW :sts=duration=0"]
    );
    assert_eq!(told(&change, knows, false), [""; 0]);
}

/// "servers SHOULD verify whether the hostname provided by clients [...] has been whitelisted": at a reload as at `CAP LS`.
#[test]
fn a_policy_for_another_host_is_not_told() {
    let sts = |host: &str| Sts {
        port: 6697,
        duration: 60,
        preload: false,
        hosts: [host.into()].into(),
    };
    for (host, is_told) in [("irc.example.org", true), ("other.example.org", false)] {
        let mut server = Place::new().server;
        server.sts = Some(sts(host));
        let change = between(|_, now| now.sts.clone_from(&server.sts));
        let told = told_by(&server, &change, with_302(NONE), true);
        assert_eq!(!told.is_empty(), is_told, "{host}");
    }
}

/// "If the client supports CAP version 302, the capabilities SHOULD be listed with values" (IRCv3 capability-negotiation); DEL has
/// none.
#[test]
fn capabilities_that_come_and_go_are_told_with_values_to_those_who_know_them() {
    let with = |registration| Some(Accounts { registration });
    let knows = with_302(NONE);
    let notified = Capabilities(Capability::CapNotify.bit());
    let all = between(|_, server| {
        server.accounts = with(true);
        server.history = true;
    });
    let mut server = Place::new().server;
    server.accounts = with(true);
    let value = "draft/account-registration=before-connect draft/chathistory draft/event-playback \
                 sasl=SCRAM-SHA-256,PLAIN";
    let names = "draft/account-registration draft/chathistory draft/event-playback sasl".to_owned();
    for (capabilities, words) in [(knows, value), (notified, &names)] {
        let told = told_by(&server, &all, capabilities, false);
        let line = format!(":irc.example.org CAP alice NEW :{words}");
        assert!(told.contains(&line), "{told:?}");
    }
    assert!(!told_by(&server, &all, NONE, false).concat().contains("CAP"));
    let (old, now) = (policy(), Place::new().server);
    let gone = Readvertisement::between((&old, &server), (&old, &now));
    let line = ":irc.example.org CAP alice DEL :draft/account-registration sasl";
    for capabilities in [knows, notified] {
        assert_eq!(told(&gone, capabilities, false), [line]);
    }
    assert_eq!(told(&gone, NONE, false), [""; 0]);
}

/// "The NEW subcommand can also update the value of an existing capability."
#[test]
fn another_value_is_told_to_those_who_know_values() {
    let registration = true;
    let mut server = Place::new().server;
    server.accounts = Some(Accounts { registration });
    let mut now = server.clone();
    now.password = true;
    let change = Readvertisement::between((&policy(), &server), (&policy(), &now));
    let line = ":irc.example.org CAP alice NEW :draft/account-registration";
    assert_eq!(told_by(&now, &change, with_302(NONE), false), [line]);
    let notified = Capabilities(Capability::CapNotify.bit());
    assert_eq!(told_by(&now, &change, notified, false), [""; 0]);
}
