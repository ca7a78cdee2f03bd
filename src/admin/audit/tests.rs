use serde_json::json;

use super::super::testing::{carry_out, connection, keep_records};

#[tokio::test]
async fn a_record_has_no_password_in_it() {
    let (records, _log) = keep_records();
    let (mut caller, calls) = connection();
    carry_out(calls);
    for method in ["AddAccount", "SetAccountPassword"] {
        let parameters = json!({"account": "bob", "password": "correct horse"});
        let call = json!({"method": format!("io.chatd.Admin.{method}"), "parameters": parameters});
        caller.ask(&call.to_string()).await;
    }
    let parameters = r#"{"account":"bob","password":"(hidden)"}"#;
    let expected = ["AddAccount", "SetAccountPassword"].map(|what| [what, parameters, "ok"]);
    assert_eq!(records.taken(), expected);
}
