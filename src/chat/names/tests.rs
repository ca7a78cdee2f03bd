use super::keys::{by_tables, keys};

#[test]
fn ascii_needs_no_tables() {
    for c in (0x21u8..0x7f).map(char::from) {
        let text = format!("a{c}b");
        let (fast, slow) = (keys(&text), by_tables(&text));
        assert_eq!((fast.key, fast.other), (slow.key, slow.other), "{c}");
    }
}
