//! IRCv3 sasl-3.1 and sasl-3.2, sentence by sentence, before registration and after it. What proves an account is answered by hand.

mod exchange;
mod offered;
mod outcome;

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
    logins: Vec<Option<Login>>,
    registers: bool,
}

impl Came {
    /// The lines, without the server's name and without what is said to people.
    fn heads(&self) -> Vec<&str> {
        let head = |line| str::split(line, " :").next().unwrap_or_default();
        self.told.iter().map(|line| head(line)).collect()
    }
}

fn place() -> Place {
    let mut place = Place::new();
    let registration = true;
    place.server.accounts = Some(Accounts { registration });
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
                Step::Login(login) => came.logins.push(login),
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

/// What a connection has that has shown a certificate.
fn certified() -> Arc<Tls> {
    Arc::new(Tls {
        fingerprint: Some("ab12".into()),
        ..(*tls()).clone()
    })
}

const JILLES: &str = "AUTHENTICATE amlsbGVzAGppbGxlcwBzZXNhbWU=";
