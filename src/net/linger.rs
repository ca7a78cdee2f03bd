//! Reading away what a client still sends after its last word from us, so that the kernel does not answer it with a
//! reset that would take our words with it.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::spawn_local;

use super::reading;

/// As much is read away; one who sends more is reset.
const MOST: usize = 4 * 1024 * 1024;

/// Reads until the other side ends, or it becomes too much. The time is bounded by the caller.
pub(super) async fn read_away(stream: &TcpStream) {
    let mut left = MOST;
    loop {
        tokio::task::coop::consume_budget().await;
        if stream.readable().await.is_err() {
            return;
        }
        let mut scratch = [0; 1024];
        match reading::read(stream, &mut scratch) {
            Ok(0) => return,
            Ok(n) if n < left => left -= n,
            Err(e) if e.kind() == std::io::ErrorKind::WouldBlock => {}
            Ok(_) | Err(_) => return,
        }
    }
}

/// Tells a connection that is not let in why, and closes it: politely while few are on their way out, at once otherwise.
pub(super) fn turn_away(stream: TcpStream, why: &[u8], time: Duration, farewells: &Arc<Semaphore>) {
    let _ = stream.try_write(why);
    let Ok(permit) = Arc::clone(farewells).try_acquire_owned() else {
        return;
    };
    let _ = socket2::SockRef::from(&stream).shutdown(std::net::Shutdown::Write);
    spawn_local(async move {
        let _permit = permit;
        let _ = tokio::time::timeout(time, read_away(&stream)).await;
    });
}
