//! Audit records of what operators do on IRC, one for each act, as the admin socket leaves them for its own. Where they are kept, and
//! that control characters are escaped, is the log's business.

use crate::chat::{
    Chat, ClientId, Command, Decision, ModeChange, Rank, Refusal, Role, RoomName, Source, Target,
    Text,
};
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

/// What an operator changes in a room in which it is not op, or of what was said there.
fn in_room_of_others(
    chat: &Chat,
    client: ClientId,
    command: &Command,
) -> Option<(&'static str, String)> {
    let (what, name, rest) = match command {
        Command::SetModes(room, changes) => ("MODE", room.as_ref(), modes(changes)),
        Command::KickFrom(room, nick, reason) => {
            let reason = reason.as_ref().map_or("", Text::as_str);
            ("KICK", room.as_ref(), format!("{nick} {reason}"))
        }
        Command::SetTopic(room, topic) => ("TOPIC", room.as_ref(), topic.as_str().to_owned()),
        Command::Invite(nick, room) => ("INVITE", room.as_ref(), nick.to_string()),
        Command::RenameRoom(room, new, _) => ("RENAME", Some(room), new.to_string()),
        Command::Redact(Target::Room(room), id, _) => ("REDACT", Some(room), id.to_string()),
        Command::RedactOlder(Target::Room(room), older, _) => {
            ("REDACT", Some(room), older.id.to_string())
        }
        _ => return None,
    };
    let client = chat.client(client)?;
    let user = chat.user(client.user)?;
    let (id, room) = match name {
        Some(name) => chat.room_by_name(name)?,
        None => client.current.and_then(|id| Some((id, chat.room(id)?)))?,
    };
    let is_op = chat
        .member(id, user)
        .is_some_and(|member| member.ranks.at_least(Rank::Op));
    (user.role() >= Some(Role::Moderator) && !is_op)
        .then(|| (what, format!("{} {rest}", room.name).trim_end().to_owned()))
}

/// As a client writes them, but for the key.
fn modes(changes: &[ModeChange]) -> String {
    let (mut letters, mut words) = (String::new(), String::new());
    for change in changes {
        let (letter, on, word) = change.parts();
        letters.extend([if on { '+' } else { '-' }, letter]);
        if let Some(word) = word {
            words.push(' ');
            words.push_str(if letter == 'k' { "*" } else { &word });
        }
    }
    letters + &words
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
            _ => in_room_of_others(chat, client, command)?,
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
            // The history is asked for it, and then it is decided once more.
            Err(Refusal::NoSuchMessage { .. }) => {}
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
