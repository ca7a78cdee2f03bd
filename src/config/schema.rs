//! What a key and a table of the configuration are. Checks, defaults, suggestions, the man page and the shipped file all
//! come from here and from [`KEYS`].

use crate::admin::Applies;

use super::kind::Kind;

pub(super) use super::keys::KEYS;

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    /// `limits.line`; of a listener `listen.*.address` or `listen.*.tls.key`.
    pub(super) path: &'static str,
    pub(super) kind: Kind,
    pub(super) default: Preset,
    pub(super) applies: Applies,
    /// What it is for, in full sentences.
    pub(super) doc: &'static str,
}

/// What holds when no layer names the key.
#[derive(Clone, Copy, Debug)]
pub(super) enum Preset {
    /// This, written as a variable of the environment would say it.
    Is(&'static str),
    /// `chatd.sock` in the runtime directory.
    Socket,
    /// The directory for logs.
    Logs,
    /// The directory for what outlives a restart.
    State,
    /// Nothing: what that means, and what could be set.
    Unset(&'static str, &'static str),
}

/// One table, with what the manual says of it.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) doc: &'static str,
}

/// The listeners that serve when no layer names any: name, protocol, address.
pub(super) const BUILT_IN: [(&str, &str, &str); 4] = [
    ("plain", "plain", "127.0.0.1:12345"),
    ("plain6", "plain", "[::1]:12345"),
    ("irc", "irc", "127.0.0.1:6667"),
    ("irc6", "irc", "[::1]:6667"),
];

/// Tables that have names: `[retention.NAME]`, `[operator.NAME]`, `[listen.NAME]`.
pub(super) const NAMED: [Named; 3] = [
    Named {
        section: "retention",
        most: 1024,
    },
    Named {
        section: "operator",
        most: 256,
    },
    Named {
        section: "listen",
        most: 64,
    },
];

/// One kind of tables that have names.
pub(super) struct Named {
    pub(super) section: &'static str,
    /// The most of them.
    pub(super) most: usize,
}

/// The tables, the listeners last: a file that was cut short then lacks them and is refused.
pub(super) static SECTIONS: [Section; 11] = [
    Section {
        name: "server",
        doc: "What the server says of itself.",
    },
    Section {
        name: "admin",
        doc: "The channel between chatd and chatctl.",
    },
    Section {
        name: "log",
        doc: "The log. The current file is always chatd.log; audit records are in audit/audit.log beside it.",
    },
    Section {
        name: "plain",
        doc: "The plain protocol: lines of text.",
    },
    Section {
        name: "irc",
        doc: "The IRC protocol.",
    },
    Section {
        name: "history",
        doc: "What was said, kept in a file. With it, nobody is shown a message before it is stored; one that cannot be stored is \
              refused to whoever said it and reaches nobody.",
    },
    Section {
        name: "retention",
        doc: "How long the messages of one room are kept, in place of history.retain_age and history.retain_count, each a table \
              [retention.NAME]. A name has 1 to 32 of a-z, 0-9, _ and -.",
    },
    Section {
        name: "accounts",
        doc: "Who people are, proven by a password or a certificate. An account's name is nobody else's nick.",
    },
    Section {
        name: "limits",
        doc: "Everything that is bounded. A limit has a positive value or, where that is allowed, \"off\"; 0 is an error. \
              Sizes are \"64KiB\", \"1MiB\", 4096 (a bare number means bytes). Times are \"200ms\", \"5s\", \"1h 30m\". \
              Rates are \"50/s\", \"5/10s\", \"60/min\", \"100/h\" (a bare number means so many a second): that many at \
              once, and that many again after one period. IPv6 addresses count per /64.",
    },
    Section {
        name: "operator",
        doc: "Who may become an operator with OPER on IRC, each a table [operator.NAME]. NAME is what OPER names and has 1 to 32 \
              of a-z, 0-9, _ and -. An operator has a password, a certificate or both, which are then both needed.",
    },
    Section {
        name: "listen",
        doc: "The places where connections are accepted, each a table [listen.NAME], so that a drop-in can add, change \
              or (enabled = false) remove one. A name has 1 to 32 of a-z, 0-9, _ and -. As soon as any layer names a \
              listener, the built-in ones (plain on 127.0.0.1:12345, irc on 127.0.0.1:6667, plain6 and irc6 on the same ports \
              of [::1]) are gone. When a listener goes, its clients stay.",
    },
];

/// The keys of one table, `listen` for the listeners'.
pub(super) fn keys_of(section: &str) -> impl Iterator<Item = &'static Key> + Clone + use<'_> {
    KEYS.iter()
        .filter(move |key| key.path.split('.').next() == Some(section))
}

/// The key of this dotted path, where that of a named table has `*` for the name.
pub(super) fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

/// The section's tables, if they have names.
pub(super) fn named(section: &str) -> Option<&'static Named> {
    const { &NAMED }
        .iter()
        .find(|named| named.section == section)
}

/// Whether this is a table in the named tables of a section: `tls` in `[listen.NAME]`.
pub(super) fn is_inner_table(section: &str, table: &str) -> bool {
    keys_of(section).any(|key| {
        key.within()
            .split_once('.')
            .is_some_and(|(of, _)| of == table)
    })
}

impl Key {
    /// Its last part.
    pub(super) fn last(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }

    /// As it is written in its section's table: `address`, `tls.key`.
    pub(super) fn within(&self) -> &'static str {
        match self.path.split_once(".*.") {
            Some((_, within)) => within,
            None => self.last(),
        }
    }

    /// The section that it is in, if that has named tables.
    pub(super) fn family(&self) -> Option<&'static str> {
        self.path.split_once(".*.").map(|(section, _)| section)
    }

    /// The path of this key in the table of that name.
    pub(super) fn of(&self, name: &str) -> String {
        self.path.replace('*', name)
    }
}

/// What is wrong with a table's name that [`is_name`] refuses.
pub(super) const NOT_A_NAME: &str = "this cannot be a name: expected 1 to 32 of a-z, 0-9, _ and -";

/// Whether this can be the name of a table.
pub(super) fn is_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}
