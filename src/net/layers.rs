//! What a connection may have between its socket and its lines: TLS, WebSocket, or both. Never waits, and holds at most
//! [`CHUNK`] bytes and one line for a socket that takes nothing.

use std::cell::Cell;
use std::io::{self, IoSlice, Read, Write};

use rustls::ServerConnection;
use tokio::net::TcpStream;
use tungstenite::Message;
use tungstenite::error::{Error, ProtocolError};
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::protocol::{CloseFrame, Role, WebSocketConfig, WebSocketContext};

#[cfg(test)]
mod tests;

/// What is handed on to the socket before anything more is taken.
const CHUNK: usize = 4096;
/// What one look at the socket reads at most, so that one who never stops sending does not keep the thread: frames
/// without content, of which nothing comes out, among it.
const LOOK: usize = 16 * 1024;
/// The longest WebSocket message: the longest message of IRC with its tags (IRCv3 message-tags, 8191 and 512 bytes).
pub(super) const LONGEST_MESSAGE: usize = 8191 + 512;

/// The layers of one connection.
pub(super) struct Layers {
    tls: Option<ServerConnection>,
    frames: Option<Frames>,
    /// Something waits in a layer because the socket does not take it.
    holds: bool,
}

/// Lines as WebSocket messages (IRCv3 websocket).
struct Frames {
    context: WebSocketContext,
    /// Whether messages are binary ones; otherwise they are text.
    binary: bool,
    /// What the end will be told as its reason.
    close: CloseCode,
}

/// What one look at the socket brought.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Arrived {
    /// So many bytes, never none.
    Bytes(usize),
    Nothing,
    /// The other side has ended properly.
    End,
    Failed,
    /// What came breaks the protocol of a layer; the client is to be told.
    Broken(&'static str),
}

impl Arrived {
    pub(super) fn of(read: io::Result<usize>) -> Arrived {
        match read {
            Ok(0) => Arrived::End,
            Ok(n) => Arrived::Bytes(n),
            Err(error) => error_of(&error),
        }
    }
}

impl Layers {
    pub(super) fn tls(connection: ServerConnection) -> Layers {
        Layers {
            tls: Some(connection),
            frames: None,
            holds: false,
        }
    }

    /// WebSocket over what there is, from `part` on, which has been read already.
    pub(super) fn websocket(tls: Option<ServerConnection>, part: Vec<u8>, binary: bool) -> Layers {
        // Frames are gathered and written with the flush. What the buffers hold is bounded by what is put in.
        let config = WebSocketConfig::default()
            .read_buffer_size(1024)
            .write_buffer_size(usize::MAX - 1)
            .max_write_buffer_size(usize::MAX)
            .max_message_size(Some(LONGEST_MESSAGE))
            .max_frame_size(Some(LONGEST_MESSAGE));
        let context = WebSocketContext::from_partially_read(part, Role::Server, Some(config));
        Layers {
            tls,
            frames: Some(Frames {
                context,
                binary,
                close: CloseCode::Normal,
            }),
            holds: false,
        }
    }

    pub(super) fn is_websocket(&self) -> bool {
        self.frames.is_some()
    }

    /// Whether all that was taken has gone to the socket.
    pub(super) fn is_drained(&self) -> bool {
        !self.holds
    }

    /// Reads what the client has sent, as the bytes of lines. A WebSocket message becomes a line.
    pub(super) fn read(&mut self, socket: &TcpStream, scratch: &mut [u8]) -> Arrived {
        let mut pipe = Pipe::new(socket, self.tls.as_mut());
        let arrived = match &mut self.frames {
            Some(frames) => frames.read(&mut pipe, scratch),
            None => Arrived::of(pipe.read(scratch)),
        };
        // Answers of the layers themselves: a pong, an alert.
        let _ = self.flush(socket);
        arrived
    }

    /// Takes whole lines (all of `bytes` are such) as long as the socket takes what came before.
    pub(super) fn write(&mut self, socket: &TcpStream, bytes: &[u8]) -> io::Result<usize> {
        self.flush(socket)?;
        let mut taken = 0;
        while taken < bytes.len() {
            let rest = &bytes[taken..];
            let mut pipe = Pipe::new(socket, self.tls.as_mut());
            taken += match &mut self.frames {
                Some(frames) => frames.put(&mut pipe, rest)?,
                None => pipe.write(&rest[..rest.len().min(CHUNK)])?,
            };
            match self.flush(socket) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(taken)
    }

    /// Hands on what the layers hold. `WouldBlock`: the socket does not take all of it.
    pub(super) fn flush(&mut self, socket: &TcpStream) -> io::Result<()> {
        let mut pipe = Pipe::new(socket, self.tls.as_mut());
        let flushed = match &mut self.frames {
            Some(frames) => match frames.context.flush(&mut pipe) {
                // Both sides have said goodbye; what was said before has gone out.
                Ok(()) | Err(Error::ConnectionClosed | Error::AlreadyClosed) => pipe.flush(),
                Err(Error::Io(error)) => Err(error),
                Err(error) => Err(io::Error::other(error)),
            },
            None => pipe.flush(),
        };
        self.holds = flushed
            .as_ref()
            .is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock);
        flushed
    }

    /// Says goodbye as each layer does it: a close frame, `close_notify`. Nothing can be written after it.
    pub(super) fn close(&mut self, socket: &TcpStream) {
        let mut pipe = Pipe::new(socket, self.tls.as_mut());
        if let Some(frames) = &mut self.frames {
            let frame = CloseFrame {
                code: frames.close,
                reason: "".into(),
            };
            // What cannot be written now is written with the flush.
            let _ = frames.context.close(&mut pipe, Some(frame));
        }
        if let Some(tls) = &mut self.tls {
            tls.send_close_notify();
        }
        let _ = self.flush(socket);
    }
}

impl Frames {
    fn read(&mut self, pipe: &mut Pipe<'_>, scratch: &mut [u8]) -> Arrived {
        loop {
            let message = match self.context.read(pipe) {
                Ok(Message::Text(text)) => tungstenite::Bytes::from(text),
                Ok(Message::Binary(bytes)) => bytes,
                Ok(Message::Close(_)) => return Arrived::End,
                // The library has answered.
                Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_)) => continue,
                Err(error) => return self.failed(&error),
            };
            // The library has bounded it; there is room for it and its end.
            let length = message.len().min(scratch.len() - 2);
            scratch[..length].copy_from_slice(&message[..length]);
            scratch[length..length + 2].copy_from_slice(b"\r\n");
            return Arrived::Bytes(length + 2);
        }
    }

    fn failed(&mut self, error: &Error) -> Arrived {
        let (code, why) = match error {
            Error::Io(error) => return error_of(error),
            Error::ConnectionClosed
            | Error::AlreadyClosed
            | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) => return Arrived::End,
            Error::Utf8(_) => (
                CloseCode::Invalid,
                "a WebSocket text message was not UTF-8; send UTF-8, or use binary.ircv3.net",
            ),
            Error::Capacity(_) => (
                CloseCode::Size,
                "a WebSocket message was longer than a message of IRC may be (8703 bytes)",
            ),
            _ => (
                CloseCode::Protocol,
                "what came was not WebSocket as RFC 6455 has it",
            ),
        };
        self.close = code;
        Arrived::Broken(why)
    }

    /// Takes some lines, each as a message without its end.
    fn put(&mut self, pipe: &mut Pipe<'_>, bytes: &[u8]) -> io::Result<usize> {
        let mut taken = 0;
        while taken < bytes.len().min(CHUNK) {
            let rest = &bytes[taken..];
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            taken += length;
            let line = rest[..length].trim_ascii_end();
            if line.is_empty() {
                continue;
            }
            let message = if self.binary {
                Message::binary(line.to_vec())
            } else {
                Message::text(String::from_utf8_lossy(line).into_owned())
            };
            match self.context.write(pipe, message) {
                Ok(()) => {}
                // It is queued all the same.
                Err(Error::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(Error::Io(error)) => return Err(error),
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(taken)
    }
}

fn error_of(error: &io::Error) -> Arrived {
    match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Arrived::Nothing,
        _ => Arrived::Failed,
    }
}

/// The socket, or TLS on it, as what is below WebSocket: reads and writes that do not wait.
pub(super) struct Pipe<'a> {
    socket: Socket<'a>,
    tls: Option<&'a mut ServerConnection>,
}

impl<'a> Pipe<'a> {
    pub(super) fn new(socket: &'a TcpStream, tls: Option<&'a mut ServerConnection>) -> Pipe<'a> {
        Pipe {
            socket: Socket::new(socket),
            tls,
        }
    }
}

impl Read for Pipe<'_> {
    /// Nothing means that the other side has ended. Over TLS it should say so first; one that just goes is taken at its
    /// word too, as where there is no TLS: half a line counts for nothing either way.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(tls) = &mut self.tls else {
            return self.socket.read(buffer);
        };
        loop {
            match tls.reader().read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(0),
                read => return read,
            }
            tls.read_tls(&mut self.socket)?;
            if let Err(error) = tls.process_new_packets() {
                // The alert that says so.
                let _ = tls.write_tls(&mut self.socket);
                return Err(io::Error::new(io::ErrorKind::InvalidData, error));
            }
        }
    }
}

impl Write for Pipe<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.tls.is_none() {
            return self.socket.write(bytes);
        }
        self.flush()?;
        match &mut self.tls {
            Some(tls) => tls.writer().write(&bytes[..bytes.len().min(CHUNK)]),
            None => Ok(0),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Some(tls) = &mut self.tls {
            while tls.wants_write() {
                if tls.write_tls(&mut self.socket)? == 0 {
                    return Err(io::ErrorKind::WriteZero.into());
                }
            }
        }
        Ok(())
    }
}

/// The socket itself; reads at most [`LOOK`].
pub(super) struct Socket<'a> {
    stream: &'a TcpStream,
    left: Cell<usize>,
}

impl<'a> Socket<'a> {
    pub(super) fn new(stream: &'a TcpStream) -> Socket<'a> {
        Socket {
            stream,
            left: Cell::new(LOOK),
        }
    }
}

impl Read for Socket<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = buffer.len().min(self.left.get());
        if most == 0 {
            // It stays readable, so that the next look comes soon.
            return Err(io::ErrorKind::WouldBlock.into());
        }
        // It stays readable although this has emptied it: what a layer above keeps is looked at when it is.
        let read = self.stream.try_read(&mut buffer[..most])?;
        self.left.set(self.left.get() - read);
        Ok(read)
    }
}

impl Write for Socket<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.try_write(bytes)
    }

    fn write_vectored(&mut self, bytes: &[IoSlice<'_>]) -> io::Result<usize> {
        self.stream.try_write_vectored(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
