//! A test bed: a chat with users in it, lines that they say, and what each line comes to. For tests only.
//!
//! `#tea` has alice, its operator, and bob; carol and dave are in no room.

use crate::chat::testing;
use crate::chat::{
    Attach, Capabilities, Chat, ClientId, Command, Decision, Effect, Event, Nick, Policy, Protocol,
    Rank, RoomFlag, RoomFlags, RoomName, Source, Stamp, Text, Tick, Timestamp, Tls, Topic,
};
use crate::protocol::irc::{
    Asker, Capability, OpenBatch, Reading, Replies, Server, Step, Tally, World, read, refusal,
};

pub(in crate::protocol::irc) struct Bed {
    pub(in crate::protocol::irc) chat: Chat,
    pub(in crate::protocol::irc) server: Server,
    pub(in crate::protocol::irc) stamp: Stamp,
    pub(in crate::protocol::irc) batch: Option<Box<OpenBatch>>,
    next: u64,
}

pub(in crate::protocol::irc) fn nick(name: &str) -> Nick {
    Nick::parse(name).expect("a nick")
}

pub(in crate::protocol::irc) fn room(name: &str) -> RoomName {
    RoomName::parse(name).expect("a room's name")
}

pub(in crate::protocol::irc) fn text(text: &str) -> Text {
    Text::parse_lines(text).expect("a text")
}

pub(in crate::protocol::irc) fn topic(text: &str) -> Topic {
    Topic::parse(text).expect("a topic")
}

/// These capabilities as a set.
pub(in crate::protocol::irc) fn set(capabilities: &[Capability]) -> Capabilities {
    let bits = capabilities.iter().map(|capability| capability.bit());
    Capabilities(bits.fold(0, |all, bit| all | bit))
}

fn policy() -> Policy {
    let flags = RoomFlags::default().with(RoomFlag::NoExternal, true);
    Policy {
        room_modes: flags.with(RoomFlag::TopicLocked, true),
        ..testing::policy()
    }
}

impl Bed {
    pub(in crate::protocol::irc) fn new() -> Bed {
        let mut bed = Bed {
            chat: Chat::new(policy(), Timestamp(0)),
            server: Server::named("irc.example.org"),
            stamp: Stamp {
                at: Timestamp(1_795_394_644_123),
                tick: Tick(1_000_000),
                salt: 7,
            },
            batch: None,
            next: 0,
        };
        bed.server.history = true;
        for name in ["alice", "bob", "carol", "dave"] {
            bed.attach(name);
        }
        for name in ["alice", "bob"] {
            bed.by(name, Command::Join(room("#tea"), None));
        }
        bed
    }

    /// As [`Bed::new`], and alice has negotiated these.
    pub(in crate::protocol::irc) fn with(capabilities: &[Capability]) -> Bed {
        let mut bed = Bed::new();
        bed.by("alice", Command::Negotiate(set(capabilities)));
        bed
    }

    pub(in crate::protocol::irc) fn attach(&mut self, name: &str) {
        self.attach_by(name, None);
    }

    /// Another user, whose client has this certificate.
    pub(in crate::protocol::irc) fn attach_by(&mut self, name: &str, fingerprint: Option<&str>) {
        self.next += 1;
        let tls = fingerprint.map(|fingerprint| Tls {
            version: "TLSv1.3".into(),
            cipher: "TLS13_AES_128_GCM_SHA256".into(),
            fingerprint: Some(fingerprint.into()),
            server_name: None,
        });
        let attach = Attach {
            protocol: Protocol::Irc,
            listener: "irc".into(),
            nick: Some(nick(name)),
            username: "u".into(),
            host: "h.example".into(),
            realname: "Somebody".into(),
            tls: tls.map(Into::into),
            ..testing::attach(self.next)
        };
        let source = Source::Client(attach.client);
        let decision = self
            .chat
            .decide(&self.stamp, source, Command::Attach(Box::new(attach)));
        self.chat.apply(decision.expect("a place").changes);
    }

    pub(in crate::protocol::irc) fn id(&self, name: &str) -> ClientId {
        let (_, user) = self.chat.user_by_nick(&nick(name)).expect("a user");
        let client = self.chat.seated(user.clients[0]).expect("a client");
        client.id
    }

    /// Has the chat do something.
    pub(in crate::protocol::irc) fn by(&mut self, name: &str, command: Command) -> Decision {
        let source = Source::Client(self.id(name));
        let decision = self.chat.decide(&self.stamp, source, command);
        let decision = decision.expect("not refused");
        self.chat.apply(decision.changes.clone());
        decision
    }

    pub(in crate::protocol::irc) fn world(&self) -> World<'_> {
        World {
            chat: &self.chat,
            server: &self.server,
            stamp: self.stamp,
            tally: Tally::default(),
        }
    }

    pub(in crate::protocol::irc) fn asker(&self, name: &str) -> Asker<'_> {
        let client = self.chat.client(self.id(name)).expect("a client");
        Asker {
            client,
            user: self.chat.user(client.user).expect("a user"),
            batch: self.batch.as_deref(),
            exchange: None,
        }
    }

    /// What a line comes to. What it does to an open batch is done.
    pub(in crate::protocol::irc) fn read(&mut self, name: &str, line: &str) -> Reading {
        let mut reading = read(&self.world(), self.asker(name), line);
        if let Some(change) = reading.batch.take() {
            change.apply(&mut self.batch);
        }
        reading
    }

    /// What a line asks of the chat. Nothing is told.
    pub(in crate::protocol::irc) fn asks(&mut self, name: &str, line: &str) -> Vec<Command> {
        let steps = self.read(name, line).steps;
        let command = |step| match step {
            Step::Do(command) => command,
            other => panic!("{line}: {other:?}"),
        };
        steps.into_iter().map(command).collect()
    }

    /// Carries a line out: the lines that are told at once, among them those that say what the chat has refused, without the server's
    /// name and without what is said to people.
    pub(in crate::protocol::irc) fn told(&mut self, name: &str, line: &str) -> Vec<String> {
        let whole = self.told_whole(name, line);
        let head = |line: String| line.split(" :").next().unwrap_or_default().to_owned();
        whole.into_iter().map(head).collect()
    }

    /// As [`Bed::told`], with what is said to people.
    pub(in crate::protocol::irc) fn told_whole(&mut self, name: &str, line: &str) -> Vec<String> {
        let reading = self.read(name, line);
        let (mut bytes, verb) = (Vec::new(), reading.verb);
        for step in reading.steps {
            match step {
                Step::Tell(told) => bytes.extend(told),
                Step::Do(command) => self.carry_out(name, verb, command, &mut bytes),
                other => panic!("{line}: {other:?}"),
            }
        }
        lines(&bytes)
    }

    fn carry_out(&mut self, name: &str, verb: &str, command: Command, bytes: &mut Vec<u8>) {
        let source = Source::Client(self.id(name));
        let decided = self.chat.decide(&self.stamp, source, command);
        let capabilities = self.asker(name).client.capabilities;
        let mut replies = Replies::new(bytes, "", &self.server.name, name);
        match decided {
            Err(why) => refusal(&mut replies, verb, &why, capabilities),
            Ok(decision) => {
                for effect in &decision.effects {
                    if let Effect::Tell(_, Event::Refused(why)) = effect {
                        refusal(&mut replies, verb, why, capabilities);
                    }
                }
                self.chat.apply(decision.changes);
            }
        }
    }

    /// Makes somebody an operator.
    pub(in crate::protocol::irc) fn promote(&mut self, name: &str, role: crate::chat::Role) {
        self.by(name, Command::Promote(role, "root".into(), None));
    }

    pub(in crate::protocol::irc) fn rank_of(&self, name: &str, place: &str) -> Option<Rank> {
        let (id, _) = self.chat.room_by_name(&room(place))?;
        let member = self.chat.member(id, self.asker(name).user)?;
        member.ranks.highest()
    }
}

/// Whole lines of the server, without its name and without their ends; each fits into a message.
pub(in crate::protocol::irc) fn lines(bytes: &[u8]) -> Vec<String> {
    let all = std::str::from_utf8(bytes).expect("UTF-8");
    assert!(all.is_empty() || all.ends_with("\r\n"), "{all:?}");
    let line = |line: &str| {
        assert!(
            line.len() <= 510 && !line.contains(['\r', '\n', '\0']),
            "{line}"
        );
        let told = line
            .strip_prefix(":irc.example.org ")
            .expect("the server's name");
        told.to_owned()
    };
    all.split_terminator("\r\n").map(line).collect()
}
