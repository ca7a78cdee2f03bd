use super::*;

#[test]
fn lists_are_of_commands_that_there_are() {
    for (command, place) in LISTS {
        let entry = commands::named(command).expect(command);
        let with = |list: &str| format!("{command} {}{list}", "x ".repeat(place));
        assert_eq!(cost(&with("a")), entry.cost, "{command}");
        assert_eq!(
            cost(&with("a,b,c").to_lowercase()),
            entry.cost + 2,
            "{command}"
        );
    }
}

#[test]
fn a_message_costs_one_and_heavier_ones_more() {
    for (line, expected) in [
        ("PRIVMSG #a :hello, all, of, you", 1),
        ("@label=a,b :me privmsg a,b,c :x", 3),
        ("TAGMSG #a,#b", 2),
        ("JOIN #a", 2),
        ("JOIN #a,#b,#c k,l,m", 4),
        ("KICK #a,#b x,y,z :a,b", 3),
        ("PING :x", 1),
        ("PONG x", 1),
        ("WHO #a", 3),
        ("LIST", 4),
        ("NOSUCH a,b,c", 1),
        ("", 1),
        (":a", 1),
        ("JOIN", 2),
        ("JOINT #a", 1),
        ("JOI #a", 1),
    ] {
        assert_eq!(cost(line), expected, "{line}");
    }
}
