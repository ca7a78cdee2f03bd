use std::collections::BTreeSet;

use clap::{CommandFactory, Parser};

use super::{Cli, Command, EXAMPLES};
use crate::admin::DESCRIPTION;

#[test]
fn the_definitions_are_sound() {
    Cli::command().debug_assert();
}

#[test]
fn text_to_say_may_look_like_options() {
    let cli = Cli::try_parse_from([
        "chatctl", "--json", "say", "#lobby", "rm", "-rf", "--json", "--", "x",
    ])
    .unwrap();
    let Command::Say { target, text } = cli.command else {
        panic!("{:?}", cli.command)
    };
    assert_eq!(
        (target.as_str(), text.join(" ").as_str()),
        ("#lobby", "rm -rf --json -- x")
    );
    assert!(cli.global.json);
}

#[test]
fn columns_and_a_falling_sort_are_understood() {
    let words = [
        "chatctl",
        "list",
        "--columns",
        "nick,Idle",
        "--sort",
        "-idle",
        "--no-legend",
    ];
    let Command::List { table, .. } = Cli::try_parse_from(words).unwrap().command else {
        panic!()
    };
    assert_eq!(table.columns.len(), 2);
    assert!(table.sort.is_some_and(|sort| sort.falling));
    assert!(Cli::try_parse_from(["chatctl", "list", "--columns", "nick,shoe"]).is_err());
    assert!(Cli::try_parse_from(["chatctl", "list", "--sort", "-shoe"]).is_err());
}

#[test]
fn a_kick_without_a_reason_is_wrong_usage() {
    assert_eq!(
        Cli::try_parse_from(["chatctl", "kick", "alice"])
            .unwrap_err()
            .exit_code(),
        2
    );
}

#[test]
fn the_help_names_all_that_readers_may() {
    let words: Vec<_> = EXAMPLES.split_whitespace().collect();
    let words = words.join(" ");
    let (_, named) = words.split_once(" look: ").unwrap();
    let (named, _) = named.split_once(". ").unwrap();

    let mut may = BTreeSet::new();
    let described = DESCRIPTION.split("\n\n").filter_map(|block| {
        let (role, method) = block.split_once("\nmethod ")?;
        let name = method.split_once('(')?.0;
        role.contains("For readers").then_some(name)
    });
    for method in described {
        may.extend::<&[&str]>(match method {
            "Status" => &["status", "log level without a new one"],
            "ListClients" | "ListUsers" => &["list"],
            "ShowClient" => &["show"],
            "Watch" => &["watch without --messages"],
            "ListAccounts" => &["account list"],
            "ShowAccount" => &["account show", "account clients", "account cert NAME"],
            "ShowConfig" => &["config show"],
            "ShowRetention" => &["retention show"],
            "StoreStatus" => &["store status"],
            other => panic!("which command asks for {other}?"),
        });
    }
    let named: BTreeSet<_> = named.split(", ").collect();
    assert_eq!(named, may);
}
