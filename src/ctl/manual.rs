//! Manual pages, made from the same definitions as the programs' arguments. With
//! `chatctl backup` the only part of `chatctl` that writes files.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::exit::Failure;

/// A page's file name (`chatd.8`), and what makes its text.
pub type Page = (&'static str, fn() -> String);

/// The page of a program in this section, in roff. What its help says after the options (blocks of lines under a title
/// with a colon) becomes sections; `more` is roff that follows.
pub fn page(mut command: clap::Command, section: &str, more: &str) -> String {
    command.build();
    render(&command, section, more)
}

/// Writes the pages of this command, one for each subcommand, and these others into a directory.
pub(crate) fn write(
    dir: &Path,
    mut command: clap::Command,
    others: &[Page],
) -> Result<(), Failure> {
    command.build();
    write_with_subcommands(dir, &command)?;
    for (name, text) in others {
        write_page(dir, name, &text())?;
    }
    Ok(())
}

fn write_with_subcommands(dir: &Path, command: &clap::Command) -> Result<(), Failure> {
    for subcommand in command
        .get_subcommands()
        .filter(|sub| !sub.is_hide_set() && sub.get_name() != "help")
    {
        write_with_subcommands(dir, subcommand)?;
    }
    let name = command
        .get_display_name()
        .unwrap_or_else(|| command.get_name());
    write_page(dir, &format!("{name}.1"), &render(command, "1", ""))
}

fn write_page(dir: &Path, name: &str, text: &str) -> Result<(), Failure> {
    let path = dir.join(name);
    fs::write(&path, text).map_err(|error| Failure::file(&path, error))
}

fn render(command: &clap::Command, section: &str, more: &str) -> String {
    let after = command
        .get_after_long_help()
        .or_else(|| command.get_after_help())
        .map(ToString::to_string);
    let plain = command
        .clone()
        .after_help(None::<&str>)
        .after_long_help(None::<&str>);
    let mut page = Vec::new();
    // A Vec takes all that is written to it.
    let _ = clap_mangen::Man::new(plain)
        .section(section)
        .render(&mut page);
    let mut text = String::from_utf8_lossy(&page).into_owned();
    for block in after.iter().flat_map(|after| after.split("\n\n")) {
        block_as_section(block.trim_end(), &mut text);
    }
    text.push_str(more);
    text
}

/// `Title:` and its lines, kept as they are; or a paragraph.
fn block_as_section(block: &str, page: &mut String) {
    let (title, lines, request) = match block.split_once('\n') {
        Some((title, lines)) if title.ends_with(':') => {
            (title.trim_end_matches(':'), lines, ".nf\n")
        }
        _ => ("Notes", block, ""),
    };
    let _ = write!(page, ".SH \"{}\"\n{request}", title.to_uppercase());
    for line in lines.lines() {
        let line = line.replace('\\', "\\e").replace('-', "\\-");
        // A line that begins with a dot or an apostrophe would be a request.
        let guard = if line.starts_with(['.', '\'']) {
            "\\&"
        } else {
            ""
        };
        let _ = writeln!(page, "{guard}{line}");
    }
    if !request.is_empty() {
        page.push_str(".fi\n");
    }
}
