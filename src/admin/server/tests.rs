use std::path::PathBuf;

use serde_json::json;
use tokio::task::JoinHandle;

use super::super::testing::{self, Caller, LIMITS, carry_out, next, peer};
use super::*;
use crate::admin::{Client as Shown, Reply, Request, bind, client};

const PAUSE: &str = r#"{"method":"io.chatd.Admin.Pause"}"#;

struct Served {
    _directory: tempfile::TempDir,
    path: PathBuf,
    limits: watch::Sender<Limits>,
    task: JoinHandle<()>,
}

fn served(limits: Limits) -> (Served, mpsc::Receiver<Call>) {
    let directory = tempfile::Builder::new()
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700))
        .tempdir()
        .unwrap();
    let path = directory.path().join("s");
    let (limits, live) = watch::channel(limits);
    let (calls, asked) = mpsc::channel(4);
    let (_, roles) = watch::channel(Arc::default());
    let task = tokio::spawn(serve(bind(&path).unwrap(), live, roles, calls));
    let served = Served {
        _directory: directory,
        path,
        limits,
        task,
    };
    (served, asked)
}

#[tokio::test]
async fn the_kernel_says_who_asks() {
    let (served, mut calls) = served(LIMITS);
    let mut caller = Caller::connect(&served.path).await;
    caller.say(PAUSE).await;
    let call = next(&mut calls).await;
    let us = nix::unistd::geteuid();
    assert_eq!(call.peer.uid, us.as_raw());
    assert_eq!(call.peer.gid, nix::unistd::getegid().as_raw());
    assert_eq!(u32::try_from(call.peer.pid).unwrap(), std::process::id());
    let user = nix::unistd::User::from_uid(us).unwrap();
    assert_eq!(call.peer.user, user.map(|user| user.name));
}

#[tokio::test]
async fn one_too_many_is_told_so_and_the_next_gets_the_place_of_one_that_left() {
    let (served, calls) = served(Limits {
        connections: 3,
        ..LIMITS
    });
    carry_out(calls);
    let us = Peer {
        uid: nix::unistd::geteuid().as_raw(),
        ..peer(0)
    };
    let most = allowed(&us, Some(Role::Administrator), *served.limits.borrow());
    let mut callers = Vec::new();
    for _ in 0..most {
        let mut caller = Caller::connect(&served.path).await;
        assert_eq!(caller.ask(PAUSE).await, json!({}));
        callers.push(caller);
    }
    let mut late = Caller::connect(&served.path).await;
    let reply = late.hear().await.unwrap();
    assert_eq!(reply["error"], "io.chatd.Admin.Busy");
    assert_eq!(late.hear().await, None);
    callers.pop();
    loop {
        let mut caller = Caller::connect(&served.path).await;
        // That the other has left is seen a moment later.
        if caller.try_say(PAUSE).await.is_ok() && caller.hear().await == Some(json!({})) {
            break;
        }
    }
    served.limits.send_modify(|limits| limits.connections = 5);
    let mut caller = Caller::connect(&served.path).await;
    assert_eq!(caller.ask(PAUSE).await, json!({}));
}

#[test]
fn root_finds_room_when_others_do_not() {
    for (connections, administrators, others) in [(1, 1, 1), (2, 1, 1), (4, 3, 2), (64, 60, 30)] {
        let limits = Limits {
            connections,
            ..LIMITS
        };
        let allowed = |uid, role| allowed(&peer(uid), role, limits);
        assert_eq!(allowed(0, Some(Role::Administrator)), connections);
        assert_eq!(allowed(1, Some(Role::Administrator)), administrators);
        assert_eq!(allowed(1, Some(Role::Reader)), others);
        assert_eq!(allowed(1, None), others);
    }
}

#[tokio::test]
async fn limits_change_while_it_serves() {
    let (served, calls) = served(LIMITS);
    carry_out(calls);
    let mut caller = Caller::connect(&served.path).await;
    assert_eq!(caller.ask(PAUSE).await, json!({}));
    served.limits.send_modify(|limits| limits.request = 10);
    let reply = caller.ask(PAUSE).await;
    assert_eq!(reply["error"], "io.chatd.Admin.Invalid");
}

#[tokio::test]
async fn a_stalled_caller_stops_only_itself() {
    let (served, mut calls) = served(LIMITS);
    let mut waits = Caller::connect(&served.path).await;
    waits.say(PAUSE).await;
    let unanswered = next(&mut calls).await;
    let mut begins = Caller::connect(&served.path).await;
    begins.say_bytes(b"{").await;
    carry_out(calls);
    let mut other = Caller::connect(&served.path).await;
    assert_eq!(other.ask(PAUSE).await, json!({}));
    unanswered.answer.send(Ok(Reply::Done {}));
    assert_eq!(waits.hear().await, Some(json!({})));
}

#[tokio::test]
async fn when_nobody_reads_the_calls_it_answers_what_is_open_and_ends() {
    let (served, mut calls) = served(LIMITS);
    let mut idle = Caller::connect(&served.path).await;
    assert_eq!(
        idle.ask(r#"{"method":"org.varlink.service.Explode"}"#)
            .await["error"],
        "org.varlink.service.MethodNotFound"
    );
    let mut answered = Caller::connect(&served.path).await;
    answered.say(PAUSE).await;
    let call = next(&mut calls).await;
    let mut dropped = Caller::connect(&served.path).await;
    dropped.say(PAUSE).await;
    let unanswered = next(&mut calls).await;
    drop(calls);
    assert_eq!(idle.hear().await, None);
    call.answer.send(Ok(Reply::Done {}));
    drop(unanswered);
    assert_eq!(answered.hear().await, Some(json!({})));
    assert_eq!(
        dropped.hear().await.unwrap()["error"],
        "io.chatd.Admin.Failed"
    );
    served.task.await.unwrap();
    assert!(!served.path.exists());
}

#[tokio::test]
async fn aborted_it_accepts_nobody_and_answers_what_is_open() {
    let (served, mut calls) = served(LIMITS);
    let mut caller = Caller::connect(&served.path).await;
    caller.say(PAUSE).await;
    let call = next(&mut calls).await;
    served.task.abort();
    assert!(served.task.await.is_err());
    assert!(!served.path.exists());
    call.answer.send(Ok(Reply::Done {}));
    assert_eq!(caller.hear().await, Some(json!({})));
}

/// Our own client, blocking, against our own server: a long reply, an error, a stream.
#[tokio::test]
async fn the_client_and_the_server_understand_each_other() {
    let (served, mut calls) = served(LIMITS);
    tokio::spawn(async move {
        while let Some(call) = calls.recv().await {
            match call.request {
                Request::ListClients { .. } => call.answer.send(Ok(Reply::Clients {
                    clients: (0..5000).map(shown).collect(),
                })),
                Request::Watch { .. } => {
                    let stream = call.answer.stream().unwrap();
                    for kind in ["watching", "connected"] {
                        let happening = crate::admin::Happening {
                            kind: kind.into(),
                            ..Default::default()
                        };
                        let happening = Box::new(happening);
                        let sent = stream.send(Ok(Reply::Happening { happening }));
                        sent.await.unwrap();
                    }
                }
                _ => call.answer.send(Err(Error::NotFound {
                    message: "no".into(),
                })),
            }
        }
    });
    let path = served.path.clone();
    let blocking = tokio::task::spawn_blocking(move || {
        let mut client = client::Client::connect(&path).unwrap();
        let select = crate::admin::Select::default();
        let reply = client.call(&Request::ListClients {
            select: select.clone(),
        });
        let clients: Vec<Shown> = serde_json::from_value(reply.unwrap()["clients"].take()).unwrap();
        assert_eq!(clients.len(), 5000);
        assert_eq!(clients[7], shown(7));
        let error = client.call(&Request::Status {}).unwrap_err();
        assert_eq!(error.to_string(), "no");
        let watch = Request::Watch {
            select,
            messages: false,
        };
        let kinds: Vec<_> = client
            .watch(&watch)
            .unwrap()
            .map(|happening| happening.unwrap().kind)
            .collect();
        assert_eq!(kinds, ["watching", "connected"]);
    });
    blocking.await.unwrap();
}

fn shown(id: u64) -> Shown {
    testing::client(id, &format!("nick{id}"))
}
