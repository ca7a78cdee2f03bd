//! What is for IRC, TLS and WebSocket: tables in tables, operators, secrets, policies.

use super::super::{File, Password, Settings, compare};
use super::{
    LEAST, check, directories, drop_in, loaded, main_file, refused, settings_with, variables,
};
use crate::chat::Protocol;
use crate::chat::Role;

const HASH: &str =
    "$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$x59UGLuAwBDnzRfVUBQJ7zA6GJrOY5gZkOVPda70TuA";

fn told(extra: &str) -> String {
    refused(&[main_file(LEAST), drop_in("x.toml", extra)], &[])
}

#[test]
fn a_listener_has_tls_however_its_table_is_written() {
    let tls = |settings: &Settings| settings.listen["main"].tls.clone().expect("TLS");
    let one = settings_with("[listen.main]\ntls = { certificate = \"a.pem\", key = \"/b.pem\" }\n");
    assert_eq!(tls(&one).certificate, File::Path("a.pem".into()));
    assert!(!tls(&one).ask);
    for other in [
        "[listen.main.tls]\ncertificate = \"a.pem\"\nkey = \"/b.pem\"\n",
        "[listen.main]\ntls.certificate = \"a.pem\"\ntls.key = \"/b.pem\"\n",
    ] {
        assert_eq!(tls(&settings_with(other)), tls(&one), "{other}");
    }
    let environment = variables(&[
        ("CHATD__LISTEN__MAIN__TLS__CERTIFICATE", "a.pem"),
        ("CHATD__LISTEN__MAIN__TLS__KEY", "/b.pem"),
        ("CHATD__LISTEN__MAIN__TLS__CLIENT_CERTIFICATES", "ask"),
        ("CHATD__LISTEN__MY__TLS__ADDRESS", "127.0.0.1:2"),
    ]);
    let set = check(&[main_file(LEAST)], &environment, &directories()).expect("it is right");
    assert!(tls(&set.settings).ask);
    assert!(set.settings.listen["my__tls"].tls.is_none());
}

#[test]
fn tls_needs_both_files_and_what_needs_tls_or_websocket_says_so() {
    assert_eq!(
        told("[listen.main]\ntls.certificate = \"a.pem\"\n"),
        "conf.d/x.toml:2:5: listen.main.tls.certificate: expected listen.main.tls.key beside it"
    );
    assert_eq!(
        told("[listen.main]\ntls.key = \"a.pem\"\n"),
        "conf.d/x.toml:2:5: listen.main.tls.key: expected listen.main.tls.certificate beside it"
    );
    assert!(
        told("[listen.main.tls]\nclient_certificates = \"ask\"\n")
            .contains("expected listen.main.tls.certificate beside it and tls.key")
    );
    assert!(
        told("[listen.main]\norigins = [\"https://a.example\"]\n")
            .contains("expected listen.main.protocol beside it as \"websocket\"")
    );
    assert_eq!(
        told("[listen.main]\ntls = \"a.pem\"\n"),
        "conf.d/x.toml:2:1: listen.main.tls: expected a table, [listen.NAME.tls]; found \"a.pem\""
    );
    let misspelt = told("[listen.main.tls]\ncertifcate = \"a.pem\"\n");
    assert!(
        misspelt.contains("did you mean listen.main.tls.certificate?"),
        "{misspelt}"
    );
    let strange = told("[listen.main.zzzzz]\nx = 1\n");
    assert!(
        strange.contains("listen.main.zzzzz: unknown key"),
        "{strange}"
    );
}

#[test]
fn websocket_is_irc_in_messages_for_pages_of_some_sites() {
    let settings = settings_with(
        "[listen.web]\naddress = \"[::1]:2\"\nprotocol = \"websocket\"\norigins = [\"HTTPS://Chat.Example:8443\"]\n",
    );
    let web = &settings.listen["web"];
    assert_eq!((web.protocol, web.websocket), (Protocol::Irc, true));
    assert_eq!(web.origins, ["https://chat.example:8443"]);
    for wrong in [
        "chat.example",
        "https://",
        "https://a/",
        "null",
        "https://a b",
    ] {
        let text = format!(
            "[listen.web]\naddress = \"[::1]:2\"\nprotocol = \"websocket\"\norigins = [\"{wrong}\"]\n"
        );
        assert!(
            told(&text).contains("listen.web.origins: expected a list"),
            "{wrong}"
        );
    }
}

#[test]
fn keys_and_passwords_may_be_credentials() {
    let settings = settings_with(
        "server.password = \"credential:server\"\n[operator.alice]\npassword = \"credential:chatd.alice\"\n\
         [listen.main]\ntls = { certificate = \"a.pem\", key = \"credential:chatd.key\" }\n",
    );
    let named = |name: &str| Some(Password::Credential(name.to_owned()));
    assert_eq!(settings.server.password, named("server"));
    assert_eq!(settings.operators["alice"].password, named("chatd.alice"));
    let tls = settings.listen["main"].tls.clone().expect("TLS");
    assert_eq!(tls.key, File::Credential("chatd.key".to_owned()));
    for wrong in ["", ".", "..", "../key", "a/b", "a:b", "a b", "ä"] {
        let text = format!("server.password = \"credential:{wrong}\"\n");
        assert!(
            told(&text).contains("is no credential's name"),
            "{wrong}: {}",
            told(&text)
        );
        let text = format!(
            "[listen.main]\ntls = {{ certificate = \"a.pem\", key = \"credential:{wrong}\" }}\n"
        );
        assert!(told(&text).contains("is no credential's name"), "{wrong}");
    }
}

#[test]
fn an_operator_is_known_by_a_password_or_a_certificate() {
    let print = "AB:".repeat(31) + "cd";
    let settings = settings_with(&format!(
        "[operator.alice]\npassword = \"{HASH}\"\nrole = \"observer\"\nhost = \"staff/alice\"\nfrom = [\"10.0.0.0/8\"]\n\
         [operator.bob]\ncertificate = \"{print}\"\n"
    ));
    let (alice, bob) = (&settings.operators["alice"], &settings.operators["bob"]);
    assert!(alice.password.as_ref().is_some_and(
        |password| matches!(password, Password::Hash(hash) if hash.verify(b"correct horse"))
    ));
    assert_eq!(
        (alice.role, alice.host.as_deref()),
        (Role::Observer, Some("staff/alice"))
    );
    assert_eq!(alice.from.len(), 1);
    assert_eq!(
        bob.certificate.as_deref(),
        Some(("ab".repeat(31) + "cd").as_str())
    );
    assert_eq!(
        (bob.role, bob.password.is_none()),
        (Role::Administrator, true)
    );

    assert_eq!(
        told("[operator.eve]\nrole = \"moderator\"\n"),
        "conf.d/x.toml:1:11: operator.eve: missing: an operator needs a password (chatctl hash-password makes its hash) \
         or a certificate"
    );
    let wrong = "[operator.eve]\npassword = \"secret\"\nhost = \":1\"\ncertificate = \"abc\"\nrole = \"root\"\n[operator.Eve]\n";
    let told = told(wrong);
    assert!(
        !told.contains("secret"),
        "a password by mistake is not repeated: {told}"
    );
    for expected in [
        "2:12: operator.eve.password: expected an argon2 hash, as chatctl hash-password makes it, or \"credential:NAME\"; found another text (it is no argon2 hash",
        "3:8: operator.eve.host: expected a host name",
        "4:15: operator.eve.certificate: expected the SHA-256 hash of a certificate",
        "5:8: operator.eve.role: expected \"observer\", \"moderator\" or \"administrator\"",
        "6:11: operator.Eve: this cannot be a name",
    ] {
        assert!(told.contains(expected), "{expected} in {told}");
    }
    assert_eq!(told.lines().count(), 5, "{told}");
}

#[test]
fn what_is_secret_is_not_shown_but_a_change_of_it_is() {
    let with = |hash: &str| {
        let text =
            format!("[server]\npassword = \"{hash}\"\n[operator.a]\npassword = \"{hash}\"\n");
        loaded(&[main_file(LEAST), drop_in("x.toml", &text)])
    };
    let (old, new) = (with(HASH), with(&HASH.replace("x59U", "y59U")));
    let shown: Vec<_> = old
        .show()
        .into_iter()
        .map(|setting| setting.value)
        .collect();
    assert!(
        shown.iter().all(|value| !value.contains("argon2")),
        "{shown:?}"
    );
    let changes = compare(&old, &new);
    let keys: Vec<_> = changes.iter().map(|change| change.key.as_str()).collect();
    assert_eq!(keys, ["server.password", "operator.a.password"]);
    let gone = compare(&old, &loaded(&[main_file(LEAST)]));
    let inline = "{ password = \"(not shown)\", role = \"administrator\", from = [] }";
    let operator = gone.iter().find(|change| change.key == "operator.a");
    assert_eq!(
        operator.and_then(|change| change.old.as_deref()),
        Some(inline)
    );
}

#[test]
fn a_policy_needs_a_port_and_counts_seconds() {
    let sts = |text: &str| settings_with(&format!("[irc]\n{text}")).irc.sts;
    assert_eq!(sts(""), None);
    assert_eq!(sts("sts_port = 6697\n"), None, "no duration, no policy");
    for (written, seconds) in [
        ("30d", 2_592_000),
        ("12h", 43_200),
        ("1h 30m", 5400),
        ("0s", 0),
        ("3650d", 315_360_000),
    ] {
        let policy = sts(&format!(
            "sts_port = 6697\nsts_duration = \"{written}\"\nsts_hosts = [\"IRC.example\"]\n"
        ))
        .expect("a policy");
        assert_eq!(
            (policy.port, policy.duration, policy.preload),
            (6697, seconds, false)
        );
        assert_eq!(policy.hosts, ["irc.example"]);
    }
    assert_eq!(
        told("[irc]\nsts_duration = \"1d\"\n"),
        "conf.d/x.toml:2:1: irc.sts_duration: expected irc.sts_port beside it, such as sts_port = 6697"
    );
    for wrong in [
        "1500ms",
        "4000d",
        "99999999999999999999d",
        "d",
        "30",
        "-1d",
        "",
    ] {
        let text = format!("[irc]\nsts_port = 1\nsts_duration = \"{wrong}\"\n");
        assert!(
            told(&text).contains("irc.sts_duration: expected a time of whole seconds"),
            "{wrong}"
        );
    }
}

#[test]
fn names_modes_tags_and_lines_are_what_irc_can_carry() {
    let settings = settings_with(
        "[server]\nnetwork = \"Net\"\nicon = \"https://a/b.png\"\n[irc]\nroom_modes = \"Cnt\"\nclient_tag_deny = \"*,-draft/react,-typing\"\n",
    );
    assert_eq!(settings.server.network, "Net");
    assert_eq!(settings.irc.room_modes, "Cnt");
    assert_eq!(
        settings_with("").server.network,
        "here",
        "the server's name"
    );
    for (table, key, wrong) in [
        ("server", "name", "a!b"),
        ("server", "name", "a@b"),
        ("server", "name", ":a"),
        ("server", "network", "two words"),
        ("server", "description", "two\\nlines"),
        ("server", "icon", "http://a/b.png"),
        ("server", "motd", "/etc/"),
        ("server", "motd", ""),
        ("irc", "room_modes", "k"),
        ("irc", "room_modes", "nn"),
        ("irc", "room_modes", "+nt"),
        ("irc", "client_tag_deny", "a b"),
        ("irc", "client_tag_deny", "a,,b"),
        ("irc", "client_tag_deny", "-*"),
    ] {
        let told = told(&format!("[{table}]\n{key} = \"{wrong}\"\n"));
        assert!(
            told.starts_with(&format!(
                "conf.d/x.toml:2:{}: {table}.{key}: expected",
                key.len() + 4
            )),
            "{told}"
        );
    }
}
