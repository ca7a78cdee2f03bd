//! Whatever is done to the daemon, two healthy clients in a room of their own notice nothing: no line of theirs is lost,
//! doubled, cut or out of order. And when the attack is over nothing of it is left.

use std::io::{ErrorKind, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use socket2::{Domain, SockRef, Socket, Type};

use crate::harness::{Canary, Chatd, Client, Operator, Setup, free_port};

/// Limits hold for everybody but the canary.
fn limited(limits: &str) -> Setup {
    Setup::new()
        .limited()
        .env("CHATD__LIMITS__EXEMPT", Canary::EXEMPT)
        .config(&format!("[limits]\n{limits}"))
}

/// A connection whose kernel takes next to nothing for it.
fn narrow(port: u16) -> Client {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    socket.set_recv_buffer_size(2048).expect("a small buffer");
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    socket.connect(&address.into()).expect("chatd listens");
    Client::on(TcpStream::from(socket))
}

/// Ends a connection by a reset.
fn reset(client: Client) {
    SockRef::from(client.stream())
        .set_linger(Some(Duration::ZERO))
        .expect("a TCP socket");
    drop(client);
}

/// How often the log says this.
fn said(chatd: &Chatd, text: &str) -> usize {
    chatd.log().matches(text).count()
}

#[test]
fn a_hundred_thousand_lines_in_one_write() {
    const LINES: usize = 100_000;
    let chatd = Chatd::start();
    let canary = Canary::start(chatd.port);
    let flooder = Client::named(chatd.port, "flooder");
    let mut bob = Client::named(chatd.port, "bob");
    bob.barrier();
    let lines: Vec<String> = (0..LINES).map(|n| n.to_string()).collect();
    let lines = lines.join("\n") + "\n";
    let writer = {
        let mut stream = flooder.stream().try_clone().expect("a descriptor");
        thread::spawn(move || stream.write_all(lines.as_bytes()))
    };
    for n in 0..LINES {
        assert_eq!(bob.next(), format!("<flooder> {n}"));
    }
    writer.join().expect("no panic").expect("all is taken");
    canary.finish();
}

#[test]
fn a_hundred_thousand_lines_in_one_write_against_the_flood_limits() {
    let chatd = limited("flood_burst = 20\nflood_rate = \"10/s\"\ninput_queue = \"64KiB\"").start();
    let canary = Canary::start(chatd.port);
    let mut bob = Client::named(chatd.port, "bob");
    bob.barrier();
    let flooder = Client::connect(chatd.port);
    flooder.stream().set_nonblocking(true).expect("a socket");
    let began = Instant::now();
    let lines = "x\n".repeat(100_000);
    let taken = flooder.stream().write(lines.as_bytes()).expect("a part");
    assert!(taken > 64 * 1024, "only {taken} bytes reached the kernel");
    canary.rounds(200);
    // It is at rest, holding the flooder back, and not busy with it.
    let (cpu, before) = (chatd.cpu(), Instant::now());
    while before.elapsed() < Duration::from_millis(300) {
        chatd.json(&["status"]);
    }
    let busy = chatd.cpu().saturating_sub(cpu);
    assert!(
        busy < Duration::from_millis(250),
        "{busy:?} of CPU in 300 ms"
    );
    let heard = bob.barrier();
    let allowed = 20 + 10 * (began.elapsed().as_secs() + 1);
    let heard = heard.iter().filter(|line| line.ends_with("> x")).count() as u64;
    assert!(
        (20..=allowed).contains(&heard),
        "{heard} of {allowed} lines"
    );
    reset(flooder);
    chatd.eventually("the flooder is gone", |chatd| chatd.nicks().len() == 3);
    canary.finish();
}

#[test]
fn two_hundred_who_do_not_read_in_a_busy_room() {
    const SLOW: usize = 200;
    let chatd = Setup::new()
        .config("[limits]\nsend_queue = \"32KiB\"\nsend_buffer = \"4KiB\"\nlinger = \"20s\"")
        .start();
    let canary = Canary::start(chatd.port);
    let mut alice = Client::named(chatd.port, "alice");
    let before = chatd.resident();
    let mut slow: Vec<Client> = (0..SLOW).map(|_| narrow(chatd.port)).collect();
    for client in &mut slow {
        client.expect("*** You are ");
    }
    let text = "x".repeat(1000);
    for n in 0..200 {
        alice.line(&format!("{n} {text}"));
        if n % 10 == 0 {
            alice.barrier();
        }
    }
    alice.barrier();
    let grown = chatd.most_resident().saturating_sub(before);
    // Each may have its queue, twice while it grows, and what a connection costs anyhow.
    assert!(grown < 96 * SLOW as u64, "{grown} KiB for {SLOW} of them");
    chatd.eventually("all of them are cut off", |chatd| {
        chatd.json(&["status"])["counters"]["cut_off"] == SLOW
    });
    // All at once: what such a small buffer takes arrives a little at a time.
    thread::scope(|scope| {
        for client in &mut slow {
            scope.spawn(|| {
                SockRef::from(client.stream())
                    .set_recv_buffer_size(256 * 1024)
                    .expect("a larger buffer");
                let read = client.rest();
                let last = read.lines().last().unwrap_or_default();
                assert!(
                    last.starts_with("! cut-off: ") && last.contains("limits.send_queue"),
                    "the last line: {last:?}"
                );
            });
        }
    });
    canary.finish();
}

#[test]
fn two_thousand_resets_in_the_middle_of_a_line_and_of_an_answer() {
    let chatd = Setup::new()
        .config("[plain]\nunterminated_after = \"1min\"\n[limits]\nsend_buffer = \"4KiB\"")
        .start();
    let canary = Canary::start(chatd.port);
    let mut alice = Client::named(chatd.port, "alice");
    let descriptors = chatd.descriptors();
    let help = "/help\n".repeat(40);
    for round in 0..1000 {
        let mut client = Client::bare(chatd.port);
        client.send("whole\n/me does half a thi");
        reset(client);
        let mut client = narrow(chatd.port);
        client.send(&help);
        if round % 4 == 0 {
            // The flush has begun.
            client.next();
        }
        reset(client);
    }
    chatd.eventually("all of them are gone", |chatd| chatd.nicks().len() == 3);
    chatd.eventually("their descriptors are closed", |chatd| {
        chatd.descriptors() <= descriptors
    });
    let heard = alice.barrier();
    for line in &heard {
        assert!(
            line.starts_with("*** ") || line.ends_with("> whole"),
            "half a line was carried out: {line}"
        );
    }
    assert_eq!(chatd.json(&["status"])["counters"]["panics"], 0);
    canary.finish();
}

#[test]
fn five_thousand_connections_from_one_address_that_never_speak() {
    const INSIDE: usize = 50;
    const ALL: usize = 5000;
    let chatd = limited("connections_per_address = 50\nconnect_rate = \"off\"").start();
    let canary = Canary::start(chatd.port);
    let descriptors = chatd.descriptors();
    let inside: Vec<Client> = (0..INSIDE).map(|_| Client::connect(chatd.port)).collect();
    let mut knocking = Vec::new();
    for n in INSIDE..ALL {
        knocking.push(Client::bare(chatd.port));
        if n % 500 == 0 {
            let mut told = knocking.swap_remove(n % knocking.len());
            assert!(told.next().starts_with("! full: "));
            knocking.clear();
        }
    }
    let refused = (ALL - INSIDE) as u64;
    chatd.eventually("each of them was refused", |chatd| {
        chatd.json(&["status"])["counters"]["connections_refused"] == refused
    });
    drop(knocking);
    drop(inside);
    chatd.eventually("their descriptors are closed", |chatd| {
        chatd.descriptors() <= descriptors
    });
    let lines = said(&chatd, "turned away");
    assert!((1..=4).contains(&lines), "{lines} lines:\n{}", chatd.log());
    canary.finish();
}

#[test]
fn five_thousand_who_speak_http() {
    let chatd = Chatd::start();
    let canary = Canary::start(chatd.port);
    let mut alice = Client::named(chatd.port, "alice");
    alice.line("/part #lobby");
    alice.line("/join #elsewhere");
    alice.barrier();
    let (log, descriptors) = (chatd.log().len(), chatd.descriptors());
    for n in 0..5000 {
        let mut scanner = Client::bare(chatd.port);
        let taken =
            scanner.try_send("GET / HTTP/1.0\r\nHost: chat.example\r\n\r\n/join #elsewhere\r\n");
        if n % 100 == 0 {
            assert!(taken);
            let told = scanner.rest();
            let last = told.lines().last().unwrap_or_default();
            assert!(last.starts_with("! "), "{told}");
        }
    }
    chatd.eventually("all of them are gone", |chatd| chatd.nicks().len() == 3);
    chatd.eventually("their descriptors are closed", |chatd| {
        chatd.descriptors() <= descriptors
    });
    assert_eq!(alice.barrier(), Vec::<String>::new(), "a header was run");
    let grown = chatd.log().len() - log;
    assert!(grown < 2048, "{grown} bytes more:\n{}", chatd.log());
    canary.finish();
}

#[test]
fn a_thousand_reloads_good_bad_and_impossible() {
    const RELOADS: usize = 1000;
    let holder = TcpListener::bind("127.0.0.1:0").expect("a port");
    let busy = holder.local_addr().expect("an address").port();
    let other = free_port();
    // What is said fills the caches of the history; here it is the reloads that count.
    let chatd = Setup::new().config("[history]\nenabled = false").start();
    let canary = Canary::start(chatd.port);
    let good = chatd.config();
    let listener = |port| format!("\n[listen.other]\naddress = \"127.0.0.1:{port}\"\n");
    let files = [
        (good.clone() + &listener(other), Ok(())),
        (good.clone() + &listener(busy), Err("io.chatd.Admin.Failed")),
        ("[server".to_owned(), Err("io.chatd.Admin.ConfigRejected")),
        (good.replace("Welcome", "Hello"), Ok(())),
        (
            good.clone() + "\n[admin]\nsocket = \"/nowhere/chatd.sock\"\n",
            Err("io.chatd.Admin.NeedsRestart"),
        ),
    ];
    let mut operator = Operator::connect(&chatd);
    let mut reload = |times: usize| {
        for (text, verdict) in files.iter().cycle().take(times) {
            chatd.write_config(text);
            let found = operator.call("Reload").map(drop);
            assert_eq!(found, verdict.map_err(str::to_owned), "{text}");
        }
    };
    // What the first ones bring for good: threads for the disk, buffers of a usual size.
    reload(200);
    let count = |chatd: &Chatd| (chatd.descriptors(), chatd.threads());
    let (before, resident) = (count(&chatd), chatd.resident());
    reload(RELOADS - 200);
    chatd.eventually("no descriptor and no thread is left over", |chatd| {
        let after = count(chatd);
        after.0 <= before.0 && after.1 <= before.1
    });
    let grown = chatd.resident().saturating_sub(resident);
    assert!(grown < 1024, "{grown} KiB more");
    Client::connect(chatd.port).barrier();
    canary.finish();
}

/// Connects and goes, again and again, until told to stop or nobody listens any more; how often.
fn flood(port: u16, stop: &AtomicBool) -> u32 {
    let mut times = 0;
    while !stop.load(Ordering::Relaxed) {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(mut stream) => {
                let _ = stream.write_all(b"/rooms\n");
                let _ = stream.shutdown(Shutdown::Write);
                times += 1;
            }
            Err(error) if error.kind() == ErrorKind::ConnectionRefused => break,
            Err(_) => {}
        }
    }
    times
}

#[test]
fn reloads_in_a_flood_of_connections() {
    let chatd = Chatd::start();
    let canary = Canary::start(chatd.port);
    let (descriptors, good, other) = (chatd.descriptors(), chatd.config(), free_port());
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let flooding = scope.spawn(|| flood(chatd.port, &stop));
        let mut operator = Operator::connect(&chatd);
        for n in 0..50 {
            let more = format!("\n[listen.other]\naddress = \"127.0.0.1:{other}\"\n");
            let one = format!("127.0.0.1:{}", chatd.port);
            let all = format!("0.0.0.0:{}", chatd.port);
            // A listener comes and goes, and the one that is flooded moves.
            chatd.write_config(match n % 3 {
                0 => good.clone() + &more,
                1 => good.replace(&one, &all),
                _ => good.clone(),
            });
            operator.call("Reload").expect("it is carried out");
        }
        stop.store(true, Ordering::Relaxed);
        let times = flooding.join().expect("no panic");
        assert!(times > 50, "only {times} connections");
    });
    chatd.write_config(&good);
    chatd.ctl_ok(&["reload"]);
    chatd.eventually("all of them are gone", |chatd| chatd.nicks().len() == 2);
    chatd.eventually("no descriptor is left over", |chatd| {
        chatd.descriptors() <= descriptors
    });
    canary.finish();
}

#[test]
fn a_stop_in_the_middle_of_a_reload_in_a_flood() {
    for round in 0..6 {
        let mut chatd = Chatd::start();
        let mut alice = Client::named(chatd.port, "alice");
        chatd.write_config(chatd.config().replace("Welcome", "Hello"));
        let mut operator = Operator::connect(&chatd);
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| flood(chatd.port, &stop));
            if round % 2 == 0 {
                operator.ask("Reload");
                chatd.signal(Signal::SIGHUP);
                chatd.signal(Signal::SIGTERM);
            } else {
                chatd.signal(Signal::SIGTERM);
                operator.ask("Reload");
            }
            // A verdict, or the end of the connection: never half a reply, never silence.
            if let Some(reply) = operator.reply() {
                let done = reply["parameters"]["changes"].is_array();
                let message = reply["parameters"]["message"].as_str();
                let stopping = message.is_some_and(|text| text.contains("stopping"));
                assert!(done || stopping, "{reply}");
            }
            assert!(alice.rest().contains("! shutdown: "));
            stop.store(true, Ordering::Relaxed);
        });
        assert_eq!(chatd.exit_code(), 0);
        assert!(!chatd.socket().exists());
    }
}
