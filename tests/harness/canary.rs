//! Two healthy clients in a room of their own, whose talk nothing that happens around them may disturb.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use super::{Client, PATIENCE, barriers};

/// Where the canary connects from: an address of its own, so that limits on the attacker's do not hold for it.
const ADDRESS: [u8; 4] = [127, 0, 0, 2];
/// The lines that one says before the other answers with as many.
const AT_ONCE: u64 = 5;

/// A conversation that goes on in the background: numbered lines, each with its hash, in turns.
pub(crate) struct Canary {
    stop: Arc<AtomicBool>,
    rounds: Arc<AtomicU64>,
    talk: JoinHandle<()>,
}

impl Canary {
    /// What to give [`super::Setup::env`] as `CHATD__LIMITS__EXEMPT` where limits hold for everybody else.
    pub(crate) const EXEMPT: &str = "127.0.0.2/32";

    /// Begins to talk.
    pub(crate) fn start(port: u16) -> Canary {
        let mut one = sit_down(port, "canary-one");
        let mut two = sit_down(port, "canary-two");
        one.line("/part #lobby");
        two.line("/part #lobby");
        barriers(&mut [&mut one, &mut two]);
        let (stop, rounds) = (Arc::<AtomicBool>::default(), Arc::<AtomicU64>::default());
        let talk = {
            let (stop, rounds) = (stop.clone(), rounds.clone());
            thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let round = rounds.fetch_add(1, Ordering::Relaxed);
                    exchange(&mut one, &mut two, round);
                    exchange(&mut two, &mut one, round);
                    // A conversation and not another flood.
                    thread::sleep(Duration::from_millis(1));
                }
                // Nothing comes after the last line either, from either side.
                for client in [&mut one, &mut two] {
                    assert_eq!(client.barrier(), Vec::<String>::new());
                }
            })
        };
        Canary { stop, rounds, talk }
    }

    /// Waits until so many more rounds were exchanged.
    pub(crate) fn rounds(&self, more: u64) {
        let until = self.rounds.load(Ordering::Relaxed) + more;
        let deadline = Instant::now() + PATIENCE;
        while self.rounds.load(Ordering::Relaxed) < until {
            assert!(!self.talk.is_finished(), "the canary has died");
            assert!(Instant::now() < deadline, "the canary is not heard");
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// Ends the talk. Each line came once, whole and in order, or this fails.
    pub(crate) fn finish(self) {
        self.rounds(2);
        self.stop.store(true, Ordering::Relaxed);
        if let Err(panic) = self.talk.join() {
            std::panic::resume_unwind(panic);
        }
    }
}

fn sit_down(port: u16, nick: &str) -> Client {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket
        .bind(&SocketAddr::from((ADDRESS, 0)).into())
        .expect("all of 127/8 is this machine's");
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    socket
        .connect_timeout(&address.into(), PATIENCE)
        .expect("chatd listens");
    let mut client = Client::on(TcpStream::from(socket));
    client.expect("*** You are ");
    client.line(&format!("/nick {nick}"));
    client.line("/join #canary");
    client.barrier();
    client.nick = nick.into();
    client
}

fn exchange(from: &mut Client, to: &mut Client, round: u64) {
    let numbers = round * AT_ONCE..(round + 1) * AT_ONCE;
    let said = |number| format!("{number} {:016x}", hash(&from.nick, number));
    let lines: Vec<String> = numbers.map(said).collect();
    from.send(lines.join("\n") + "\n");
    for line in lines {
        assert_eq!(to.next(), format!("<{}> {line}", from.nick));
    }
}

fn hash(nick: &str, number: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (nick, number).hash(&mut hasher);
    hasher.finish()
}
