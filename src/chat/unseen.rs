//! Characters that nobody sees. Says only which they are; what becomes of one is for whoever shows the text.

/// Whether this character has no shape of its own, or acts on those around it: controls (C0, DEL, C1), line and paragraph
/// separators, bidirectional controls (UAX 9), zero-width spaces and joiners, the soft hyphen, interlinear annotations,
/// the byte order mark, tags and the rest of their block. Shown raw, one could move a cursor, end a line, turn or hide
/// text. Variation selectors are none of them: each is a part of the character before it.
pub fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e00ff}'
            | '\u{e01f0}'..='\u{e0fff}')
}
