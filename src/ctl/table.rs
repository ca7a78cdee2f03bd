//! Tables without borders, fitted to the terminal where there is one. It escapes every cell, and knows nothing of
//! what stands in them.

use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Row, Table};
use unicode_width::UnicodeWidthStr;

use super::escape::escape;

#[cfg(test)]
mod tests;

/// One column: its title, and whether its cells are numbers.
pub(crate) struct Heading {
    /// The title.
    pub(crate) title: &'static str,
    /// Numbers stand at the right.
    pub(crate) number: bool,
}

/// The lines of a table, the header first if it is wanted. In a terminal of this width the columns shrink, and a cell
/// that does not fit ends in `…`; without a width nothing is cut.
pub(crate) fn render(
    headings: &[Heading],
    rows: &[Vec<String>],
    header: bool,
    width: Option<u16>,
) -> Vec<String> {
    if rows.is_empty() && !header {
        return Vec::new();
    }
    let mut table = Table::new();
    table.load_style(NOTHING).set_truncation_indicator("…");
    // Cells are cut where they are full, not at the last space before: an escaped cell has no NUL to break at.
    table.set_delimiter('\0');
    match width {
        Some(width) => table
            .set_width(width)
            .set_content_arrangement(ContentArrangement::Dynamic),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    if header {
        table.set_header(one_line(
            headings.iter().map(|heading| Cell::new(heading.title)),
        ));
    }
    for row in rows {
        table.add_row(one_line(row.iter().map(|cell| Cell::new(escape(cell)))));
    }
    for (column, heading) in table.column_iter_mut().zip(headings) {
        column.set_padding((0, 2));
        if heading.number {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect()
}

/// Pairs of a name and a value, the values aligned; nothing is cut. In a terminal of this width a value that does not fit goes
/// on below itself, broken between words.
pub(crate) fn pairs(pairs: &[(&str, String)], width: Option<u16>) -> Vec<String> {
    let widest = pairs.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let room = width.map_or(usize::MAX, |width| {
        usize::from(width).saturating_sub(widest + 2)
    });
    let mut lines = Vec::with_capacity(pairs.len());
    for (name, value) in pairs {
        let mut name = *name;
        let value = escape(value);
        for line in words(&value, room) {
            lines.push(format!("{name:>widest$}  {line}"));
            name = "";
        }
    }
    lines
}

/// The text in lines of at most this width, broken at spaces. A word that is wider has a line of its own.
fn words(text: &str, room: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let (mut start, mut end) = (0, None);
    for (space, _) in text.match_indices(' ').chain([(text.len(), "")]) {
        if let Some(end) = end
            && text[start..space].width() > room
        {
            lines.push(&text[start..end]);
            start = end + 1;
        }
        end = Some(space);
    }
    lines.push(&text[start..]);
    lines
}

fn one_line(cells: impl Iterator<Item = Cell>) -> Row {
    let mut row: Row = cells.collect::<Vec<_>>().into();
    row.max_height(1);
    row
}
