//! The configuration: reads its layers, checks all of them at once, merges them, compares two results. Applies nothing.
//!
//! The layers, later ones winning: built-in defaults, the main file, `conf.d/*.toml` beside it in name order, the
//! environment (`CHATD__SECTION__KEY`). One table, in `schema`, says everything about every key; checking, defaults,
//! the nearest known key, the man page and the comparison follow from it. [`read`] does the I/O, [`check`] is pure.

mod compare;
mod credential;
mod cross;
mod directories;
mod environment;
mod keys;
mod kind;
mod layer;
mod merge;
mod nearest;
mod quantity;
mod read;
mod reference;
mod schema;
mod settings;
mod text;
mod typed;
mod values;

use std::fmt;
use std::path::PathBuf;

use crate::admin::{ConfigFile, Problem};
use crate::chat::is_unseen;

pub use compare::compare;
pub use credential::{File, Password};
pub use cross::overlap;
pub use directories::{Directories, Runtime};
pub use read::read;
pub use reference::{reference_file, reference_man};
pub use settings::{
    Accounts, Admin, History, Irc, Limits, Listener, Operator, Plain, RoomRetention, Server,
    Settings, Sts, Tls,
};

/// Where the configuration comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// The main file; without one the built-in defaults serve.
    pub file: Option<PathBuf>,
    /// All variables of the environment; only `CHATD__...` are used.
    pub environment: Vec<(String, String)>,
}

/// The text of one configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layer {
    /// The path as problems shall name it.
    pub name: String,
    /// The content.
    pub text: String,
    /// Whether it is the main file, which must itself name `server.name` and a listener.
    pub main: bool,
}

impl Layer {
    /// The layers that an admin client sent: the main file first, then the drop-ins.
    pub fn sent(files: Vec<ConfigFile>) -> Vec<Layer> {
        files
            .into_iter()
            .enumerate()
            .map(|(place, file)| Layer {
                name: file.name,
                text: file.text,
                main: place == 0,
            })
            .collect()
    }
}

impl From<Layer> for ConfigFile {
    /// The layer as an admin client sends it.
    fn from(layer: Layer) -> ConfigFile {
        ConfigFile {
            name: layer.name,
            text: layer.text,
        }
    }
}

/// A configuration that is refused, with everything that is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// At least one, in the order of the layers.
    pub problems: Vec<Problem>,
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.problems.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Rejected {}

/// A configuration that was checked, whole.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What holds.
    pub settings: Settings,
    /// The same, key by key, with where each comes from.
    values: values::Values,
}

impl Loaded {
    /// Where the value of a key comes from: `file:line:col`, a variable, or `default`.
    pub fn origin(&self, key: &str) -> String {
        let entry = self.values.get(key);
        entry
            .map_or(merge::DEFAULT, |entry| &entry.origin)
            .to_owned()
    }

    /// Whether no layer names the key.
    pub fn is_default(&self, key: &str) -> bool {
        let entry = self.values.get(key);
        entry.is_none_or(|entry| entry.origin == merge::DEFAULT)
    }
}

/// Checks all layers and what they make together; reads and changes nothing. The layers come in the order in which
/// later ones win; of `environment` only `CHATD__...` is used, and it wins over all of them.
///
/// # Errors
/// Everything that is wrong, in the order of the layers, at once.
pub fn check(
    layers: &[Layer],
    environment: &[(String, String)],
    directories: &Directories,
) -> Result<Loaded, Rejected> {
    let mut found: Vec<layer::Found> = layers.iter().map(layer::read).collect();
    let mut problems = Vec::new();
    for (layer, found) in layers.iter().zip(&mut found) {
        problems.append(&mut found.problems);
        problems.extend(cross::required(layer, found));
    }
    let broken = found.iter().any(|found| found.broken);
    let mut variables = environment::read(environment);
    problems.append(&mut variables.problems);
    found.push(variables);

    // What a broken file would have said is not known, so nothing can be concluded from what is missing.
    if !broken {
        let values = merge::merge(&found, directories)
            .map_err(|error| vec![failed(&error)])
            .and_then(|merged| values::Values::new(&merged));
        match values {
            Err(wrong) => problems.extend(wrong),
            Ok(values) => {
                problems.extend(cross::agree(&values, &found));
                if problems.is_empty() {
                    return Ok(Loaded {
                        settings: values.settings(),
                        values,
                    });
                }
            }
        }
    }
    Err(Rejected { problems })
}

fn failed(error: &::config::ConfigError) -> Problem {
    Problem {
        place: merge::DEFAULT.to_owned(),
        key: None,
        message: format!("the layers cannot be merged: {error}"),
    }
}

/// All variables of this process's environment, for [`Sources`]; bytes that are not UTF-8 are replaced.
pub fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .map(|(name, value)| {
            (
                name.to_string_lossy().into_owned(),
                value.to_string_lossy().into_owned(),
            )
        })
        .collect()
}

/// A text as a message shows it: quoted, escaped, short.
fn found(text: &str) -> String {
    format!("\"{}\"", clipped(text))
}

/// A text of other people, escaped and short.
fn clipped(text: &str) -> String {
    const LONGEST: usize = 80;
    let escape = |c: char| {
        if is_unseen(c) {
            c.escape_unicode().to_string()
        } else {
            c.to_string()
        }
    };
    let mut short: String = text.chars().take(LONGEST).map(escape).collect();
    if text.chars().nth(LONGEST).is_some() {
        short.push_str("...");
    }
    short
}

#[cfg(test)]
mod tests;
