//! A backup is written whole, by chatctl itself, or not at all.

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};

use data_encoding::BASE64;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::ctl::Exit;
use crate::ctl::fake::{Fake, end, error, hang_up};

const TEXT: &str = "SQLite format 3, or so";

fn sum(text: &str) -> String {
    data_encoding::HEXLOWER.encode(digest(&SHA256, text.as_bytes()).as_ref())
}

fn pieces() -> Vec<Value> {
    TEXT.as_bytes()
        .chunks(5)
        .map(|piece| json!({"data": BASE64.encode(piece)}))
        .collect()
}

fn sending(last: Vec<Value>) -> Fake {
    let replies: Vec<_> = pieces().into_iter().chain(last).collect();
    Fake::start(move |method, _| {
        assert_eq!(method, "Backup");
        json!(replies)
    })
}

fn whole() -> Fake {
    sending(vec![
        json!({"bytes": TEXT.len(), "sha256": sum(TEXT)}),
        end(),
    ])
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("copy");
    (directory, file)
}

fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

#[test]
fn the_file_is_whole_private_and_alone() {
    let (directory, file) = place();
    let path = file.to_str().unwrap();
    let ran = whole().run(&["backup", path]);
    let said = format!("{path}: {} bytes, sha256 {}\n", TEXT.len(), sum(TEXT));
    assert_eq!(
        (ran.exit, ran.out.as_str()),
        (Exit::Ok, said.as_str()),
        "{}",
        ran.err
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), TEXT);
    assert_eq!(
        fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(names(directory.path()), ["copy"]);
    let ran = whole().run(&["backup", path, "--force", "--json"]);
    let json: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(
        json,
        json!({"file": path, "bytes": TEXT.len(), "sha256": sum(TEXT)})
    );
}

#[test]
fn a_file_that_is_there_is_replaced_only_by_force() {
    let (directory, file) = place();
    fs::write(&file, "precious").unwrap();
    let path = file.to_str().unwrap();
    let ran = whole().run(&["backup", path]);
    assert_eq!(ran.exit, Exit::Error);
    assert!(
        ran.err.contains("it is there already; --force replaces it"),
        "{}",
        ran.err
    );
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    assert_eq!(whole().run(&["backup", "--force", path]).exit, Exit::Ok);
    assert_eq!(fs::read_to_string(&file).unwrap(), TEXT);
    assert_eq!(names(directory.path()), ["copy"]);
}

#[test]
fn what_is_no_copy_is_never_replaced() {
    let (directory, file) = place();
    let path = file.to_str().unwrap();
    fs::write(&file, "precious").unwrap();
    let wal = directory.path().join("copy-wal");
    fs::write(&wal, "").unwrap();
    let ran = whole().run(&["backup", "--force", path]);
    assert_eq!(ran.exit, Exit::Error);
    assert!(ran.err.contains("a database in use"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
    fs::remove_file(&file).unwrap();
    fs::remove_file(&wal).unwrap();
    nix::unistd::mkfifo(&file, nix::sys::stat::Mode::S_IRWXU).unwrap();
    let ran = whole().run(&["backup", "--force", path]);
    assert_eq!(ran.exit, Exit::Error);
    assert!(ran.err.contains("it is no file"), "{}", ran.err);
    assert!(fs::metadata(&file).unwrap().file_type().is_fifo());
}

#[test]
fn what_is_not_whole_leaves_nothing_behind() {
    let wrong_sum = json!({"bytes": TEXT.len(), "sha256": sum("another")});
    let wrong_size = json!({"bytes": TEXT.len() + 1, "sha256": sum(TEXT)});
    let failed = error("Failed", json!({"message": "the copy cannot be read: EIO"}));
    for (last, exit, words) in [
        (
            vec![wrong_sum, end()],
            Exit::Error,
            "the copy is not what chatd sent",
        ),
        (
            vec![wrong_size, end()],
            Exit::Error,
            "the copy is not what chatd sent",
        ),
        (
            vec![end()],
            Exit::Error,
            "the copy ended after 22 bytes and is not whole",
        ),
        (
            vec![json!({"data": "no base 64!"}), end()],
            Exit::Error,
            "'data' of the reply",
        ),
        (vec![failed], Exit::Error, "the copy cannot be read: EIO"),
        (vec![hang_up()], Exit::NotRunning, "chatd went away"),
    ] {
        let (directory, file) = place();
        fs::write(&file, "precious").unwrap();
        let ran = sending(last).run(&["backup", "--force", file.to_str().unwrap()]);
        assert_eq!((ran.exit, ran.out.as_str()), (exit, ""), "{words}");
        assert!(ran.err.contains(words), "{}", ran.err);
        assert_eq!(fs::read_to_string(&file).unwrap(), "precious");
        assert_eq!(names(directory.path()), ["copy"]);
    }
}

#[test]
fn a_place_that_cannot_be_written_is_named() {
    let ran = whole().run(&["backup", "/nonexistent/copy"]);
    assert_eq!(ran.exit, Exit::Error);
    assert!(ran.err.contains("/nonexistent/.copy"), "{}", ran.err);
    assert_eq!(whole().run(&["backup", "/"]).exit, Exit::Usage);
    let busy = Fake::start(|_, _| error("Busy", json!({"message": "a backup is under way"})));
    let (directory, file) = place();
    assert_eq!(
        busy.run(&["backup", file.to_str().unwrap()]).exit,
        Exit::Error
    );
    assert_eq!(names(directory.path()), Vec::<String>::new());
}

#[test]
fn a_copy_to_standard_output_is_nothing_else() {
    let ran = whole().run(&["backup", "-"]);
    assert_eq!((ran.exit, ran.out.as_str()), (Exit::Ok, TEXT));
    assert!(ran.err.starts_with("22 bytes, sha256 "), "{}", ran.err);
}
