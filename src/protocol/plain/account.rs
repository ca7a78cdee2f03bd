//! What plain clients are told about accounts.

use super::answer;
use super::line::Line;
use crate::protocol::account::{Answer, Change, Denial, Request};

/// Appends what came of a request, but that one is logged in now, which is told as any other event.
pub fn account_answer(request: &Request, answer: &Answer, out: &mut Vec<u8>) {
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
                change: Change::AlwaysOn(on),
                ..
            },
            Answer::Done,
        ) => {
            let text = if *on == Some(true) {
                "-- You stay in your rooms from now on; what you miss you get when you come back"
            } else {
                "-- You stay in your rooms no more when you go"
            };
            Line(out).raw(text).end();
        }
        _ => {}
    }
}

/// Appends why not: `! code: text`.
pub fn account_denied(why: &Denial, out: &mut Vec<u8>) {
    answer::error(why.code(), &why.to_string(), out);
}
