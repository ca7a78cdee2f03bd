//! The codes of errors on the plain protocol: chatd-plain(7) has exactly those that its clients can be told.

use std::collections::BTreeSet;
use std::path::Path;

use crate::files;

/// What gives codes by a `fn code`, below `src`.
const TABLES: [&str; 3] = [
    "chat/refusal.rs",
    "protocol/account.rs",
    "protocol/plain/history.rs",
];

/// Codes that no plain client is told, since no command of its leads there.
const ELSEWHERE: [&str; 8] = [
    // To take messages back, to give rooms other names and to monitor takes IRC, as do operators and certificates.
    "no-such-message",
    "room-exists",
    "monitor-full",
    "need-role",
    "bad-certificate",
    // Commands that only the server itself and its operator give; a client that is not here.
    "not-from-here",
    "gone",
    // Whoever it happens to is told `cut-off`.
    "internal",
];

/// The codes in a file below `src`: what its `fn code` gives, and what stands where an error is written.
fn codes(name: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    if TABLES.contains(&name) {
        let body = text.split("fn code(&self)").nth(1).expect("a fn code");
        let body = body.split("\n    }\n").next().expect("its end");
        found.extend(body.split('"').skip(1).step_by(2));
    }
    for before in ["error(", "refused(", "code: "] {
        let after = text.split(before).skip(1);
        let literals =
            after.filter_map(|after| after.trim_start().strip_prefix('"')?.split('"').next());
        found.extend(literals);
    }
    let is_code = |word: &&str| {
        word.chars()
            .all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit())
    };
    found.into_iter().filter(is_code).map(Into::into).collect()
}

/// The codes that the page has in its section on errors.
fn documented(page: &str) -> BTreeSet<String> {
    let section = page.split("\n.SH ").find(|part| part.starts_with("ERRORS"));
    let section = section.expect("a section on errors").replace("\\-", "-");
    let heads = section
        .split("\n.TP\n.B ")
        .skip(1)
        .filter_map(|entry| entry.lines().next());
    let heads: Vec<String> = heads.map(|head| head.replace("\\fR, \\fP", " ")).collect();
    heads
        .iter()
        .flat_map(|head| head.split(' '))
        .map(Into::into)
        .collect()
}

fn breaches(told: &BTreeSet<String>, page: &str) -> Vec<String> {
    let page = documented(page);
    let elsewhere = ELSEWHERE.map(String::from).into();
    let told_here: BTreeSet<String> = told - &elsewhere;
    let missing = told_here
        .difference(&page)
        .map(|code| format!("{code} is not in the page"));
    let invented = page
        .difference(&told_here)
        .map(|code| format!("nobody is told {code}"));
    let stale = elsewhere
        .difference(told)
        .map(|code| format!("there is no {code}"));
    missing.chain(invented).chain(stale).collect()
}

#[test]
fn the_manual_has_every_code_that_a_plain_client_is_told() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("packaging/man/chatd-plain.7")).expect("the page");
    let files = files()
        .into_iter()
        .filter(|(name, _)| !name.contains("tests"));
    let told = files.flat_map(|(name, text)| codes(&name, &text)).collect();
    let breaches = breaches(&told, &page);
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn a_code_that_is_not_in_the_manual_is_found() {
    let table =
        "fn code(&self) -> &str {\n        A => \"full\",\n        B => { \"flood\" }\n    }\n}\n";
    let written = "error(\n    \"a-b\", &text); irc::error(\"no code\"); Refused { code: \"c\", text: \"d\" }";
    assert_eq!(codes("chat/refusal.rs", table), ["full", "flood"]);
    assert_eq!(codes("x.rs", written), ["a-b", "c"]);
    let told = ELSEWHERE.iter().copied().chain(["a-b", "c", "full"]);
    let told = told.map(String::from).collect();
    let page = ".SH X\n.SH ERRORS\n.TP\n.B a\\-b\\fR, \\fPfull\nText.\n.TP\n.B e\nText.\n.SH Y\n.TP\n.B z\n";
    assert_eq!(
        breaches(&told, page),
        ["c is not in the page", "nobody is told e"]
    );
}
