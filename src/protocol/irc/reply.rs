//! Writing lines to a client: numerics, standard replies, and lines of the server's own. Every line ends with CR LF.

#[cfg(test)]
mod tests;

use super::{BODY, Numeric};

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
    /// Where the line that is being written begins, without its tags.
    line: usize,
}

/// Stands at the end of a text that does not fit.
const CUT: &str = "…";

/// Words being gathered into as few lines as hold them.
#[derive(Debug)]
pub struct Words<'r, 'a> {
    replies: &'r mut Replies<'a>,
    numeric: Numeric,
    params: &'r [&'r str],
    separator: char,
    room: usize,
    text: String,
    lines: usize,
}

impl Words<'_, '_> {
    /// Adds the word that `write` appends to the text. One that does not fit begins the next line.
    pub fn add(&mut self, write: impl FnOnce(&mut String)) {
        let before = self.text.len();
        if before > 0 {
            self.text.push(self.separator);
        }
        let start = self.text.len();
        write(&mut self.text);
        if before > 0 && self.text.len() > self.room {
            let (line, word) = (&self.text[..before], &self.text[start..]);
            self.replies.numeric(self.numeric, self.params, line);
            let word = word.to_owned();
            self.text = word;
            self.lines += 1;
        }
    }

    /// How many bytes of answer there are so far: all that is written and what waits for its line.
    pub fn written(&self) -> usize {
        self.replies.written() + self.text.len()
    }

    /// Writes what is left. Whether any line was written.
    pub fn end(self) -> bool {
        if !self.text.is_empty() {
            self.replies.numeric(self.numeric, self.params, &self.text);
        }
        self.lines > 0 || !self.text.is_empty()
    }
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
            line: 0,
        }
    }

    /// How many bytes have been written, to this place and before it was taken for these replies.
    pub fn written(&self) -> usize {
        self.out.len()
    }

    /// Gathers words with a separator between them, as the last parameter of as many numerics as it takes, each line within 510
    /// bytes. `params` stand before the words in each.
    pub fn gather<'r>(
        &'r mut self,
        numeric: Numeric,
        params: &'r [&'r str],
        separator: char,
    ) -> Words<'r, 'a> {
        let before = params.iter().map(|param| param.len() + 1).sum::<usize>() + 2;
        Words {
            room: self.room(3).saturating_sub(before),
            replies: self,
            numeric,
            params,
            separator,
            text: String::new(),
            lines: 0,
        }
    }

    /// A numeric with its parameters after the client's nick, and a last one that is for people; it is cut where the line is full.
    pub fn numeric(&mut self, numeric: Numeric, params: &[&str], text: &str) -> &mut Self {
        self.start(numeric);
        for param in params {
            self.middle(param);
        }
        self.text(text)
    }

    /// A numeric whose last parameter is no text for people: it gets a colon only if it needs one.
    pub fn bare(&mut self, numeric: Numeric, params: &[&str]) -> &mut Self {
        self.start(numeric);
        self.params(params)
    }

    /// As many numerics as it takes to say all `words`, separated by spaces, each line within 510 bytes. `params` stand before
    /// the words in each. Without words: one line without any.
    pub fn words<'w>(
        &mut self,
        numeric: Numeric,
        params: &[&str],
        words: impl IntoIterator<Item = &'w str>,
    ) -> &mut Self {
        let mut gathered = self.gather(numeric, params, ' ');
        for word in words {
            gathered.add(|text| text.push_str(word));
        }
        if !gathered.end() {
            self.numeric(numeric, params, "");
        }
        self
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
        for param in context {
            self.middle(param);
        }
        self.text(text)
    }

    /// Any line of the server: a command and its parameters, the last one with a colon if it needs one.
    pub fn line(&mut self, command: &str, params: &[&str]) -> &mut Self {
        self.prefix();
        self.out.extend_from_slice(command.as_bytes());
        self.params(params)
    }

    /// A line of the server: a command, its parameters, and a last one that has a colon, needed or not.
    pub fn trailing(&mut self, command: &str, params: &[&str], text: &str) -> &mut Self {
        self.prefix();
        self.out.extend_from_slice(command.as_bytes());
        for param in params {
            self.middle(param);
        }
        self.out.extend_from_slice(b" :");
        self.end(text)
    }

    /// What one of the services says: `:NickServ!NickServ@server NOTICE nick :text`.
    pub fn said_by(&mut self, name: &str, text: &str) -> &mut Self {
        self.out.extend_from_slice(self.tags.as_bytes());
        self.line = self.out.len();
        let source = [":", name, "!", name, "@", self.server, " "].concat();
        self.out.extend_from_slice(source.as_bytes());
        self.out.extend_from_slice(b"NOTICE");
        self.middle(self.nick);
        self.text(text)
    }

    /// Between the lines that open and close a batch (IRCv3 batch): what `write` writes, marked as its. Nothing may be batched
    /// already. `reference` is a word of letters and digits; it can come again once the batch is closed.
    pub fn batch(
        &mut self,
        reference: &str,
        kind: &str,
        write: impl FnOnce(&mut Replies<'_>),
    ) -> &mut Self {
        self.line("BATCH", &[&format!("+{reference}"), kind]);
        let tags = match self.tags.strip_prefix('@') {
            Some(tags) => format!("@batch={reference};{tags}"),
            None => format!("@batch={reference} "),
        };
        write(&mut Replies::new(self.out, &tags, self.server, self.nick));
        self.line("BATCH", &[&format!("-{reference}")])
    }

    /// How many bytes fit on a line after its source, a command of `command` bytes and the client's nick: 510 less those and the
    /// spaces between them. Tags do not count.
    pub fn room(&self, command: usize) -> usize {
        let head = 1 + self.server.len() + 1 + command + 1 + self.nick.len();
        BODY.saturating_sub(head)
    }

    /// The client's nick, or `*`.
    pub fn nick(&self) -> &str {
        self.nick
    }

    fn prefix(&mut self) {
        self.out.extend_from_slice(self.tags.as_bytes());
        self.line = self.out.len();
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

    /// All parameters, the last one with a colon if it needs one, and the end of the line.
    fn params(&mut self, params: &[&str]) -> &mut Self {
        let Some((last, before)) = params.split_last() else {
            return self.end("");
        };
        for param in before {
            self.middle(param);
        }
        let needs_colon = last.is_empty() || last.starts_with(':') || last.contains(' ');
        self.out
            .extend_from_slice(if needs_colon { b" :" } else { b" " });
        self.end(last)
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

    /// The last parameter, a text for people. One that would make the line longer than a line may be ends with `…` where it is
    /// full.
    fn text(&mut self, text: &str) -> &mut Self {
        self.out.extend_from_slice(b" :");
        let room = BODY.saturating_sub(self.out.len() - self.line);
        if text.len() <= room {
            return self.end(text);
        }
        let shown = text.floor_char_boundary(room.saturating_sub(CUT.len()));
        self.out.extend_from_slice(&text.as_bytes()[..shown]);
        self.end(if room < CUT.len() { "" } else { CUT })
    }

    /// The end of a line. It is never longer than a line may be, whatever a client has had repeated to it.
    fn end(&mut self, text: &str) -> &mut Self {
        self.out.extend_from_slice(text.as_bytes());
        if self.out.len() - self.line > BODY {
            let mut end = self.line + BODY;
            while self.out[end] & 0xC0 == 0x80 {
                end -= 1;
            }
            self.out.truncate(end);
        }
        self.out.extend_from_slice(b"\r\n");
        self
    }
}
