use crate::chat::Command;
use crate::protocol::irc::Capability;
use crate::protocol::irc::commands::bed::Bed;

/// A message for programs that fills a line to its last byte as others see it, and so many bytes more.
fn framed(target: &str, command: &str, more: usize) -> String {
    let head = format!(":alice!u@h.example {command} {target} :").len();
    let length = 510 - head + more - "\u{1}X \u{1}".len();
    format!("\u{1}X {}\u{1}", "x".repeat(length))
}

fn is_asked(bed: &mut Bed, line: &str) -> bool {
    match &bed.asks("alice", line)[..] {
        [] => false,
        [Command::Say { .. }] => true,
        other => panic!("{other:?}"),
    }
}

#[test]
fn one_that_does_not_fit_with_the_senders_name_is_refused() {
    for target in ["bob", "BOB", "nobody", "@#tea"] {
        let mut bed = Bed::new();
        let line = |more| format!("PRIVMSG {target} :{}", framed(target, "PRIVMSG", more));
        assert!(is_asked(&mut bed, &line(0)), "{target}");
        let told = bed.told_whole("alice", &line(1));
        assert!(
            told[0].starts_with("417 alice :Input line was too long"),
            "{told:?}"
        );
        assert!(
            told[0].contains(&format!(" to {target} is 1 bytes too long")),
            "{told:?}"
        );
        assert_eq!(told.len(), 1);
    }
}

/// One byte is kept for the sign before the room's name, since its mode `U` may bring one.
#[test]
fn in_a_room_it_fits_for_its_ops_too() {
    let mut bed = Bed::new();
    let line = |more| format!("PRIVMSG #tea :{}", framed("@#tea", "PRIVMSG", more));
    assert!(is_asked(&mut bed, &line(0)));
    assert!(bed.told("alice", &line(1))[0].starts_with("417 "));
}

/// Nothing is answered to a notice.
#[test]
fn a_notice_that_does_not_fit_is_dropped() {
    let mut bed = Bed::new();
    let line = |more| format!("NOTICE bob :{}", framed("bob", "NOTICE", more));
    assert!(is_asked(&mut bed, &line(0)));
    assert!(bed.read("alice", &line(1)).steps.is_empty());
}

#[test]
fn an_action_and_any_other_text_may_be_as_long_as_a_line() {
    let mut bed = Bed::new();
    for text in [
        format!("\u{1}ACTION {}\u{1}", "x".repeat(480)),
        "x".repeat(490),
    ] {
        assert!(is_asked(&mut bed, &format!("PRIVMSG bob :{text}")));
    }
}

#[test]
fn among_several_lines_one_that_does_not_fit_is_invalid() {
    let mut bed = Bed::with(&[Capability::Batch, Capability::Multiline]);
    for (more, told) in [(0, None), (1, Some("FAIL BATCH MULTILINE_INVALID"))] {
        bed.read("alice", "BATCH +1 draft/multiline bob");
        bed.read("alice", "@batch=1 PRIVMSG bob :hi");
        let line = format!("@batch=1 PRIVMSG bob :{}", framed("bob", "PRIVMSG", more));
        bed.read("alice", &line);
        assert_eq!(
            bed.told("alice", "BATCH -1").first().map(String::as_str),
            told
        );
    }
}
