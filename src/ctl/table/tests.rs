use unicode_width::UnicodeWidthStr;

use super::{Heading, pairs, render};

const HEADINGS: [Heading; 3] = [
    Heading {
        title: "id",
        number: true,
    },
    Heading {
        title: "nick",
        number: false,
    },
    Heading {
        title: "rooms",
        number: false,
    },
];

fn rows(rows: &[[&str; 3]]) -> Vec<Vec<String>> {
    rows.iter()
        .map(|row| row.iter().map(ToString::to_string).collect())
        .collect()
}

#[test]
fn columns_stand_under_each_other_in_every_script() {
    let rows = rows(&[["7", "小明", "#大厅"], ["12", "alice", "#lobby"]]);
    let lines = render(&HEADINGS, &rows, true, None);
    assert_eq!(
        lines,
        ["id  nick   rooms", " 7  小明   #大厅", "12  alice  #lobby"]
    );
    assert_eq!(render(&HEADINGS, &rows, false, None).len(), 2);
}

#[test]
fn a_table_fits_its_terminal_and_a_pipe_gets_all_of_it() {
    let long = "#lobby #development #a-room-with-a-very-long-name #另一个名字很长的房间";
    let rows = rows(&[["1", "alice", long], ["2", "bob", "#lobby"]]);
    for width in [30, 40, 60] {
        let lines = render(&HEADINGS, &rows, true, Some(width));
        assert_eq!(lines.len(), 3, "{lines:#?}");
        assert!(
            lines.iter().all(|line| line.width() <= usize::from(width)),
            "{width}: {lines:#?}"
        );
        assert!(
            lines[1].contains("alice") && lines[1].contains('…'),
            "{lines:#?}"
        );
    }
    assert!(render(&HEADINGS, &rows, true, None)[1].ends_with(long));
}

#[test]
fn cells_and_values_are_escaped() {
    let rows = rows(&[["1", "\x1b[2J\n", "#\u{202e}"]]);
    assert_eq!(
        render(&HEADINGS, &rows, false, None),
        [r"1  \x1b[2J\n  #\u{202e}"]
    );
    assert_eq!(
        pairs(&[("id", "1".into()), ("nick", "\x07".into())], None),
        ["  id  1", r"nick  \x07"]
    );
}

#[test]
fn a_long_value_goes_on_below_itself() {
    let long = [
        ("id", "1".into()),
        ("modes", "one two 三三 four".to_owned()),
    ];
    assert_eq!(
        pairs(&long, Some(14)),
        ["   id  1", "modes  one two", "       三三", "       four"]
    );
    assert_eq!(pairs(&long, Some(3)).len(), 5, "a word is not cut");
    assert_eq!(pairs(&long, None)[1], "modes  one two 三三 four");
}
