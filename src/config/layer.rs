//! One file's text: TOML to leaves with their places, and everything that is wrong with it. Reads no file.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::admin::Problem;

use super::kind::Raw;
use super::schema::{self, Named};
use super::{Layer, clipped, nearest};

/// The most bytes of one file.
pub(super) const LARGEST: usize = 1 << 20;
/// As many problems of one layer are told; the rest are counted.
const TOLD: usize = 50;

/// A value that a layer gives to a key.
#[derive(Clone, Debug)]
pub(super) struct Leaf {
    /// The dotted path, with the listener's name in it.
    pub(super) path: String,
    /// The parts of the path.
    pub(super) parts: Vec<String>,
    /// What was written; its kind accepts it.
    pub(super) raw: Raw,
    /// `file:line:col`, or the variable.
    pub(super) origin: String,
}

/// What a layer says.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) leaves: Vec<Leaf>,
    /// Paths that are given a value which is refused.
    pub(super) refused: BTreeSet<String>,
    /// The tables that are named, by section and name, and where.
    pub(super) tables: BTreeMap<(&'static str, String), String>,
    /// Whether the text is so wrong that what is missing from it says nothing.
    pub(super) broken: bool,
    pub(super) problems: Vec<Problem>,
}

impl Found {
    /// The named tables of a section, and where each is named.
    pub(super) fn named<'a>(
        &'a self,
        section: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
        self.tables
            .iter()
            .filter(move |((of, _), _)| *of == section)
            .map(|((_, name), place)| (name.as_str(), place.as_str()))
    }

    /// Whether the key is given a value, an accepted one or not.
    pub(super) fn names(&self, path: &str) -> bool {
        self.refused.contains(path) || self.leaves.iter().any(|leaf| leaf.path == path)
    }
}

/// Reads one file's text.
pub(super) fn read(layer: &Layer) -> Found {
    let mut reader = Reader::new(layer);
    if let Some((at, message)) = unreadable(&layer.text) {
        reader.found.broken = true;
        reader.problem(at, None, || message);
        return reader.finish();
    }
    let (table, errors) = DeTable::parse_recoverable(&layer.text);
    reader.found.broken = !errors.is_empty();
    reader.syntax(&errors);
    // After some errors the parser gives up on all that follows; without those lines it sees it.
    if reader
        .spoilt
        .first()
        .is_some_and(|&line| line + 1 < reader.lines.len())
    {
        let legible = reader.without_spoilt_lines();
        let (table, errors) = DeTable::parse_recoverable(&legible);
        reader.syntax(&errors);
        reader.root(table.get_ref());
    } else {
        reader.root(table.get_ref());
    }
    reader.finish()
}

/// Why this is no text to parse, and where that shows.
fn unreadable(text: &str) -> Option<(usize, String)> {
    if text.len() > LARGEST {
        let message = format!(
            "the file has {} bytes, expected at most {LARGEST}",
            text.len()
        );
        return Some((0, message));
    }
    text.find('\0').map(|at| {
        let message =
            "there is a NUL byte; expected text in UTF-8 (a file saved as UTF-16 looks like this)";
        (at, message.to_owned())
    })
}

struct Reader<'a> {
    layer: &'a Layer,
    /// Where each line begins.
    lines: Vec<usize>,
    /// Lines with a syntax error: what else seems wrong there is its consequence.
    spoilt: BTreeSet<usize>,
    /// With their offsets, to be told in the order of the text.
    problems: Vec<(usize, Option<String>, String)>,
    untold: usize,
    found: Found,
}

impl<'a> Reader<'a> {
    fn new(layer: &'a Layer) -> Reader<'a> {
        let ends = memchr::memchr_iter(b'\n', layer.text.as_bytes());
        Reader {
            layer,
            lines: std::iter::once(0).chain(ends.map(|end| end + 1)).collect(),
            spoilt: BTreeSet::new(),
            problems: Vec::new(),
            untold: 0,
            found: Found::default(),
        }
    }

    fn finish(mut self) -> Found {
        let mut problems = std::mem::take(&mut self.problems);
        problems.sort_by_key(|(at, ..)| *at);
        for (at, key, message) in problems {
            let place = self.place(at);
            self.found.problems.push(Problem {
                place,
                key,
                message,
            });
        }
        if self.untold > 0 {
            self.found.problems.push(Problem {
                place: self.layer.name.clone(),
                key: None,
                message: format!("and {} more problems", self.untold),
            });
        }
        self.found
    }

    /// Syntax errors, one for each line, on lines after those that are known.
    fn syntax(&mut self, errors: &[toml::de::Error]) {
        let known = self.spoilt.last().copied();
        for error in errors {
            let at = error
                .span()
                .map_or(0, |span| span.start)
                .min(self.layer.text.len());
            let line = self.line(at);
            if known.is_none_or(|known| line > known) && self.spoilt.insert(line) {
                let message = match (error.message(), error.span()) {
                    (message @ "duplicate key", Some(span)) => {
                        let key = self.layer.text.get(span).unwrap_or_default();
                        format!("{message}, {}; keep one of them", super::found(key))
                    }
                    (message, _) => clipped(&message.replace('\n', "; ")),
                };
                self.problem(at, None, || message);
            }
        }
    }

    /// The text with spaces in place of the lines that are wrong, so that offsets stay. A table's heading stays: its keys
    /// would seem to be another table's.
    fn without_spoilt_lines(&self) -> String {
        let lines = self.layer.text.split_inclusive('\n').enumerate();
        lines
            .map(|(place, line)| {
                if self.spoilt.contains(&place) && !line.trim_start().starts_with('[') {
                    let end = if line.ends_with('\n') { "\n" } else { "" };
                    format!("{}{end}", " ".repeat(line.len() - end.len()))
                } else {
                    line.to_owned()
                }
            })
            .collect()
    }

    fn root(&mut self, root: &DeTable<'_>) {
        for (name, value) in root {
            let at = name.span().start;
            let section = name.get_ref().as_ref();
            if !schema::SECTIONS.iter().any(|known| known.name == section) {
                let is_table = value.get_ref().is_table();
                self.problem(at, Some(section.to_owned()), || {
                    nearest::unknown_section(section, is_table)
                });
                continue;
            }
            match value.get_ref() {
                DeValue::Table(table) => match schema::named(section) {
                    Some(named) => self.named(named, table),
                    None => {
                        for (key, value) in table {
                            self.leaf(&[section, key.get_ref()], key.span(), value);
                        }
                    }
                },
                other => {
                    let wanted = if schema::named(section).is_some() {
                        format!("tables by name, [{section}.NAME]")
                    } else {
                        format!("a table, [{section}]")
                    };
                    let message = format!("expected {wanted}; found {}", raw(other));
                    self.problem(at, Some(section.to_owned()), || message);
                }
            }
        }
    }

    fn named(&mut self, named: &'static Named, table: &DeTable<'_>) {
        let section = named.section;
        for (name, value) in table {
            let at = name.span().start;
            let name = name.get_ref().as_ref();
            let path = format!("{section}.{name}");
            let DeValue::Table(table) = value.get_ref() else {
                let found = raw(value.get_ref());
                let message = format!("expected a table, [{section}.NAME]; found {found}");
                self.problem(at, Some(path), || message);
                continue;
            };
            if !schema::is_name(name) {
                self.found.refused.insert(path.clone());
                self.problem(at, Some(path), || schema::NOT_A_NAME.to_owned());
            } else if self.found.named(section).count() >= named.most {
                let message = format!("expected at most {} tables [{section}.NAME]", named.most);
                self.problem(at, Some(path), || message);
            } else {
                let place = self.place(at);
                let owned = (section, name.to_owned());
                self.found.tables.insert(owned, place);
                for (key, value) in table {
                    self.entry(section, name, key, value);
                }
            }
        }
    }

    /// A key of a named table, or a table in it.
    fn entry(
        &mut self,
        section: &str,
        name: &str,
        key: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) {
        let inner = key.get_ref().as_ref();
        if !schema::is_inner_table(section, inner) {
            self.leaf(&[section, name, inner], key.span(), value);
        } else if let DeValue::Table(table) = value.get_ref() {
            for (key, value) in table {
                self.leaf(&[section, name, inner, key.get_ref()], key.span(), value);
            }
        } else {
            let path = format!("{section}.{name}.{inner}");
            let found = raw(value.get_ref());
            let message = format!("expected a table, [{section}.NAME.{inner}]; found {found}");
            self.problem(key.span().start, Some(path), || message);
        }
    }

    fn leaf(&mut self, parts: &[&str], span: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let at = span.start;
        let path = parts.join(".");
        let Some(key) = nearest::key_of(parts) else {
            self.problem(at, Some(path), || nearest::unknown_key(parts));
            return;
        };
        if value.span().is_empty() || self.spoilt.contains(&self.line(at)) {
            // Not written: the parser's stand-in for what it could not read.
            self.found.refused.insert(path);
            return;
        }
        let raw = raw(value.get_ref());
        match key.kind.parse(&raw) {
            Ok(_) => {
                let origin = self.place(at);
                self.found.leaves.push(Leaf {
                    path,
                    parts: parts.iter().map(|&part| part.to_owned()).collect(),
                    raw,
                    origin,
                });
            }
            Err(message) => {
                self.found.refused.insert(path.clone());
                self.problem(value.span().start, Some(path), || message);
            }
        }
    }

    /// The message is made only if it will be told: finding the nearest of all keys takes its time.
    fn problem(&mut self, at: usize, key: Option<String>, message: impl FnOnce() -> String) {
        if key.is_some() && self.spoilt.contains(&self.line(at)) {
            return;
        }
        if self.problems.len() < TOLD {
            let key = key.map(|key| clipped(&key));
            self.problems.push((at, key, message()));
        } else {
            self.untold += 1;
        }
    }

    /// The line's index.
    fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|&begin| begin <= at) - 1
    }

    /// `file:line:col`, both from 1; columns are characters.
    fn place(&self, at: usize) -> String {
        let line = self.line(at);
        let before = self.layer.text.as_bytes().get(self.lines[line]..at);
        let column = String::from_utf8_lossy(before.unwrap_or_default())
            .chars()
            .count();
        format!("{}:{}:{}", self.layer.name, line + 1, column + 1)
    }
}

/// The place where the text ends.
pub(super) fn end_of(layer: &Layer) -> String {
    Reader::new(layer).place(layer.text.len())
}

fn raw(value: &DeValue<'_>) -> Raw {
    match value {
        DeValue::String(text) => Raw::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or_else(|_| Raw::Other(clipped(number.as_str())), Raw::Whole),
        DeValue::Float(number) => Raw::Other(clipped(number.as_str())),
        DeValue::Boolean(flag) => Raw::Flag(*flag),
        DeValue::Datetime(time) => Raw::Other(time.to_string()),
        DeValue::Array(items) => Raw::List(items.iter().map(|item| raw(item.get_ref())).collect()),
        DeValue::Table(_) => Raw::Other("a table".to_owned()),
    }
}
