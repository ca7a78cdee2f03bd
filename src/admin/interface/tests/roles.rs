//! Who may ask what: the table as a whole, and that the description says the same.

use std::sync::Arc;

use serde_json::json;
use tokio::sync::watch;

use super::super::super::testing::{LIMITS, carry_out, connection_where, peer};
use super::{DESCRIPTION, Request, Select, all_calls};
use crate::admin::{Role, Roles};

/// Each request once, and those twice whose role depends on their parameters.
fn requests() -> impl Iterator<Item = Request> {
    let quiet = Request::Watch {
        select: Select::default(),
        messages: false,
    };
    all_calls().map(|(request, _)| request).chain([quiet])
}

fn method(request: &Request) -> String {
    let call = serde_json::to_value(request).unwrap();
    call["method"].as_str().unwrap().to_owned()
}

/// Each method with what stands before it.
fn described() -> impl Iterator<Item = (&'static str, String)> {
    DESCRIPTION.split("\n\n").filter_map(|block| {
        let (comment, method) = block.split_once("\nmethod ")?;
        let name = method.split_once('(')?.0;
        let comment = comment.lines().map(|line| line.trim_start_matches("# "));
        Some((name, comment.collect::<Vec<_>>().join(" ")))
    })
}

#[test]
fn what_readers_may_is_exactly_this() {
    let reads: Vec<_> = requests()
        .filter(|request| request.needs() == Role::Reader)
        .map(|request| method(&request))
        .collect();
    let expected = [
        "Status",
        "ListClients",
        "ShowClient",
        "ListUsers",
        "ShowConfig",
        "ShowRetention",
        "StoreStatus",
        "ListAccounts",
        "ShowAccount",
        "Watch",
    ];
    assert_eq!(reads, expected);
}

#[test]
fn what_changes_something_or_shows_what_people_say_is_for_administrators() {
    for request in requests().filter(|request| request.changes() || request.listens()) {
        assert_eq!(request.needs(), Role::Administrator, "{request:?}");
    }
}

#[test]
fn the_description_of_each_method_names_its_role() {
    let mut seen = 0;
    for (name, comment) in described() {
        let needed = requests().filter(|request| method(request) == name);
        let needed: Vec<_> = needed.map(|request| request.needs()).collect();
        let says = |words: &str| comment.contains(words);
        let (readers, administrators) = (says("For readers"), says("or administrators"));
        assert_eq!(readers, needed.contains(&Role::Reader), "{name}: {comment}");
        assert_eq!(
            administrators,
            needed.contains(&Role::Administrator),
            "{name}: {comment}"
        );
        seen += 1;
    }
    assert_eq!(seen, all_calls().count());
}

#[tokio::test]
async fn every_request_is_carried_out_for_those_with_its_role_and_for_nobody_else() {
    // The caller is in the group 24.
    for (role, groups) in [
        (None, ["1", "2"]),
        (Some(Role::Reader), ["24", "2"]),
        (Some(Role::Administrator), ["1", "24"]),
    ] {
        let [readers, administrators] = groups.map(|name| [name.to_owned()]);
        let gid = |name: &str| Ok(name.parse().unwrap());
        let (_, live) = watch::channel(Arc::new(Roles::by(&readers, &administrators, gid)));
        let (mut caller, calls) = connection_where(live, peer(12345), LIMITS);
        carry_out(calls);
        for request in requests() {
            let mut call = serde_json::to_value(&request).unwrap();
            call["method"] = format!("io.chatd.Admin.{}", method(&request)).into();
            call["more"] = json!(true);
            let reply = caller.ask(&call.to_string()).await;
            let denied = reply["error"] == "io.chatd.Admin.PermissionDenied";
            assert_eq!(denied, role < Some(request.needs()), "{role:?}: {call}");
        }
    }
}
