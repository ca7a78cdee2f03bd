//! The shipped file and the manual say what the schema says.

use super::super::{compare, reference_file, reference_man, schema};
use super::{check, directories, loaded, main_file};

/// As many threads share the prefixes, of which there are thousands.
const THREADS: usize = 4;

const SHIPPED: &str = include_str!("../../../config/chatd.toml");

/// The file is written by `CHATD_WRITE_SHIPPED=1 cargo test --lib config`.
#[test]
fn shipped_file_is_the_one_the_schema_writes() {
    let written = reference_file();
    if std::env::var_os("CHATD_WRITE_SHIPPED").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/config/chatd.toml");
        std::fs::write(path, &written).expect("the shipped file can be written");
    } else {
        assert_eq!(SHIPPED, written, "write it anew: CHATD_WRITE_SHIPPED=1");
    }
}

#[test]
fn shipped_file_equals_the_built_in_defaults() {
    let (built_in, shipped) = (loaded(&[]), loaded(&[main_file(SHIPPED)]));
    assert_eq!(built_in.settings, shipped.settings);
    assert_eq!(compare(&built_in, &shipped), vec![]);
}

#[test]
fn shipped_file_has_every_key() {
    for key in schema::KEYS {
        let section = key.path.split('.').next().expect("every key is in a table");
        let heading = match section {
            "listen" => "\n[listen.plain]\n".to_owned(),
            "operator" => "\n# [operator.alice]\n".to_owned(),
            "retention" => "\n# [retention.tea]\n".to_owned(),
            section => format!("\n[{section}]\n"),
        };
        let last = key.within();
        let body = SHIPPED
            .split_once(&heading)
            .unwrap_or_else(|| panic!("{heading} is missing"))
            .1;
        let body = body.split("\n[").next().unwrap_or_default();
        let set = format!("\n{last} = ");
        let named = format!("\n# {last} = ");
        assert!(
            body.contains(&set) || body.contains(&named),
            "{} is missing",
            key.path
        );
    }
}

#[test]
fn every_prefix_of_the_shipped_file_is_refused_or_ends_at_a_listener() {
    let whole = loaded(&[main_file(SHIPPED)]).settings;
    // Where in a comment it ends makes no difference, once there is a `#`: nearly all of the file is comments.
    let ends_in_a_comment = |end: usize| {
        let line = SHIPPED[..end].rsplit('\n').next().unwrap_or_default();
        line.len() > 1 && line.starts_with('#')
    };
    let accepted_from = |first: usize, step: usize| {
        let mut accepted = Vec::new();
        for end in (first..=SHIPPED.len()).step_by(step) {
            if ends_in_a_comment(end) && end < SHIPPED.len() {
                continue;
            }
            let prefix = &SHIPPED[..end];
            if let Ok(loaded) = check(&[main_file(prefix)], &[], &directories()) {
                // Only whole listeners may be missing; all else is as in the whole file.
                let mut rest = whole.clone();
                rest.listen
                    .retain(|name, _| prefix.contains(&format!("\n[listen.{name}]\n")));
                assert_eq!(loaded.settings, rest, "cut at byte {end}");
                assert!(rest.listen.contains_key("plain"), "cut at byte {end}");
                accepted.push(end);
            }
        }
        accepted
    };
    let mut accepted: Vec<usize> = std::thread::scope(|scope| {
        let shares: Vec<_> = (0..THREADS)
            .map(|first| scope.spawn(move || accepted_from(first, THREADS)))
            .collect();
        shares
            .into_iter()
            .flat_map(|share| {
                share
                    .join()
                    .expect("a share of the prefixes is as promised")
            })
            .collect()
    });
    accepted.sort_unstable();
    let first = SHIPPED
        .find("\naddress = ")
        .expect("a listener has an address");
    assert!(accepted.iter().all(|&end| end > first));
    assert!(accepted.contains(&SHIPPED.len()));
    assert!(accepted.contains(&SHIPPED.find("\n[listen.plain6]").expect("it is there")));
}

#[test]
fn manual_has_every_key_and_its_default() {
    let manual = reference_man();
    for key in schema::KEYS {
        assert!(
            manual.contains(&format!("\n.B {}\n", key.within())),
            "{}",
            key.path
        );
    }
    assert!(manual.contains("Default: \\(dq4KiB\\(dq."));
    assert!(manual.lines().all(|line| !line.starts_with('\'')));
}
