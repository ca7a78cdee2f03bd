//! What is looked up in the history, and what waits for it.

use super::irc_lines::{Scene, commands};
use super::keeping::Paper;
use super::*;
use crate::chat::{Bound, Kept, LookedUp, Lookup, MessageId, Of, Query, Span, Speaker, Timestamp};
use crate::protocol::Look;
use crate::store::ReadError;

/// A message as it comes from the store.
fn kept(nth: u64, words: &str) -> Kept {
    let stamp = crate::chat::Stamp::default();
    let origin = crate::chat::Origin::new("plain", "192.0.2.1");
    Kept {
        id: MessageId::new(&stamp, nth),
        at: Timestamp(1_000),
        from: Speaker::User(crate::chat::Identity {
            nick: Nick::parse("carol").expect("a nick"),
            origin,
            account: None,
            bot: false,
            oper: false,
        }),
        to: "#tea".into(),
        rank: None,
        manner: Manner::Message,
        text: Some(text(words)),
        tags: None,
    }
}

fn the_lookup(paper: &Paper) -> (Query, u64) {
    let mut lookups = paper.lookups();
    assert_eq!(lookups.len(), 1, "{lookups:?}");
    match lookups.remove(0) {
        (Lookup::Messages(query), number) => (query, number),
        (other, _) => panic!("{other:?}"),
    }
}

pub(super) fn messages(words: &[&str]) -> LookedUp {
    let kept = words.iter().enumerate();
    let kept = kept.map(|(n, words)| kept_at(n, words)).collect();
    LookedUp::Messages(kept)
}

fn kept_at(n: usize, words: &str) -> Kept {
    kept(n as u64, words)
}

fn look(client: u64, look: Look) -> Input<Rc<Memory>> {
    Input::Look(ClientId(client), look)
}

#[test]
fn who_enters_a_room_reads_what_was_said_before_what_is_said_now() {
    let mut scene = Scene::new();
    let paper = scene.hub.on_paper();
    let (alice, bob) = (
        scene.registers(1, "alice", ""),
        scene.registers(2, "bob", "batch"),
    );
    scene.says(1, &["JOIN #tea"]);
    let (_, number) = the_lookup(&paper);
    scene.hub.looks_up(number, Ok(messages(&[])));
    scene.says(1, &["PRIVMSG #tea :first"]);
    alice.text();
    // It waits until what was said is stored, and asks for nothing that comes by itself.
    scene.says(2, &["JOIN #tea", "PING x"]);
    scene.says(1, &["PRIVMSG #tea :second"]);
    assert!(
        commands(&bob.text()).contains(&"366"),
        "that it is in is told at once"
    );
    assert!(
        paper.lookups().is_empty(),
        "what was said is not stored yet"
    );
    scene.hub.stored(1);
    let (query, number) = the_lookup(&paper);
    let Of::Lives(lives, rights) = &query.of else {
        panic!("{query:?}")
    };
    assert_eq!((lives.len(), rights.joined, query.limit), (1, 1, 3));
    let Span::Before(Bound::Id(until)) = query.span else {
        panic!("{query:?}")
    };
    assert_eq!(until.nth(), 1);
    scene.hub.stored(2);
    assert_eq!(bob.text(), "", "what follows waits for it");
    scene.hub.looks_up(number, Ok(messages(&["long ago"])));
    let text = bob.text();
    let place = |words: &str| {
        text.find(words)
            .unwrap_or_else(|| panic!("no {words}: {text}"))
    };
    assert!(
        place(":long ago") < place("PONG") && place("PONG") < place(":second"),
        "{text}"
    );
}

#[test]
fn without_a_store_that_answers_nobody_waits() {
    let mut scene = Scene::new();
    let paper = scene.hub.on_paper();
    let bob = scene.registers(2, "bob", "");
    scene.says(2, &["JOIN #tea", "PING x"]);
    let (_, number) = the_lookup(&paper);
    scene.hub.looks_up(number, Err(ReadError::Busy));
    assert_eq!(commands(&bob.text()).last(), Some(&"PONG"));
    // One who leaves while it is looked up reads the last words at once.
    scene.says(2, &["JOIN #milk", "QUIT :bye"]);
    assert_eq!(commands(&bob.text()).last(), Some(&"ERROR"));
    assert!(bob.finished.get());
}

#[test]
fn a_plain_client_looks_and_what_it_says_meanwhile_waits() {
    let (mut hub, wires) = with(2);
    let paper = hub.on_paper();
    hub.turn([look(1, Look::History(5)), say(1, "later"), say(2, "now")].into_iter());
    hub.stored(1);
    let (query, number) = the_lookup(&paper);
    assert_eq!((query.limit, query.span), (5, Span::Latest(None)));
    assert_eq!(wires[0].text(), "<guest2> now\n");
    assert_eq!(wires[1].text(), "");
    hub.looks_up(number, Ok(messages(&["one", "two"])));
    let text = wires[0].text();
    let lines: Vec<_> = text.lines().collect();
    assert!(
        lines[0].ends_with("<carol> one") && lines[1].ends_with("<carol> two"),
        "{text}"
    );
    assert!(
        lines[2].starts_with("-- end of history: 2 messages of #lobby"),
        "{text}"
    );
    hub.stored(2);
    assert_eq!(wires[1].text(), "<guest1> later\n");
    assert!(hub.waiting.is_empty());
}

#[test]
fn a_look_that_fails_says_so_and_one_without_a_history_too() {
    let (mut hub, wires) = with(1);
    hub.turn([look(1, Look::History(5))].into_iter());
    assert!(wires[0].text().starts_with("! history-off: "));
    let paper = hub.on_paper();
    hub.turn([look(1, Look::Search("tea".into()))].into_iter());
    let (query, number) = the_lookup(&paper);
    assert_eq!(query.words.as_deref(), Some("tea"));
    hub.looks_up(number, Err(ReadError::Failed("it is damaged".into())));
    assert!(wires[0].text().starts_with("! history-failed: "));
    assert!(hub.waiting.is_empty());
}

#[test]
fn what_is_taken_back_while_it_is_looked_up_is_not_told() {
    let mut scene = Scene::with(|server| server.history = true);
    let paper = scene.hub.on_paper();
    let all = "batch echo-message message-tags draft/message-redaction draft/chathistory";
    let alice = scene.registers(1, "alice", all);
    let bob = scene.registers(2, "bob", all);
    scene.says(1, &["JOIN #tea"]);
    scene.says(2, &["JOIN #tea"]);
    scene.says(1, &["PRIVMSG #tea :oops"]);
    scene.hub.stored(1);
    let text = alice.text();
    let id = text.split("msgid=").nth(1).expect("an id");
    let id = id.split([';', ' ']).next().expect("an id").to_owned();
    scene.says(2, &["CHATHISTORY LATEST #tea * 10"]);
    let (_, number) = the_lookup(&paper);
    scene.says(1, &[&format!("REDACT #tea {id}")]);
    scene.hub.stored(2);
    bob.text();
    let mut old = kept(0, "oops");
    old.id = MessageId::parse(&id).expect("an id");
    let found = LookedUp::Messages(vec![old]);
    scene.hub.looks_up(number, Ok(found));
    let told = bob.text();
    assert!(told.contains("BATCH") && !told.contains("oops"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn who_has_gone_while_a_disk_hangs_is_gone_for_the_others_soon() {
    let (mut hub, wires) = with(2);
    hub.on_paper();
    hub.turn([look(1, Look::History(5)), say(1, "never")].into_iter());
    hub.turn([Input::Gone(ClientId(1), Departure::Closed)].into_iter());
    assert!(hub.somebody_is_going());
    tokio::time::advance(Duration::from_secs(11)).await;
    hub.turn([].into_iter());
    assert_eq!(hub.chat.clients_count(), 1);
    assert!(hub.waiting.is_empty() && !hub.somebody_is_going());
    assert!(!wires[1].text().contains("never"));
}

#[test]
fn what_was_taken_back_is_forgotten_once_all_is_answered_that_was_asked_before() {
    let mut scene = Scene::new();
    scene.hub.on_paper();
    let history = scene.hub.history.as_mut().expect("a history");
    let id = |nth| MessageId::new(&crate::chat::Stamp::default(), nth);
    let ask = |history: &mut History| {
        let lookup = Lookup::Message(id(0));
        history.look_up(lookup, history::Reading::Missed(ClientId(1), 1000))
    };
    // Something is being looked up at any time.
    let mut last = ask(history);
    for nth in 1..100 {
        history.is_taken_back(id(nth));
        let next = ask(history);
        history.answered(last, &mut Ok(messages(&[])));
        assert!(history.remembers_taken_back() <= 1, "after {nth}");
        last = next;
    }
}

#[test]
fn what_cannot_be_looked_up_cannot_be_taken_back_just_now_which_is_said() {
    let mut scene = Scene::with(|server| server.history = true);
    let paper = scene.hub.on_paper();
    let all = "batch message-tags draft/message-redaction draft/chathistory labeled-response";
    let alice = scene.registers(1, "alice", all);
    scene.says(1, &["JOIN #tea"]);
    alice.text();
    let id = kept(70_000, "old").id;
    scene.says(1, &[&format!("@label=x REDACT #tea {id}"), "PING later"]);
    let mut lookups = paper.lookups();
    assert_eq!(lookups.len(), 1);
    let (lookup, number) = lookups.remove(0);
    assert_eq!((lookup, alice.text().as_str()), (Lookup::Message(id), ""));
    scene.hub.looks_up(number, Err(ReadError::Busy));
    let told = alice.text();
    assert!(told.starts_with('@') && told.contains("label=x"), "{told}");
    assert!(
        told.contains("FAIL REDACT NOT_STORED :The message stays as it is: too many"),
        "{told}"
    );
    assert_eq!(commands(&told).last(), Some(&"PONG"));
}

/// Whoever takes an old message back at the same time as another finds it in the history still.
#[test]
fn of_two_who_take_back_one_old_message_only_the_first_does() {
    let all = "batch message-tags draft/message-redaction draft/chathistory";
    for (late, stored) in [(false, true), (true, true), (false, false)] {
        let mut scene = Scene::with(|server| server.history = true);
        let paper = scene.hub.on_paper();
        let wires = [(1, "alice"), (2, "bob"), (3, "eve")].map(|(client, nick)| {
            let wire = scene.registers(client, nick, all);
            scene.says(client, &["JOIN #tea"]);
            wire
        });
        scene.says(1, &["MODE #tea +o bob"]);
        let tea = RoomName::parse("#tea").expect("a name");
        let (_, room) = scene.hub.chat.room_by_name(&tea).expect("a room");
        let life = room.life();
        let old = || {
            let old = Box::new(kept(70_000, "old"));
            Ok(LookedUp::Message(Some((old, Some(life.clone())))))
        };
        let redact = format!("REDACT #tea {}", kept(70_000, "old").id);
        scene.says(1, &[&redact]);
        scene.says(2, &[&redact]);
        let lookups = paper.lookups();
        let [(_, first), (_, second)] = &lookups[..] else {
            panic!("{lookups:?}")
        };
        for wire in &wires {
            wire.text();
        }
        scene.hub.looks_up(*first, old());
        // The second is answered before the first is stored, or after that; it was read before in any case.
        if !late {
            scene.hub.looks_up(*second, old());
            assert!(paper.lookups().is_empty(), "not before it is decided");
        }
        if stored {
            scene.hub.stored(1);
        } else {
            scene.hub.failed(1);
        }
        if late {
            scene.hub.looks_up(*second, old());
        }
        // Where it has to be looked up again, it is found as the first has left it.
        for (_, again) in paper.lookups() {
            let found = match old() {
                Ok(LookedUp::Message(Some((mut old, life)))) if stored => {
                    old.text = None;
                    Ok(LookedUp::Message(Some((old, life))))
                }
                found => found,
            };
            scene.hub.looks_up(again, found);
        }
        scene.hub.stored(2);
        let told = wires.map(|wire| wire.text());
        let told = told.each_ref().map(|text| commands(text));
        let redacted = |told: &[&str]| told.iter().filter(|told| **told == "REDACT").count();
        assert_eq!(redacted(&told[2]), 1, "{told:?}");
        // Whose could not be stored, and who came too late.
        let refused = usize::from(stored);
        assert!(told[refused].contains(&"FAIL"), "{told:?}");
        assert_eq!(redacted(&told[1]), 1, "{told:?}");
        assert!(scene.hub.waiting.is_empty());
    }
}
