//! SELECT: how `list`, `kick` and `watch` say which clients they mean. It matches nothing itself: texts go to the daemon as
//! they were typed, and are read before by what reads them there, so that a slip is told without a daemon.

use crate::admin::{Error, Select};

use super::exit::Failure;

#[cfg(test)]
mod tests;

/// Which clients. Kinds are combined with AND, what is repeated within a kind with OR; `--not-...` takes away.
#[derive(Clone, Debug, Default, clap::Args)]
#[command(next_help_heading = "Selection (AND between kinds, OR within one)")]
pub(crate) struct SelectArgs {
    /// Nicks, or ids (words of digits only)
    #[arg(value_name = "NICK|ID")]
    who: Vec<String>,
    /// The client with this id
    #[arg(long, value_name = "ID")]
    id: Vec<u64>,
    /// The user with this nick
    #[arg(long, value_name = "NICK")]
    nick: Vec<String>,
    /// Connected from this address or network
    #[arg(long, value_name = "IP[/BITS]")]
    addr: Vec<String>,
    /// In this room
    #[arg(long, value_name = "ROOM")]
    room: Vec<String>,
    /// Speaking this protocol
    #[arg(long, value_name = "PROTOCOL")]
    protocol: Vec<String>,
    /// Connected through this listener
    #[arg(long, value_name = "NAME")]
    listener: Vec<String>,
    /// Logged in to this account
    #[arg(long, value_name = "NAME")]
    account: Vec<String>,
    /// Silent for longer (or shorter) than this: '>5m', '<30s'
    #[arg(long, value_name = "BOUND")]
    idle: Vec<String>,
    /// Connected for longer (or shorter) than this: '>1h', '<1h30m'
    #[arg(long, value_name = "BOUND")]
    age: Vec<String>,
    /// Not the client with this id
    #[arg(long, value_name = "ID")]
    not_id: Vec<u64>,
    /// Not the user with this nick
    #[arg(long, value_name = "NICK")]
    not_nick: Vec<String>,
    /// Not from this address or network
    #[arg(long, value_name = "IP[/BITS]")]
    not_addr: Vec<String>,
    /// Not in this room
    #[arg(long, value_name = "ROOM")]
    not_room: Vec<String>,
    /// Not speaking this protocol
    #[arg(long, value_name = "PROTOCOL")]
    not_protocol: Vec<String>,
    /// Not connected through this listener
    #[arg(long, value_name = "NAME")]
    not_listener: Vec<String>,
    /// Not logged in to this account
    #[arg(long, value_name = "NAME")]
    not_account: Vec<String>,
    /// Not silent for longer (or shorter) than this
    #[arg(long, value_name = "BOUND")]
    not_idle: Vec<String>,
    /// Not connected for longer (or shorter) than this
    #[arg(long, value_name = "BOUND")]
    not_age: Vec<String>,
}

impl SelectArgs {
    /// The selection to send; refused where the daemon would refuse it, with the words of the option.
    pub(crate) fn into_select(self) -> Result<Select, Failure> {
        let SelectArgs {
            mut id, mut nick, ..
        } = self;
        let (ids, nicks): (Vec<_>, Vec<_>) = self.who.into_iter().partition(|word| is_id(word));
        if let (Some(an_id), Some(a_nick)) = (ids.first(), nicks.first()) {
            // Ids and nicks are two kinds, so together they would match only a client that is both.
            return Err(Failure::Usage(format!(
                "'{an_id}' is an id and '{a_nick}' a nick: name either ids or nicks (a nick of digits: --nick {an_id})"
            )));
        }
        if let Some(room) = nicks.iter().find(|word| word.starts_with('#')) {
            return Err(Failure::Usage(format!(
                "'{room}' is a room; select those who are in it with --room '{room}'"
            )));
        }
        for word in ids {
            let number = word
                .parse()
                .map_err(|_| Failure::Usage(format!("'{word}' is too large for an id")))?;
            id.push(number);
        }
        nick.extend(nicks);
        let select = Select {
            id,
            nick,
            addr: self.addr,
            room: self.room,
            protocol: self.protocol,
            listener: self.listener,
            account: self.account,
            idle: self.idle,
            age: self.age,
            not_id: self.not_id,
            not_nick: self.not_nick,
            not_addr: self.not_addr,
            not_room: self.not_room,
            not_protocol: self.not_protocol,
            not_listener: self.not_listener,
            not_account: self.not_account,
            not_idle: self.not_idle,
            not_age: self.not_age,
        };
        match select.compile() {
            Ok(_) => Ok(select),
            Err(Error::Invalid { parameter, message }) => {
                Err(Failure::Usage(format!("{}: {message}", option(&parameter))))
            }
            Err(other) => Err(Failure::Refused(other)),
        }
    }
}

/// The option that fills a field of the request: `--not-addr` for `select.not_addr`.
fn option(parameter: &str) -> String {
    let field = parameter.strip_prefix("select.").unwrap_or(parameter);
    format!("--{}", field.replace('_', "-"))
}

/// Whether a bare word means an id.
pub(crate) fn is_id(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}
