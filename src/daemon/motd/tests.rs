use super::*;

fn lines(bytes: &[u8]) -> io::Result<Vec<String>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("motd");
    std::fs::write(&path, bytes)?;
    Ok(read(&path)?.iter().map(|line| line.to_string()).collect())
}

#[test]
fn lines_are_as_they_are_written_without_what_a_terminal_would_obey() {
    let read = lines(b"Welcome\r\n\n\tto \x1b[31mred\x07\n").expect("a file");
    assert_eq!(read, ["Welcome", "", " to [31mred"]);
}

#[test]
fn a_long_line_is_wrapped_between_characters() {
    let read = lines("\u{e9}".repeat(401).as_bytes()).expect("a file");
    let lengths: Vec<_> = read.iter().map(String::len).collect();
    assert_eq!(lengths, [400, 400, 2]);
    assert_eq!(read.concat(), "\u{e9}".repeat(401));
}

#[test]
fn what_cannot_be_shown_is_an_error() {
    assert!(lines(b"caf\xe9").is_err(), "not UTF-8");
    assert!(lines(&vec![b'x'; 64 * 1024 + 1]).is_err(), "too large");
    assert!(read(Path::new("/nowhere/motd")).is_err(), "not there");
    assert!(read(Path::new("/dev/zero")).is_err(), "not a file");
}
