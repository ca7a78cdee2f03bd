//! The dirty written by several threads at once.

use std::os::fd::BorrowedFd;

use super::Mailboxes;
use crate::chat::Seat;
use crate::hub::mail::Mail;
use crate::hub::mailbox::Wire;

/// What is written to one of many.
struct Letter<'a> {
    seat: Seat,
    socket: BorrowedFd<'a>,
    mail: &'a Mail,
    /// How many bytes the socket has taken, and whether the last of them is not the end of a line.
    written: usize,
    mid_line: bool,
}

impl<W: Wire> Mailboxes<W> {
    /// Writes what the dirty have, by several threads at once, as far as their sockets take it. Who still has something stays dirty, and
    /// who is not written by a socket alone.
    pub(super) fn write_together(&mut self) {
        // An entry of before a close and reopen may name one twice.
        self.dirty.sort_unstable();
        self.dirty.dedup();
        let mut letters: Vec<_> = self
            .dirty
            .iter()
            .filter_map(|seat| {
                let mailbox = self.get(*seat).filter(|mailbox| mailbox.dirty)?;
                Some(Letter {
                    seat: *seat,
                    socket: mailbox.wire.socket().filter(|_| !mailbox.broken)?,
                    mail: &mailbox.mail,
                    written: 0,
                    mid_line: false,
                })
            })
            .collect();
        if !self.workers.share(letters.len()) {
            return;
        }
        let spool = &self.spool;
        self.workers.each(&mut letters, |letter, buffer| {
            let bytes = letter.mail.readable_beside(spool, buffer);
            // Why a socket takes less is found out when the rest is written to it.
            letter.written = nix::unistd::write(letter.socket, bytes).unwrap_or(0);
            letter.mid_line = bytes[..letter.written].last() != Some(&b'\n');
        });
        let written: Vec<_> = letters
            .iter()
            .map(|letter| (letter.seat, letter.written, letter.mid_line))
            .collect();
        for (seat, bytes, mid_line) in written {
            if let Some(Some(mailbox)) = self.seats.get_mut(seat.0 as usize) {
                mailbox.wrote(bytes, mid_line, &mut self.spool);
                self.total -= bytes;
            }
        }
    }
}
