use super::super::bed::{Bed, lines, nick, text};
use super::*;
use crate::chat::Departure;

fn operator(name: &str) -> Operator {
    Operator {
        name: name.into(),
        role: Role::Moderator,
        host: Some("staff.example.org".into()),
        certificate: None,
        password: true,
        from: Vec::new(),
    }
}

/// With an operator, `root`, as `change` makes it.
fn bed(change: impl FnOnce(&mut Operator)) -> Bed {
    let mut bed = Bed::new();
    let mut root = operator("root");
    change(&mut root);
    bed.server.operators = [operator("other"), root].into();
    bed
}

fn errands(bed: &mut Bed, who: &str, line: &str) -> Vec<Errand> {
    let steps = bed.read(who, line).steps.into_iter();
    let errands = steps.filter_map(|step| match step {
        Step::Outside(errand) => Some(errand),
        _ => None,
    });
    errands.collect()
}

fn password(name: &str) -> Errand {
    Errand::OperatorPassword {
        name: name.into(),
        password: "s3cret".into(),
    }
}

fn back(bed: &Bed, errand: &Errand, outcome: &Outcome) -> Vec<Step> {
    returned(&bed.world(), bed.asker("alice"), errand, outcome)
}

fn told(steps: &[Step]) -> Vec<String> {
    let [Step::Tell(bytes)] = steps else {
        panic!("{steps:?}");
    };
    lines(bytes)
}

/// RFC 2812 section 3.1.4: the password is checked outside, and makes one an operator when it is right.
#[test]
fn oper_has_the_password_checked() {
    let mut bed = bed(|_| {});
    assert_eq!(
        errands(&mut bed, "alice", "OPER root s3cret"),
        [password("root")]
    );
    assert_eq!(
        back(&bed, &password("root"), &Outcome::Done),
        [Step::Do(Command::Promote(
            Role::Moderator,
            "root".into(),
            Some("staff.example.org".into())
        ))]
    );
    let wrong = Outcome::Refused("the password is wrong".into());
    let steps = back(&bed, &password("root"), &wrong);
    let said = "464 alice :Password incorrect: the password is wrong";
    assert_eq!(told(&steps), [said]);
    for line in ["OPER", "OPER root"] {
        assert_eq!(bed.told("alice", line), ["461 alice OPER"], "{line}");
    }
}

/// One that there is not is as one with another password. Names count as they are written.
#[test]
fn oper_tells_nobody_which_names_there_are() {
    let mut bed = bed(|_| {});
    let wrong = Outcome::Refused("the password is wrong".into());
    let known = told(&back(&bed, &password("root"), &wrong));
    for name in ["nobody", "Root"] {
        let line = format!("OPER {name} s3cret");
        assert_eq!(errands(&mut bed, "alice", &line), [password(name)]);
        assert_eq!(told(&back(&bed, &password(name), &wrong)), known);
    }
    // A reload has taken it away while the password was checked.
    let steps = back(&bed, &password("gone"), &Outcome::Done);
    assert_eq!(told(&steps), ["464 alice :Password incorrect"]);
}

/// "If the client is not connecting from a valid host for the given name, the server replies with an `ERR_NOOPERHOST`".
#[test]
fn oper_is_from_a_network_that_may() {
    for (network, may) in [
        ("192.0.2.0/24", true),
        ("192.0.2.1/32", true),
        ("198.51.100.0/24", false),
        ("2001:db8::/32", false),
    ] {
        let mut bed = bed(|root| root.from = vec![network.parse().unwrap()]);
        if may {
            assert_eq!(
                errands(&mut bed, "alice", "OPER root s3cret").len(),
                1,
                "{network}"
            );
        } else {
            assert_eq!(
                bed.told("alice", "OPER root s3cret"),
                ["491 alice"],
                "{network}"
            );
        }
    }
}

#[test]
fn oper_with_a_certificate_needs_that_certificate() {
    for password in [true, false] {
        let mut bed = bed(|root| {
            root.certificate = Some("ab".repeat(32).into());
            root.password = password;
        });
        bed.attach_by("erin", Some(&"cd".repeat(32)));
        bed.attach_by("frank", Some(&"AB".repeat(32)));
        for without in ["alice", "erin"] {
            let refused = [format!("491 {without}")];
            assert_eq!(bed.told(without, "OPER root s3cret"), refused);
        }
        let steps = bed.read("frank", "OPER root s3cret").steps;
        let is_checked = matches!(&steps[..], [Step::Outside(_)]);
        let is_promoted = matches!(&steps[..], [Step::Do(Command::Promote(..))]);
        assert_eq!((is_checked, is_promoted), (password, !password));
    }
}

/// With nothing to prove it by, nobody is that operator.
#[test]
fn oper_without_password_and_certificate_is_nobody() {
    let mut bed = bed(|root| root.password = false);
    assert_eq!(bed.told("alice", "OPER root x"), ["464 alice"]);
}

const PRIVILEGED: [(&str, Role); 7] = [
    ("KILL bob :bye", Role::Moderator),
    ("WALLOPS :hello", Role::Moderator),
    ("REHASH", Role::Administrator),
    ("DIE", Role::Administrator),
    ("RESTART", Role::Administrator),
    ("CONNECT irc.example.com 6667", Role::Administrator),
    ("SQUIT irc.example.com :bye", Role::Administrator),
];

/// Modern IRC: 481 for each. Who may does not even learn whether its parameters were right.
#[test]
fn each_command_is_for_its_role_and_those_above() {
    for (line, least) in PRIVILEGED {
        for role in [
            None,
            Some(Role::Observer),
            Some(Role::Moderator),
            Some(Role::Administrator),
        ] {
            let mut bed = Bed::new();
            if let Some(role) = role {
                bed.promote("alice", role);
            }
            let steps = bed.read("alice", line).steps;
            let refused = matches!(&steps[..], [Step::Tell(bytes)] if bytes.starts_with(b":irc.example.org 481 alice :"));
            assert_eq!(refused, role < Some(least), "{line} as {role:?}: {steps:?}");
        }
    }
    assert_eq!(Bed::new().told("alice", "KILL"), ["481 alice"]);
}

#[test]
fn kill_asks_or_says_why_not() {
    let mut bed = Bed::new();
    bed.promote("alice", Role::Moderator);
    assert_eq!(
        bed.asks("alice", "KILL Bob :go away"),
        [Command::Kill(nick("Bob"), text("go away"))]
    );
    for (line, told) in [
        ("KILL", "461 alice KILL"),
        ("KILL bob", "461 alice KILL"),
        ("KILL bob :", "461 alice KILL"),
        ("KILL nobody :x", "401 alice nobody"),
        ("KILL n@body :x", "401 alice n@body"),
        ("KILL IRC.example.org :x", "483 alice"),
    ] {
        assert_eq!(bed.told("alice", line), [told], "{line}");
    }
    bed.promote("carol", Role::Administrator);
    assert_eq!(
        bed.told("alice", "KILL carol :x"),
        ["481 alice"],
        "a higher role"
    );
}

#[test]
fn wallops_says_something() {
    let mut bed = Bed::new();
    bed.promote("alice", Role::Moderator);
    assert_eq!(
        bed.asks("alice", "WALLOPS :to all"),
        [Command::Wallops(text("to all"))]
    );
    for line in ["WALLOPS", "WALLOPS :", "WALLOPS :  "] {
        assert_eq!(bed.told("alice", line), ["461 alice WALLOPS"], "{line}");
    }
}

#[test]
fn rehash_die_and_restart_are_done_outside_for_this_server_only() {
    let mut bed = Bed::new();
    bed.promote("alice", Role::Administrator);
    for (verb, errand) in [
        ("REHASH", Errand::Reload),
        ("DIE", Errand::Stop),
        ("RESTART", Errand::Restart),
    ] {
        for line in [verb.to_owned(), format!("{verb} IRC.example.org")] {
            assert_eq!(
                errands(&mut bed, "alice", &line),
                std::slice::from_ref(&errand),
                "{line}"
            );
        }
        let elsewhere = format!("{verb} irc.example.com");
        assert_eq!(bed.told("alice", &elsewhere), ["402 alice irc.example.com"]);
    }
    let steps = bed.read("alice", "REHASH").steps;
    assert_eq!(told(&steps[..1]), ["382 alice chatd.toml :Rehashing"]);
}

/// Modern IRC: CONNECT and SQUIT take 402 and 461 beside 481.
#[test]
fn there_is_no_other_server_to_connect_or_to_disconnect() {
    let mut bed = Bed::new();
    bed.promote("alice", Role::Administrator);
    for (line, answer) in [
        ("CONNECT irc.example.com", "402 alice irc.example.com"),
        (
            "CONNECT irc.example.org 6667 x",
            "402 alice irc.example.org",
        ),
        ("CONNECT", "461 alice CONNECT"),
        (
            "SQUIT irc.example.com :bad link",
            "402 alice irc.example.com",
        ),
        ("SQUIT irc.example.com", "461 alice SQUIT"),
    ] {
        assert_eq!(bed.told("alice", line), [answer], "{line}");
    }
}

/// IRCv3 standard-replies shows a REHASH that fails as `FAIL REHASH CONFIG_BAD`; clients without it are told by NOTICE.
#[test]
fn what_came_of_an_errand_is_told() {
    let mut plain = Bed::new();
    let mut standard = Bed::with(&[Capability::StandardReplies]);
    let (done, why) = (
        Outcome::Done,
        Outcome::Refused("limits.rooms: 0 is not a number of rooms\nat line 3".into()),
    );
    for (errand, outcome, notice, standard_reply) in [
        (
            Errand::Reload,
            &done,
            "NOTICE alice",
            "NOTE REHASH RELOADED",
        ),
        (
            Errand::Reload,
            &why,
            "NOTICE alice",
            "FAIL REHASH CONFIG_BAD",
        ),
        (Errand::Stop, &why, "NOTICE alice", "FAIL DIE CANNOT_STOP"),
        (
            Errand::Restart,
            &why,
            "NOTICE alice",
            "FAIL RESTART CANNOT_RESTART",
        ),
    ] {
        for (bed, head) in [(&mut plain, notice), (&mut standard, standard_reply)] {
            let all = told(&back(bed, &errand, outcome));
            assert!(
                all.iter()
                    .all(|line| line.starts_with(&format!("{head} :"))),
                "{all:?}"
            );
            if *outcome == why {
                assert!(all[0].ends_with("0 is not a number of rooms"), "{all:?}");
                assert!(all[1].ends_with(":at line 3") && all.len() == 2, "{all:?}");
            }
        }
    }
    for errand in [
        Errand::Stop,
        Errand::Restart,
        Errand::ServerPassword("x".into()),
    ] {
        assert_eq!(back(&plain, &errand, &done), []);
    }
}

/// Each line fits into a message, whole characters in each; `lines` of the bed looks at the length.
#[test]
fn a_long_reason_is_told_in_several_lines() {
    let bed = Bed::with(&[Capability::StandardReplies]);
    let why = Outcome::Refused("é".repeat(1000).into());
    let all = told(&back(&bed, &Errand::Reload, &why));
    let heard: usize = all.iter().map(|line| line.matches('é').count()).sum();
    assert_eq!(heard, 1000);
}

#[test]
fn who_is_killed_has_gone() {
    let mut bed = Bed::new();
    bed.promote("alice", Role::Moderator);
    let decision = bed.by("alice", Command::Kill(nick("bob"), text("bye")));
    let farewell = decision.effects.iter().any(|effect| {
        matches!(effect, crate::chat::Effect::Tell(_, crate::chat::Event::Farewell { how: Departure::Killed(by, _), .. }) if *by == nick("alice"))
    });
    assert!(farewell, "{decision:?}");
}
