//! Events as lines, by the texts of the specifications.

mod answers;
mod comings;
mod said;
mod variant;

use super::*;
use crate::chat::testing;
use crate::chat::{
    Account, Attach, Change, ClientId, Command, Identity, MessageId, Nick, Origin, Protocol, Rank,
    Ranks, RoomFlags, RoomId, RoomName, Source, Speaker, Text, Tick, Topic,
};
use crate::protocol::irc::Message;

/// The server that clients under test are connected to.
pub(in crate::protocol::irc) fn server() -> Server {
    Server {
        network: "Test".into(),
        ..Server::named("irc.test")
    }
}

fn nick(name: &str) -> Nick {
    Nick::parse(name).expect("a nick")
}

fn room(name: &str) -> RoomName {
    RoomName::parse(name).expect("a room's name")
}

fn text(text: &str) -> Text {
    Text::parse(text).expect("a text")
}

fn topic(text: &str) -> Topic {
    Topic::parse(text).expect("a topic")
}

/// `nick!user@host`, of whom nothing more is known.
fn who(name: &str) -> Identity {
    Identity {
        nick: nick(name),
        origin: Origin::new("user", "host"),
        account: None,
        bot: false,
        oper: false,
    }
}

/// One with every mark that there is.
fn marked(name: &str) -> Identity {
    Identity {
        account: Some(Account("acc".into())),
        bot: true,
        oper: true,
        ..who(name)
    }
}

fn user(name: &str) -> Speaker {
    Speaker::User(who(name))
}

/// 2011-10-19T16:40:51.620Z, as in the text of server-time.
fn stamp() -> Stamp {
    Stamp {
        at: Timestamp(1_319_042_451_620),
        tick: Tick(255),
        salt: 7,
    }
}

const TIME: &str = "time=2011-10-19T16:40:51.620Z";

fn id() -> MessageId {
    MessageId::new(&stamp(), 1)
}

fn set(with: &[Capability]) -> Capabilities {
    Capabilities(with.iter().map(|capability| capability.bit()).sum())
}

fn all() -> Capabilities {
    set(Capability::ALL)
}

/// The room of those under test.
const TEA: RoomId = RoomId(1);

/// A chat with a room `#tea`.
struct World {
    chat: Chat,
    server: Server,
    clients: u64,
}

impl World {
    fn new() -> World {
        let mut chat = Chat::new(testing::policy(), Timestamp(0));
        let made = Change::RoomMade {
            room: TEA,
            name: room("#tea"),
            at: Timestamp(0),
            life: 1,
        };
        chat.apply([made].into_iter().collect());
        World {
            chat,
            server: server(),
            clients: 0,
        }
    }

    /// Somebody comes and enters `#tea`, with these ranks.
    fn enter(&mut self, name: &str, with: Capabilities, ranks: &[Rank]) -> ClientId {
        let id = self.come(name, with);
        let user = self.client(id).user;
        let none = Ranks::default();
        let ranks = ranks.iter().fold(none, |all, rank| all.with(*rank, true));
        let entered = Change::Entered {
            user,
            room: TEA,
            ranks,
        };
        self.chat.apply([entered].into_iter().collect());
        id
    }

    /// Somebody comes, and is in no room.
    fn come(&mut self, name: &str, with: Capabilities) -> ClientId {
        self.clients += 1;
        let id = ClientId(self.clients);
        let attach = Attach {
            protocol: Protocol::Irc,
            listener: "irc".into(),
            exempt: true,
            username: "user".into(),
            host: "host".into(),
            realname: "Real Name".into(),
            capabilities: with,
            ..testing::attach(id.0)
        };
        self.give(id, Command::Attach(Box::new(attach)));
        self.give(id, Command::Part(None, None));
        self.give(id, Command::Nick(nick(name)));
        id
    }

    fn give(&mut self, id: ClientId, command: Command) {
        let decision = self.chat.decide(&stamp(), Source::Client(id), command);
        self.chat.apply(decision.expect("it is allowed").changes);
    }

    fn client(&self, id: ClientId) -> &Client {
        self.chat.client(id).expect("it is attached")
    }

    fn bytes(&self, event: &Event, client: Option<&Client>) -> Vec<u8> {
        let telling = Telling {
            chat: &self.chat,
            server: &self.server,
            stamp: stamp(),
            newcomers: 0,
        };
        let mut out = Vec::new();
        render(&telling, event, client, &mut out);
        out
    }

    fn told(&self, event: &Event, id: ClientId) -> Vec<String> {
        lines(self.bytes(event, Some(self.client(id))))
    }
}

/// What whoever it is is told that has these capabilities.
fn told(event: &Event, with: &[Capability]) -> Vec<String> {
    let mut world = World::new();
    let id = world.enter("me", set(with), &[]);
    world.told(event, id)
}

/// Whole lines, each a message within the limits that parses.
fn lines(bytes: Vec<u8>) -> Vec<String> {
    let all = String::from_utf8(bytes).expect("UTF-8");
    assert!(all.is_empty() || all.ends_with("\r\n"), "{all:?}");
    let lines: Vec<String> = all.split_terminator("\r\n").map(Into::into).collect();
    for line in &lines {
        assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
        let message = Message::parse(line).expect("a message");
        let raw = message.tags.raw();
        let tags = if raw.is_empty() { 0 } else { raw.len() + 2 };
        assert!(
            line.len() - tags <= 510,
            "{} bytes: {line}",
            line.len() - tags
        );
        assert!(tags <= 8191);
    }
    lines
}
