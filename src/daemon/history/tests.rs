use super::*;

const ID: &str = "01KBR7Z9T00000000B7X5Q2MJA";

fn history() -> Request {
    Request::History {
        room: "#lobby".into(),
        since: None,
        until: None,
        from: None,
        grep: None,
        words: None,
        limit: Some(10),
    }
}

/// Which parameter is wrong.
fn wrong(change: impl FnOnce(&mut Request)) -> String {
    let mut request = history();
    change(&mut request);
    match pages(request) {
        Err(Error::Invalid { parameter, .. }) => parameter,
        other => panic!("{other:?}"),
    }
}

fn set(name: &'static str, value: &'static str) -> impl FnOnce(&mut Request) {
    move |request| {
        let mut fields = serde_json::to_value(&*request).unwrap();
        fields["parameters"][name] = value.into();
        *request = serde_json::from_value(fields).unwrap();
    }
}

#[test]
fn what_makes_no_sense_is_named() {
    assert_eq!(wrong(set("room", "lobby")), "room");
    assert_eq!(wrong(set("since", "yesterday")), "since");
    assert_eq!(wrong(set("until", "2h")), "until");
    for name in ["from", "grep", "words"] {
        assert_eq!(wrong(set(name, " ")), name);
    }
    let limit = |request: &mut Request| {
        if let Request::History { limit, .. } = request {
            *limit = Some(0);
        }
    };
    assert_eq!(wrong(limit), "limit");
    let turned = |request: &mut Request| {
        set("since", "2026-11-23T10:00:00Z")(request);
        set("until", "2026-11-23T10:00:00Z")(request);
    };
    assert_eq!(wrong(turned), "until");
}

#[test]
fn a_message_said_at_the_very_moment_is_said_since_then_and_not_until_then() {
    let mut request = history();
    set("since", "1970-01-01T00:00:05Z")(&mut request);
    set("until", "1970-01-01T00:00:09Z")(&mut request);
    let query = pages(request).unwrap().query().unwrap();
    let (from, to) = (Bound::At(Timestamp(4999)), Bound::At(Timestamp(9000)));
    // The latest of them, so from the later end.
    assert_eq!(query.span, Span::Between(to, from));
    assert_eq!(query.limit, 10);
}

#[test]
fn what_is_looked_for_goes_into_every_query() {
    let mut request = history();
    set("from", "alice")(&mut request);
    set("grep", "a b")(&mut request);
    set("words", "c d")(&mut request);
    let query = pages(request).unwrap().query().unwrap();
    let told = (
        query.from.as_deref(),
        query.containing.as_deref(),
        query.words.as_deref(),
    );
    assert_eq!(told, (Some("alice"), Some("a b"), Some("c d")));
    let room = "#lobby".into();
    let all = pages(Request::Export { room }).unwrap().query().unwrap();
    assert_eq!((all.from, all.containing, all.words), (None, None, None));
}

#[test]
fn an_id_is_one_that_was_shown() {
    assert_eq!(message_id(ID).unwrap().to_string(), ID);
    for strange in [
        "",
        "7",
        "01kbr7z9t00000000b7x5q2mja",
        "ZZZZZZZZZZZZZZZZZZZZZZZZZZ",
    ] {
        assert!(
            matches!(message_id(strange), Err(Error::Invalid { .. })),
            "{strange}"
        );
    }
}

#[test]
fn a_message_that_could_not_be_taken_back_is_not_said_to_be_unseen() {
    let id = message_id(ID).unwrap();
    let why = "no space left on the device";
    let error = not_redacted(id, &Refusal::NotKept { why: why.into() });
    let message = format!("the message stays as it is: {why}");
    assert_eq!(error, Error::Failed { message });
    let target = "*".into();
    let gone = not_redacted(id, &Refusal::NoSuchMessage { id, target });
    assert!(matches!(gone, Error::NotFound { .. }), "{gone}");
}
