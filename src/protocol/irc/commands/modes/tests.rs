use super::super::bed::{Bed, nick, room};
use super::*;
use crate::chat::{Key, Mask, Role, RoomFlag};

fn set(changes: Vec<ModeChange>) -> Vec<Command> {
    vec![Command::SetModes(Some(room("#tea")), changes)]
}

fn ban(mask: &str) -> ModeChange {
    ModeChange::List(ListKind::Ban, Mask::parse(mask).unwrap(), true)
}

/// RFC 2812 section 3.2.3, its examples.
#[test]
fn letters_and_parameters_become_changes_in_their_order() {
    let mut bed = Bed::new();
    let flag = |flag, on| ModeChange::Flag(flag, on);
    let invex = Mask::parse("*!*@*.fi").unwrap();
    let except = Mask::parse("*!*@*.bu.edu").unwrap();
    for (change, changes) in [
        (
            "+imI *!*@*.fi",
            vec![
                flag(RoomFlag::InviteOnly, true),
                flag(RoomFlag::Moderated, true),
                ModeChange::List(ListKind::InviteException, invex, true),
            ],
        ),
        (
            "+o Kilroy",
            vec![ModeChange::Rank(Rank::Op, nick("Kilroy"), true)],
        ),
        (
            "+v Wiz",
            vec![ModeChange::Rank(Rank::Voice, nick("Wiz"), true)],
        ),
        ("-s", vec![flag(RoomFlag::Secret, false)]),
        ("+k oulu", vec![ModeChange::Key(Key::parse("oulu"))]),
        ("-k oulu", vec![ModeChange::Key(None)]),
        ("-k", vec![ModeChange::Key(None)]),
        ("+l 10", vec![ModeChange::Limit(Some(10))]),
        ("-l", vec![ModeChange::Limit(None)]),
        ("+f #sea", vec![ModeChange::Forward(Some(room("#sea")))]),
        ("-f", vec![ModeChange::Forward(None)]),
        ("+b *!*@*", vec![ban("*!*@*")]),
        (
            "+be *!*@*.edu *!*@*.bu.edu",
            vec![
                ban("*!*@*.edu"),
                ModeChange::List(ListKind::Exception, except, true),
            ],
        ),
        // Modern IRC's message.
        (
            "-bl+i *@192.168.0.1",
            vec![
                ModeChange::List(ListKind::Ban, Mask::parse("*@192.168.0.1").unwrap(), false),
                ModeChange::Limit(None),
                flag(RoomFlag::InviteOnly, true),
            ],
        ),
        // Without a sign, and with several.
        (
            "mn",
            vec![
                flag(RoomFlag::Moderated, true),
                flag(RoomFlag::NoExternal, true),
            ],
        ),
        (
            "+-m-+t",
            vec![
                flag(RoomFlag::Moderated, false),
                flag(RoomFlag::TopicLocked, true),
            ],
        ),
        // The key is taken with its parameter, so that the next letter has its own.
        (
            "-k+v x bob",
            vec![
                ModeChange::Key(None),
                ModeChange::Rank(Rank::Voice, nick("bob"), true),
            ],
        ),
    ] {
        assert_eq!(
            bed.asks("alice", &format!("MODE #tea {change}")),
            set(changes),
            "{change}"
        );
    }
    assert_eq!(
        bed.told("alice", "MODE #tea +-"),
        ["324 alice #tea +nt", "329 alice #tea 1795394644"]
    );
}

/// Modern IRC, MODE: 324 and 329.
#[test]
fn a_room_shows_its_modes_and_its_key_to_members_only() {
    let mut bed = Bed::new();
    assert_eq!(
        bed.told_whole("alice", "MODE #TEA"),
        ["324 alice #tea +nt", "329 alice #tea 1795394644"]
    );
    bed.told("carol", "JOIN #sea");
    bed.promote("alice", Role::Moderator);
    assert_eq!(bed.told("alice", "MODE #tea +klfS sesame 7 #sea"), [""; 0]);
    for (who, modes) in [
        ("alice", "+Sntfkl #sea sesame 7"),
        ("bob", "+Sntfkl #sea sesame 7"),
        ("carol", "+Sntfkl #sea * 7"),
    ] {
        assert_eq!(
            bed.told_whole(who, "MODE #tea")[0],
            format!("324 {who} #tea {modes}")
        );
    }
    assert_eq!(bed.told("alice", "MODE #nowhere"), ["403 alice #nowhere"]);
    assert_eq!(
        bed.told("alice", "MODE #nowhere +m"),
        ["403 alice #nowhere"]
    );
    assert_eq!(bed.told("alice", "MODE #"), ["403 alice #"]);
}

#[test]
fn a_secret_room_is_not_there_for_those_outside() {
    let mut bed = Bed::new();
    let lines = ["MODE #tea", "MODE #tea b", "MODE #tea +m"];
    let answers = |bed: &mut Bed, room: &str| {
        lines.map(|line| bed.told_whole("carol", &line.replace("#tea", room)))
    };
    bed.told("alice", "MODE #tea +s");
    let nowhere = answers(&mut bed, "#nowhere");
    let secret = answers(&mut bed, "#tea").map(|lines| lines.join("\n"));
    let nowhere = nowhere.map(|lines| lines.join("\n").replace("#nowhere", "#tea"));
    assert_eq!(secret, nowhere);
    assert_eq!(bed.told_whole("bob", "MODE #tea")[0], "324 bob #tea +nst");
    bed.promote("carol", Role::Moderator);
    assert_eq!(
        bed.told_whole("carol", "MODE #tea")[0],
        "324 carol #tea +nst"
    );
}

/// Modern IRC, MODE, type A: who made each entry, and when.
#[test]
fn a_list_is_shown_to_members() {
    let mut bed = Bed::new();
    for (letter, entry, end) in [("b", 367, 368), ("e", 348, 349), ("I", 346, 347)] {
        let empty = [format!("{end} bob #tea")];
        for line in [
            format!("MODE #tea {letter}"),
            format!("MODE #tea -{letter}{letter}"),
        ] {
            assert_eq!(bed.told("bob", &line), empty, "{line}");
        }
        bed.told("alice", &format!("MODE #tea +{letter} dave"));
        assert_eq!(
            bed.told_whole("bob", &format!("MODE #tea +{letter}"))[0],
            format!("{entry} bob #tea dave!*@* alice!u@h.example 1795394644")
        );
        assert_eq!(
            bed.told("carol", &format!("MODE #tea +{letter}")),
            ["442 carol #tea"]
        );
    }
    assert_eq!(
        bed.told("bob", "MODE #tea beI"),
        [
            "367 bob #tea dave!*@* alice!u@h.example 1795394644",
            "368 bob #tea",
            "348 bob #tea dave!*@* alice!u@h.example 1795394644",
            "349 bob #tea",
            "346 bob #tea dave!*@* alice!u@h.example 1795394644",
            "347 bob #tea",
        ]
    );
    bed.promote("carol", Role::Observer);
    assert_eq!(bed.told("carol", "MODE #tea b").len(), 2);
}

/// What can be done is done; what cannot is told with its letter and parameter (Modern IRC, 696, 472).
#[test]
fn what_is_wrong_is_told_and_the_rest_is_done() {
    let mut bed = Bed::new();
    let long = "k".repeat(65);
    for (change, told) in [
        ("+k", "696 alice #tea k *"),
        ("+k a,b", "696 alice #tea k a,b"),
        (&format!("+k {long}"), &format!("696 alice #tea k {long}")),
        // A reply cannot repeat what has a space in it.
        ("+k :open sesame", "696 alice #tea k *"),
        ("+b :~r:John Smith", "696 alice #tea b *"),
        ("+o :bob carol", "696 alice #tea o *"),
        ("+l", "696 alice #tea l *"),
        ("+l 0", "696 alice #tea l 0"),
        ("+l -1", "696 alice #tea l -1"),
        ("+l 4294967296", "696 alice #tea l 4294967296"),
        ("+l ten", "696 alice #tea l ten"),
        ("+f sea", "696 alice #tea f sea"),
        ("+f", "696 alice #tea f *"),
        ("+o", "696 alice #tea o *"),
        ("-v n@body", "696 alice #tea v n@body"),
        ("+b ~z:x", "696 alice #tea b ~z:x"),
        ("+z", "472 alice z"),
        ("+zzz-z", "472 alice z"),
        ("+é", "472 alice é"),
        ("+o nobody", "401 alice nobody"),
        ("+o carol", "441 alice carol #tea"),
        ("+P", "482 alice #tea"),
        ("+r", "482 alice #tea"),
        ("+q bob", "482 alice #tea"),
    ] {
        assert_eq!(
            bed.told("alice", &format!("MODE #tea {change}")),
            [told],
            "{change}"
        );
    }
    assert_eq!(
        bed.told("alice", "MODE #tea +xmk"),
        ["696 alice #tea k *", "472 alice x"]
    );
    assert_eq!(
        bed.told_whole("alice", "MODE #tea")[0],
        "324 alice #tea +mnt"
    );
}

/// "If a user does not have appropriate privileges, the server MUST NOT process the message, and 482 is returned."
#[test]
fn one_who_may_change_nothing_is_told_so_once() {
    let mut bed = Bed::new();
    assert_eq!(bed.told("bob", "MODE #tea +mik-t x"), ["482 bob #tea"]);
    assert_eq!(bed.told("bob", "MODE #tea +mxl many"), ["482 bob #tea"]);
    for line in ["MODE #tea +mik-t x", "MODE #tea -o carol"] {
        assert_eq!(bed.told("carol", line), ["482 carol #tea"]);
    }
    assert_eq!(bed.told_whole("bob", "MODE #tea")[0], "324 bob #tea +nt");
    bed.told("alice", "MODE #tea +v bob");
    assert_eq!(bed.told("bob", "MODE #tea -v bob"), [""; 0]);
    assert_eq!(bed.rank_of("bob", "#tea"), None);
}

/// ISUPPORT MODES=20: what is more is left out, and told.
#[test]
fn twenty_changes_with_a_parameter_are_taken() {
    let mut bed = Bed::new();
    let masks: Vec<String> = (0..22).map(|n| format!("n{n}")).collect();
    let line = |count: usize| {
        let letters = "b".repeat(count);
        format!("MODE #tea +{letters}m {}", masks[..count].join(" "))
    };
    assert_eq!(bed.told("alice", &line(20)), [""; 0]);
    let (_, tea) = bed.chat.room_by_name(&room("#tea")).unwrap();
    assert_eq!(tea.list(ListKind::Ban).len(), 20);
    assert!(tea.flags.has(RoomFlag::Moderated));
    let told = bed.told_whole("alice", &line(22));
    assert!(
        told[0].starts_with("400 alice MODE #tea :20 ") && told[0].ends_with(": bb"),
        "{told:?}"
    );
}

/// Modern IRC, "User mode"; RFC 2812 section 3.1.5.
#[test]
fn ones_own_modes_are_shown_and_set() {
    let mut bed = Bed::new();
    assert_eq!(bed.told_whole("alice", "MODE alice"), ["221 alice +"]);
    assert_eq!(
        bed.asks("alice", "MODE Alice +iw-w"),
        [Command::SetFlags(vec![
            (UserFlag::Invisible, true),
            (UserFlag::Wallops, false)
        ])]
    );
    assert_eq!(bed.told("alice", "MODE alice +Biw"), [""; 0]);
    assert_eq!(bed.told_whole("alice", "MODE ALICE"), ["221 alice +Biw"]);
    // "the server MUST apply the modes that are implemented, and then send ERR_UMODEUNKNOWNFLAG".
    let reading = bed.read("alice", "MODE alice -ixx");
    assert_eq!(reading.steps.len(), 2);
    assert_eq!(
        bed.told_whole("alice", "MODE alice -iyx"),
        ["501 alice :Unknown MODE flag: yx"]
    );
    assert_eq!(bed.told_whole("alice", "MODE alice"), ["221 alice +Bw"]);
}

/// "If a user attempts to make themselves an operator using the `+o` flag, the attempt SHOULD be ignored"; "There is no restriction,
/// however, on anyone deopping themselves".
#[test]
fn nobody_makes_itself_operator_by_mode_but_may_give_it_up() {
    let mut bed = Bed::new();
    assert_eq!(bed.asks("alice", "MODE alice +oZ-Z"), []);
    assert_eq!(
        bed.asks("alice", "MODE alice -o"),
        [Command::SetFlags(vec![(UserFlag::Operator, false)])]
    );
    bed.promote("alice", Role::Moderator);
    assert_eq!(bed.told("alice", "MODE alice -o"), [""; 0]);
    assert_eq!(bed.asker("alice").user.role(), None);
}

#[test]
fn modes_of_others_are_not_ones_own() {
    let mut bed = Bed::new();
    for (line, told) in [
        ("MODE bob", "502 alice"),
        ("MODE bob +i", "502 alice"),
        ("MODE nobody", "401 alice nobody"),
        ("MODE n@body +i", "401 alice n@body"),
        ("MODE irc.example.org", "401 alice irc.example.org"),
        ("MODE", "461 alice MODE"),
    ] {
        assert_eq!(bed.told("alice", line), [told], "{line}");
    }
}
