//! SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding: the client proves that it knows the password, and the server that it
//! knows the password's keys; neither says them.
//!
//! A name that nobody has, or nobody with a password, is challenged as any other. A failure says nothing: no `e=` tells it from a
//! wrong password.

mod message;
#[cfg(test)]
mod tests;

use data_encoding::BASE64;
use serde::{Deserialize, Serialize};

use crate::accounts::{Book, Login, Record, Why};
use crate::password::scram::{Scram, Secret};

use super::{Step, authorize};
use message::{Final, First};

/// What is known of an exchange between two answers.
#[derive(Serialize, Deserialize)]
enum State {
    /// The client is to prove that it knows the password.
    Challenged(Challenged),
    /// It has, and is to say that it has seen that the server knows it too.
    Answered { account: u64, login: Login },
}

#[derive(Serialize, Deserialize)]
struct Challenged {
    /// None: nobody who can be proven so.
    account: Option<u64>,
    login: Login,
    /// RFC 5802 §7: `gs2-header`.
    header: String,
    /// The client's nonce and the server's.
    nonce: String,
    /// The messages so far, as both sides sign them: `client-first-message-bare "," server-first-message`.
    messages: String,
}

pub(super) fn begin(
    book: &Book,
    response: &str,
    secret: &Secret,
    nonce: &str,
) -> Result<Step, Why> {
    let first = First::parse(response)?;
    let login: Login = first.name.parse()?;
    if let Some(identity) = &first.identity {
        authorize(&login, identity)?;
    }
    let account = book.find(&login.name);
    let account = account.filter(|record| record.scram.is_some());
    let keys = keys(account, &login, secret);
    let nonce = [first.nonce, nonce].concat();
    let (salt, iterations) = (BASE64.encode(keys.salt()), keys.iterations());
    let server_first = format!("r={nonce},s={salt},i={iterations}");
    let state = State::Challenged(Challenged {
        account: account.map(|record| record.id),
        login,
        header: first.header.to_owned(),
        messages: [first.bare, ",", &server_first].concat(),
        nonce,
    });
    Ok(challenge(server_first, &state))
}

pub(super) fn go_on(
    book: &Book,
    state: &str,
    response: &str,
    secret: &Secret,
) -> Result<Step, Why> {
    match serde_json::from_str(state).map_err(|_| Why::State)? {
        State::Challenged(challenged) => prove(book, challenged, response, secret),
        State::Answered { account, login } => {
            if !response.is_empty() {
                return Err(Why::Malformed("something follows the proof"));
            }
            // Time has gone by.
            let account = book.admit(account)?.id;
            Ok(Step::Proven { account, login })
        }
    }
}

fn prove(
    book: &Book,
    challenged: Challenged,
    response: &str,
    secret: &Secret,
) -> Result<Step, Why> {
    let Challenged { login, .. } = &challenged;
    let last = Final::parse(response)?;
    if last.binding != BASE64.encode(challenged.header.as_bytes()) {
        return Err(Why::ChannelBinding);
    }
    if last.nonce != challenged.nonce {
        return Err(Why::Nonce);
    }
    let messages = [&challenged.messages, ",", last.without_proof].concat();
    let account = challenged.account.and_then(|account| book.get(account));
    let account = account.filter(|record| record.scram.is_some());
    let keys = keys(account, login, secret);
    let right = keys.verify(messages.as_bytes(), &last.proof);
    let signature = keys.signature(messages.as_bytes());
    let Some(account) = account.filter(|_| right) else {
        let account = account.map(|record| record.id);
        let why = Why::Wrong;
        return Ok(Step::Failed { account, why });
    };
    let state = State::Answered {
        account: book.admit(account.id)?.id,
        login: challenged.login,
    };
    let signature = ["v=", &BASE64.encode(&signature)].concat();
    Ok(challenge(signature, &state))
}

/// An account's keys, or somebody's who is not there. The latter are made in both cases, so that it takes as long.
fn keys(account: Option<&Record>, login: &Login, secret: &Secret) -> Scram {
    let nobody = Scram::for_nobody(secret, &login.name.folded());
    let known = account.and_then(|record| record.scram.clone());
    known.unwrap_or(nobody)
}

fn challenge(data: String, state: &State) -> Step {
    let account = match state {
        State::Challenged(challenged) => challenged.account,
        State::Answered { account, .. } => Some(*account),
    };
    let text = serde_json::to_string(state).expect("texts and numbers are JSON");
    Step::Challenge {
        data: data.into_bytes(),
        state: text.into(),
        account,
    }
}
