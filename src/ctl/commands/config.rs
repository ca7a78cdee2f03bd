//! `chatctl config` and `chatctl reload`. Files are read here and sent as text: the daemon opens no path that a
//! client of its socket names.

use std::path::Path;

use crate::admin::{Change, ConfigFile, Error, Request, Setting};
use crate::config::{self, Rejected, Sources};
use crate::ctl::changes;
use crate::ctl::desk::Desk;
use crate::ctl::escape::escape;
use crate::ctl::exit::Failure;
use crate::ctl::table::{Heading, render};

const SETTINGS: [Heading; 3] = [
    Heading {
        title: "key",
        number: false,
    },
    Heading {
        title: "value",
        number: false,
    },
    Heading {
        title: "from",
        number: false,
    },
];

/// `chatctl config check [FILE]`.
pub(crate) fn check(desk: &mut Desk<'_, '_>, file: Option<&Path>) -> Result<(), Failure> {
    let files = file.map(read).transpose()?;
    let checked: Vec<String> = desk
        .connect()?
        .ask(&Request::CheckConfig { files }, "files")?;
    if desk.wants_json() {
        return desk.json(&serde_json::json!({ "files": checked }));
    }
    let files = if checked.is_empty() {
        "built-in defaults".to_owned()
    } else {
        checked.join(", ")
    };
    desk.line(format_args!("ok: {}", escape(&files)))
}

/// `chatctl config diff [FILE]`.
pub(crate) fn diff(desk: &mut Desk<'_, '_>, file: Option<&Path>) -> Result<(), Failure> {
    let files = file.map(read).transpose()?;
    let changes: Vec<Change> = desk
        .connect()?
        .ask(&Request::DiffConfig { files }, "changes")?;
    print(desk, &changes, "nothing would change")
}

/// `chatctl reload`.
pub(crate) fn reload(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let changes: Vec<Change> = desk.connect()?.ask(&Request::Reload {}, "changes")?;
    print(desk, &changes, "nothing changed")
}

/// `chatctl config show`.
pub(crate) fn show(desk: &mut Desk<'_, '_>) -> Result<(), Failure> {
    let settings: Vec<Setting> = desk.connect()?.ask(&Request::ShowConfig {}, "settings")?;
    if desk.wants_json() {
        return desk.json(&settings);
    }
    let rows: Vec<_> = settings
        .into_iter()
        .map(|setting| vec![setting.key, setting.value, setting.origin])
        .collect();
    let header = desk.wants_legend();
    let lines = render(&SETTINGS, &rows, header, desk.terminal.width);
    desk.table(&lines, header)
}

fn print(desk: &mut Desk<'_, '_>, changes: &[Change], none: &str) -> Result<(), Failure> {
    if desk.wants_json() {
        return desk.json(&changes);
    }
    if changes.is_empty() {
        return desk.line(none);
    }
    changes
        .iter()
        .try_for_each(|change| desk.line(escape(&changes::line(change))))
}

/// The file, then the drop-ins beside it, as the daemon itself would read them.
fn read(file: &Path) -> Result<Vec<ConfigFile>, Failure> {
    let sources = Sources {
        file: Some(file.to_owned()),
        environment: Vec::new(),
    };
    match config::read(&sources) {
        Ok(layers) => Ok(layers.into_iter().map(ConfigFile::from).collect()),
        Err(Rejected { problems }) => Err(Failure::Refused(Error::ConfigRejected { problems })),
    }
}
