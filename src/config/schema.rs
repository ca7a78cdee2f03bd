//! Every key there is, in the order in which they are shown: what it holds, its default, how a change of it applies,
//! and what the manual says. Checks, defaults, suggestions, the man page and the shipped file all come from here.

use std::time::Duration;

use crate::admin::Applies::{self, Live, NewConnections, Restart};

use super::kind::Kind;
use super::text;

/// One key.
#[derive(Debug)]
pub(super) struct Key {
    /// `limits.line`; of a listener `listen.*.address`.
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
    /// Nothing; the text says what that means.
    Unset(&'static str),
}

/// One table, with what the manual says of it.
pub(super) struct Section {
    pub(super) name: &'static str,
    pub(super) doc: &'static str,
}

/// The listeners that serve when no layer names any.
pub(super) const BUILT_IN: [(&str, &str); 2] =
    [("plain", "127.0.0.1:12345"), ("plain6", "[::1]:12345")];

/// The most listeners.
pub(super) const LISTENERS: usize = 64;

/// The tables, the listeners last: a file that was cut short then lacks them and is refused.
pub(super) static SECTIONS: [Section; 6] = [
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
        name: "limits",
        doc: "Everything that is bounded. A limit has a positive value or, where that is allowed, \"off\"; 0 is an error. \
              Sizes are \"64KiB\", \"1MiB\", 4096 (a bare number means bytes). Times are \"200ms\", \"5s\", \"1h 30m\". \
              Rates are \"50/s\", \"5/10s\", \"60/min\", \"100/h\" (a bare number means so many a second): that many at \
              once, and that many again after one period. IPv6 addresses count per /64.",
    },
    Section {
        name: "listen",
        doc: "The places where connections are accepted, each a table [listen.NAME], so that a drop-in can add, change \
              or (enabled = false) remove one. A name has 1 to 32 of a-z, 0-9, _ and -. As soon as any layer names a \
              listener, the built-in ones (plain on 127.0.0.1:12345, plain6 on [::1]:12345) are gone. When a listener \
              goes, its clients stay.",
    },
];

const NAME: &str = "a name of 1 to 63 bytes without spaces and invisible characters";
const GREETING: &str = "a text of at most 600 bytes, without control characters but line breaks";
const SOCKET: &str = "an absolute path of at most 107 bytes";
const DIRECTORY: &str = "an absolute path";
const LEVEL: &str = "a level (off, error, warn, info, debug, trace), or levels by module such as \"info,chatd::net=debug\"";
const ROOM: &str = "a room's name, such as \"#lobby\"";

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const TIB: u64 = 1 << 40;

const fn text(expected: &'static str, check: fn(&str) -> Result<String, String>) -> Kind {
    Kind::Text { expected, check }
}
const fn count(min: u32, max: u32) -> Kind {
    let off = false;
    Kind::Count { min, max, off }
}
const fn count_or_off(max: u32) -> Kind {
    let (min, off) = (1, true);
    Kind::Count { min, max, off }
}
const fn size(min: u64, max: u64) -> Kind {
    let off = false;
    Kind::Size { min, max, off }
}
const fn time(min: u64, max: u64, off: bool) -> Kind {
    Kind::Time {
        min: Duration::from_millis(min),
        max: Duration::from_millis(max),
        off,
    }
}
const fn key(
    path: &'static str,
    kind: Kind,
    default: Preset,
    applies: Applies,
    doc: &'static str,
) -> Key {
    Key {
        path,
        kind,
        default,
        applies,
        doc,
    }
}

use Preset::{Is, Logs, Socket, Unset};

/// Every key.
#[rustfmt::skip] // a table: one line says what a key is, the next what it is for
pub(super) static KEYS: &[Key] = &[
    key("server.name", text(NAME, text::server_name), Is("chatd"), NewConnections,
        "The server's name, as clients and operators see it."),
    key("server.greeting", text(GREETING, text::greeting), Is("Welcome! Type and talk; /help says what else there is."), NewConnections,
        "What a client reads first; several lines are separated by \\n. Empty: nothing."),

    key("admin.socket", text(SOCKET, text::socket), Socket, Restart,
        "The Unix socket that chatctl talks to. It is made with mode 0660 and the group chatd, where that group exists."),
    key("admin.watch_private", Kind::Flag, Is("false"), Live,
        "Whether an operator who watches messages also sees the private ones between others. Each such watch leaves an audit record."),

    key("log.directory", text(DIRECTORY, text::directory), Logs, Live,
        "Where chatd.log is written."),
    key("log.level", text(LEVEL, text::level), Is("info"), Live,
        "What is logged: off, error, warn, info, debug or trace, or levels by module: \"info,chatd::net=debug\". A level that was \
         set by chatctl log level holds until this key changes in a reload, or until restart."),
    key("log.rotation", Kind::Word(&["minutely", "hourly", "daily", "never"]), Is("daily"), Live,
        "When a new file is begun, by the clock (UTC)."),
    key("log.max_size", Kind::Size { min: 4 * KIB, max: TIB, off: true }, Is("64MiB"), Live,
        "A new file is also begun when the current one reaches this size."),
    key("log.keep", count_or_off(10_000), Is("14"), Live,
        "How many closed files are kept; older ones are removed. \"off\": all are kept."),

    key("plain.room", text(ROOM, text::room), Is("#lobby"), Live,
        "The room that a new client lands in."),
    key("plain.unterminated_after", time(10, 60_000, true), Is("200ms"), Live,
        "Bytes without a newline, followed by this much silence, are one message, until the connection has sent its first \
         newline. \"off\": only a newline ends a message."),

    key("limits.connections", count_or_off(1_000_000), Is("10000"), Live,
        "Connections at once. The descriptors that the system allows are a second limit; chatctl status shows both."),
    key("limits.connections_per_address", count_or_off(1_000_000), Is("100"), Live,
        "Connections at once from one address."),
    key("limits.connect_rate", Kind::Rate, Is("50/s"), Live,
        "New connections from one address."),
    key("limits.flood_burst", count(1, 10_000), Is("20"), Live,
        "Lines that one client may send at once; after that, flood_rate holds. A line counts once more for each full KiB that it has."),
    key("limits.flood_rate", Kind::Rate, Is("10/s"), Live,
        "How fast the lines of one client are allowed again after flood_burst."),
    key("limits.join_rate", Kind::Rate, Is("60/min"), Live,
        "Joins of one client."),
    key("limits.nick_rate", Kind::Rate, Is("10/min"), Live,
        "Changes of nick of one client."),
    key("limits.exempt", Kind::Networks, Is(""), Live,
        "Networks that connections_per_address and the rates do not hold for, in CIDR notation. A mapped address \
         (::ffff:10.1.2.3) counts as the IPv4 address that it is."),
    key("limits.line", size(512, 64 * KIB), Is("4KiB"), Live,
        "The longest line that a client may send, its newline not counted. A longer one is refused whole."),
    key("limits.input_queue", size(4 * KIB, 16 * MIB), Is("64KiB"), Live,
        "What one client may have sent that is not yet carried out, because of flood_rate or for want of a line's end; beyond it, \
         the client is cut off. At least as large as line."),
    key("limits.send_queue", size(32 * KIB, 256 * MIB), Is("4MiB"), Live,
        "What may wait to be written to one client; beyond it, the client is cut off. At least 8 times as large as line."),
    key("limits.send_memory", size(4 * MIB, 64 * 1024 * MIB), Is("256MiB"), Live,
        "What may wait to be written to all clients together; beyond it, the slowest readers are cut off, the fullest queues first. \
         At least as large as send_queue."),
    key("limits.send_buffer", size(4 * KIB, 8 * MIB), Is("64KiB"), NewConnections,
        "The kernel's own buffer for what is written to one client; it counts on top of send_queue."),
    key("limits.send_time", time(100, 3_600_000, true), Is("30s"), Live,
        "How long a client may take nothing at all while something waits for it; then it is cut off."),
    key("limits.linger", time(100, 60_000, false), Is("2s"), Live,
        "How long a client that is cut off may take to read why."),
    key("limits.grace", time(100, 600_000, false), Is("5s"), Live,
        "How long a shutdown may take to write out what is queued."),
    key("limits.keepalive", time(1000, 32_767_000, true), Is("2m"), NewConnections,
        "After this much silence the kernel asks whether the other end is still there. It counts whole seconds."),
    key("limits.rooms", count_or_off(1_000_000), Is("10000"), Live,
        "Rooms at once."),
    key("limits.rooms_per_client", count_or_off(10_000), Is("50"), Live,
        "Rooms that one client may be in at once."),
    key("limits.inbox", count(16, 1_000_000), Is("4096"), Restart,
        "Commands that wait for the chat to carry them out; beyond it, connections wait."),
    key("limits.admin_connections", count(1, 1024), Is("64"), Live,
        "Connections to the admin socket at once."),
    key("limits.admin_request", size(4 * KIB, 16 * MIB), Is("256KiB"), Live,
        "The largest request on the admin socket; chatctl config check sends whole files in one."),
    key("limits.admin_time", time(100, 600_000, false), Is("5s"), Live,
        "How long a request on the admin socket may take to arrive, and its reply to be taken."),
    key("limits.watch_queue", count(16, 1_000_000), Is("1024"), Live,
        "What may wait for one chatctl watch or console that does not read; beyond it, the gap is counted and told."),

    key("listen.*.address", Kind::Address, Unset("each listener needs one"), Live,
        "IP address and port; 0.0.0.0 and [::] are all of the machine's addresses. With port 0 the system chooses one, which \
         chatctl status shows."),
    key("listen.*.protocol", Kind::Word(&["plain"]), Is("plain"), NewConnections,
        "What is spoken there."),
    key("listen.*.enabled", Kind::Flag, Is("true"), Live,
        "Whether it is open at all."),
    key("listen.*.greeting", text(GREETING, text::greeting), Unset("as server.greeting"), NewConnections,
        "What a client of this listener reads first, in place of server.greeting. Empty: nothing."),
    key("listen.*.news", Kind::Flag, Is("true"), NewConnections,
        "Whether its clients are told who comes and goes. With greeting = \"\" and news = false a program that only \
         expects answers gets only what people say."),
];

/// The keys of one table, `listen` for the listeners'.
pub(super) fn keys_of(section: &str) -> impl Iterator<Item = &'static Key> + Clone + use<'_> {
    KEYS.iter()
        .filter(move |key| key.path.split('.').next() == Some(section))
}

/// The key of this dotted path, where a listener's has `*` for its name.
pub(super) fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path == path)
}

impl Key {
    /// Its last part.
    pub(super) fn last(&self) -> &'static str {
        self.path.rsplit('.').next().unwrap_or(self.path)
    }

    /// The path of this key of that listener.
    pub(super) fn of_listener(&self, name: &str) -> String {
        self.path.replace('*', name)
    }
}

/// What is wrong with a listener's name that [`is_listener_name`] refuses.
pub(super) const NOT_A_LISTENER: &str =
    "this cannot be a listener's name: expected 1 to 32 of a-z, 0-9, _ and -";

/// Whether this can be a listener's name.
pub(super) fn is_listener_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name
            .bytes()
            .all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-'))
}
