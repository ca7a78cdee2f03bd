//! The layers become one: through the `config` crate, whose values carry the place that each came from.

use std::collections::{BTreeMap, BTreeSet};

use config::{Config, ConfigError, Map, Source, Value as Node, ValueKind};

use super::Directories;
use super::kind::Raw;
use super::layer::{Found, Leaf};
use super::schema::{self, Key, Preset};

/// The origin of a value that no layer gives.
pub(super) const DEFAULT: &str = "default";

/// What each key has in the end, and where that comes from.
pub(super) type Merged = BTreeMap<String, (Raw, String)>;

/// Merges the defaults and the layers, later ones winning.
pub(super) fn merge(found: &[Found], directories: &Directories) -> Result<Merged, ConfigError> {
    let mut builder = Config::builder().add_source(Leaves(defaults(found, directories)));
    for layer in found {
        builder = builder.add_source(Leaves(layer.leaves.clone()));
    }
    let mut merged = Merged::new();
    gather("", &builder.build()?.cache, &mut merged);
    Ok(merged)
}

/// The names of a section's tables: those of the layers, else, for listeners, the built-in ones.
fn names<'a>(found: &'a [Found], section: &'a str) -> BTreeSet<&'a str> {
    let mut names: BTreeSet<&str> = found
        .iter()
        .flat_map(|layer| layer.named(section).map(|(name, _)| name))
        .collect();
    if names.is_empty() && section == "listen" {
        names.extend(schema::BUILT_IN.map(|(name, ..)| name));
    }
    names
}

fn defaults(found: &[Found], directories: &Directories) -> Vec<Leaf> {
    let built_in = found
        .iter()
        .all(|layer| layer.named("listen").next().is_none());
    let mut leaves = Vec::new();
    let mut add = |path: String, raw: Raw| {
        leaves.push(Leaf {
            parts: path.split('.').map(str::to_owned).collect(),
            path,
            raw,
            origin: DEFAULT.to_owned(),
        });
    };
    for key in schema::KEYS {
        let raw = default(key, directories);
        if let Some(section) = key.family() {
            for name in names(found, section) {
                if let Some(raw) = &raw {
                    add(key.of(name), raw.clone());
                }
            }
        } else if let Some(raw) = raw {
            add(key.path.to_owned(), raw);
        }
    }
    if built_in {
        for (name, protocol, address) in schema::BUILT_IN {
            for (key, text) in [("address", address), ("protocol", protocol)] {
                add(format!("listen.{name}.{key}"), Raw::Text(text.to_owned()));
            }
        }
    }
    leaves
}

/// The key's default on this machine, if it has one.
pub(super) fn default(key: &Key, directories: &Directories) -> Option<Raw> {
    match key.default {
        Preset::Is(text) => Some(key.kind.variable(text)),
        Preset::Socket => Some(Raw::Text(
            directories.socket().to_string_lossy().into_owned(),
        )),
        Preset::Logs => Some(Raw::Text(directories.logs.to_string_lossy().into_owned())),
        Preset::State => Some(Raw::Text(directories.state.to_string_lossy().into_owned())),
        Preset::Unset(..) => None,
    }
}

/// One layer, for the `config` crate. Its values are checked already and are taken as they are, with their places.
#[derive(Clone, Debug)]
struct Leaves(Vec<Leaf>);

impl Source for Leaves {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Node>, ConfigError> {
        let mut root = Map::new();
        for leaf in &self.0 {
            put(
                &mut root,
                &leaf.parts,
                Node::new(Some(&leaf.origin), node(&leaf.raw)),
            );
        }
        Ok(root)
    }
}

fn put(table: &mut Map<String, Node>, parts: &[String], value: Node) {
    match parts {
        [] => {}
        [last] => {
            table.insert(last.clone(), value);
        }
        [first, rest @ ..] => {
            let inner = table
                .entry(first.clone())
                .or_insert_with(|| Node::new(None, ValueKind::Table(Map::new())));
            if let ValueKind::Table(inner) = &mut inner.kind {
                put(inner, rest, value);
            }
        }
    }
}

fn node(raw: &Raw) -> ValueKind {
    match raw {
        Raw::Whole(number) => ValueKind::I64(*number),
        Raw::Flag(flag) => ValueKind::Boolean(*flag),
        Raw::Text(text) | Raw::Other(text) => ValueKind::String(text.clone()),
        Raw::List(items) => ValueKind::Array(
            items
                .iter()
                .map(|item| Node::new(None, node(item)))
                .collect(),
        ),
    }
}

fn gather(path: &str, node: &Node, merged: &mut Merged) {
    if let ValueKind::Table(table) = &node.kind {
        for (key, inner) in table {
            let path = if path.is_empty() {
                key.clone()
            } else {
                format!("{path}.{key}")
            };
            gather(&path, inner, merged);
        }
    } else {
        let origin = node.origin().unwrap_or(DEFAULT).to_owned();
        merged.insert(path.to_owned(), (raw(&node.kind), origin));
    }
}

fn raw(kind: &ValueKind) -> Raw {
    match kind {
        ValueKind::I64(number) => Raw::Whole(*number),
        ValueKind::Boolean(flag) => Raw::Flag(*flag),
        ValueKind::String(text) => Raw::Text(text.clone()),
        ValueKind::Array(items) => Raw::List(items.iter().map(|item| raw(&item.kind)).collect()),
        other => Raw::Other(other.to_string()),
    }
}
