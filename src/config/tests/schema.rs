//! Properties that hold for every key of the schema.

use super::super::kind::{Kind, Raw};
use super::super::schema::{self, Key};
use super::super::{merge, nearest};
use super::{LEAST, check, directories, drop_in, main_file, refused};
use proptest::prelude::*;

/// What the key's table must have beside it: an operator something to be known by, a retention its room.
fn needed(key: &Key) -> String {
    match key.family() {
        Some("operator") => format!("[operator.main]\ncertificate = \"{}\"\n", "a".repeat(64)),
        Some("retention") => "[retention.main]\nroom = \"#tea\"\n".to_owned(),
        _ => String::new(),
    }
}

/// Whether a drop-in that gives this key this value is accepted.
fn accepts(key: &Key, value: &str) -> bool {
    let (table, last) = key.path.rsplit_once('.').expect("every key is in a table");
    let text = format!("[{}]\n{last} = {value}\n", table.replace('*', "main"));
    let before = drop_in("a.toml", &needed(key));
    let layers = [main_file(LEAST), before, drop_in("x.toml", &text)];
    match check(&layers, &[], &directories()) {
        Ok(_) => true,
        Err(rejected) => {
            let path = key.of("main");
            for problem in &rejected.problems {
                assert_eq!(problem.key.as_deref(), Some(path.as_str()), "{problem}");
                assert!(problem.place.starts_with("conf.d/x.toml:2:"), "{problem}");
                assert!(problem.message.contains("expected"), "{problem}");
            }
            false
        }
    }
}

fn is_number(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Count { .. } | Kind::Size { .. } | Kind::Time { .. } | Kind::Rate
    )
}

fn can_be_off(kind: &Kind) -> bool {
    match kind {
        Kind::Count { off, .. } | Kind::Size { off, .. } | Kind::Time { off, .. } => *off,
        Kind::Rate => true,
        _ => false,
    }
}

#[test]
fn zero_negative_and_huge_numbers_are_refused_everywhere() {
    for key in schema::KEYS.iter().filter(|key| is_number(&key.kind)) {
        for wrong in [
            "0",
            "-1",
            "9223372036854775807",
            "-9223372036854775808",
            "99999999999999999999",
            "1e9",
            "nan",
            "\"0\"",
            "\"-1\"",
            "\"0s\"",
            "\"-5s\"",
            "\"0B\"",
            "\"0/s\"",
            "\"-1/s\"",
            "\"1/0s\"",
            "\"9999999h\"",
            "\"99EiB\"",
            "\"9999999/s\"",
            "\"\"",
            "\"lots\"",
            "\"1 2\"",
            "\"off \"",
            "\"OFF\"",
        ] {
            assert!(!accepts(key, wrong), "{} = {wrong}", key.path);
        }
    }
}

#[test]
fn off_is_a_word_only_where_the_schema_says_so() {
    for key in schema::KEYS.iter().filter(|key| is_number(&key.kind)) {
        assert_eq!(
            accepts(key, "\"off\""),
            can_be_off(&key.kind),
            "{}",
            key.path
        );
    }
    let text = "[limits]\nline = \"off\"\n";
    assert!(
        refused(&[main_file(LEAST), drop_in("x.toml", text)], &[])
            .ends_with("found \"off\" (this limit cannot be off)")
    );
}

#[test]
fn the_ends_of_every_range_are_in_it_and_their_neighbours_are_not() {
    for key in schema::KEYS {
        let (min, max, low, high) = match key.kind {
            Kind::Count { min, max, .. } => (
                min.to_string(),
                max.to_string(),
                (min - 1).to_string(),
                (max + 1).to_string(),
            ),
            Kind::Size { min, max, .. } => (
                min.to_string(),
                max.to_string(),
                (min - 1).to_string(),
                (max + 1).to_string(),
            ),
            Kind::Time { min, max, .. } => {
                let text = |milliseconds: u128| format!("\"{milliseconds}ms\"");
                let (min, max) = (min.as_millis(), max.as_millis());
                (text(min), text(max), text(min - 1), text(max + 1))
            }
            _ => continue,
        };
        // The two that line depends on are checked by themselves.
        if !["limits.line", "limits.input_queue", "limits.send_queue"].contains(&key.path) {
            assert!(accepts(key, &min), "{} = {min}", key.path);
            assert!(accepts(key, &max), "{} = {max}", key.path);
        }
        assert!(!accepts(key, &low), "{} = {low}", key.path);
        assert!(!accepts(key, &high), "{} = {high}", key.path);
    }
}

#[test]
fn a_wrong_type_is_refused_everywhere() {
    for key in schema::KEYS {
        for wrong in ["{ a = 1 }", "[[1]]", "[1]", "1.5", "1979-05-27", "12:00:00"] {
            assert!(!accepts(key, wrong), "{} = {wrong}", key.path);
        }
        if !matches!(key.kind, Kind::Flag) {
            assert!(!accepts(key, "true"), "{} = true", key.path);
        }
        if matches!(
            key.kind,
            Kind::Flag
                | Kind::Word(_)
                | Kind::Address
                | Kind::Networks
                | Kind::Text { .. }
                | Kind::Texts { .. }
                | Kind::Secret { .. }
        ) {
            assert!(!accepts(key, "7"), "{} = 7", key.path);
        }
        if !matches!(key.kind, Kind::Text { .. }) {
            assert!(!accepts(key, "\"sp am\""), "{} = a text", key.path);
        }
    }
}

#[test]
fn every_default_is_accepted_and_written_back_as_what_it_means() {
    for key in schema::KEYS {
        let Some(raw) = merge::default(key, &directories()) else {
            continue;
        };
        let value = key
            .kind
            .parse(&raw)
            .unwrap_or_else(|wrong| panic!("{}: {wrong}", key.path));
        assert!(accepts(key, &value.to_string()), "{} = {value}", key.path);
    }
}

#[test]
fn every_key_is_documented_and_in_a_table_that_is() {
    for key in schema::KEYS {
        let section = key.path.split('.').next().unwrap_or_default();
        assert!(
            schema::SECTIONS.iter().any(|known| known.name == section),
            "{}",
            key.path
        );
        assert!(key.doc.ends_with('.'), "{}", key.path);
    }
}

#[test]
fn a_slip_in_any_key_finds_the_key() {
    for key in schema::KEYS.iter().filter(|key| key.last().len() > 4) {
        let mut slip = key.path.to_owned();
        slip.remove(key.path.len() - 2);
        let known = schema::KEYS.iter().map(|key| key.path);
        assert_eq!(nearest::key(&slip, known), Some(key.path));
    }
}

fn written(kind: Kind) -> BoxedStrategy<Raw> {
    let text = |text: String| Raw::Text(text);
    match kind {
        Kind::Count { min, max, .. } => (min..=max).prop_map(|n| Raw::Whole(n.into())).boxed(),
        Kind::Size { min, max, .. } => (min..=max).prop_map(move |n| text(format!("{n}B"))).boxed(),
        Kind::Time { min, max, .. } => (min.as_nanos()..=max.as_nanos())
            .prop_map(move |nanoseconds| text(format!("{nanoseconds}ns")))
            .boxed(),
        Kind::Rate => (1..=1_000_000u32, 1..=86_400u32)
            .prop_map(move |(count, seconds)| text(format!("{count}/{seconds}s")))
            .boxed(),
        Kind::Flag => any::<bool>().prop_map(Raw::Flag).boxed(),
        Kind::Networks => proptest::collection::vec(any::<std::net::IpAddr>(), 0..4)
            .prop_map(move |all| Raw::List(all.iter().map(|one| text(one.to_string())).collect()))
            .boxed(),
        Kind::Address => any::<std::net::SocketAddr>()
            .prop_map(move |a| text(a.to_string()))
            .boxed(),
        Kind::Word(words) => (0..words.len())
            .prop_map(move |n| text(words[n].to_owned()))
            .boxed(),
        Kind::Texts { .. } => proptest::collection::vec("(https://)?[a-z.]{0,9}", 0..4)
            .prop_map(move |all| Raw::List(all.into_iter().map(text).collect()))
            .boxed(),
        // It is not shown.
        Kind::Secret { .. } => Just(Raw::Text(String::new())).boxed(),
        Kind::Text { .. } => "(/|#)?\\PC{0,20}[\"\\\\\n]?.{0,5}".prop_map(text).boxed(),
    }
}

proptest! {
    /// What `show` prints can be put into a file, and is shown again as it was.
    #[test]
    fn values_are_written_back_as_what_they_mean(
        (place, raw) in (0..schema::KEYS.len())
            .prop_flat_map(|place| (Just(place), written(schema::KEYS[place].kind)))
    ) {
        let key = &schema::KEYS[place];
        // Some keys depend on others, and one listener must be enabled.
        let alone = ![
            "limits.line", "limits.input_queue", "limits.send_queue", "listen.*.enabled", "listen.*.origins",
            "listen.*.tls.certificate", "listen.*.tls.key", "listen.*.tls.client_certificates", "irc.sts_duration",
        ].contains(&key.path);
        if let Ok(value) = key.kind.parse(&raw) && alone {
            let shown = value.to_string();
            let (table, last) = key.path.rsplit_once('.').expect("every key is in a table");
            let text = format!("[{}]\n{last} = {shown}\n", table.replace('*', "main"));
            let layers = [main_file(LEAST), drop_in("a.toml", &needed(key)), drop_in("x.toml", &text)];
            let loaded = check(&layers, &[], &directories())
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            let path = key.of("main");
            let again = loaded.show().into_iter().find(|setting| setting.key == path);
            prop_assert_eq!(again.map(|setting| setting.value), Some(shown));
        }
    }
}

#[test]
fn the_longest_socket_path_is_told_as_it_is() {
    let path = |bytes: usize| format!("\"/{}\"", "s".repeat(bytes - 1));
    let socket = schema::find("admin.socket").expect("there is such a key");
    assert!(accepts(socket, &path(crate::admin::SOCKET_PATH_MOST)));
    assert!(!accepts(socket, &path(crate::admin::SOCKET_PATH_MOST + 1)));
    let most = crate::admin::SOCKET_PATH_MOST.to_string();
    assert!(socket.kind.expected().contains(&most));
}
