use clap::{CommandFactory, Parser};

use super::{Cli, Command};

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
