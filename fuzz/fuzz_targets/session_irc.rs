//! A whole session of IRC, in pieces and with times of the fuzzer's choice: what comes of a stream does not depend on
//! how it arrives.

#![no_main]

use chatd::chat::Protocol;
use chatd_fuzz::Case;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some(case) = Case::read(data) else { return };
    case.check(Protocol::Irc);
    case.feed_with_silences(Protocol::Irc);
});
