use proptest::prelude::*;

use super::*;

fn parse(line: &str) -> Message<'_> {
    Message::parse(line).unwrap_or_else(|error| panic!("{line:?}: {error}"))
}

fn message<'a>(source: Option<&'a str>, command: &'a str, params: &[&'a str]) -> Message<'a> {
    Message {
        tags: Tags::default(),
        source,
        command,
        params: Params::new(params).expect("few enough"),
    }
}

fn rendered(message: &Message<'_>) -> Result<String, RenderError> {
    let mut out = Vec::new();
    render(message, &mut out)?;
    Ok(String::from_utf8(out).expect("UTF-8"))
}

/// Modern IRC, "Message Format" and "Parameters".
#[test]
fn the_examples_of_the_text_are_read_as_it_says() {
    for (line, source, command, params) in [
        (
            ":irc.example.com CAP LS * :multi-prefix extended-join sasl",
            Some("irc.example.com"),
            "CAP",
            &["LS", "*", "multi-prefix extended-join sasl"][..],
        ),
        ("CAP REQ :sasl", None, "CAP", &["REQ", "sasl"]),
        (
            ":irc.example.com CAP * LIST :",
            Some("irc.example.com"),
            "CAP",
            &["*", "LIST", ""],
        ),
        (
            "CAP * LS :multi-prefix sasl",
            None,
            "CAP",
            &["*", "LS", "multi-prefix sasl"],
        ),
        (
            "CAP REQ :sasl message-tags foo",
            None,
            "CAP",
            &["REQ", "sasl message-tags foo"],
        ),
        (
            ":dan!d@localhost PRIVMSG #chan :Hey!",
            Some("dan!d@localhost"),
            "PRIVMSG",
            &["#chan", "Hey!"],
        ),
        (
            ":dan!d@localhost PRIVMSG #chan Hey!",
            Some("dan!d@localhost"),
            "PRIVMSG",
            &["#chan", "Hey!"],
        ),
        (
            ":dan!d@localhost PRIVMSG #chan ::-)",
            Some("dan!d@localhost"),
            "PRIVMSG",
            &["#chan", ":-)"],
        ),
    ] {
        assert_eq!(parse(line), message(source, command, params), "{line}");
    }
    let tagged = parse("@id=234AB :dan!d@localhost PRIVMSG #chan :Hey what's up!");
    assert_eq!(tagged.tags.get("id").as_deref(), Some("234AB"));
    assert_eq!(tagged.source, Some("dan!d@localhost"));
    assert_eq!(&*tagged.params, ["#chan", "Hey what's up!"]);
}

/// IRCv3 message-tags, "Examples".
#[test]
fn the_examples_of_tags_are_read_as_their_text_says() {
    let line = "@aaa=bbb;ccc;example.com/ddd=eee :nick!ident@host.com PRIVMSG me :Hello";
    let found = parse(line);
    let tags: Vec<_> = found.tags.iter().collect();
    assert_eq!(
        tags,
        [("aaa", "bbb"), ("ccc", ""), ("example.com/ddd", "eee")]
    );
    assert_eq!(found.source, Some("nick!ident@host.com"));
    let line = "@+example=raw+:=,escaped\\:\\s\\\\ :irc.example.com NOTICE #channel :Message";
    let value = parse(line).tags.get("+example");
    assert_eq!(value.as_deref(), Some("raw+:=,escaped; \\"));
    let found = parse("@+example-client-tag=example-value TAGMSG @#channel");
    assert_eq!(
        (found.command, &*found.params),
        ("TAGMSG", &["@#channel"][..])
    );
}

#[test]
fn there_are_at_most_fifteen_parameters_and_the_last_takes_the_rest() {
    for count in [0, 1, 13, 14, 15] {
        let params: Vec<_> = (0..count).map(|n| n.to_string()).collect();
        let line = format!("X {}", params.join(" "));
        assert_eq!(&*parse(&line).params, params, "{count}");
    }
    let many = |count: usize| "X".to_owned() + &" p".repeat(count);
    let line = many(16);
    assert_eq!(parse(&line).params.len(), PARAMS);
    assert_eq!(parse(&line).params[14], "p p");
    let line = many(1000);
    assert_eq!(parse(&line).params[14].len(), 2 * 986 - 1);
    let line = many(14) + " :a b";
    assert_eq!(parse(&line).params[14], "a b");
    let line = many(14) + "   a :b ";
    assert_eq!(parse(&line).params[14], "a :b ");
    let line = many(13) + " :a b c";
    assert_eq!(parse(&line).params[13..], ["a b c"]);
}

#[test]
fn many_spaces_separate_as_one_does_and_a_tab_does_not() {
    let expected = message(Some("a!b@c"), "X", &["p", "q", "r  s "]);
    assert_eq!(parse("  :a!b@c   X  p    q   :r  s "), expected);
    let tagged = parse("@a=b   :c   X   d   ");
    assert_eq!(
        (tagged.tags.raw(), tagged.source, &*tagged.params),
        ("a=b", Some("c"), &["d"][..])
    );
    assert_eq!(&*parse("X \t a\tb \t").params, ["\t", "a\tb", "\t"]);
    assert_eq!(parse("X\ta").command, "X\ta");
}

#[test]
fn a_colon_within_a_word_is_a_colon() {
    assert_eq!(&*parse("X a:b c: :").params, ["a:b", "c:", ""]);
    assert_eq!(&*parse("X : :").params, [" :"]);
    assert_eq!(parse("X:y").command, "X:y");
}

#[test]
fn what_has_no_command_is_no_message() {
    for line in [
        "", " ", "   ", "@", "@ ", "@a=b", "@a=b  ", ":", ": ", ":a", ":a  ", "@a :b ",
    ] {
        assert_eq!(
            Message::parse(line),
            Err(MessageError::NoCommand),
            "{line:?}"
        );
    }
    for line in [":a :b", " @a=b X", "@a @b X", ":a @b"] {
        assert_eq!(
            Message::parse(line),
            Err(MessageError::BadCommand),
            "{line:?}"
        );
    }
    assert_eq!(parse("@ X"), message(None, "X", &[]));
    assert_eq!(parse(": X"), message(Some(""), "X", &[]));
    assert_eq!(parse("小明 a"), message(None, "小明", &["a"]));
}

#[test]
fn a_colon_is_written_where_it_is_needed_only() {
    for (params, line) in [
        (&[][..], "X\r\n"),
        (&["a", "b"], "X a b\r\n"),
        (&["a", ""], "X a :\r\n"),
        (&["a", "b c"], "X a :b c\r\n"),
        (&["a", ":b"], "X a ::b\r\n"),
        (&["a:", "b:"], "X a: b:\r\n"),
    ] {
        assert_eq!(
            rendered(&message(None, "X", params)).as_deref(),
            Ok(line),
            "{params:?}"
        );
    }
    let tags = Tags::from_raw("a=b;+c").expect("tags");
    let all = Message {
        tags,
        ..message(Some("s"), "001", &["n", "Hi there"])
    };
    assert_eq!(
        rendered(&all).as_deref(),
        Ok("@a=b;+c :s 001 n :Hi there\r\n")
    );
}

#[test]
fn what_would_be_another_message_is_not_written() {
    for (message, error) in [
        (message(Some("a b"), "X", &[]), RenderError::Source),
        (message(Some("a\r"), "X", &[]), RenderError::Source),
        (message(None, "", &[]), RenderError::Command),
        (message(None, "X Y", &[]), RenderError::Command),
        (message(None, ":X", &[]), RenderError::Command),
        (message(None, "@X", &[]), RenderError::Command),
        (message(None, "X\0", &[]), RenderError::Command),
        (message(None, "X", &["a b", "c"]), RenderError::Param(0)),
        (message(None, "X", &["", "c"]), RenderError::Param(0)),
        (message(None, "X", &["a", ":b", "c"]), RenderError::Param(1)),
        (message(None, "X", &["a", "b\nQUIT"]), RenderError::Param(1)),
        (message(None, "X", &["a\rQUIT"]), RenderError::Param(0)),
        (message(None, "X", &["a\0"]), RenderError::Param(0)),
    ] {
        assert_eq!(rendered(&message), Err(error), "{message:?}");
    }
    assert!(Params::new(&["a"; 16]).is_none());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(
        raw in "[a-z=;+/\\\\é🎉:]{0,20}",
        source in prop::option::of("[a-z!@.:é]{0,10}"),
        command in "[A-Za-z0-9é][A-Za-z0-9:@]{0,9}",
        mut params in prop::collection::vec("[a-zé🎉\t#+@][a-zé🎉\t:]{0,6}", 0..15),
        last in prop::option::of("[a-z :é🎉\t]{0,20}"),
    ) {
        params.extend(last);
        let params: Vec<_> = params.iter().map(String::as_str).collect();
        let tags = Tags::from_raw(&raw).expect("tags");
        let said = Message { tags, ..message(source.as_deref(), &command, &params) };
        let line = rendered(&said).expect("can be written");
        let line = line.strip_suffix("\r\n").expect("an end");
        prop_assert_eq!(Message::parse(line), Ok(said));
    }

    /// And whatever is read can be written and is then the same.
    #[test]
    fn what_is_read_can_be_written(line in "[@:]?[ab:@; =\té]{0,60}") {
        if let Ok(read) = Message::parse(&line) {
            let again = rendered(&read).expect("what was read can be written");
            prop_assert_eq!(Message::parse(again.trim_end_matches("\r\n")), Ok(read));
        }
    }
}
