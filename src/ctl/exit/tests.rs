use std::io;

use serde_json::json;

use super::{Exit, Failure};
use crate::admin::{Error, Problem, client::CallError};

#[test]
fn each_refusal_has_its_exit_code() {
    let code = |error| Failure::from(CallError::Refused(error)).exit() as u8;
    let message = String::new;
    assert_eq!(code(Error::PermissionDenied { message: message() }), 5);
    assert_eq!(code(Error::NotFound { message: message() }), 4);
    assert_eq!(
        code(Error::Invalid {
            parameter: message(),
            message: message()
        }),
        2
    );
    assert_eq!(code(Error::ConfigRejected { problems: vec![] }), 7);
    assert_eq!(
        code(Error::NeedsRestart {
            keys: vec![],
            changes: vec![]
        }),
        7
    );
    assert_eq!(code(Error::Failed { message: message() }), 1);
    assert_eq!(code(Error::Busy { message: message() }), 1);
}

#[test]
fn a_reader_that_has_enough_is_no_failure_but_a_daemon_that_goes_is() {
    let broken = || io::Error::from(io::ErrorKind::BrokenPipe);
    assert_eq!(Failure::from(broken()).exit(), Exit::Ok);
    assert_eq!(
        Failure::from(CallError::Io(broken())).exit(),
        Exit::NotRunning
    );
}

#[test]
fn json_has_the_name_the_message_and_the_fields() {
    let problem = Problem {
        place: "f:1:2".into(),
        key: None,
        message: "no".into(),
    };
    let rejected = Failure::Refused(Error::ConfigRejected {
        problems: vec![problem],
    })
    .json();
    assert_eq!(rejected["error"], "ConfigRejected");
    assert_eq!(
        rejected["problems"],
        json!([{"place": "f:1:2", "message": "no"}])
    );
    assert!(rejected["message"].as_str().unwrap().contains("f:1:2: no"));

    let missing = Failure::Refused(Error::NotFound {
        message: "nobody".into(),
    })
    .json();
    assert_eq!(missing, json!({"error": "NotFound", "message": "nobody"}));
}

#[test]
fn a_daemon_of_another_version_is_named_as_such() {
    let error = CallError::Standard {
        name: "org.varlink.service.MethodNotFound".into(),
        parameters: json!({"method": "io.chatd.Admin.Pause"}),
    };
    let failure = Failure::from(error);
    assert_eq!(failure.exit(), Exit::Error);
    assert!(
        failure.to_string().contains("older")
            && failure.to_string().contains("io.chatd.Admin.Pause")
    );
}
