use proptest::prelude::*;

use super::*;

/// In the index's language.
fn search(text: &str) -> Option<String> {
    Search::of(text).map(|search| search.query())
}

#[test]
fn words_stand_apart_and_are_brought_to_one_form() {
    assert_eq!(
        words("Hello,  WORLD! don't_stop 42"),
        "hello world don t stop 42"
    );
    // Full width, ligature, decomposed, a final sigma, a sharp s, formatting codes inside of a word.
    assert_eq!(words("Ｆｕｌｌ ﬁn u\u{308}ber"), "full fin über");
    assert_eq!(
        words("ΟΔΟΣ οδός Straße STRASSE"),
        "οδοσ οδόσ strasse strasse"
    );
    assert_eq!(words("a\u{2}b\u{2}c"), "abc");
    assert_eq!(words("हिन्दी привет Ёлка"), "हिन्दी привет ёлка");
    assert_eq!(words("yes 👍🏽👍!"), "yes 👍 👍");
    assert_eq!(words(" ... \"'*"), "");
}

#[test]
fn scripts_without_spaces_become_characters_and_pairs() {
    assert_eq!(words("你好吗"), "你 你好 好 好吗 吗");
    assert_eq!(words("说 rust好"), "说 rust 好");
    assert_eq!(words("ｶﾞｷ"), "ガ ガキ キ");
}

#[test]
fn nothing_in_a_search_is_syntax() {
    assert_eq!(search("你好").as_deref(), Some("\"你好\""));
    assert_eq!(search("你好吗").as_deref(), Some("\"你好 好 好吗\""));
    assert_eq!(search("你").as_deref(), Some("\"你\""));
    assert_eq!(
        search("a\" OR NEAR(b*) place:1 ^c").as_deref(),
        Some("\"a\" AND \"or\" AND \"near\" AND \"b\" AND \"place\" AND \"1\" AND \"c\"")
    );
    assert_eq!(search(" \"*^ -"), None);
    let many = "w ".repeat(1000);
    assert_eq!(search(&many).unwrap().matches(" AND ").count(), 63);
}

proptest! {
    /// A letter of another script takes the long way; here it is a word that can be cut off again.
    #[test]
    fn ascii_is_brought_to_the_same_form_by_itself(text in "[\u{0}-\u{7F}]{0,60}") {
        let long = words(&format!("{text}\u{f} ж"));
        prop_assert_eq!(words(&text), long.strip_suffix("ж").unwrap().trim_end());
    }

    #[test]
    fn words_have_no_signs_of_the_language_in_them(text in "\\PC{0,40}|[\u{0}-\u{7F}你好ก]{0,40}") {
        let signs = |c: char| c.is_ascii() && !c.is_ascii_alphanumeric() && c != ' ';
        prop_assert!(!words(&text).contains(signs), "{}", words(&text));
        if let Some(query) = search(&text) {
            prop_assert!(!query.replace('"', "").contains(signs), "{query}");
            prop_assert!(query.matches('"').count().is_multiple_of(2));
        }
        prop_assert_eq!(search(&text).is_none(), words(&text).is_empty());
    }

    #[test]
    fn a_text_is_looked_at_as_the_index_looks_at_it(
        text in "[a-cAß你好吗ก.👍' ]{0,20}|\\PC{0,20}", sought in "[a-cAß你好吗ก.👍' ]{0,5}|\\PC{1,3}", from in 0_usize..20,
    ) {
        // What is in the text for certain, and what need not be.
        let part: String = text.chars().skip(from).take(4).collect();
        let index = rusqlite::Connection::open_in_memory().unwrap();
        index.execute_batch("CREATE VIRTUAL TABLE words USING fts5 (text, content = '', tokenize = 'ascii')").unwrap();
        index.execute("INSERT INTO words (rowid, text) VALUES (1, ?)", [words(&text)]).unwrap();
        for search in [sought, part, text.clone()].iter().filter_map(|sought| Search::of(sought)) {
            let found: bool = index.query_row(
                "SELECT count(*) FROM words WHERE words MATCH ?", [search.query()], |row| row.get(0),
            ).unwrap();
            prop_assert_eq!(search.is_in(&text), found, "{:?} in {:?}", search, words(&text));
        }
    }
}
