//! Many are written to by several threads at once; each reads what one thread would have written.

use std::io::{Read, Write as _};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::sync::{Condvar, Mutex};

use proptest::prelude::*;

use super::*;
use crate::hub::marks::{Fate, RecordId};

/// A connection over a real socket.
struct Ends {
    here: UnixStream,
    /// Whether any thread may write to it.
    shared: bool,
    awaited: Cell<bool>,
    /// How often the chat's own thread alone has written to it.
    writes: Cell<u32>,
}

impl Ends {
    fn pair(shared: bool) -> (Rc<Ends>, UnixStream) {
        let (here, there) = UnixStream::pair().expect("a pair of sockets");
        here.set_nonblocking(true).expect("it is a socket");
        there.set_nonblocking(true).expect("it is a socket");
        // As little as the kernel lets wait.
        socket2::SockRef::from(&here)
            .set_send_buffer_size(1)
            .expect("it is a socket");
        let awaited = Cell::new(false);
        let ends = Ends {
            here,
            shared,
            awaited,
            writes: Cell::new(0),
        };
        (Rc::new(ends), there)
    }
}

impl Wire for Rc<Ends> {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        self.writes.set(self.writes.get() + 1);
        (&self.here).write(bytes)
    }

    fn socket(&self) -> Option<BorrowedFd<'_>> {
        self.shared.then(|| self.here.as_fd())
    }

    fn await_writable(&self) {
        self.awaited.set(true);
    }

    fn finish(&self) {}

    fn abort(&self) {}
}

const CLIENTS: usize = 6;

#[derive(Clone, Debug)]
enum Step {
    /// These speak in one turn, so many bytes each.
    Turn(Vec<(usize, usize)>),
    /// This one reads at most so many bytes.
    Read(usize, usize),
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..CLIENTS;
    let said = prop::collection::vec((who.clone(), 1..400_usize), 1..8);
    prop_oneof![
        3 => said.prop_map(Step::Turn),
        2 => (who, 1..6000_usize).prop_map(|(who, bytes)| Step::Read(who, bytes)),
    ]
}

/// Reads at most so many bytes: how many there were.
fn read(mut from: &UnixStream, most: usize, into: &mut Vec<u8>) -> usize {
    let mut buffer = vec![0; most];
    let got = from.read(&mut buffer).unwrap_or(0);
    into.extend_from_slice(&buffer[..got]);
    got
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn each_reads_everything_once_and_in_order(steps in prop::collection::vec(step(), 1..60)) {
        let (errands, _nobody) = mpsc::channel(1);
        let settings = Settings { send_queue: 1 << 20, send_memory: 1 << 24, ..SETTINGS };
        let server = irc::Server::named("chat.example");
        let mut hub = Hub::new(policy(), settings, server.into(), errands)
            .helped_by(Workers::new(3).expect("threads"));
        // One of them has something between it and its socket.
        let (wires, theirs): (Vec<_>, Vec<_>) = (0..CLIENTS).map(|one| Ends::pair(one != 1)).unzip();
        hub.turn((1..).zip(&wires).map(|(client, wire)| {
            let attach = Attach { news: false, ..testing::attach(client) };
            Input::Open(Box::new(attach), wire.clone())
        }));
        let mut had = vec![Vec::new(); theirs.len()];
        for (socket, had) in theirs.iter().zip(&mut had) {
            while read(socket, 4096, had) > 0 {}
            had.clear();
        }
        let mut expected = vec![String::new(); theirs.len()];
        for step in steps {
            match step {
                Step::Turn(said) => {
                    let words = |(number, (_, length)): (usize, &(usize, usize))| {
                        format!("{number} {}", "x".repeat(*length))
                    };
                    for (number, said) in said.iter().enumerate() {
                        let line = format!("<guest{}> {}\n", said.0 + 1, words((number, said)));
                        for other in (0..CLIENTS).filter(|other| *other != said.0) {
                            expected[other].push_str(&line);
                        }
                    }
                    hub.turn(said.iter().enumerate().map(|(number, said)| {
                        say(said.0 as u64 + 1, &words((number, said)))
                    }));
                }
                Step::Read(one, most) => {
                    read(&theirs[one], most, &mut had[one]);
                    if wires[one].awaited.take() {
                        hub.turn([Input::Writable(ClientId(one as u64 + 1))].into_iter());
                    }
                }
            }
            prop_assert!(hub.mailboxes.adds_up());
        }
        for one in 0..CLIENTS {
            while read(&theirs[one], 1 << 16, &mut had[one]) > 0 {
                hub.turn([Input::Writable(ClientId(one as u64 + 1))].into_iter());
            }
            prop_assert_eq!(std::str::from_utf8(&had[one]).expect("UTF-8"), &expected[one]);
        }
        prop_assert_eq!(hub.mailboxes.spool.len(), 0);
    }
}

#[test]
fn a_socket_that_is_gone_costs_the_others_nothing() {
    let mut mailboxes = mailboxes::Mailboxes::new();
    mailboxes.workers = Workers::new(2).expect("threads");
    let (wires, mut theirs): (Vec<_>, Vec<_>) = (0..4).map(|_| Ends::pair(true)).unzip();
    for (seat, wire) in (0..).zip(wires) {
        let mailbox = Mailbox::new(ClientId(1), Protocol::Plain, wire, now());
        mailboxes.open(crate::chat::Seat(seat), mailbox);
    }
    drop(theirs.remove(0));
    let mut piece = None;
    for seat in 0..4 {
        let put = (&b"hello\n"[..], &mut piece);
        assert!(mailboxes.put(crate::chat::Seat(seat), put, None, (1000, now())));
    }
    mailboxes.flush_dirty(now());
    for their in &theirs {
        let mut had = Vec::new();
        read(their, 100, &mut had);
        assert_eq!(had, b"hello\n");
    }
    assert!(
        mailboxes
            .get(crate::chat::Seat(0))
            .is_some_and(|mailbox| mailbox.broken)
    );
    assert!(mailboxes.adds_up());
    assert_eq!(mailboxes.spool.len(), 0);
}

#[test]
fn what_waited_for_the_store_is_written_by_several_threads_too() {
    let mut mailboxes = mailboxes::Mailboxes::new();
    mailboxes.workers = Workers::new(2).expect("threads");
    let (wires, theirs): (Vec<_>, Vec<_>) = (0..4).map(|_| Ends::pair(true)).unzip();
    for (seat, wire) in (0..).zip(&wires) {
        let mailbox = Mailbox::new(ClientId(1), Protocol::Plain, wire.clone(), now());
        mailboxes.open(crate::chat::Seat(seat), mailbox);
    }
    let mut piece = None;
    for seat in (0..4).map(crate::chat::Seat) {
        let record = Some(RecordId { batch: 1, index: 0 });
        let put = (&b"hello\n"[..], &mut piece);
        assert!(mailboxes.put(seat, put, record, (1000, now())));
    }
    mailboxes.flush_dirty(now());
    let had = |their: &UnixStream| {
        let mut had = Vec::new();
        read(their, 100, &mut had);
        had
    };
    assert!(theirs.iter().all(|their| had(their).is_empty()));
    mailboxes.resolve(now(), |_, _| Fate::Free);
    assert!(theirs.iter().all(|their| had(their) == b"hello\n"));
    assert!(wires.iter().all(|wire| wire.writes.get() == 0));
    assert!(mailboxes.adds_up());
    assert_eq!(mailboxes.spool.len(), 0);
}

#[test]
fn the_work_is_done_by_as_many_threads_as_there_are() {
    const THREADS: usize = 3;
    let workers = Workers::new(THREADS).expect("threads");
    // Each piece waits until all of them are being worked at.
    let (begun, all) = (Mutex::new(0), Condvar::new());
    let mut pieces = [false; THREADS];
    workers.each(&mut pieces, |done, _| {
        let mut begun = begun.lock().expect("nobody panics");
        *begun += 1;
        all.notify_all();
        let waited =
            all.wait_timeout_while(begun, Duration::from_mins(1), |begun| *begun < THREADS);
        *done = !waited.expect("nobody panics").1.timed_out();
    });
    assert_eq!(pieces, [true; THREADS]);
    assert!(!Workers::new(1).expect("no thread").share(1000));
}

#[test]
fn who_is_cut_off_reads_the_line_to_its_end_that_was_begun() {
    let (errands, _nobody) = mpsc::channel(1);
    let settings = Settings {
        send_queue: 10_000,
        ..SETTINGS
    };
    let server = irc::Server::named("chat.example");
    let mut hub = Hub::new(policy(), settings, server.into(), errands)
        .helped_by(Workers::new(2).expect("threads"));
    let (wires, theirs): (Vec<_>, Vec<_>) = (0..4).map(|_| Ends::pair(true)).unzip();
    hub.turn((1..).zip(&wires).map(|(client, wire)| {
        let attach = Attach {
            news: false,
            ..testing::attach(client)
        };
        Input::Open(Box::new(attach), wire.clone())
    }));
    let mut had = Vec::new();
    for _ in 0..5 {
        hub.turn((0..8).map(|_| say(1, &"x".repeat(900))));
        for (client, their) in (2..).zip(&theirs[1..3]) {
            while read(their, 1 << 16, &mut Vec::new()) > 0 {
                hub.turn([Input::Writable(ClientId(client))].into_iter());
            }
        }
    }
    assert!(hub.chat.client(ClientId(3)).is_some());
    assert!(hub.chat.client(ClientId(4)).is_none(), "it reads nothing");
    while read(&theirs[3], 1 << 16, &mut had) > 0 {
        hub.turn([Input::Writable(ClientId(4))].into_iter());
    }
    let had = String::from_utf8(had).expect("UTF-8");
    let lines: Vec<_> = had
        .lines()
        .skip_while(|line| !line.starts_with('<'))
        .collect();
    let (last, said) = lines.split_last().expect("the last words");
    assert!(last.starts_with("! cut-off: "), "{last}");
    assert!(
        !said.is_empty() && said.iter().all(|line| line.len() == 909),
        "{said:?}"
    );
}
