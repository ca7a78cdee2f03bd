//! The chat as scripts: who does what, who is told what. And at random, against its invariants.

mod presence;
mod random;
mod rooms;
mod saying;

use std::time::Duration;

use super::*;

/// A chat under test. What clients are told is collected by client id.
pub(super) struct Script {
    pub(super) chat: Chat,
    pub(super) now: Stamp,
    next: u64,
}

/// Who was told what by one command, in order; and who was closed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Told {
    pub(super) clients: Vec<(u64, Event)>,
    pub(super) operator: Vec<Event>,
    pub(super) closed: Vec<u64>,
}

pub(super) fn policy() -> Policy {
    Policy {
        landing: room("#lobby"),
        rooms: None,
        rooms_per_client: None,
        join_rate: None,
        nick_rate: None,
        room_modes: [RoomFlag::NoExternal, RoomFlag::TopicLocked]
            .into_iter()
            .fold(RoomFlags::default(), |flags, flag| flags.with(flag, true)),
        list_entries: 100,
        monitor: 100,
        whowas: 100,
    }
}

pub(super) fn room(name: &str) -> RoomName {
    RoomName::parse(name).expect("a room's name")
}

pub(super) fn nick(name: &str) -> Nick {
    Nick::parse(name).expect("a nick")
}

/// A guest as the others see it.
pub(super) fn who(name: &str) -> Identity {
    Identity {
        nick: nick(name),
        origin: Origin::new("plain", "192.0.2.1"),
        account: None,
        bot: false,
        oper: false,
    }
}

pub(super) fn text(text: &str) -> Text {
    Text::parse(text).expect("a text")
}

pub(super) fn topic(text: &str) -> Topic {
    Topic::parse(text).expect("a topic")
}

pub(super) fn attach(id: u64) -> Command {
    Command::Attach(Box::new(Attach {
        client: ClientId(id),
        address: "192.0.2.1:4711".parse().expect("an address"),
        protocol: Protocol::Plain,
        listener: "plain".into(),
        greeting: "Welcome".into(),
        news: true,
        exempt: false,
        nick: None,
        username: "plain".into(),
        host: "192.0.2.1".into(),
        realname: "".into(),
        capabilities: Capabilities::default(),
        tls: None,
        websocket: false,
    }))
}

pub(super) fn say(what: &str) -> Command {
    say_to(Target::Current, what)
}

pub(super) fn say_to(to: Target, what: &str) -> Command {
    let (manner, text) = (Manner::Message, text(what));
    Command::Say {
        to,
        manner,
        text,
        tags: None,
    }
}

impl Script {
    pub(super) fn new(policy: Policy) -> Script {
        Script {
            chat: Chat::new(policy),
            now: Stamp {
                at: Timestamp(1_000_000),
                tick: Tick(1_000_000),
                salt: 7,
            },
            next: 0,
        }
    }

    /// With this many clients in the landing room, with ids from 1.
    pub(super) fn with(clients: u64) -> Script {
        let mut script = Script::new(policy());
        (0..clients).for_each(|_| drop(script.attach()));
        script
    }

    pub(super) fn wait(&mut self, time: Duration) {
        self.now.tick.0 += u64::try_from(time.as_micros()).expect("a short time");
    }

    /// Another client.
    pub(super) fn attach(&mut self) -> Told {
        self.next += 1;
        let id = self.next;
        self.try_by(Source::Client(ClientId(id)), attach(id))
            .expect("a place")
    }

    pub(super) fn by(&mut self, client: u64, command: Command) -> Told {
        self.try_by(Source::Client(ClientId(client)), command)
            .expect("not refused")
    }

    pub(super) fn refused(&mut self, client: u64, command: Command) -> Refusal {
        let before = self.chat.clone();
        let refusal = self
            .try_by(Source::Client(ClientId(client)), command)
            .expect_err("refused");
        assert!(self.chat == before, "a refusal changes nothing");
        refusal
    }

    pub(super) fn operator(&mut self, command: Command) -> Told {
        self.try_by(Source::Operator, command).expect("not refused")
    }

    pub(super) fn try_by(&mut self, source: Source, command: Command) -> Result<Told, Refusal> {
        let seats: Vec<(Seat, u64)> = self.chat.clients().map(|c| (c.seat, c.id.0)).collect();
        let before = self.chat.clone();
        let decision = self.chat.decide(&self.now, source, command)?;
        assert!(self.chat == before, "deciding changes nothing");
        self.chat.apply(decision.changes);
        self.chat.check().expect("a sound state");
        let mut told = Told::default();
        for effect in decision.effects {
            let (audience, event) = match effect {
                Effect::Tell(audience, event) => (audience, event),
                Effect::Close(id, seat) => {
                    assert!(seats.contains(&(seat, id.0)), "the seat was its own");
                    assert!(self.chat.client(id).is_none(), "it is detached");
                    told.closed.push(id.0);
                    continue;
                }
            };
            if let (Audience::Client(seat), Event::Farewell { .. }) = (&audience, &event) {
                let (_, id) = seats
                    .iter()
                    .find(|(s, _)| s == seat)
                    .expect("whose seat it was");
                told.clients.push((*id, event));
                continue;
            }
            if audience == Audience::Operator {
                told.operator.push(event);
                continue;
            }
            let mut ids = Vec::new();
            self.chat
                .for_each_recipient(&audience, |client| ids.push(client.id.0));
            if let Audience::Client(_) | Audience::Clients(_) = audience {
                assert!(!ids.is_empty(), "nobody sits there: {event:?}");
            }
            ids.sort_unstable();
            let once = ids.windows(2).all(|pair| pair[0] != pair[1]);
            assert!(once, "{event:?} was told twice");
            told.clients
                .extend(ids.into_iter().map(|id| (id, event.clone())));
        }
        Ok(told)
    }
}

impl Told {
    /// To whom a thing was told that this names, in the order of telling.
    pub(super) fn to(&self, is: impl Fn(&Event) -> bool) -> Vec<u64> {
        let told = self.clients.iter().filter(|(_, event)| is(event));
        told.map(|(id, _)| *id).collect()
    }

    /// The only thing that this client was told.
    pub(super) fn only(&self, client: u64) -> &Event {
        let mut told = self.clients.iter().filter(|(id, _)| *id == client);
        let (_, first) = told.next().expect("told something");
        assert!(told.next().is_none(), "told more than {first:?}");
        first
    }
}
