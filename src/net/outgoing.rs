//! How a connection is written: the hub's end of it, and the layers as the hub and the reader use them. What the socket
//! does not take is handed on by a task of its own.

use std::cell::{Cell, RefCell};
use std::io;
use std::net::Shutdown;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::time::Duration;

use socket2::SockRef;
use tokio::net::TcpStream;
use tokio::task::spawn_local;

use super::connection::Connection;
use super::layers::{Arrived, Layers};
use crate::hub::{Input, Wire};

/// The hub's end of a connection.
pub struct Line(pub(super) Rc<Connection>);

impl Wire for Line {
    fn try_write(&self, bytes: &[u8]) -> io::Result<usize> {
        match &self.0.layers {
            None => self.0.stream.try_write(bytes),
            Some(layered) => layered.write(&self.0.stream, bytes),
        }
    }

    fn socket(&self) -> Option<BorrowedFd<'_>> {
        self.0.layers.is_none().then(|| self.0.stream.as_fd())
    }

    fn is_drained(&self) -> bool {
        self.0
            .layers
            .as_ref()
            .is_none_or(|layered| layered.is_drained())
    }

    fn await_writable(&self) {
        let connection = self.0.clone();
        if let Some(layered) = &connection.layers {
            return layered.tell_when_drained(&connection);
        }
        spawn_local(async move {
            // An error shows at the next write.
            let _ = connection.stream.writable().await;
            let client = connection.client;
            let _ = connection.net.inbox.send(Input::Writable(client)).await;
        });
    }

    fn finish(&self) {
        self.0.leave();
        match &self.0.layers {
            None => shut(&self.0.stream),
            Some(layered) => layered.close(&self.0),
        }
        let (connection, time) = (Rc::downgrade(&self.0), self.0.net.settings().linger);
        spawn_local(async move {
            tokio::time::sleep(time).await;
            if let Some(connection) = connection.upgrade() {
                // A reset, so that a client that neither reads nor writes (nc at a prompt) notices. What it has
                // been sent it can still read.
                let _ = SockRef::from(&connection.stream).set_linger(Some(Duration::ZERO));
                Line(connection).abort();
            }
        });
    }

    fn abort(&self) {
        self.0.leave();
        // Ends the reader, which holds the other reference.
        let _ = SockRef::from(&self.0.stream).shutdown(Shutdown::Both);
    }
}

/// The layers, and what is to be done once they hold nothing.
pub(super) struct Layered {
    layers: RefCell<Layers>,
    /// A task waits for the socket.
    draining: Cell<bool>,
    /// The hub waits for that task.
    awaited: Cell<bool>,
    /// The goodbye has been said.
    closed: Cell<bool>,
}

impl Layered {
    pub(super) fn new(layers: Layers) -> Layered {
        Layered {
            layers: RefCell::new(layers),
            draining: Cell::new(false),
            awaited: Cell::new(false),
            closed: Cell::new(false),
        }
    }

    pub(super) fn is_websocket(&self) -> bool {
        self.layers.borrow().is_websocket()
    }

    pub(super) fn is_drained(&self) -> bool {
        self.layers.borrow().is_drained()
    }

    pub(super) fn write(&self, socket: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        self.layers.borrow_mut().write(socket, bytes)
    }

    /// Reads; what the layers answer by themselves goes out too.
    pub(super) fn read(&self, connection: &Rc<Connection>, scratch: &mut [u8]) -> Arrived {
        let arrived = self.layers.borrow_mut().read(&connection.stream, scratch);
        if !self.is_drained() {
            self.drain(connection);
        }
        arrived
    }

    /// Has the hub told when nothing is held any more.
    pub(super) fn tell_when_drained(&self, connection: &Rc<Connection>) {
        self.awaited.set(true);
        self.drain(connection);
    }

    /// Says goodbye, then shuts our side.
    pub(super) fn close(&self, connection: &Rc<Connection>) {
        self.layers.borrow_mut().close(&connection.stream);
        self.closed.set(true);
        if self.is_drained() {
            shut(&connection.stream);
        } else {
            self.drain(connection);
        }
    }

    fn drain(&self, connection: &Rc<Connection>) {
        if !self.draining.replace(true) {
            spawn_local(drain(connection.clone()));
        }
    }

    async fn drained(&self, socket: &TcpStream) {
        // An error shows at the next write.
        while socket.writable().await.is_ok() {
            tokio::task::coop::consume_budget().await;
            let flushed = self.layers.borrow_mut().flush(socket);
            match flushed {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                _ => return,
            }
        }
    }
}

async fn drain(connection: Rc<Connection>) {
    let Some(layered) = &connection.layers else {
        return;
    };
    layered.drained(&connection.stream).await;
    layered.draining.set(false);
    if layered.closed.get() {
        shut(&connection.stream);
    }
    if layered.awaited.replace(false) {
        let writable = Input::Writable(connection.client);
        let _ = connection.net.inbox.send(writable).await;
    }
}

fn shut(socket: &TcpStream) {
    let _ = SockRef::from(socket).shutdown(Shutdown::Write);
}
