//! What waits in mailboxes, against what each of them would hold by itself.

use std::collections::VecDeque;

use proptest::prelude::*;

use crate::hub::mail::Mail;
use crate::hub::marks::{Fate, RecordId, Waits};
use crate::hub::spool::Spool;

const MAILBOXES: usize = 3;

#[derive(Clone, Debug)]
enum Step {
    /// For these mailboxes; whether it is to be stored first.
    Put(Vec<u8>, [bool; MAILBOXES], bool),
    /// One writes so many bytes, or what may be written.
    Write(usize, usize),
    /// One takes a copy.
    Copy(usize),
    /// One forgets.
    Forget(usize),
    /// What is to be stored is stored, or this of it is not.
    Stored(Option<u32>),
    Settle,
}

fn step() -> impl Strategy<Value = Step> {
    let one = 0..MAILBOXES;
    // Lengths that let places in different parts of the spool have the same number.
    let bytes = (0..4_usize).prop_flat_map(|eights| prop::collection::vec(b'a'..=b'z', eights * 8));
    prop_oneof![
        8 => (bytes, any::<[bool; MAILBOXES]>(), any::<bool>())
            .prop_map(|(bytes, of, stored)| Step::Put(bytes, of, stored)),
        6 => (one.clone(), 0..60_usize).prop_map(|(one, bytes)| Step::Write(one, bytes)),
        3 => one.clone().prop_map(|one| Step::Write(one, usize::MAX)),
        1 => one.clone().prop_map(Step::Copy),
        1 => one.prop_map(Step::Forget),
        3 => prop::option::of(0..5_u32).prop_map(Step::Stored),
        3 => Just(Step::Settle),
    ]
}

/// What one mailbox holds: pieces, each with the number of the record that it waits for.
type Expected = VecDeque<(Vec<u8>, Option<u32>)>;

fn readable(expected: &Expected) -> Vec<u8> {
    let decided = expected.iter().take_while(|(_, waits)| waits.is_none());
    decided.flat_map(|(bytes, _)| bytes.clone()).collect()
}

fn write(expected: &mut Expected, mut bytes: usize) {
    while bytes > 0 {
        let first = &mut expected.front_mut().expect("it is there").0;
        let part = bytes.min(first.len());
        first.drain(..part);
        bytes -= part;
        if first.is_empty() {
            expected.pop_front();
        }
    }
}

proptest! {
    #[test]
    fn each_reads_its_own_whoever_shares_it(steps in prop::collection::vec(step(), 1..80)) {
        let mut spool = Spool::default();
        let mut mails: [Mail; MAILBOXES] = Default::default();
        let mut expected: [Expected; MAILBOXES] = Default::default();
        let mut next = 0;
        for step in steps {
            match step {
                Step::Put(bytes, of, stored) => {
                    let record = stored.then(|| {
                        next += 1;
                        RecordId { batch: 1, index: next }
                    });
                    let mut piece = None;
                    for one in (0..MAILBOXES).filter(|one| of[*one]) {
                        mails[one].push(&bytes, &mut piece, false, record, &mut spool);
                        expected[one].push_back((bytes.clone(), record.map(|of| of.index)));
                    }
                }
                Step::Write(one, most) => {
                    let bytes = mails[one].readable(&mut spool).len().min(most);
                    mails[one].wrote(bytes, &mut spool);
                    write(&mut expected[one], bytes);
                }
                Step::Copy(one) => {
                    mails[one].copy(&mut spool);
                }
                Step::Forget(one) => {
                    mails[one].forget(false, &mut spool);
                    expected[one].clear();
                }
                Step::Stored(lost) => {
                    let lost = lost.map(|number| next.saturating_sub(number));
                    for (mail, expected) in mails.iter_mut().zip(&mut expected) {
                        mail.resolve(&mut spool, |waits| match waits {
                            Waits::Shown(_, parts) => {
                                let lost = parts.iter().filter(|(index, _)| Some(*index) == lost);
                                let lost: Vec<u32> = lost.map(|(index, _)| *index).collect();
                                if lost.is_empty() { Fate::Free } else { Fate::Without(lost) }
                            }
                            _ => Fate::Free,
                        });
                        expected.retain(|(_, waits)| waits.is_none() || *waits != lost);
                        for (_, waits) in expected {
                            *waits = None;
                        }
                    }
                }
                Step::Settle => spool.settle(),
            }
            for (mail, expected) in mails.iter().zip(&expected) {
                prop_assert_eq!(mail.readable(&mut spool), readable(expected));
                let all: usize = expected.iter().map(|(bytes, _)| bytes.len()).sum();
                prop_assert_eq!(mail.len(), all);
                prop_assert_eq!(mail.held(), all - readable(expected).len());
            }
        }
        for mail in &mut mails {
            mail.forget(false, &mut spool);
            prop_assert_eq!(mail.capacity(), 0);
        }
        spool.settle();
        prop_assert_eq!(spool.len(), 0);
    }
}
