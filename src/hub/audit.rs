//! Audit records of what operators do on IRC, one for each act, as the admin socket leaves them for its own. Where they are kept, and
//! that control characters are escaped, is the log's business.

use crate::chat::{Chat, ClientId, Command, Decision, Rank, Refusal, Role, RoomName, Source};
use crate::logging;
use crate::protocol::irc::{Errand, Outcome};

/// Whether an administrator does to a registered room what its founder may.
fn is_not_its_own(chat: &Chat, client: ClientId, room: &RoomName) -> bool {
    let user = chat
        .client(client)
        .and_then(|client| chat.user(client.user));
    let (Some(user), Some((_, room))) = (user, chat.room_by_name(room)) else {
        return false;
    };
    user.role() >= Some(Role::Administrator)
        && room.is_registered()
        && chat.access_of(user, room) != Some(Rank::Founder)
}

/// A record that is written when the outcome is known.
pub(super) struct Record {
    id: u64,
    nick: String,
    address: String,
    operator: Option<String>,
    what: &'static str,
    parameters: String,
}

impl Record {
    /// The record that a command leaves, if it is of those that leave one.
    pub(super) fn of(chat: &Chat, source: Source, command: &Command) -> Option<Record> {
        let Source::Client(client) = source else {
            return None;
        };
        let (what, parameters) = match command {
            Command::Promote(role, name, _) => ("OPER", format!("{name} {}", role.as_str())),
            Command::Kill(nick, comment) => ("KILL", format!("{nick} {comment}")),
            Command::DropRoom(room) if is_not_its_own(chat, client, room) => {
                ("DROP", room.to_string())
            }
            Command::SetAccess(Some(room), account, rank) if is_not_its_own(chat, client, room) => {
                let rank = rank.map_or("-", Rank::as_str);
                ("ACCESS", format!("{room} {account} {rank}"))
            }
            Command::HandOver(room, account) if is_not_its_own(chat, client, room) => {
                ("FOUNDER", format!("{room} {account}"))
            }
            _ => return None,
        };
        Record::by(chat, client, what, parameters)
    }

    /// The record of a request to the daemon itself, made before it is carried out: after it there may be nobody to write one.
    pub(super) fn of_request(chat: &Chat, client: ClientId, errand: &Errand) -> Option<Record> {
        let what = match errand {
            Errand::Reload => "REHASH",
            Errand::Stop => "DIE",
            Errand::Restart => "RESTART",
            Errand::ServerPassword(_)
            | Errand::OperatorPassword { .. }
            | Errand::Account(..)
            | Errand::History(_) => {
                return None;
            }
        };
        Record::by(chat, client, what, String::new())
    }

    /// The record of a wrong password; a right one makes an operator, which leaves a record of its own.
    pub(super) fn of_attempt(
        chat: &Chat,
        client: ClientId,
        errand: &Errand,
        outcome: &Outcome,
    ) -> Option<Record> {
        match (errand, outcome) {
            (Errand::OperatorPassword { name, .. }, Outcome::Refused(_)) => {
                Record::by(chat, client, "OPER", name.to_string())
            }
            _ => None,
        }
    }

    fn by(chat: &Chat, client: ClientId, what: &'static str, parameters: String) -> Option<Record> {
        let client = chat.client(client)?;
        let user = chat.user(client.user)?;
        let operator = user.operator.as_ref();
        Some(Record {
            id: client.id.0,
            nick: user.nick.to_string(),
            address: client.address.to_string(),
            operator: operator.map(|operator| operator.name.to_string()),
            what,
            parameters,
        })
    }

    /// As the chat has decided.
    pub(super) fn decided(self, decision: &Result<Decision, Refusal>) {
        match decision {
            Ok(_) => self.write("ok", "ok"),
            Err(why) => self.write("failed", &format!("{why:?}")),
        }
    }

    /// Its message says what it is about at a glance (`KILL ok`), its fields say all.
    pub(super) fn write(self, how: &str, outcome: &str) {
        tracing::info!(
            target: logging::AUDIT,
            client = self.id,
            nick = self.nick,
            address = self.address,
            operator = self.operator,
            what = self.what,
            parameters = self.parameters,
            outcome = outcome,
            "{} {how}",
            self.what
        );
    }
}
