//! README's table of IRCv3: it names exactly the capabilities that there are, tokens that there are, and tests that there are.

use std::collections::BTreeSet;
use std::path::Path;

/// The cells of each row: specification, capability or token, whether it is in, test.
fn rows(readme: &str) -> Vec<Vec<&str>> {
    let section = readme.split("\n## ").find(|part| part.starts_with("IRCv3"));
    let rows = section.expect("a section on IRCv3").lines();
    let rows = rows.filter(|line| line.starts_with("| ")).skip(2);
    rows.map(|row| row.trim_matches('|').split('|').map(str::trim).collect())
        .collect()
}

/// What stands between backticks.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The names of the capabilities in the source of their table: `Name = "name",`.
fn capabilities(source: &str) -> BTreeSet<&str> {
    let lines = source.lines().map(str::trim);
    let names = lines.filter_map(|line| line.split_once(" = \"")?.1.strip_suffix("\","));
    names.collect()
}

/// What is wrong with README's table.
fn breaches(readme: &str, source: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut breaches = Vec::new();
    let table = source("src/protocol/irc/capability.rs").unwrap_or_default();
    let tokens = source("src/protocol/irc/isupport.rs").unwrap_or_default();
    let mut offered = capabilities(&table);
    for row in rows(readme) {
        let [specification, names, is_in, test] = row[..] else {
            breaches.push(format!("not four cells: {row:?}"));
            continue;
        };
        for name in quoted(names) {
            let is_token =
                tokens.contains(&format!("{name}=")) || tokens.contains(&format!("{name} "));
            if !offered.remove(name) && !is_token {
                breaches.push(format!("{specification}: there is no {name}"));
            }
        }
        let tests = quoted(test);
        if is_in.starts_with("yes") && tests.is_empty() {
            breaches.push(format!("{specification}: no test"));
        }
        for test in tests {
            let found = test.split_once(": ").and_then(|(file, name)| {
                let text =
                    source(&format!("src/{file}")).or_else(|| source(&format!("tests/{file}")))?;
                text.contains(&format!("fn {name}(")).then_some(())
            });
            if found.is_none() {
                breaches.push(format!("{specification}: there is no test {test}"));
            }
        }
    }
    breaches.extend(
        offered
            .iter()
            .map(|name| format!("{name} is offered and not in the table")),
    );
    breaches
}

#[test]
fn the_table_of_ircv3_is_true() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = |path: &str| std::fs::read_to_string(root.join(path)).ok();
    let breaches = breaches(&source("README.md").expect("README.md"), source);
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn what_is_not_so_is_found() {
    let source = |path: &str| match path {
        "src/protocol/irc/capability.rs" => Some("    A = \"a\",\n    B = \"b\",\n".to_owned()),
        "src/protocol/irc/isupport.rs" => Some("\"BOT={} UTF8ONLY \"".to_owned()),
        "src/x/tests.rs" => Some("fn works() {}".to_owned()),
        _ => None,
    };
    let table = |rows: &str| {
        format!(
            "# R\n\n## IRCv3\n\n| s | c | in | t |\n| --- | --- | --- | --- |\n{rows}\n\n## Z\n"
        )
    };
    let good = "| a | `a`, `BOT` | yes | `x/tests.rs: works` |\n| b | `b` | yes | `x/tests.rs: works` |\n| c | | no | |";
    assert_eq!(breaches(&table(good), source), [""; 0]);
    for (row, breach) in [
        (
            "| d | `d` | yes | `x/tests.rs: works` |",
            "d: there is no d",
        ),
        ("| d | | yes, half | |", "d: no test"),
        (
            "| d | | yes | `x/tests.rs: fails` |",
            "d: there is no test x/tests.rs: fails",
        ),
        (
            "| d | | yes | `y.rs: works` |",
            "d: there is no test y.rs: works",
        ),
    ] {
        assert_eq!(
            breaches(&table(&format!("{good}\n{row}")), source),
            [breach]
        );
    }
    let without = good.replace("`b`", "");
    assert_eq!(
        breaches(&table(&without), source),
        ["b is offered and not in the table"]
    );
}
