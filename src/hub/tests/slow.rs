//! Clients that do not read, read slowly, or have gone.

use super::*;
use crate::chat::Seat;
use crate::hub::marks::{Fate, RecordId};

#[test]
fn one_who_does_not_read_is_cut_at_the_queues_bound_and_told_at_the_end_of_a_line() {
    let (mut hub, wires) = with(3);
    wires[2].room.set(5);
    for n in 0..200 {
        hub.turn([say(1, &format!("message {n:03}"))].into_iter());
    }
    assert!(
        hub.chat.client(ClientId(3)).is_none(),
        "it is not a client any more"
    );
    assert!(hub.chat.client(ClientId(2)).is_some());
    assert_eq!(
        wires[1].text().lines().count(),
        200,
        "the others have everything"
    );
    wires[2].room.set(usize::MAX);
    hub.turn([Input::Writable(ClientId(3))].into_iter());
    let read = wires[2].text();
    let lines: Vec<_> = read.lines().collect();
    assert_eq!(lines.len(), 2, "{read}");
    assert_eq!(
        lines[0], "<guest1> message 000",
        "a line that was begun is ended"
    );
    assert!(
        lines[1].starts_with("! cut-off: ") && lines[1].contains("limits.send_queue"),
        "{read}"
    );
    assert!(wires[2].finished.get());
}

#[tokio::test(start_paused = true)]
async fn one_who_takes_nothing_for_too_long_is_cut_and_closed_when_it_does_not_read_why() {
    let (mut hub, wires) = with(2);
    wires[1].room.set(0);
    hub.turn([say(1, "hello")].into_iter());
    tokio::time::advance(Duration::from_secs(29)).await;
    hub.turn([].into_iter());
    assert!(hub.chat.client(ClientId(2)).is_some());
    tokio::time::advance(Duration::from_secs(2)).await;
    hub.turn([].into_iter());
    assert!(hub.chat.client(ClientId(2)).is_none());
    assert!(!wires[1].aborted.get());
    tokio::time::advance(Duration::from_secs(3)).await;
    hub.turn([].into_iter());
    assert!(wires[1].aborted.get());
    assert!(hub.leaving.is_empty());
}

#[tokio::test(start_paused = true)]
async fn one_who_reads_slowly_but_steadily_stays() {
    let (mut hub, wires) = with(2);
    wires[1].room.set(0);
    hub.turn([say(1, "hello"), say(1, "and again")].into_iter());
    for _ in 0..3 {
        tokio::time::advance(Duration::from_secs(20)).await;
        wires[1].room.set(3);
        hub.turn([Input::Writable(ClientId(2))].into_iter());
    }
    assert!(hub.chat.client(ClientId(2)).is_some());
    wires[1].room.set(usize::MAX);
    hub.turn([Input::Writable(ClientId(2))].into_iter());
    assert_eq!(wires[1].text(), "<guest1> hello\n<guest1> and again\n");
}

#[test]
fn a_broken_connection_costs_nothing_until_its_reader_says_so() {
    struct Broken;
    impl Wire for Broken {
        fn try_write(&self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn await_writable(&self) {}
        fn finish(&self) {}
        fn abort(&self) {}
    }
    let mut mailboxes = mailboxes::Mailboxes::new();
    let seat = crate::chat::Seat(0);
    let mailbox = Mailbox::new(ClientId(1), Protocol::Plain, Broken, crate::chat::Tick(0));
    mailboxes.open(seat, mailbox);
    for _ in 0..100 {
        assert!(mailboxes.put(seat, (b"0123456789", &mut None), None, (50, now())));
        mailboxes.flush_dirty(now());
    }
    assert_eq!(
        mailboxes.get(seat).map(|mailbox| mailbox.mail.len()),
        Some(0)
    );
}

#[test]
fn one_who_reads_is_not_cut_by_however_much_one_turn_brings() {
    let (mut hub, wires) = with(3);
    hub.turn((0..200).map(|n| say(1, &format!("message {n:03}"))));
    assert_eq!(
        wires[1].text().lines().count(),
        200,
        "more than the queue's bound of 1000 bytes"
    );
    assert!(hub.chat.client(ClientId(2)).is_some());
}

#[test]
fn one_whose_mailbox_is_full_is_still_told_why_it_is_kicked() {
    let (mut hub, wires) = with(2);
    wires[1].room.set(5);
    hub.turn([say(1, &"x".repeat(980))].into_iter());
    let (back, _answer) = oneshot::channel();
    hub.answer(Ask::Kick(vec![ClientId(2)], text("spam"), back));
    wires[1].room.set(usize::MAX);
    hub.turn([Input::Writable(ClientId(2))].into_iter());
    assert!(wires[1].text().ends_with("\n! kicked: spam\n"));
}

#[test]
fn without_a_time_limit_those_who_read_again_are_forgotten() {
    let (mut hub, wires) = with(2);
    hub.settings.send_time = None;
    wires[1].room.set(0);
    hub.turn([say(1, "hello")].into_iter());
    assert!(hub.mailboxes.any_blocked());
    wires[1].room.set(usize::MAX);
    hub.turn([Input::Writable(ClientId(2))].into_iter());
    hub.turn([].into_iter());
    assert!(!hub.mailboxes.any_blocked());
}

#[test]
fn when_too_much_waits_for_all_the_fullest_are_shed_and_told_why_and_the_others_notice_nothing() {
    let (mut hub, wires) = with(12);
    hub.settings.send_memory = 5000;
    for wire in &wires[2..] {
        wire.room.set(0);
    }
    // Nine tenths of a queue for each of ten who do not read are more than all may have together.
    for _ in 0..9 {
        hub.turn([say(1, &"x".repeat(87))].into_iter());
    }
    assert_eq!(wires[1].text().lines().count(), 9);
    let left = hub.chat.clients_count();
    assert!((4..10).contains(&left), "{left} are left");
    assert!(
        (0..12)
            .filter_map(|seat| hub.mailboxes.get(crate::chat::Seat(seat)))
            .map(|mailbox| mailbox.mail.len())
            .sum::<usize>()
            <= 5000
    );
    let shed: Vec<_> = hub.leaving.keys().copied().collect();
    assert_eq!(shed.len(), 12 - left);
    for client in shed {
        let wire = &wires[usize::try_from(client.0).expect("a small number") - 1];
        wire.room.set(usize::MAX);
        hub.turn([Input::Writable(client)].into_iter());
        assert!(wire.text().contains("limits.send_memory"));
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_wire_holds_is_waited_for_before_the_end_and_for_no_longer_than_its_time() {
    let (mut hub, wires) = with(3);
    for wire in &wires[1..] {
        wire.holds.set(true);
    }
    hub.turn([say(1, "hello")].into_iter());
    let gone = |id| Input::Gone(ClientId(id), Departure::Closed);
    hub.turn([gone(2)].into_iter());
    assert!(wires[1].text().ends_with("<guest1> hello\n"), "it took it");
    assert!(!wires[1].finished.get() && wires[1].awaited.get() > 0);
    hub.turn([Input::Writable(ClientId(2))].into_iter());
    assert!(!wires[1].finished.get(), "it holds something still");
    wires[1].holds.set(false);
    hub.turn([Input::Writable(ClientId(2))].into_iter());
    assert!(wires[1].finished.get());
    assert_eq!(hub.leaving.len(), 0);
    // The third says nothing of it for limits.send_time.
    tokio::time::advance(Duration::from_secs(31)).await;
    hub.turn([].into_iter());
    assert!(hub.chat.client(ClientId(3)).is_none());
    tokio::time::advance(Duration::from_secs(3)).await;
    hub.turn([].into_iter());
    assert!(wires[2].aborted.get());
}

/// What one waits for is in the middle of what others have long read.
#[test]
fn one_who_waits_for_the_store_keeps_nothing_of_what_others_have_read() {
    let mut mailboxes = mailboxes::Mailboxes::new();
    for seat in [0, 1] {
        let client = ClientId(u64::from(seat) + 1);
        let mailbox = Mailbox::new(client, Protocol::Plain, Memory::endless(), now());
        mailboxes.open(Seat(seat), mailbox);
    }
    let most = (1_000_000, now());
    let record = Some(RecordId { batch: 1, index: 0 });
    for _ in 0..1000 {
        assert!(mailboxes.put(Seat(0), (b"shown later\n", &mut None), record, most));
        assert!(mailboxes.put(Seat(1), (&[b'x'; 100], &mut None), None, most));
        mailboxes.flush_dirty(now());
        assert!(mailboxes.spool.len() <= mailboxes::SPOOLED);
        assert!(mailboxes.adds_up());
    }
    mailboxes.resolve(now(), |_, _| Fate::Free);
    let written = mailboxes.get(Seat(0)).expect("a mailbox").wire.text();
    assert_eq!(written, "shown later\n".repeat(1000));
    assert_eq!(mailboxes.spool.len(), 0);
}
