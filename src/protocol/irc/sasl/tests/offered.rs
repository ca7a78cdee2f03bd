//! Which mechanisms there are, and where.

use super::*;

/// 908: "in reply to an `AUTHENTICATE` command which requests an unsupported mechanism. The numeric contains a comma-separated list of
/// mechanisms"; then "a 904 numeric will be sent and the session state remains unchanged".
#[test]
fn a_mechanism_that_is_not_offered_is_908_and_904() {
    for (mut talk, nick) in Talk::both() {
        // EXTERNAL needs a certificate.
        for unknown in ["FROG", "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS", "+", "EXTERNAL"] {
            let came = talk.says(&said(unknown));
            let mechanisms = format!("908 {nick} SCRAM-SHA-256,PLAIN");
            assert_eq!(came.heads(), [mechanisms, format!("904 {nick}")]);
            assert!(came.asked.is_none());
        }
        assert!(talk.is_idle());
    }
    let mut certified = Talk::newcomer(place(), "", Some(certified()));
    let came = certified.says("AUTHENTICATE FROG");
    assert_eq!(came.heads()[0], "908 * SCRAM-SHA-256,PLAIN,EXTERNAL");
    certified.begins("external");
}

#[test]
fn a_mechanism_is_the_same_in_any_casing() {
    for (mut talk, _) in Talk::both() {
        for name in ["plain", "Plain", "PLAIN"] {
            talk.begins(name);
            let request = talk.asks(&["authenticate RA=="]);
            assert_eq!(request, plain_answer(None, b"D", "PLAIN"));
        }
        talk.begins("scram-Sha-256");
        assert_eq!(talk.says("AUTHENTICATE *").told.len(), 1);
    }
}

/// The certificate that the connection has shown goes with every response.
#[test]
fn a_certificate_goes_with_the_response() {
    let mut talk = Talk::newcomer(place(), "", Some(certified()));
    talk.begins("EXTERNAL");
    let Request::Authenticate {
        certificate,
        response,
        ..
    } = talk.asks(&["AUTHENTICATE +"])
    else {
        panic!("it is proven");
    };
    assert_eq!(
        (certificate.as_deref(), &*response),
        (Some("ab12"), &b""[..])
    );
}

/// "Servers MUST NOT advertise the `sasl` capability if the authentication layer is unavailable. Servers MUST `NAK` any `sasl` capability
/// request".
#[test]
fn without_accounts_it_is_not_offered_and_nothing_begins() {
    let mut talk = Talk::newcomer(Place::new(), "", None);
    let came = talk.says("CAP REQ :sasl");
    assert_eq!(came.told, ["CAP * NAK :sasl"]);
    let came = talk.says("CAP LS 302");
    assert!(!came.told.concat().contains("sasl"), "{came:?}");
    let came = talk.says("AUTHENTICATE PLAIN");
    assert_eq!(came.heads(), ["904 *"]);
}

/// "Servers SHOULD advertise the available SASL authentication mechanisms in the value of the `sasl` client capability in `CAP LS`."
#[test]
fn what_is_offered_is_what_can_be_had_on_that_connection() {
    for (tls, value) in [
        (None, "sasl=SCRAM-SHA-256,PLAIN"),
        (Some(tls()), "sasl=SCRAM-SHA-256,PLAIN"),
        (Some(certified()), "sasl=SCRAM-SHA-256,PLAIN,EXTERNAL"),
    ] {
        let mut talk = Talk::newcomer(place(), "", tls);
        let all = talk.says("CAP LS 302").told.concat();
        assert!(all.split([' ', ':']).any(|word| word == value), "{all}");
        for mechanism in value[5..].split(',') {
            talk.begins(mechanism);
            talk.says("AUTHENTICATE *");
        }
    }
    // Clients of sasl-3.1 know no values.
    let all = Talk::newcomer(place(), "", None).says("CAP LS").told;
    assert!(
        all.concat().split(' ').any(|word| word == "sasl"),
        "{all:?}"
    );
}
