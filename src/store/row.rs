//! One message as it stands in its row: the columns, their checksum, and the way from a message to them and back. Touches no
//! database by itself.

use std::borrow::Cow;

use rusqlite::types::{FromSqlResult, ValueRef};
use serde::{Deserialize, Serialize};

use super::conversation::whole;
use super::sum::Sum;
use crate::chat::{
    Account, ClientTags, Identity, Kept, Manner, MessageId, Nick, OPERATOR, Open, Origin, Rank,
    Said, Speaker, Stamp, Text, Timestamp, Where,
};

/// The columns, in their order.
pub(super) const COLUMNS: &str = "message.nth, message.stamped, message.salt, message.conversation, message.at, message.open, \
    message.rank, message.manner, message.nick, message.nick_key, message.origin, message.account, message.marks, \
    message.said_to, message.text, message.joints, message.tags, message.redacted, message.sum";

const BOT: i64 = 1;
const OPER: i64 = 2;

/// A message's columns. `stamped` and `salt` are the parts of its id beside its number.
#[derive(Clone, Debug)]
pub(super) struct Row<'a> {
    pub(super) nth: i64,
    pub(super) stamped: i64,
    pub(super) salt: i64,
    pub(super) conversation: i64,
    pub(super) at: i64,
    /// 0: closed; 1: open; 2: open but for those who were banned.
    pub(super) open: i64,
    pub(super) rank: i64,
    pub(super) manner: i64,
    pub(super) nick: &'a str,
    pub(super) nick_key: &'a str,
    /// None: the operator.
    pub(super) origin: Option<&'a str>,
    pub(super) account: Option<&'a str>,
    pub(super) marks: i64,
    pub(super) said_to: &'a str,
    /// None: taken back.
    pub(super) text: Option<&'a str>,
    /// Where its pieces meet, four bytes each; none: nowhere but where its lines end.
    pub(super) joints: Option<Cow<'a, [u8]>>,
    pub(super) tags: Option<&'a str>,
    /// Who took it back, when and why ([`Redaction`]).
    pub(super) redacted: Option<Cow<'a, str>>,
}

/// What is kept of a message that was taken back.
#[derive(Serialize, Deserialize)]
pub(super) struct Redaction {
    pub(super) by: Speaker,
    pub(super) at: Timestamp,
    pub(super) reason: Option<Text>,
}

/// The parts of an id beside its number.
pub(super) type Rest = (i64, i64);

/// The three parts of an id: number, time, salt.
pub(super) fn parts(id: MessageId) -> (i64, i64, i64) {
    (whole(id.nth()), id.time().0, i64::from(id.salt()))
}

/// The id that these are the parts of; none: they are too large for one.
pub(super) fn id(nth: i64, stamped: i64, salt: i64) -> Option<MessageId> {
    let stamp = Stamp {
        at: Timestamp(stamped),
        salt: u32::try_from(salt).ok()?,
        ..Stamp::default()
    };
    let id = MessageId::new(&stamp, u64::try_from(nth).ok()?);
    (parts(id) == (nth, stamped, salt)).then_some(id)
}

/// Ranks on the disk; 0 is for all.
pub(super) fn rank_number(rank: Option<Rank>) -> i64 {
    match rank {
        None => 0,
        Some(Rank::Voice) => 1,
        Some(Rank::HalfOp) => 2,
        Some(Rank::Op) => 3,
        Some(Rank::Admin) => 4,
        Some(Rank::Founder) => 5,
    }
}

/// The rank of that number; none: there is no such. Within: none: it is for all.
#[allow(clippy::option_option, reason = "damaged, for all, for a rank")]
pub(super) fn rank(number: i64) -> Option<Option<Rank>> {
    let mut all = std::iter::once(None).chain(Rank::ALL.into_iter().map(Some));
    all.find(|rank| rank_number(*rank) == number)
}

/// Who could have come in, on the disk.
pub(super) fn open_number(open: Open) -> i64 {
    match open {
        Open::No => 0,
        Open::Yes => 1,
        Open::ButForBanned => 2,
    }
}

fn manner_number(manner: Manner) -> i64 {
    match manner {
        Manner::Message => 0,
        Manner::Action => 1,
        Manner::Notice => 2,
    }
}

fn manner(number: i64) -> Option<Manner> {
    [Manner::Message, Manner::Action, Manner::Notice]
        .into_iter()
        .find(|manner| manner_number(*manner) == number)
}

fn joints_of(text: &Text) -> Option<Vec<u8>> {
    if !text.is_in_pieces() {
        return None;
    }
    let (mut joints, mut at) = (Vec::new(), 0);
    for (n, (piece, goes_on)) in text.pieces().enumerate() {
        if goes_on {
            joints.extend(u32::try_from(at).unwrap_or(u32::MAX).to_be_bytes());
        } else if n > 0 {
            at += 1;
        }
        at += piece.len();
    }
    (!joints.is_empty()).then_some(joints)
}

fn joined(text: &str, joints: Option<&[u8]>) -> Option<Text> {
    let text = Text::kept(text).ok()?;
    let Some(joints) = joints else {
        return Some(text);
    };
    let (places, rest) = joints.as_chunks();
    let places: Vec<u32> = places.iter().copied().map(u32::from_be_bytes).collect();
    rest.is_empty().then(|| text.joined_at(&places))
}

impl<'a> Row<'a> {
    /// Of what was said in that conversation.
    pub(super) fn of(said: &'a Said, conversation: i64) -> Row<'a> {
        let (nth, stamped, salt) = parts(said.id);
        let (said_to, rank) = match &said.place {
            Where::Room { name, rank, .. } => (name.as_str(), *rank),
            Where::Direct { nick, .. } => (nick.as_str(), None),
        };
        let who = match &said.from {
            Speaker::User(who) => Some(who),
            Speaker::Operator => None,
        };
        Row {
            nth,
            stamped,
            salt,
            conversation,
            at: said.at.0,
            open: open_number(said.open),
            rank: rank_number(rank),
            manner: manner_number(said.manner),
            nick: said.from.name(),
            nick_key: who.map_or(OPERATOR, |who| who.nick.key()),
            origin: who.map(|who| who.origin.as_str()),
            account: who.and_then(|who| who.account.as_ref().map(|account| &*account.0)),
            marks: who.map_or(0, |who| {
                i64::from(who.bot) * BOT + i64::from(who.oper) * OPER
            }),
            said_to,
            text: Some(said.text.as_str()),
            joints: joints_of(&said.text).map(Cow::Owned),
            tags: said.tags.as_ref().map(|tags| &*tags.0),
            redacted: None,
        }
    }

    /// As SQLite gives it; with the checksum that stands there.
    pub(super) fn read(row: &'a rusqlite::Row<'_>) -> FromSqlResult<(Row<'a>, i64)> {
        let at = |column| row.get_ref(column).unwrap_or(ValueRef::Null);
        let read = Row {
            nth: at(0).as_i64()?,
            stamped: at(1).as_i64()?,
            salt: at(2).as_i64()?,
            conversation: at(3).as_i64()?,
            at: at(4).as_i64()?,
            open: at(5).as_i64()?,
            rank: at(6).as_i64()?,
            manner: at(7).as_i64()?,
            nick: at(8).as_str()?,
            nick_key: at(9).as_str()?,
            origin: at(10).as_str_or_null()?,
            account: at(11).as_str_or_null()?,
            marks: at(12).as_i64()?,
            said_to: at(13).as_str()?,
            text: at(14).as_str_or_null()?,
            joints: at(15).as_blob_or_null()?.map(Cow::Borrowed),
            tags: at(16).as_str_or_null()?,
            redacted: at(17).as_str_or_null()?.map(Cow::Borrowed),
        };
        Ok((read, at(18).as_i64()?))
    }

    /// What its id is beside its number, where the checksum agrees.
    pub(super) fn rest(row: &rusqlite::Row<'_>) -> Option<Rest> {
        let (read, sum) = Row::read(row).ok()?;
        (read.sum() == sum).then_some((read.stamped, read.salt))
    }

    /// Its checksum.
    pub(super) fn sum(&self) -> i64 {
        let mut sum = Sum::new();
        for number in [
            self.nth,
            self.stamped,
            self.salt,
            self.conversation,
            self.at,
            self.open,
            self.rank,
            self.manner,
            self.marks,
        ] {
            sum.number(number);
        }
        sum.text(Some(self.nick));
        sum.text(Some(self.nick_key));
        sum.text(self.origin);
        sum.text(self.account);
        sum.text(Some(self.said_to));
        sum.text(self.text);
        sum.field(self.joints.as_deref());
        sum.text(self.tags);
        sum.text(self.redacted.as_deref());
        i64::from(sum.done())
    }

    /// Its id; none: it is damaged.
    pub(super) fn id(&self) -> Option<MessageId> {
        id(self.nth, self.stamped, self.salt)
    }

    /// The message; none: something in it is none of what is ever written.
    pub(super) fn kept(&self) -> Option<Kept> {
        let from = match self.origin {
            None => Speaker::Operator,
            Some(origin) => Speaker::User(Identity {
                nick: Nick::parse(self.nick).ok()?,
                origin: {
                    let (user, host) = origin.split_once('@')?;
                    Origin::new(user, host)
                },
                account: self.account.map(|account| Account(account.into())),
                bot: self.marks & BOT != 0,
                oper: self.marks & OPER != 0,
            }),
        };
        let text = match self.text {
            None => None,
            Some(text) => Some(joined(text, self.joints.as_deref())?),
        };
        Some(Kept {
            id: self.id()?,
            at: Timestamp(self.at),
            from,
            to: self.said_to.into(),
            rank: rank(self.rank)?,
            manner: manner(self.manner)?,
            text,
            tags: self.tags.map(|tags| ClientTags(tags.into())),
        })
    }
}
