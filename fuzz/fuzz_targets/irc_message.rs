//! IRC's message parser: it never fails, what it read can be written and is then read the same, and tags keep their rules.

#![no_main]

use chatd::protocol::irc::{self, Message, MessageError, PARAMS};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|line: &str| {
    // As a line comes from the session.
    if line.contains(['\r', '\n', '\0']) {
        return;
    }
    assert!(irc::cost(line) >= 1);
    let message = match Message::parse(line) {
        Ok(message) => message,
        Err(MessageError::NoCommand | MessageError::BadCommand) => return,
    };
    assert!(message.params.len() <= PARAMS);

    let mut out = Vec::new();
    irc::render_message(&message, &mut out).expect("what was read can be written");
    let again = std::str::from_utf8(&out).expect("it is UTF-8");
    let again = again.strip_suffix("\r\n").expect("it has an end");
    assert_eq!(Message::parse(again).as_ref(), Ok(&message));

    let tags = message.tags;
    for (key, _) in tags.iter() {
        let last = tags.iter().filter(|(found, _)| *found == key).last();
        let value = last.map(|(_, value)| irc::unescape(value));
        assert_eq!(tags.get(key), value);
        let mut escaped = Vec::new();
        let value = value.expect("a tag that is there has a value");
        irc::escape(&value, &mut escaped);
        let escaped = std::str::from_utf8(&escaped).expect("it is UTF-8");
        assert_eq!(irc::unescape(escaped), value);
    }
    let mut seen = Vec::new();
    for (key, value) in tags.client_only() {
        assert!(key.starts_with('+') && !seen.contains(&key));
        assert_eq!(tags.get(key), Some(irc::unescape(value)));
        seen.push(key);
    }
    assert!(
        tags.iter()
            .all(|(key, _)| !key.starts_with('+') || seen.contains(&key))
    );
});
