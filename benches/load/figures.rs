//! Figures: what was measured of each server, in each round, as a table; and what they are in multiples of one server's.

use std::fmt::Write;

/// One figure, with its column's head and its decimals.
pub(crate) struct Figure {
    pub(crate) head: &'static str,
    pub(crate) value: f64,
    pub(crate) decimals: usize,
}

/// What was measured of one server in one round; the same columns for all servers.
pub(crate) type Figures = Vec<Figure>;

/// One figure.
pub(crate) fn figure(head: &'static str, value: f64, decimals: usize) -> Figure {
    Figure {
        head,
        value,
        decimals,
    }
}

/// Figures of one scenario as they come.
pub(crate) struct Table {
    scenario: &'static str,
    /// Server and figures, in the order measured.
    rows: Vec<(String, Figures)>,
}

impl Table {
    /// An empty one.
    pub(crate) fn new(scenario: &'static str) -> Table {
        Table {
            scenario,
            rows: Vec::new(),
        }
    }

    /// Takes a row and prints it.
    pub(crate) fn add(&mut self, server: &str, figures: Figures) {
        if self.rows.is_empty() {
            self.head("", &figures);
        }
        let mut line = format!("{:<25} {server:<20}", self.scenario);
        for figure in &figures {
            let (value, d) = (figure.value, figure.decimals);
            let _ = write!(line, " {value:>WIDTH$.d$}");
        }
        println!("{line}");
        self.rows.push((server.to_owned(), figures));
    }

    /// Prints each server's figures as multiples of those that `base` had in the same round: median, and min to max of several.
    pub(crate) fn ratios(&self, base: &str) {
        let rounds: Vec<&Figures> = self.of(base).collect();
        let Some(columns) = rounds.first() else {
            return;
        };
        self.head(&format!(": multiples of {base}"), columns);
        let mut seen: Vec<&str> = Vec::new();
        for (server, _) in &self.rows {
            if server == base || seen.contains(&server.as_str()) {
                continue;
            }
            seen.push(server);
            let (mut median, mut range) = (String::new(), String::new());
            for column in 0..columns.len() {
                let pairs = self.of(server).zip(&rounds);
                let ratios = pairs.map(|(one, base)| one[column].value / base[column].value);
                let mut ratios: Vec<f64> = ratios.filter(|ratio| ratio.is_finite()).collect();
                ratios.sort_by(f64::total_cmp);
                let (one, all) = match ratios[..] {
                    [] => ("-".to_owned(), String::new()),
                    [one] => (format!("{one:.2}"), String::new()),
                    [least, .., most] => (
                        format!("{:.2}", ratios[ratios.len() / 2]),
                        format!("{least:.2}-{most:.2}"),
                    ),
                };
                let _ = write!(median, " {one:>WIDTH$}");
                let _ = write!(range, " {all:>WIDTH$}");
            }
            println!("{:<25} {server:<20}{median}", self.scenario);
            if !range.trim().is_empty() {
                println!("{:<25} {:<20}{range}", "", "  min-max");
            }
        }
    }

    fn of(&self, server: &str) -> impl Iterator<Item = &Figures> {
        let rows = self.rows.iter().filter(move |(name, _)| name == server);
        rows.map(|(_, figures)| figures)
    }

    fn head(&self, of: &str, columns: &Figures) {
        let mut line = format!("\n{:<25} {:<20}", "scenario", "server");
        for column in columns {
            let _ = write!(line, " {:>WIDTH$}", column.head);
        }
        println!("{line}");
        if !of.is_empty() {
            println!("{}{of}", self.scenario);
        }
    }
}

/// Characters of a column.
const WIDTH: usize = 11;
