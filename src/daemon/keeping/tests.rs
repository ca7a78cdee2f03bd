use std::io::Write;
use std::os::unix::fs::PermissionsExt;

use super::*;

#[test]
fn a_nameless_file_has_no_name_and_is_nobody_elses() {
    let directory = tempfile::tempdir().unwrap();
    let mut file = nameless(directory.path()).unwrap();
    file.write_all(b"private").unwrap();
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    file.rewind().unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "private");
    assert!(nameless(Path::new("/nonexistent")).is_err());
}

#[test]
fn what_is_free_is_known() {
    assert!(free(Path::new("/")).is_ok());
    assert!(free(Path::new("/nonexistent")).is_err());
}

#[test]
fn one_long_thing_at_a_time() {
    let first = turn().unwrap();
    assert!(matches!(turn(), Err(Error::Busy { .. })));
    drop(first);
    assert!(turn().is_ok());
}

#[test]
fn the_state_is_told_with_its_reason() {
    let configured = HistoryStatus {
        enabled: true,
        ..HistoryStatus::default()
    };
    let status = |state| store::Status {
        path: "/var/lib/chatd/history".into(),
        state,
        bytes: 4096,
        messages: 3,
        earliest: Some(crate::chat::Timestamp(1_795_000_000_123)),
    };
    let shown = told(
        configured.clone(),
        status(State::Waiting("disk full".into())),
    );
    assert_eq!(shown.state.as_deref(), Some("waiting"));
    assert_eq!(shown.why.as_deref(), Some("disk full"));
    assert_eq!(shown.earliest.as_deref(), Some("2026-11-18T11:06:40.123Z"));
    let shown = told(configured.clone(), status(State::Working));
    assert_eq!((shown.state.as_deref(), shown.why), (Some("working"), None));
    assert_eq!((shown.messages, shown.bytes), (Some(3), Some(4096)));
    let shown = unknown(configured, "its disk does not answer");
    assert!(shown.enabled && shown.messages.is_none());
}

#[test]
fn the_directory_is_made_for_chatd_alone_or_the_reason_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let own = directory.path().join("deep/history");
    make(&own).unwrap();
    make(&own).unwrap();
    let mode = std::fs::metadata(&own).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let told = make(&file).unwrap_err().to_string();
    assert!(
        told.starts_with(&file.display().to_string()) && told.contains("history.directory"),
        "{told}"
    );
}
