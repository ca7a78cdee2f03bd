//! However many log in at once, the others talk on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::{PASSWORD, plain};
use crate::harness::{Irc, Server};
use data_encoding::BASE64;

const MANY: usize = 500;
/// So many may have logged in between two lines of a conversation. Each takes a hash of some milliseconds on one of two threads.
const BETWEEN: usize = 50;

#[test]
fn five_hundred_logins_at_once_leave_the_talk_of_two_others_undisturbed() {
    let server = Server::start();
    drop(server.makes("mara"));
    let (mut alice, mut bob) = (server.registers("alice"), server.registers("bob"));
    for client in [&mut alice, &mut bob] {
        client.joins("#tea");
    }
    alice.barrier();
    let (stop, done) = (Arc::<AtomicBool>::default(), Arc::<AtomicUsize>::default());
    let talk = {
        let (stop, done) = (stop.clone(), done.clone());
        thread::spawn(move || {
            let (mut said, mut before, mut most) = (0, 0, 0);
            while !stop.load(Ordering::Relaxed) {
                alice.says(&format!("PRIVMSG #tea :{said}"));
                assert_eq!(
                    bob.0.next(),
                    format!(":alice!~u@127.0.0.1 PRIVMSG #tea :{said}\r")
                );
                said += 1;
                let now = done.load(Ordering::Relaxed);
                most = most.max(now - before);
                before = now;
            }
            (said, most)
        })
    };
    let response = BASE64.encode(plain("mara", PASSWORD).as_bytes());
    let mut crowd: Vec<Irc> = (0..MANY).map(|_| server.opens()).collect();
    for (n, client) in crowd.iter_mut().enumerate() {
        client.says(&format!(
            "CAP REQ :sasl\r\nNICK crowd{n}\r\nUSER u 0 * :real\r\nAUTHENTICATE PLAIN\r\nAUTHENTICATE {response}\r\nCAP END"
        ));
    }
    for (n, client) in crowd.iter_mut().enumerate() {
        client.told(" 903 ");
        client.told(&format!(" 001 crowd{n} "));
        done.fetch_add(1, Ordering::Relaxed);
    }
    stop.store(true, Ordering::Relaxed);
    let (said, most) = talk.join().expect("each line came, once and in order");
    assert!(said >= MANY / BETWEEN, "{said} lines");
    assert!(most <= BETWEEN, "{most} logged in between two lines");
}
