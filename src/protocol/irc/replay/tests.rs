use super::*;
use crate::chat::{Command, Identity, Manner, MessageId, Origin, Rank, Speaker, Stamp, Text};
use crate::protocol::irc::Message;
use crate::protocol::irc::commands::bed::{Bed, nick, room, set};

/// 2026-11-23 10:02:03.999Z.
const FIRST: Timestamp = Timestamp(1_795_428_123_999);

/// A message of bob, a second after the one before it.
fn kept(nth: u64, text: &str) -> Kept {
    let seconds = i64::try_from(nth).expect("few");
    Kept {
        id: MessageId::new(&Stamp::default(), nth),
        at: Timestamp(FIRST.0 + 1000 * seconds),
        from: Speaker::User(Identity {
            nick: nick("bob"),
            origin: Origin::new("u", "h"),
            account: None,
            bot: false,
            oper: false,
        }),
        to: "#coffee".into(),
        rank: None,
        manner: Manner::Message,
        text: Text::parse_lines(text).ok(),
        tags: None,
    }
}

/// What alice is told, who has these capabilities, of what was said in #tea.
fn told_by(bed: &mut Bed, with: &[Capability], kept: &[Kept]) -> Vec<String> {
    bed.by("alice", Command::Negotiate(set(with)));
    let telling = Telling {
        chat: &bed.chat,
        server: &bed.server,
        stamp: bed.stamp,
        newcomers: 0,
    };
    let mut out = Vec::new();
    let client = bed.asker("alice").client;
    replay(
        &telling,
        kept,
        client,
        Replayed::Room(&room("#tea")),
        &mut out,
    );
    let all = String::from_utf8(out).expect("UTF-8");
    let lines = all.split_terminator("\r\n");
    lines
        .inspect(|line| assert!(Message::parse(line).is_ok(), "{line}"))
        .map(str::to_owned)
        .collect()
}

fn told(with: &[Capability], kept: &[Kept]) -> Vec<String> {
    told_by(&mut Bed::new(), with, kept)
}

/// IRCv3 chathistory (batch): "the server SHOULD put all PRIVMSGs and NOTICEs into a single `chathistory` batch"; with server-time
/// they "MUST be tagged with the time at which they were originally sent".
#[test]
fn those_who_know_batches_get_one() {
    let notice = Kept {
        manner: Manner::Notice,
        ..kept(1, "beep")
    };
    let said = [kept(0, "hi"), notice];
    assert_eq!(
        told(&[Capability::Batch, Capability::ServerTime], &said),
        [
            "@time=2026-11-23T00:44:04.123Z :irc.example.org BATCH +Hf4240 chathistory #tea",
            "@batch=Hf4240;time=2026-11-23T10:02:03.999Z :bob!u@h PRIVMSG #tea :hi",
            "@batch=Hf4240;time=2026-11-23T10:02:04.999Z :bob!u@h NOTICE #tea :beep",
            ":irc.example.org BATCH -Hf4240",
        ]
    );
    assert_eq!(
        told(&[Capability::Batch], &said)[1],
        "@batch=Hf4240 :bob!u@h PRIVMSG #tea :hi"
    );
}

#[test]
fn those_who_know_times_see_by_them_that_it_is_old() {
    assert_eq!(
        told(&[Capability::ServerTime], &[kept(0, "hi")]),
        ["@time=2026-11-23T10:02:03.999Z :bob!u@h PRIVMSG #tea :hi"]
    );
}

#[test]
fn those_who_know_neither_are_told_in_words() {
    let said = [kept(0, "hi"), kept(1, "one\ntwo")];
    assert_eq!(
        told(&[], &said),
        [
            ":irc.example.org NOTICE #tea :*** The last 2 messages of #tea, since 2026-11-23 10:02:03Z",
            ":bob!u@h PRIVMSG #tea :hi",
            ":bob!u@h PRIVMSG #tea :one",
            ":bob!u@h PRIVMSG #tea :two",
            ":irc.example.org NOTICE #tea :*** What is said from here on is said now",
        ]
    );
    assert_eq!(
        told(&[], &said[..1])[0],
        ":irc.example.org NOTICE #tea :*** The last message of #tea, since 2026-11-23 10:02:03Z"
    );
}

/// Neither is what was taken back, or what asks a program that cannot see that it is old for an answer.
#[test]
fn nothing_to_tell_is_not_told() {
    let gone = Kept {
        text: None,
        ..kept(0, "oops")
    };
    let ctcp = kept(1, "\u{1}PING 1\u{1}");
    for with in [&[][..], &[Capability::ServerTime], &[Capability::Batch]] {
        assert_eq!(told(with, &[]), [""; 0]);
        assert_eq!(told(with, std::slice::from_ref(&gone)), [""; 0]);
    }
    assert_eq!(told(&[], &[gone, ctcp]), [""; 0]);
}

#[test]
fn what_was_for_a_rank_is_shown_as_that() {
    let ranked = Kept {
        rank: Some(Rank::Voice),
        ..kept(0, "psst")
    };
    let with = [Capability::ServerTime, Capability::MessageTags];
    let lines = told(&with, &[ranked]);
    assert!(lines[0].ends_with(" PRIVMSG +#tea :psst"), "{lines:?}");
    assert!(
        lines[0].contains(&format!(";msgid={} ", kept(0, "").id)),
        "{lines:?}"
    );
}

#[test]
fn of_too_much_the_latest_is_told() {
    let said: Vec<Kept> = (0..100).map(|n| kept(n, &"x".repeat(300))).collect();
    let mut bed = Bed::new();
    bed.server.send_queue = 4 * 1000;
    let lines = told_by(&mut bed, &[Capability::ServerTime], &said);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[1].starts_with("@time=2026-11-23T10:03:42.999Z "),
        "{lines:?}"
    );
}
