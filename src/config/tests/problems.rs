//! What is wrong is said, all of it at once, with its place.

use super::{LEAST, check, directories, drop_in, main_file, refused};

#[test]
fn all_problems_of_all_layers_are_told_at_once() {
    let main = "\
[server]
name = \"two words\"
[limits]
conections = 5
line = 0
[limit]
x = 1
[listen.main]
adress = \"127.0.0.1:1\"
address = \"localhost:1\"
";
    let drop = "[log]\nlevel = \"loud\"\nrotation = \"dayly\"\nkeep = \"14\"\n";
    let told = refused(
        &[main_file(main), drop_in("x.toml", drop)],
        &[
            ("CHATD__LIMITS__LINGER", "5"),
            ("CHATD__LIMTS__LINE", "1KiB"),
            ("CHATD__NAME", "x"),
        ],
    );
    let expected = [
        "/etc/chatd/chatd.toml:2:8: server.name: expected a name of 1 to 63 bytes without spaces, '!', '@' and invisible characters, not beginning with ':'; found \"two words\" (U+0020 may not be in it)",
        "/etc/chatd/chatd.toml:4:1: limits.conections: unknown key; did you mean limits.connections?",
        "/etc/chatd/chatd.toml:5:8: limits.line: expected a size from \"512B\" to \"64KiB\"; found 0",
        "/etc/chatd/chatd.toml:6:2: limit: unknown table; did you mean [limits]?",
        "/etc/chatd/chatd.toml:9:1: listen.main.adress: unknown key; did you mean listen.main.address?",
        "/etc/chatd/chatd.toml:10:11: listen.main.address: expected an IP address with port, such as \"127.0.0.1:12345\" or \"[::1]:12345\"; found \"localhost:1\" (host names are not looked up; give the IP address)",
        "conf.d/x.toml:2:9: log.level: expected a level (off, error, warn, info, debug, trace), or levels by module such as \"info,chatd::net=debug\"; found \"loud\" (\"loud\" is not one of off, error, warn, info, debug, trace)",
        "conf.d/x.toml:3:12: log.rotation: expected \"minutely\", \"hourly\", \"daily\" or \"never\"; found \"dayly\" (did you mean \"daily\"?)",
        "conf.d/x.toml:4:8: log.keep: expected a whole number from 1 to 10000, or \"off\"; found \"14\" (write the number without quotes)",
        "the environment, CHATD__LIMITS__LINGER: limits.linger: expected a time from \"100ms\" to \"1m\"; found \"5\" (the unit is missing: write \"5s\" or \"5ms\")",
        "the environment, CHATD__LIMTS__LINE: limts.line: unknown variable; did you mean CHATD__LIMITS__LINE?",
        "the environment, CHATD__NAME: name: unknown variable; did you mean CHATD__SERVER__NAME?",
    ];
    assert_eq!(told.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn a_main_file_must_name_the_server_and_a_listener() {
    let told = refused(
        &[main_file("")],
        &[("CHATD__LISTEN__X__ADDRESS", "127.0.0.1:1")],
    );
    assert!(
        told.contains("chatd.toml:1:1: server.name: missing"),
        "{told}"
    );
    assert!(told.contains("chatd.toml:1:1: listen: missing"), "{told}");
    let told = refused(
        &[
            main_file("[server]\nname = \"x\"\n"),
            drop_in("x.toml", LEAST),
        ],
        &[],
    );
    assert!(
        told.starts_with("/etc/chatd/chatd.toml:3:1: listen: missing"),
        "{told}"
    );
    assert_eq!(told.lines().count(), 1);
    // A drop-in need not.
    assert!(check(&[drop_in("x.toml", "")], &[], &directories()).is_ok());
}

#[test]
fn broken_toml_is_told_by_line_and_with_what_else_is_wrong() {
    let text =
        format!("{LEAST}[limits]\nline = = 3\nrooms = 0\ninbox 5\n[log]\nlevle = \"info\"\n");
    let told = refused(&[main_file(&text)], &[]);
    for place in [
        "toml:6:",
        "toml:7:9: limits.rooms: expected",
        "toml:8:",
        "toml:10:1: log.levle: unknown key",
    ] {
        assert!(told.contains(place), "{place} in {told}");
    }
    assert!(!told.contains("missing:"), "{told}");
    let told = refused(
        &[main_file(&format!("{LEAST}[server]\nname = \"b\"\n"))],
        &[],
    );
    assert!(
        told.contains("toml:5:2: duplicate key, \"server\"; keep one"),
        "{told}"
    );
    let told = refused(
        &[main_file(&format!("{LEAST}news = true\nnews = true\n"))],
        &[],
    );
    assert!(told.contains("toml:6:1: "), "{told}");
}

#[test]
fn a_table_where_a_value_belongs_and_the_reverse() {
    let told = refused(
        &[main_file(&format!(
            "server.name.x = 1\nlog = 3\n[limits.line]\n{LEAST}"
        ))],
        &[],
    );
    assert!(told.contains("server.name: expected a name"), "{told}");
    assert!(
        told.contains("2:1: log: expected a table, [log]; found 3"),
        "{told}"
    );
    assert!(
        told.contains("limits.line: expected a size from \"512B\" to \"64KiB\"; found a table"),
        "{told}"
    );
    let list = "[server]\nname = \"x\"\n[[listen]]\naddress = \"127.0.0.1:1\"\n";
    let told = refused(&[main_file(list)], &[]);
    assert!(
        told.contains("listen: expected tables by name, [listen.NAME]; found a list"),
        "{told}"
    );
    let flat = "[server]\nname = \"x\"\n[listen]\naddress = \"127.0.0.1:1\"\n";
    let told = refused(&[main_file(flat)], &[]);
    assert!(
        told.contains("listen.address: expected a table, [listen.NAME]; found \"127.0.0.1:1\""),
        "{told}"
    );
    let told = refused(&[main_file(&format!("name = \"x\"\n{LEAST}"))], &[]);
    assert!(
        told.contains("1:1: name: unknown key; did you mean server.name?"),
        "{told}"
    );
    let told = refused(
        &[main_file(&format!("{LEAST}[log]\nsocket = \"/x\"\n"))],
        &[],
    );
    assert!(
        told.contains("log.socket: unknown key; did you mean admin.socket?"),
        "{told}"
    );
}

#[test]
fn listeners_must_agree() {
    let with = |extra: &str| refused(&[main_file(LEAST), drop_in("x.toml", extra)], &[]);
    assert_eq!(
        with("[listen.b]\naddress = \"127.0.0.1:1\"\n"),
        "/etc/chatd/chatd.toml:4:1: listen.main.address: expected an address of its own; 127.0.0.1:1 and 127.0.0.1:1 of listen.b.address (conf.d/x.toml:2:1) cannot both be listened on"
    );
    assert!(with("[listen.b]\naddress = \"0.0.0.0:1\"\n").contains("cannot both be listened on"));
    assert_eq!(
        with("[listen.b]\nnews = false\n"),
        "conf.d/x.toml:1:9: listen.b.address: missing: a listener needs an address, such as \"127.0.0.1:12345\""
    );
    assert!(with("[listen.main]\nenabled = false\n").contains("no listener is enabled"));
    let bad = "[server]\nname = \"x\"\n[listen.Main]\naddress = \"127.0.0.1:2\"\n";
    assert_eq!(refused(&[main_file(bad)], &[]).lines().count(), 1);
    assert!(
        with("[listen.Main]\naddress = \"127.0.0.1:2\"\n")
            .contains("listen.Main: this cannot be a name")
    );
    for fine in [
        "[listen.b]\naddress = \"127.0.0.1:1\"\nenabled = false\n",
        "[listen.b]\naddress = \"[::]:1\"\n",
        "[listen.b]\naddress = \"127.0.0.1:0\"\n[listen.c]\naddress = \"127.0.0.1:0\"\n",
    ] {
        let layers = [main_file(LEAST), drop_in("x.toml", fine)];
        assert!(check(&layers, &[], &directories()).is_ok(), "{fine}");
    }
    let many = lines("", 70, |n| {
        format!("[listen.n{n}]\naddress = \"127.0.0.1:{}\"", n + 2)
    });
    assert!(with(&many).contains("expected at most 64 tables [listen.NAME]"));
}

#[test]
fn queues_hold_a_line() {
    let text = "[limits]\nline = \"32KiB\"\ninput_queue = \"16KiB\"\nsend_queue = \"255KiB\"\n";
    let told = refused(&[main_file(LEAST), drop_in("x.toml", text)], &[]);
    assert_eq!(
        told,
        "conf.d/x.toml:3:1: limits.input_queue: expected at least limits.line, which is \"32KiB\" (conf.d/x.toml:2:1); found \"16KiB\"\n\
         conf.d/x.toml:4:1: limits.send_queue: expected at least 8 times limits.line, which is \"32KiB\" (conf.d/x.toml:2:1); found \"255KiB\""
    );
}

#[test]
fn variables_that_say_the_same_key_are_refused() {
    let told = refused(&[], &[("CHATD__LOG__KEEP", "3"), ("CHATD__log__keep", "4")]);
    assert!(
        told.contains("CHATD__LOG__KEEP says the same key"),
        "{told}"
    );
    assert!(refused(&[], &[("CHATD__", "")]).contains("unknown variable"));
    assert!(refused(&[], &[("CHATD__LISTEN__X", "")]).contains("unknown variable"));
}

fn lines(first: &str, count: usize, line: impl Fn(usize) -> String) -> String {
    let lines: Vec<_> = std::iter::once(first.to_owned())
        .chain((0..count).map(line))
        .collect();
    lines.join("\n")
}

#[test]
fn hostile_files_are_refused_in_little_room_and_time() {
    let deep = 10_000;
    let hostile = [
        format!("x = {}1{}", "[".repeat(deep), "]".repeat(deep)),
        format!("x = {}1{}", "{ a = ".repeat(deep), " }".repeat(deep)),
        format!("[{}a]\nb = 1", "a.".repeat(deep)),
        format!("{}a = 1", "a.".repeat(deep)),
        format!("[server]\nname = \"{}\"", "x".repeat(900_000)),
        format!("[server]\n{} = 1", "x".repeat(900_000)),
        "x".repeat(2_000_000),
        "a\0b".to_owned(),
        "\u{1}\u{2}]][[\"".repeat(100_000),
        "[limits]\nline = 1\n".repeat(50_000),
        lines("", 90_000, |n| format!("k{n} = 1")),
        lines("", 90_000, |n| format!("[k{n}]")),
        lines("[limits]", 90_000, |n| format!("k{n} = 1")),
        format!("[limits]\nexempt = [{}]", "1,".repeat(400_000)),
    ];
    for text in hostile {
        let told = refused(&[main_file(&text)], &[]);
        let start: String = text.chars().take(30).collect();
        assert!(
            told.len() < 20_000,
            "{start}: {} bytes of problems",
            told.len()
        );
        assert!(told.lines().count() <= 60, "{start}");
        assert!(
            !told.contains(|c: char| c.is_control() && c != '\n'),
            "{start}"
        );
    }
}
