//! How responses and challenges go to and fro: in chunks, in base 64, aborted.

use super::*;

/// "split to 400-byte chunks ... If the last chunk was exactly 400 bytes long, it must also be followed by `AUTHENTICATE +`".
#[test]
fn a_response_ends_with_the_first_chunk_that_is_not_full() {
    let chunk = "QUJD".repeat(100);
    let whole = |n: usize| b"ABC".repeat(100 * n);
    for (mut talk, _) in Talk::both() {
        let full = said(&chunk);
        for (lines, response) in [
            (vec![full.as_str(), "AUTHENTICATE +"], whole(1)),
            (vec![&full, &full, "AUTHENTICATE +"], whole(2)),
            (
                vec![&full, "AUTHENTICATE RA=="],
                [whole(1), b"D".to_vec()].concat(),
            ),
            (vec!["AUTHENTICATE +"], Vec::new()),
            (vec!["AUTHENTICATE :RA=="], b"D".to_vec()),
        ] {
            talk.begins("PLAIN");
            let (last, before) = lines.split_last().expect("a line");
            for line in before {
                let came = talk.says(line);
                assert_eq!((came.told.len(), came.asked), (0, None));
            }
            let request = talk.asks(&[last]);
            assert_eq!(request, plain_answer(None, &response, "PLAIN"));
        }
    }
}

/// "The server MAY place a limit on the total length of a response."
#[test]
fn a_response_that_never_ends_does() {
    let full = said(&"A".repeat(CHUNK));
    for (mut talk, nick) in Talk::both() {
        talk.begins("PLAIN");
        for _ in 0..LONGEST / CHUNK {
            assert_eq!(talk.says(&full).told, [""; 0]);
        }
        let came = talk.says("AUTHENTICATE AAAA");
        assert_eq!(came.heads(), [format!("905 {nick}")]);
        assert_eq!(came.asked, None);
        assert!(talk.is_idle());
    }
}

/// 905: "the client-sent `AUTHENTICATE` command was too long (i.e. the parameter longer than 400 bytes)".
#[test]
fn a_chunk_of_more_than_400_bytes_is_905_and_the_end() {
    for (mut talk, nick) in Talk::both() {
        for begun in [false, true] {
            if begun {
                talk.begins("PLAIN");
            }
            let came = talk.says(&said(&"A".repeat(CHUNK + 1)));
            assert_eq!(came.heads(), [format!("905 {nick}")]);
        }
        assert!(talk.is_idle());
    }
}

/// "The client can abort an authentication by sending an asterisk as the data. The server will send a 906 numeric."
#[test]
fn an_asterisk_aborts_at_each_step_of_each_mechanism() {
    let steps: [(&str, &[&str]); 6] = [
        ("PLAIN", &[]),
        ("PLAIN", &["QUJD"]),
        ("EXTERNAL", &[]),
        ("SCRAM-SHA-256", &[]),
        ("SCRAM-SHA-256", &["challenge"]),
        ("SCRAM-SHA-256", &["challenge", "challenge"]),
    ];
    let secure = || Talk::newcomer(place(), "", Some(certified()));
    for (mechanism, before) in steps {
        for mut talk in [secure(), Talk::client(place(), &[])] {
            if mechanism == "EXTERNAL" && matches!(talk.side, Side::Client(..)) {
                continue;
            }
            talk.begins(mechanism);
            for (nth, what) in before.iter().enumerate() {
                if *what == "challenge" {
                    let request = talk.asks(&["AUTHENTICATE QUJD"]);
                    let (data, state) = ((*b"r=abc").into(), nth.to_string().into());
                    let came = talk.answers(request, Answer::Challenge { data, state });
                    assert_eq!(came.told, ["AUTHENTICATE cj1hYmM="]);
                } else {
                    talk.says(&said(&what.repeat(100)));
                }
            }
            let came = talk.says("AUTHENTICATE *");
            assert_eq!(came.heads().len(), 1);
            assert!(came.told[0].starts_with("906 "), "{mechanism}: {came:?}");
            assert_eq!(came.asked, None);
            // Nothing of it is left: what comes next begins anew.
            let came = talk.says("AUTHENTICATE FROG");
            assert!(came.told[0].starts_with("908 "), "{came:?}");
            talk.begins("PLAIN");
            let Request::Authenticate {
                state, response, ..
            } = talk.asks(&["AUTHENTICATE RA=="])
            else {
                panic!("it is proven");
            };
            assert_eq!((state, &*response), (None, &b"D"[..]));
        }
    }
}

/// A challenge's state comes back with the response to it, and with no other.
#[test]
fn a_challenge_is_answered_with_what_came_with_it() {
    for (mut talk, _) in Talk::both() {
        talk.begins("SCRAM-SHA-256");
        let mut before: Option<String> = None;
        for state in ["first", "second"] {
            let request = talk.asks(&["AUTHENTICATE QUJD"]);
            let expected = plain_answer(before.as_deref(), b"ABC", "SCRAM-SHA-256");
            assert_eq!(request, expected);
            before = Some(state.to_owned());
            let (data, state) = ((*b"x").into(), state.into());
            talk.answers(request, Answer::Challenge { data, state });
        }
        // "clients MUST still send an empty response."
        let request = talk.asks(&["AUTHENTICATE +"]);
        let expected = plain_answer(before.as_deref(), b"", "SCRAM-SHA-256");
        assert_eq!(request, expected);
    }
}

/// What goes to the client is split as what comes from it is; "Empty (zero-length) responses are sent as `AUTHENTICATE +`".
#[test]
fn a_challenge_is_split_into_chunks_of_400_bytes() {
    for (bytes, sizes) in [
        (0, vec![1]),
        (299, vec![400, 1]),
        (300, vec![400, 1]),
        (301, vec![400, 4]),
        (600, vec![400, 400, 1]),
    ] {
        let mut talk = Talk::newcomer(place(), "", None);
        talk.begins("SCRAM-SHA-256");
        let request = talk.asks(&["AUTHENTICATE QUJD"]);
        let (data, state) = (vec![b'x'; bytes].into(), "".into());
        let came = talk.answers(request, Answer::Challenge { data, state });
        let chunks: Vec<&str> = came
            .told
            .iter()
            .map(|line| line.strip_prefix("AUTHENTICATE ").expect("a chunk"))
            .collect();
        let lengths: Vec<usize> = chunks.iter().map(|chunk| chunk.len()).collect();
        assert_eq!(lengths, sizes, "{bytes}");
        if lengths.ends_with(&[1]) {
            assert_eq!(chunks.last(), Some(&"+"), "{bytes}");
        }
    }
}

/// "If authentication fails, a 904 or 905 numeric will be sent and the client MAY retry".
#[test]
fn what_is_no_base_64_fails_and_may_be_tried_again() {
    for bad in ["====", "QUJ", "Q\u{e9}==", "QUJD====", "*x", "+A"] {
        for (mut talk, nick) in Talk::both() {
            talk.begins("PLAIN");
            let came = talk.says(&said(bad));
            assert_eq!(came.heads(), [format!("904 {nick}")], "{bad}");
            assert_eq!(came.asked, None, "{bad}");
            assert!(talk.is_idle(), "{bad}");
        }
    }
}

/// A mechanism's name in the middle of an exchange is a response like any other.
#[test]
fn another_mechanism_midway_is_no_beginning() {
    let (mut talk, _) = Talk::both().into_iter().next().expect("a newcomer");
    talk.begins("SCRAM-SHA-256");
    let came = talk.says("AUTHENTICATE PLAIN");
    assert_eq!(came.heads(), ["904 *"], "five letters are no base 64");
    talk.begins("PLAIN");
    let request = talk.asks(&["AUTHENTICATE EXTERNAL"]);
    let response = BASE64.decode(b"EXTERNAL").expect("base 64");
    assert_eq!(request, plain_answer(None, &response, "PLAIN"));
}

#[test]
fn without_a_parameter_it_is_461_and_an_exchange_goes_on() {
    for (mut talk, nick) in Talk::both() {
        talk.begins("PLAIN");
        for line in ["AUTHENTICATE", "AUTHENTICATE :"] {
            let came = talk.says(line);
            assert_eq!(came.heads(), [format!("461 {nick} AUTHENTICATE")]);
        }
        talk.asks(&["AUTHENTICATE RA=="]);
    }
}
