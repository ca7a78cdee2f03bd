//! Who is denied what, and what that leaves.

use std::sync::Arc;

use serde_json::json;

use super::super::super::testing::{
    Caller, LIMITS, carry_out, connection_where, keep_records, next, peer,
};
use super::super::*;
use super::{PAUSE, WATCH, happening, kind};

/// The process of the tests is in the group 24.
fn roles(readers: u32, administrators: u32) -> Arc<Roles> {
    let gid = |name: &str| name.parse().map_err(|_| "is no number".to_owned());
    let names = |gid: u32| [gid.to_string()];
    Arc::new(Roles::by(&names(readers), &names(administrators), gid))
}

fn caller(roles: Arc<Roles>) -> Caller {
    let (_, roles) = watch::channel(roles);
    let (caller, calls) = connection_where(roles, peer(12345), LIMITS);
    carry_out(calls);
    caller
}

fn call(method: &str) -> String {
    json!({"method": format!("io.chatd.Admin.{method}")}).to_string()
}

#[tokio::test]
async fn who_is_in_no_group_is_denied_all_and_it_is_recorded() {
    let (records, _log) = keep_records();
    let mut caller = caller(roles(1, 2));
    for method in ["Status", "Pause", "Nonsense", "x\u{1b}[2J"] {
        let call = json!({"method": format!("io.chatd.Admin.{method}"), "parameters": {"x": 1}});
        let reply = caller.ask(&call.to_string()).await;
        assert_eq!(
            reply["error"], "io.chatd.Admin.PermissionDenied",
            "{method}"
        );
    }
    let info = caller
        .ask(r#"{"method":"org.varlink.service.GetInfo"}"#)
        .await;
    assert_eq!(info["parameters"]["product"], "chatd");
    let taken = records.taken();
    assert_eq!(taken.len(), 4);
    assert_eq!(taken[1][0], "Pause");
    assert!(taken[1][2].starts_with("permission denied: "));
    assert_eq!(records.field(1, "uid"), "12345");
    assert_eq!(records.field(1, "message"), "Pause failed");
}

#[tokio::test]
async fn a_reader_looks_and_is_told_who_may_do_the_rest() {
    let (records, _log) = keep_records();
    let mut caller = caller(roles(24, 2));
    assert_eq!(caller.ask(&call("Status")).await, json!({}));
    let reply = caller.ask(PAUSE).await;
    assert_eq!(reply["error"], "io.chatd.Admin.PermissionDenied");
    let message = reply["parameters"]["message"].as_str().unwrap();
    assert!(
        message.starts_with(
            "Pause is for root, the user that chatd runs as and members of the group 2;"
        ),
        "{message}"
    );
    // What is wrong with a request is told to whoever may ask at all.
    let reply = caller.ask(&call("Nonsense")).await;
    assert_eq!(reply["error"], "org.varlink.service.MethodNotFound");
    let kick = json!({"method": "io.chatd.Admin.KickClients", "parameters": {"select": {"id": [1]}, "reason": "x"}});
    caller.ask(&kick.to_string()).await;
    let taken = records.taken();
    assert_eq!([&taken[0][0], &taken[1][0]], ["Pause", "KickClients"]);
    assert!(taken[1][1].contains(r#""id":[1]"#), "whom: {taken:?}");
    assert_eq!(taken.len(), 2);
}

#[tokio::test]
async fn a_denied_call_is_not_carried_out_even_when_nobody_wants_the_answer() {
    let (_, roles) = watch::channel(roles(24, 2));
    let (mut caller, mut calls) = connection_where(roles, peer(12345), LIMITS);
    caller
        .say(r#"{"method":"io.chatd.Admin.Shutdown","oneway":true}"#)
        .await;
    caller.say(&call("Status")).await;
    assert_eq!(next(&mut calls).await.request, Request::Status {});
}

#[tokio::test]
async fn an_administrator_does_everything() {
    let mut caller = caller(roles(1, 24));
    for method in ["Status", "Pause", "Shutdown"] {
        assert_eq!(caller.ask(&call(method)).await, json!({}), "{method}");
    }
}

#[tokio::test]
async fn a_role_that_is_taken_away_holds_neither_for_requests_nor_for_streams() {
    let (records, _log) = keep_records();
    let (given, live) = watch::channel(roles(24, 2));
    let (mut caller, mut calls) = connection_where(live, peer(12345), LIMITS);
    caller.say(WATCH).await;
    let stream = next(&mut calls).await.answer.stream().unwrap();
    stream.send(Ok(happening("watching"))).await.unwrap();
    assert_eq!(kind(&caller.hear().await.unwrap()), "watching");
    // Another role is as good.
    given.send_replace(roles(1, 24));
    stream.send(Ok(happening("joined"))).await.unwrap();
    assert_eq!(kind(&caller.hear().await.unwrap()), "joined");

    given.send_replace(roles(1, 2));
    let reply = caller.hear().await.unwrap();
    assert_eq!(reply["error"], "io.chatd.Admin.PermissionDenied");
    stream.closed().await;
    assert_eq!(records.taken().last().unwrap()[0], "Watch");
    let reply = caller.ask(&call("Status")).await;
    assert_eq!(reply["error"], "io.chatd.Admin.PermissionDenied");
}
