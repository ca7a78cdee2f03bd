//! What is a level, and what the answer to a slip is.

use super::*;

#[test]
fn levels_for_all_and_for_modules() {
    for good in [
        "info",
        "WARN",
        " debug , chatd::net = trace",
        "chatd::net=off",
        "off",
    ] {
        assert!(parse(good).is_ok(), "{good}");
    }
    let text = parse("debug,chatd::net=trace").unwrap().to_string();
    assert!(
        text.contains("chatd::net=trace") && text.contains("audit=info"),
        "{text}"
    );
}

#[test]
fn a_slip_is_an_error_that_says_what_to_write() {
    let problem = |text: &str| {
        parse(text)
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default()
    };
    assert_eq!(
        problem("debgu"),
        "log level \"debgu\": \"debgu\" is not one of off, error, warn, info, debug, trace (did you mean debug?); \
         expected for example \"info\" or \"info,chatd::net=debug\""
    );
    assert!(problem("").contains("a level is missing"));
    assert!(problem("info,").contains("a level is missing"));
    assert!(problem("info,debug").contains("two levels for all modules, info and debug"));
    assert!(problem("chatd net=info").contains("not the name of a module"));
    assert!(problem("[span]=info").contains("not the name of a module"));
    assert!(problem("chatd::net=5").contains("\"5\" is not one of"));
    assert!(problem("info,audit=off").contains("audit records are always kept"));
    assert!(problem(&"x".repeat(1_000_000)).len() < 500);
    assert!(problem(&format!("{}=info", "?".repeat(1_000_000))).len() < 500);
}
