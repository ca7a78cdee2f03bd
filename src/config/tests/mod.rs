//! Tests of the configuration, by promise.

mod accounts;
mod changes;
mod directories;
mod files;
mod history;
mod irc;
mod layers;
mod problems;
mod reference;
mod schema;

use std::path::PathBuf;

use super::{Directories, Layer, Loaded, check};

/// The least that a main file may be.
const LEAST: &str = "[server]\nname = \"here\"\n[listen.main]\naddress = \"127.0.0.1:1\"\n";

fn directories() -> Directories {
    Directories {
        runtime: PathBuf::from("/run/chatd"),
        state: PathBuf::from("/var/lib/chatd"),
        logs: PathBuf::from("/var/log/chatd"),
    }
}

fn main_file(text: &str) -> Layer {
    Layer {
        name: "/etc/chatd/chatd.toml".to_owned(),
        text: text.to_owned(),
        main: true,
    }
}

fn drop_in(name: &str, text: &str) -> Layer {
    Layer {
        name: format!("conf.d/{name}"),
        text: text.to_owned(),
        main: false,
    }
}

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect()
}

fn loaded(layers: &[Layer]) -> Loaded {
    match check(layers, &[], &directories()) {
        Ok(loaded) => loaded,
        Err(rejected) => panic!("refused:\n{rejected}"),
    }
}

/// The problems, one per line as a person reads them.
fn refused(layers: &[Layer], environment: &[(&str, &str)]) -> String {
    match check(layers, &variables(environment), &directories()) {
        Ok(_) => panic!("accepted: {layers:?}"),
        Err(rejected) => rejected.to_string(),
    }
}

fn settings_with(extra: &str) -> super::Settings {
    loaded(&[main_file(LEAST), drop_in("x.toml", extra)]).settings
}
