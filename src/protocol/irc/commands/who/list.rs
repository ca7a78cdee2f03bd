//! WHO: users by room, by nick or by mask, in the fields that are asked for (RFC 2812 section 3.6.1, IRCv3 whox).

use super::{address, clients, idle};
use crate::chat::{InRoom, Nick, Pattern, Ranks, Room, RoomName, Sight, User, UserFlag};
use crate::protocol::irc::bound::{Bound, cut_short, fitting};
use crate::protocol::irc::message::Message;
use crate::protocol::irc::names::push_signs;
use crate::protocol::irc::{Asker, Numeric, Reading, Replies, World};

/// The most users of an answer to a mask. A room's members are bounded by the answer's bytes only: clients ask so for who is away.
const ROWS: usize = 500;

/// The most users that are compared with a mask, in the order of their ids.
const LOOKED_AT: usize = 20_000;

/// Which users, beside what the mask says, and what of them.
struct Form<'a> {
    operators_only: bool,
    /// WHOX: the letters of the fields, and the token.
    fields: Option<(&'a str, &'a str)>,
}

impl<'a> Form<'a> {
    /// `o`, `%fields`, `%fields,token`, `o%fields`: what stands before the `%` are flags; those that there are not mean nothing.
    fn parse(text: &'a str) -> Form<'a> {
        let (flags, fields) = match text.split_once('%') {
            Some((flags, fields)) => (flags, Some(fields)),
            None => (text, None),
        };
        let fields = fields.map(|fields| {
            let (letters, token) = fields.split_once(',').unwrap_or((fields, ""));
            let valid = (1..=3).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_digit());
            // A field must be filled: clients that ask for a token without giving one get what other servers send.
            (letters, if valid { token } else { "0" })
        });
        Form {
            operators_only: flags.contains(['o', 'O']),
            fields,
        }
    }
}

/// An answer while it is written.
struct Answer<'r, 'w, 'a> {
    world: &'w World<'w>,
    asker: Asker<'w>,
    form: Form<'w>,
    bound: Bound,
    replies: &'r mut Replies<'a>,
    rows: usize,
    /// How many users found no place in it.
    more: usize,
}

/// A user in an answer, with the room that it is shown in.
#[derive(Clone, Copy)]
struct Found<'a> {
    user: &'a User,
    room: Option<(&'a Room, Ranks)>,
}

pub(super) fn read(
    world: &World<'_>,
    asker: Asker<'_>,
    message: &Message<'_>,
    reading: &mut Reading,
) {
    let mask = message.params.first().copied().unwrap_or("*");
    let form = Form::parse(message.params.get(1).copied().unwrap_or(""));
    let sight = world.chat.sight(asker.user);
    reading.tell(world, asker, |replies| {
        let bound = Bound::new(world.server, replies);
        let mut answer = Answer {
            world,
            asker,
            form,
            bound,
            replies,
            rows: 0,
            more: 0,
        };
        if mask.starts_with('#') {
            answer.room(&sight, mask);
        } else if matches!(mask, "" | "0" | "*") {
            answer.users(&sight, None);
        } else if Pattern::has_wildcards(mask) {
            answer.users(&sight, Some(&Pattern::new(mask)));
        } else if let Ok(nick) = Nick::parse(mask)
            && let Some((_, user)) = world.chat.user_by_nick(&nick)
        {
            answer.user(&sight, user);
        }
        answer.end(mask);
    });
}

impl<'w> Answer<'_, 'w, '_> {
    fn room(&mut self, sight: &Sight<'w>, name: &str) {
        let name = RoomName::parse(name).ok();
        let Some((id, room)) = name.and_then(|name| self.world.chat.room_by_name(&name)) else {
            return;
        };
        for (member, user) in sight.members(id) {
            let room = Some((room, member.ranks));
            self.row(Found { user, room });
        }
    }

    /// Those whom the asker sees, of a pattern if there is one.
    fn users(&mut self, sight: &Sight<'w>, pattern: Option<&Pattern>) {
        let unseen = self.world.chat.census().users.saturating_sub(LOOKED_AT);
        for (_, user) in self.world.chat.users().take(LOOKED_AT) {
            let like = |pattern: &Pattern| {
                let (nick, origin) = (user.nick.as_str(), &user.origin);
                let texts = [nick, origin.host(), origin.username(), &user.realname];
                texts.into_iter().any(|text| pattern.matches(text))
            };
            if !sight.user(user) || !pattern.is_none_or(like) {
                continue;
            }
            if self.rows < ROWS {
                self.user(sight, user);
            } else if self.is_wanted(user) {
                self.more += 1;
            }
        }
        if unseen > 0 {
            let text = format!(
                "{LOOKED_AT} users were compared and {unseen} were not; WHO of a room or a nick finds them"
            );
            self.cut_short(&text);
        }
    }

    fn user(&mut self, sight: &Sight<'w>, user: &'w User) {
        let room = sight.rooms_of(user).next();
        let room = room.map(|(room, InRoom { ranks, .. })| (room, ranks));
        self.row(Found { user, room });
    }

    fn is_wanted(&self, user: &User) -> bool {
        !self.form.operators_only || user.operator.is_some()
    }

    fn row(&mut self, found: Found<'_>) {
        if !self.is_wanted(found.user) {
            return;
        }
        if !self.bound.holds(self.replies.written()) {
            self.more += 1;
            return;
        }
        self.rows += 1;
        match self.form.fields {
            None => self.plain(found),
            Some((letters, token)) => self.chosen(found, letters, token),
        }
    }

    /// 352: `<channel> <username> <host> <server> <nick> <flags> :<hopcount> <realname>`.
    fn plain(&mut self, Found { user, room }: Found<'_>) {
        let flags = self.flags(user, room);
        let params = [
            room.map_or("*", |(room, _)| room.name.as_str()),
            user.origin.username(),
            user.origin.host(),
            &self.world.server.name,
            user.nick.as_str(),
            &flags,
        ];
        let text = format!("0 {}", user.realname);
        self.replies.numeric(Numeric::WhoReply, &params, &text);
    }

    /// 354, with the fields in the order of the specification, whatever order they were asked for in.
    fn chosen(&mut self, Found { user, room }: Found<'_>, letters: &str, token: &str) {
        let mut params: Vec<String> = Vec::new();
        for letter in "tcuihsnfdlao"
            .chars()
            .filter(|&letter| letters.contains(letter))
        {
            params.push(match letter {
                't' => token.to_owned(),
                'c' => room.map_or("*", |(room, _)| room.name.as_str()).to_owned(),
                'u' => user.origin.username().to_owned(),
                'i' => self.address(user),
                'h' => user.origin.host().to_owned(),
                's' => self.world.server.name.to_string(),
                'n' => user.nick.as_str().to_owned(),
                'f' => self.flags(user, room),
                'l' => idle(self.world.chat, &self.world.stamp, user).to_string(),
                'a' => user
                    .account
                    .as_ref()
                    .map_or("0".into(), ToString::to_string),
                'o' => "n/a".to_owned(),
                _ => "0".to_owned(),
            });
        }
        let params: Vec<&str> = params.iter().map(String::as_str).collect();
        if letters.contains('r') {
            self.replies
                .numeric(Numeric::WhoSpcRpl, &params, &user.realname);
        } else {
            self.replies.bare(Numeric::WhoSpcRpl, &params);
        }
    }

    /// Where a user comes from: for itself and for operators.
    fn address(&self, user: &User) -> String {
        let known = self.asker.user.operator.is_some() || self.asker.user.nick == user.nick;
        let client = clients(self.world.chat, user).next();
        let address = client.filter(|_| known).map(address);
        address.unwrap_or_else(|| "255.255.255.255".into())
    }

    /// `H` or `G` (away, or without a client), `*` for an operator, the ranks in the room, `B` for a bot.
    fn flags(&self, user: &User, room: Option<(&Room, Ranks)>) -> String {
        let is_gone = user.away.is_some() || user.clients.is_empty();
        let mut flags = String::from(if is_gone { "G" } else { "H" });
        if user.operator.is_some() {
            flags.push('*');
        }
        let ranks = room.map(|(_, ranks)| ranks).unwrap_or_default();
        push_signs(ranks, self.asker.client.capabilities, &mut flags);
        if user.flags.has(UserFlag::Bot) {
            flags.push(UserFlag::Bot.letter());
        }
        flags
    }

    fn cut_short(&mut self, text: &str) {
        cut_short(
            self.replies,
            self.asker.client.capabilities,
            "WHO",
            &[],
            text,
        );
    }

    fn end(mut self, mask: &str) {
        if self.more > 0 {
            let more = self.more;
            let text = if self.rows >= ROWS {
                format!("and {more} more; a mask shows {ROWS} users at most. Ask for fewer")
            } else {
                format!("and {more} more; a quarter of limits.send_queue is full")
            };
            self.cut_short(&text);
        }
        let text = "End of WHO list";
        let mask = fitting(self.replies, mask, text);
        self.replies.numeric(Numeric::EndOfWho, &[mask], text);
    }
}
