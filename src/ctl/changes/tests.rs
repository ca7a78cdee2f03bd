use super::line;
use crate::admin::{Applies, Change};

fn shown(key: &str, old: Option<&str>, new: Option<&str>, applies: Applies) -> String {
    line(&Change {
        key: key.into(),
        old: old.map(Into::into),
        new: new.map(Into::into),
        applies,
    })
}

#[test]
fn a_key_shows_its_values_and_when_they_hold() {
    for (applies, words) in [
        (Applies::Live, "live"),
        (Applies::NewConnections, "new connections only"),
        (Applies::Restart, "needs restart"),
    ] {
        assert_eq!(
            shown("log.keep", Some("3"), Some("5"), applies),
            format!("log.keep: 3 -> 5 ({words})")
        );
    }
    assert_eq!(
        shown("a.b", None, Some("1"), Applies::Live),
        "a.b: (not set) -> 1 (live)"
    );
    assert_eq!(
        shown("listen.a.news", Some("true"), None, Applies::Live),
        "listen.a.news: true -> (not set) (live)"
    );
}

#[test]
fn a_listener_that_goes_is_said_in_words() {
    assert_eq!(
        shown("listen.lan", Some("{ }"), None, Applies::Live),
        "listen.lan: this listener is removed; its clients stay (live)"
    );
    assert_eq!(
        shown(
            "listen.\"a.b\"",
            None,
            Some("{ address = \"x\" }"),
            Applies::Live
        ),
        "listen.\"a.b\": a new listener, { address = \"x\" } (live)"
    );
}
