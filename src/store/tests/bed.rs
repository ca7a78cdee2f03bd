//! What the tests of the store stand on: a store in a directory of its own, what it told, and messages to say.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use rusqlite::Connection;

use crate::chat::{
    Account, ClientId, ClientTags, Entry, Happened, Identity, Kept, Life, LookedUp, Lookup, Manner,
    MessageId, Nick, Of, Open, Origin, Party, Query, Rank, Rights, RoomName, Said, Span, Speaker,
    Stamp, Text, Timestamp, What, Where,
};
use crate::store::handle::{Ways, open_with};
use crate::store::{
    Batch, Durability, Found, Handle, OpenError, ReadError, Record, Refused, Retention, Settings,
    State, Told,
};

/// Longer than anything takes that does not hang.
pub(crate) const LONG: Duration = Duration::from_mins(1);

pub(crate) struct Bed {
    pub(crate) directory: tempfile::TempDir,
    store: Option<Handle>,
    pub(crate) told: Receiver<Told>,
    pub(crate) found: Found,
    batches: u64,
}

pub(crate) fn settings() -> Settings {
    Settings {
        durability: Durability::Commit,
        retention: Retention::default(),
        rooms: std::collections::BTreeMap::new(),
    }
}

/// Opens what is in a directory.
pub(crate) fn open_in(directory: &Path) -> Result<(Handle, Found, Receiver<Told>), OpenError> {
    open_so(directory, settings(), Ways::default())
}

pub(in crate::store) fn open_so(
    directory: &Path,
    settings: Settings,
    ways: Ways,
) -> Result<(Handle, Found, Receiver<Told>), OpenError> {
    let (tell, told) = channel();
    let tell = move |what| drop(tell.send(what));
    open_with(directory, settings, tell, ways).map(|(store, found)| (store, found, told))
}

impl Bed {
    pub(crate) fn new() -> Bed {
        Bed::so(settings(), Ways::default())
    }

    pub(in crate::store) fn so(settings: Settings, ways: Ways) -> Bed {
        let directory = tempfile::tempdir().unwrap();
        let (store, found, told) = open_so(directory.path(), settings, ways).unwrap();
        Bed {
            directory,
            store: Some(store),
            told,
            found,
            batches: 0,
        }
    }

    pub(crate) fn store(&self) -> &Handle {
        self.store.as_ref().unwrap()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Closes the store, if it is open, and opens it again.
    pub(crate) fn again(&mut self) {
        self.again_so(Ways::default());
    }

    pub(in crate::store) fn again_so(&mut self, ways: Ways) {
        if self.store.is_some() {
            self.end();
        }
        let (store, found, told) = open_so(self.directory.path(), settings(), ways).unwrap();
        (self.store, self.found, self.told) = (Some(store), found, told);
        self.batches = 0;
    }

    pub(crate) fn end(&mut self) {
        self.store.take().unwrap().finish();
    }

    pub(crate) fn reopen(&self) -> Result<(), Refused> {
        self.store().reopen(LONG)
    }

    /// Hands records over.
    pub(crate) fn hand(&mut self, records: Vec<Record>) -> u64 {
        self.batches += 1;
        let number = self.batches;
        self.store().write(Batch { number, records });
        number
    }

    pub(crate) fn hear(&self) -> Told {
        self.told.recv_timeout(LONG).expect("told in time")
    }

    /// Stores records, all of them.
    pub(crate) fn write(&mut self, records: Vec<Record>) {
        let upto = self.hand(records);
        let refused = Vec::new();
        assert_eq!(self.hear(), Told::Stored { upto, refused });
    }

    pub(crate) fn say(&mut self, said: impl IntoIterator<Item = Said>) {
        self.write(said.into_iter().map(record).collect());
    }

    pub(crate) fn expect_state(&self, is: impl Fn(&State) -> bool) {
        match self.hear() {
            Told::Is(state) if is(&state) => {}
            other => panic!("not expected: {other:?}"),
        }
    }

    pub(crate) fn look(&self, lookup: Lookup) -> Result<LookedUp, ReadError> {
        look(self.store(), lookup)
    }

    pub(crate) fn query(&self, query: Query) -> Vec<Kept> {
        ask(self.store(), query).unwrap()
    }

    pub(crate) fn message(&self, id: MessageId) -> Option<Kept> {
        match self.look(Lookup::Message(id)).unwrap() {
            LookedUp::Message(found) => found.map(|(kept, _)| *kept),
            other => panic!("{other:?}"),
        }
    }

    /// Messages and events.
    pub(crate) fn log(&self, query: Query) -> Result<Vec<Entry>, ReadError> {
        log(self.store(), query)
    }

    /// Everything in rooms of this name.
    pub(crate) fn all(&self, room: &str) -> Vec<Kept> {
        self.query(everything(room))
    }

    /// Up to which number messages are in the indexes, and how many are behind that.
    pub(crate) fn indexed(&self) -> (i64, i64) {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let connection = Connection::open_with_flags(self.file("history.sqlite"), flags).unwrap();
        let both = "SELECT indexed, (SELECT count(*) FROM message WHERE nth > indexed) FROM store";
        let both = connection.query_row(both, [], |row| Ok((row.get(0)?, row.get(1)?)));
        both.unwrap()
    }

    /// Waits until no piece waits for the index: then the writer does nothing before it is asked to.
    pub(crate) fn settle(&self) {
        until(|| self.indexed().1 < 8);
    }

    /// All bytes of the files of the history.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut all = Vec::new();
        for name in ["history.sqlite", "history.sqlite-wal"] {
            all.extend(std::fs::read(self.file(name)).unwrap_or_default());
        }
        all
    }
}

/// Waits until it holds: what the writer does in its own time it tells nobody.
pub(crate) fn until(holds: impl Fn() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed() < LONG, "it never held");
        std::thread::yield_now();
    }
}

pub(crate) fn everything(room: &str) -> Query {
    Query::all(Of::Name(name(room)), Span::Latest(None), 10_000)
}

pub(crate) fn look(store: &Handle, lookup: Lookup) -> Result<LookedUp, ReadError> {
    let (back, found) = channel();
    store.read(lookup, move |what| drop(back.send(what)))?;
    found.recv_timeout(LONG).expect("read in time")
}

pub(crate) fn log(store: &Handle, query: Query) -> Result<Vec<Entry>, ReadError> {
    let events = true;
    match look(store, Lookup::Messages(Query { events, ..query }))? {
        LookedUp::Log(found) => Ok(found),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn ask(store: &Handle, query: Query) -> Result<Vec<Kept>, ReadError> {
    match look(store, Lookup::Messages(query))? {
        LookedUp::Messages(found) => Ok(found),
        other => panic!("{other:?}"),
    }
}

/// Something that happens besides messages in the life of a room that began with message 1.
pub(crate) fn happened(nth: u64, room: &str, what: What) -> Happened {
    Happened {
        id: id(nth),
        at: at(nth),
        life: life(room, 1),
        name: name(room),
        open: Open::Yes,
        rank: None,
        what,
    }
}

/// Alice comes in.
pub(crate) fn joined(nth: u64, room: &str) -> Happened {
    let Speaker::User(who) = user("alice") else {
        unreachable!("a user")
    };
    happened(nth, room, What::Joined { who })
}

pub(crate) fn event(happened: Happened) -> Record {
    Record::Happened(Box::new(happened))
}

pub(crate) fn record(said: Said) -> Record {
    Record::Said(Box::new(said))
}

pub(crate) fn name(room: &str) -> RoomName {
    RoomName::parse(room).unwrap()
}

pub(crate) fn nick(nick: &str) -> Nick {
    Nick::parse(nick).unwrap()
}

pub(crate) fn life(room: &str, since: u64) -> Life {
    Life {
        key: name(room).key().into(),
        since,
    }
}

pub(crate) fn party(n: u32) -> Party {
    Party {
        salt: 7,
        came_as: ClientId(u64::from(n)),
    }
}

/// The time at which a message is said when nothing else is.
pub(crate) fn at(nth: u64) -> Timestamp {
    Timestamp(1_700_000_000_000 + i64::try_from(nth).unwrap() * 1000)
}

pub(crate) fn id_at(nth: u64, at: Timestamp) -> MessageId {
    let stamp = Stamp {
        at,
        salt: 0xC0FF_EE11,
        ..Stamp::default()
    };
    MessageId::new(&stamp, nth)
}

pub(crate) fn id(nth: u64) -> MessageId {
    id_at(nth, at(nth))
}

pub(crate) fn user(of: &str) -> Speaker {
    Speaker::User(Identity {
        nick: nick(of),
        origin: Origin::new("u", "host.example"),
        account: of.starts_with('a').then(|| Account(of.into())),
        bot: of.ends_with('t'),
        oper: of.ends_with('e'),
    })
}

/// Said by alice in a life of a room that began with message 1.
pub(crate) fn said(nth: u64, room: &str, text: &str) -> Said {
    Said {
        id: id(nth),
        at: at(nth),
        from: user("alice"),
        place: Where::Room {
            life: life(room, 1),
            name: name(room),
            rank: None,
        },
        open: Open::Yes,
        manner: Manner::Message,
        text: Text::parse_lines(text).unwrap(),
        tags: None,
    }
}

/// What one reads who asks for what it said with another, or with whoever was called so.
pub(crate) fn between(own: u32, other: Option<u32>, called: &str) -> Of {
    Of::Direct {
        own: [party(own)].into_iter().collect(),
        other: other.map(party),
        nick: nick(called),
    }
}

pub(crate) fn direct(nth: u64, from: (u32, &str), to: (u32, &str), text: &str) -> Said {
    Said {
        from: user(from.1),
        place: Where::Direct {
            from: Some(party(from.0)),
            to: party(to.0),
            nick: nick(to.1),
        },
        ..said(nth, "#x", text)
    }
}

/// As a reader should get it.
pub(crate) fn kept(said: &Said) -> Kept {
    let (to, rank) = match &said.place {
        Where::Room { name, rank, .. } => (name.as_str().into(), *rank),
        Where::Direct { nick, .. } => (nick.as_str().into(), None),
    };
    Kept {
        id: said.id,
        at: said.at,
        from: said.from.clone(),
        to,
        rank,
        manner: said.manner,
        text: Some(said.text.clone()),
        tags: said.tags.clone(),
    }
}

pub(crate) fn tags(text: &str) -> ClientTags {
    ClientTags(text.into())
}

/// A member from the start, of this rank.
pub(crate) fn member(rank: Option<Rank>) -> Rights {
    Rights {
        joined: 0,
        before: None,
        known: 0,
        rank,
        ranked: 0,
    }
}

pub(crate) fn numbers(found: &[Kept]) -> Vec<u64> {
    found.iter().map(|kept| kept.id.nth()).collect()
}

pub(crate) fn taken_back(nth: u64) -> Record {
    Record::Redacted {
        id: id(nth),
        by: Speaker::Operator,
        at: at(nth + 1),
        reason: Some(Text::parse("spam").unwrap()),
    }
}
