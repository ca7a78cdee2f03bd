//! The chat as scripts: who does what, who is told what. And at random, against its invariants.

mod accounts;
mod always;
mod crowds;
mod happening;
mod hiding;
mod joining;
mod marking;
mod matrix;
mod moderating;
mod modes;
mod monitoring;
mod oneself;
mod owning;
mod presence;
mod random;
mod reading;
mod redacting;
mod regaining;
mod rooms;
mod saying;
mod showing;
mod speaking;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::*;

/// A chat under test. What clients are told is collected by client id.
#[derive(Clone)]
pub(super) struct Script {
    pub(super) chat: Chat,
    pub(super) now: Stamp,
    next: u64,
    /// Whether it is noted what happens besides messages.
    pub(super) notes: bool,
}

/// Who was told what by one command, in order; and who was closed.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Told {
    pub(super) clients: Vec<(u64, Event)>,
    pub(super) operator: Vec<Event>,
    pub(super) closed: Vec<u64>,
    /// What is to be kept besides messages, where that is noted.
    pub(super) happened: Vec<Happened>,
}

pub(super) fn policy() -> Policy {
    Policy {
        room_modes: [RoomFlag::NoExternal, RoomFlag::TopicLocked]
            .into_iter()
            .fold(RoomFlags::default(), |flags, flag| flags.with(flag, true)),
        ..testing::policy()
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
        greeting: "Welcome".into(),
        ..testing::attach(id)
    }))
}

/// One of IRC, under a nick of its own.
pub(super) fn attach_as(id: u64, name: &str) -> Command {
    let Command::Attach(mut attach) = attach(id) else {
        unreachable!("it attaches")
    };
    attach.protocol = Protocol::Irc;
    attach.nick = Some(nick(name));
    attach.username = "~user".into();
    attach.host = format!("{}.example", name.to_lowercase()).into();
    Command::Attach(attach)
}

/// Changes of modes as people write them: `+ov-m alice bob`.
pub(super) fn changes(text: &str) -> Vec<ModeChange> {
    let mut words = text.split(' ');
    let letters = words.next().expect("letters");
    let (mut on, mut changes) = (true, Vec::new());
    for letter in letters.chars() {
        let mut word = || words.next().expect("a parameter");
        changes.push(match letter {
            '+' | '-' => {
                on = letter == '+';
                continue;
            }
            'k' if on => ModeChange::Key(Key::parse(word())),
            'k' => ModeChange::Key(None),
            'l' => ModeChange::Limit(on.then(|| word().parse().expect("a number"))),
            'f' => ModeChange::Forward(on.then(|| room(word()))),
            letter => match (
                Rank::of_letter(letter),
                ListKind::of_letter(letter),
                RoomFlag::of_letter(letter),
            ) {
                (Some(rank), _, _) => ModeChange::Rank(rank, nick(word()), on),
                (_, Some(list), _) => {
                    ModeChange::List(list, Mask::parse(word()).expect("a mask"), on)
                }
                (_, _, Some(flag)) => ModeChange::Flag(flag, on),
                _ => panic!("there is no mode {letter}"),
            },
        });
    }
    changes
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
            chat: Chat::new(policy, Timestamp(1_000_000)),
            now: Stamp {
                at: Timestamp(1_000_000),
                tick: Tick(1_000_000),
                salt: 7,
            },
            next: 0,
            notes: false,
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

    /// Another client, of IRC, under a nick of its own and in no room; its id.
    pub(super) fn irc(&mut self, name: &str) -> u64 {
        self.next += 1;
        let id = self.next;
        self.try_by(Source::Client(ClientId(id)), attach_as(id, name))
            .expect("a place");
        id
    }

    /// A room made by its first member, who is told as op, and entered by the others.
    pub(super) fn room_of(&mut self, name: &str, members: &[u64]) -> RoomId {
        for &member in members {
            self.by(member, Command::Join(room(name), None));
        }
        self.chat.room_by_name(&room(name)).expect("a room").0
    }

    /// Changes modes, which must not be refused.
    pub(super) fn set(&mut self, client: u64, name: &str, modes: &str) -> Told {
        let told = self.by(client, Command::SetModes(Some(room(name)), changes(modes)));
        let refused = told.to(|event| matches!(event, Event::Refused(_)));
        assert!(refused.is_empty(), "{told:?}");
        told
    }

    /// Who this client is.
    pub(super) fn user(&self, client: u64) -> &User {
        let client = self.chat.client(ClientId(client)).expect("a client");
        self.chat.user(client.user).expect("its user")
    }

    /// Logs a client in.
    pub(super) fn login(&mut self, client: u64, account: &str) -> Told {
        let login = Some(self.account(account));
        self.operator(Command::Login(ClientId(client), login))
    }

    /// An account of that name, which is registered if there is none.
    pub(super) fn account(&mut self, name: &str) -> Login {
        let found = self.chat.registered_as(&Account(name.into()));
        let id = found.map_or(self.chat.registered_count() as u64 + 1, |found| found.id);
        if found.is_none() {
            self.operator(Command::Register(Registered {
                id,
                name: nick(name),
                since: self.now.at,
                always_on: false,
            }));
        }
        Login { id, device: None }
    }

    /// Until when the user of a client has read what was said in a room.
    pub(super) fn has_read(&self, client: u64, name: &str) -> Option<Timestamp> {
        self.chat.has_read(self.user(client), &room(name))
    }

    /// Makes a client an operator.
    pub(super) fn promote(&mut self, client: u64, role: Role) -> Told {
        self.by(client, Command::Promote(role, "staff".into(), None))
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

    /// Applies changes; a room that is kept otherwise from then on must have been told to be.
    fn apply(&mut self, changes: &Changes) {
        let kept = |chat: &Chat| -> BTreeMap<String, String> {
            let rooms = chat.rooms().filter_map(|(_, room)| {
                let kept = chat.keepsake(&Keepsake::Room(room.name.clone()))?;
                Some((room.name.key().to_owned(), kept))
            });
            rooms.collect()
        };
        let (before, mut touched) = (kept(&self.chat), self.chat.touched(changes).to_vec());
        self.chat.apply(changes.clone());
        touched.extend(self.chat.touched(changes));
        let after = kept(&self.chat);
        for name in before.keys().chain(after.keys()) {
            let is_same = |of: &Keepsake| matches!(of, Keepsake::Room(room) if room.key() == name);
            let told = touched.iter().any(is_same);
            assert!(told || before.get(name) == after.get(name), "{changes:?}");
        }
    }

    pub(super) fn try_by(&mut self, source: Source, command: Command) -> Result<Told, Refusal> {
        let seats: Vec<(Seat, u64)> = self.chat.clients().map(|c| (c.seat, c.id.0)).collect();
        let before = self.chat.clone();
        let mut decision = self.chat.decide(&self.now, source, command)?;
        let mut told = Told::default();
        if self.notes {
            told.happened = self.chat.happened(&self.now, &mut decision);
        }
        assert!(self.chat == before, "deciding changes nothing");
        self.apply(&decision.changes);
        self.chat.check().expect("a sound state");
        let mut before = None;
        for effect in decision.effects {
            let (audience, event) = match effect {
                Effect::Tell(audience, event) => {
                    before = Some(event.clone());
                    (audience, event)
                }
                Effect::Echo(seat) => {
                    let event = before.clone().expect("something is repeated");
                    (Audience::Echo(seat), event)
                }
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
            // A user may have no clients; a client that is named is there.
            if let Audience::Client(_) = audience {
                assert!(!ids.is_empty(), "nobody sits there: {event:?}");
            }
            if let Audience::Clients(seats) = &audience {
                assert_eq!(ids.len(), seats.len(), "not all sit there: {event:?}");
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

    /// What was refused while the rest was done.
    pub(super) fn refusals(&self) -> Vec<Refusal> {
        let refused = self.clients.iter().filter_map(|(_, event)| match event {
            Event::Refused(refusal) => Some(refusal.clone()),
            _ => None,
        });
        refused.collect()
    }

    /// The modes that changed, as people write them, to whom they were told.
    pub(super) fn modes(&self) -> (String, Vec<u64>) {
        let mut told = self.clients.iter().filter_map(|(_, event)| match event {
            Event::ModesChanged { changes, .. } => Some(describe(changes)),
            _ => None,
        });
        let changes = told.next().unwrap_or_default();
        (
            changes,
            self.to(|e| matches!(e, Event::ModesChanged { .. })),
        )
    }

    /// The only thing that this client was told.
    pub(super) fn only(&self, client: u64) -> &Event {
        let mut told = self.clients.iter().filter(|(id, _)| *id == client);
        let (_, first) = told.next().expect("told something");
        assert!(told.next().is_none(), "told more than {first:?}");
        first
    }
}

/// What there is of everybody who is connected; what few have is kept apart.
#[test]
fn a_user_and_a_client_are_small() {
    assert!(size_of::<User>() + size_of::<Client>() <= 384);
}
