//! Enough of Varlink's interface language (<https://varlink.org/Interface-Definition>) to hold values against it.

use std::collections::BTreeMap;

use serde_json::Value;

#[derive(Clone, Debug)]
pub(super) enum Type {
    Bool,
    Int,
    String,
    Maybe(Box<Type>),
    Array(Box<Type>),
    Named(String),
    Struct(BTreeMap<String, Type>),
    Enum(Vec<String>),
}

#[derive(Default)]
pub(super) struct Interface {
    pub(super) name: String,
    types: BTreeMap<String, Type>,
    pub(super) methods: BTreeMap<String, (Type, Type)>,
    pub(super) errors: BTreeMap<String, Type>,
}

struct Tokens<'a>(std::iter::Peekable<std::vec::IntoIter<&'a str>>);

fn tokens(text: &str) -> Tokens<'_> {
    let mut tokens = Vec::new();
    for line in text.lines() {
        let mut rest = line.split('#').next().unwrap().trim_start();
        while let Some(first) = rest.chars().next() {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
            let length = if rest.starts_with("->") || rest.starts_with("[]") {
                2
            } else if word(first) {
                rest.find(|c| !word(c)).unwrap_or(rest.len())
            } else {
                first.len_utf8()
            };
            tokens.push(&rest[..length]);
            rest = rest[length..].trim_start();
        }
    }
    Tokens(tokens.into_iter().peekable())
}

impl Tokens<'_> {
    fn word(&mut self) -> String {
        self.0.next().expect("more text").to_owned()
    }

    fn take(&mut self, token: &str) -> bool {
        self.0.next_if(|next| *next == token).is_some()
    }

    fn expect(&mut self, token: &str) {
        assert_eq!(self.word(), token);
    }

    fn read(&mut self) -> Type {
        if self.take("?") {
            return Type::Maybe(Box::new(self.read()));
        }
        if self.take("[]") {
            return Type::Array(Box::new(self.read()));
        }
        if self.0.peek() == Some(&"(") {
            return self.read_members();
        }
        match self.word().as_str() {
            "bool" => Type::Bool,
            "int" => Type::Int,
            "string" => Type::String,
            name => Type::Named(name.to_owned()),
        }
    }

    fn read_members(&mut self) -> Type {
        let (mut fields, mut words) = (BTreeMap::new(), Vec::new());
        self.expect("(");
        while !self.take(")") {
            let name = self.word();
            if self.take(":") {
                let kind = self.read();
                assert!(fields.insert(name, kind).is_none(), "a field twice");
            } else {
                words.push(name);
            }
            if !self.take(",") {
                self.expect(")");
                break;
            }
        }
        if words.is_empty() {
            Type::Struct(fields)
        } else {
            Type::Enum(words)
        }
    }
}

impl Interface {
    pub(super) fn parse(text: &str) -> Interface {
        let mut tokens = tokens(text);
        tokens.expect("interface");
        let mut interface = Interface {
            name: tokens.word(),
            ..Interface::default()
        };
        while let Some(keyword) = tokens.0.next() {
            let name = tokens.word();
            assert!(!interface.has(&name), "{name} is there twice");
            match keyword {
                "type" => drop(interface.types.insert(name, tokens.read())),
                "error" => drop(interface.errors.insert(name, tokens.read())),
                "method" => {
                    let takes = tokens.read();
                    tokens.expect("->");
                    let returns = tokens.read();
                    interface.methods.insert(name, (takes, returns));
                }
                other => panic!("{other} {name}"),
            }
        }
        interface
    }

    fn has(&self, name: &str) -> bool {
        self.types.contains_key(name)
            || self.methods.contains_key(name)
            || self.errors.contains_key(name)
    }

    /// Holds a value with all its fields filled against a type: no field may be missing, none may be too many.
    pub(super) fn check(&self, place: &str, value: &Value, kind: &Type) {
        match kind {
            Type::Bool => assert!(value.is_boolean(), "{place}: {value}"),
            Type::Int => assert!(value.is_i64() || value.is_u64(), "{place}: {value}"),
            Type::String => assert!(value.is_string(), "{place}: {value}"),
            Type::Maybe(kind) => self.check(place, value, kind),
            Type::Array(kind) => {
                let elements = value
                    .as_array()
                    .unwrap_or_else(|| panic!("{place}: {value}"));
                assert!(!elements.is_empty(), "{place}: nothing to look at");
                for element in elements {
                    self.check(place, element, kind);
                }
            }
            Type::Named(name) => match self.types.get(name) {
                Some(kind) => self.check(&format!("{place} {name}"), value, kind),
                None => panic!("{place}: no type {name}"),
            },
            Type::Enum(words) => {
                let word = value.as_str().unwrap_or_else(|| panic!("{place}: {value}"));
                assert!(words.iter().any(|w| w == word), "{place}: {word}");
            }
            Type::Struct(fields) => {
                let members = value
                    .as_object()
                    .unwrap_or_else(|| panic!("{place}: {value}"));
                let (found, described): (Vec<_>, Vec<_>) =
                    (members.keys().collect(), fields.keys().collect());
                assert_eq!(
                    found, described,
                    "{place}: the fields sent and those described"
                );
                for (field, kind) in fields {
                    self.check(&format!("{place}.{field}"), &members[field], kind);
                }
            }
        }
    }
}
