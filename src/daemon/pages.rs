//! A reading of the history page by page, the earliest message first: which query comes next, and which messages are told. Reads
//! nothing, and holds one page at most, however many messages are told.
//!
//! The latest N messages, the earliest first, begin somewhere in the past: that place is found by going back page by page, of
//! which only the earliest is kept; from there it goes forward, up to the message that was the last when the reading began.

use crate::chat::{Bound, Kept, MessageId, Of, Query, RoomName, Span};

#[cfg(test)]
mod tests;

/// The most messages of one page.
pub(super) const PAGE: u32 = 500;

/// A reading. Ask [`Pages::query`], hand what was found to [`Pages::take`], and so on.
#[derive(Debug)]
pub(super) struct Pages {
    /// Of what, and which of it; its span and its limit change.
    template: Query,
    /// Only later ones.
    lower: Option<Bound>,
    /// Only earlier ones.
    upper: Option<Bound>,
    /// The last message that is told.
    newest: Option<MessageId>,
    step: Step,
}

#[derive(Debug)]
enum Step {
    /// Looks for the last message.
    Newest,
    /// Goes back: so many more are wanted before these, the earliest so far.
    Back(u64, Vec<Kept>),
    /// Goes on after this one.
    Forward(Option<Bound>),
    Done,
}

impl Pages {
    /// The messages of this query, whatever its span and limit say, that are later than `lower` and earlier than `upper`; of
    /// those the latest so many, or all.
    pub(super) fn new(
        template: Query,
        lower: Option<Bound>,
        upper: Option<Bound>,
        limit: Option<u64>,
    ) -> Pages {
        Pages {
            template,
            lower,
            upper,
            newest: None,
            step: match limit {
                Some(0) => Step::Done,
                Some(limit) => Step::Back(limit, Vec::new()),
                None => Step::Newest,
            },
        }
    }

    /// The room that is read, by its name.
    pub(super) fn room(&self) -> Option<&RoomName> {
        match &self.template.of {
            Of::Name(room) => Some(room),
            _ => None,
        }
    }

    /// What is to be looked up next; none: all has been told.
    pub(super) fn query(&self) -> Option<Query> {
        let (span, limit) = match &self.step {
            Step::Newest => (latest(self.lower, self.upper), 1),
            Step::Back(left, page) => {
                let before = page.first().map(|kept| Bound::Id(kept.id)).or(self.upper);
                let limit = u32::try_from(*left).unwrap_or(PAGE).min(PAGE);
                (latest(self.lower, before), limit)
            }
            Step::Forward(after) => (earliest(*after, self.upper), PAGE),
            Step::Done => return None,
        };
        Some(Query {
            span,
            limit,
            ..self.template.clone()
        })
    }

    /// What was found; the messages that are told now.
    pub(super) fn take(&mut self, found: Vec<Kept>) -> Vec<Kept> {
        match std::mem::replace(&mut self.step, Step::Done) {
            Step::Newest => {
                self.newest = found.last().map(|kept| kept.id);
                if self.newest.is_some() {
                    self.step = Step::Forward(self.lower);
                }
                Vec::new()
            }
            // Nothing is earlier: these are the first.
            Step::Back(_, page) if found.is_empty() => self.told(page),
            Step::Back(left, _) => {
                self.newest = self.newest.or(found.last().map(|kept| kept.id));
                let left = left.saturating_sub(found.len() as u64);
                if left == 0 {
                    return self.told(found);
                }
                self.step = Step::Back(left, found);
                Vec::new()
            }
            Step::Forward(_) => self.told(found),
            Step::Done => Vec::new(),
        }
    }

    /// Tells these, and goes on after them unless the last one is among them.
    fn told(&mut self, mut page: Vec<Kept>) -> Vec<Kept> {
        let newest = self.newest.map_or(0, MessageId::nth);
        // What has been said since the reading began is not told, or it might never end.
        page.retain(|kept| kept.id.nth() <= newest);
        if let Some(last) = page.last()
            && last.id.nth() < newest
        {
            self.step = Step::Forward(Some(Bound::Id(last.id)));
        }
        page
    }
}

/// The latest between the two.
fn latest(lower: Option<Bound>, upper: Option<Bound>) -> Span {
    match (lower, upper) {
        (lower, None) => Span::Latest(lower),
        (None, Some(upper)) => Span::Before(upper),
        (Some(lower), Some(upper)) => Span::Between(upper, lower),
    }
}

/// The earliest between the two.
fn earliest(lower: Option<Bound>, upper: Option<Bound>) -> Span {
    let beginning = Bound::At(crate::chat::Timestamp(i64::MIN));
    match (lower, upper) {
        (lower, None) => Span::After(lower.unwrap_or(beginning)),
        (lower, Some(upper)) => Span::Between(lower.unwrap_or(beginning), upper),
    }
}
