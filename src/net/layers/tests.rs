use rustls::ClientConnection;
use tokio::net::TcpListener;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader};

use super::super::tls::tests::{client, server};
use super::*;

/// The two ends of a connection, the server's first.
async fn pair() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let client = TcpStream::connect(address).await.expect("a connection");
    let (server, _) = listener.accept().await.expect("a connection");
    (server, client)
}

/// Reads until something has come.
async fn look(layers: &mut Layers, socket: &TcpStream) -> (Arrived, Vec<u8>) {
    let mut scratch = vec![0; 16 * 1024];
    loop {
        match layers.read(socket, &mut scratch) {
            Arrived::Nothing => socket.readable().await.expect("a socket"),
            Arrived::Bytes(n) => return (Arrived::Bytes(n), scratch[..n].to_vec()),
            other => return (other, Vec::new()),
        }
    }
}

/// A client's WebSocket on a bare socket.
struct Browser {
    socket: TcpStream,
    context: WebSocketContext,
}

impl Browser {
    fn new(socket: TcpStream) -> Browser {
        let context = WebSocketContext::new(Role::Client, None);
        Browser { socket, context }
    }

    fn send(&mut self, message: Message) {
        let mut pipe = Pipe::new(&self.socket, None);
        self.context.write(&mut pipe, message).expect("it is taken");
        self.context.flush(&mut pipe).expect("it is taken");
    }

    async fn next(&mut self) -> Result<Message, Error> {
        loop {
            match self.context.read(&mut Pipe::new(&self.socket, None)) {
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.socket.readable().await.expect("a socket");
                }
                read => return read,
            }
        }
    }
}

async fn websocket(binary: bool) -> (Layers, TcpStream, Browser) {
    let (server, client) = pair().await;
    let layers = Layers::websocket(None, Vec::new(), binary);
    (layers, server, Browser::new(client))
}

#[tokio::test]
async fn a_line_is_a_message_without_its_end_and_a_message_is_a_line() {
    let (mut text, socket, mut browser) = websocket(false).await;
    let lines = ":a PRIVMSG #b :größe\r\n\r\nPING x\n";
    assert_eq!(
        text.write(&socket, lines.as_bytes()).expect("taken"),
        lines.len()
    );
    assert_eq!(
        browser.next().await.expect("one"),
        Message::text(":a PRIVMSG #b :größe")
    );
    assert_eq!(browser.next().await.expect("two"), Message::text("PING x"));
    browser.send(Message::text("NICK 小明"));
    browser.send(Message::binary(&b"\xff\xfe"[..]));
    browser.send(Message::text(""));
    for expected in ["NICK 小明\r\n".as_bytes(), b"\xff\xfe\r\n", b"\r\n"] {
        assert_eq!(look(&mut text, &socket).await.1, expected);
    }
    let (mut binary, socket, mut browser) = websocket(true).await;
    binary.write(&socket, b"PING x\r\n").expect("taken");
    assert_eq!(
        browser.next().await.expect("one"),
        Message::binary(&b"PING x"[..])
    );
}

#[tokio::test]
async fn a_ping_is_answered_and_a_goodbye_is_given_back() {
    let (mut layers, socket, mut browser) = websocket(false).await;
    browser.send(Message::Ping("are you there".into()));
    browser.send(Message::text("PING x"));
    assert_eq!(look(&mut layers, &socket).await.1, b"PING x\r\n");
    assert_eq!(
        browser.next().await.expect("it"),
        Message::Pong("are you there".into())
    );
    browser.send(Message::Close(None));
    assert_eq!(look(&mut layers, &socket).await.0, Arrived::End);
    assert!(matches!(browser.next().await, Ok(Message::Close(_))));
    assert!(layers.write(&socket, b"too late\r\n").is_err());
    assert!(layers.is_drained());
}

#[tokio::test]
async fn what_may_not_come_ends_with_the_reason_as_a_code_after_the_last_words() {
    let raw = |payload: &'static [u8], masked: bool, code: u8| {
        let mut bytes = vec![
            code,
            u8::try_from(payload.len()).expect("short") | if masked { 0x80 } else { 0 },
        ];
        bytes.extend_from_slice(if masked { &[0; 4] } else { &[] });
        bytes.extend_from_slice(payload);
        bytes
    };
    let long = {
        let header = FrameHeader {
            opcode: OpCode::Data(Data::Text),
            mask: Some([0; 4]),
            ..FrameHeader::default()
        };
        let mut bytes = Vec::new();
        Frame::from_payload(header, vec![b'a'; LONGEST_MESSAGE + 1].into())
            .format(&mut bytes)
            .expect("memory");
        bytes
    };
    for (bytes, code) in [
        (raw(b"a\xff", true, 0x81), CloseCode::Invalid),
        (long, CloseCode::Size),
        (raw(b"a", false, 0x81), CloseCode::Protocol),
        (raw(b"a", true, 0xF1), CloseCode::Protocol),
    ] {
        let (mut layers, socket, mut browser) = websocket(false).await;
        browser.socket.writable().await.expect("a socket");
        browser.socket.try_write(&bytes).expect("room");
        let (arrived, _) = look(&mut layers, &socket).await;
        assert!(matches!(arrived, Arrived::Broken(_)), "{code}: {arrived:?}");
        layers.write(&socket, b"ERROR :why\r\n").expect("taken");
        layers.close(&socket);
        assert_eq!(
            browser.next().await.expect("the words"),
            Message::text("ERROR :why")
        );
        match browser.next().await.expect("the end") {
            Message::Close(Some(frame)) => assert_eq!(frame.code, code),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_longest_message_is_a_line_and_one_in_pieces_is_too() {
    let (mut layers, socket, mut browser) = websocket(false).await;
    let long = "x".repeat(LONGEST_MESSAGE);
    browser.send(Message::text(long.clone()));
    assert_eq!(
        look(&mut layers, &socket).await.1,
        format!("{long}\r\n").as_bytes()
    );
    let piece = |text: &'static str, kind, last| {
        Message::Frame(Frame::message(text, OpCode::Data(kind), last))
    };
    browser.send(piece("PIN", Data::Text, false));
    browser.send(Message::Ping("between".into()));
    browser.send(piece("G x", Data::Continue, true));
    assert_eq!(look(&mut layers, &socket).await.1, b"PING x\r\n");
}

#[tokio::test]
async fn pieces_without_content_and_without_end_do_not_keep_the_thread() {
    let (mut layers, socket, browser) = websocket(false).await;
    let mut flood = vec![0x01, 0x80, 0, 0, 0, 0];
    flood.extend([0x00, 0x80, 0, 0, 0, 0].repeat(40_000));
    let mut sent = 0;
    let mut scratch = vec![0; 16 * 1024];
    // What each look takes is bounded, however much there is.
    while sent < flood.len() {
        browser.socket.writable().await.expect("a socket");
        while let Ok(n @ 1..) = browser.socket.try_write(&flood[sent..]) {
            sent += n;
        }
        assert_eq!(layers.read(&socket, &mut scratch), Arrived::Nothing);
    }
    let mut socket = Socket::new(&socket);
    socket.left.set(0);
    assert!(
        socket
            .read(&mut scratch)
            .is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    );
}

/// A client's TLS on a bare socket: what it reads, and whether the end was announced.
async fn drive(tls: &mut ClientConnection, socket: &TcpStream, wanted: usize) -> (Vec<u8>, bool) {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        while tls.wants_write() && tls.write_tls(&mut Socket::new(socket)).is_ok() {}
        match tls.reader().read(&mut buffer) {
            Ok(0) => return (read, true),
            Ok(n) => read.extend_from_slice(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return (read, false),
            Err(_) if !tls.is_handshaking() && read.len() >= wanted => return (read, false),
            Err(_) => match tls.read_tls(&mut Socket::new(socket)) {
                Ok(_) => drop(tls.process_new_packets().expect("records")),
                Err(_) => socket.readable().await.expect("a socket"),
            },
        }
    }
}

/// Both sides of a TLS connection on sockets, the handshake done.
async fn tls() -> (ServerConnection, TcpStream, ClientConnection, TcpStream) {
    let (socket, other) = pair().await;
    let (mut ours, mut theirs) = (server(false), client(None));
    let shaking = async {
        while ours.is_handshaking() || ours.wants_write() {
            let mut pipe = Pipe::new(&socket, Some(&mut ours));
            pipe.flush().expect("room");
            match ours.read_tls(&mut Socket::new(&socket)) {
                Ok(_) => drop(ours.process_new_packets().expect("a handshake")),
                Err(_) if ours.is_handshaking() => socket.readable().await.expect("a socket"),
                Err(_) => {}
            }
        }
    };
    tokio::join!(shaking, drive(&mut theirs, &other, 0));
    (ours, socket, theirs, other)
}

#[tokio::test]
async fn over_tls_bytes_go_both_ways_and_the_end_is_announced() {
    let (ours, socket, mut theirs, other) = tls().await;
    let mut layers = Layers::tls(ours);
    layers.write(&socket, b"hello\n").expect("taken");
    assert_eq!(drive(&mut theirs, &other, 6).await.0, b"hello\n");
    theirs.writer().write_all(b"good day\n").expect("memory");
    drive(&mut theirs, &other, 0).await;
    assert_eq!(look(&mut layers, &socket).await.1, b"good day\n");
    layers.close(&socket);
    assert_eq!(drive(&mut theirs, &other, 1).await, (Vec::new(), true));
    theirs.send_close_notify();
    drive(&mut theirs, &other, 0).await;
    assert_eq!(look(&mut layers, &socket).await.0, Arrived::End);
}

#[tokio::test]
async fn an_end_without_goodbye_is_an_end_and_garbage_is_a_failure() {
    let (ours, socket, _theirs, other) = tls().await;
    let mut layers = Layers::tls(ours);
    drop(other);
    assert_eq!(look(&mut layers, &socket).await.0, Arrived::End);
    let (ours, socket, _theirs, other) = tls().await;
    let mut layers = Layers::tls(ours);
    other.writable().await.expect("a socket");
    other.try_write(b"no record at all").expect("room");
    assert_eq!(look(&mut layers, &socket).await.0, Arrived::Failed);
}

#[tokio::test]
async fn what_the_socket_does_not_take_waits_in_order_and_is_little() {
    let (ours, socket, mut theirs, other) = tls().await;
    let mut layers = Layers::tls(ours);
    let lines: Vec<_> = (0..400_000).map(|n| format!("line {n}\n")).collect();
    let lines = lines.concat();
    let lines = lines.as_bytes();
    let mut sent = 0;
    // Nobody reads: at some point nothing more is taken, and nothing is taken twice.
    while let Ok(n) = layers.write(&socket, &lines[sent..]) {
        assert!(n > 0);
        sent += n;
    }
    assert!(sent < lines.len(), "the kernel has taken all of it");
    assert!(!layers.is_drained());
    assert!(layers.write(&socket, &lines[sent..]).is_err());
    let writing = async {
        while sent < lines.len() || !layers.is_drained() {
            match layers.write(&socket, &lines[sent..]) {
                Ok(n) => sent += n,
                Err(_) => socket.writable().await.expect("a socket"),
            }
        }
    };
    let (read, ()) = tokio::join!(drive(&mut theirs, &other, lines.len()), writing);
    assert!(read.0 == lines, "as it was written");
}

#[tokio::test]
async fn messages_that_the_socket_does_not_take_wait_too() {
    let (mut layers, socket, mut browser) = websocket(false).await;
    let lines: Vec<_> = (0..200_000)
        .map(|n| format!("PRIVMSG #room :{n}\r\n"))
        .collect();
    let lines = lines.concat();
    let lines = lines.as_bytes();
    let mut sent = 0;
    while let Ok(n) = layers.write(&socket, &lines[sent..]) {
        sent += n;
        assert_eq!(lines[sent - 1], b'\n', "whole lines");
    }
    assert!(sent < lines.len() && !layers.is_drained());
    let reading = async {
        for n in 0..200_000 {
            let message = browser.next().await.expect("a message");
            assert_eq!(message, Message::text(format!("PRIVMSG #room :{n}")));
        }
    };
    let writing = async {
        while sent < lines.len() || !layers.is_drained() {
            match layers.write(&socket, &lines[sent..]) {
                Ok(n) => sent += n,
                Err(_) => socket.writable().await.expect("a socket"),
            }
        }
    };
    tokio::join!(reading, writing);
}
