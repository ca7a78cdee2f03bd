//! The table of all keys: what each holds, its default, how a change of it applies, and what the manual says of it.

use std::time::Duration;

use crate::admin::Applies::{self, Live, NewConnections, Restart};

use super::kind::Kind;
use super::schema::{Key, Preset};
use super::text;

const NAME: &str = "a name of 1 to 63 bytes without spaces, '!', '@' and invisible characters, not beginning with ':'";
const NETWORK: &str = "a name of 1 to 63 bytes without spaces and invisible characters";
const PASSWORD: &str = "an argon2 hash, as chatctl hash-password makes it, or \"credential:NAME\"";
const PATH: &str = "a path; one that does not begin with / is beside the main configuration file";
const FILE: &str = "a path; one that does not begin with / is beside the main configuration file; or \"credential:NAME\"";
const LINE: &str = "one line of at most 200 bytes, without control characters";
const ICON: &str = "a URL that begins with https:// and has at most 300 bytes, without spaces and control characters";
const HASH: &str =
    "the SHA-256 hash of a certificate: 64 hexadecimal digits, with or without colons";
const HOST: &str =
    "a host name of 1 to 63 of A-Z, a-z, 0-9, '-', '.', ':' and '/', not beginning with ':'";
const ORIGINS: &str = "a list of at most 64 origins, such as [\"https://chat.example.net\"]";
const GROUPS: &str = "a list of at most 64 names of groups, each of 1 to 63 bytes without ':', ',' and invisible characters, such as [\"chatd\"]";
const HOSTS: &str = "a list of at most 64 host names, such as [\"irc.example.net\"]";
const PERSISTENCE: &str =
    "a time of whole seconds up to 10 years, such as \"30d\", \"12h\" or \"0s\"";
const MODES: &str = "letters among CcSiKMmnNPpRstuU, each at most once";
const TAGS: &str = "names of tags separated by commas, \"*\" for all, \"-NAME\" for one that is not meant; at most 200 bytes";
const GREETING: &str = "a text of at most 600 bytes, without control characters but line breaks";
const SOCKET: &str = "an absolute path of at most 107 bytes";
const DIRECTORY: &str = "an absolute path";
const LEVEL: &str = "a level (off, error, warn, info, debug, trace), or levels by module such as \"info,chatd::net=debug\"";
const CENTURY: u64 = 36_500 * 86_400_000;
const ROOM: &str = "a room's name, such as \"#lobby\"";

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const TIB: u64 = 1 << 40;

const fn text(expected: &'static str, check: fn(&str) -> Result<String, String>) -> Kind {
    Kind::Text { expected, check }
}
const fn texts(expected: &'static str, check: fn(&str) -> Result<String, String>) -> Kind {
    Kind::Texts { expected, check }
}
const fn secret(expected: &'static str, check: fn(&str) -> Result<String, String>) -> Kind {
    Kind::Secret { expected, check }
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

use Preset::{Is, Logs, Socket, State, Unset};

/// Every key.
#[rustfmt::skip] // a table: one line says what a key is, the next what it is for
pub(super) static KEYS: &[Key] = &[
    key("server.name", text(NAME, text::server_name), Is("chatd"), Live,
        "The server's name, as clients and operators see it."),
    key("server.greeting", text(GREETING, text::greeting), Is("Welcome! Type and talk; /help says what else there is."), NewConnections,
        "What a client reads first; several lines are separated by \\n. Empty: nothing."),
    key("server.network", text(NETWORK, text::network_name), Unset("as server.name", "ExampleNet"), Live,
        "The network's name, as IRC clients show it."),
    key("server.description", text(LINE, text::line), Is("a chat server"), Live,
        "What the server is, in a few words; IRC clients show it beside its name."),
    key("server.location", text(LINE, text::line), Unset("not told", "Bern, Switzerland"), Live,
        "Where the server is, for ADMIN on IRC."),
    key("server.email", text(LINE, text::line), Unset("not told", "admin@example.net"), Live,
        "Whom to write to about the server, for ADMIN on IRC."),
    key("server.icon", text(ICON, text::icon), Unset("none", "https://example.net/icon.svg"), Live,
        "A picture of the network, which IRC clients may show."),
    key("server.motd", text(PATH, text::path), Unset("none", "motd.txt"), Live,
        "The file with the message of the day for IRC clients: text in UTF-8, at most 64 KiB, 500 lines and 400 bytes a line. It is \
         read at start and at each reload."),
    key("server.password", secret(PASSWORD, text::password), Unset("none is asked for", "$argon2id$..."), NewConnections,
        "The password that IRC clients must give with PASS. Without TLS everybody on the way can read it."),

    key("admin.socket", text(SOCKET, text::socket), Socket, Restart,
        "The Unix socket that chatctl talks to. It is made with mode 0660 and the group chatd, where that group exists."),
    key("admin.readers", texts(GROUPS, text::group), Is("chatd"), Live,
        "The groups whose members may look: who is connected, how the daemon is, what happens, what is configured, but not what people \
         say. To reach the socket they must be in its group, chatd, too. The names are looked up at start and at each reload. Which groups a \
         caller is in, the kernel says; of a process in more than 64 of them, only its own group counts."),
    key("admin.administrators", texts(GROUPS, text::group), Is("chatd-admin"), Live,
        "The groups whose members may do everything, as root and the user that chatd runs as always may. Nobody else may do anything."),
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
    key("log.keep_audit", count_or_off(10_000), Is("400"), Live,
        "As many of the audit log, which says what operators did: more than a year of days, if none is too long (log.max_size)."),

    key("plain.room", text(ROOM, text::room), Is("#lobby"), Live,
        "The room that a new client lands in."),
    key("plain.unterminated_after", time(10, 60_000, true), Is("200ms"), Live,
        "Bytes without a newline, followed by this much silence, are one message, until the connection has sent its first \
         newline. \"off\": only a newline ends a message."),

    key("irc.room_modes", text(MODES, text::room_modes), Is("nt"), Live,
        "The modes that a new room begins with."),
    key("irc.client_tag_deny", text(TAGS, text::tag_deny), Is(""), Live,
        "Which client-only tags (typing, reactions and the like) are taken out of messages, as CLIENTTAGDENY tells clients: \
         \"*,-typing\" lets only typing through."),
    key("irc.sts_port", count(1, 65_535), Unset("no policy", "6697"), Live,
        "The port with TLS that clients without TLS are to use instead, by a policy of strict transport security; told only when \
         sts_duration is set."),
    key("irc.sts_duration", text(PERSISTENCE, text::persistence), Unset("no policy", "30d"), Live,
        "How long clients are to insist on TLS after they have last used it; during it the certificate must stay valid for the name \
         that they use. \"0s\" takes a former policy back. Needs sts_port."),
    key("irc.sts_preload", Kind::Flag, Is("false"), Live,
        "Whether programs may be shipped with the policy."),
    key("irc.sts_hosts", texts(HOSTS, text::server_host), Is(""), Live,
        "The host names that the policy holds for, compared with the one that a client names in its TLS handshake. Empty: any name."),

    key("history.enabled", Kind::Flag, Is("true"), Restart,
        "Whether what is said is kept, and what else happens in rooms. Without it nobody can read what was said before. Accounts, \
         registered rooms and users who stay without a client are kept in the same file all the same, unless accounts.enabled is false too."),
    key("history.directory", text(DIRECTORY, text::directory), State, Restart,
        "Where the history is kept; chatctl store status names its file. One history has one chatd. Never a network file system. \
         Under systemd, another directory than the default needs ReadWritePaths= in a drop-in of the unit."),
    key("history.durability", Kind::Word(&["commit", "relaxed"]), Is("commit"), Live,
        "When a message counts as stored and is shown. \"commit\": when the disk has it (fsync). \"relaxed\": when the system has \
         it; the disk gets it within a second. With \"relaxed\" the last second of messages, which people have already seen, may \
         be missing after a power failure or a crash of the system; a crash of chatd alone loses nothing."),
    key("history.retain_age", time(1000, CENTURY, true), Is("off"), Live,
        "How long messages are kept; older ones are removed for good, a few at a time. \"off\": for ever."),
    key("history.retain_count", count_or_off(1_000_000_000), Is("off"), Live,
        "How many messages of each room are kept: the latest. \"off\": all of them."),
    key("history.direct_messages", Kind::Flag, Is("true"), Live,
        "Whether private messages are kept too. Only the two can read them, an account on all its devices and for as long as they are \
         kept, one without an account for as long as it stays connected; and whoever can read the file. Where they are not kept, those \
         to somebody who is always on and has no client are refused."),
    key("history.events", Kind::Flag, Is("true"), Live,
        "Whether it is kept too who comes and goes (joins, parts, quits, kicks, nicks) and what becomes of rooms (topics, modes, new \
         names), and reactions; for clients that ask for it."),
    key("history.before_join", Kind::Flag, Is("true"), Live,
        "Whether those who enter a room may read what was said in it before, while anybody could have come in. What was said while \
         the room was not open to everybody is never shown to those who were not there."),
    key("history.pending", size(256 * KIB, 1024 * MIB), Is("8MiB"), Live,
        "What may wait for the disk; beyond it further messages are refused."),
    key("history.stall", time(100, 600_000, false), Is("10s"), Live,
        "How long a message may wait for the disk; when one has waited longer, further ones are refused."),
    key("history.replay", count_or_off(1000), Is("50"), Live,
        "How many of a room's latest messages an IRC client without CHATHISTORY gets when it enters. \"off\": none."),
    key("history.plain_replay", count_or_off(1000), Is("off"), Live,
        "How many of a room's latest messages a plain client gets when it enters. \"off\": none."),

    key("retention.*.room", text(ROOM, text::room), Unset("each of these tables needs one", "#tea"), Live,
        "The room. Each room has at most one of these tables."),
    key("retention.*.age", time(1000, CENTURY, true), Is("off"), Live,
        "How long its messages are kept. \"off\": for ever."),
    key("retention.*.count", count_or_off(1_000_000_000), Is("off"), Live,
        "How many of its messages are kept: the latest. \"off\": all of them."),

    key("accounts.enabled", Kind::Flag, Is("true"), Restart,
        "Whether there are accounts. They are kept in the file of the history (history.directory), also when history.enabled is false."),
    key("accounts.registration", Kind::Flag, Is("true"), Live,
        "Whether people make accounts by themselves (REGISTER, /msg NickServ REGISTER, /register). When not, chatctl account add makes them."),
    key("accounts.always_on", Kind::Flag, Is("false"), Live,
        "Whether the user that goes by an account's name stays in its rooms when its last client has gone, where the account does not \
         say otherwise."),
    key("accounts.missed", count_or_off(10_000), Is("1000"), Live,
        "How many of the messages that a device of such a user has missed it gets when it comes back: of each room, and of all private \
         ones. Clients with CHATHISTORY ask by themselves. \"off\": none."),

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
        "How long a client that is cut off may take to read why, and how long what a client had sent before its connection broke \
         is still carried out."),
    key("limits.grace", time(100, 600_000, false), Is("5s"), Live,
        "How long a shutdown may take to write out what is queued."),
    key("limits.keepalive", time(1000, 32_767_000, true), Is("2m"), NewConnections,
        "After this much silence the kernel asks whether the other end is still there. It counts whole seconds."),
    key("limits.rooms", count_or_off(1_000_000), Is("10000"), Live,
        "Rooms at once."),
    key("limits.rooms_per_client", count_or_off(10_000), Is("50"), Live,
        "Rooms that one client may be in at once."),
    key("limits.rooms_per_account", count_or_off(10_000), Is("20"), Live,
        "Rooms that one account may have registered; they stay when nobody is in them. Rooms that it inherits come on top."),
    key("limits.registration_time", time(1000, 600_000, false), Is("30s"), NewConnections,
        "How long an IRC client may take, in total, until it is registered."),
    key("limits.ping_interval", time(1000, 86_400_000, true), Is("2m"), Live,
        "After this much silence an IRC client is asked whether it is still there (PING)."),
    key("limits.ping_timeout", time(1000, 3_600_000, false), Is("1m"), Live,
        "How long it may take to answer that; then it is cut off."),
    key("limits.list_entries", count(1, 10_000), Is("100"), Live,
        "Entries of each list of a room: bans, exceptions, invitations; and accounts with access to a registered one."),
    key("limits.monitor", count(1, 10_000), Is("100"), Live,
        "Nicks that one client may watch (MONITOR)."),
    key("limits.whowas", count_or_off(100_000), Is("1000"), Live,
        "Users who have gone and are remembered (WHOWAS). \"off\": none are."),
    key("limits.hashes", count(1, 64), Is("2"), Live,
        "Passwords that are checked, or whose hashes are made, at once; more of them wait. Each takes some 20 MiB and a processor."),
    key("limits.password_rate", Kind::Rate, Is("10/min"), Live,
        "Wrong passwords from one address (PASS, OPER, accounts), and for one account from addresses where it was never proven; beyond \
         it, none of these passwords is checked until the rate allows it again."),
    key("limits.register_rate", Kind::Rate, Is("5/h"), Live,
        "Accounts that are made from one address."),
    key("limits.tls_handshakes", count(1, 10_000), Is("64"), Live,
        "TLS and WebSocket handshakes at once; more of them wait, and then one that has taken more than two seconds makes way \
         for one from another address."),
    key("limits.tls_handshake_time", time(100, 300_000, false), Is("10s"), NewConnections,
        "How long a TLS or WebSocket handshake may take; one that waits for its turn may wait as long before it."),
    key("limits.inbox", count(16, 1_000_000), Is("4096"), Restart,
        "Commands that wait for the chat to carry them out; beyond it, connections wait."),
    key("limits.workers", count(1, 16), Is("2"), Restart,
        "Threads that write to clients where a message is for very many of them, the chat's own among them; at most as many as there are \
         processors. Connections with TLS and WebSocket are written to by the chat's own."),
    key("limits.admin_connections", count(1, 1024), Is("64"), Live,
        "Connections to the admin socket at once."),
    key("limits.admin_request", size(4 * KIB, 16 * MIB), Is("256KiB"), Live,
        "The largest request on the admin socket; chatctl config check sends whole files in one."),
    key("limits.admin_time", time(100, 600_000, false), Is("5s"), Live,
        "How long a request on the admin socket may take to arrive, and its reply to be taken."),
    key("limits.watch_queue", count(16, 1_000_000), Is("1024"), Live,
        "What may wait for one chatctl watch or console that does not read; beyond it, the gap is counted and told."),

    key("operator.*.password", secret(PASSWORD, text::password), Unset("none", "$argon2id$..."), Live,
        "The password that OPER must give."),
    key("operator.*.certificate", text(HASH, text::fingerprint), Unset("none", "c3ab8ff13720e8ad9047dd39466b3c8974e592c2fa383d4a3960714caef0c4f2"), Live,
        "The client certificate that the operator must have connected with; the listener must ask for one \
         (client_certificates = \"ask\")."),
    key("operator.*.role", Kind::Word(&["observer", "moderator", "administrator"]), Is("administrator"), Live,
        "What the operator may do: an observer sees, a moderator also acts on users and rooms, an administrator also on the server."),
    key("operator.*.host", text(HOST, text::host), Unset("its own", "staff.example.net"), Live,
        "The host that others see of the operator."),
    key("operator.*.from", Kind::Networks, Is(""), Live,
        "The networks that the operator may come from, in CIDR notation. Empty: any."),

    key("listen.*.address", Kind::Address, Unset("each listener needs one", ""), Live,
        "IP address and port; 0.0.0.0 and [::] are all of the machine's addresses. With port 0 the system chooses one, which \
         chatctl status shows."),
    key("listen.*.protocol", Kind::Word(&["plain", "irc", "websocket"]), Is("plain"), NewConnections,
        "What is spoken there: lines of plain text, IRC, or IRC over WebSocket."),
    key("listen.*.enabled", Kind::Flag, Is("true"), Live,
        "Whether it is open at all."),
    key("listen.*.greeting", text(GREETING, text::greeting), Unset("as server.greeting", ""), NewConnections,
        "What a client of this listener reads first, in place of server.greeting. Empty: nothing."),
    key("listen.*.news", Kind::Flag, Is("true"), NewConnections,
        "Whether its clients are told who comes and goes. With greeting = \"\" and news = false a program that only \
         expects answers gets only what people say."),
    key("listen.*.tls.certificate", text(FILE, text::file), Unset("no TLS", "/etc/chatd/tls/fullchain.pem"), NewConnections,
        "The file with the server's certificate and those that it rests on, in PEM. With it and tls.key the listener speaks TLS 1.2 \
         and 1.3. The files are read at start and at each reload; a bad or expired certificate is refused then and the old one stays. \
         Connections keep the one that they began with."),
    key("listen.*.tls.key", text(FILE, text::file), Unset("no TLS", "/etc/chatd/tls/privkey.pem"), NewConnections,
        "The file with the certificate's private key, in PEM. Only root need be able to read it as a credential, which systemd hands \
         over (LoadCredential=) when chatd starts; another one takes a restart."),
    key("listen.*.tls.client_certificates", Kind::Word(&["off", "ask"]), Unset("\"off\"", "ask"), NewConnections,
        "Whether clients are asked for a certificate. They need not have one, and nobody vouches for it: what counts is its SHA-256 \
         hash, by which a client is known again."),
    key("listen.*.origins", texts(ORIGINS, text::origin), Unset("any", "https://chat.example.net"), NewConnections,
        "For protocol = \"websocket\": the web sites whose pages may connect. Programs that are no browsers name no site and may always."),
];
