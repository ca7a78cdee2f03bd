//! What is handed over is there, once, in order and as it was said; what cannot be stored is told of.

use super::bed::*;
use crate::chat::{
    Lookup, Manner, MessageId, Of, Open, Query, Rank, Rights, Span, Speaker, Text, Where,
};
use crate::store::{Durability, Record, Refused, Settings, State, Told};

#[test]
fn a_message_is_read_as_it_was_said() {
    let mut bed = Bed::new();
    assert_eq!(bed.found, crate::store::Found::default());
    let plain = said(1, "#Käse", "guten Tag");
    let mut lines = said(2, "#käse", "how is\n\neveryone?");
    lines.text = lines.text.joined_at(&[3, 11]);
    lines.tags = Some(tags("+reply=1;+x=y\\:z"));
    lines.manner = Manner::Action;
    lines.from = user("robot");
    let mut ranked = said(3, "#Käse", "\u{1}VERSION\u{1}");
    ranked.manner = Manner::Notice;
    ranked.from = Speaker::Operator;
    ranked.open = Open::No;
    if let Where::Room { rank, .. } = &mut ranked.place {
        *rank = Some(Rank::Op);
    }
    let private = direct(4, (1, "alice"), (2, "eve"), "psst");
    let all = [plain, lines, ranked, private];
    bed.say(all.clone());
    for said in &all {
        assert_eq!(bed.message(said.id).as_ref(), Some(&kept(said)));
    }
    assert_eq!(
        bed.all("#KÄSE"),
        all[..3].iter().map(kept).collect::<Vec<_>>()
    );
    let with = |one, other| Query::all(between(one, Some(other), "nobody"), Span::Latest(None), 9);
    assert_eq!(bed.query(with(1, 2)), [kept(&all[3])]);
    assert_eq!(bed.query(with(2, 1)), [kept(&all[3])]);
    assert_eq!(bed.query(with(1, 1)), []);
    // And after it was closed.
    bed.again();
    assert_eq!(bed.found.last, Some(all[3].id));
    assert_eq!(bed.found.lives, [life("#käse", 1)]);
    assert_eq!(bed.message(all[1].id), Some(kept(&all[1])));
    assert_eq!(
        bed.message(id_at(2, at(9))),
        None,
        "the number is not the id"
    );
    assert_eq!(bed.message(id(5)), None);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn batches_that_wait_are_stored_together_and_in_order() {
    for durability in [Durability::Commit, Durability::Relaxed] {
        let settings = Settings {
            durability,
            ..settings()
        };
        let mut bed = Bed::so(settings, crate::store::handle::Ways::default());
        let total = 500;
        for nth in 1..=total {
            bed.hand(vec![record(said(nth, "#a", &format!("number {nth}")))]);
        }
        let (mut upto, mut times) = (0, 0);
        while upto < total {
            let Told::Stored { upto: now, refused } = bed.hear() else {
                panic!("not stored")
            };
            assert!(now > upto && refused.is_empty());
            (upto, times) = (now, times + 1);
        }
        assert!(times <= total);
        assert_eq!(numbers(&bed.all("#a")), (1..=total).collect::<Vec<_>>());
    }
}

#[test]
fn a_number_that_is_taken_is_refused_alone() {
    let mut bed = Bed::new();
    bed.say([said(1, "#a", "first")]);
    let mut other = said(1, "#new", "second");
    other.id = id_at(1, at(77));
    let batch = bed.hand(vec![
        record(said(2, "#a", "before")),
        record(other),
        record(said(3, "#new", "after")),
    ]);
    let why = Refused("a message with its number is in the history already".into());
    let refused = vec![(batch, 1, why)];
    assert_eq!(
        bed.hear(),
        Told::Stored {
            upto: batch,
            refused
        }
    );
    assert_eq!(numbers(&bed.all("#a")), [1, 2]);
    assert_eq!(numbers(&bed.all("#new")), [3]);
    assert_eq!(bed.message(id(1)), Some(kept(&said(1, "#a", "first"))));
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn a_life_that_cannot_be_numbered_is_refused_alone() {
    let mut bed = Bed::new();
    let mut bad = said(1, "#a", "x");
    bad.place = Where::Room {
        life: life("#a", u64::MAX),
        name: name("#a"),
        rank: None,
    };
    let batch = bed.hand(vec![record(bad), record(said(2, "#a", "y"))]);
    match bed.hear() {
        Told::Stored { upto, refused } => {
            assert_eq!((upto, refused.len(), refused[0].1), (batch, 1, 0));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(numbers(&bed.all("#a")), [2]);
}

#[test]
fn what_is_taken_back_leaves_no_byte_of_its_text() {
    let mut bed = Bed::new();
    let secret = "Quecksilber1357 pssst";
    let mut message = said(5, "#a", secret);
    message.tags = Some(tags("+secrettag=Wolfram2468"));
    bed.say((1..5).map(|n| said(n, "#a", "before")));
    bed.say([message.clone()]);
    bed.say((6..300).map(|n| said(n, "#a", &format!("quecksalbe after {n}"))));
    let found = |bed: &Bed, words: &str| {
        let mut query = everything("#a");
        query.words = Some(words.into());
        numbers(&bed.query(query))
    };
    assert_eq!(found(&bed, "quecksilber1357"), [5]);
    bed.write(vec![taken_back(5), taken_back(1000)]);
    // It is gone from the files before anything else is written, when nobody reads just then.
    bed.write(vec![]);
    let bytes = bed.bytes();
    assert!(!bytes.windows(12).any(|window| window == b"Quecksilber1"));
    let mut without = kept(&message);
    (without.text, without.tags) = (None, None);
    assert_eq!(bed.message(id(5)), Some(without.clone()));
    assert_eq!(bed.all("#a")[4], without);
    assert_eq!(found(&bed, "quecksilber1357"), [0; 0]);
    let mut containing = everything("#a");
    containing.containing = Some("uecksil".into());
    assert_eq!(bed.query(containing), []);
    // A second time changes nothing.
    bed.write(vec![taken_back(5)]);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
    bed.end();
    let bytes = bed.bytes();
    let is_in = |part: &str| {
        let part = part.as_bytes();
        bytes.windows(part.len()).any(|window| window == part)
    };
    // As it was said, and as the index has it.
    for part in [
        "Quecksilber",
        "1357",
        "uecksilber",
        "pssst",
        "Wolfram",
        "2468",
    ] {
        assert!(!is_in(part), "{part} is still there");
    }
    assert!(is_in("spam") && is_in("quecksalbe"));
}

#[test]
fn a_message_is_taken_back_in_its_own_batch() {
    let mut bed = Bed::new();
    bed.write(vec![record(said(1, "#a", "oops")), taken_back(1)]);
    assert_eq!(bed.message(id(1)).unwrap().text, None);
    assert_eq!(bed.store().check().unwrap(), [""; 0]);
}

#[test]
fn only_the_latest_life_that_has_not_ended_is_found() {
    let mut bed = Bed::new();
    let in_life = |nth: u64, room: &str, since: u64| {
        let mut said = said(nth, room, "x");
        said.place = Where::Room {
            life: life(room, since),
            name: name(room),
            rank: None,
        };
        said
    };
    bed.say([
        in_life(1, "#a", 1),
        in_life(2, "#b", 2),
        in_life(3, "#c", 3),
    ]);
    // A life that ended, one whose end was lost, one that began again, one in which nothing was said.
    bed.write(vec![
        Record::Ended(life("#a", 1)),
        Record::Ended(life("#z", 1)),
    ]);
    bed.say([in_life(4, "#b", 4), in_life(5, "#c", 5)]);
    bed.write(vec![Record::Ended(life("#c", 5))]);
    bed.again();
    assert_eq!(bed.found.lives, [life("#b", 4)]);
    let of = |lives| Query::all(Of::Lives(lives, Rights::ALL), Span::Latest(None), 10);
    assert_eq!(numbers(&bed.query(of(vec![life("#b", 4)]))), [4]);
    assert_eq!(
        numbers(&bed.query(of(vec![life("#b", 4), life("#b", 2)]))),
        [2, 4]
    );
    assert_eq!(numbers(&bed.all("#c")), [3, 5]);
}

#[test]
fn too_many_readers_are_refused_at_once() {
    let mut bed = Bed::new();
    bed.say([said(1, "#a", "x")]);
    // Both readers are held where they give their answers.
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let wait = std::sync::Arc::new(std::sync::Mutex::new(wait));
    let mut taken = 0;
    let refused = loop {
        let wait = wait.clone();
        let held = move |_| drop(wait.lock().map(|wait| wait.recv()));
        match bed.store().read(Lookup::Message(id(1)), held) {
            Ok(()) => taken += 1,
            Err(refused) => break refused,
        }
        assert!(taken < 1000);
    };
    assert_eq!(refused, crate::store::ReadError::Busy);
    assert!((64..=66).contains(&taken), "{taken}");
    drop(go);
}

#[test]
fn it_says_how_it_is() {
    let mut bed = Bed::new();
    assert_eq!(bed.store().status().unwrap().earliest, None);
    bed.say((1..=10).map(|n| said(n, "#a", "x")));
    let status = bed.store().status().unwrap();
    assert_eq!(status.path, bed.file("history.sqlite"));
    assert_eq!((status.state, status.messages), (State::Working, 10));
    assert_eq!(status.earliest, Some(at(1)));
    assert!(status.bytes > 4096);
}

#[test]
fn a_copy_is_whole_while_more_is_written() {
    let mut bed = Bed::new();
    bed.say((1..=100).map(|n| said(n, "#a", &format!("words {n}"))));
    let other = tempfile::tempdir().unwrap();
    let into = other.path().join("history.sqlite");
    let mut file = std::fs::File::create(&into).unwrap();
    bed.hand(vec![record(said(101, "#a", "perhaps"))]);
    let bytes = bed.store().backup(&mut file).unwrap();
    assert_eq!(bytes, into.metadata().unwrap().len());
    bed.hear();
    let left = std::fs::read_dir(bed.directory.path()).unwrap();
    let left = left.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .contains("copy")
    });
    assert_eq!(left.count(), 0);
    // Put over a history that had a WAL, it is not mixed with that.
    let wal = other.path().join("history.sqlite-wal");
    std::fs::write(&wal, "of another").unwrap();
    let error = open_in(other.path()).map(drop).unwrap_err();
    assert!(error.to_string().contains("another history's"), "{error}");
    std::fs::remove_file(wal).unwrap();
    let (store, found, _told) = open_in(other.path()).unwrap();
    assert!([Some(id(100)), Some(id(101))].contains(&found.last));
    let mut query = everything("#a");
    query.words = Some("words".into());
    assert_eq!(
        numbers(&ask(&store, query).unwrap()),
        (1..=100).collect::<Vec<_>>()
    );
    assert_eq!(store.check().unwrap(), [""; 0]);
}

#[test]
fn the_parts_of_an_id_make_it() {
    for nth in [0, 1, 4095, (1 << 48) - 1] {
        for at in [0, 1, 1_800_000_000_000, (1 << 48) - 1] {
            let id = id_at(nth, crate::chat::Timestamp(at));
            let (n, stamped, salt) = crate::store::row::parts(id);
            assert_eq!(crate::store::row::id(n, stamped, salt), Some(id));
        }
    }
    assert_eq!(crate::store::row::id(1 << 48, 0, 0), None);
    assert_eq!(crate::store::row::id(-1, 0, 0), None);
    assert_eq!(MessageId::parse("0"), None);
    assert!(Text::parse("").is_err());
}
