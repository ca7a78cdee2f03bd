//! How soon chatd accepts connections after `kill -9`, with all that is in its history.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::spread;

/// How often it is started each way.
const STARTS: usize = 7;

/// Measures in a directory whose `state` has a history with so many messages.
pub(crate) fn measure(directory: &Path, rows: u64) {
    println!(
        "\n{:<32} {:>10} {:>10}",
        "start after kill -9", "p50 ms", "max ms"
    );
    for (name, enabled) in [
        (format!("with {rows} messages"), true),
        ("no history".to_owned(), false),
    ] {
        let times = (0..STARTS).map(|_| {
            let (child, address, took) = start(directory, enabled);
            talk(address);
            end(child);
            took
        });
        let (middle, longest) = spread(times.collect());
        let ms = |time: Duration| time.as_secs_f64() * 1e3;
        println!("{name:<32} {:>10.1} {:>10.1}", ms(middle), ms(longest));
    }
}

/// Starts it; the time until a client has read its first line.
fn start(directory: &Path, enabled: bool) -> (Child, SocketAddr, Duration) {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    let address = free.expect("a free port on the loopback address");
    let config = directory.join("chatd.toml");
    let text = format!(
        "[server]\nname = \"bench.example\"\n[history]\nenabled = {enabled}\n[limits]\nflood_rate = \"off\"\n\
         [listen.plain]\naddress = \"{address}\"\n"
    );
    fs::write(&config, text).expect("a file");
    let begun = Instant::now();
    let child = Command::new(env!("CARGO_BIN_EXE_chatd"))
        .arg("--config")
        .arg(&config)
        .env("RUNTIME_DIRECTORY", directory.join("run"))
        .env("STATE_DIRECTORY", directory.join("state"))
        .env("LOGS_DIRECTORY", directory.join("log"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("chatd starts");
    let socket = loop {
        match TcpStream::connect(address) {
            Ok(socket) => break socket,
            Err(_) => std::thread::sleep(Duration::from_micros(200)),
        }
        assert!(
            begun.elapsed() < Duration::from_mins(1),
            "it does not start"
        );
    };
    let mut first = String::new();
    let read = BufReader::new(socket).read_line(&mut first);
    assert!(read.is_ok_and(|length| length > 0), "it greets");
    (child, address, begun.elapsed())
}

/// Has something in the log of what is not in the main file yet when it is killed.
fn talk(address: SocketAddr) {
    let mut socket = TcpStream::connect(address).expect("chatd listens");
    let lines: String = (0..2000).fold(String::new(), |lines, n| lines + &format!("line {n}\n"));
    socket.write_all(lines.as_bytes()).expect("chatd reads");
    socket.write_all(b"/who\n").expect("chatd reads");
    let mut lines = BufReader::new(socket).lines();
    while let Some(Ok(line)) = lines.next() {
        if line.starts_with("-- ") && line.contains("guest") {
            return;
        }
    }
}

fn end(mut child: Child) {
    child.kill().expect("it runs");
    child.wait().expect("our own child");
}
