use std::time::Duration;

use serde_json::{Value, json};

use super::super::testing::{
    Caller, LIMITS, PATIENCE, carry_out, connection, connection_of, keep_records, next, peer,
};
use super::super::{CallerGone, DESCRIPTION, Happening};
use super::*;

mod roles;

const WATCH: &str = r#"{"method":"io.chatd.Admin.Watch","more":true}"#;
const PAUSE: &str = r#"{"method":"io.chatd.Admin.Pause"}"#;

fn set_level(level: &str) -> String {
    json!({"method": "io.chatd.Admin.SetLogLevel", "parameters": {"level": level}}).to_string()
}

fn happening(kind: &str) -> Reply {
    let happening = Happening {
        kind: kind.into(),
        ..Happening::default()
    };
    Reply::Happening {
        happening: Box::new(happening),
    }
}

fn kind(reply: &Value) -> &str {
    reply["parameters"]["happening"]["kind"].as_str().unwrap()
}

fn carried_out() -> Caller {
    let (caller, calls) = connection();
    carry_out(calls);
    caller
}

#[tokio::test]
async fn calls_are_answered_in_their_order_however_they_are_cut() {
    let mut caller = carried_out();
    let text = format!("{}\0{PAUSE}\0{}", set_level("debug"), set_level("trace"));
    let (first, second) = text.as_bytes().split_at(30);
    caller.say_bytes(first).await;
    tokio::task::yield_now().await;
    caller.say_bytes(second).await;
    let debug = json!({"parameters": {"old": "info", "new": "debug"}});
    assert_eq!(caller.hear().await, Some(debug));
    assert_eq!(caller.hear().await, Some(json!({})));
    caller.say_bytes(b"\0").await;
    let trace = json!({"parameters": {"old": "info", "new": "trace"}});
    assert_eq!(caller.hear().await, Some(trace));
}

#[tokio::test]
async fn a_oneway_call_is_carried_out_and_not_answered() {
    let (mut caller, mut calls) = connection();
    caller
        .say(r#"{"method":"io.chatd.Admin.Pause","oneway":true}"#)
        .await;
    next(&mut calls).await.answer.send(Ok(Reply::Done {}));
    for silent in [
        r#"{"method":"no.such.Method","oneway":true}"#,
        r#"{"method":7,"oneway":true}"#,
        r#"{"method":"io.chatd.Admin.Explode","oneway":true}"#,
    ] {
        caller.say(silent).await;
    }
    carry_out(calls);
    let reply = caller.ask(&set_level("debug")).await;
    assert_eq!(reply["parameters"]["new"], "debug");
}

#[tokio::test]
async fn the_service_describes_itself() {
    let mut caller = carried_out();
    let info = caller
        .ask(r#"{"method":"org.varlink.service.GetInfo"}"#)
        .await;
    let interfaces = json!(["org.varlink.service", "io.chatd.Admin"]);
    assert_eq!(info["parameters"]["interfaces"], interfaces);
    for (interface, description) in [
        (INTERFACE, DESCRIPTION),
        (SERVICE, include_str!("../org.varlink.service.varlink")),
    ] {
        let call = json!({
            "method": "org.varlink.service.GetInterfaceDescription",
            "parameters": {"interface": interface},
        });
        let reply = caller.ask(&call.to_string()).await;
        assert_eq!(reply, json!({"parameters": {"description": description}}));
    }
}

#[tokio::test]
async fn what_cannot_be_called_gets_the_standard_error() {
    let mut caller = carried_out();
    let description = "org.varlink.service.GetInterfaceDescription";
    for (call, error, parameters) in [
        (
            json!({"method": "io.example.X.Y"}),
            "InterfaceNotFound",
            json!({"interface": "io.example.X"}),
        ),
        (
            json!({"method": "x"}),
            "InterfaceNotFound",
            json!({"interface": ""}),
        ),
        (
            json!({"method": "io.chatd.Admin.Explode", "parameters": {"x": 1}}),
            "MethodNotFound",
            json!({"method": "io.chatd.Admin.Explode"}),
        ),
        (
            json!({"method": "org.varlink.service.Explode"}),
            "MethodNotFound",
            json!({"method": "org.varlink.service.Explode"}),
        ),
        (
            json!({"method": description, "parameters": {"interface": "a.B"}}),
            "InterfaceNotFound",
            json!({"interface": "a.B"}),
        ),
        (
            json!({"method": description}),
            "InvalidParameter",
            json!({"parameter": "interface"}),
        ),
        (
            json!({"method": "io.chatd.Admin.Pause", "parameters": {"x": 1}}),
            "InvalidParameter",
            json!({"parameter": "x"}),
        ),
        (
            json!({"method": "io.chatd.Admin.Pause", "upgrade": true}),
            "MethodNotImplemented",
            json!({"method": "io.chatd.Admin.Pause"}),
        ),
        (
            json!({"method": "io.chatd.Admin.Watch"}),
            "ExpectedMore",
            json!({}),
        ),
    ] {
        let error = format!("org.varlink.service.{error}");
        let reply = caller.ask(&call.to_string()).await;
        assert_eq!(reply, json!({"error": error, "parameters": parameters}));
    }
}

#[tokio::test]
async fn what_is_no_call_is_answered_and_the_connection_closed() {
    for (message, why) in [("{\"method\":", "line 1 column 10"), ("", "column 0")] {
        let mut caller = carried_out();
        let reply = caller.ask(message).await;
        assert_eq!(reply["error"], "io.chatd.Admin.Invalid");
        let text = reply["parameters"]["message"].as_str().unwrap();
        assert!(text.contains(why), "{text}");
        assert_eq!(caller.hear().await, None);
    }
}

#[tokio::test]
async fn a_request_that_is_too_long_is_answered_and_the_connection_closed() {
    let limits = Limits {
        request: 200,
        ..LIMITS
    };
    let (mut caller, calls) = connection_of(peer(0), limits);
    carry_out(calls);
    let level = "x".repeat(200 - set_level("").len());
    let reply = caller.ask(&set_level(&level)).await;
    assert_eq!(reply["parameters"]["new"], json!(level));
    caller.say_bytes(&[b' '; 201]).await;
    let reply = caller.hear().await.unwrap();
    let message = reply["parameters"]["message"].as_str().unwrap();
    assert_eq!(message, "a request of more than 200 bytes");
    assert_eq!(caller.hear().await, None);
}

#[tokio::test]
async fn a_request_that_is_not_finished_is_answered_and_the_connection_closed() {
    let limits = Limits {
        time: Duration::from_millis(30),
        ..LIMITS
    };
    let (mut slow, calls) = connection_of(peer(0), limits);
    carry_out(calls);
    let (mut idle, calls) = connection_of(peer(0), limits);
    carry_out(calls);
    slow.say_bytes(b"{").await;
    let reply = slow.hear().await.unwrap();
    let message = reply["parameters"]["message"].as_str().unwrap();
    assert_eq!(message, "a request that does not end within 30ms");
    assert_eq!(slow.hear().await, None);
    assert_eq!(idle.ask(PAUSE).await, json!({}));
}

#[tokio::test]
async fn who_does_not_take_a_reply_is_dropped() {
    let limits = Limits {
        time: Duration::from_millis(30),
        ..LIMITS
    };
    let (mut caller, calls) = connection_of(peer(0), limits);
    carry_out(calls);
    // Its calls are read until the replies have filled its socket.
    let call = set_level(&"x".repeat(60_000));
    let asks = async { while caller.try_say(&call).await.is_ok() {} };
    tokio::time::timeout(PATIENCE, asks).await.expect("its end");
}

#[tokio::test]
async fn a_stream_is_written_as_it_comes_and_ends_cleanly() {
    let (mut caller, mut calls) = connection();
    caller.say(WATCH).await;
    let stream = next(&mut calls).await.answer.stream().unwrap();
    for word in ["watching", "connected"] {
        stream.send(Ok(happening(word))).await.unwrap();
        let reply = caller.hear().await.unwrap();
        assert_eq!(kind(&reply), word);
        assert_eq!(reply["continues"], true);
    }
    drop(stream);
    assert_eq!(caller.hear().await, Some(json!({})));
    carry_out(calls);
    assert_eq!(caller.ask(PAUSE).await, json!({}));
}

#[tokio::test]
async fn an_error_ends_a_stream() {
    let (mut caller, mut calls) = connection();
    caller.say(WATCH).await;
    let stream = next(&mut calls).await.answer.stream().unwrap();
    let message = "no more".to_owned();
    stream.send(Err(Error::Failed { message })).await.unwrap();
    let reply = caller.hear().await.unwrap();
    assert_eq!(
        reply,
        json!({"error": "io.chatd.Admin.Failed", "parameters": {"message": "no more"}})
    );
    stream.closed().await;
}

#[tokio::test]
async fn a_stream_learns_that_its_reader_has_gone() {
    let (mut caller, mut calls) = connection();
    caller.say(WATCH).await;
    let stream = next(&mut calls).await.answer.stream().unwrap();
    drop(caller);
    stream.closed().await;
    assert_eq!(stream.send(Ok(happening("gone"))).await, Err(CallerGone));
}

#[tokio::test]
async fn a_slow_reader_of_a_stream_holds_nobody_up_and_loses_nothing_that_was_taken() {
    let limits = Limits {
        time: Duration::from_millis(1),
        ..LIMITS
    };
    let (mut caller, mut calls) = connection_of(peer(0), limits);
    caller.say(WATCH).await;
    let stream = next(&mut calls).await.answer.stream().unwrap();
    let long = "x".repeat(1000);
    let mut taken = 0;
    // Until the socket is full and then the queue: no more is taken for longer than a request may take.
    loop {
        let reply = Ok(happening(&format!("{taken} {long}")));
        match tokio::time::timeout(limits.time * 50, stream.send(reply)).await {
            Ok(sent) => sent.unwrap(),
            Err(_) => break,
        }
        taken += 1;
    }
    assert!(taken >= 256);
    for number in 0..taken {
        let reply = caller.hear().await.unwrap();
        assert_eq!(kind(&reply), format!("{number} {long}"));
    }
}

#[tokio::test]
async fn each_change_leaves_one_record_and_nothing_else_does() {
    let (records, _log) = keep_records();
    let (mut caller, mut calls) = connection();
    let answers = [
        (r#"{"method":"io.chatd.Admin.Status"}"#, Ok(Reply::Done {})),
        (PAUSE, Ok(Reply::Done {})),
        (
            r#"{"method":"io.chatd.Admin.Say","parameters":{"target":"bob","text":"a\nb"}}"#,
            Err(Error::NotFound {
                message: "nobody".into(),
            }),
        ),
        (
            r#"{"method":"io.chatd.Admin.KickClients","parameters":{"select":{},"reason":"","dry_run":true}}"#,
            Ok(Reply::Done {}),
        ),
    ];
    for (call, answer) in answers {
        caller.say(call).await;
        next(&mut calls).await.answer.send(answer);
        caller.hear().await.unwrap();
    }
    assert_eq!(
        records.taken(),
        [
            ["Pause", "{}", "ok"],
            ["Say", r#"{"target":"bob","text":"a\nb"}"#, "nobody"],
        ]
    );
    assert_eq!(records.field(0, "message"), "Pause ok");
    assert_eq!(records.field(1, "message"), "Say failed");
    assert_eq!(records.field(0, "user"), "someone");
    assert_eq!(records.field(0, "groups"), "4,24");
    assert_eq!(records.field(0, "pid"), "4321");
}

#[tokio::test]
async fn a_call_is_carried_out_and_recorded_though_its_caller_has_gone() {
    let (records, _log) = keep_records();
    let (mut caller, mut calls) = connection();
    caller.say(PAUSE).await;
    let call = next(&mut calls).await;
    drop(caller);
    assert_eq!(call.request, Request::Pause {});
    call.answer.send(Ok(Reply::Done {}));
    assert_eq!(records.taken(), [["Pause", "{}", "ok"]]);
}

#[tokio::test]
async fn a_call_that_nobody_answers_is_answered_and_recorded() {
    let (records, _log) = keep_records();
    let (mut caller, mut calls) = connection();
    caller.say(PAUSE).await;
    drop(next(&mut calls).await);
    let reply = caller.hear().await.unwrap();
    assert_eq!(reply["error"], "io.chatd.Admin.Failed");
    assert_eq!(records.taken(), [["Pause", "{}", "not answered"]]);
}

#[tokio::test]
async fn reading_what_people_say_is_recorded() {
    let (records, _log) = keep_records();
    let (mut caller, mut calls) = connection();
    caller
        .say(r#"{"method":"io.chatd.Admin.Watch","parameters":{"messages":true},"more":true}"#)
        .await;
    let _stream = next(&mut calls).await.answer.stream().unwrap();
    let (mut other, mut calls) = connection();
    other
        .say(r#"{"method":"io.chatd.Admin.Watch","parameters":{"messages":true},"more":true}"#)
        .await;
    let mut answer = next(&mut calls).await.answer;
    answer.shows_private();
    let _other = answer.stream().unwrap();
    let taken = records.taken();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0][2], "ok");
    assert_eq!(taken[1][1..], taken[0][1..]);
    assert_eq!(records.field(0, "message"), "Watch ok");
    assert_eq!(
        records.field(1, "message"),
        "Watch ok; private messages between others are shown (admin.watch_private)"
    );
}
