//! Who comes, goes, is called otherwise: JOIN, PART, KICK, QUIT, NICK, and what those are told who do not know the newer words
//! for a new host or a room's new name.

use super::pen::{Pen, Sender};
use super::{Telling, recipient};
use crate::chat::{
    Account, Client, Departure, Identity, Nick, OPERATOR, Rank, Ranks, RoomId, RoomName, Speaker,
    Text, Topic, User,
};
use crate::protocol::irc::{Capability, Numeric};

/// How somebody went, as the others are told (Modern IRC, "QUIT message"). What to do about a limit is told only to the one who
/// met it.
fn quit_text(how: &Departure) -> String {
    match how {
        Departure::Cut(_) => "Connection cut off by the server".to_owned(),
        how => parting(how),
    }
}

/// How one goes, as one is told it oneself.
fn parting(how: &Departure) -> String {
    match how {
        // The words before the reason keep it from looking like another one.
        Departure::Quit(reason) => {
            format!("Quit: {}", reason.as_ref().map_or("", Text::as_str))
        }
        Departure::Closed => "Connection closed".to_owned(),
        Departure::Failed => "Connection failed".to_owned(),
        Departure::Kicked(reason) => format!("Killed ({OPERATOR} ({reason}))"),
        Departure::Killed(by, reason) => format!("Killed ({by} ({reason}))"),
        Departure::Cut(reason) => reason.to_string(),
        Departure::Shutdown(reason) => format!("Server shutting down: {reason}"),
    }
}

impl Pen<'_> {
    /// A JOIN, with account and real name for those who want them (IRCv3 extended-join).
    pub(super) fn join(&mut self, who: &Identity, realname: &str, name: &str) {
        let extended = self.has(Capability::ExtendedJoin);
        self.open(Sender::User(who), "JOIN").word(name);
        if extended {
            self.word(
                who.account
                    .as_ref()
                    .map_or("*", |account: &Account| &account.0),
            )
            .last(realname);
        } else {
            self.end();
        }
    }

    /// Somebody is away, or back (IRCv3 away-notify).
    pub(super) fn away(&mut self, who: &Identity, away: Option<&Text>) {
        if self.has(Capability::AwayNotify) {
            self.open(Sender::User(who), "AWAY")
                .last_if(away.map(Text::as_str));
        }
    }

    pub(super) fn part(&mut self, who: &Identity, name: &str, reason: Option<&Text>) {
        self.open(Sender::User(who), "PART")
            .word(name)
            .last_if(reason.map(Text::as_str));
    }

    /// A KICK. Without a reason, who did it stands there, as clients expect one.
    pub(super) fn kick(&mut self, by: &Speaker, nick: &Nick, name: &str, reason: Option<&Text>) {
        self.open(Sender::of(by), "KICK")
            .word(name)
            .word(nick.as_str())
            .last(reason.map_or(by.name(), Text::as_str));
    }

    pub(super) fn quit(&mut self, who: &Identity, how: &Departure) {
        self.open(Sender::User(who), "QUIT").last(&quit_text(how));
    }

    pub(super) fn nick(&mut self, who: &Identity, new: &Nick) {
        // With its colon, which ii looks for, though it is needed nowhere.
        self.open(Sender::User(who), "NICK").last(new.as_str());
    }

    /// A TOPIC. Where host and name together would take the room of the topic, the nick stands alone.
    pub(super) fn topic(&mut self, sender: Sender<'_>, name: &str, topic: &Topic) {
        let full = self.out.len();
        let topic = topic.as_str();
        self.open(sender, "TOPIC").word(name);
        if let Sender::User(who) = sender
            && self.room() < topic.len()
        {
            self.out.truncate(full);
            self.open(Sender::Nick(who), "TOPIC").word(name);
        }
        self.last(topic);
    }

    /// The last lines: why one has to go (RFC 2812 section 3.7.4), and before it, if an operator ended it, who did, and one's own
    /// QUIT (Modern IRC, "KILL message").
    pub(super) fn farewell(&mut self, telling: &Telling<'_>, nick: Option<&Nick>, how: &Departure) {
        match (nick, how) {
            (Some(nick), Departure::Killed(by, reason)) => {
                let found = telling.chat.user_by_nick(by);
                let who = found.map(|(_, user)| user.identity());
                let sender = who.as_ref().map_or(Sender::Named(by), Sender::User);
                self.kill(sender, nick, (reason, how));
            }
            (Some(nick), Departure::Kicked(reason)) => {
                self.kill(Sender::Operator, nick, (reason, how));
            }
            _ => {}
        }
        let text = format!("Closing Link: {} ({})", self.server, parting(how));
        self.begin_bare("ERROR").last(&text);
    }

    fn kill(&mut self, sender: Sender<'_>, nick: &Nick, (reason, how): (&Text, &Departure)) {
        self.open(sender, "KILL")
            .word(nick.as_str())
            .last(reason.as_str());
        self.open(Sender::Named(nick), "QUIT").last(&quit_text(how));
    }

    /// One has entered a room: JOIN, how far one has read there, its topic, who is in it.
    pub(super) fn entered(
        &mut self,
        telling: &Telling<'_>,
        (client, user): (&Client, &User),
        who: &Identity,
        (room, name): (RoomId, &RoomName),
    ) {
        self.join(who, &user.realname, name.as_str());
        self.marker(name.as_str(), telling.chat.has_read(user, name));
        self.room_is(telling, client, &user.nick, room);
    }

    /// Another host (IRCv3 chghost). The one itself is told by number too; those who do not know the word see it leave and come
    /// back wherever they share a room.
    pub(super) fn host(
        &mut self,
        telling: &Telling<'_>,
        client: &Client,
        (old, new): (&Identity, &Identity),
    ) {
        let chat = telling.chat;
        let Some(to) = recipient(telling, client) else {
            return;
        };
        let itself = to.nick == new.nick;
        if self.has(Capability::ChangeHost) {
            self.open(Sender::User(old), "CHGHOST")
                .word(new.origin.username())
                .word(new.origin.host())
                .end();
        }
        if itself {
            let (host, text) = (new.origin.host(), "is now your displayed host");
            self.numeric(Numeric::VisibleHost, to.nick.as_str(), &[host], text);
        }
        if itself || self.has(Capability::ChangeHost) {
            return;
        }
        let Some((_, user)) = chat.user_by_nick(&new.nick) else {
            return;
        };
        let sight = chat.sight(to);
        let shared = user.rooms().filter(|id| to.is_in(*id));
        let members = shared.filter_map(|id| Some((chat.room(id)?, id, chat.member(id, user)?)));
        let mut seen = members
            .filter(|(_, id, member)| sight.member(*id, *member))
            .peekable();
        if seen.peek().is_none() {
            return;
        }
        self.open(Sender::User(old), "QUIT")
            .last("Changing hostname");
        for (room, _, member) in seen {
            self.join(new, &user.realname, room.name.as_str());
            self.ranks(&room.name, &new.nick, member.ranks);
        }
        if user.away.is_some() {
            self.away(new, user.away.as_ref());
        }
    }

    /// All ranks that a member has, as if they were given to it now.
    fn ranks(&mut self, name: &RoomName, nick: &Nick, ranks: Ranks) {
        let letters: String = ranks.iter().map(Rank::letter).collect();
        if letters.is_empty() {
            return;
        }
        let count = letters.len();
        self.open(Sender::Server, "MODE")
            .word(name.as_str())
            .word(&format!("+{letters}"));
        for _ in 0..count {
            self.word(nick.as_str());
        }
        self.end();
    }

    /// A RENAME, for those who know it.
    pub(super) fn rename(
        &mut self,
        by: &Speaker,
        (old, new): (&RoomName, &RoomName),
        reason: Option<&Text>,
    ) {
        if self.has(Capability::ChannelRename) {
            self.open(Sender::of(by), "RENAME")
                .word(old.as_str())
                .word(new.as_str())
                .last(reason.map_or("", Text::as_str));
        }
    }

    /// A room's new name (IRCv3 channel-rename). Those who do not know the word leave the old room and enter the new one; not if
    /// to them it is the same name.
    pub(super) fn renamed(
        &mut self,
        telling: &Telling<'_>,
        client: &Client,
        by: &Speaker,
        (room, old, new): (RoomId, &RoomName, &RoomName),
        reason: Option<&Text>,
    ) {
        if self.has(Capability::ChannelRename) {
            return self.rename(by, (old, new), reason);
        }
        // The case mapping is ASCII's.
        if old.as_str().eq_ignore_ascii_case(new.as_str()) {
            return;
        }
        if let Some(user) = recipient(telling, client) {
            let who = user.identity();
            self.part(&who, old.as_str(), reason);
            self.entered(telling, (client, user), &who, (room, new));
        }
    }
}
