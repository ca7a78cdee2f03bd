//! What is changed is told once it is stored.

use super::remembering::{Handed, does, done, topic, zoe};
use super::*;
use crate::store::Refused;

/// As [`zoe`], with all stored so far and read.
fn settled() -> (Hub<Rc<Memory>>, Vec<Rc<Memory>>, Handed) {
    let (mut hub, wires, handed) = zoe();
    drop(handed.batch());
    done(&mut hub, Ok(()));
    read(&wires);
    (hub, wires, handed)
}

fn read(wires: &[Rc<Memory>]) -> Vec<String> {
    wires.iter().map(|wire| wire.text()).collect()
}

/// How often each has read these words.
fn reads(wires: &[Rc<Memory>], words: &str) -> Vec<usize> {
    let all = read(wires);
    all.iter().map(|text| text.matches(words).count()).collect()
}

#[test]
fn a_change_of_a_room_that_is_kept_is_told_once_it_is_stored() {
    let (mut hub, mut wires, handed) = settled();
    let curious = Memory::endless();
    hub.turn([Input::Open(Box::new(testing::attach(3)), curious.clone())].into_iter());
    wires[0] = curious;
    read(&wires);
    does(&mut hub, 2, topic("first"));
    // What comes after it waits with it, in its order.
    hub.turn([say(1, "words")].into_iter());
    assert_eq!(read(&wires), ["", ""]);
    drop(handed.batch());
    does(&mut hub, 2, topic("second"));
    done(&mut hub, Ok(()));
    for text in read(&wires) {
        let (first, words) = (text.find("first"), text.find("words"));
        assert!(first.is_some() && first < words, "{text}");
        assert!(!text.contains("second"), "{text}");
    }
    drop(handed.batch());
    done(&mut hub, Ok(()));
    assert_eq!(reads(&wires, "second"), [1, 1]);
}

#[test]
fn what_is_kept_of_a_user_is_told_to_it_once_it_is_stored() {
    let (mut hub, wires, handed) = settled();
    let tea = || RoomName::parse("#tea").expect("a name");
    does(&mut hub, 1, Command::Join(tea(), None));
    assert_eq!(wires[0].text(), "");
    drop(handed.batch());
    done(&mut hub, Ok(()));
    assert!(wires[0].text().contains("#tea"));
    // Nobody keeps anything of the other.
    let den = RoomName::parse("#den").expect("a name");
    does(&mut hub, 2, Command::Join(den, None));
    does(&mut hub, 2, topic("draughty"));
    assert!(wires[1].text().contains("draughty"));
    assert!(handed.nothing());
}

#[test]
fn who_goes_reads_all_that_waited() {
    let (mut hub, wires, handed) = settled();
    does(&mut hub, 2, topic("last"));
    does(&mut hub, 2, Command::Detach(Departure::Quit(None)));
    assert_eq!(
        (wires[1].text(), wires[1].finished.get()),
        (String::new(), false)
    );
    drop(handed.batch());
    done(&mut hub, Ok(()));
    assert!(wires[1].text().contains("last"));
    assert!(wires[1].finished.get());
}

#[tokio::test(start_paused = true)]
async fn as_long_as_it_cannot_be_stored_a_room_that_is_kept_is_not_changed() {
    let (mut hub, wires, handed) = settled();
    does(&mut hub, 2, topic("one"));
    drop(handed.batch());
    done(&mut hub, Err(Refused("the disk is full".into())));
    // It is in force already; whoever changed it knows that it may not last.
    assert!(wires[1].text().contains("one"));
    does(&mut hub, 2, topic("two"));
    does(&mut hub, 1, topic("two"));
    for wire in &wires {
        let told = wire.text();
        assert!(
            told.contains("! not-stored: ") && told.contains("the disk is full"),
            "{told}"
        );
    }
    // Who comes and goes does so at once.
    let tea = RoomName::parse("#tea").expect("a name");
    does(&mut hub, 1, Command::Join(tea, None));
    assert!(wires[0].text().contains("#tea"));
    tokio::time::advance(Duration::from_millis(1100)).await;
    hub.turn([].into_iter());
    drop(handed.batch());
    done(&mut hub, Ok(()));
    does(&mut hub, 2, topic("three"));
    drop(handed.batch());
    done(&mut hub, Ok(()));
    assert!(wires[1].text().contains("three"));
}

#[test]
fn who_has_changed_what_could_not_be_stored_is_told_so() {
    let (mut hub, wires, handed) = settled();
    does(&mut hub, 2, topic("one"));
    drop(handed.batch());
    done(&mut hub, Err(Refused("the disk is full".into())));
    let told = "not stored yet: the disk is full";
    assert_eq!(reads(&wires, told), [0, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_disk_that_hangs_holds_up_one_change_and_refuses_the_others() {
    let (mut hub, wires, handed) = settled();
    does(&mut hub, 2, topic("one"));
    drop(handed.batch());
    tokio::time::advance(SETTINGS.history.stall).await;
    does(&mut hub, 2, topic("two"));
    assert!(wires[1].text().is_empty(), "it waits behind the first");
    done(&mut hub, Ok(()));
    let told = wires[1].text();
    assert!(
        told.contains("one") && told.contains("history.stall"),
        "{told}"
    );
}
