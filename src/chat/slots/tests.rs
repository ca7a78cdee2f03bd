use super::Slots;

fn filled(count: u32) -> Slots<u32> {
    let mut slots = Slots::new();
    for n in 0..count {
        assert_eq!(slots.next(), n);
        slots.put(n, n * 10);
    }
    slots
}

#[test]
fn the_lowest_vacant_index_comes_next() {
    let mut slots = filled(5);
    for index in [3, 1] {
        assert_eq!(slots.take(index), Some(index * 10));
    }
    assert_eq!((slots.next(), slots.len(), slots.take(1)), (1, 3, None));
    slots.put(1, 7);
    assert_eq!((slots.next(), slots.get(1)), (3, Some(&7)));
    assert_eq!(slots.take(4), Some(40));
    assert_eq!(slots.next(), 3, "vacant slots at the end are gone");
    let left: Vec<_> = slots.iter().collect();
    assert_eq!(left, [(0, &0), (1, &7), (2, &20)]);
}

#[test]
fn memory_goes_back_when_a_crowd_has_gone() {
    let mut slots = filled(10_000);
    for index in (10..10_000).rev() {
        slots.take(index);
    }
    assert!(slots.slots.capacity() <= super::SMALL);
}

#[test]
fn what_was_read_back_goes_on_alike() {
    let mut slots = filled(6);
    slots.take(2);
    slots.take(5);
    let written = serde_json::to_string(&slots).unwrap();
    assert_eq!(written, "[0,10,null,30,40]");
    let other: Slots<u32> = serde_json::from_str(&written).unwrap();
    assert_eq!((other.next(), other == slots), (2, true));
    let padded: Slots<u32> = serde_json::from_str("[0,10,null,30,40,null,null]").unwrap();
    assert!(padded == slots);
}
