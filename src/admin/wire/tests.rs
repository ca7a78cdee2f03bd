use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::admin::Select;

fn text(bytes: &[u8]) -> &str {
    let text = std::str::from_utf8(bytes).unwrap();
    text.strip_suffix('\0').unwrap()
}

fn json_fault(message: &str) -> String {
    match parse(message.as_bytes()) {
        Err(Malformed::Json(why)) => why,
        other => panic!("{message}: {other:?}"),
    }
}

fn asked(method: &str, parameters: Value) -> Result<Request, Standard> {
    let Value::Object(parameters) = parameters else {
        panic!("parameters are an object");
    };
    request(method, parameters)
}

fn wrong_parameter(method: &str, parameters: Value) -> String {
    match asked(method, parameters) {
        Err(Standard::InvalidParameter { parameter }) => parameter,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_call_is_read() {
    let call = parse(br#"{"method":"a.B","parameters":{"x":1},"more":true,"oneway":null}"#);
    let call = call.unwrap();
    assert_eq!(call.method, "a.B");
    assert_eq!(Value::Object(call.parameters), json!({"x": 1}));
    assert!(call.more && !call.oneway && !call.upgrade);
}

#[test]
fn what_is_not_json_is_refused_with_the_place() {
    for message in [
        "",
        "{",
        "nonsense",
        "{\"method\":NaN}",
        "{\"method\":\"a\u{0001}\"}",
        r#"{"method":"\ud800"}"#,
        r#"{"method":"a"} x"#,
    ] {
        let why = json_fault(message);
        assert!(why.contains("line 1 column"), "{message}: {why}");
    }
    let utf8 = parse(b"{\"method\":\"\xff\"}");
    assert!(matches!(utf8, Err(Malformed::Json(_))), "{utf8:?}");
    assert_eq!(json_fault("[1]"), "expected an object");
}

#[test]
fn a_member_named_twice_is_refused_at_any_depth() {
    for message in [
        r#"{"method":"a.B","method":"a.C"}"#,
        r#"{"method":"a.B","parameters":{"x":[{"y":1,"y":2}]}}"#,
    ] {
        let why = json_fault(message);
        assert!(why.contains("is there twice"), "{why}");
    }
}

#[test]
fn deep_nesting_is_refused() {
    let deep = "[".repeat(100_000);
    let why = json_fault(&format!("{{\"method\":{deep}"));
    assert!(why.contains("recursion limit"), "{why}");
}

#[test]
fn a_wrong_member_of_the_call_is_named() {
    for (message, name) in [
        (r"{}", "method"),
        (r#"{"method":1}"#, "method"),
        (r#"{"method":"a.B","parameters":[]}"#, "parameters"),
        (r#"{"method":"a.B","more":1}"#, "more"),
        (r#"{"method":"a.B","moer":true}"#, "moer"),
    ] {
        let error = Standard::InvalidParameter {
            parameter: name.into(),
        };
        let wanted = Malformed::Member {
            error,
            oneway: false,
        };
        assert_eq!(parse(message.as_bytes()), Err(wanted), "{message}");
    }
    assert!(parse(br#"{"method":"a.B","com.example.x":{}}"#).is_ok());
}

#[test]
fn a_request_is_made_of_its_parameters() {
    assert_eq!(asked("Status", json!({})), Ok(Request::Status {}));
    let select = Select {
        id: vec![u64::MAX],
        ..Select::default()
    };
    assert_eq!(
        asked("ListClients", json!({"select": {"id": [u64::MAX]}})),
        Ok(Request::ListClients { select })
    );
}

#[test]
fn null_is_the_same_as_none() {
    for parameters in [
        json!({}),
        json!({"select": null}),
        json!({"select": {"id": null}, "messages": null}),
    ] {
        let select = Select::default();
        let messages = false;
        assert_eq!(
            asked("Watch", parameters),
            Ok(Request::Watch { select, messages })
        );
    }
}

#[test]
fn a_wrong_parameter_is_named() {
    for (method, parameters, name) in [
        ("Status", json!({"x": 1}), "x"),
        ("ShowClient", json!({}), "client"),
        ("ShowClient", json!({"client": null}), "client"),
        ("ShowClient", json!({"client": 7}), "client"),
        ("ListClients", json!({"select": "x"}), "select"),
        ("ListClients", json!({"select": []}), "select"),
        ("ListClients", json!({"select": {"nik": []}}), "select.nik"),
        (
            "ListClients",
            json!({"select": {"id": [1, -1]}}),
            "select.id[1]",
        ),
        (
            "ListClients",
            json!({"select": {"id": [1e30]}}),
            "select.id[0]",
        ),
        (
            "ListClients",
            json!({"select": {"nick": [null]}}),
            "select.nick[0]",
        ),
        (
            "CheckConfig",
            json!({"files": [{"name": "x"}]}),
            "files[0].text",
        ),
        ("CheckConfig", json!({"files": [["x", "y"]]}), "files[0]"),
        (
            "KickClients",
            json!({"select": {}, "reason": "x", "dry_run": "no"}),
            "dry_run",
        ),
    ] {
        let found = wrong_parameter(method, parameters.clone());
        assert_eq!(found, name, "{method} {parameters}");
    }
}

#[test]
fn an_unknown_method_is_named_in_full() {
    let method = "io.chatd.Admin.Explode".to_owned();
    assert_eq!(
        asked("Explode", json!({"x": 1})),
        Err(Standard::MethodNotFound { method })
    );
}

#[test]
fn outcomes_are_written_as_varlink_has_them() {
    let done = outcome(&Ok(Reply::Done {}), false);
    assert_eq!(text(&done), "{}");
    let level = Reply::Level {
        old: "info".into(),
        new: "debug".into(),
    };
    assert_eq!(
        text(&outcome(&Ok(level), true)),
        r#"{"parameters":{"old":"info","new":"debug"},"continues":true}"#
    );
    let error = Error::NotFound {
        message: "no\0body".into(),
    };
    assert_eq!(
        text(&outcome(&Err(error), false)),
        r#"{"error":"io.chatd.Admin.NotFound","parameters":{"message":"no\u0000body"}}"#
    );
    assert_eq!(
        text(&standard(&Standard::ExpectedMore {})),
        r#"{"error":"org.varlink.service.ExpectedMore","parameters":{}}"#
    );
}

proptest! {
    /// Whatever comes, there is an answer: no panic.
    #[test]
    fn any_bytes_have_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
    }

    /// Calls that are nearly right.
    #[test]
    fn any_parameters_have_an_answer(
        method in "(Status|KickClients|Watch|CheckConfig|Nonsense)",
        name in "(select|reason|files|messages|x)",
        inner in "(id|nick|name|text|y)",
        value in prop_oneof![
            Just(json!(null)), Just(json!(true)), Just(json!(-1)), Just(json!(1.5)), Just(json!("x")), Just(json!([[]])),
        ],
    ) {
        for parameters in [
            json!({ name.clone(): value.clone() }),
            json!({ name.clone(): { inner.clone(): value.clone() } }),
            json!({ name.clone(): [{ inner.clone(): value.clone() }] }),
        ] {
            if let Err(Standard::InvalidParameter { parameter }) = asked(&method, parameters) {
                prop_assert!(!parameter.is_empty());
            }
        }
    }
}
