//! Daemons that are killed, disks that forget and bits that flip: what was told as stored is there, or it is said that it is not.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::bed::*;
use crate::chat::{Kept, LookedUp, Lookup, MessageId, Query, Span};
use crate::store::{ReadError, Told};

/// A small generator, so that a failure comes again from its seed.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }
}

const FILES: [&str; 2] = ["history.sqlite", "history.sqlite-wal"];

/// The files as the system has them at this moment: as after kill -9.
fn image(bed: &Bed) -> [Option<Vec<u8>>; 2] {
    FILES.map(|name| fs::read(bed.file(name)).ok())
}

fn put(directory: &Path, image: &[Option<Vec<u8>>; 2]) {
    for (name, bytes) in FILES.iter().zip(image) {
        if let Some(bytes) = bytes {
            fs::write(directory.join(name), bytes).unwrap();
        }
    }
    fs::write(directory.join("history.present"), "").unwrap();
}

#[test]
fn everything_that_was_stored_is_there_after_a_kill_once_and_in_order() {
    let mut dice = Dice(0x5EED);
    let mut bed = Bed::new();
    let (mut nth, mut upto, mut sent) = (0, 0, vec![0]);
    let mut batch = 0;
    for round in 0..60 {
        for _ in 0..=dice.below(5) {
            let records = (0..=dice.below(20)).map(|_| {
                nth += 1;
                record(said(
                    nth,
                    "#a",
                    &format!("message {nth} {}", "y".repeat(dice.below(900))),
                ))
            });
            let records = records.collect();
            batch = bed.hand(records);
            sent.push(nth);
        }
        if dice.below(2) == 0 {
            while let Ok(told) = bed.told.try_recv() {
                let Told::Stored { upto: now, .. } = told else {
                    panic!("{told:?}")
                };
                upto = now;
            }
        } else {
            while upto < batch {
                let Told::Stored { upto: now, .. } = bed.hear() else {
                    panic!("not stored")
                };
                upto = now;
            }
        }
        let stored = sent[usize::try_from(upto).unwrap()];
        if upto == batch {
            bed.settle();
        }
        // The main file is read first: a checkpoint in between would make an image that no moment had.
        let image = image(&bed);
        if image[1].as_ref().is_none_or(Vec::is_empty) || upto < batch {
            continue;
        }
        let directory = tempfile::tempdir().unwrap();
        put(directory.path(), &image);
        let (store, found, _told) = open_in(directory.path()).unwrap();
        let there = numbers(&ask(&store, everything("#a")).unwrap());
        assert!(there.len() as u64 >= stored, "round {round}");
        assert_eq!(
            there,
            (1..=there.len() as u64).collect::<Vec<_>>(),
            "round {round}"
        );
        assert_eq!(found.last.map(MessageId::nth), there.last().copied());
        if round % 20 == 0 {
            assert_eq!(store.check().unwrap(), [""; 0]);
        }
    }
}

#[test]
fn a_torn_wal_loses_only_what_is_behind_the_tear() {
    let mut bed = Bed::new();
    for n in 1..=40 {
        bed.say([said(n, "#a", "in the WAL")]);
    }
    bed.settle();
    let whole = image(&bed);
    let length = whole[1].as_ref().unwrap().len();
    let mut seen = BTreeSet::new();
    let mut dice = Dice(77);
    for _ in 0..60 {
        let mut torn = whole.clone();
        let wal = torn[1].as_mut().unwrap();
        let at = dice.below(length);
        match dice.below(3) {
            0 => wal.truncate(at),
            1 => wal[at] ^= 1 << dice.below(8),
            // A sector was never written.
            _ => wal[at / 512 * 512..]
                .iter_mut()
                .take(512)
                .for_each(|byte| *byte = 0),
        }
        let directory = tempfile::tempdir().unwrap();
        put(directory.path(), &torn);
        let (store, found, _told) = open_in(directory.path()).unwrap();
        let there = numbers(&ask(&store, everything("#a")).unwrap());
        assert_eq!(there, (1..=there.len() as u64).collect::<Vec<_>>());
        assert_eq!(found.last.map(MessageId::nth), there.last().copied());
        assert_eq!(store.check().unwrap(), [""; 0]);
        seen.insert(there.len());
    }
    assert!(seen.len() > 5, "{seen:?}");
}

/// What is read of an image; an error of any kind is one that was noticed.
fn read(directory: &Path, expected: &[Kept]) -> Result<(), String> {
    let (store, found, _told) = open_in(directory).map_err(|error| error.to_string())?;
    let problems = store.check().map_err(|error| error.to_string())?;
    let all = ask(&store, everything("#a")).map_err(|error| error.to_string());
    for kept in all.iter().flatten() {
        assert!(expected.contains(kept), "what is read is as it was written");
    }
    if problems.is_empty() {
        let all = all.expect("nothing is wrong, so it can be read");
        assert!(all == expected, "nothing was noticed");
        assert_eq!(found.last, expected.last().map(|kept| kept.id));
        return Ok(());
    }
    // What can be read one by one is right.
    for kept in expected {
        match look(&store, Lookup::Message(kept.id)) {
            Ok(LookedUp::Message(Some((found, _)))) => assert_eq!(*found, *kept),
            Ok(LookedUp::Message(None)) | Err(ReadError::Failed(_)) => {}
            other => panic!("{other:?}"),
        }
    }
    store.finish();
    Err(problems.join("; "))
}

#[test]
fn bits_that_flip_and_pages_that_are_lost_are_noticed() {
    let mut bed = Bed::new();
    let (mut dice, mut noticed) = (Dice(4711), 0);
    let all: Vec<_> = (1..=400)
        .map(|n| {
            said(
                n,
                "#a",
                &format!("text {n} {}", "z".repeat(dice.below(300))),
            )
        })
        .collect();
    for batch in all.chunks(50) {
        bed.say(batch.iter().cloned());
    }
    bed.end();
    let expected: Vec<Kept> = all.iter().map(kept).collect();
    let whole = image(&bed);
    let length = whole[0].as_ref().unwrap().len();
    let mutations = 300;
    for n in 0..mutations {
        let mut damaged = whole.clone();
        let file = damaged[0].as_mut().unwrap();
        let at = (length * n / mutations) + dice.below(length / mutations);
        match n % 6 {
            0 => file.truncate(at),
            1 => file[at / 4096 * 4096..]
                .iter_mut()
                .take(4096)
                .for_each(|byte| *byte = 0),
            2 => file[at / 512 * 512..]
                .iter_mut()
                .take(512)
                .for_each(|byte| *byte = 0xA5),
            _ => file[at] ^= 1 << dice.below(8),
        }
        if damaged == whole {
            continue;
        }
        let directory = tempfile::tempdir().unwrap();
        put(directory.path(), &damaged);
        noticed += usize::from(read(directory.path(), &expected).is_err());
    }
    assert!(noticed * 10 > mutations * 5, "only {noticed} were noticed");
}

#[test]
fn a_damaged_message_is_named_by_the_check_and_the_others_are_read() {
    let mut bed = Bed::new();
    bed.say((1..=20).map(|n| said(n, "#a", &format!("unmistakable{n}x"))));
    bed.end();
    let mut bytes = fs::read(bed.file("history.sqlite")).unwrap();
    let text = b"unmistakable12x";
    let mut places = 0;
    for at in 0..bytes.len() - text.len() {
        if bytes[at..].starts_with(text) {
            bytes[at + 3] ^= 1;
            places += 1;
        }
    }
    assert_eq!(places, 1);
    fs::write(bed.file("history.sqlite"), bytes).unwrap();
    let (store, found, _told) = open_in(bed.directory.path()).unwrap();
    assert_eq!(found.last, Some(id(20)));
    let others: Vec<u64> = (1..=20).filter(|n| *n != 12).collect();
    assert_eq!(numbers(&ask(&store, everything("#a")).unwrap()), others);
    for limit in [1, 9, 19] {
        let some = Query::all(everything("#a").of, Span::Latest(None), limit);
        let last = others[19 - limit as usize..].to_vec();
        assert_eq!(
            numbers(&ask(&store, some).unwrap()),
            last,
            "as many as asked for"
        );
    }
    let error = look(&store, Lookup::Message(id(12))).unwrap_err();
    assert!(error.to_string().contains(&id(12).to_string()), "{error}");
    for n in others {
        assert!(matches!(
            look(&store, Lookup::Message(id(n))),
            Ok(LookedUp::Message(Some(_)))
        ));
    }
    let problems = store.check().unwrap();
    assert!(
        problems.len() == 1 && problems[0].contains(&id(12).to_string()),
        "{problems:?}"
    );
}
