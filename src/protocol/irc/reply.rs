//! Writing lines to a client: numerics, standard replies, and lines of the server's own. Every line ends with CR LF.

use super::Numeric;

/// Asks a client whether it is there.
pub fn ping(server: &super::Server, out: &mut Vec<u8>) {
    Replies::new(out, "", &server.name, "*").line("PING", &[&server.name]);
}

/// The last line of one that is not let in, or not any more (RFC 2812 section 3.7.4).
pub fn error(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"ERROR :");
    out.extend_from_slice(text.as_bytes());
    out.extend_from_slice(b"\r\n");
}

/// Where replies to one client are written.
#[derive(Debug)]
pub struct Replies<'a> {
    out: &'a mut Vec<u8>,
    /// Before every line: tags with their space, or nothing.
    tags: &'a str,
    server: &'a str,
    nick: &'a str,
}

impl<'a> Replies<'a> {
    /// Replies from `server` to the client called `nick` (`*` before it has one). `tags` stand before every line: empty, or
    /// `@time=... ` with its space.
    pub fn new(out: &'a mut Vec<u8>, tags: &'a str, server: &'a str, nick: &'a str) -> Replies<'a> {
        Replies {
            out,
            tags,
            server,
            nick,
        }
    }

    /// A numeric with its parameters after the client's nick, and a last one that is for people.
    pub fn numeric(&mut self, numeric: Numeric, params: &[&str], text: &str) -> &mut Self {
        self.start(numeric);
        params.iter().for_each(|param| self.middle(param));
        self.out.extend_from_slice(b" :");
        self.end(text)
    }

    /// A numeric whose last parameter is no text for people: it gets a colon only if it needs one.
    pub fn bare(&mut self, numeric: Numeric, params: &[&str]) -> &mut Self {
        self.start(numeric);
        let Some((last, before)) = params.split_last() else {
            return self.end("");
        };
        before.iter().for_each(|param| self.middle(param));
        let needs_colon = last.is_empty() || last.starts_with(':') || last.contains(' ');
        self.out
            .extend_from_slice(if needs_colon { b" :" } else { b" " });
        self.end(last)
    }

    /// As many numerics as it takes to say all `words`, separated by spaces, each line within 510 bytes. `params` stand before
    /// the words in each. Without words: one line without any.
    pub fn words<'w>(
        &mut self,
        numeric: Numeric,
        params: &[&str],
        words: impl IntoIterator<Item = &'w str>,
    ) -> &mut Self {
        let head = 1 + self.server.len() + 5 + self.nick.len();
        let head = head + params.iter().map(|param| param.len() + 1).sum::<usize>() + 2;
        let room = 510_usize.saturating_sub(head);
        let mut text = String::new();
        for word in words {
            if !text.is_empty() && text.len() + 1 + word.len() > room {
                self.numeric(numeric, params, &text);
                text.clear();
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(word);
        }
        self.numeric(numeric, params, &text)
    }

    /// A standard reply (IRCv3 standard-replies): `FAIL`, `WARN` or `NOTE`, the command it is about (`*` for none), a code,
    /// what it is about, and a text for people.
    pub fn standard(
        &mut self,
        kind: &str,
        command: &str,
        code: &str,
        context: &[&str],
        text: &str,
    ) -> &mut Self {
        self.prefix();
        self.out.extend_from_slice(kind.as_bytes());
        self.middle(command);
        self.middle(code);
        context.iter().for_each(|param| self.middle(param));
        self.out.extend_from_slice(b" :");
        self.end(text)
    }

    /// Any line of the server: a command and its parameters, the last one with a colon if it needs one.
    pub fn line(&mut self, command: &str, params: &[&str]) -> &mut Self {
        self.prefix();
        self.out.extend_from_slice(command.as_bytes());
        let Some((last, before)) = params.split_last() else {
            return self.end("");
        };
        before.iter().for_each(|param| self.middle(param));
        let needs_colon = last.is_empty() || last.starts_with(':') || last.contains(' ');
        self.out
            .extend_from_slice(if needs_colon { b" :" } else { b" " });
        self.end(last)
    }

    /// The client's nick, or `*`.
    pub fn nick(&self) -> &str {
        self.nick
    }

    fn prefix(&mut self) {
        self.out.extend_from_slice(self.tags.as_bytes());
        self.out.push(b':');
        self.out.extend_from_slice(self.server.as_bytes());
        self.out.push(b' ');
    }

    fn start(&mut self, numeric: Numeric) {
        self.prefix();
        let code = numeric.code();
        for digit in [code / 100, code / 10 % 10, code % 10] {
            self.out.push(b'0' + u8::try_from(digit).unwrap_or(0));
        }
        self.middle(self.nick);
    }

    /// A parameter that is not the last: never empty, never with a space or a colon first, so that what follows stays in place.
    fn middle(&mut self, param: &str) {
        self.out.push(b' ');
        if param.is_empty() || param.starts_with(':') || param.contains(' ') {
            self.out.push(b'*');
        } else {
            self.out.extend_from_slice(param.as_bytes());
        }
    }

    fn end(&mut self, text: &str) -> &mut Self {
        self.out.extend_from_slice(text.as_bytes());
        self.out.extend_from_slice(b"\r\n");
        self
    }
}
