//! Which layer wins, and where a value says that it comes from.

use std::time::Duration;

use super::super::Settings;
use super::{
    LEAST, check, directories, drop_in, loaded, main_file, refused, settings_with, variables,
};
use crate::admin::Setting;
use crate::chat::{Protocol, Rate};
use crate::logging;

fn setting(all: &[Setting], key: &str) -> (String, String) {
    let found = all.iter().find(|setting| setting.key == key);
    let found = found.unwrap_or_else(|| panic!("{key} is not shown"));
    (found.value.clone(), found.origin.clone())
}

#[test]
fn without_a_file_the_built_in_listeners_serve() {
    let settings = loaded(&[]).settings;
    let addresses: Vec<_> = settings
        .listen
        .values()
        .map(|l| l.address.to_string())
        .collect();
    assert_eq!(
        addresses,
        [
            "127.0.0.1:6667",
            "[::1]:6667",
            "127.0.0.1:12345",
            "[::1]:12345"
        ]
    );
    let protocols: Vec<_> = settings.listen.values().map(|l| l.protocol).collect();
    let (irc, plain) = (Protocol::Irc, Protocol::Plain);
    assert_eq!(protocols, [irc, irc, plain, plain]);
    assert_eq!(settings.server.name, "chatd");
    assert_eq!(
        settings.admin.socket.to_str(),
        Some("/run/chatd/chatd.sock")
    );
    assert_eq!(settings.log.directory.to_str(), Some("/var/log/chatd"));
}

#[test]
fn later_layers_win_key_by_key_and_each_value_knows_its_place() {
    let main = format!("{LEAST}[limits]\nline = \"1KiB\"\ninbox = 100\nrooms = 7\n");
    let layers = [
        main_file(&main),
        drop_in("10.toml", "[limits]\ninbox = 200\nrooms = 8\n"),
        drop_in("20.toml", "[limits]\n  rooms = 9\n"),
    ];
    let environment = variables(&[
        ("CHATD__LIMITS__ROOMS", "off"),
        ("HOME", "/"),
        ("CHATD_X", ""),
    ]);
    let loaded = check(&layers, &environment, &directories()).expect("it is right");
    assert_eq!(loaded.settings.limits.rooms, None);
    assert_eq!(loaded.settings.limits.inbox, 200);
    let all = loaded.show();
    let pair = |value: &str, origin: &str| (value.to_owned(), origin.to_owned());
    assert_eq!(
        setting(&all, "limits.line"),
        pair("\"1KiB\"", "/etc/chatd/chatd.toml:6:1")
    );
    assert_eq!(
        setting(&all, "limits.inbox"),
        pair("200", "conf.d/10.toml:2:1")
    );
    assert_eq!(
        setting(&all, "limits.rooms"),
        pair("\"off\"", "the environment, CHATD__LIMITS__ROOMS")
    );
    assert_eq!(setting(&all, "limits.linger"), pair("\"2s\"", "default"));
    assert_eq!(setting(&all, "listen.main.news"), pair("true", "default"));

    let without = check(&layers, &[], &directories()).expect("it is right");
    assert_eq!(
        setting(&without.show(), "limits.rooms").1,
        "conf.d/20.toml:2:3"
    );
}

#[test]
fn one_variable_opens_the_listener_and_takes_the_built_in_ones_away() {
    let environment = variables(&[("CHATD__LISTEN__PLAIN__ADDRESS", "0.0.0.0:12345")]);
    let settings = check(&[], &environment, &directories())
        .expect("it is right")
        .settings;
    assert_eq!(settings.listen.len(), 1);
    assert_eq!(
        settings.listen["plain"].address.to_string(),
        "0.0.0.0:12345"
    );
}

#[test]
fn a_drop_in_adds_changes_and_removes_listeners() {
    let drop = "[listen.main]\nenabled = false\n[listen.more]\naddress = \"[::]:2\"\nnews = false\ngreeting = \"\"\n";
    let settings = settings_with(drop);
    assert!(!settings.listen["main"].enabled);
    assert_eq!(settings.listen["main"].address.to_string(), "127.0.0.1:1");
    assert_eq!(settings.listen["main"].greeting, None);
    let more = &settings.listen["more"];
    assert!(more.enabled && !more.news);
    assert_eq!(more.greeting.as_deref(), Some(""));
}

#[test]
fn variables_are_read_by_the_kind_of_their_key() {
    let environment = variables(&[
        ("CHATD__ADMIN__WATCH_PRIVATE", "true"),
        ("CHATD__ADMIN__READERS", "staff, CORP\\domain users"),
        ("CHATD__ADMIN__ADMINISTRATORS", ""),
        (
            "CHATD__LIMITS__EXEMPT",
            "10.0.0.0/8, ::1 ,::ffff:192.0.2.0/120,::ffff:0:0/96,::/0",
        ),
        ("CHATD__LIMITS__LINE", "8192"),
        ("CHATD__LIMITS__CONNECT_RATE", "5/10s"),
        ("CHATD__LISTEN__MY__OWN__ADDRESS", "127.0.0.1:0"),
        ("CHATD__SERVER__GREETING", ""),
    ]);
    let settings = check(&[], &environment, &directories())
        .expect("it is right")
        .settings;
    assert!(settings.admin.watch_private);
    assert_eq!(settings.admin.readers, ["staff", "CORP\\domain users"]);
    assert_eq!(settings.admin.administrators, Vec::<String>::new());
    let networks: Vec<_> = settings
        .limits
        .exempt
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        networks,
        ["10.0.0.0/8", "::1", "192.0.2.0/24", "0.0.0.0/0", "::/0"]
    );
    assert_eq!(settings.limits.line, 8192);
    let interval = 2_000_000;
    assert_eq!(
        settings.limits.connect_rate,
        Some(Rate { burst: 5, interval })
    );
    assert!(settings.listen.contains_key("my__own"));
    assert_eq!(settings.server.greeting, "");
}

#[test]
fn quantities_mean_what_they_say() {
    let limits = |text: &str| settings_with(&format!("[limits]\n{text}\n")).limits;
    let rate = |burst, interval| Some(Rate { burst, interval });
    assert_eq!(limits("line = 1000").line, 1000);
    assert_eq!(limits("line = \"1kB\"").line, 1000);
    assert_eq!(limits("line = \"1.5 KiB\"").line, 1536);
    assert_eq!(limits("grace = \"1m 30s\"").grace, Duration::from_secs(90));
    assert_eq!(limits("send_time = \"off\"").send_time, None);
    assert_eq!(limits("nick_rate = 4").nick_rate, rate(4, 250_000));
    assert_eq!(
        limits("nick_rate = \"30/h\"").nick_rate,
        rate(30, 120_000_000)
    );
    assert_eq!(
        limits("flood_burst = 3\nflood_rate = \"2/s\"").flood,
        rate(3, 500_000)
    );
    assert_eq!(limits("flood_rate = \"off\"").flood, None);
    let text: fn(&str) -> Settings = settings_with;
    assert_eq!(text("[log]\nkeep = \"off\"").log.keep, None);
    assert_eq!(text("[log]\nmax_size = \"off\"").log.max_size, None);
    assert_eq!(
        text("[server]\ngreeting = \"\"\"\na\r\nb\"\"\"")
            .server
            .greeting,
        "a\nb"
    );
}

#[test]
fn a_level_is_what_the_log_takes_and_nothing_else() {
    for level in [
        "off",
        "info",
        "WARN",
        "info,chatd::net=trace",
        "chatd=debug",
        " debug , chatd::net = trace",
        "info,debug",
        "audit=off",
        "[x]=info",
        "info[span]=info",
        "debgu",
        "",
        "info,",
        "chatd",
        "chatd=",
        "chatd=loud",
        "=info[",
    ] {
        let text = format!("[log]\nlevel = \"{level}\"");
        let layers = [main_file(LEAST), drop_in("x.toml", &text)];
        let checked = check(&layers, &[], &directories()).is_ok();
        let taken = logging::Handle::parse_level(level).is_ok();
        assert_eq!(checked, taken, "{level:?}");
    }
    for (level, hint) in [
        ("debgu", "did you mean debug?"),
        ("info,audit=off", "audit records are always kept"),
    ] {
        let text = format!("[log]\nlevel = \"{level}\"");
        let told = refused(&[main_file(LEAST), drop_in("x.toml", &text)], &[]);
        assert!(told.contains(hint), "{told}");
    }
}
