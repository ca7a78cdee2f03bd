use super::*;
use crate::chat::Rate;

fn flooded() -> Limits {
    let rate = Rate {
        burst: 2,
        interval: 1_000_000,
    };
    Limits {
        flood: Some(rate),
        ..limits()
    }
}

#[test]
fn over_the_flood_rate_messages_wait_in_order() {
    let mut feed = Feed::new(flooded());
    let second = |n: u64| Tick(1_000_000 * n);
    feed.send("a\nb\nc\nd\n")
        .came(&["say a", "say b"], Pace::Held(second(2)));
    feed.send("e\n/join #a\nha")
        .came(&[], Pace::Held(second(2)));
    feed.now = second(2);
    feed.send("").came(&["say c"], Pace::Held(second(3)));
    feed.now = second(4);
    feed.send("lf\n")
        .came(&["say d", "say e"], Pace::Held(second(6)));
    feed.now = second(6);
    feed.send("")
        .came(&["Join(\"#a\", None)"], Pace::Held(second(7)));
    feed.now = second(7);
    feed.send("").came(&["say half"], Pace::Idle);
    assert_eq!(feed.session.held.capacity(), 0);
}

#[test]
fn what_waits_is_bounded() {
    let mut feed = Feed::new(flooded());
    feed.send("a\nb\nc\n")
        .send([b'\n'; 98])
        .came(&["say a", "say b"], Pace::Held(Tick(2_000_000)));
    feed.send("\n").came(&["cut Flood"], Pace::Cut);
    let mut feed = Feed::new(flooded());
    feed.send("a\n".repeat(100))
        .came(&["say a", "say a", "cut Flood"], Pace::Cut);
}

#[test]
fn messages_without_newlines_wait_too() {
    let mut feed = Feed::new(flooded());
    for text in ["a", "b", "c\u{e9}"] {
        feed.send(text).silence();
    }
    feed.came(&["say a", "say b"], Pace::Held(Tick(2_000_000)));
    feed.send("d");
    feed.now = Tick(2_000_000);
    feed.send("").came(&["say cé"], Pace::Unterminated);
    feed.now = Tick(3_000_000);
    feed.silence().came(&["say d"], Pace::Idle);
}

#[test]
fn what_waits_at_the_end_is_taken_no_faster() {
    let mut feed = Feed::new(flooded());
    feed.send("a\nb\nc\nd\nhal").end();
    feed.came(&["say a", "say b"], Pace::Held(Tick(2_000_000)));
    feed.send("").came(&[], Pace::Held(Tick(2_000_000)));
    feed.now = Tick(2_000_000);
    feed.send("").came(&["say c"], Pace::Held(Tick(3_000_000)));
    feed.now = Tick(3_000_000);
    feed.send("").came(&["say d"], Pace::Ended);
    feed.send("").silence().came(&[], Pace::Ended);
    assert_eq!(feed.session.held.capacity(), 0);
}

#[test]
fn of_what_waits_when_the_connection_breaks_whole_lines_count() {
    let mut feed = Feed::new(flooded());
    feed.send("a\nb\nc\nhal").broke_off();
    feed.came(&["say a", "say b"], Pace::Held(Tick(2_000_000)));
    feed.now = Tick(2_000_000);
    feed.send("").came(&["say c"], Pace::Ended);
    // Nobody knows whether what no newline has ended was all of it.
    let mut feed = Feed::new(flooded());
    feed.send("half a li").broke_off().came(&[], Pace::Ended);
}

#[test]
fn the_end_ends_a_message_without_a_newline_that_waits() {
    let mut feed = Feed::new(flooded());
    feed.send("a").silence().send("b").silence();
    feed.send("c").end();
    feed.came(&["say a", "say b"], Pace::Held(Tick(2_000_000)));
    feed.now = Tick(2_000_000);
    feed.send("").came(&["say c"], Pace::Ended);
}

#[test]
fn the_end_is_not_too_much() {
    let mut feed = Feed::new(flooded());
    feed.send("a").silence().send("b").silence();
    feed.send([b'x'; 20]).silence().send([b'y'; 79]).end();
    feed.came(&["say a", "say b"], Pace::Held(Tick(2_000_000)));
    assert_eq!(feed.session.held.len(), limits().input_queue + 1);
    feed.now = Tick(4_000_000);
    let long = format!("say {}", "x".repeat(20));
    feed.send("").came(&[&long, "! too-long"], Pace::Ended);
}

#[test]
fn a_rate_changes_when_messages_come_and_not_which() {
    for stream in STREAMS {
        let wide = |flood| Limits {
            input_queue: 1_000,
            flood,
            ..limits()
        };
        let mut free = Feed::new(wide(None));
        free.send(stream).end();
        let mut paced = Feed::new(wide(flooded().flood));
        paced.send(stream).end();
        while let Pace::Held(until) = paced.pace {
            assert!(until > paced.now);
            paced.now = until;
            paced.send("");
        }
        let stream = stream.escape_ascii();
        assert_eq!(paced.came, free.came, "{stream}");
        assert_eq!(paced.pace, free.pace, "{stream}");
    }
}

#[test]
fn answers_cost_as_messages_do_and_empty_lines_nothing() {
    let mut feed = Feed::new(flooded());
    feed.send("\n\r\n\n/nope\n\n\n\n/msg\n\n\nhi\n");
    feed.came(
        &["! unknown-command", "! usage"],
        Pace::Held(Tick(2_000_000)),
    );
}

#[test]
fn the_exempt_have_no_rate() {
    let mut feed = Feed::new(flooded());
    feed.session = Session::new(Protocol::Plain, true);
    feed.send("a\n".repeat(50));
    assert_eq!((feed.came.len(), feed.pace), (50, Pace::Idle));
}
