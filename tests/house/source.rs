//! A Rust file as the rules see it: its words without comments, strings and test modules, and the paths it names.

/// One file.
pub(crate) struct Source {
    name: String,
    lines: usize,
    tokens: Vec<String>,
}

impl Source {
    /// `name` is the path below `src/`.
    pub(crate) fn new(name: &str, text: &str) -> Source {
        Source {
            name: name.into(),
            lines: text.lines().count(),
            tokens: without_tests(&tokens(text)),
        }
    }

    /// The path below `src/`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// How many lines it has.
    pub(crate) fn lines(&self) -> usize {
        self.lines
    }

    /// Its words and signs.
    pub(crate) fn tokens(&self) -> &[String] {
        &self.tokens
    }

    /// The top-level module it belongs to; `bin` for the programs, empty for `lib.rs`.
    pub(crate) fn top(&self) -> &str {
        match self.name.split_once('/') {
            Some((top, _)) => top,
            None => self
                .name
                .strip_suffix(".rs")
                .filter(|m| *m != "lib")
                .unwrap_or(""),
        }
    }

    /// Whether all of it is tests.
    pub(crate) fn is_test(&self) -> bool {
        let stem = self.name.trim_end_matches(".rs");
        stem.split('/')
            .any(|part| part == "tests" || part.ends_with("_tests"))
    }

    /// The module path that the file is.
    fn module(&self) -> Vec<String> {
        let mut path: Vec<String> = self
            .name
            .trim_end_matches(".rs")
            .split('/')
            .map(String::from)
            .collect();
        if path.last().is_some_and(|l| l == "mod" || l == "lib") {
            path.pop();
        }
        if path.first().is_some_and(|f| f == "bin") {
            path.clear();
        }
        path
    }

    /// Every path with more than one part that the file names, in imports or elsewhere. `crate`, `chatd`, `self` and
    /// `super` are resolved: those paths begin with `crate`. A glob ends in `*`.
    pub(crate) fn paths(&self) -> Vec<Vec<String>> {
        let mut found = Vec::new();
        let mut module = self.module();
        // For each open brace, whether it opened an inline module.
        let mut braces = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let token = self.tokens[at].as_str();
            let next = |n: usize| self.tokens.get(at + n).map(String::as_str);
            if token == "mod" && next(2) == Some("{") {
                module.push(self.tokens[at + 1].clone());
                braces.push(true);
                at += 3;
            } else if token == "{" {
                braces.push(false);
                at += 1;
            } else if token == "}" {
                if braces.pop() == Some(true) {
                    module.pop();
                }
                at += 1;
            } else if is_word(token) {
                at = self.tree(at, &[], &module, &mut found);
            } else {
                at += 1;
            }
        }
        found
    }

    /// Reads one path, or a tree of them, from `at` on; returns where it ends.
    fn tree(
        &self,
        mut at: usize,
        prefix: &[String],
        module: &[String],
        found: &mut Vec<Vec<String>>,
    ) -> usize {
        let mut path = prefix.to_vec();
        loop {
            match self.tokens.get(at).map(String::as_str) {
                Some("{") if !path.is_empty() => {
                    at += 1;
                    while self.tokens.get(at).is_some_and(|t| t != "}") {
                        if self.tokens[at] == "," {
                            at += 1;
                        } else if self.tokens[at] == "as" {
                            at += 2;
                        } else {
                            at = self.tree(at, &path, module, found);
                        }
                    }
                    return at + 1;
                }
                Some(word) if is_word(word) || word == "*" => path.push(word.into()),
                _ => return at + 1,
            }
            at += 1;
            if self.tokens.get(at).map(String::as_str) != Some("::") {
                break;
            }
            at += 1;
        }
        let resolved = resolve(&path, module);
        if resolved.len() > 1 {
            found.push(resolved);
        }
        at
    }
}

/// The path from the crate's root, when it is one of this crate's.
fn resolve(path: &[String], module: &[String]) -> Vec<String> {
    let mut at = match path[0].as_str() {
        "crate" | "chatd" => Vec::new(),
        "self" | "super" => module.to_vec(),
        _ => return path.to_vec(),
    };
    for part in path {
        match part.as_str() {
            "crate" | "chatd" | "self" => {}
            "super" => {
                at.pop();
            }
            other => at.push(other.into()),
        }
    }
    at.insert(0, "crate".into());
    at
}

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphabetic() || c == '_') && token != "as"
}

/// Words, `::`, and single signs; without comments, strings and characters.
fn tokens(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            block_comment(rest)
        } else if let Some(length) = raw_string(rest) {
            length
        } else if first == '"' {
            quoted(rest, '"')
        } else if first == '\'' {
            character_or_lifetime(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let length = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            found.push(rest[..length].into());
            length
        } else if rest.starts_with("::") {
            found.push("::".into());
            2
        } else {
            if !first.is_whitespace() {
                found.push(first.into());
            }
            first.len_utf8()
        };
        rest = &rest[taken..];
    }
    found
}

fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    at
}

/// The length of `r"..."`, `br#"..."#` and their like, when the text begins with one.
fn raw_string(text: &str) -> Option<usize> {
    let after = text
        .strip_prefix("br")
        .or_else(|| text.strip_prefix("cr"))
        .or_else(|| text.strip_prefix('r'))?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let body = after[hashes..].strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = body.find(&close).map_or(body.len(), |e| e + close.len());
    Some(text.len() - body.len() + end)
}

fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

fn character_or_lifetime(text: &str) -> usize {
    let mut after = text.chars().skip(1);
    match (after.next(), after.next()) {
        (Some('\\'), _) | (Some(_), Some('\'')) => quoted(text, '\''),
        _ => 1,
    }
}

/// Without what stands behind `#[cfg(test)]`.
fn without_tests(tokens: &[String]) -> Vec<String> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at..].len() < MARK.len() || tokens[at..].iter().zip(MARK).any(|(a, b)| a != b) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        // One item: up to its `;`, or to the end of its braces.
        at += MARK.len();
        let mut depth = 0;
        while at < tokens.len() {
            match tokens[at].as_str() {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            let ends = depth == 0 && matches!(tokens[at].as_str(), ";" | "}");
            at += 1;
            if ends {
                break;
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::Source;

    fn paths(name: &str, text: &str) -> Vec<String> {
        let found = Source::new(name, text).paths();
        found.iter().map(|p| p.join("::")).collect()
    }

    #[test]
    fn paths_are_resolved_through_groups_super_and_inline_modules() {
        assert_eq!(
            paths("hub/mod.rs", "use crate::{chat::{self, Nick as N}, net};"),
            ["crate::chat", "crate::chat::Nick", "crate::net"]
        );
        assert_eq!(
            paths("hub/queue.rs", "fn f() { super::super::net::open() }"),
            ["crate::net::open"]
        );
        assert_eq!(
            paths("hub/queue.rs", "mod deep { use super::super::net; }"),
            ["crate::hub::net"]
        );
        assert_eq!(
            paths("bin/chatd.rs", "fn main() { chatd::daemon::main() }"),
            ["crate::daemon::main"]
        );
    }

    #[test]
    fn comments_strings_and_tests_name_nothing() {
        let text = r##"
            //! [`crate::net`]
            /* crate::net /* nested */ crate::net */
            const A: &str = "crate::net \" crate::net";
            const B: &str = r#"crate::net " crate::net"#;
            const C: char = '"';
            fn f<'a>(x: &'a str) {}
            #[cfg(test)]
            mod tests { use crate::net; }
            #[cfg(test)]
            use crate::net;
            use crate::chat;
        "##;
        assert_eq!(paths("hub/mod.rs", text), ["crate::chat"]);
    }
}
