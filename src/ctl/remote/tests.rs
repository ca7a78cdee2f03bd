use std::io;

use super::*;
use crate::ctl::exit::Exit;

/// What is run for these arguments, word by word, at a terminal or not.
fn over(
    arguments: &[&str],
    at_terminal: bool,
    environment: &[(&str, &str)],
) -> Result<Vec<String>, Failure> {
    over_with(arguments, [at_terminal; 3], environment)
}

/// The same; which of standard input, output and error are a terminal.
fn over_with(
    arguments: &[&str],
    [keyboard, output, errors]: [bool; 3],
    environment: &[(&str, &str)],
) -> Result<Vec<String>, Failure> {
    let (mut out, mut err) = (io::sink(), io::sink());
    let terminal = Terminal {
        out: &mut out,
        err: &mut err,
        input: Box::new(io::empty()),
        width: None,
        color: false,
        keyboard,
        can_ask: keyboard && errors,
        can_edit: keyboard && output,
        environment: environment
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect(),
        uid: 1000,
        zone: jiff::tz::TimeZone::UTC,
    };
    let arguments: Vec<OsString> = ["chatctl"]
        .iter()
        .chain(arguments)
        .map(Into::into)
        .collect();
    let cli = Cli::try_parse_from(&arguments).unwrap();
    let command = command(&arguments, &cli, &terminal).expect("a host")?;
    Ok([command.get_program()]
        .into_iter()
        .chain(command.get_args())
        .map(|word| word.to_str().unwrap().to_owned())
        .collect())
}

fn words(arguments: &[&str]) -> String {
    over(arguments, false, &[]).unwrap().join(" ")
}

#[test]
fn the_host_is_taken_out_wherever_it_stands_and_all_else_stays() {
    for arguments in [
        &["-H", "a@b", "--json", "list", "--room", "x"][..],
        &["--json", "-H", "a@b", "list", "--room", "x"],
        &["--json", "-Ha@b", "list", "--room", "x"],
        &["--json", "--host=a@b", "list", "--room", "x"],
        &["--json", "--host", "a@b", "list", "--room", "x"],
        &["--json", "list", "-H", "a@b", "--room", "x"],
        &["--json", "list", "--room", "x", "-H", "a@b"],
    ] {
        assert_eq!(
            words(arguments),
            "ssh -n a@b chatctl --json list --room x",
            "{arguments:?}"
        );
    }
}

#[test]
fn what_only_looks_like_a_host_stays() {
    assert_eq!(
        words(&["say", "-H", "b", "bob", "use", "-H", "c", "--host=d"]),
        "ssh -n b chatctl say bob use -H c --host=d"
    );
    assert_eq!(
        words(&["kick", "--reason=--host", "bob", "-H", "b"]),
        "ssh -n b chatctl kick --reason=--host bob"
    );
    let joined = over(&["kick", "-yH", "b", "bob", "--reason", "x"], false, &[]);
    assert_eq!(joined.unwrap_err().exit(), Exit::Usage);
}

#[test]
fn the_other_shell_reads_each_word_as_it_was() {
    let line = over(
        &[
            "-H",
            "b",
            "say",
            "#lobby",
            "it's",
            "",
            "$HOME; `x`",
            "a\\b",
            "größ",
        ],
        false,
        &[],
    );
    let line = line.unwrap()[3..].join(" ");
    assert_eq!(
        line,
        r"chatctl say '#lobby' 'it'\''s' '' '$HOME; `x`' 'a\b' 'größ'"
    );
    let read = std::process::Command::new("sh")
        .args([
            "-c",
            &format!("chatctl() {{ printf '%s|' \"$@\"; }}; {line}"),
        ])
        .output()
        .unwrap();
    assert_eq!(
        String::from_utf8(read.stdout).unwrap(),
        "say|#lobby|it's||$HOME; `x`|a\\b|größ|"
    );
}

#[test]
fn a_terminal_goes_over_and_standard_input_only_to_what_reads_it() {
    let begin = |arguments: &[&str], at_terminal| {
        let words = over(arguments, at_terminal, &[]).unwrap();
        words[1..words.iter().position(|word| word == "b").unwrap()].join(" ")
    };
    let terminal = "-t -o LogLevel=ERROR";
    assert_eq!(begin(&["-H", "b", "list"], true), terminal);
    assert_eq!(begin(&["-H", "b", "list"], false), "-n");
    assert_eq!(begin(&["-H", "b", "console"], true), terminal);
    assert_eq!(begin(&["-H", "b", "console"], false), "");
    // Nobody is asked anything away from a terminal.
    for question in [
        &["kick", "x", "--reason", "y"][..],
        &["account", "remove", "x"],
        &["account", "add", "x", "--no-password"],
    ] {
        let over = [&["-H", "b"], question].concat();
        assert_eq!(begin(&over, true), terminal, "{question:?}");
        assert_eq!(begin(&over, false), "-n", "{question:?}");
    }
    for password in [&["account", "add", "x"][..], &["account", "passwd", "x"]] {
        let over = [&["-H", "b"], password].concat();
        assert_eq!(begin(&over, false), "", "{password:?}");
    }
}

#[test]
fn no_password_is_typed_where_it_would_be_seen() {
    for redirected in [[true, false, true], [true, true, false]] {
        let over =
            |arguments: &[&str]| over_with(&[&["-H", "b"], arguments].concat(), redirected, &[]);
        for password in [&["account", "add", "x"][..], &["account", "passwd", "x"]] {
            let failure = over(password).expect_err("a password that is seen");
            assert_eq!(failure.exit(), Exit::Usage, "{password:?}");
            let why = failure.to_string();
            assert!(why.contains("pipe the password in"), "{why}");
        }
        for other in [
            &["list"][..],
            &["console"],
            &["account", "add", "x", "--no-password"],
        ] {
            assert!(over(other).is_ok(), "{other:?}");
        }
    }
}

#[test]
fn another_program_may_stand_for_ssh() {
    let words = over(&["-H", "b", "status"], false, &[("CHATCTL_SSH", "/x y/z")]).unwrap();
    assert_eq!(words, ["/x y/z", "-n", "b", "chatctl", "status"]);
    let words = over(&["-H", "b", "status"], false, &[("CHATCTL_SSH", "")]).unwrap();
    assert_eq!(words[0], "ssh");
}

#[test]
fn what_is_about_files_here_does_not_go_over() {
    let why = |arguments: &[&str]| {
        let failure = over(arguments, false, &[]).unwrap_err();
        assert_eq!(failure.exit(), Exit::Usage, "{arguments:?}");
        failure.to_string()
    };
    assert!(why(&["-H", "b", "config", "check", "f"]).contains("ssh b chatctl config check FILE"));
    assert!(why(&["-H", "b", "config", "diff", "f"]).contains("ssh b chatctl config diff FILE"));
    assert!(why(&["-H", "b", "backup", "f"]).contains("chatctl -H b backup - > f"));
    for arguments in [
        &["hash-password"][..],
        &["completions", "bash"],
        &["man", "d"],
    ] {
        assert!(why(&[&["-H", "b"], arguments].concat()).contains("without -H"));
    }
    assert_eq!(
        words(&["-H", "b", "config", "check"]),
        "ssh -n b chatctl config check"
    );
    assert_eq!(
        words(&["-H", "b", "backup", "-"]),
        "ssh -n b chatctl backup -"
    );
}

#[test]
fn an_option_of_ssh_is_no_host() {
    for host in ["-oProxyCommand=x", "", "a\nb"] {
        let argument = format!("--host={host}");
        assert!(
            Cli::try_parse_from(["chatctl", &argument, "list"]).is_err(),
            "{host:?}"
        );
    }
}
