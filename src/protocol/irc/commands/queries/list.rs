//! LIST: the rooms, by name, by pattern, by size and by age (ISUPPORT `ELIST=CMNTU`). Reads the chat only.

use crate::chat::{Pattern, Room, RoomId, RoomName, Sight, Timestamp};
use crate::protocol::irc::bound::{Bound, cut_short, too_many_rooms};
use crate::protocol::irc::lengths::ROOM_TARGETS;
use crate::protocol::irc::message::Message;
use crate::protocol::irc::{Asker, Numeric, Reading, Replies, World};

/// How much is compared for one answer at most: a pattern with a room's name counts [`PATTERN`], a condition counts 1. Beyond it
/// the rest of the rooms, the smallest, is not looked at.
const COMPARISONS: usize = 200_000;
const PATTERN: usize = 8;

/// What is asked for: rooms that are named or match one pattern, none of the unwanted ones, and all conditions.
#[derive(Default)]
struct Wish<'a> {
    names: Vec<&'a str>,
    patterns: Vec<Pattern>,
    unwanted: Vec<Pattern>,
    conditions: Vec<Condition>,
}

/// A condition; ages are in minutes.
#[derive(Clone, Copy)]
enum Condition {
    Users(Than, u64),
    Made(Than, u64),
    Topic(Than, u64),
}

#[derive(Clone, Copy)]
enum Than {
    More,
    Less,
}

impl Than {
    fn holds(self, value: u64, bound: u64) -> bool {
        match self {
            Than::More => value > bound,
            Than::Less => value < bound,
        }
    }
}

impl Condition {
    /// `>5`, `C<60`, `t>10`.
    fn parse(text: &str) -> Option<Condition> {
        let (about, bound) = text.split_at(text.find(['<', '>'])?);
        let (than, number) = bound.split_at(1);
        let than = if than == ">" { Than::More } else { Than::Less };
        let number = number.parse().ok()?;
        match about {
            "" => Some(Condition::Users(than, number)),
            "C" | "c" => Some(Condition::Made(than, number)),
            "T" | "t" => Some(Condition::Topic(than, number)),
            _ => None,
        }
    }

    fn holds(self, room: &Room, now: Timestamp) -> bool {
        let aged = |than: Than, at: Timestamp, minutes: u64| {
            let age = u64::try_from(now.0.saturating_sub(at.0)).unwrap_or(0);
            than.holds(age, minutes.saturating_mul(60_000))
        };
        match self {
            Condition::Users(than, users) => than.holds(room.users().into(), users),
            Condition::Made(than, minutes) => aged(than, room.made_at, minutes),
            Condition::Topic(than, minutes) => {
                let topic = room.topic.as_ref();
                topic.is_some_and(|topic| aged(than, topic.at, minutes))
            }
        }
    }
}

impl<'a> Wish<'a> {
    fn read(items: impl Iterator<Item = &'a str>) -> Wish<'a> {
        let mut wish = Wish::default();
        for item in items.filter(|item| !item.is_empty()) {
            if let Some(condition) = Condition::parse(item) {
                wish.conditions.push(condition);
            } else if let Some(pattern) = item.strip_prefix('!') {
                wish.unwanted.push(Pattern::new(pattern));
            } else if item.starts_with('#') && !Pattern::has_wildcards(item) {
                wish.names.push(item);
            } else {
                wish.patterns.push(Pattern::new(item));
            }
        }
        wish
    }

    /// Whether it wants this room, by all but its name.
    fn wants(&self, room: &Room, now: Timestamp) -> bool {
        let name = room.name.as_str();
        self.conditions
            .iter()
            .all(|condition| condition.holds(room, now))
            && !self.unwanted.iter().any(|pattern| pattern.matches(name))
    }

    /// What comparing one room counts.
    fn weight(&self) -> usize {
        PATTERN * (self.patterns.len() + self.unwanted.len()) + self.conditions.len()
    }

    fn is_like(&self, room: &Room) -> bool {
        let name = room.name.as_str();
        self.patterns.is_empty() || self.patterns.iter().any(|pattern| pattern.matches(name))
    }
}

/// An answer while it is written.
struct Answer<'r, 'a> {
    replies: &'r mut Replies<'a>,
    bound: Bound,
    /// How many rooms found no place in it.
    more: usize,
}

impl Answer<'_, '_> {
    fn row(&mut self, room: &Room) {
        if !self.bound.holds(self.replies.written()) {
            self.more += 1;
            return;
        }
        let users = room.users().to_string();
        let topic = room.topic.as_ref().map_or("", |note| note.topic.as_str());
        let params = [room.name.as_str(), &users];
        self.replies.numeric(Numeric::List, &params, topic);
    }
}

/// Both parameters are read alike, as clients send conditions in either; the server's own name as the second one is RFC 2812's
/// target.
pub(super) fn read(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let params = message.params.iter().take(2);
    let params = params.filter(|param| !param.eq_ignore_ascii_case(&world.server.name));
    let wish = Wish::read(params.flat_map(|param| param.split(',')));
    let sight = world.chat.sight(asker.user);
    reading.tell(world, asker, |replies| {
        replies.numeric(Numeric::ListStart, &["Channel"], "Users  Name");
        let bound = Bound::new(world.server, replies);
        let mut answer = Answer {
            replies,
            bound,
            more: 0,
        };
        for (nth, name) in wish.names.iter().enumerate() {
            if nth == ROOM_TARGETS {
                too_many_rooms(answer.replies, name, ROOM_TARGETS);
                break;
            }
            if let Some((_, room)) = named(world, &sight, name)
                && wish.wants(room, world.stamp.at)
            {
                answer.row(room);
            }
        }
        let mut unseen = 0;
        let most = COMPARISONS.checked_div(wish.weight()).unwrap_or(usize::MAX);
        if wish.names.is_empty() || !wish.patterns.is_empty() {
            let rooms = world.chat.rooms();
            let rooms = rooms.filter(|(id, _)| sight.room(*id));
            for (nth, (_, room)) in rooms.enumerate() {
                if nth >= most {
                    unseen += 1;
                } else if wish.wants(room, world.stamp.at) && wish.is_like(room) {
                    answer.row(room);
                }
            }
        }
        let more = answer.more;
        end(more, unseen, asker, replies);
    });
}

fn named<'a>(world: &World<'a>, sight: &Sight<'_>, name: &str) -> Option<(RoomId, &'a Room)> {
    let room = world.chat.room_by_name(&RoomName::parse(name).ok()?);
    room.filter(|(id, _)| sight.room(*id))
}

fn end(more: usize, unseen: usize, asker: Asker<'_>, replies: &mut Replies<'_>) {
    if more > 0 {
        let text = format!(
            "and {more} more; a quarter of limits.send_queue is full. Ask for fewer, as with LIST >10"
        );
        cut_short(replies, asker.client.capabilities, "LIST", &[], &text);
    }
    if unseen > 0 {
        let text = format!(
            "{unseen} of the smallest rooms were not looked at: that is too much to compare. Ask for less at once"
        );
        cut_short(replies, asker.client.capabilities, "LIST", &[], &text);
    }
    replies.numeric(Numeric::ListEnd, &[], "End of /LIST");
}
