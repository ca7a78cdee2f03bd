use super::*;

fn whole(text: &str) -> Line {
    Line::Whole(text.into())
}

#[test]
fn what_is_not_utf8_or_has_a_nul_leaves_its_tags_and_its_command() {
    for (line, head) in [
        (&b"PRIVMSG #a :\xff"[..], "PRIVMSG"),
        (
            b"@label=x;+b=\xc3\xa9 :me  privmsg \xff",
            "@label=x;+b=\u{e9} privmsg",
        ),
        (b"@label=\xff PRIVMSG a b", "PRIVMSG"),
        (b"@label=x PRIV\xffMSG a b", "@label=x *"),
        (b":\xff QUIT", "QUIT"),
        (b"\xff", "*"),
        (b"@a=b", "@a=b *"),
        (b"@ :", "*"),
    ] {
        assert_eq!(&*super::head(line), head, "{}", line.escape_ascii());
        if std::str::from_utf8(line).is_err() {
            assert_eq!(read(line), Line::NotUtf8(head.into()));
        }
    }
    assert_eq!(read(b"QUIT\0 x"), Line::Nul("*".into()));
    assert_eq!(
        read(b"@a=\0;label=x PRIVMSG #a :b\0c\xff"),
        Line::Nul("PRIVMSG".into())
    );
    assert_eq!(
        read("PRIVMSG #a :小明".as_bytes()),
        whole("PRIVMSG #a :小明")
    );
}

#[test]
fn tags_and_the_rest_have_a_limit_each() {
    let line = |tags: usize, rest: usize| format!("@{} {}", "t".repeat(tags), "r".repeat(rest));
    for (line, fits) in [
        ("r".repeat(510), true),
        ("r".repeat(511), false),
        (line(4094, 510), true),
        (line(4095, 510), false),
        (line(4095, 0), false),
        (line(8191, 0), false),
        (line(4094, 511), false),
        (line(0, 510), true),
        (line(0, 511), false),
        // One space belongs to the tags; more of them to the rest.
        (format!("@t {}", " ".repeat(510)), true),
        (format!("@t {}", " ".repeat(511)), false),
        // Without a space all of it is tags.
        (format!("@{}", "t".repeat(4094)), true),
        (format!("@{}", "t".repeat(4095)), false),
        (format!(" @t {}", "r".repeat(507)), false),
    ] {
        for cut in [0, 1, 2, 100, 510, 4094, 4095, 4096, 4097, line.len()] {
            let (a, b) = line.as_bytes().split_at(cut.min(line.len()));
            assert_eq!(may_fit(a, b), fits, "{} {cut}", line.len());
        }
    }
}
