//! A small world that tests read lines against: a chat, a server and a moment. Belongs to no one file of tests.

use std::sync::Arc;

use super::{Asker, Reading, Registration, Replies, Server, Step, Tally, World, read};
use crate::chat::testing;
use crate::chat::{
    Attach, Capabilities, Chat, ClientId, Command, Login, Nick, Policy, Protocol, Registered,
    Source, Stamp, Tick, Timestamp,
};

/// Everything that a line is read against, owned.
pub(super) struct Place {
    pub(super) chat: Chat,
    pub(super) server: Server,
    pub(super) stamp: Stamp,
    pub(super) tally: Tally,
    next: u64,
}

pub(super) fn nick(name: &str) -> Nick {
    Nick::parse(name).expect("a nick")
}

pub(super) fn policy() -> Policy {
    Policy {
        rooms_per_client: Some(50),
        rooms_per_account: Some(20),
        ..testing::policy()
    }
}

/// A connection as the net hands it over.
pub(super) fn attach(client: u64) -> Box<Attach> {
    Box::new(Attach {
        protocol: Protocol::Irc,
        listener: "irc".into(),
        username: "".into(),
        ..testing::attach(client)
    })
}

/// A connection that has just been opened.
pub(super) fn opened() -> Registration {
    Registration::new(attach(1000))
}

/// What a connection that speaks TLS has beside it.
pub(super) fn tls() -> Arc<crate::chat::Tls> {
    Arc::new(crate::chat::Tls {
        version: "TLSv1.3".into(),
        cipher: "TLS_AES_128_GCM_SHA256".into(),
        fingerprint: None,
        server_name: Some("irc.example.org".into()),
    })
}

/// Whole lines, without their ends.
pub(super) fn lines(bytes: &[u8]) -> Vec<String> {
    let text = std::str::from_utf8(bytes).expect("UTF-8");
    assert!(text.is_empty() || text.ends_with("\r\n"), "{text:?}");
    let lines: Vec<String> = text.split_terminator("\r\n").map(str::to_owned).collect();
    for line in &lines {
        assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
        let untagged = line.strip_prefix('@').and_then(|line| line.split_once(' '));
        let length = untagged.map_or(line.len(), |(_, rest)| rest.len());
        assert!(length <= 510, "{length} bytes: {line}");
    }
    lines
}

/// What steps tell, line by line.
pub(super) fn told(steps: &[Step]) -> Vec<String> {
    let bytes = steps.iter().filter_map(|step| match step {
        Step::Tell(bytes) => Some(lines(bytes)),
        _ => None,
    });
    bytes.flatten().collect()
}

/// What is told to somebody called `nick`.
pub(super) fn written(nick: &str, write: impl FnOnce(&mut Replies<'_>)) -> Vec<String> {
    let mut out = Vec::new();
    write(&mut Replies::new(&mut out, "", "irc.example.org", nick));
    lines(&out)
}

impl Place {
    pub(super) fn new() -> Place {
        let mut server = Server::named("irc.example.org");
        server.network = "Example".into();
        server.started = Timestamp(1_795_394_644_000);
        Place {
            chat: Chat::new(policy(), Timestamp(0)),
            server,
            stamp: Stamp {
                at: Timestamp(1_795_394_644_000),
                tick: Tick(1_000_000),
                salt: 7,
            },
            tally: Tally::default(),
            next: 0,
        }
    }

    pub(super) fn world(&self) -> World<'_> {
        World {
            chat: &self.chat,
            server: &self.server,
            stamp: self.stamp,
            tally: self.tally,
        }
    }

    /// A connection that says these lines; what it was told by the last one, and all its steps.
    pub(super) fn says(&self, newcomer: &mut Registration, said: &[&str]) -> Vec<Step> {
        let read = said.iter().map(|line| newcomer.read(&self.world(), line));
        read.last().unwrap_or_default()
    }

    /// A client of that nick and with these capabilities.
    pub(super) fn client(&mut self, name: &str, capabilities: Capabilities) -> ClientId {
        self.next += 1;
        let mut attach = attach(self.next);
        attach.nick = Some(nick(name));
        attach.username = "~user".into();
        attach.capabilities = capabilities;
        let id = attach.client;
        self.does(id, Command::Attach(attach));
        self.does(id, Command::Nick(nick(name)));
        id
    }

    pub(super) fn does(&mut self, client: ClientId, command: Command) {
        let source = Source::Client(client);
        let decision = self
            .chat
            .decide(&self.stamp, source, command)
            .expect("not refused");
        self.chat.apply(decision.changes);
    }

    pub(super) fn asker(&self, client: ClientId) -> Asker<'_> {
        let client = self.chat.client(client).expect("a client");
        let user = self.chat.user(client.user).expect("a user");
        Asker {
            client,
            user,
            batch: None,
            exchange: None,
        }
    }

    /// An account of that name, which is there from now on, and a login to it.
    pub(super) fn account(&mut self, id: u64, name: &str) -> Login {
        let registered = Registered {
            id,
            name: nick(name),
            since: self.stamp.at,
            always_on: false,
        };
        self.operator(Command::Register(registered));
        Login { id, device: None }
    }

    /// Has the chat do something that no client may.
    pub(super) fn operator(&mut self, command: Command) {
        let decision = self.chat.decide(&self.stamp, Source::Operator, command);
        self.chat.apply(decision.expect("not refused").changes);
    }

    /// What a client's line comes to.
    pub(super) fn read(&self, client: ClientId, line: &str) -> Reading {
        read(&self.world(), self.asker(client), line)
    }

    /// What a client is told by a line, which comes to nothing else.
    pub(super) fn answer(&self, client: ClientId, line: &str) -> Vec<String> {
        let reading = self.read(client, line);
        let only = reading
            .steps
            .iter()
            .all(|step| matches!(step, Step::Tell(_)));
        assert!(only, "{line}: {:?}", reading.steps);
        told(&reading.steps)
    }
}
