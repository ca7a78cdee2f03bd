//! How large a message of several lines may be.

use super::*;

/// Both limits, to the byte and the line: a line feed between lines counts, concatenation has none.
#[test]
fn a_batch_may_be_as_large_as_is_said() {
    let mut bed = Bed::with(ALL);
    last(&mut bed, &["BATCH +b draft/multiline #tea"]);
    let full = format!("@batch=b PRIVMSG #tea :{}", "x".repeat(127));
    let whole = vec!["x".repeat(127); 64].join("\n");
    assert_eq!(whole.len(), 8191);
    for _ in 0..64 {
        assert_eq!(bed.asks("alice", &full), []);
    }
    assert_eq!(bed.asks("alice", "BATCH -b"), in_tea(&whole));
    // The feeds between lines count: these are 8,191 bytes, with the feed before a blank line 8,192, and another is too much.
    last(&mut bed, &["BATCH +b draft/multiline #tea"]);
    let full = format!("@batch=b PRIVMSG #tea :{}", "x".repeat(255));
    for _ in 0..32 {
        assert_eq!(bed.asks("alice", &full), []);
    }
    assert_eq!(bed.asks("alice", "@batch=b PRIVMSG #tea :"), []);
    assert_eq!(
        bed.told("alice", "@batch=b PRIVMSG #tea :"),
        ["FAIL BATCH MULTILINE_MAX_BYTES 8192"]
    );
    last(&mut bed, &["BATCH +b draft/multiline #tea"]);
    let concat = format!(
        "@batch=b;draft/multiline-concat PRIVMSG #tea :{}",
        "x".repeat(256)
    );
    for _ in 0..32 {
        assert_eq!(bed.asks("alice", &concat), []);
    }
    let over = "@batch=b;draft/multiline-concat PRIVMSG #tea :x";
    assert_eq!(
        bed.told("alice", over),
        ["FAIL BATCH MULTILINE_MAX_BYTES 8192"]
    );
}
