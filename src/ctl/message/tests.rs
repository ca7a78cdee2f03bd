use serde_json::json;

use super::*;

fn message(manner: &str, text: Option<&str>) -> Message {
    Message {
        id: "01KBR7Z9T00000000B7X5Q2MJA".into(),
        time: "2026-11-23T10:02:03.456Z".into(),
        room: Some("#lobby".into()),
        nick: "zoë".into(),
        manner: manner.into(),
        text: text.map(Into::into),
        ..Message::default()
    }
}

#[test]
fn a_message_is_a_line_with_its_time_and_who_said_it() {
    let shown = |message: &Message| lines(message, false, &TimeZone::UTC).join("\n");
    let ranked = Message {
        rank: Some("@".into()),
        ..message("message", Some("psst"))
    };
    for (message, line) in [
        (
            message("message", Some("hi")),
            "2026-11-23 10:02:03 <zoë> hi",
        ),
        (
            message("action", Some("waves")),
            "2026-11-23 10:02:03 * zoë waves",
        ),
        (
            message("notice", Some("hi")),
            "2026-11-23 10:02:03 -zoë- hi",
        ),
        (
            message("message", None),
            "2026-11-23 10:02:03 <zoë> (taken back)",
        ),
        (ranked, "2026-11-23 10:02:03 (@) <zoë> psst"),
        (
            message("message", Some("\u{2}bold\u{1b}[2J")),
            r"2026-11-23 10:02:03 <zoë> bold\x1b[2J",
        ),
    ] {
        assert_eq!(shown(&message), line);
    }
    let with_id = lines(&message("message", Some("hi")), true, &TimeZone::UTC);
    assert_eq!(
        with_id,
        ["2026-11-23 10:02:03 01KBR7Z9T00000000B7X5Q2MJA <zoë> hi"]
    );
}

#[test]
fn further_lines_never_look_like_a_message() {
    let forged = message("message", Some("one\n2026-11-23 10:02:04 <bob> two\n"));
    assert_eq!(
        lines(&forged, false, &TimeZone::UTC),
        [
            "2026-11-23 10:02:03 <zoë> one",
            "                    2026-11-23 10:02:04 <bob> two",
            "                    ",
        ]
    );
}

#[test]
fn an_object_has_all_fields() {
    let taken_back = message("message", None);
    assert_eq!(
        serde_json::to_value(object(&taken_back)).unwrap(),
        json!({
            "id": "01KBR7Z9T00000000B7X5Q2MJA", "time": "2026-11-23T10:02:03.456Z", "room": "#lobby", "to": null,
            "rank": null, "nick": "zoë", "username": null, "host": null, "account": null, "manner": "message",
            "text": null, "tags": null,
        })
    );
}
