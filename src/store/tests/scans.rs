//! What searches find is what a scan of all texts finds, whatever has happened and wherever the full-text index ends.

use std::collections::BTreeMap;
use std::time::Duration;

use rusqlite::ffi;

use super::bed::*;
use super::damage::Dice;
use super::failing::{self, Fails, Plan, failed};
use super::indexed::{barrier, searching};
use crate::chat::{Bound, Query, Said, Span};
use crate::store::handle::Ways;
use crate::store::{Retention, Settings, State, Told};

const ROOMS: [&str; 2] = ["#a", "#b"];

/// What is said, and how it is looked for: none is a part of another.
const WORDS: [(&str, &str); 6] = [
    ("alpha", "ALPHA"),
    ("Straße", "strasse"),
    ("你好吗", "你好"),
    ("ﬁn", "fin"),
    ("👍", "👍🏽"),
    ("ทุกคน", "ทุก"),
];

/// A history, and what should be in it: of each message the room and the words, none of one that was taken back.
struct Scene {
    bed: Bed,
    plan: Plan,
    dice: Dice,
    kept: BTreeMap<u64, (usize, Option<Vec<usize>>)>,
    last: u64,
}

impl Scene {
    fn new(seed: u64) -> Scene {
        let plan = Plan::default();
        let mut ways = failing::ways(&plan);
        ways.rest = Duration::from_millis(1);
        Scene {
            bed: Bed::so(settings(), ways),
            plan,
            dice: Dice(seed),
            kept: BTreeMap::new(),
            last: 0,
        }
    }

    fn ways(&self) -> Ways {
        Ways {
            rest: Duration::from_millis(1),
            ..failing::ways(&self.plan)
        }
    }

    /// Some messages with the next numbers.
    fn some(&mut self, most: usize) -> Vec<(Said, usize, Vec<usize>)> {
        let count = 1 + self.dice.below(most);
        let message = |_| {
            self.last += 1 + self.dice.below(2) as u64;
            let room = self.dice.below(ROOMS.len());
            let words: Vec<usize> = (0..=self.dice.below(3))
                .map(|_| self.dice.below(WORDS.len()))
                .collect();
            let text: Vec<&str> = words.iter().map(|word| WORDS[*word].0).collect();
            (said(self.last, ROOMS[room], &text.join(" ")), room, words)
        };
        (0..count).map(message).collect()
    }

    fn keep(&mut self, said: Vec<(Said, usize, Vec<usize>)>) {
        for (said, room, words) in said {
            self.kept.insert(said.id.nth(), (room, Some(words)));
        }
    }

    fn say(&mut self) {
        let some = self.some(12);
        let mut records: Vec<_> = some.iter().map(|(said, ..)| record(said.clone())).collect();
        self.keep(some);
        if self.dice.below(3) == 0 {
            // In its own batch.
            records.push(taken_back(self.last));
            self.kept.insert(self.last, (self.kept[&self.last].0, None));
        }
        self.bed.write(records);
    }

    fn take_back(&mut self) {
        let numbers: Vec<u64> = self.kept.keys().copied().collect();
        if !numbers.is_empty() {
            let nth = numbers[self.dice.below(numbers.len())];
            self.kept.get_mut(&nth).unwrap().1 = None;
            self.bed.write(vec![taken_back(nth)]);
        }
    }

    /// Retention leaves a few messages of each room, perhaps none that is in the index.
    fn leave_few(&mut self) {
        let count = 1 + self.dice.below(30);
        for room in 0..ROOMS.len() {
            let of_room = self.kept.iter().filter(|(_, kept)| kept.0 == room);
            let of_room: Vec<u64> = of_room.map(|(nth, _)| *nth).collect();
            for nth in &of_room[..of_room.len().saturating_sub(count)] {
                self.kept.remove(nth);
            }
        }
        let few = Retention {
            age: None,
            count: Some(count as u64),
        };
        self.bed.store().configure(Settings {
            retention: few,
            ..settings()
        });
        let left = self.kept.len() as u64;
        until(|| self.bed.store().status().unwrap().messages == left);
        self.bed.store().configure(settings());
        barrier(&mut self.bed);
    }

    /// A commit fails: the batch's, or that of the piece behind it.
    fn fail(&mut self) {
        self.bed.settle();
        let codes = [
            Fails::Before(ffi::SQLITE_FULL),
            Fails::After(ffi::SQLITE_FULL),
            Fails::Before(ffi::SQLITE_IOERR_FSYNC),
            Fails::After(ffi::SQLITE_IOERR_FSYNC),
        ];
        let fails = codes[self.dice.below(codes.len())];
        let of_piece = self.dice.below(2) == 0;
        *self.plan.lock().unwrap() = if of_piece {
            vec![Fails::Not, fails]
        } else {
            vec![fails]
        };
        let mut some = self.some(8);
        while some.len() < 8 {
            some.extend(self.some(8));
        }
        let records = some.iter().map(|(said, ..)| record(said.clone()));
        let upto = self.bed.hand(records.collect());
        if of_piece {
            let refused = Vec::new();
            assert_eq!(self.bed.hear(), Told::Stored { upto, refused });
            self.keep(some);
        } else {
            failed(&self.bed, upto);
        }
        let goes_on = of_piece
            && [
                Fails::Before(ffi::SQLITE_FULL),
                Fails::After(ffi::SQLITE_FULL),
            ]
            .contains(&fails);
        if goes_on {
            assert!(matches!(self.bed.hear(), Told::Unindexed(_)));
        } else {
            self.bed.expect_state(|state| *state != State::Working);
        }
        if of_piece {
            self.compare("while it fails");
        }
        assert_eq!(self.bed.reopen(), Ok(()));
        if !goes_on {
            self.bed.expect_state(|state| *state == State::Working);
        }
    }

    /// What searches find is what is kept.
    fn compare(&mut self, when: &str) {
        for (room, name) in ROOMS.iter().enumerate() {
            for (word, (_, sought)) in WORDS.iter().enumerate() {
                let other = self.dice.below(WORDS.len());
                let has = |words: &Vec<usize>| words.contains(&word) && words.contains(&other);
                let all = self
                    .kept
                    .iter()
                    .filter(|(_, (of, words))| *of == room && words.as_ref().is_some_and(has));
                let all: Vec<u64> = all.map(|(nth, _)| *nth).collect();
                let query = searching(name, &format!("{sought} {}", WORDS[other].1));
                assert_eq!(numbers(&self.bed.query(query.clone())), all, "{when}");
                self.compare_page(query, &all, when);
            }
        }
        assert_eq!(self.bed.store().check().unwrap(), [""; 0], "{when}");
    }

    /// A part of what is found.
    fn compare_page(&mut self, mut query: Query, all: &[u64], when: &str) {
        let limit = 1 + self.dice.below(5);
        let beyond = usize::try_from(self.last).unwrap() + 2;
        let at = self.dice.below(beyond) as u64;
        let before = all.partition_point(|nth| *nth < at);
        let behind = all.partition_point(|nth| *nth <= at);
        let (span, expected) = match self.dice.below(3) {
            0 => (Span::Latest(None), &all[all.len().saturating_sub(limit)..]),
            1 => {
                let from = before.saturating_sub(limit);
                (Span::Before(Bound::Id(id(at))), &all[from..before])
            }
            _ => {
                let to = all.len().min(behind + limit);
                (Span::After(Bound::Id(id(at))), &all[behind..to])
            }
        };
        query.span = span;
        query.limit = u32::try_from(limit).unwrap();
        assert_eq!(
            numbers(&self.bed.query(query)),
            expected,
            "{when}: {span:?}"
        );
    }
}

#[test]
fn searches_find_what_is_kept_whatever_has_happened() {
    for seed in [0x5EED, 0xB0A7, 0xCA5E] {
        let mut scene = Scene::new(seed);
        let (mut split, mut done) = (0, [0; 5]);
        for step in 0..80 {
            let what = match scene.dice.below(20) {
                0 => 0,
                1 => 1,
                2 | 3 => 2,
                4..=7 => 3,
                _ => 4,
            };
            match what {
                0 => scene.leave_few(),
                1 => scene.bed.again_so(scene.ways()),
                2 => scene.fail(),
                3 => scene.take_back(),
                _ => scene.say(),
            }
            done[what] += 1;
            scene.compare(&format!("seed {seed:x}, step {step}, {what}"));
            let (upto, waiting) = scene.bed.indexed();
            split += u32::from(upto > 0 && waiting > 0);
        }
        assert!(split > 20 && !done.contains(&0), "{split}, {done:?}");
    }
}
