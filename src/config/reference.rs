//! The manual of the configuration and the shipped file, both written from the schema.

use std::fmt::Write as _;

use crate::admin::Applies;

use super::kind::Kind;
use super::schema::{self, Key, Preset, Section};

/// The width of the shipped file's comments.
const WIDTH: usize = 100;

/// The man page chatd.toml(5), in roff.
pub fn reference_man() -> String {
    let mut page = String::from(MAN_HEAD);
    for section in &schema::SECTIONS {
        let title = table_name(section);
        let _ = writeln!(page, ".SH \"{}\"\n{}", roff(&title), roff(section.doc));
        for key in schema::keys_of(section.name) {
            let _ = writeln!(
                page,
                ".TP\n.B {}\n{}\n.br\nExpected: {}. Default: {}. {}",
                roff(key.within()),
                roff(key.doc),
                roff(&key.kind.expected()),
                roff(&default_words(key)),
                applies(key),
            );
        }
    }
    page.push_str(MAN_TAIL);
    page
}

/// The shipped file, `config/chatd.toml`: every key with what it is for and its built-in default; `server.name` first,
/// the listeners last, and in each of them the address last, so that a file cut short is never mistaken for a whole one.
pub fn reference_file() -> String {
    let mut file = String::from(FILE_HEAD);
    for section in &schema::SECTIONS {
        file.push('\n');
        comment(&mut file, section.doc);
        match section.name {
            "listen" => {
                listeners(&mut file);
                continue;
            }
            "operator" => {
                example("alice", section.name, &mut file);
                continue;
            }
            "retention" => {
                example("tea", section.name, &mut file);
                continue;
            }
            name => {
                let _ = writeln!(file, "[{name}]");
            }
        }
        for key in schema::keys_of(section.name) {
            file.push('\n');
            explained(&mut file, key);
        }
    }
    file
}

fn listeners(file: &mut String) {
    let mut keys: Vec<_> = schema::keys_of("listen").collect();
    // The address last: with it, the listener is whole.
    keys.sort_by_key(|key| matches!(key.kind, Kind::Address));
    for (place, (name, protocol, address)) in schema::BUILT_IN.iter().enumerate() {
        if place > 0 {
            file.push('\n');
        }
        let _ = writeln!(file, "[listen.{name}]");
        for key in &keys {
            if place == 0 {
                file.push('\n');
                explain(file, key);
            }
            match key.last() {
                "address" => {
                    let _ = writeln!(file, "address = \"{address}\"");
                }
                "protocol" => {
                    let _ = writeln!(file, "protocol = \"{protocol}\"");
                }
                // What is only an example stands once.
                _ if place > 0 && matches!(key.default, Preset::Unset(..)) => {}
                _ => assignment(file, key),
            }
        }
    }
    file.push_str(MORE_LISTENERS);
}

/// There are none by default, so all of it is an example.
fn example(name: &str, section: &str, file: &mut String) {
    let _ = writeln!(file, "# [{section}.{name}]");
    for key in schema::keys_of(section) {
        file.push_str("#\n");
        explain(file, key);
        match key.default {
            Preset::Is(_) => {
                let _ = writeln!(file, "# {} = {}", key.within(), default_words(key));
            }
            _ => assignment(file, key),
        }
    }
}

/// What the manual says of the key, and the key with its default; commented out where the default depends on the
/// machine, or is not to be set.
fn explained(file: &mut String, key: &Key) {
    explain(file, key);
    assignment(file, key);
}

fn explain(file: &mut String, key: &Key) {
    comment(file, key.doc);
    let default = match key.default {
        Preset::Is(_) => String::new(),
        Preset::Unset(..) if matches!(key.kind, Kind::Address) => String::new(),
        _ => format!(" Default: {}.", default_words(key)),
    };
    let expected = key.kind.expected();
    comment(
        file,
        &format!("Expected: {expected}.{default} {}", applies(key)),
    );
}

fn assignment(file: &mut String, key: &Key) {
    let name = key.within();
    let _ = match key.default {
        Preset::Is(_) => writeln!(file, "{name} = {}", default_words(key)),
        Preset::Socket => writeln!(file, "# {name} = \"/run/chatd/chatd.sock\""),
        Preset::Logs => writeln!(file, "# {name} = \"/var/log/chatd\""),
        Preset::State => writeln!(file, "# {name} = \"/var/lib/chatd\""),
        Preset::Unset(_, example) => match key.kind {
            Kind::Texts { .. } => writeln!(file, "# {name} = [\"{example}\"]"),
            Kind::Count { .. } => writeln!(file, "# {name} = {example}"),
            _ => writeln!(file, "# {name} = \"{example}\""),
        },
    };
}

const SOCKET: &str = "chatd.sock in systemd's RUNTIME_DIRECTORY, for root in /run/chatd, else in $XDG_RUNTIME_DIR/chatd, and without that in /tmp/chatd-UID";
const LOGS: &str = "systemd's LOGS_DIRECTORY, for root /var/log/chatd, else $XDG_STATE_HOME/chatd/log, which is mostly ~/.local/state/chatd/log";
const STATE: &str = "systemd's STATE_DIRECTORY, for root /var/lib/chatd, else $XDG_STATE_HOME/chatd, which is mostly ~/.local/state/chatd";

fn default_words(key: &Key) -> String {
    match key.default {
        Preset::Is(text) => key
            .kind
            .parse(&key.kind.variable(text))
            .map_or_else(|wrong| wrong, |value| value.to_string()),
        Preset::Socket => SOCKET.to_owned(),
        Preset::Logs => LOGS.to_owned(),
        Preset::State => STATE.to_owned(),
        Preset::Unset(meaning, _) => meaning.to_owned(),
    }
}

fn applies(key: &Key) -> &'static str {
    match key.applies {
        Applies::Live => "A reload applies it to everybody.",
        Applies::NewConnections => "A reload applies it to new connections.",
        Applies::Restart => "Needs a restart; a reload that changes it is refused.",
    }
}

fn table_name(section: &Section) -> String {
    let name = section.name;
    match schema::named(name) {
        Some(_) => format!("[{name}.NAME]"),
        None => format!("[{name}]"),
    }
}

/// Comment lines of at most [`WIDTH`] columns.
fn comment(file: &mut String, text: &str) {
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.len() > 1 && line.len() + 1 + word.len() > WIDTH {
            file.push_str(&line);
            line = String::from("\n#");
        }
        line.push(' ');
        line.push_str(word);
    }
    file.push_str(&line);
    file.push('\n');
}

/// Text as roff takes it for itself.
fn roff(text: &str) -> String {
    let text = text
        .replace('\\', "\\e")
        .replace('-', "\\-")
        .replace('"', "\\(dq");
    match text.chars().next() {
        Some('.' | '\'') => format!("\\&{text}"),
        _ => text,
    }
}

const FILE_HEAD: &str = "\
# The configuration of chatd, read from /etc/chatd/chatd.toml. Every key stands here with its built-in default.
#
# Over this file go the drop-ins conf.d/*.toml beside it, in the order of their names, and over those the environment:
# CHATD__LIMITS__LINE=8KiB, CHATD__LISTEN__PLAIN__ADDRESS=0.0.0.0:12345. A file must itself name server.name and at least
# one listener. Unknown keys and wrong values are refused, all of them at once.
#
# After a change: chatctl config check, chatctl config diff, chatctl reload. The manual: man chatd.toml
";

const MORE_LISTENERS: &str = "
# IRC with TLS, for everybody:
# [listen.ircs]
# protocol = \"irc\"
# tls = { certificate = \"/etc/chatd/tls/fullchain.pem\", key = \"/etc/chatd/tls/privkey.pem\" }
# address = \"0.0.0.0:6697\"

# IRC over WebSocket, for web pages of one site:
# [listen.web]
# protocol = \"websocket\"
# tls = { certificate = \"/etc/chatd/tls/fullchain.pem\", key = \"/etc/chatd/tls/privkey.pem\" }
# origins = [\"https://chat.example.net\"]
# address = \"0.0.0.0:8097\"
";

const MAN_HEAD: &str = r#".TH CHATD.TOML 5 "" "chatd" "chatd"
.SH NAME
chatd.toml \- the configuration of chatd
.SH SYNOPSIS
.I /etc/chatd/chatd.toml
.br
.I /etc/chatd/conf.d/*.toml
.SH DESCRIPTION
The configuration is TOML, in layers; later ones win, key by key:
.IP 1. 4
the built\-in defaults;
.IP 2. 4
the main file, /etc/chatd/chatd.toml or the one that \-\-config names;
.IP 3. 4
the drop\-ins, conf.d/*.toml beside it, in the order of their names; names that begin with a dot or do not end in .toml do not count;
.IP 4. 4
the environment: CHATD__SECTION__KEY, for a listener CHATD__LISTEN__NAME__KEY (CHATD__LISTEN__NAME__TLS__KEY), for an operator CHATD__OPERATOR__NAME__KEY, for a room's retention CHATD__RETENTION__NAME__KEY. Lists are separated by commas.
.PP
A main file must itself name server.name and at least one listener, so that an empty file, or one that was cut short, is refused.
An unknown key, a wrong type or a value out of range is refused. All problems are told at once, each with its file, line and column.
.PP
SIGHUP and
.B chatctl reload
load all layers anew, all of it or nothing.
.B chatctl config check
says what is wrong with a file,
.B chatctl config diff
what it would change,
.B chatctl config show
what is in force and which layer each value comes from.
"#;

const MAN_TAIL: &str = r#".SH EXAMPLE
.nf
[server]
name = "chat.example.net"

[operator.alice]
password = "$argon2id$..."

[listen.everywhere]
address = "0.0.0.0:12345"

[listen.irc]
protocol = "irc"
address = "0.0.0.0:6697"
tls = { certificate = "/etc/chatd/tls/fullchain.pem", key = "/etc/chatd/tls/privkey.pem" }
.fi
.SH SEE ALSO
.BR chatd (8),
.BR chatctl (1)
"#;
