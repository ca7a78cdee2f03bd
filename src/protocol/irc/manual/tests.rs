use super::*;

const TEXT: &str = include_str!("../../../../packaging/man/chatd-irc.7.roff");

/// What HELP, CAP LS and 004 tell stands in the manual, word for word.
#[test]
fn the_manual_has_all_that_the_tables_have() {
    let page = manual(TEXT);
    for entry in TABLES.iter().copied().flatten() {
        let head = format!("\n.TP\n\\fB{}\\fP {}\n", entry.name, roff(entry.usage));
        assert!(page.contains(&head), "{head}");
        for line in entry.help.lines() {
            assert!(page.contains(&format!("\n{}\n", roff(line))), "{line}");
        }
    }
    let letters = RoomFlag::ALL.iter().map(|flag| flag.letter());
    let letters = letters.chain(UserFlag::ALL.iter().map(|flag| flag.letter()));
    for letter in letters {
        assert!(page.contains(&format!("\n.B +{letter}\n")), "{letter}");
    }
    for capability in Capability::ALL {
        let about = capability.about().trim();
        assert!(about.ends_with('.'), "{about}");
        let entry = format!("\n.B {}\n{}\n", roff(capability.name()), roff(about));
        assert!(page.contains(&entry), "{entry}");
    }
    for mark in [
        "COMMANDS",
        "MODES OF ROOMS",
        "MODES OF USERS",
        "CAPABILITIES",
    ] {
        assert!(TEXT.contains(&format!("\n.\\\" {mark}\n")), "{mark}");
        assert!(!page.contains(&format!("\n.\\\" {mark}\n")), "{mark}");
    }
}
