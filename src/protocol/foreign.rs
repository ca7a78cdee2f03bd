//! Other protocols on a port of ours, known by a connection's first bytes or first line. Nothing of them is carried out.

/// What the first bytes say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum First {
    /// Not one of those that are known by their first bytes.
    Ours,
    /// It may become one of them.
    Open,
    /// This one.
    Foreign(&'static str),
}

const TLS: &str = "TLS";
const PROXY: &str = "PROXY protocol";

/// Each of these, at the very start, is decisive.
const STARTS: [(&[u8], &str); 10] = [
    // haproxy.org, proxy-protocol.txt, 2.1 and 2.2
    (b"\r\n\r\n\0\r\nQUIT\n", PROXY),
    (b"PROXY TCP4 ", PROXY),
    (b"PROXY TCP6 ", PROXY),
    (b"PROXY UNKNOWN\r", PROXY),
    // RFC 4253, 4.2
    (b"SSH-2.0-", "SSH"),
    (b"SSH-1.99-", "SSH"),
    // RFC 8446, 5.1: handshake, and the version of the record
    (b"\x16\x03\x00", TLS),
    (b"\x16\x03\x01", TLS),
    (b"\x16\x03\x02", TLS),
    (b"\x16\x03\x03", TLS),
];

/// By the first bytes of a connection, as many as there are.
pub(super) fn by_start(bytes: &[u8]) -> First {
    let mut first = First::Ours;
    for (start, name) in STARTS {
        if bytes.starts_with(start) {
            return First::Foreign(name);
        }
        if start.starts_with(bytes) {
            first = First::Open;
        }
    }
    first
}

/// By the first line, without its end: `GET /path HTTP/1.1`.
pub(super) fn by_line(line: &[u8]) -> Option<&'static str> {
    let mut words = line.split(|&b| b == b' ');
    let (verb, target, version) = (words.next()?, words.next()?, words.next()?);
    let is_request = words.next().is_none() && is_verb(verb) && !target.is_empty();
    if is_request && (version.starts_with(b"HTTP/1.") || version.starts_with(b"HTTP/2.")) {
        return Some("HTTP");
    }
    None
}

/// By a first line that is too long to be looked at whole: `GET /very-long-path`.
pub(super) fn by_long_line(start: &[u8]) -> Option<&'static str> {
    let mut words = start.splitn(2, |&b| b == b' ');
    let (verb, target) = (words.next()?, words.next()?);
    let is_target = target.starts_with(b"/") || target.starts_with(b"http");
    (is_verb(verb) && is_target).then_some("HTTP")
}

/// By the first word, where it is a method of HTTP (RFC 9110 §9.3, RFC 5789, RFC 9113 §3.4) that is no command of IRC: CONNECT and
/// TRACE are.
pub(super) fn by_method(line: &[u8]) -> Option<&'static str> {
    const METHODS: [&[u8]; 8] = [
        b"GET", b"POST", b"HEAD", b"PUT", b"DELETE", b"OPTIONS", b"PATCH", b"PRI",
    ];
    let word = line.split(|&b| b == b' ').next()?;
    METHODS.contains(&word).then_some("HTTP")
}

fn is_verb(word: &[u8]) -> bool {
    (3..=16).contains(&word.len()) && word.iter().all(u8::is_ascii_uppercase)
}
