//! IRCv3 sasl-3.1 and sasl-3.2, sentence by sentence, before registration and after it. What proves an account is answered by hand.

use std::sync::Arc;

use super::*;
use crate::chat::{Capabilities, ClientId, Command, Login, Tls};
use crate::protocol::irc::testing::{Place, attach, lines, tls};
use crate::protocol::irc::{self, Accounts, Asker, Capability, Errand, Outcome, Registration};

const SERVER: &str = ":irc.example.org ";

/// Somebody who authenticates: a newcomer, or `alice`, who is a client already.
struct Talk {
    place: Place,
    side: Side,
}

enum Side {
    Newcomer(Box<Registration>),
    Client(ClientId, Option<Box<Exchange>>),
}

/// What something came to.
#[derive(Debug, Default)]
struct Came {
    told: Vec<String>,
    asked: Option<Request>,
    login: Option<Option<Login>>,
    registers: bool,
}

impl Came {
    /// The lines, without the server's name and without what is said to people.
    fn heads(&self) -> Vec<&str> {
        let head = |line| str::split(line, " :").next().unwrap_or_default();
        self.told.iter().map(|line| head(line)).collect()
    }
}

fn account_of(registration: bool) -> Option<Accounts> {
    Some(Accounts { registration })
}

fn place() -> Place {
    let mut place = Place::new();
    place.server.accounts = account_of(true);
    place
}

impl Talk {
    /// A newcomer that has asked for `sasl` and whatever else, over TLS or not.
    fn newcomer(place: Place, capabilities: &str, tls: Option<Arc<Tls>>) -> Talk {
        let mut attach = attach(1000);
        attach.tls = tls;
        let side = Side::Newcomer(Box::new(Registration::new(attach)));
        let mut talk = Talk { place, side };
        talk.says(&format!("CAP REQ :sasl {capabilities}"));
        talk
    }

    fn client(mut place: Place, capabilities: &[Capability]) -> Talk {
        let bits = capabilities.iter().map(|capability| capability.bit());
        let set = bits.fold(Capability::Sasl.bit(), |all, bit| all | bit);
        let client = place.client("alice", Capabilities(set));
        let side = Side::Client(client, None);
        Talk { place, side }
    }

    /// One of each; what each is called.
    fn both() -> [(Talk, &'static str); 2] {
        let newcomer = Talk::newcomer(place(), "", None);
        [(newcomer, "*"), (Talk::client(place(), &[]), "alice")]
    }

    fn says(&mut self, line: &str) -> Came {
        let steps = match &mut self.side {
            Side::Newcomer(newcomer) => newcomer.read(&self.place.world(), line),
            Side::Client(client, exchange) => {
                let asker = Asker {
                    exchange: exchange.as_deref(),
                    ..self.place.asker(*client)
                };
                let reading = irc::read(&self.place.world(), asker, line);
                reading.steps.into_vec()
            }
        };
        self.took(steps)
    }

    fn says_all(&mut self, said: &[&str]) -> Came {
        let came = said.iter().map(|line| self.says(line));
        came.last().unwrap_or_default()
    }

    fn returns(&mut self, request: Request, outcome: &Outcome) -> Came {
        let errand = Errand::Account(Box::new(request), By::Protocol);
        let world = self.place.world();
        let steps = match &mut self.side {
            Side::Newcomer(newcomer) => newcomer.returned(&world, &errand, outcome),
            Side::Client(client, _) => {
                irc::returned(&world, self.place.asker(*client), &errand, outcome)
            }
        };
        self.took(steps)
    }

    fn answers(&mut self, request: Request, answer: Answer) -> Came {
        self.returns(request, &Outcome::Account(answer))
    }

    fn took(&mut self, steps: Vec<Step>) -> Came {
        let mut came = Came::default();
        for step in steps {
            match step {
                Step::Tell(bytes) => came.told.extend(lines(&bytes)),
                Step::Outside(Errand::Account(request, By::Protocol)) => {
                    assert!(came.asked.replace(*request).is_none(), "one at a time");
                }
                Step::Exchange(now) => match &mut self.side {
                    Side::Client(_, exchange) => *exchange = now,
                    Side::Newcomer(_) => panic!("it keeps its own"),
                },
                Step::Login(login) => came.login = Some(login),
                Step::Register => came.registers = true,
                other => panic!("{other:?}"),
            }
        }
        for line in &mut came.told {
            *line = line.replacen(SERVER, "", 1);
        }
        came
    }

    /// Begins an exchange.
    fn begins(&mut self, mechanism: &str) {
        let came = self.says(&format!("AUTHENTICATE {mechanism}"));
        assert_eq!(came.told, ["AUTHENTICATE +"], "{mechanism}");
    }

    /// What is asked by this answer.
    fn asks(&mut self, said: &[&str]) -> Request {
        let came = self.says_all(said);
        assert_eq!(came.told, [""; 0]);
        came.asked.expect("something is asked")
    }

    /// Whether another exchange can be begun, and so none is open.
    fn is_idle(&mut self) -> bool {
        let came = self.says("AUTHENTICATE PLAIN");
        came.told == ["AUTHENTICATE +"]
    }
}

fn plain_answer(state: Option<&str>, response: &[u8], mechanism: &str) -> Request {
    Request::Authenticate {
        mechanism: mechanism.into(),
        state: state.map(Into::into),
        response: response.into(),
        certificate: None,
    }
}

/// `AUTHENTICATE` and its last chunk.
fn said(chunk: &str) -> String {
    format!("AUTHENTICATE {chunk}")
}

const JILLES: &str = "AUTHENTICATE amlsbGVzAGppbGxlcwBzZXNhbWU=";

/// "If the chosen mechanism is client-first, the server sends an empty response (`AUTHENTICATE +`)"; "If authentication is successful,
/// a 900 and 903 numeric will be sent".
#[test]
fn the_example_of_the_specification() {
    let mut place = place();
    let login = place.account(7, "jilles");
    let mut talk = Talk::newcomer(place, "", None);
    talk.says_all(&["NICK jilles", "USER jilles 0 * :Jilles"]);
    talk.begins("PLAIN");
    let request = talk.asks(&[JILLES]);
    let response = b"jilles\0jilles\0sesame";
    assert_eq!(request, plain_answer(None, response, "PLAIN"));
    let came = talk.answers(request, Answer::Proven(login));
    let [logged_in, success] = &came.told[..] else {
        panic!("{came:?}");
    };
    assert!(
        logged_in.starts_with("900 * jilles!") && logged_in.contains("@192.0.2.1 jilles :"),
        "{logged_in}"
    );
    assert!(success.starts_with("903 * :"), "{success}");
    assert!(talk.says("CAP END").registers);
}

/// "Servers SHOULD allow a client, authenticated or otherwise, to reauthenticate by sending a new `AUTHENTICATE` message at any time."
#[test]
fn who_is_authenticated_may_authenticate_again() {
    for here in [false, true] {
        let mut place = place();
        let logins = [place.account(7, "jilles"), place.account(8, "other")];
        let mut talk = match here {
            true => Talk::client(place, &[]),
            false => Talk::newcomer(place, "", None),
        };
        for login in logins {
            talk.begins("PLAIN");
            let request = talk.asks(&[JILLES]);
            let came = talk.answers(request, Answer::Proven(login.clone()));
            if here {
                // The chat tells 900.
                assert_eq!(came.login, Some(Some(login.clone())));
                assert_eq!(came.heads(), ["903 alice"]);
                let Side::Client(client, _) = talk.side else {
                    unreachable!()
                };
                talk.place.operator(Command::Login(client, Some(login)));
            } else {
                assert!(came.told[0].starts_with("900 * "), "{came:?}");
                assert_eq!(came.heads()[1], "903 *");
            }
        }
    }
}

/// "split to 400-byte chunks ... If the last chunk was exactly 400 bytes long, it must also be followed by `AUTHENTICATE +`".
#[test]
fn a_response_ends_with_the_first_chunk_that_is_not_full() {
    let chunk = "QUJD".repeat(100);
    let whole = |n: usize| b"ABC".repeat(100 * n);
    for (mut talk, _) in Talk::both() {
        let full = said(&chunk);
        for (lines, response) in [
            (vec![full.as_str(), "AUTHENTICATE +"], whole(1)),
            (vec![&full, &full, "AUTHENTICATE +"], whole(2)),
            (
                vec![&full, "AUTHENTICATE RA=="],
                [whole(1), b"D".to_vec()].concat(),
            ),
            (vec!["AUTHENTICATE +"], Vec::new()),
            (vec!["AUTHENTICATE :RA=="], b"D".to_vec()),
        ] {
            talk.begins("PLAIN");
            let (last, before) = lines.split_last().expect("a line");
            for line in before {
                let came = talk.says(line);
                assert_eq!((came.told.len(), came.asked), (0, None));
            }
            let request = talk.asks(&[last]);
            assert_eq!(request, plain_answer(None, &response, "PLAIN"));
        }
    }
}

/// "The server MAY place a limit on the total length of a response."
#[test]
fn a_response_that_never_ends_does() {
    let full = said(&"A".repeat(CHUNK));
    for (mut talk, nick) in Talk::both() {
        talk.begins("PLAIN");
        for _ in 0..LONGEST / CHUNK {
            assert_eq!(talk.says(&full).told, [""; 0]);
        }
        let came = talk.says("AUTHENTICATE AAAA");
        assert_eq!(came.heads(), [format!("905 {nick}")]);
        assert_eq!(came.asked, None);
        assert!(talk.is_idle());
    }
}

/// 905: "the client-sent `AUTHENTICATE` command was too long (i.e. the parameter longer than 400 bytes)".
#[test]
fn a_chunk_of_more_than_400_bytes_is_905_and_the_end() {
    for (mut talk, nick) in Talk::both() {
        for begun in [false, true] {
            if begun {
                talk.begins("PLAIN");
            }
            let came = talk.says(&said(&"A".repeat(CHUNK + 1)));
            assert_eq!(came.heads(), [format!("905 {nick}")]);
        }
        assert!(talk.is_idle());
    }
}

/// "The client can abort an authentication by sending an asterisk as the data. The server will send a 906 numeric."
#[test]
fn an_asterisk_aborts_at_each_step_of_each_mechanism() {
    let steps: [(&str, &[&str]); 6] = [
        ("PLAIN", &[]),
        ("PLAIN", &["QUJD"]),
        ("EXTERNAL", &[]),
        ("SCRAM-SHA-256", &[]),
        ("SCRAM-SHA-256", &["challenge"]),
        ("SCRAM-SHA-256", &["challenge", "challenge"]),
    ];
    let secure = || Talk::newcomer(place(), "", Some(tls()));
    for (mechanism, before) in steps {
        for mut talk in [secure(), Talk::client(place(), &[])] {
            if mechanism == "EXTERNAL" && matches!(talk.side, Side::Client(..)) {
                continue;
            }
            talk.begins(mechanism);
            for (nth, what) in before.iter().enumerate() {
                if *what == "challenge" {
                    let request = talk.asks(&["AUTHENTICATE QUJD"]);
                    let (data, state) = ((*b"r=abc").into(), nth.to_string().into());
                    let came = talk.answers(request, Answer::Challenge { data, state });
                    assert_eq!(came.told, ["AUTHENTICATE cj1hYmM="]);
                } else {
                    talk.says(&said(&what.repeat(100)));
                }
            }
            let came = talk.says("AUTHENTICATE *");
            assert_eq!(came.heads().len(), 1);
            assert!(came.told[0].starts_with("906 "), "{mechanism}: {came:?}");
            assert_eq!(came.asked, None);
            // Nothing of it is left: what comes next begins anew.
            let came = talk.says("AUTHENTICATE FROG");
            assert!(came.told[0].starts_with("908 "), "{came:?}");
            talk.begins("PLAIN");
            let request = talk.asks(&["AUTHENTICATE RA=="]);
            assert_eq!(request, plain_answer(None, b"D", "PLAIN"));
        }
    }
}

/// A challenge's state comes back with the response to it, and with no other.
#[test]
fn a_challenge_is_answered_with_what_came_with_it() {
    for (mut talk, _) in Talk::both() {
        talk.begins("SCRAM-SHA-256");
        let mut before: Option<String> = None;
        for state in ["first", "second"] {
            let request = talk.asks(&["AUTHENTICATE QUJD"]);
            let expected = plain_answer(before.as_deref(), b"ABC", "SCRAM-SHA-256");
            assert_eq!(request, expected);
            before = Some(state.to_owned());
            let (data, state) = ((*b"x").into(), state.into());
            talk.answers(request, Answer::Challenge { data, state });
        }
        // "clients MUST still send an empty response."
        let request = talk.asks(&["AUTHENTICATE +"]);
        let expected = plain_answer(before.as_deref(), b"", "SCRAM-SHA-256");
        assert_eq!(request, expected);
    }
}

/// What goes to the client is split as what comes from it is; "Empty (zero-length) responses are sent as `AUTHENTICATE +`".
#[test]
fn a_challenge_is_split_into_chunks_of_400_bytes() {
    for (bytes, sizes) in [
        (0, vec![1]),
        (299, vec![400, 1]),
        (300, vec![400, 1]),
        (301, vec![400, 4]),
        (600, vec![400, 400, 1]),
    ] {
        let mut talk = Talk::newcomer(place(), "", None);
        talk.begins("SCRAM-SHA-256");
        let request = talk.asks(&["AUTHENTICATE QUJD"]);
        let (data, state) = (vec![b'x'; bytes].into(), "".into());
        let came = talk.answers(request, Answer::Challenge { data, state });
        let chunks: Vec<&str> = came
            .told
            .iter()
            .map(|line| line.strip_prefix("AUTHENTICATE ").expect("a chunk"))
            .collect();
        let lengths: Vec<usize> = chunks.iter().map(|chunk| chunk.len()).collect();
        assert_eq!(lengths, sizes, "{bytes}");
        if lengths.ends_with(&[1]) {
            assert_eq!(chunks.last(), Some(&"+"), "{bytes}");
        }
    }
}

/// "If authentication fails, a 904 or 905 numeric will be sent and the client MAY retry".
#[test]
fn what_is_no_base_64_fails_and_may_be_tried_again() {
    for bad in ["====", "QUJ", "Q\u{e9}==", "QUJD====", "*x", "+A"] {
        for (mut talk, nick) in Talk::both() {
            talk.begins("PLAIN");
            let came = talk.says(&said(bad));
            assert_eq!(came.heads(), [format!("904 {nick}")], "{bad}");
            assert_eq!(came.asked, None, "{bad}");
            assert!(talk.is_idle(), "{bad}");
        }
    }
}

/// A mechanism's name in the middle of an exchange is a response like any other.
#[test]
fn another_mechanism_midway_is_no_beginning() {
    let (mut talk, _) = Talk::both().into_iter().next().expect("a newcomer");
    talk.begins("SCRAM-SHA-256");
    let came = talk.says("AUTHENTICATE PLAIN");
    assert_eq!(came.heads(), ["904 *"], "five letters are no base 64");
    talk.begins("PLAIN");
    let request = talk.asks(&["AUTHENTICATE EXTERNAL"]);
    let response = BASE64.decode(b"EXTERNAL").expect("base 64");
    assert_eq!(request, plain_answer(None, &response, "PLAIN"));
}

/// 908: "in reply to an `AUTHENTICATE` command which requests an unsupported mechanism. The numeric contains a comma-separated list of
/// mechanisms"; then "a 904 numeric will be sent and the session state remains unchanged".
#[test]
fn a_mechanism_that_is_not_offered_is_908_and_904() {
    for (mut talk, nick) in Talk::both() {
        // EXTERNAL needs a certificate, and so TLS.
        for unknown in ["FROG", "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS", "+", "EXTERNAL"] {
            let came = talk.says(&said(unknown));
            let mechanisms = format!("908 {nick} SCRAM-SHA-256,PLAIN");
            assert_eq!(came.heads(), [mechanisms, format!("904 {nick}")]);
            assert!(came.asked.is_none());
        }
        assert!(talk.is_idle());
    }
    let mut secure = Talk::newcomer(place(), "", Some(tls()));
    let came = secure.says("AUTHENTICATE FROG");
    assert_eq!(came.heads()[0], "908 * SCRAM-SHA-256,PLAIN,EXTERNAL");
    secure.begins("external");
}

#[test]
fn a_mechanism_is_the_same_in_any_casing() {
    for (mut talk, _) in Talk::both() {
        for name in ["plain", "Plain", "PLAIN"] {
            talk.begins(name);
            let request = talk.asks(&["authenticate RA=="]);
            assert_eq!(request, plain_answer(None, b"D", "PLAIN"));
        }
        talk.begins("scram-Sha-256");
        assert_eq!(talk.says("AUTHENTICATE *").told.len(), 1);
    }
}

/// The certificate that the connection has shown goes with every response.
#[test]
fn a_certificate_goes_with_the_response() {
    let shown = Arc::new(Tls {
        fingerprint: Some("ab12".into()),
        ..(*tls()).clone()
    });
    let mut talk = Talk::newcomer(place(), "", Some(shown));
    talk.begins("EXTERNAL");
    let Request::Authenticate {
        certificate,
        response,
        ..
    } = talk.asks(&["AUTHENTICATE +"])
    else {
        panic!("it is proven");
    };
    assert_eq!(
        (certificate.as_deref(), &*response),
        (Some("ab12"), &b""[..])
    );
}

#[test]
fn without_a_parameter_it_is_461_and_an_exchange_goes_on() {
    for (mut talk, nick) in Talk::both() {
        talk.begins("PLAIN");
        for line in ["AUTHENTICATE", "AUTHENTICATE :"] {
            let came = talk.says(line);
            assert_eq!(came.heads(), [format!("461 {nick} AUTHENTICATE")]);
        }
        talk.asks(&["AUTHENTICATE RA=="]);
    }
}

/// "If the client completes registration ... while the SASL authentication is still in progress, the server SHOULD abort it and send a 906
/// numeric, then register the client without authentication."
#[test]
fn registration_that_is_complete_ends_an_exchange() {
    for challenged in [false, true] {
        let mut talk = Talk::newcomer(place(), "", None);
        talk.says_all(&["NICK jilles", "USER jilles 0 * :Jilles"]);
        talk.begins("SCRAM-SHA-256");
        if challenged {
            let request = talk.asks(&["AUTHENTICATE QUJD"]);
            let (data, state) = ((*b"x").into(), "".into());
            talk.answers(request, Answer::Challenge { data, state });
        }
        let came = talk.says("CAP END");
        assert_eq!(came.heads(), ["906 *"]);
        assert!(came.registers);
        let Side::Newcomer(newcomer) = &talk.side else {
            unreachable!()
        };
        assert_eq!(newcomer.attach().login, None);
    }
    // Not by what completes nothing.
    let mut talk = Talk::newcomer(place(), "", None);
    talk.begins("PLAIN");
    let came = talk.says_all(&["NICK jilles", "USER jilles 0 * :Jilles"]);
    assert!(came.told.is_empty() && !came.registers);
    talk.asks(&[JILLES]);
}

/// A nick that is an account's may be asked for before the account is proven; whether it was, the end tells.
#[test]
fn the_nick_of_an_account_may_come_before_its_proof_or_after() {
    let order: [&[&str]; 2] = [
        &["NICK jilles", "SASL", "USER j 0 * :J", "CAP END"],
        &["SASL", "NICK JILLES", "USER j 0 * :J", "CAP END"],
    ];
    for said in order {
        let mut place = place();
        let login = place.account(7, "jilles");
        let mut talk = Talk::newcomer(place, "", None);
        for line in said {
            let came = if *line == "SASL" {
                talk.begins("PLAIN");
                let request = talk.asks(&[JILLES]);
                talk.answers(request, Answer::Proven(login.clone()))
            } else {
                talk.says(line)
            };
            assert!(!came.told.iter().any(|told| told.starts_with("433")));
            assert_eq!(came.registers, *line == "CAP END");
        }
        let Side::Newcomer(newcomer) = &talk.side else {
            unreachable!()
        };
        assert_eq!(newcomer.attach().login, Some(login));
    }
    // Who does not negotiate has no time to prove anything.
    let mut place = place();
    place.account(7, "jilles");
    let mut newcomer = Registration::new(attach(1000));
    let steps = newcomer.read(&place.world(), "NICK jilles");
    assert!(crate::protocol::irc::testing::told(&steps)[0].contains(" 433 * jilles :"));
}

/// 902: "the account is currently locked out, held, or otherwise administratively made unavailable"; 904: anything else.
#[test]
fn a_denial_is_904_and_of_a_suspended_account_902() {
    let suspended = Denial::Suspended("it was stolen".into());
    for (why, numeric) in [
        (suspended, "902"),
        (Denial::Wrong, "904"),
        (Denial::TooOften(std::time::Duration::from_secs(90)), "904"),
        (Denial::Busy, "904"),
        (Denial::Unavailable("the disk is full".into()), "904"),
    ] {
        for (mut talk, nick) in Talk::both() {
            talk.begins("PLAIN");
            let request = talk.asks(&[JILLES]);
            let came = talk.answers(request, Answer::Denied(why.clone()));
            assert_eq!(came.heads(), [format!("{numeric} {nick}")]);
            assert!(came.told[0].contains(&why.to_string()), "{came:?}");
            assert_eq!(came.login, None);
            assert!(talk.is_idle(), "it may try again");
        }
    }
}

/// Where too much is to be done outside, the errand comes back as it went.
#[test]
fn what_nobody_could_look_at_fails() {
    for (mut talk, nick) in Talk::both() {
        talk.begins("PLAIN");
        let request = talk.asks(&[JILLES]);
        let came = talk.returns(request, &Outcome::Refused("too much to do".into()));
        assert_eq!(came.heads(), [format!("904 {nick}")]);
        assert!(talk.is_idle());
    }
}

#[test]
fn an_account_that_is_removed_between_its_proof_and_the_login_is_none() {
    for (mut talk, nick) in Talk::both() {
        let login = talk.place.account(7, "jilles");
        talk.begins("PLAIN");
        let request = talk.asks(&[JILLES]);
        talk.place.operator(Command::Unregister(7));
        let came = talk.answers(request, Answer::Proven(login));
        assert_eq!(came.heads(), [format!("904 {nick}")]);
        assert_eq!(came.login, None);
        assert!(talk.is_idle());
    }
}

/// 901: "sent when the user's account name is unset (whether by SASL or otherwise)".
#[test]
fn an_account_that_is_removed_before_registration_is_complete_lets_its_newcomer_in_without() {
    let mut place = place();
    let login = place.account(7, "jilles");
    let mut talk = Talk::newcomer(place, "", None);
    talk.says_all(&["NICK jilles", "USER jilles 0 * :Jilles"]);
    talk.begins("PLAIN");
    let request = talk.asks(&[JILLES]);
    talk.answers(request, Answer::Proven(login));
    talk.place.operator(Command::Unregister(7));
    assert!(talk.says("CAP END").registers);
    // As the hub does when the chat refuses it.
    let Side::Newcomer(newcomer) = &mut talk.side else {
        unreachable!()
    };
    let steps = newcomer.refused(&talk.place.world(), &crate::chat::Refusal::NoSuchAccount);
    let came = talk.took(steps);
    assert!(
        came.told[0].starts_with("901 * jilles!~jilles@192.0.2.1 :"),
        "{came:?}"
    );
    assert!(came.registers);
    let Side::Newcomer(newcomer) = &talk.side else {
        unreachable!()
    };
    assert_eq!(newcomer.attach().login, None);
}

/// "Servers MUST NOT advertise the `sasl` capability if the authentication layer is unavailable. Servers MUST `NAK` any `sasl` capability
/// request".
#[test]
fn without_accounts_it_is_not_offered_and_nothing_begins() {
    let mut talk = Talk::newcomer(Place::new(), "", None);
    let came = talk.says("CAP REQ :sasl");
    assert_eq!(came.told, ["CAP * NAK :sasl"]);
    let came = talk.says("CAP LS 302");
    assert!(!came.told.concat().contains("sasl"), "{came:?}");
    let came = talk.says("AUTHENTICATE PLAIN");
    assert_eq!(came.heads(), ["904 *"]);
}

/// "Servers SHOULD advertise the available SASL authentication mechanisms in the value of the `sasl` client capability in `CAP LS`."
#[test]
fn what_is_offered_is_what_can_be_had_on_that_connection() {
    for (tls, value) in [
        (None, "sasl=SCRAM-SHA-256,PLAIN"),
        (Some(tls()), "sasl=SCRAM-SHA-256,PLAIN,EXTERNAL"),
    ] {
        let mut talk = Talk::newcomer(place(), "", tls);
        let all = talk.says("CAP LS 302").told.concat();
        assert!(all.split([' ', ':']).any(|word| word == value), "{all}");
        for mechanism in value[5..].split(',') {
            talk.begins(mechanism);
            talk.says("AUTHENTICATE *");
        }
    }
    // Without a version it is listed without its value, which some clients do not expect.
    let all = Talk::newcomer(place(), "", None).says("CAP LS").told;
    assert!(!all.concat().contains("sasl="), "{all:?}");
}

/// The answer to a labelled command is what comes of it, when that is known, and not before.
#[test]
fn what_comes_of_a_labelled_response_has_its_label() {
    let asked = |line: &str, answer: &dyn Fn(&mut Place) -> Answer| {
        let mut place = place();
        let answer = answer(&mut place);
        let mut talk = Talk::newcomer(place, "labeled-response batch", None);
        let came = talk.says("@label=a AUTHENTICATE SCRAM-SHA-256");
        assert_eq!(came.told, ["@label=a AUTHENTICATE +"]);
        let came = talk.says(line);
        assert_eq!(came.told, [""; 0], "not an ACK");
        talk.answers(came.asked.expect("a request"), answer).told
    };
    let denied = asked("@label=b AUTHENTICATE QUJD", &|_| {
        Answer::Denied(Denial::Wrong)
    });
    assert!(denied[0].starts_with("@label=b 904 * :"), "{denied:?}");
    let proven = asked("@label=b AUTHENTICATE QUJD", &|place| {
        Answer::Proven(place.account(7, "jilles"))
    });
    assert!(proven[0].starts_with("@label=b BATCH +"));
    assert_eq!(proven.len(), 4, "{proven:?}");
    let without = asked("AUTHENTICATE QUJD", &|_| Answer::Denied(Denial::Wrong));
    assert!(without[0].starts_with("904 * :"), "{without:?}");
}
