//! A chat with a server around it, in which users do things and ask.

use std::sync::Arc;

use crate::chat::testing;
use crate::chat::{
    Attach, Capabilities, Chat, Client, ClientId, Command, Departure, Login, ModeChange, Nick,
    Protocol, Rank, Registered, Role, RoomFlag, RoomName, Source, Stamp, Text, Tick, Timestamp,
    Tls, User, UserFlag,
};
use crate::protocol::irc::{Asker, Capability, Reading, Server, Step, Tally, World, read};

/// 2026-11-23, 00:44:04 UTC.
pub(super) const START: i64 = 1_795_394_644_000;

pub(super) fn nick(name: &str) -> Nick {
    Nick::parse(name).expect("a nick")
}

pub(super) fn room(name: &str) -> RoomName {
    RoomName::parse(name).expect("a room's name")
}

pub(super) struct Scene {
    pub(super) chat: Chat,
    pub(super) server: Server,
    pub(super) stamp: Stamp,
    /// What those who come next come by.
    pub(super) tls: Option<Arc<Tls>>,
    next: u64,
}

impl Scene {
    /// With these users, in no room: `alice` is `alice!~alice@alice.example` from 192.0.2.1, calls herself `alice's real name`, and
    /// speaks IRC without capabilities.
    pub(super) fn new(users: &[&str]) -> Scene {
        let mut server = Server::named("irc.example.org");
        server.network = "ExampleNet".into();
        server.description = "Tea, mostly".into();
        let mut scene = Scene {
            chat: Chat::new(testing::policy(), Timestamp(0)),
            server,
            stamp: Stamp {
                at: Timestamp(START),
                tick: Tick(1_000_000_000),
                salt: 7,
            },
            tls: None,
            next: 0,
        };
        for name in users {
            scene.comes(name);
        }
        scene
    }

    /// A user who speaks IRC comes.
    pub(super) fn comes(&mut self, name: &str) {
        let attach = self.attach(Protocol::Irc);
        self.decide(
            ClientId(attach.client.0),
            Command::Attach(Box::new(Attach {
                nick: Some(nick(name)),
                username: format!("~{name}").chars().take(18).collect(),
                host: format!("{name}.example").into(),
                realname: format!("{name}'s real name").into(),
                ..attach
            })),
        );
    }

    /// A user with a plain connection comes, as a guest, into the landing room, and takes this nick.
    pub(super) fn comes_plain(&mut self, name: &str) {
        let attach = self.attach(Protocol::Plain);
        let id = attach.client;
        self.decide(id, Command::Attach(Box::new(attach)));
        self.decide(id, Command::Nick(nick(name)));
    }

    fn attach(&mut self, protocol: Protocol) -> Attach {
        self.next += 1;
        Attach {
            address: format!("192.0.2.{}:4711", self.next % 250)
                .parse()
                .expect("an address"),
            protocol,
            listener: "test".into(),
            host: "plain.example".into(),
            tls: self.tls.clone(),
            ..testing::attach(self.next)
        }
    }

    pub(super) fn wait(&mut self, seconds: u64) {
        self.stamp.tick.0 += seconds * 1_000_000;
        self.stamp.at.0 += i64::try_from(seconds).expect("a short time") * 1000;
    }

    pub(super) fn user(&self, name: &str) -> &User {
        self.chat.user_by_nick(&nick(name)).expect("a user").1
    }

    pub(super) fn client(&self, name: &str) -> &Client {
        let seat = self.user(name).clients[0];
        self.chat.seated(seat).expect("a client")
    }

    fn decide(&mut self, client: ClientId, command: Command) {
        self.try_by(Source::Client(client), command)
            .expect("not refused");
    }

    fn try_by(&mut self, source: Source, command: Command) -> Result<(), crate::chat::Refusal> {
        let decision = self.chat.decide(&self.stamp, source, command)?;
        self.chat.apply(decision.changes);
        Ok(())
    }

    /// What a user does, and is not refused.
    pub(super) fn does(&mut self, name: &str, command: Command) {
        let client = self.client(name).id;
        self.decide(client, command);
    }

    /// What the operator does.
    pub(super) fn operator(&mut self, command: Command) {
        self.try_by(Source::Operator, command).expect("not refused");
    }

    pub(super) fn logs_in(&mut self, name: &str, account: &str) {
        self.logs_in_to(name, account, false);
    }

    /// A user is in its rooms without a client from now on.
    pub(super) fn stays(&mut self, name: &str) {
        self.logs_in_to(name, name, true);
        self.quits(name);
    }

    fn logs_in_to(&mut self, name: &str, account: &str, always_on: bool) {
        let id = self.client(name).id;
        let registered = Registered {
            id: 1,
            name: nick(account),
            since: Timestamp(0),
            always_on,
        };
        self.operator(Command::Register(registered));
        let login = Login {
            id: 1,
            device: None,
        };
        self.operator(Command::Login(id, Some(login)));
    }

    pub(super) fn joins(&mut self, name: &str, rooms: &str) {
        for name_of_room in rooms.split(',') {
            self.does(name, Command::Join(room(name_of_room), None));
        }
    }

    pub(super) fn sets(&mut self, name: &str, room_name: &str, flag: RoomFlag) {
        let change = ModeChange::Flag(flag, true);
        self.does(name, Command::SetModes(Some(room(room_name)), vec![change]));
    }

    pub(super) fn ranks(&mut self, by: &str, room_name: &str, name: &str, rank: Rank) {
        let change = ModeChange::Rank(rank, nick(name), true);
        self.does(by, Command::SetModes(Some(room(room_name)), vec![change]));
    }

    pub(super) fn flags(&mut self, name: &str, flag: UserFlag) {
        self.does(name, Command::SetFlags(vec![(flag, true)]));
    }

    pub(super) fn promotes(&mut self, name: &str) {
        let command = Command::Promote(Role::Observer, "root".into(), None);
        self.does(name, command);
    }

    pub(super) fn negotiates(&mut self, name: &str, capabilities: &[Capability]) {
        let bits = capabilities.iter().fold(0, |bits, one| bits | one.bit());
        self.does(name, Command::Negotiate(Capabilities(bits)));
    }

    pub(super) fn away(&mut self, name: &str, text: &str) {
        let text = Text::parse(text).expect("a text");
        self.does(name, Command::Away(Some(text)));
    }

    pub(super) fn quits(&mut self, name: &str) {
        self.does(name, Command::Detach(Departure::Closed));
    }

    pub(super) fn world(&self) -> World<'_> {
        World {
            chat: &self.chat,
            server: &self.server,
            stamp: self.stamp,
            tally: Tally::default(),
        }
    }

    /// What a user's line comes to.
    pub(super) fn reading(&self, name: &str, line: &str) -> Reading {
        let (client, user) = (self.client(name), self.user(name));
        let asker = Asker {
            client,
            user,
            batch: None,
            exchange: None,
        };
        read(&self.world(), asker, line)
    }

    /// The answer to a user's question, line by line. Each has a line's length, and begins as a numeric does: that is left out
    /// (`352 #tea ...` for `:irc.example.org 352 alice #tea ...`).
    pub(super) fn asks(&self, name: &str, line: &str) -> Vec<String> {
        let reading = self.reading(name, line);
        let mut answer = Vec::new();
        for step in reading.steps {
            let Step::Tell(bytes) = step else {
                panic!("{line} asks for {step:?}");
            };
            answer.extend_from_slice(&bytes);
        }
        lines(&answer, name)
    }
}

/// The lines of an answer to `name`, without their beginning.
pub(super) fn lines(answer: &[u8], name: &str) -> Vec<String> {
    let text = std::str::from_utf8(answer).expect("UTF-8");
    let whole = text.strip_suffix("\r\n").expect("whole lines");
    whole
        .split("\r\n")
        .map(|line| {
            assert!(line.len() <= 510, "{} bytes: {line}", line.len());
            assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
            let rest = line.strip_prefix(":irc.example.org ").expect("the server");
            rest.replacen(&format!(" {name} "), " ", 1)
        })
        .collect()
}
