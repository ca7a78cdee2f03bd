//! Answers and what is told to one alone: numerics, and the lines that look like one's own doing.

use super::pen::{Pen, Sender};
use super::{Telling, time_tag};
use crate::chat::{
    Client, Identity, Nick, Refusal, Role, RoomId, RoomName, Speaker, Text, Timestamp,
};
use crate::protocol::irc::names::names;
use crate::protocol::irc::topic::topic;
use crate::protocol::irc::welcome::welcome;
use crate::protocol::irc::{Capability, Numeric, Replies, refusal};

impl Pen<'_> {
    /// Replies to who is called so.
    pub(super) fn reply(&mut self, to: &str, write: impl FnOnce(&mut Replies<'_>)) {
        let tags = time_tag(self.at, self.capabilities);
        write(&mut Replies::new(self.out, &tags, self.server, to));
    }

    /// A numeric that ends with a text for people.
    pub(super) fn numeric(&mut self, numeric: Numeric, to: &str, params: &[&str], text: &str) {
        self.reply(to, |replies| {
            replies.numeric(numeric, params, text);
        });
    }

    /// A numeric that ends with a parameter for programs.
    fn bare(&mut self, numeric: Numeric, to: &str, params: &[&str]) {
        self.reply(to, |replies| {
            replies.bare(numeric, params);
        });
    }

    /// All that a client is told first.
    pub(super) fn welcome(&mut self, telling: &Telling<'_>, client: &Client, who: &Identity) {
        self.reply(who.nick.as_str(), |replies| {
            welcome(telling, client, who, replies);
        });
    }

    /// 332 and 333, neither where there is no topic; 353 and 366, for those who want them after a JOIN.
    pub(super) fn room_is(
        &mut self,
        telling: &Telling<'_>,
        client: &Client,
        to: &Nick,
        id: RoomId,
    ) {
        let Some(room) = telling.chat.room(id) else {
            return;
        };
        let without_names = self.has(Capability::NoImplicitNames);
        self.reply(to.as_str(), |replies| {
            if let Some(note) = &room.topic {
                topic(telling.server, &room.name, note, replies);
            }
            if !without_names {
                names(telling.chat, telling.server, client, id, replies);
            }
        });
    }

    /// Which of those that one monitors are here and which not (IRCv3 monitor).
    pub(super) fn monitored(&mut self, to: &str, here: &[Identity], gone: &[Nick]) {
        self.reply(to, |replies| {
            let mut words = replies.gather(Numeric::MonOnline, &[], ',');
            for who in here {
                words.add(|word| word.push_str(&who.mask()));
            }
            words.end();
            let mut words = replies.gather(Numeric::MonOffline, &[], ',');
            for nick in gone {
                words.add(|word| word.push_str(nick.as_str()));
            }
            words.end();
        });
    }

    /// One, or somebody else in a room of one's own, is invited (RFC 2812 section 3.2.7, IRCv3 invite-notify).
    pub(super) fn invite(&mut self, by: &Speaker, nick: &Nick, name: &RoomName) {
        self.open(Sender::of(by), "INVITE")
            .word(nick.as_str())
            .word(name.as_str())
            .end();
    }

    /// Somebody asks to be let in: the same line for all who are told, so it is told to the room.
    pub(super) fn knocked(&mut self, who: &Identity, name: &RoomName, text: Option<&Text>) {
        let words = match text {
            Some(text) => format!("has asked for an invite: {text}"),
            None => "has asked for an invite".to_owned(),
        };
        let (name, mask) = (name.as_str(), who.mask());
        self.numeric(Numeric::Knock, name, &[name, &mask], &words);
    }

    pub(super) fn knock_sent(&mut self, to: &str, name: &RoomName) {
        let text = "Your KNOCK has been delivered";
        self.numeric(Numeric::KnockDlvr, to, &[name.as_str()], text);
    }

    /// 301: one wrote to somebody, or invited somebody, who is away.
    pub(super) fn they_are_away(&mut self, to: &str, nick: &Nick, away: &Text) {
        self.numeric(Numeric::Away, to, &[nick.as_str()], away.as_str());
    }

    pub(super) fn away_is(&mut self, to: &str, away: bool) {
        let (numeric, text) = if away {
            (Numeric::NowAway, "You have been marked as being away")
        } else {
            (Numeric::UnAway, "You are no longer marked as being away")
        };
        self.numeric(numeric, to, &[], text);
    }

    pub(super) fn forwarded(&mut self, to: &str, from: &RoomName, into: &RoomName) {
        let rooms = [from.as_str(), into.as_str()];
        self.numeric(
            Numeric::LinkChannel,
            to,
            &rooms,
            "Forwarding to another channel",
        );
    }

    pub(super) fn invite_sent(
        &mut self,
        to: &str,
        nick: &Nick,
        name: &RoomName,
        away: Option<&Text>,
    ) {
        self.bare(Numeric::Inviting, to, &[nick.as_str(), name.as_str()]);
        if let Some(away) = away {
            self.they_are_away(to, nick, away);
        }
    }

    pub(super) fn operator(&mut self, to: &str, role: Role) {
        let text = format!("You are now an IRC operator ({})", role.as_str());
        self.numeric(Numeric::YoureOper, to, &[], &text);
    }

    /// Until when one has read what was said there, or `*` (IRCv3 read-marker).
    pub(super) fn marker(&mut self, target: &str, at: Option<Timestamp>) {
        if self.has(Capability::ReadMarker) {
            let at = at.map_or("*".into(), |at| format!("timestamp={}", super::moment(at)));
            self.open(Sender::Server, "MARKREAD")
                .word(target)
                .word(&at)
                .end();
        }
    }

    /// Somebody is logged in to an account, or not any more (IRCv3 account-notify).
    pub(super) fn account(&mut self, who: &Identity) {
        if self.has(Capability::AccountNotify) {
            self.open(Sender::User(who), "ACCOUNT")
                .word(who.account.as_ref().map_or("*", |account| &account.0))
                .end();
        }
    }

    /// As [`Pen::account`], for the one itself (IRCv3 sasl-3.1, 900 and 901).
    pub(super) fn own_account(&mut self, who: &Identity) {
        self.account(who);
        let (nick, mask) = (who.nick.as_str(), who.mask());
        match &who.account {
            Some(account) => {
                let text = format!("You are now logged in as {account}");
                self.numeric(Numeric::LoggedIn, nick, &[&mask, &account.0], &text);
            }
            None => self.numeric(Numeric::LoggedOut, nick, &[&mask], "You are now logged out"),
        }
    }

    /// What of a command was not carried out, while the rest was.
    pub(super) fn refused(&mut self, to: &str, why: &Refusal) {
        // Only these take many changes at once.
        let verb = match why {
            Refusal::MonitorFull { .. } => "MONITOR",
            _ => "MODE",
        };
        let capabilities = self.capabilities;
        self.reply(to, |replies| refusal(replies, verb, why, capabilities));
    }
}
