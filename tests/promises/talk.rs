//! Anything that can open a socket can chat: netcat, Python with and without newlines, any script, any split of bytes.

use std::fs;
use std::process::Command;

use crate::harness::{Chatd, Client, Program, Setup, barriers, netcat, python};

#[test]
fn two_netcats_talk() {
    let chatd = Chatd::start();
    let mut alice = Program::start(netcat(chatd.port));
    alice.until("Welcome to chat.example.\n");
    alice.until("*** You are guest1 in #lobby");
    let mut bob = Program::start(netcat(chatd.port));
    bob.until("*** You are guest2 in #lobby");
    alice.until("guest2");
    alice.line("/nick alice");
    bob.until("alice");
    bob.until("\n");
    alice.line("good morning");
    assert_eq!(bob.next(), "<alice> good morning");
    bob.line("good morning to you");
    alice.until("<guest2> good morning to you\n");
    // netcat ends with its input when asked to, and the others are told.
    drop(bob);
    alice.until("guest2");
}

#[test]
fn one_does_not_hear_oneself() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    alice.line("anybody here?");
    assert_eq!(alice.barrier(), Vec::<String>::new());
}

#[test]
fn python_programs_talk_with_and_without_newlines() {
    let chatd = Chatd::start();
    let mut lines = python("lines.py");
    lines.arg(chatd.port.to_string());
    let mut lines = Program::start(lines);
    lines.until("*** You are guest1");
    let mut bare = python("bare.py");
    bare.arg(chatd.port.to_string());
    let mut bare = Program::start(bare);
    bare.until("*** You are guest2");
    lines.until("guest2");
    // No newline leaves this program, and its message arrives all the same.
    bare.line("hello from a bare socket");
    lines.until("<guest2> hello from a bare socket\n");
    lines.line("你好");
    bare.until("<guest1> 你好\n");
    bare.line("/me 挥手 👋");
    lines.until("* guest2 挥手 👋\n");
    lines.line("/msg guest2 just you");
    bare.until("@you <guest1> just you\n");
}

#[test]
fn a_program_that_sends_and_receives_in_turn_stays_in_step() {
    let chatd = Setup::new()
        .listener("greeting = \"\"\nnews = false")
        .config("[plain]\nunterminated_after = \"50ms\"")
        .start();
    // Each waits for the other's answer; nothing but what people say may come in between, or the turns would slip.
    let mut echo = python("echo.py");
    echo.arg(chatd.port.to_string());
    let mut echo = Program::start(echo);
    echo.until("connected\n");
    chatd.eventually("the echo is in", |chatd| chatd.nicks().len() == 1);
    let mut asker = python("in_step.py");
    asker.args([chatd.port.to_string(), "5".into()]);
    let (status, output) = Program::start(asker).finish();
    assert!(status.success(), "{output}");
    let turns: Vec<&str> = output.lines().collect();
    assert_eq!(turns.len(), 5, "{output}");
    for (n, turn) in turns.iter().enumerate() {
        let expected = format!("question {n} -> <guest1> heard: <guest2> question {n}");
        assert_eq!(*turn, expected, "{output}");
    }
}

#[test]
fn a_character_split_across_packets_stays_whole() {
    let chatd = Setup::new()
        .config("[plain]\nunterminated_after = \"100ms\"")
        .start();
    let mut reader = Client::connect(chatd.port);
    // Every split of a line of 1- to 4-byte characters, with its newline.
    let text = "a é 中 🙂";
    for at in 1..text.len() {
        let mut writer = Client::connect(chatd.port);
        writer.send(&text.as_bytes()[..at]);
        writer.send(&text.as_bytes()[at..]);
        writer.send("\n");
        let line = format!("<{}> {text}", writer.nick);
        let heard = reader.expect(">");
        assert_eq!(heard, line, "split at {at}");
    }
    // Without newlines: what is complete is said after the silence, the rest waits for its other half.
    let mut writer = Client::connect(chatd.port);
    let whole = "你好".as_bytes();
    writer.send(&whole[..4]);
    let first = reader.expect(">");
    assert_eq!(first, format!("<{}> 你", writer.nick));
    writer.send(&whole[4..]);
    let second = reader.expect(">");
    assert_eq!(second, format!("<{}> 好", writer.nick));
}

#[test]
fn after_its_first_newline_a_connection_ends_messages_by_newline_only() {
    let chatd = Setup::new()
        .config("[plain]\nunterminated_after = \"50ms\"")
        .start();
    let mut typist = Client::connect(chatd.port);
    let mut bare = Client::connect(chatd.port);
    typist.line("first");
    typist.send("half a ");
    // The bare client speaks after the typist's half line and is heard; its silence is as long as the typist's.
    bare.send("bare");
    typist.expect("<guest2> bare");
    typist.send("line\n");
    bare.expect("<guest1> half a line");
}

#[test]
fn lines_end_in_lf_or_crlf_and_empty_ones_say_nothing() {
    let chatd = Chatd::start();
    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    alice.send("one\r\n\r\n\ntwo\nthree\r\n");
    let heard = barriers(&mut [&mut alice, &mut bob]).remove(1);
    let said: Vec<&String> = heard.iter().filter(|l| l.starts_with('<')).collect();
    assert_eq!(said, ["<alice> one", "<alice> two", "<alice> three"]);
}

#[test]
fn all_that_a_client_gets_on_connecting_is_one_write_of_at_most_a_thousand_bytes() {
    let greeting = "欢迎".repeat(100);
    let chatd = Setup::new()
        .listener(&format!("greeting = \"{greeting}\""))
        .start();
    let mut first = Client::connect(chatd.port);
    first.line(&format!("/topic {}", "题".repeat(130)));
    first.barrier();
    for _ in 0..10 {
        let mut client = Client::bare(chatd.port);
        let bytes = client.read_some();
        assert!(bytes.len() <= 1000, "{} bytes", bytes.len());
        let text = String::from_utf8(bytes).expect("never cut within a character");
        assert!(text.ends_with('\n'), "{text:?}");
        assert!(text.contains("*** You are guest"), "{text:?}");
        assert_eq!(client.barrier(), Vec::<String>::new(), "after: {text:?}");
    }
}

#[test]
fn a_pipe_into_netcat_is_a_message_with_and_without_its_newline() {
    let chatd = Chatd::start();
    let mut alice = Client::connect(chatd.port);
    for text in ["with\n", "without"] {
        let mut pipe = netcat(chatd.port);
        pipe.arg("-N");
        let mut pipe = Program::start(pipe);
        pipe.until("*** You are ");
        pipe.write(text.as_bytes());
        pipe.close_input();
        alice.expect(&format!("> {}", text.trim()));
    }
}

#[test]
fn with_the_shell_alone() {
    let chatd = Chatd::start();
    let mut alice = Client::connect(chatd.port);
    let script = format!(
        "exec 3<>/dev/tcp/127.0.0.1/{}; echo 'from the shell' >&3; read -r line <&3; echo \"$line\"",
        chatd.port
    );
    let mut bash = Command::new("bash");
    bash.args(["-c", &script]);
    let (status, output) = Program::start(bash).finish();
    assert!(status.success() && output.contains("Welcome"), "{output}");
    alice.expect("<guest2> from the shell");
}

#[test]
fn the_order_is_the_same_for_everybody() {
    const LINES: usize = 300;
    let chatd = Chatd::start();
    let mut clients: Vec<Client> = (0..4).map(|_| Client::connect(chatd.port)).collect();
    let mut first_reader = Client::named(chatd.port, "reader1");
    let mut second_reader = Client::named(chatd.port, "reader2");
    for n in 0..LINES {
        for client in &mut clients {
            client.line(&format!("line {n}"));
        }
    }
    for client in &mut clients {
        client.barrier();
    }
    let heard = barriers(&mut [&mut first_reader, &mut second_reader]);
    let said = |lines: &[String]| -> Vec<String> {
        lines
            .iter()
            .filter(|l| l.starts_with('<'))
            .cloned()
            .collect()
    };
    assert_eq!(said(&heard[0]).len(), 4 * LINES);
    assert_eq!(said(&heard[0]), said(&heard[1]));
    for client in &clients {
        let mark = format!("<{}> ", client.nick);
        let own: Vec<String> = said(&heard[0])
            .iter()
            .filter_map(|line| line.strip_prefix(&mark).map(String::from))
            .collect();
        let expected: Vec<String> = (0..LINES).map(|n| format!("line {n}")).collect();
        assert_eq!(own, expected, "nothing lost, doubled or out of order");
    }
}

#[test]
fn the_python_example_is_as_short_as_promised() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/clients/bare.py");
    let text = fs::read_to_string(path).expect("the example");
    assert!(text.lines().count() <= 15, "{text}");
    assert!(!text.contains("\\n"), "it must not send newlines: {text}");
}
