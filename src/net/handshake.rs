//! What comes before the lines of a connection with TLS or WebSocket: the handshakes. Each connection has its own task,
//! a place among those that are let in at once, and a time in which it must be done.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;

use rustls::ServerConnection;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::task::{coop, spawn_blocking, spawn_local};
use tokio::time::timeout;

use super::accept::{Listener, Spec};
use super::admission::Origin;
use super::layers::{Layers, Pipe, Socket};
use super::opening::{self, Opening};
use super::plan::Transport;
use super::{Net, admission, connection, linger, tls};
use crate::chat::Tls;
use crate::hub;

/// The first byte of a TLS connection: a record of its handshake.
const TLS_HANDSHAKE: u8 = 0x16;

/// Why a handshake came to nothing. What an operator can do about it, or a client, is said; what a client sent is not.
#[derive(Debug, PartialEq, Eq)]
enum Failed {
    /// The client has gone.
    Gone,
    /// It did not finish in time.
    Late,
    /// It took long while others waited.
    MadeWay,
    /// What came first was no TLS.
    NoTls,
    /// TLS would not come about.
    Tls(String),
    /// What came was no request for a WebSocket, or one that is refused; the answer.
    Refused(&'static str, Vec<u8>),
}

impl Failed {
    fn why(&self) -> &str {
        match self {
            Failed::Gone => "the client went away",
            Failed::Late => "it took too long (limits.tls_handshake_time)",
            Failed::MadeWay => "it took long while others waited (limits.tls_handshakes)",
            Failed::NoTls => "the client does not speak TLS",
            Failed::Tls(why) => why,
            Failed::Refused(why, _) => why,
        }
    }
}

impl From<io::Error> for Failed {
    fn from(_: io::Error) -> Failed {
        Failed::Gone
    }
}

/// One that was let in and is no client yet: its place is given back unless it becomes one.
struct Entered {
    net: Rc<Net>,
    from: IpAddr,
    stays: bool,
}

impl Drop for Entered {
    fn drop(&mut self) {
        if !self.stays {
            let mut admission = self.net.admission.borrow_mut();
            let spent = admission.spent(self.from);
            admission.leave(self.from, spent, hub::now());
        }
    }
}

/// Makes a client of a connection that was let in once its handshakes are done. Comes back at once.
pub(super) fn begin(
    net: &Rc<Net>,
    listener: &Rc<Listener>,
    stream: TcpStream,
    address: SocketAddr,
) {
    let (net, listener) = (net.clone(), listener.clone());
    spawn_local(async move {
        let mut entered = Entered {
            net: net.clone(),
            from: address.ip(),
            stays: false,
        };
        let spec = listener.spec.borrow().clone();
        match placed(&net, &stream, address.ip(), &spec.transport).await {
            Ok((layers, tls)) => {
                entered.stays = true;
                let layers = Some((layers, tls));
                connection::open(&net, &listener, stream, address, layers).await;
            }
            Err(failed) => give_up(&net, stream, address, &spec, &failed),
        }
    });
}

/// Says why, where that can be understood, and closes.
fn give_up(net: &Net, stream: TcpStream, address: SocketAddr, spec: &Spec, failed: &Failed) {
    net.admission.borrow_mut().refused += 1;
    let why = failed.why();
    // One line for many of them: what differs stands in the other record.
    tracing::warn!(listener = %spec.name, "handshakes of TLS or WebSocket fail");
    tracing::debug!(%address, listener = %spec.name, why, "a handshake failed");
    let told = match failed {
        Failed::NoTls => admission::NO_TLS.told(spec.protocol, spec.transport.websocket.is_some()),
        // Over TLS it has gone out already.
        Failed::Refused(_, answer) if spec.transport.tls.is_none() => answer.clone(),
        Failed::Refused(..) | Failed::Tls(_) => Vec::new(),
        Failed::Gone | Failed::Late | Failed::MadeWay => return,
    };
    linger::turn_away(stream, &told, net.settings().linger, &net.farewells);
}

/// The handshakes, in a place of their own from the client's first byte on: one that is silent needs none. What comes
/// before, the wait for that place too, may take as long as the handshakes themselves.
async fn placed(
    net: &Rc<Net>,
    stream: &TcpStream,
    from: IpAddr,
    transport: &Transport,
) -> Result<(Layers, Option<Arc<Tls>>), Failed> {
    let settings = net.settings();
    let before = async {
        stream.readable().await?;
        io::Result::Ok(net.places.take(Origin::of(from), settings.handshakes).await)
    };
    let late = |_| Failed::Late;
    let place = timeout(settings.handshake_time, before)
        .await
        .map_err(late)??;
    let done = handshakes(net, stream, transport);
    tokio::select! {
        done = timeout(settings.handshake_time, done) => done.map_err(late)?,
        () = place.needed() => Err(Failed::MadeWay),
    }
}

async fn handshakes(
    net: &Rc<Net>,
    stream: &TcpStream,
    transport: &Transport,
) -> Result<(Layers, Option<Arc<Tls>>), Failed> {
    let (mut session, mut known) = (None, None);
    if let Some(certificate) = &transport.tls {
        let mut first = [0];
        if stream.peek(&mut first).await? == 0 {
            return Err(Failed::Gone);
        }
        if first[0] != TLS_HANDSHAKE {
            return Err(Failed::NoTls);
        }
        let begun = certificate
            .connection()
            .map_err(|error| Failed::Tls(error.to_string()))?;
        let done = shake(net, stream, begun).await?;
        known = Some(Arc::new(tls::known(&done)));
        session = Some(done);
    }
    let layers = match (&transport.websocket, session) {
        (Some(origins), session) => open(stream, session, origins).await?,
        (None, Some(session)) => Layers::tls(session),
        (None, None) => return Err(Failed::Gone),
    };
    Ok((layers, known))
}

/// The handshake of TLS. What it computes (signatures take their time) is computed beside the chat's thread.
async fn shake(
    net: &Rc<Net>,
    stream: &TcpStream,
    mut session: ServerConnection,
) -> Result<ServerConnection, Failed> {
    let mut socket = Socket::new(stream);
    loop {
        coop::consume_budget().await;
        match Pipe::new(stream, Some(&mut session)).flush() {
            Ok(()) if !session.is_handshaking() => return Ok(session),
            Ok(()) => match session.read_tls(&mut socket) {
                Ok(0) => return Err(Failed::Gone),
                Ok(_) => {
                    let computing = net.computing.clone();
                    let _turn = computing.acquire_owned().await;
                    let computed = spawn_blocking(move || {
                        let computed = session.process_new_packets().map(|_| ());
                        (session, computed)
                    });
                    let (back, computed) = computed.await.map_err(|_| Failed::Gone)?;
                    session = back;
                    if let Err(error) = computed {
                        // The alert that says so.
                        let _ = Pipe::new(stream, Some(&mut session)).flush();
                        return Err(Failed::Tls(error.to_string()));
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    // What a handshake may read in all is bounded by its library; a look by the socket's wrapper.
                    socket = Socket::new(stream);
                    stream.readable().await?;
                }
                Err(_) => return Err(Failed::Gone),
            },
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                stream.ready(Interest::WRITABLE | Interest::ERROR).await?;
            }
            Err(_) => return Err(Failed::Gone),
        }
    }
}

/// The opening of the WebSocket, over TLS or not.
async fn open(
    stream: &TcpStream,
    mut tls: Option<ServerConnection>,
    origins: &[String],
) -> Result<Layers, Failed> {
    let mut bytes = Vec::new();
    let (answer, rest, binary) = loop {
        coop::consume_budget().await;
        let mut buffer = [0; 2048];
        match Pipe::new(stream, tls.as_mut()).read(&mut buffer) {
            Ok(0) => return Err(Failed::Gone),
            Ok(n) => bytes.extend_from_slice(&buffer[..n]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                stream.readable().await?;
                continue;
            }
            Err(_) => return Err(Failed::Gone),
        }
        match opening::read(&bytes, origins) {
            Opening::More => {}
            Opening::Open {
                answer,
                length,
                binary,
            } => break (answer, bytes.split_off(length), binary),
            Opening::Refused { answer, why } => {
                if let Some(tls) = &mut tls {
                    send(stream, Some(tls), &answer).await?;
                    tls.send_close_notify();
                    let _ = Pipe::new(stream, Some(tls)).flush();
                }
                return Err(Failed::Refused(why, answer));
            }
        }
    };
    send(stream, tls.as_mut(), &answer).await?;
    Ok(Layers::websocket(tls, rest, binary))
}

/// Writes all of it.
async fn send(
    stream: &TcpStream,
    mut tls: Option<&mut ServerConnection>,
    mut bytes: &[u8],
) -> io::Result<()> {
    loop {
        let mut pipe = Pipe::new(stream, tls.as_deref_mut());
        let written = if bytes.is_empty() {
            pipe.flush().map(|()| 0)
        } else {
            pipe.write(bytes)
        };
        match written {
            Ok(0) => return Ok(()),
            Ok(n) => bytes = &bytes[n..],
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => stream.writable().await?,
            Err(error) => return Err(error),
        }
    }
}
