use super::*;

/// What others get of a line's tags, under this `CLIENTTAGDENY`.
fn passed(line: &str, deny: &str) -> Option<String> {
    let message = Message::parse(line).unwrap();
    let capabilities = Capabilities(Capability::MessageTags.bit());
    client_tags(&message, capabilities, deny).map(|tags| tags.0.to_string())
}

/// message-tags: "Tags without the client-only prefix MUST be removed by the server before being relayed"; client-only tags
/// are attached as they are.
#[test]
fn only_client_only_tags_go_on_as_they_came() {
    let line =
        r"@label=1;+example=raw+:=,escaped\:\s\\;time=x;+example.com/foo=bar;+empty=;+b TAGMSG #a";
    let tags = r"+example=raw+:=,escaped\:\s\\;+example.com/foo=bar;+empty;+b";
    assert_eq!(passed(line, ""), Some(tags.into()));
    assert_eq!(passed("@unknown-tag TAGMSG #channel", ""), None);
    assert_eq!(passed("@+ TAGMSG #channel", ""), None);
    assert_eq!(passed("TAGMSG #channel", ""), None);
}

/// "SHOULD disregard all but the final occurrence"; "MUST NOT perform any validation that would reject the message".
#[test]
fn of_a_key_that_comes_twice_the_last_counts_and_any_key_will_do() {
    let line = "@+a=1;+b=2;+a=3;+A=4;+ü!=5 TAGMSG #a";
    assert_eq!(passed(line, ""), Some("+b=2;+a=3;+A=4;+ü!=5".into()));
}

/// The examples of message-tags.
#[test]
fn what_is_denied_is_left_out() {
    let line = "@+foo=1;+example/bar;+typing=active TAGMSG #a";
    let all = Some("+foo=1;+example/bar;+typing=active".to_owned());
    assert_eq!(passed(line, ""), all);
    assert_eq!(passed(line, "*"), None);
    let some = Some("+foo=1;+example/bar".to_owned());
    assert_eq!(passed(line, "*,-foo,-example/bar"), some);
    let rest = Some("+typing=active".to_owned());
    assert_eq!(passed(line, "foo,example/bar"), rest);
}

#[test]
fn a_client_without_message_tags_has_none() {
    let message = Message::parse("@+foo=1 PRIVMSG #a :hi").unwrap();
    assert_eq!(client_tags(&message, Capabilities(0), ""), None);
}

#[test]
fn a_line_full_of_tags_is_read_at_once() {
    let tags = (0..1000)
        .map(|n| format!("+{}", n % 700))
        .collect::<Vec<_>>();
    let line = format!("@{} TAGMSG #a", tags.join(";"));
    assert_eq!(passed(&line, "").unwrap().split(';').count(), 700);
}
