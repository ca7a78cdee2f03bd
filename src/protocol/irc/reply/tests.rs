use super::*;

fn written(write: impl FnOnce(&mut Replies<'_>)) -> Vec<String> {
    let mut out = Vec::new();
    write(&mut Replies::new(
        &mut out,
        "@time=x ",
        "irc.example.org",
        "alice",
    ));
    let text = String::from_utf8(out).expect("UTF-8");
    let lines = text
        .strip_suffix("\r\n")
        .expect("whole lines")
        .split("\r\n");
    let untagged = lines.map(|line| line.strip_prefix("@time=x ").expect("tagged"));
    untagged.map(str::to_owned).collect()
}

/// Words of every length, so that some line is full to the last byte: none is longer, and nothing is lost.
#[test]
fn gathered_words_fill_lines_and_never_overfill_them() {
    let mut fullest = 0;
    for length in 1..=120 {
        let words: Vec<String> = (0..200).map(|n| format!("{n:0length$}")).collect();
        let lines = written(|replies| {
            let mut gathered = replies.gather(Numeric::NamReply, &["=", "#tea"], ',');
            for word in &words {
                gathered.add(|text| text.push_str(word));
            }
            assert!(gathered.end());
        });
        let head = ":irc.example.org 353 alice = #tea :";
        let told = lines.iter().filter_map(|line| line.strip_prefix(head));
        let told: Vec<&str> = told.flat_map(|text| text.split(',')).collect();
        assert_eq!(told, words);
        let longest = lines.iter().map(String::len).max().unwrap_or(0);
        assert!(longest <= 510, "{longest}");
        fullest = fullest.max(longest);
    }
    assert_eq!(fullest, 510);
}

#[test]
fn nothing_gathered_is_no_line_and_no_words_are_one() {
    assert_eq!(
        written(|replies| {
            assert!(!replies.gather(Numeric::MonList, &[], ',').end());
            replies.words(Numeric::IsOn, &[], []);
        }),
        [":irc.example.org 303 alice :"]
    );
}

#[test]
fn a_text_for_people_ends_where_the_line_is_full_and_says_so() {
    let head = ":irc.example.org 332 alice #tea :";
    let fits = "x".repeat(510 - head.len());
    for (text, expected) in [
        (fits.clone(), fits.clone()),
        (format!("{fits}x"), format!("{}…", &fits[3..])),
        // No code point is cut: 3 bytes of a cup do not fit.
        (
            format!("{}\u{1f375}tea", &fits[5..]),
            format!("{}…", &fits[5..]),
        ),
    ] {
        let lines = written(|replies| {
            replies.numeric(Numeric::Topic, &["#tea"], &text);
        });
        assert_eq!(lines, [format!("{head}{expected}")]);
        assert!(lines[0].len() <= 510);
    }
}
