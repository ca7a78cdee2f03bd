//! The configuration: reads its layers, checks all of them at once, merges them, compares two results. Applies nothing.
//!
//! The layers, later ones winning: built-in defaults, the main file, `conf.d/*.toml` beside it in name order, the
//! environment (`CHATD__SECTION__KEY`). One table, in `schema`, says everything about every key; checking, defaults,
//! the nearest known key, the man page and the comparison follow from it. [`read`] does the I/O, [`check`] is pure.

mod directories;
mod settings;

use std::fmt;
use std::path::PathBuf;

use crate::admin::{Change, ConfigFile, Problem, Setting};

pub use directories::{Directories, socket_candidates};
pub use settings::{Admin, Limits, Listener, Log, Plain, Rotation, Server, Settings};

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
