//! ISUPPORT against Modern IRC, and against the tables that it speaks of.

use super::*;
use crate::chat::Mask;
use crate::protocol::irc::testing::{Place, policy, written};

fn all() -> String {
    tokens(&policy(), &Place::new().server)
}

/// The value of a token; `None`: there is no such token.
fn value(all: &str, name: &str) -> Option<String> {
    let mut found = all
        .split(' ')
        .filter_map(|token| match token.split_once('=') {
            Some((found, value)) => (found == name).then(|| value.to_owned()),
            None => (token == name).then(String::new),
        });
    let first = found.next();
    assert!(found.next().is_none(), "{name} stands there twice");
    first
}

fn sorted(text: &str) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    letters.sort_unstable();
    letters.into_iter().collect()
}

/// What the field writes, in full: a change of it is a change of what clients rely on.
#[test]
fn the_tokens_of_a_plain_configuration() {
    let expected = "ACCOUNTEXTBAN=a AWAYLEN=200 BOT=B CASEMAPPING=ascii CHANLIMIT=#:50 \
                    CHANMODES=Ibe,k,fl,CKMNPRSUcimnprstu CHANNELLEN=50 CHANTYPES=# ELIST=CMNTU EXCEPTS=e EXTBAN=~,amr \
                    HOSTLEN=63 INVEX=I KEYLEN=64 KICKLEN=200 MAXLIST=I:100,b:100,e:100 MAXTARGETS=4 MODES=20 \
                    MONITOR=100 NAMELEN=200 NETWORK=Example NICKLEN=32 PREFIX=(qaohv)~&@%+ SAFELIST STATUSMSG=~&@%+ \
                    TARGMAX=JOIN:,KICK:20,LIST:20,NAMES:20,NOTICE:4,PART:,PRIVMSG:4,TAGMSG:4,WHOIS:4,WHOWAS:4 TOPICLEN=390 \
                    USERLEN=18 UTF8ONLY WHOX";
    assert_eq!(all(), expected);
}

/// IRCv3 chathistory, "ISUPPORT tokens": "MUST be sent to the client to state the maximum number of messages".
#[test]
fn what_can_be_asked_of_the_history_is_said_where_there_is_one() {
    let mut server = Place::new().server;
    server.history = true;
    let with = tokens(&policy(), &server);
    assert_eq!(value(&with, "CHATHISTORY").as_deref(), Some("500"));
    assert_eq!(
        value(&with, "MSGREFTYPES").as_deref(),
        Some("msgid,timestamp")
    );
    for token in ["CHATHISTORY", "MSGREFTYPES"] {
        assert_eq!(value(&all(), token), None);
    }
}

/// Every letter of a mode is in CHANMODES or PREFIX, in the right place, once.
#[test]
fn modes_are_those_of_the_tables() {
    let all = all();
    let modes = value(&all, "CHANMODES").expect("CHANMODES");
    let kinds: Vec<&str> = modes.split(',').collect();
    let [lists, always, set, flags] = kinds[..] else {
        panic!("{modes}");
    };
    let letters = ListKind::ALL.iter().map(|list| list.letter());
    assert_eq!(sorted(lists), sorted(&letters.collect::<String>()));
    let letters = RoomFlag::ALL.iter().map(|flag| flag.letter());
    assert_eq!(sorted(flags), sorted(&letters.collect::<String>()));
    assert_eq!((always, set), ("k", "fl"));
    let prefix = value(&all, "PREFIX").expect("PREFIX");
    let (ranks, signs) = prefix[1..].split_once(')').expect("(ranks)signs");
    let pairs: Vec<Option<Rank>> = ranks.chars().map(Rank::of_letter).collect();
    assert_eq!(pairs, Rank::ALL.map(Some), "highest first");
    let pairs: Vec<Option<Rank>> = signs.chars().map(Rank::of_sign).collect();
    assert_eq!(pairs, Rank::ALL.map(Some), "highest first");
    assert_eq!(value(&all, "STATUSMSG").as_deref(), Some(signs));
    let everything = [lists, always, set, flags, ranks].concat();
    assert_eq!(sorted(&everything), room_modes());
    let mut once: Vec<char> = room_modes().chars().collect();
    once.dedup();
    assert_eq!(once.len(), everything.len(), "no letter means two things");
    let with = [lists, always, set, ranks].concat();
    assert_eq!(sorted(&with), modes_with_parameter());
    assert_eq!(user_modes(), "BRTZiosw");
    for letter in user_modes().chars() {
        assert!(UserFlag::of_letter(letter).is_some(), "{letter}");
    }
}

/// What is promised of names, keys and topics is taken, and a character more is not.
#[test]
fn lengths_are_those_that_are_kept() {
    let all = all();
    let length = |name: &str| {
        value(&all, name)
            .and_then(|v| v.parse::<usize>().ok())
            .expect("a number")
    };
    let nick = "n".repeat(length("NICKLEN"));
    assert!(Nick::parse(&nick).is_ok() && Nick::parse(&(nick + "n")).is_err());
    let room = format!("#{}", "r".repeat(length("CHANNELLEN") - 1));
    assert!(RoomName::parse(&room).is_ok() && RoomName::parse(&(room + "r")).is_err());
    let key = "k".repeat(length("KEYLEN"));
    assert!(Key::parse(&key).is_some() && Key::parse(&(key + "k")).is_none());
    let topic = "t".repeat(length("TOPICLEN"));
    assert!(Topic::parse(&topic).is_ok() && Topic::parse(&(topic + "t")).is_err());
    for kind in value(&all, "EXTBAN").expect("EXTBAN")["~,".len()..].chars() {
        assert!(Mask::parse(&format!("~{kind}:x")).is_some(), "{kind}");
    }
    let account = value(&all, "ACCOUNTEXTBAN").expect("ACCOUNTEXTBAN");
    assert!(
        value(&all, "EXTBAN")
            .is_some_and(|kinds| kinds.ends_with("amr") && kinds.contains(&account))
    );
}

/// "parameter = 1*20 (letter / "." / "/")", in upper case but for a draft's prefix; a value only where one may be.
#[test]
fn tokens_have_the_form_of_the_specification() {
    let mut place = Place::new();
    place.server.network = "A = B \\ C".into();
    place.server.icon = Some("https://example.org/icon.svg?size=64".into());
    place.server.client_tag_deny = "*,-typing".into();
    let all = tokens(&policy(), &place.server);
    for token in all.split(' ') {
        let (name, given) = token.split_once('=').unwrap_or((token, "none"));
        let plain = name.strip_prefix("draft/").unwrap_or(name);
        assert!((1..=20).contains(&name.len()), "{token}");
        assert!(
            plain
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()),
            "{token}"
        );
        assert!(
            !given.is_empty() && given.bytes().all(|b| b.is_ascii_graphic()),
            "{token}"
        );
    }
    assert_eq!(
        value(&all, "NETWORK").as_deref(),
        Some("A\\x20\\x3D\\x20B\\x20\\x5C\\x20C")
    );
    let icon = "https://example.org/icon.svg?size=64";
    assert_eq!(value(&all, "draft/ICON").as_deref(), Some(icon));
    assert_eq!(value(&all, "CLIENTTAGDENY").as_deref(), Some("*,-typing"));
    for flag in ["SAFELIST", "UTF8ONLY", "WHOX"] {
        assert_eq!(value(&all, flag).as_deref(), Some(""), "{flag}");
    }
}

/// "If there is no limit to the number of these channels a client may join, <limit> will not be specified."
#[test]
fn what_is_not_bounded_has_no_number() {
    let mut policy = policy();
    policy.rooms_per_client = None;
    let all = tokens(&policy, &Place::new().server);
    assert_eq!(value(&all, "CHANLIMIT").as_deref(), Some("#:"));
}

/// "<client> <1-13 tokens> :are supported by this server", each line within 512 bytes, whatever the names.
#[test]
fn lines_have_at_most_13_tokens_and_512_bytes() {
    let mut place = Place::new();
    place.server.icon = Some(format!("https://example.org/{}", "i".repeat(280)).into());
    place.server.client_tag_deny = "x".repeat(600).into();
    let all = tokens(&policy(), &place.server);
    for length in 1..=96 {
        let (server, nick) = (&*"s".repeat(length.min(63)), &*"n".repeat(length));
        let mut out = Vec::new();
        let mut replies = Replies::new(&mut out, "", server, nick);
        isupport(&policy(), &place.server, Capabilities(0), &mut replies);
        let told = crate::protocol::irc::testing::lines(&out);
        let mut seen = Vec::new();
        for line in &told {
            let start = format!(":{server} 005 {nick} ");
            let tokens = line.strip_prefix(&start).expect("its start");
            let tokens = tokens
                .strip_suffix(" :are supported by this server")
                .expect("its end");
            let tokens: Vec<&str> = tokens.split(' ').collect();
            assert!((1..=MOST).contains(&tokens.len()), "{line}");
            seen.extend(tokens);
        }
        // One that no line could hold is left out.
        let fit: Vec<&str> = all.split(' ').filter(|token| token.len() < 400).collect();
        assert_eq!(seen, fit);
    }
}

/// "The server MUST group all `RPL_ISUPPORT` messages inside a draft/isupport batch when the batch and draft/extended-isupport
/// capabilities are enabled"; otherwise it is not batched.
#[test]
fn those_who_know_both_capabilities_get_a_batch() {
    let (batch, extended) = (Capability::Batch.bit(), Capability::ExtendedIsupport.bit());
    for (set, batched) in [
        (0, false),
        (batch, false),
        (extended, false),
        (batch | extended, true),
    ] {
        let told = written("*", |replies| {
            isupport(&policy(), &Place::new().server, Capabilities(set), replies);
        });
        let inside = told
            .iter()
            .filter(|line| line.starts_with("@batch=isupport :irc.example.org 005 * "));
        if batched {
            assert_eq!(told[0], ":irc.example.org BATCH +isupport draft/isupport");
            assert_eq!(told[told.len() - 1], ":irc.example.org BATCH -isupport");
            assert_eq!(inside.count(), told.len() - 2);
        } else {
            assert_eq!(inside.count(), 0);
            assert!(
                told.iter()
                    .all(|line| line.starts_with(":irc.example.org 005 * ")),
                "{told:?}"
            );
        }
    }
}

/// A batch keeps the tags that its lines have anyway.
#[test]
fn a_batch_keeps_other_tags() {
    let mut out = Vec::new();
    let mut replies = Replies::new(&mut out, "@time=2026-11-23T00:44:04.000Z ", "a", "*");
    replies.batch("isupport", "draft/isupport", |replies| {
        replies.numeric(Numeric::ISupport, &["WHOX"], TEXT);
    });
    let told = String::from_utf8(out).expect("UTF-8");
    let inside = "@batch=isupport;time=2026-11-23T00:44:04.000Z :a 005 * WHOX :are supported by this server\r\n";
    assert!(told.contains(inside), "{told}");
}
