//! Reading a socket once, without a second look at one that has been emptied.

use std::io::{self, ErrorKind};
use std::os::fd::AsRawFd;

use nix::sys::socket::{MsgFlags, recv};
use tokio::io::Interest;
use tokio::net::TcpStream;

/// Reads what is there, as `try_read` does. One that brings less than the buffer takes has emptied the socket: until something more
/// comes, waiting and reading find nothing, without having asked the system (epoll(7), "Do I need to continuously read/write a file
/// descriptor until EAGAIN"). That the other side has ended is not forgotten by it.
pub(super) fn read(stream: &TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
    let mut all = None;
    let read = stream.try_io(Interest::READABLE, || {
        let read = recv(stream.as_raw_fd(), buffer, MsgFlags::empty())?;
        if (1..buffer.len()).contains(&read) {
            all = Some(read);
            return Err(ErrorKind::WouldBlock.into());
        }
        Ok(read)
    });
    all.map_or(read, Ok)
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::net::{Shutdown, TcpListener};
    use std::task::{Context, Waker};

    use super::*;

    fn pair() -> (std::net::TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let client = std::net::TcpStream::connect(address).expect("a connection");
        let (stream, _) = listener.accept().expect("a connection");
        stream.set_nonblocking(true).expect("a socket option");
        let stream = TcpStream::from_std(stream).expect("an event loop");
        (client, stream)
    }

    /// Whether reading is worth it, as far as is known without asking the system.
    fn is_ready(stream: &TcpStream) -> bool {
        let mut context = Context::from_waker(Waker::noop());
        stream.poll_read_ready(&mut context).is_ready()
    }

    #[tokio::test]
    async fn a_socket_that_is_emptied_is_read_again_when_more_has_come() {
        let (mut client, stream) = pair();
        let mut buffer = [0; 4];
        for words in ["one", "two", "six"] {
            client.write_all(words.as_bytes()).expect("written");
            stream.readable().await.expect("readable");
            assert_eq!(read(&stream, &mut buffer).expect("read"), 3);
            assert_eq!(&buffer[..3], words.as_bytes());
            assert!(!is_ready(&stream), "there is nothing more");
            let again = read(&stream, &mut buffer).map_err(|error| error.kind());
            assert_eq!(again, Err(ErrorKind::WouldBlock));
        }
    }

    #[tokio::test]
    async fn one_that_may_have_more_stays_ready() {
        let (mut client, stream) = pair();
        let mut buffer = [0; 4];
        client.write_all(b"four and").expect("written");
        stream.readable().await.expect("readable");
        for words in [b"four", b" and"] {
            assert!(is_ready(&stream));
            assert_eq!(read(&stream, &mut buffer).expect("read"), 4);
            assert_eq!(&buffer, words);
        }
        let again = read(&stream, &mut buffer).map_err(|error| error.kind());
        assert_eq!(again, Err(ErrorKind::WouldBlock));
        assert!(!is_ready(&stream));
    }

    #[tokio::test]
    async fn the_end_is_seen_whenever_it_came() {
        let (mut buffer, ended) = ([0; 4], "the end");
        // With the last words.
        let (mut client, stream) = pair();
        client.write_all(b"bye").expect("written");
        client.shutdown(Shutdown::Write).expect("shut");
        stream.readable().await.expect("readable");
        assert_eq!(read(&stream, &mut buffer).expect("read"), 3);
        stream.readable().await.expect(ended);
        assert_eq!(read(&stream, &mut buffer).expect(ended), 0);
        // After the last words were read.
        let (mut client, stream) = pair();
        client.write_all(b"bye").expect("written");
        stream.readable().await.expect("readable");
        assert_eq!(read(&stream, &mut buffer).expect("read"), 3);
        drop(client);
        stream.readable().await.expect(ended);
        assert_eq!(read(&stream, &mut buffer).expect(ended), 0);
    }
}
