//! What an operator reads of the history, and takes back of it. Reading waits for the store beside the control loop, page by
//! page, so that however much is read, little is held.

use std::time::Duration;

use tokio::sync::oneshot;

use super::control::Daemon;
use super::missing::Told;
use super::pages::Pages;
use super::patience::PATIENCE;
use super::requests::{Outcome, failed, one_line};
use super::views;
use crate::admin::{Answer, Error, Message, Reply, Request, StreamSender};
use crate::chat::{
    Bound, Kept, LookedUp, Lookup, MessageId, Of, Query, Refusal, RoomName, Span, Text, Timestamp,
};
use crate::hub::{self, Ask};
use crate::store::{self, ReadError};

#[cfg(test)]
mod tests;

/// The longest that one page may take: a search through everything takes its time.
const LONGEST: Duration = Duration::from_mins(10);
/// How long to wait until a store is asked again that too many ask.
const PAUSE: Duration = Duration::from_millis(50);
/// One reply carries about as many bytes of text at most.
const REPLY: usize = 256 * 1024;

impl Daemon {
    /// Answers a request about the history, by a task of its own where that may wait.
    pub(super) fn answer_of_history(&self, request: Request, mut answer: Answer) {
        let settings = &self.loaded.settings;
        if let Request::ShowRetention {} = request {
            return answer.send(Ok(super::keeping::retention(&settings.history)));
        }
        if let Request::RedactMessage { id, reason } = request {
            let (hub, line) = (self.chat.hub(), settings.limits.line);
            let patience = settings.history.stall + PATIENCE;
            let store = self.history();
            tokio::spawn(async move {
                let outcome = async {
                    let reason = reason.map(|reason| one_line("reason", &reason, line));
                    let (id, reason) = (message_id(&id)?, reason.transpose()?);
                    // What nobody in the chat remembers may be in the store, or not.
                    if let Some(store) = store {
                        find(&store, id).await?;
                    }
                    redact(hub, id, reason, patience).await
                };
                answer.send(outcome.await);
            });
            return;
        }
        if let Request::StoreStatus {} = request {
            let status = self.history_status();
            tokio::spawn(async move {
                let store = Box::new(status.await);
                answer.send(Ok(Reply::Store { store }));
            });
            return;
        }
        // Accounts are kept in the store too.
        let about_all = matches!(
            request,
            Request::CheckStore {} | Request::ReopenStore {} | Request::Backup {}
        );
        let store = if about_all {
            self.store.clone()
        } else {
            self.history()
        };
        let Some(store) = store else {
            return answer.send(Err(is_off()));
        };
        match request {
            Request::ShowMessage { id } => {
                let private = settings.admin.watch_private;
                if private {
                    answer.shows_private();
                }
                tokio::spawn(async move { answer.send(show(&store, id, private).await) });
            }
            Request::CheckStore {} => super::keeping::check(store, answer),
            Request::ReopenStore {} => super::keeping::reopen(store, answer),
            Request::Backup {} => {
                let directory = settings.history.directory.clone();
                super::keeping::back_up(store, directory, answer);
            }
            read => {
                let is_all = matches!(read, Request::Export { .. });
                match pages(read) {
                    Ok(pages) => drop(tokio::spawn(tell(store, pages, is_all, answer))),
                    Err(error) => answer.send(Err(error)),
                }
            }
        }
    }
}

fn is_off() -> Error {
    Error::Failed {
        message: "there is no history: it is off (history.enabled = false)".into(),
    }
}

/// What a request for many messages means.
fn pages(request: Request) -> Result<Pages, Error> {
    let (room, limits, filters, limit) = match request {
        Request::History {
            room,
            since,
            until,
            from,
            grep,
            words,
            limit,
        } => (room, (since, until), (from, grep, words), limit),
        Request::Export { room } => (room, (None, None), (None, None, None), None),
        _ => unreachable!("only these two are read page by page"),
    };
    let name = RoomName::parse(&room).map_err(|error| invalid("room", &error))?;
    let (since, until) = (time("since", limits.0)?, time("until", limits.1)?);
    if let (Some(since), Some(until)) = (since, until)
        && since >= until
    {
        return Err(invalid("until", &"it is not later than since"));
    }
    if limit == Some(0) {
        return Err(invalid("limit", &"expected at least 1"));
    }
    let (from, grep, words) = filters;
    for (parameter, text) in [("from", &from), ("grep", &grep), ("words", &words)] {
        if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
            return Err(invalid(parameter, &"there is nothing in it"));
        }
    }
    let template = Query {
        words: words.map(Into::into),
        from: from.map(Into::into),
        containing: grep.map(Into::into),
        ..Query::all(Of::Name(name), Span::Latest(None), 0)
    };
    // A bound is itself not in the span.
    let lower = since.map(|at| Bound::At(Timestamp(at.0 - 1)));
    Ok(Pages::new(template, lower, until.map(Bound::At), limit))
}

fn invalid(parameter: &str, why: &dyn std::fmt::Display) -> Error {
    Error::Invalid {
        parameter: parameter.into(),
        message: why.to_string(),
    }
}

fn time(parameter: &str, text: Option<String>) -> Result<Option<Timestamp>, Error> {
    let Some(text) = text else {
        return Ok(None);
    };
    match text.parse::<jiff::Timestamp>() {
        Ok(at) => Ok(Some(Timestamp(at.as_millisecond()))),
        Err(_) => Err(invalid(
            parameter,
            &"expected a time as RFC 3339 writes it, such as 2026-11-23T10:00:00Z",
        )),
    }
}

fn message_id(text: &str) -> Result<MessageId, Error> {
    MessageId::parse(text).ok_or_else(|| {
        invalid(
            "id",
            &format!("{text} is no message's id; expected 26 digits and capital letters"),
        )
    })
}

/// Looks something up. A store that too many ask is asked again for a while.
async fn look_up(store: &store::Handle, lookup: Lookup) -> Result<LookedUp, Error> {
    let patience = tokio::time::Instant::now() + PATIENCE;
    loop {
        let (back, found) = oneshot::channel();
        let asked = store.read(lookup.clone(), move |result| {
            // Fails when nobody waits for it any more.
            let _ = back.send(result);
        });
        let result = match asked {
            Ok(()) => tokio::time::timeout(LONGEST, found)
                .await
                .map_err(|_| failed(&super::Failure::Stuck("the history's disk")))?
                .map_err(|_| failed(&"the history was closed meanwhile"))?,
            Err(error) => Err(error),
        };
        match result {
            Ok(found) => return Ok(found),
            Err(ReadError::Busy) if tokio::time::Instant::now() < patience => {
                tokio::time::sleep(PAUSE).await;
            }
            Err(error) => return Err(not_read(&error)),
        }
    }
}

/// Why nothing was read, for the operator.
pub(super) fn not_read(error: &ReadError) -> Error {
    match error {
        ReadError::Busy => Error::Busy {
            message: error.to_string(),
        },
        ReadError::Failed(_) => failed(error),
    }
}

/// Reads all pages and tells them; `is_all`: that nothing is missing is seen to. What fails before there is anything to tell is an
/// answer of its own.
async fn tell(store: store::Handle, mut pages: Pages, is_all: bool, answer: Answer) {
    let begun = async {
        let told = match pages.room().filter(|_| is_all) {
            Some(room) => Some(Told::none(&store, room.clone()).await?),
            None => None,
        };
        Ok((told, next(&store, &mut pages).await?))
    };
    let (mut told, mut page) = match begun.await {
        Ok(begun) => begun,
        Err(error) => return answer.send(Err(error)),
    };
    let Some(stream) = answer.stream_of_pages() else {
        return;
    };
    while !page.is_empty() {
        if let Some(told) = &mut told {
            told.add(&page);
        }
        if send(&stream, &page).await.is_err() {
            return;
        }
        page = match next(&store, &mut pages).await {
            Ok(page) => page,
            Err(error) => {
                let _ = stream.send(Err(error)).await;
                return;
            }
        };
    }
    if let Some(told) = told
        && let Err(error) = told.misses_none(&store).await
    {
        // Fails when the caller has gone, who is then not told; the log says it.
        let _ = stream.send(Err(error)).await;
    }
}

/// The next messages; none: there are no more.
async fn next(store: &store::Handle, pages: &mut Pages) -> Result<Vec<Kept>, Error> {
    while let Some(query) = pages.query() {
        let LookedUp::Messages(found) = look_up(store, Lookup::Messages(query)).await? else {
            return Err(failed(&"the history answers another question"));
        };
        let told = pages.take(found);
        if !told.is_empty() {
            return Ok(told);
        }
    }
    Ok(Vec::new())
}

/// One page in replies that are not too large.
async fn send(stream: &StreamSender, page: &[Kept]) -> Result<(), crate::admin::CallerGone> {
    let mut messages: Vec<Message> = Vec::new();
    let mut bytes = 0;
    for kept in page {
        bytes += kept.text.as_ref().map_or(0, |text| text.as_str().len());
        messages.push(views::message(kept));
        if bytes >= REPLY {
            let messages = std::mem::take(&mut messages);
            bytes = 0;
            stream.send(Ok(Reply::Messages { messages })).await?;
        }
    }
    if messages.is_empty() {
        return Ok(());
    }
    stream.send(Ok(Reply::Messages { messages })).await
}

async fn show(store: &store::Handle, id: String, private: bool) -> Outcome {
    let id = message_id(&id)?;
    let message = Box::new(views::message(&*find(store, id).await?));
    if message.room.is_none() && !private {
        return Err(Error::PermissionDenied {
            message: format!(
                "{id} is a private message; operators are shown those only with admin.watch_private = true"
            ),
        });
    }
    Ok(Reply::Message { message })
}

/// The message, which must be there.
async fn find(store: &store::Handle, id: MessageId) -> Result<Box<Kept>, Error> {
    match look_up(store, Lookup::Message(id)).await? {
        LookedUp::Message(found) => found.map(|(kept, _)| kept).ok_or_else(|| unknown(id)),
        _ => Err(failed(&"the history answers another question")),
    }
}

fn unknown(id: MessageId) -> Error {
    Error::NotFound {
        message: format!("there is no message {id} in the history"),
    }
}

/// Takes a message back, which is done when that is stored.
async fn redact(
    hub: hub::Handle,
    id: MessageId,
    reason: Option<Text>,
    patience: Duration,
) -> Outcome {
    let asked = hub.ask(|back| Ask::Redact(id, reason, back));
    let answer = tokio::time::timeout(patience, asked)
        .await
        .map_err(|_| failed(&super::Failure::Stuck("the history's disk")))?;
    match answer.map_err(|stopped| failed(&stopped))? {
        Ok(()) => Ok(Reply::Done {}),
        Err(refusal) => Err(not_redacted(id, &refusal)),
    }
}

/// Why a message was not taken back, for the operator. It was seen, and that stays so.
fn not_redacted(id: MessageId, refusal: &Refusal) -> Error {
    match refusal {
        Refusal::NoSuchMessage { .. } => unknown(id),
        Refusal::NotKept { why } => failed(&format!("the message stays as it is: {why}")),
        other => failed(other),
    }
}
