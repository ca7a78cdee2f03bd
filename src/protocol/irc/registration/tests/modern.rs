//! Modern IRC, "Connection Registration" and "Connection Messages".

use super::*;

/// "Unless the registration is suspended by a CAP negotiation, these commands will end the registration process", in any order.
#[test]
fn nick_and_user_register_in_any_order() {
    for lines in [
        ["NICK alice", "USER guest 0 * :Ronnie Reagan"],
        ["USER guest 0 * :Ronnie Reagan", "NICK alice"],
        ["nick alice", "user guest 0 * :Ronnie Reagan"],
        [":x NICK alice", "@a=b :y USER guest 0 * :Ronnie Reagan"],
    ] {
        let place = Place::new();
        let mut newcomer = opened();
        assert_eq!(newcomer.read(&place.world(), lines[0]), []);
        assert_eq!(newcomer.read(&place.world(), lines[1]), [Step::Register]);
        let attach = newcomer.attach();
        assert_eq!(attach.nick, Some(nick("alice")));
        assert_eq!(&*attach.username, "~guest");
        assert_eq!(&*attach.realname, "Ronnie Reagan");
    }
}

/// "`ERR_NONICKNAMEGIVEN`" and "ignore the NICK command".
#[test]
fn nick_without_a_name_is_431() {
    let place = Place::new();
    for line in ["NICK", "NICK :"] {
        let mut newcomer = opened();
        assert!(
            is_told(
                &newcomer.read(&place.world(), line),
                "431 * :No nickname given"
            ),
            "{line}"
        );
        assert_eq!(newcomer.attach().nick, None);
    }
}

/// "`ERR_ERRONEUSNICKNAME`" and "ignore the NICK command"; the text says what is wrong with it.
#[test]
fn nick_with_an_invalid_name_is_432() {
    let place = Place::new();
    for (given, shown) in [
        ("#room", "#room"),
        ("two!three", "two!three"),
        ("a@b", "a@b"),
        (":a b", "*"),
        ("*", "*"),
        ("1up", "1up"),
        (&"n".repeat(33), &"n".repeat(33)),
        (&"n".repeat(400), &"n".repeat(96)),
        (&"é".repeat(200), &"é".repeat(48)),
    ] {
        let mut newcomer = opened();
        place.says(&mut newcomer, &["NICK good"]);
        let steps = newcomer.read(&place.world(), &format!("NICK {given}"));
        assert!(
            is_told(&steps, &format!("432 * {shown} :Erroneous nickname: ")),
            "{steps:?}"
        );
        assert_eq!(
            newcomer.attach().nick,
            Some(nick("good")),
            "the earlier one stays"
        );
    }
}

/// "Servers MUST allow at least all alphanumerical characters, square and curly brackets, backslashes, and pipe".
#[test]
fn nicks_may_have_what_modern_irc_demands() {
    let place = Place::new();
    for given in [
        "a[]{}\\|1",
        "[x]",
        "{x}",
        "\\x",
        "|x",
        "Zz9",
        "小明Tom",
        "zoë",
    ] {
        let mut newcomer = opened();
        assert_eq!(
            newcomer.read(&place.world(), &format!("NICK {given}")),
            [],
            "{given}"
        );
        assert_eq!(newcomer.attach().nick, Some(nick(given)));
    }
}

/// "it should issue an `ERR_NICKNAMEINUSE` numeric and ignore the NICK command", in any casing and for what looks like it.
#[test]
fn a_nick_that_is_taken_is_433_at_once() {
    let mut place = Place::new();
    place.client("alice", crate::chat::Capabilities(0));
    for given in ["alice", "ALICE", "al\u{456}ce"] {
        let mut newcomer = opened();
        let steps = newcomer.read(&place.world(), &format!("NICK {given}"));
        // A nick of mixed scripts is none at all.
        let number = if given.is_ascii() { 433 } else { 432 };
        assert!(
            is_told(&steps, &format!("{number} * {given} :")),
            "{steps:?}"
        );
        assert_eq!(newcomer.attach().nick, None);
    }
}

/// The last NICK counts, and the last USER.
#[test]
fn what_is_said_twice_counts_as_it_was_said_last() {
    let place = Place::new();
    let mut newcomer = opened();
    place.says(
        &mut newcomer,
        &[
            "CAP LS",
            "NICK a",
            "USER a 0 * :A",
            "NICK b",
            "USER b 0 * :B",
        ],
    );
    assert_eq!(newcomer.read(&place.world(), "CAP END"), [Step::Register]);
    let attach = newcomer.attach();
    assert_eq!(
        (attach.nick.clone(), &*attach.username),
        (Some(nick("b")), "~b")
    );
    assert_eq!(&*attach.realname, "B");
}

/// Between NICK and USER somebody else was faster: 433, and another NICK registers.
#[test]
fn whom_the_chat_does_not_take_chooses_another_nick() {
    let place = Place::new();
    let mut newcomer = opened();
    let steps = place.says(&mut newcomer, &["NICK alice", "USER a 0 * :A"]);
    assert_eq!(steps, [Step::Register]);
    let refusal = Refusal::NickInUse {
        nick: nick("alice"),
    };
    let steps = newcomer.refused(&place.world(), &refusal);
    assert!(
        is_told(&steps, "433 * alice :Nickname is already in use"),
        "{steps:?}"
    );
    assert_eq!(newcomer.attach().nick, None);
    assert_eq!(
        newcomer.read(&place.world(), "PING x").len(),
        1,
        "it does not try again by itself"
    );
    assert_eq!(newcomer.read(&place.world(), "NICK bob"), [Step::Register]);
    let refusal = Refusal::NickIsServers { nick: nick("bob") };
    let steps = newcomer.refused(&place.world(), &refusal);
    assert!(is_told(&steps, "432 * bob :Erroneous"), "{steps:?}");
}

/// Any other reason leaves nothing to choose.
#[test]
fn whom_the_chat_cannot_take_has_to_go() {
    let place = Place::new();
    let mut newcomer = opened();
    place.says(&mut newcomer, &["NICK alice", "USER a 0 * :A"]);
    let steps = newcomer.refused(&place.world(), &Refusal::NotFromHere);
    assert!(
        matches!(steps[..], [Step::Leave(Departure::Cut(_))]),
        "{steps:?}"
    );
}

/// "If it is empty, the server SHOULD reject the command with `ERR_NEEDMOREPARAMS` (even if an empty parameter is provided)".
#[test]
fn user_with_too_little_is_461() {
    let place = Place::new();
    for line in [
        "USER",
        "USER a",
        "USER a 0",
        "USER a 0 *",
        "USER :",
        "USER a 0 :b c",
    ] {
        let mut newcomer = opened();
        let steps = place.says(&mut newcomer, &["NICK alice", line]);
        assert!(
            is_told(&steps, "461 * USER :Not enough parameters"),
            "{line}: {steps:?}"
        );
    }
    // A realname may be empty.
    let mut newcomer = opened();
    let steps = place.says(&mut newcomer, &["NICK alice", "USER a 0 * :"]);
    assert_eq!(steps, [Step::Register]);
}

/// "the username MUST be silently truncated to the given length before being used", its tilde included.
#[test]
fn a_long_user_name_is_silently_truncated() {
    let place = Place::new();
    let mut newcomer = opened();
    let line = format!("USER {} 0 * :x", "u".repeat(60));
    let steps = place.says(&mut newcomer, &["NICK alice", &line]);
    assert_eq!(steps, [Step::Register]);
    assert_eq!(&*newcomer.attach().username, format!("~{}", "u".repeat(17)));
}

/// A real name is at most as long as NAMELEN says, never with half a letter, and whoever is cut is told.
#[test]
fn a_long_real_name_is_cut_between_letters_and_that_is_told() {
    let place = Place::new();
    for letter in ["x", "é", "e\u{301}", "\u{1f468}\u{200d}\u{1f469}"] {
        let mut newcomer = opened();
        let line = format!("USER a 0 * :x{}", letter.repeat(400 / letter.len()));
        let steps = newcomer.read(&place.world(), &line);
        assert!(
            is_told(&steps, "NOTICE * :Your real name is longer than 200 bytes"),
            "{steps:?}"
        );
        let kept = newcomer.attach().realname.clone();
        assert!(kept.len() <= 200 && kept.len() > 180, "{kept}");
        assert!(kept[1..].split(letter).all(str::is_empty), "{kept}");
    }
    let mut newcomer = opened();
    let fits = format!("USER a 0 * :{}", "x".repeat(200));
    assert_eq!(newcomer.read(&place.world(), &fits), []);
    assert_eq!(newcomer.attach().realname.len(), 200);
}

/// "servers must reply to it with a PONG message with the same <token> value"; "Servers MUST send a <server> parameter".
#[test]
fn a_ping_is_answered_with_its_token() {
    let place = Place::new();
    for (line, token) in [
        ("PING abc", "abc"),
        ("ping :a b c", "a b c"),
        ("PING :", ""),
        ("PING", ""),
        ("PING LAG123 :irc.elsewhere.org", "LAG123"),
        ("PING ::x", ":x"),
    ] {
        let steps = opened().read(&place.world(), line);
        if token.is_empty() {
            assert!(is_told(&steps, "409 * :No origin specified"), "{line}");
        } else {
            assert_eq!(
                only(&steps),
                format!(":irc.example.org PONG irc.example.org :{token}")
            );
        }
    }
}

/// A token that makes the answer longer than a line is refused, not cut.
#[test]
fn a_ping_whose_answer_is_too_long_is_417() {
    let place = Place::new();
    let head = ":irc.example.org PONG irc.example.org :".len();
    let longest = format!("PING {}", "t".repeat(510 - head));
    let steps = opened().read(&place.world(), &longest);
    assert_eq!(only(&steps).len(), 510);
    let steps = opened().read(&place.world(), &(longest + "t"));
    assert!(is_told(&steps, "417 * :"), "{steps:?}");
}

/// "The server acknowledges this by replying with an ERROR message and closing the connection".
#[test]
fn quit_is_the_end() {
    let place = Place::new();
    for (line, reason) in [
        ("QUIT", None),
        ("QUIT :", None),
        ("quit :so long", Some("so long")),
    ] {
        let steps = opened().read(&place.world(), line);
        let reason = reason.map(|reason| Text::parse(reason).expect("a text"));
        assert_eq!(steps, [Step::Leave(Departure::Quit(reason))], "{line}");
    }
}

/// "Until registration is complete, only a limited subset of commands SHOULD be accepted": 451 for others, 421 for what there is not.
#[test]
fn other_commands_are_451_and_unknown_ones_421() {
    let place = Place::new();
    let told = |line: &str| opened().read(&place.world(), line);
    for line in [
        "MOTD",
        "lusers",
        "VERSION x",
        "AWAY",
        "AWAY :gone",
        "ISUPPORT",
        "HELP",
    ] {
        assert!(
            is_told(&told(line), "451 * :You have not registered"),
            "{line}"
        );
    }
    assert!(is_told(&told("FROG"), "421 * FROG :Unknown command"));
    assert!(is_told(&told("frog a b"), "421 * frog :Unknown command"));
    let long = "F".repeat(500);
    assert!(is_told(&told(&long), &format!("421 * {} :", &long[..32])));
    assert!(is_told(&told(": :x"), "421 * * :Unknown command"));
}

/// "they must not send any error back to the client on receipt of a NOTICE command"; PONG has no replies; ERROR is for servers.
#[test]
fn nothing_answers_notice_pong_and_error() {
    let place = Place::new();
    for line in [
        "NOTICE alice :hi",
        "NOTICE",
        "PONG",
        "PONG x",
        "ERROR :x",
        "ERROR",
        "",
        "  ",
        ":x",
        "@a=b",
    ] {
        assert_eq!(opened().read(&place.world(), line), [], "{line:?}");
    }
}

/// sasl-3.1: without the capability, and with no mechanism to name.
#[test]
fn authenticate_fails_by_the_numerics_of_sasl() {
    let place = Place::new();
    for (line, start) in [
        ("AUTHENTICATE", "461 * AUTHENTICATE :"),
        ("AUTHENTICATE :", "461 * AUTHENTICATE :"),
        ("AUTHENTICATE PLAIN", "904 * :SASL authentication failed"),
        ("AUTHENTICATE +", "904 * :SASL authentication failed"),
        ("AUTHENTICATE *", "906 * :SASL authentication aborted"),
        (&format!("AUTHENTICATE {}", "a".repeat(400)), "904 * :"),
        (
            &format!("AUTHENTICATE {}", "a".repeat(401)),
            "905 * :SASL message too long",
        ),
    ] {
        let steps = opened().read(&place.world(), line);
        assert!(is_told(&steps, start), "{line}: {steps:?}");
    }
}

/// What cannot be read is answered too: by numerics, and by FAIL to those who know it (IRCv3 utf8-only, standard-replies).
#[test]
fn lines_that_cannot_be_read_are_answered() {
    let place = Place::new();
    let mut newcomer = opened();
    let refused =
        |newcomer: &mut Registration, line: &Line| newcomer.unreadable(&place.world(), line);
    let bad = Line::NotUtf8("USER".into());
    assert!(is_told(&refused(&mut newcomer, &Line::TooLong), "417 * :"));
    assert!(is_told(
        &refused(&mut newcomer, &bad),
        "NOTICE * :The message is not UTF-8"
    ));
    place.says(&mut newcomer, &["CAP REQ standard-replies"]);
    assert!(is_told(
        &refused(&mut newcomer, &bad),
        "FAIL USER INVALID_UTF8 :"
    ));
}

/// It is kept for every connection that has not registered.
#[test]
fn a_newcomer_is_small() {
    assert!(
        size_of::<Registration>() <= 56,
        "{}",
        size_of::<Registration>()
    );
}
