//! Text that people write: valid UTF-8, no NUL, one line or, in messages, several; bounded by who reads it in.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{has_formatting, is_unseen, strip_formatting};

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// There is nothing in it that anybody could see.
    #[error("there is nothing in it")]
    Empty,
    /// NUL, CR or LF inside.
    #[error("a {0} may not be in it")]
    Forbidden(&'static str),
    /// Longer than allowed, in bytes.
    #[error("{found} bytes are more than the {limit} that are allowed")]
    TooLong {
        /// The most bytes.
        limit: usize,
        /// As many as there were.
        found: usize,
    },
}

fn one_line(text: &str) -> Result<&str, TextError> {
    without(text, memchr::memchr3(0, b'\r', b'\n', text.as_bytes()))
}

/// The text, if it has none of what may not be in it: where the first of that is.
fn without(text: &str, forbidden: Option<usize>) -> Result<&str, TextError> {
    match forbidden.map(|at| text.as_bytes()[at]) {
        None => Ok(text),
        Some(0) => Err(TextError::Forbidden("NUL")),
        Some(b'\r') => Err(TextError::Forbidden("CR")),
        Some(_) => Err(TextError::Forbidden("LF")),
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || is_unseen(c)
}

/// A message, a reason, an away message: something to see, without NUL and CR; one line, or, in a message from those who can
/// say several at once, several. Other control characters may be in it: each protocol decides what of them it shows. Cheap to
/// clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text {
    words: Arc<str>,
    /// Where one piece of a line ends and the next begins, in ascending order; none where each line is one piece. Behind one pointer,
    /// since hardly any text has them.
    joints: Option<Arc<Vec<u32>>>,
}

impl Text {
    /// The text, when it is one. Its length is bounded by the line it came in.
    pub fn parse(text: &str) -> Result<Text, TextError> {
        one_line(text)?;
        Text::seen(text)
    }

    /// The text, with a line feed between its lines. Some lines may be empty, not all (IRCv3 multiline).
    pub fn parse_lines(text: &str) -> Result<Text, TextError> {
        without(text, memchr::memchr2(0, b'\r', text.as_bytes()))?;
        Text::seen(text)
    }

    /// What was once taken for a text, and kept: with something in it, be it only colours, which once were taken.
    pub fn kept(text: &str) -> Result<Text, TextError> {
        without(text, memchr::memchr2(0, b'\r', text.as_bytes()))?;
        Text::of(text, text)
    }

    fn seen(text: &str) -> Result<Text, TextError> {
        // A formatting code is blank too, but not the digits of a colour.
        if text.starts_with(is_blank) {
            Text::of(text, &strip_formatting(text))
        } else {
            Text::of(text, text)
        }
    }

    /// The text, of which this is shown.
    fn of(text: &str, shown: &str) -> Result<Text, TextError> {
        if shown.chars().all(is_blank) {
            return Err(TextError::Empty);
        }
        Ok(Text {
            words: text.into(),
            joints: None,
        })
    }

    /// The text, said in pieces that meet at these places, in ascending order, beside those where its lines end: who is told it in
    /// pieces is told these (IRCv3 multiline, "Fallback"). Places that are none within a line count for nothing.
    #[must_use]
    pub fn joined_at(mut self, joints: &[u32]) -> Text {
        let words = &self.words;
        let mut last = 0;
        let within = joints.iter().copied().filter(|&joint| {
            let at = joint as usize;
            let apart = last < joint && words.is_char_boundary(at) && at < words.len();
            let in_line =
                apart && words.as_bytes()[at] != b'\n' && words.as_bytes()[at - 1] != b'\n';
            if in_line {
                last = joint;
            }
            in_line
        });
        let within: Vec<u32> = within.collect();
        self.joints = (!within.is_empty()).then(|| within.into());
        self
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.words
    }

    /// Its lines, at least one.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.words.split('\n')
    }

    /// Whether it was said in more than one piece.
    pub fn is_in_pieces(&self) -> bool {
        self.joints.is_some() || self.words.contains('\n')
    }

    /// The pieces that it was said in, at least one: its lines, or what they are joined of. Each with whether it goes on directly
    /// after the one before it, in the same line.
    pub fn pieces(&self) -> impl Iterator<Item = (&str, bool)> {
        let joints = self.joints.as_ref().map_or(&[][..], |joints| joints);
        let mut joints = joints.iter().map(|&at| at as usize).peekable();
        let (mut rest, mut goes_on) = (Some(0), false);
        std::iter::from_fn(move || {
            let start = rest?;
            let line = self.words[start..].find('\n').map(|length| start + length);
            let end = line.unwrap_or(self.words.len());
            let (piece, after) = match joints.next_if(|joint| *joint < end) {
                Some(joint) => ((&self.words[start..joint], goes_on), (Some(joint), true)),
                None => (
                    (&self.words[start..end], goes_on),
                    (line.map(|end| end + 1), false),
                ),
            };
            (rest, goes_on) = after;
            Some(piece)
        })
    }

    /// Whether any line of it is for programs (CTCP): begins with U+0001. An action is none: it has its own manner.
    pub fn is_ctcp(&self) -> bool {
        // Asked of every message, and hardly any has that character.
        memchr::memchr(1, self.words.as_bytes()).is_some()
            && self.lines().any(|line| line.starts_with('\u{1}'))
    }

    /// Whether there are formatting codes in it.
    pub(super) fn has_formatting(&self) -> bool {
        has_formatting(&self.words)
    }

    /// Without formatting codes; none if nothing to see is left.
    pub(super) fn without_formatting(self) -> Option<Text> {
        let Some(joints) = self.joints.clone() else {
            return match strip_formatting(&self.words) {
                Cow::Borrowed(_) => Some(self),
                Cow::Owned(text) => Text::seen(&text).ok(),
            };
        };
        let (mut text, mut moved, mut from) = (String::new(), Vec::new(), 0);
        for at in joints.iter().map(|&at| at as usize) {
            text.push_str(&strip_formatting(&self.words[from..at]));
            moved.extend(u32::try_from(text.len()));
            from = at;
        }
        text.push_str(&strip_formatting(&self.words[from..]));
        Text::seen(&text).ok().map(|text| text.joined_at(&moved))
    }
}

impl From<Text> for String {
    fn from(text: Text) -> String {
        text.words.as_ref().to_owned()
    }
}

impl TryFrom<String> for Text {
    type Error = TextError;

    fn try_from(text: String) -> Result<Text, TextError> {
        Text::kept(&text)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

/// A room's topic: as [`Text`], at most [`Topic::MOST`] bytes; empty means none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Topic(Arc<str>);

impl Topic {
    /// The most bytes of a topic.
    pub const MOST: usize = 390;

    /// The topic, when it is one.
    pub fn parse(text: &str) -> Result<Topic, TextError> {
        if text.len() > Topic::MOST {
            return Err(TextError::TooLong {
                limit: Topic::MOST,
                found: text.len(),
            });
        }
        one_line(text).map(|text| Topic(text.into()))
    }

    /// The topic.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it takes the topic away.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl TryFrom<String> for Topic {
    type Error = TextError;

    fn try_from(text: String) -> Result<Topic, TextError> {
        Topic::parse(&text)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colour_alone_is_nothing_that_anybody_could_see() {
        for empty in [
            "",
            " ",
            "\u{2}\u{2}",
            "\u{200b}",
            "\u{3}04",
            "\u{3}04,01",
            "\u{4}FF0000",
            " \u{2}\u{3}4,1\u{200b}\u{4}00ff00,FF0000\u{f} ",
        ] {
            assert_eq!(Text::parse(empty), Err(TextError::Empty), "{empty:?}");
            let lines = Text::parse_lines(&format!("{empty}\n{empty}"));
            assert_eq!(lines, Err(TextError::Empty), "{empty:?}");
        }
        for seen in [
            "04",
            "\u{3}041",
            "\u{3},1",
            "\u{4}FF00",
            "\u{2}x",
            "\u{3}04\n04",
        ] {
            assert!(Text::parse_lines(seen).is_ok(), "{seen:?}");
        }
        // What was kept before that was known is still read.
        assert!(Text::try_from("\u{3}04".to_owned()).is_ok());
    }

    #[test]
    fn several_lines_are_for_those_who_ask_for_them() {
        assert_eq!(Text::parse("a\nb"), Err(TextError::Forbidden("LF")));
        let text = Text::parse_lines("a\n\n\u{1}b").unwrap();
        assert_eq!(text.lines().collect::<Vec<_>>(), ["a", "", "\u{1}b"]);
        assert!(text.is_ctcp());
        assert!(!Text::parse("a\u{1}").unwrap().is_ctcp());
        assert_eq!(Text::parse_lines("\n\n"), Err(TextError::Empty));
        for (bad, what) in [("a\r\nb", "CR"), ("a\nb\0", "NUL")] {
            assert_eq!(Text::parse_lines(bad), Err(TextError::Forbidden(what)));
        }
    }

    #[test]
    fn a_text_keeps_the_pieces_that_it_was_said_in() {
        let pieces = |text: &Text| -> Vec<(String, bool)> {
            text.pieces()
                .map(|(piece, on)| (piece.to_owned(), on))
                .collect()
        };
        let is = |text: &Text, those: &[(&str, bool)]| {
            let those: Vec<_> = those.iter().map(|(p, on)| ((*p).to_owned(), *on)).collect();
            assert_eq!(pieces(text), those);
        };
        let text = Text::parse_lines("how is everyone?\n\nfine").unwrap();
        is(
            &text,
            &[("how is everyone?", false), ("", false), ("fine", false)],
        );
        let joined = text.clone().joined_at(&[7]);
        is(
            &joined,
            &[
                ("how is ", false),
                ("everyone?", true),
                ("", false),
                ("fine", false),
            ],
        );
        assert!(joined.is_in_pieces());
        // Where lines end, at the ends of the text, twice, backwards, outside, inside of a character: no pieces.
        let none = text.joined_at(&[0, 16, 17, 18, 20, 20, 4, 22, 99]);
        is(
            &none,
            &[
                ("how is everyone?", false),
                ("", false),
                ("fi", false),
                ("ne", true),
            ],
        );
        let one = Text::parse("ä").unwrap().joined_at(&[1]);
        assert!(!one.is_in_pieces());
        // They stay where formatting is taken out, and go where nothing is left of them.
        let bold = Text::parse_lines("\u{2}a\u{2}b\u{2}\nc")
            .unwrap()
            .joined_at(&[1, 3, 4]);
        let plain = bold.without_formatting().unwrap();
        is(&plain, &[("a", false), ("b", true), ("c", false)]);
    }

    #[test]
    fn what_is_read_back_is_parsed_again() {
        let text = Text::parse("good evening").unwrap();
        let written = serde_json::to_string(&text).unwrap();
        assert_eq!(written, r#""good evening""#);
        assert_eq!(serde_json::from_str::<Text>(&written).unwrap(), text);
        for bad in [r#""""#, r#""two\rlines""#, r#""\n \n""#, r#""a\u0000b""#] {
            assert!(serde_json::from_str::<Text>(bad).is_err(), "{bad}");
        }
        let topic = Topic::parse("").unwrap();
        let written = serde_json::to_string(&topic).unwrap();
        assert_eq!(written, r#""""#);
        assert_eq!(serde_json::from_str::<Topic>(&written).unwrap(), topic);
        let long = format!("\"{}\"", "x".repeat(Topic::MOST + 1));
        for bad in [r#""two\rlines""#, &long] {
            assert!(serde_json::from_str::<Topic>(bad).is_err(), "{bad}");
        }
    }
}
