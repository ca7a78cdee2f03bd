//! What is read from disk.

use std::fs;
use std::path::Path;

use super::super::{Rejected, Sources, read};

fn read_main(directory: &Path) -> Result<Vec<super::Layer>, Rejected> {
    read(&Sources {
        file: Some(directory.join("chatd.toml")),
        environment: Vec::new(),
    })
}

fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().expect("a directory can be made");
    fs::write(place.path().join("chatd.toml"), "main").expect("it can be written");
    fs::create_dir(place.path().join("conf.d")).expect("it can be made");
    place
}

#[test]
fn drop_ins_are_read_in_the_order_of_their_names_and_backups_are_not() {
    let place = place();
    for name in [
        "20-b.toml",
        "10-a.toml",
        "9.toml",
        ".10.toml",
        "30.toml.tmp",
        "40.toml~",
        "#50.toml#",
        "60",
    ] {
        fs::write(place.path().join("conf.d").join(name), name).expect("it can be written");
    }
    let layers = read_main(place.path()).expect("all can be read");
    let texts: Vec<_> = layers
        .iter()
        .map(|layer| (layer.text.as_str(), layer.main))
        .collect();
    assert_eq!(
        texts,
        [
            ("main", true),
            ("10-a.toml", false),
            ("20-b.toml", false),
            ("9.toml", false)
        ]
    );
}

#[test]
fn without_a_file_nothing_is_read_and_without_drop_ins_only_the_file() {
    assert_eq!(read(&Sources::default()), Ok(Vec::new()));
    let place = place();
    fs::remove_dir(place.path().join("conf.d")).expect("it can be removed");
    assert_eq!(read_main(place.path()).map(|layers| layers.len()), Ok(1));
}

#[test]
fn whatever_cannot_be_read_is_named() {
    let place = place();
    let conf = place.path().join("conf.d");
    fs::write(
        place.path().join("chatd.toml"),
        b"[server]\nname = \"\xE9\"\n",
    )
    .expect("it can be written");
    fs::write(conf.join("1.toml"), b"\xFF\xFEx\0").expect("it can be written");
    fs::create_dir(conf.join("2.toml")).expect("it can be made");
    std::os::unix::fs::symlink("nowhere", conf.join("3.toml")).expect("it can be made");
    nix::unistd::mkfifo(&conf.join("4.toml"), nix::sys::stat::Mode::S_IRWXU)
        .expect("it can be made");
    fs::write(conf.join("5.toml"), vec![b' '; (1 << 20) + 1]).expect("it can be written");
    let told = read_main(place.path())
        .expect_err("none can be read")
        .to_string();
    let told = told.replace(&place.path().display().to_string(), "DIR");
    assert_eq!(
        told.lines().collect::<Vec<_>>(),
        [
            "DIR/chatd.toml:2:1: expected text in UTF-8; there are other bytes on this line",
            "DIR/conf.d/1.toml:1:1: the file is UTF-16; save it as UTF-8",
            "DIR/conf.d/2.toml: expected a regular file; this is something else",
            "DIR/conf.d/3.toml: this file cannot be read: No such file or directory (os error 2)",
            "DIR/conf.d/4.toml: expected a regular file; this is something else",
            "DIR/conf.d/5.toml: expected at most 1048576 bytes; the file has more",
        ]
    );
}
