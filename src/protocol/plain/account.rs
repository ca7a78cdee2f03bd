//! What plain clients are told about accounts.

use super::answer;
use super::line::Line;
use crate::chat::Nick;
use crate::protocol::account::{Answer, Change, Denial, Request};

/// Appends what came of a request, but that one is logged in now, which is told as any other event. `stays_as`: the name of one's
/// account, where one is called otherwise.
pub fn account_answer(
    request: &Request,
    answer: &Answer,
    stays_as: Option<&Nick>,
    out: &mut Vec<u8>,
) {
    match (request, answer) {
        (_, Answer::Denied(why)) => account_denied(why, out),
        (Request::Register { name, .. }, Answer::Made(_)) => {
            let mut line = Line(out);
            line.raw("-- ").text(name.as_str());
            line.raw(" is your account now; from elsewhere, /login ");
            line.text(name.as_str()).raw(" PASSWORD").end();
        }
        (
            Request::Change {
                change: Change::Password(_),
                ..
            },
            Answer::Done,
        ) => {
            Line(out).raw("-- Your password is another one now").end();
        }
        (
            Request::Change {
                change: Change::AlwaysOn(Some(true)),
                ..
            },
            Answer::Done,
        ) => {
            let mut line = Line(out);
            line.raw("-- You stay in your rooms from now on");
            if let Some(name) = stays_as {
                line.raw(" when you leave as ").raw(name.as_str());
            }
            let missed = "; what you miss you get when you come back, as far as this server keeps it for you";
            line.raw(missed).end();
        }
        (
            Request::Change {
                change: Change::AlwaysOn(_),
                ..
            },
            Answer::Done,
        ) => {
            let text = "-- You stay in your rooms no more when you go";
            Line(out).raw(text).end();
        }
        _ => {}
    }
}

/// Appends why not: `! code: text`.
pub fn account_denied(why: &Denial, out: &mut Vec<u8>) {
    answer::error(why.code(), &why.to_string(), out);
}
