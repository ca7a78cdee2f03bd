//! The work of a message, piece by piece.

use std::io;
use std::time::Duration;

use chatd::chat::{
    Chat, ClientId, Command, Effect, Event, Manner, Protocol, Source, Stamp, Target, Text, Tick,
    Timestamp,
};
use chatd::hub::{HistorySettings, Hub, Input, Settings, Wire};
use chatd::protocol::irc::{self, Telling};
use chatd::protocol::{Intake, Limits, Session};

use crate::people::{attach, join, policy, room_name};

/// A piece.
#[derive(Clone, Copy, clap::ValueEnum)]
pub(crate) enum Piece {
    /// Bytes of a connection become a line
    Parse,
    /// What is said in a room becomes a line of bytes
    Render,
    /// A line is carried out that nobody else hears
    Dispatch,
    /// A line is carried out that 999 others hear
    FanOut,
    /// A line is carried out that one of 999 others hears
    Direct,
}

const TO_ROOM: &str = "PRIVMSG #r0 :xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n";
const TO_USER: &str = "PRIVMSG n500 :xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n";

/// Does it so many times.
pub(crate) fn run(piece: Piece, times: u32) {
    match piece {
        Piece::Parse => {
            let mut session = Session::new(Protocol::Irc, true);
            for _ in 0..times {
                std::hint::black_box(line(&mut session, TO_ROOM));
            }
        }
        Piece::Render => render(times),
        Piece::Dispatch => say(TO_ROOM, 1, times),
        Piece::FanOut => say(TO_ROOM, 1000, times),
        Piece::Direct => say(TO_USER, 1000, times),
    }
}

/// The line, as a connection hands it on.
fn line(session: &mut Session, line: &str) -> irc::Line {
    lines(session, line.as_bytes()).pop().expect("one line")
}

fn lines(session: &mut Session, bytes: &[u8]) -> Vec<irc::Line> {
    let limits = Limits {
        line: 4096,
        input_queue: 65536,
        flood: None,
        unterminated: false,
    };
    let mut lines = Vec::with_capacity(4);
    session.receive(bytes, Tick(0), &limits, &mut |intake| match intake {
        Intake::Line(line) => lines.push(line),
        other => panic!("{other:?} is no line"),
    });
    lines
}

fn render(times: u32) {
    let mut chat = Chat::new(policy(), Timestamp(0));
    let stamp = Stamp {
        at: Timestamp(0),
        tick: Tick(0),
        salt: 1,
    };
    let mut does = |command| {
        let decided = chat.decide(&stamp, Source::Client(ClientId(1)), command);
        let decision = decided.expect("nothing is limited");
        chat.apply(decision.changes);
        decision.effects
    };
    does(Command::Attach(attach(1, true)));
    does(join(0));
    let effects = does(Command::Say {
        to: Target::Room(room_name("#r0")),
        manner: Manner::Message,
        text: Text::parse(&"x".repeat(100)).expect("a text"),
        tags: None,
    });
    let said = effects.iter().find_map(|effect| match effect {
        Effect::Tell(_, event @ Event::Said { .. }) => Some(event),
        _ => None,
    });
    let (said, server) = (
        said.expect("it is told"),
        irc::Server::named("load.example"),
    );
    let telling = Telling {
        chat: &chat,
        server: &server,
        stamp,
        newcomers: 0,
    };
    let mut bytes = Vec::new();
    for _ in 0..times {
        bytes.clear();
        irc::render(&telling, said, chat.client(ClientId(1)), &mut bytes);
        std::hint::black_box(&bytes);
    }
}

/// A connection that takes everything.
struct Taken;

impl Wire for Taken {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(std::hint::black_box(bytes).len())
    }

    fn await_writable(&self) {}

    fn finish(&self) {}

    fn abort(&self) {}
}

/// The first of so many members of a room says this line, each time in a turn of its own.
fn say(words: &str, members: u64, times: u32) {
    let settings = Settings {
        send_queue: 1 << 20,
        send_memory: 1 << 28,
        send_time: None,
        linger: Duration::ZERO,
        registration_time: Duration::from_mins(1),
        ping_interval: None,
        ping_timeout: Duration::ZERO,
        missed: 0,
        history: HistorySettings {
            direct_messages: true,
            events: false,
            pending: 1 << 20,
            stall: Duration::from_secs(10),
            replay: 0,
            plain_replay: 0,
        },
    };
    let (errands, _nobody) = tokio::sync::mpsc::channel(1);
    let server = irc::Server::named("load.example");
    let mut hub = Hub::new(policy(), settings, server.into(), errands);
    let mut session = Session::new(Protocol::Irc, true);
    for client in 1..=members {
        let id = ClientId(client);
        hub.turn(std::iter::once(Input::Open(attach(client, false), Taken)));
        let words = format!("NICK n{client}\r\nUSER load 0 * :load\r\nJOIN #r0\r\n");
        let lines = lines(&mut session, words.as_bytes());
        hub.turn(lines.into_iter().map(|line| Input::Line(id, line)));
    }
    let mut lines: Vec<irc::Line> = (0..times).map(|_| line(&mut session, words)).collect();
    while let Some(line) = lines.pop() {
        hub.turn(std::iter::once(Input::Line(ClientId(1), line)));
    }
}
