//! Lookups, answered from one connection: which conversations, which legs, which pages. Reads only; a reader gets what its rights
//! say, and nobody is asked who it is.

use std::collections::{BTreeSet, HashMap};

use rusqlite::{Connection, OptionalExtension, params};

use super::conversation::{side, whole};
use super::page::{Pages, Unread, kept, sound};
use super::row::{self, COLUMNS};
use super::sought::{Sought, plain};
use super::span::{Leg, legs};
use super::words::Search;
use crate::chat::{
    Entry, Kept, Life, LookedUp, Lookup, MessageId, Nick, Of, Party, Placed, Query, Rights,
    RoomName, Span, Spoken, Timestamp,
};

/// The most that is ever answered at once.
const MOST: u32 = 10_000;

fn bounded(limit: u32) -> usize {
    limit.clamp(1, MOST) as usize
}

/// Answers, out of one moment's history.
pub(super) fn answer(connection: &Connection, lookup: &Lookup) -> Result<LookedUp, Unread> {
    connection.execute_batch("BEGIN")?;
    let found = match lookup {
        Lookup::Messages(query) if query.events => log(connection, query).map(LookedUp::Log),
        Lookup::Messages(query) => messages(connection, query).map(LookedUp::Messages),
        Lookup::Private(own, span, limit) => {
            private(connection, *own, *span, *limit).map(LookedUp::Messages)
        }
        Lookup::Message(id) => message(connection, *id).map(LookedUp::Message),
        Lookup::Targets {
            own,
            rooms,
            after,
            before,
            limit,
        } => targets(connection, own, rooms, (*after, *before), *limit).map(LookedUp::Targets),
    };
    // It only read: nothing is lost when this fails, and the next lookup says so.
    let _ = connection.execute_batch("COMMIT");
    found
}

fn messages(connection: &Connection, query: &Query) -> Result<Vec<Kept>, Unread> {
    let (conversations, rights) = conversations(connection, &query.of)?;
    let mut sought = Sought::all(rights);
    if let Some(words) = &query.words {
        let Some(words) = Search::of(words) else {
            // There are no words in it, so none are found.
            return Ok(Vec::new());
        };
        sought.words = Some(words);
    }
    sought.nick = query.from.as_deref().map(nick_key);
    sought.containing = query.containing.as_deref().map(plain);
    let mut pages = Pages::new(connection);
    let mut found = by_legs(
        connection,
        query,
        conversations,
        |conversations, leg, most| pages.page(conversations, &sought, leg, most),
    )?;
    found.sort_by_key(|kept| kept.id.nth());
    Ok(found)
}

/// What the legs of a question's span bring, each so much as it may. `page` finds it, in the conversations, the latest one first where
/// the leg goes back.
fn by_legs<T>(
    connection: &Connection,
    query: &Query,
    mut conversations: Vec<i64>,
    mut page: impl FnMut(&[i64], &Leg, usize) -> Result<Vec<T>, Unread>,
) -> Result<Vec<T>, Unread> {
    let limit = bounded(query.limit);
    let mut found = Vec::new();
    let mut is_forward = false;
    for (leg, most) in legs(query.span, limit, |id| said_at(connection, id))? {
        if leg.forward != is_forward {
            conversations.reverse();
            is_forward = leg.forward;
        }
        let most = most.min(limit - found.len());
        found.append(&mut page(&conversations, &leg, most)?);
    }
    Ok(found)
}

/// Messages and events: of each leg as many as of messages alone, those that come first.
fn log(connection: &Connection, query: &Query) -> Result<Vec<Entry>, Unread> {
    let (conversations, rights) = conversations(connection, &query.of)?;
    let sought = Sought::all(rights);
    let mut pages = Pages::new(connection);
    let mut found = by_legs(
        connection,
        query,
        conversations,
        |conversations, leg, most| {
            let said = pages.page(conversations, &sought, leg, most)?;
            let happened = pages.events(conversations, &sought, leg, most)?;
            let said = said.into_iter().map(|kept| Entry::Said(Box::new(kept)));
            let happened = happened.into_iter().map(Box::new).map(Entry::Happened);
            let mut both: Vec<Entry> = said.chain(happened).collect();
            both.sort_by_key(|entry| entry.id().nth());
            if !leg.forward {
                both.reverse();
            }
            both.truncate(most);
            Ok(both)
        },
    )?;
    found.sort_by_key(|entry| entry.id().nth());
    Ok(found)
}

/// The key by which nicks are compared; what is no nick is only found as it stands (the operator's name).
fn nick_key(nick: &str) -> String {
    Nick::parse(nick).map_or_else(|_| nick.to_owned(), |nick| nick.key().to_owned())
}

/// When a message was said, or an event was; of one that is not kept, when its id was made.
fn said_at(connection: &Connection, id: MessageId) -> Result<Timestamp, Unread> {
    let (nth, stamped, _) = row::parts(id);
    let at = connection
        .query_row(
            "SELECT at FROM message WHERE nth = ?1 UNION ALL SELECT at FROM event WHERE nth = ?1",
            [nth],
            |row| row.get(0),
        )
        .optional()?;
    Ok(Timestamp(at.unwrap_or(stamped)))
}

/// The conversations, the latest life first, and what may be read of them.
fn conversations(connection: &Connection, of: &Of) -> rusqlite::Result<(Vec<i64>, Rights)> {
    Ok(match of {
        Of::Lives(lives, rights) => (living(connection, lives)?, *rights),
        Of::Name(name) => {
            let mut all =
                connection.prepare("SELECT id FROM conversation WHERE key = ? ORDER BY id DESC")?;
            let all = all.query_map([name.key()], |row| row.get(0))?;
            (all.collect::<rusqlite::Result<_>>()?, Rights::ALL)
        }
        Of::Direct { own, other, nick } => {
            let mut all = BTreeSet::new();
            for own in own {
                all.extend(direct(connection, *own, *other, nick)?);
            }
            (all.into_iter().rev().collect(), Rights::ALL)
        }
    })
}

/// The conversations between these two, and between the first and whoever was called so when they last talked.
fn direct(
    connection: &Connection,
    own: Party,
    other: Option<Party>,
    nick: &Nick,
) -> rusqlite::Result<Vec<i64>> {
    let mut all = connection.prepare(
        "SELECT id FROM conversation WHERE one = ?1 AND (other = ?2 OR other_key = ?3) UNION \
         SELECT id FROM conversation WHERE other = ?1 AND (one = ?2 OR one_key = ?3)",
    )?;
    let other = other.map(|other| side(Some(other)));
    let all = all.query_map(params![side(Some(own)), other, nick.key()], |row| {
        row.get(0)
    })?;
    all.collect()
}

fn living(connection: &Connection, lives: &[Life]) -> rusqlite::Result<Vec<i64>> {
    let mut find = connection.prepare("SELECT id FROM conversation WHERE key = ? AND since = ?")?;
    let mut found = Vec::new();
    for life in lives {
        let id = find.query_row(params![life.key, whole(life.since)], |row| {
            row.get::<_, i64>(0)
        });
        found.extend(id.optional()?);
    }
    Ok(found)
}

fn message(connection: &Connection, id: MessageId) -> Result<Option<Placed>, Unread> {
    let mut find = connection.prepare(&format!("SELECT {COLUMNS} FROM message WHERE nth = ?"))?;
    let mut rows = find.query([row::parts(id).0])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    // Another message may have the number: the history was moved away and begun anew.
    let row = sound(row)?;
    let found = kept(&row)?;
    if found.id != id {
        return Ok(None);
    }
    let life = connection
        .query_row(
            "SELECT key, since FROM conversation WHERE id = ? AND key IS NOT NULL",
            [row.conversation],
            |life| Ok((life.get::<_, String>(0)?, life.get::<_, i64>(1)?)),
        )
        .optional()?;
    let life = life.map(|(key, since)| Life {
        key: key.into(),
        since: u64::try_from(since).unwrap_or(0),
    });
    Ok(Some((Box::new(found), life)))
}

fn private(
    connection: &Connection,
    own: Party,
    span: Span,
    limit: u32,
) -> Result<Vec<Kept>, Unread> {
    let own = side(Some(own));
    let mut all = connection.prepare(
        "SELECT id FROM conversation WHERE one = ?1 UNION SELECT id FROM conversation WHERE other = ?1 ORDER BY id DESC",
    )?;
    let all = all.query_map([own], |row| row.get(0))?;
    let all = all.collect::<rusqlite::Result<Vec<_>>>()?;
    let (mut pages, sought) = (Pages::new(connection), Sought::all(Rights::ALL));
    let mut found = Vec::new();
    for (leg, most) in legs(span, bounded(limit), |id| said_at(connection, id))? {
        found.append(&mut pages.page(&all, &sought, &leg, most)?);
    }
    found.sort_by_key(|kept| kept.id.nth());
    Ok(found)
}

fn targets(
    connection: &Connection,
    own: &[Party],
    rooms: &[(RoomName, Vec<Life>, Rights)],
    (after, before): (Timestamp, Timestamp),
    limit: u32,
) -> Result<Vec<Spoken>, Unread> {
    let mut pages = Pages::new(connection);
    let mut last = |conversations: &[i64], rights| -> Result<Option<Kept>, Unread> {
        let page = pages.page(conversations, &Sought::all(rights), &Leg::all(false), 1)?;
        Ok(page.into_iter().next())
    };
    let mut spoken: Vec<Kept> = Vec::new();
    for (name, lives, rights) in rooms {
        if let Some(mut kept) = last(&living(connection, lives)?, *rights)? {
            kept.to = name.as_str().into();
            spoken.push(kept);
        }
    }
    // One nick, one conversation, for the one who asks; whoever had it.
    let mut direct: HashMap<String, Kept> = HashMap::new();
    let mut pairs = connection.prepare(
        "SELECT id, other_nick, other_key FROM conversation WHERE one = ?1 UNION \
         SELECT id, one_nick, one_key FROM conversation WHERE other = ?1 AND one <> ?1 AND one <> x''",
    )?;
    for own in own {
        let mut pairs = pairs.query([side(Some(*own))])?;
        while let Some(pair) = pairs.next()? {
            if let Some(mut kept) = last(&[pair.get(0)?], Rights::ALL)? {
                kept.to = pair.get::<_, String>(1)?.into();
                let before = direct.entry(pair.get(2)?).or_insert_with(|| kept.clone());
                if before.id.nth() < kept.id.nth() {
                    *before = kept;
                }
            }
        }
    }
    spoken.extend(direct.into_values());
    spoken.retain(|kept| after < kept.at && kept.at < before);
    spoken.sort_by_key(|kept| (kept.at, kept.id.nth()));
    let skipped = spoken.len().saturating_sub(bounded(limit));
    let spoken = spoken.into_iter().skip(skipped).map(|kept| Spoken {
        name: kept.to,
        at: kept.at,
    });
    Ok(spoken.collect())
}
