//! Patterns that questions ask by (`WHO *.example`, `LIST *tea*`). Knows nothing of who or what is asked for.

/// Text with `*` for any text and `?` for any one character, in any casing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern that a text is.
    pub fn new(text: &str) -> Pattern {
        Pattern(fold(text))
    }

    /// Whether a text has `*` or `?` in it, so that it may mean more than itself.
    pub fn has_wildcards(text: &str) -> bool {
        text.contains(['*', '?'])
    }

    /// Whether the whole text is of this pattern.
    pub fn matches(&self, text: &str) -> bool {
        glob_matches(&self.0, &fold(text))
    }
}

fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .collect()
}

fn glob_matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        if pattern.get(p) == Some(&'*') {
            star = Some((p, t));
            p += 1;
        } else if pattern.get(p).is_some_and(|&c| c == '?' || c == text[t]) {
            (p, t) = (p + 1, t + 1);
        } else if let Some((at, from)) = star {
            star = Some((at, from + 1));
            (p, t) = (at + 1, from + 1);
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}
