//! Manual pages, made from the same definitions as the programs' arguments. The only part of `chatctl` that writes
//! files.

use std::fs;
use std::path::Path;

use super::exit::Failure;

/// A page's file name (`chatd.8`), and what makes its text.
pub type Page = (&'static str, fn() -> String);

/// The page of a program in this section, in roff.
pub fn page(command: clap::Command, section: &str) -> String {
    let mut text = Vec::new();
    let page = clap_mangen::Man::new(command).section(section);
    // A Vec takes all that is written to it.
    let _ = page.render(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Writes the pages of this command, one for each subcommand, and these others into a directory.
pub(crate) fn write(dir: &Path, command: clap::Command, others: &[Page]) -> Result<(), Failure> {
    clap_mangen::generate_to(command, dir).map_err(|error| Failure::file(dir, error))?;
    for (name, text) in others {
        let path = dir.join(name);
        fs::write(&path, text()).map_err(|error| Failure::file(&path, error))?;
    }
    Ok(())
}
