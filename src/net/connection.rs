//! One connection: read into the thread's scratch buffer, made into commands, and written by the hub.

use std::cell::{Cell, RefCell};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use socket2::SockRef;
use tokio::io::Interest;
use tokio::net::TcpStream;
use tokio::task::spawn_local;

use super::accept::Listener;
use super::layers::{Arrived, Layers};
use super::outgoing::{Layered, Line};
use super::{Net, linger, reading};
use crate::chat::{Attach, Bucket, Capabilities, ClientId, Departure, Text, Tls};
use crate::hub::{self, Input};
use crate::protocol::{Intake, Pace, Session};

/// What one read takes at most.
const SCRATCH: usize = 16 * 1024;

thread_local! {
    static SCRATCH_BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; SCRATCH]);
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Open,
    /// The hub has written its last; what still comes is read away.
    Finishing,
}

/// A connection that was let in. Dropping the last reference closes the socket and gives its place back.
pub(super) struct Connection {
    pub(super) stream: TcpStream,
    /// TLS and WebSocket. Most have neither, and carry nothing for it.
    pub(super) layers: Option<Box<Layered>>,
    pub(super) client: ClientId,
    from: IpAddr,
    port: u16,
    phase: Cell<Phase>,
    /// What it has spent of the flood rate.
    spent: Cell<Bucket>,
    pub(super) net: Rc<Net>,
    listener: Rc<Listener>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.leave();
        self.net
            .admission
            .borrow_mut()
            .leave(self.from, self.spent.get(), hub::now());
    }
}

impl Connection {
    /// From now on it only says goodbye: it is no client of its listener any more.
    pub(super) fn leave(&self) {
        if self.phase.replace(Phase::Finishing) == Phase::Open {
            self.listener.clients.set(self.listener.clients.get() - 1);
        }
    }
}

/// Makes a client of a connection that was let in and whose handshakes are done, and reads it from now on.
pub(super) async fn open(
    net: &Rc<Net>,
    listener: &Rc<Listener>,
    stream: TcpStream,
    address: SocketAddr,
    layers: Option<(Layers, Option<Arc<Tls>>)>,
) {
    let settings = net.settings();
    let _ = stream.set_nodelay(true);
    if let Some(after) = settings.keepalive {
        let keepalive = socket2::TcpKeepalive::new()
            .with_time(after)
            .with_interval(after / 4 + Duration::from_secs(1));
        let _ = SockRef::from(&stream).set_tcp_keepalive(&keepalive);
    }
    let _ = SockRef::from(&stream).set_tcp_user_timeout(settings.unreachable_after);
    let client = ClientId(net.next_client.get());
    net.next_client.set(client.0 + 1);
    listener.clients.set(listener.clients.get() + 1);
    let exempt = settings.exempts(address.ip());
    let spent = net.admission.borrow().spent(address.ip());
    let spec = listener.spec.borrow().clone();
    let session = Session::new(spec.protocol, exempt).having_spent(spent);
    let (layers, tls) = match layers {
        Some((layers, tls)) => (Some(Box::new(Layered::new(layers))), tls),
        None => (None, None),
    };
    let attach = Attach {
        client,
        address: SocketAddr::new(address.ip().to_canonical(), address.port()),
        protocol: spec.protocol,
        listener: spec.name,
        greeting: spec.greeting,
        news: spec.news,
        exempt,
        nick: None,
        username: "plain".into(),
        host: host_of(address.ip().to_canonical()),
        away: None,
        realname: "".into(),
        capabilities: Capabilities::default(),
        tls,
        login: None,
        websocket: layers
            .as_ref()
            .is_some_and(|layered| layered.is_websocket()),
    };
    let (net, listener) = (net.clone(), listener.clone());
    let connection = Rc::new(Connection {
        stream,
        layers,
        client,
        from: address.ip(),
        port: address.port(),
        phase: Cell::new(Phase::Open),
        spent: Cell::new(spent),
        net,
        listener,
    });
    let input = Input::Open(Box::new(attach), Line(connection.clone()));
    if connection.net.inbox.send(input).await.is_ok() {
        spawn_local(read(connection, session));
    }
}

/// An address as a host's name: never with a colon at its start, which would end a line's source.
fn host_of(address: std::net::IpAddr) -> Box<str> {
    let host = address.to_string();
    if host.starts_with(':') {
        format!("0{host}").into()
    } else {
        host.into()
    }
}

/// What one look at the socket brought.
enum Got {
    Pace(Pace),
    Nothing,
    /// The other side has ended, or the connection has failed; how to go on with what it had sent.
    End(Pace, Departure),
}

/// Sees to it that a reader that panics leaves no client behind that nobody reads.
struct Reader(Rc<Connection>);

impl Drop for Reader {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let connection = self.0.clone();
            spawn_local(async move {
                let gone = Input::Gone(connection.client, Departure::Failed);
                let _ = connection.net.inbox.send(gone).await;
            });
        }
    }
}

/// Ends the process when a task that all depends on panics: the service manager starts it anew, while a server that
/// runs but hears nobody would stay.
pub(super) struct EndOnPanic;

impl Drop for EndOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            std::process::abort();
        }
    }
}

/// What is seldom waited for is in boxes: each connection owns the memory of all that this may wait for.
async fn read(connection: Rc<Connection>, mut session: Session) {
    let _reader = Reader(connection.clone());
    let mut pace = Pace::Idle;
    // How it has ended; what it sent before is still carried out at its rate.
    let mut ended = None;
    // When its connection has failed: so long and no longer, lest those linger who have vanished.
    let mut gone_by = None;
    // What the full inbox did not take; sent before anything more is read, so that one waits who sends too much.
    let mut rest = Vec::new();
    loop {
        tokio::task::coop::consume_budget().await;
        let arrived = match pace {
            Pace::Idle => readable(&connection.stream).await,
            Pace::Unterminated => match connection.net.settings().unterminated_after {
                Some(after) => boxed_timeout(&connection, after, Interest::READABLE).await,
                None => readable(&connection.stream).await,
            },
            Pace::Held(until) => {
                let wait = Duration::from_micros(until.0.saturating_sub(hub::now().0));
                // The end stays readable for ever; after it only an error is news, and after an error nothing is. That the
                // hub has finished is seen within a second.
                let soon = wait.min(Duration::from_secs(1));
                match ended {
                    None => boxed_timeout(&connection, wait, Interest::READABLE).await,
                    Some(Departure::Failed) => {
                        Box::pin(tokio::time::sleep(soon)).await;
                        false
                    }
                    Some(_) => {
                        if boxed_timeout(&connection, soon, Interest::ERROR).await {
                            ended = Some(Departure::Failed);
                        }
                        false
                    }
                }
            }
            Pace::Ended => return,
            Pace::Cut => return Box::pin(linger::read_away(&connection.stream)).await,
        };
        let got = if arrived {
            receive(&connection, &mut session, &mut rest)
        } else {
            Got::Pace(go_on(&connection, &mut session, pace, &mut rest))
        };
        connection.spent.set(session.spent());
        if connection.phase.get() == Phase::Finishing {
            // Nothing of it counts any more.
            return match got {
                Got::End(..) => (),
                Got::Pace(_) | Got::Nothing => {
                    Box::pin(linger::read_away(&connection.stream)).await;
                }
            };
        }
        match got {
            Got::Pace(next) => pace = next,
            Got::End(next, how) => {
                pace = next;
                ended = Some(how);
            }
            Got::Nothing => {}
        }
        if ended == Some(Departure::Failed) {
            let now = hub::now();
            if now >= *gone_by.get_or_insert(now.after(connection.net.settings().linger)) {
                pace = Pace::Ended;
            }
        }
        if pace == Pace::Ended {
            let how = ended.take().unwrap_or(Departure::Closed);
            rest.push(Input::Gone(connection.client, how));
        }
        if !rest.is_empty() {
            let rest = std::mem::take(&mut rest);
            if Box::pin(send(&connection, rest)).await.is_err() {
                return;
            }
        }
    }
}

/// Sends these, as soon as the inbox takes them. An error: there is no hub any more.
async fn send(connection: &Connection, inputs: Vec<Input<Line>>) -> Result<(), ()> {
    for input in inputs {
        connection.net.inbox.send(input).await.map_err(|_| ())?;
    }
    Ok(())
}

/// Waits for the socket: whether it has something. One task alone may wait so; that takes no place in a list.
fn readable(stream: &TcpStream) -> impl Future<Output = bool> {
    std::future::poll_fn(|context| stream.poll_read_ready(context).map(|ready| ready.is_ok()))
}

/// Waits for the socket or for the time to pass: whether the socket has something.
async fn boxed_timeout(connection: &Connection, time: Duration, interest: Interest) -> bool {
    Box::pin(tokio::time::timeout(
        time,
        connection.stream.ready(interest),
    ))
    .await
    .is_ok()
}

/// Hands on what a session made of bytes: into the inbox, or, when that is full, to be sent by the one who can wait.
fn pass(connection: &Connection, intake: Intake, rest: &mut Vec<Input<Line>>) {
    let client = connection.client;
    let input = match intake {
        Intake::Command(command) => Input::Command(client, command),
        Intake::Look(look) => Input::Look(client, look),
        Intake::Account(wish) => Input::Account(client, wish),
        Intake::Line(line) => Input::Line(client, line),
        Intake::Answer(bytes) => Input::Answer(client, bytes),
        Intake::Cut(cut) => {
            // One line for many of them: what differs stands in the other record.
            tracing::warn!(why = %cut, "clients are cut off");
            let address = SocketAddr::new(connection.from, connection.port);
            tracing::debug!(client = client.0, %address, why = %cut, "cut off");
            let how = Text::parse(&cut.to_string()).map_or(Departure::Closed, Departure::Cut);
            Input::Gone(client, how)
        }
    };
    if rest.is_empty() {
        match connection.net.inbox.try_send(input) {
            Ok(()) => {}
            Err(full) => rest.push(full.into_inner()),
        }
    } else {
        rest.push(input);
    }
}

/// Has a client cut off whose bytes are not even what carries its lines.
fn broken(connection: &Connection, why: &'static str, rest: &mut Vec<Input<Line>>) -> Got {
    if connection.phase.get() == Phase::Open {
        tracing::warn!(why, "clients are cut off");
        let how = Text::parse(why).map_or(Departure::Closed, Departure::Cut);
        rest.push(Input::Gone(connection.client, how));
    }
    Got::Pace(Pace::Cut)
}

fn receive(connection: &Rc<Connection>, session: &mut Session, rest: &mut Vec<Input<Line>>) -> Got {
    SCRATCH_BUFFER.with_borrow_mut(|scratch| {
        let settings = connection.net.settings();
        let now = hub::now();
        let arrived = match &connection.layers {
            None => Arrived::of(reading::read(&connection.stream, scratch)),
            Some(layered) => layered.read(connection, scratch),
        };
        if let Arrived::Broken(why) = arrived {
            return broken(connection, why, rest);
        }
        let open = connection.phase.get() == Phase::Open;
        let mut take = |intake| pass(connection, intake, rest);
        let limits = &settings.plain;
        match arrived {
            Arrived::Bytes(n) if open => {
                Got::Pace(session.receive(&scratch[..n], now, limits, &mut take))
            }
            Arrived::End if open => {
                Got::End(session.end(now, limits, &mut take), Departure::Closed)
            }
            Arrived::Failed if open => {
                Got::End(session.broke_off(now, limits, &mut take), Departure::Failed)
            }
            Arrived::End | Arrived::Failed => Got::End(Pace::Ended, Departure::Closed),
            Arrived::Bytes(_) | Arrived::Nothing | Arrived::Broken(_) => Got::Nothing,
        }
    })
}

/// Time has passed instead of bytes coming.
fn go_on(
    connection: &Connection,
    session: &mut Session,
    pace: Pace,
    rest: &mut Vec<Input<Line>>,
) -> Pace {
    let settings = connection.net.settings();
    let now = hub::now();
    let mut take = |intake| pass(connection, intake, rest);
    match pace {
        Pace::Unterminated => session.silence(now, &settings.plain, &mut take),
        _ => session.receive(&[], now, &settings.plain, &mut take),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_waits_for_bytes_owns_little_meanwhile() {
        fn bytes<F>(_: impl Fn(Rc<Connection>, Session) -> F) -> usize {
            size_of::<F>()
        }
        // The task around it takes some hundred more.
        assert!(bytes(read) <= 384, "{} bytes", bytes(read));
    }
}
