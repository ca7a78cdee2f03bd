//! The house rules, read from the source itself: imports go down only, the chat, the protocols and the accounts are pure, files are
//! short, names mean something, `unsafe` stays in its one file; README's table of IRCv3 is true, and the manual has every code. Each rule is also shown a sample that breaks it.

#[path = "house/codes.rs"]
mod codes;
#[path = "house/rules.rs"]
mod rules;
#[path = "house/source.rs"]
mod source;
#[path = "house/specifications.rs"]
mod specifications;

use std::path::{Path, PathBuf};

use source::Source;

/// Every Rust file under `src/`: its path below it, and its text.
fn files() -> Vec<(String, String)> {
    fn walk(directory: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(directory).expect("src can be read") {
            let path = entry.expect("src can be read").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    paths.sort();
    assert!(paths.len() > 10, "src was not found: {paths:?}");
    paths
        .iter()
        .map(|path| {
            let name = path.strip_prefix(&root).expect("below src");
            let text = std::fs::read_to_string(path).expect("source is UTF-8");
            (name.to_str().expect("a plain file name").to_owned(), text)
        })
        .collect()
}

/// The same as the rules see them.
fn all() -> Vec<Source> {
    let files = files().into_iter();
    files
        .map(|(name, text)| Source::new(&name, &text))
        .collect()
}

/// Fails with every breach of a rule, not only the first.
fn keep(rule: impl Fn(&Source) -> Vec<String>) {
    let breaches: Vec<String> = all()
        .iter()
        .flat_map(|source| {
            let name = source.name().to_owned();
            rule(source)
                .into_iter()
                .map(move |b| format!("src/{name}: {b}"))
        })
        .collect();
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn imports_go_down_only() {
    keep(rules::imports);
}

#[test]
fn chat_protocol_and_accounts_are_pure() {
    keep(rules::purity);
}

#[test]
fn files_are_short() {
    keep(rules::length);
}

#[test]
fn names_mean_something() {
    keep(rules::names);
}

#[test]
fn unsafe_stays_in_its_one_file() {
    keep(rules::safety);
}

/// A directory under `src/` that no rule knows would be free of them all.
#[test]
fn every_module_has_a_floor() {
    keep(|source| {
        let module = source.top();
        if module.is_empty() || rules::floor(module).is_some() {
            Vec::new()
        } else {
            vec![format!(
                "module `{module}` has no floor in tests/house/rules.rs"
            )]
        }
    });
}
