//! Answers and what is told to one alone: numerics, and the lines that look like one's own doing.

use super::comings::is_seen;
use super::pen::{Pen, Sender};
use super::{Telling, time_tag};
use crate::chat::{
    Identity, Nick, Rank, Refusal, Role, RoomFlag, RoomId, RoomName, Speaker, Text, User,
};
use crate::protocol::irc::{Capability, Numeric, Replies, refusal};

impl Pen<'_> {
    /// A line that ends the connection (RFC 2812 section 3.7.4).
    pub(super) fn error(&mut self, text: &str) {
        self.begin_bare("ERROR").last(text);
    }

    /// 353 and 366: who is in a room, as one of its members sees it.
    pub(super) fn names(
        &mut self,
        telling: &Telling<'_>,
        user: &User,
        (id, name): (RoomId, &RoomName),
    ) {
        let Some(room) = telling.chat.room(id) else {
            return;
        };
        let seen = room.members().iter().filter_map(|member| {
            let other = telling.chat.user(member.user)?;
            is_seen(telling, user, other, id).then_some((member.ranks, other))
        });
        let (all, origin) = (
            self.has(Capability::MultiPrefix),
            self.has(Capability::UserhostInNames),
        );
        let words = seen.map(|(ranks, other)| {
            let most = if all { usize::MAX } else { 1 };
            let mut word: String = ranks.iter().take(most).map(Rank::sign).collect();
            word.push_str(other.nick.as_str());
            if origin {
                word.push('!');
                word.push_str(other.origin.as_str());
            }
            word
        });
        let symbol = match room.flags {
            flags if flags.has(RoomFlag::Secret) => "@",
            flags if flags.has(RoomFlag::Private) => "*",
            _ => "=",
        };
        let nick = user.nick.as_str();
        self.packed(
            Numeric::NamReply,
            &[nick, symbol, name.as_str()],
            ' ',
            words,
        );
        self.numeric(Numeric::EndOfNames, nick)
            .word(name.as_str())
            .last("End of /NAMES list");
    }

    /// As many numerics as it takes to say all words, with a separator between them.
    pub(super) fn packed(
        &mut self,
        numeric: Numeric,
        params: &[&str],
        separator: char,
        words: impl Iterator<Item = String>,
    ) {
        let mut text = String::new();
        let mut say = |text: &str, word: Option<&str>| {
            let before = self.out.len();
            let (to, more) = params.split_first().unwrap_or((&"*", &[]));
            let line = self.numeric(numeric, to);
            for param in more {
                line.word(param);
            }
            if let Some(word) = word
                && line.room() > text.len() + word.len()
            {
                line.out.truncate(before);
                return false;
            }
            line.last(text);
            true
        };
        for word in words {
            if text.is_empty() || say(&text, Some(&word)) {
                text.clear();
            } else {
                text.push(separator);
            }
            text.push_str(&word);
        }
        if !text.is_empty() {
            say(&text, None);
        }
    }

    /// Which of those that one monitors are here and which not (IRCv3 monitor).
    pub(super) fn monitored(&mut self, nick: &str, here: &[Identity], gone: &[Nick]) {
        let here = here.iter().map(Identity::mask);
        self.packed(Numeric::MonOnline, &[nick], ',', here);
        let gone = gone.iter().map(ToString::to_string);
        self.packed(Numeric::MonOffline, &[nick], ',', gone);
    }

    /// One, or somebody else in a room of one's own, is invited (RFC 2812 section 3.2.7, IRCv3 invite-notify).
    pub(super) fn invite(&mut self, by: &Speaker, nick: &Nick, name: &RoomName) {
        self.open(Sender::of(by), "INVITE")
            .word(nick.as_str())
            .word(name.as_str())
            .end();
    }

    /// Somebody asks to be let in: the same line for all who are told.
    pub(super) fn knocked(&mut self, who: &Identity, name: &RoomName, text: Option<&Text>) {
        let words = match text {
            Some(text) => format!("has asked for an invite: {text}"),
            None => "has asked for an invite".to_owned(),
        };
        self.numeric(Numeric::Knock, name.as_str())
            .word(name.as_str())
            .word(&who.mask())
            .last(&words);
    }

    /// 301: one wrote to somebody, or invited somebody, who is away.
    pub(super) fn they_are_away(&mut self, to: &str, nick: &Nick, away: &Text) {
        self.numeric(Numeric::Away, to)
            .word(nick.as_str())
            .last(away.as_str());
    }

    pub(super) fn away_is(&mut self, to: &str, away: bool) {
        if away {
            self.numeric(Numeric::NowAway, to)
                .last("You have been marked as being away");
        } else {
            self.numeric(Numeric::UnAway, to)
                .last("You are no longer marked as being away");
        }
    }

    pub(super) fn forwarded(&mut self, to: &str, from: &RoomName, into: &RoomName) {
        self.numeric(Numeric::LinkChannel, to)
            .word(from.as_str())
            .word(into.as_str())
            .last("Forwarding to another channel");
    }

    pub(super) fn invite_sent(
        &mut self,
        to: &str,
        nick: &Nick,
        name: &RoomName,
        away: Option<&Text>,
    ) {
        self.numeric(Numeric::Inviting, to)
            .word(nick.as_str())
            .word(name.as_str())
            .end();
        if let Some(away) = away {
            self.they_are_away(to, nick, away);
        }
    }

    pub(super) fn operator(&mut self, to: &str, role: Role) {
        let text = format!("You are now an IRC operator ({})", role.as_str());
        self.numeric(Numeric::YoureOper, to).last(&text);
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
                self.numeric(Numeric::LoggedIn, nick)
                    .word(&mask)
                    .word(&account.0)
                    .last(&text);
            }
            None => self
                .numeric(Numeric::LoggedOut, nick)
                .word(&mask)
                .last("You are now logged out"),
        }
    }

    /// What of a command was not carried out, while the rest was.
    pub(super) fn refused(&mut self, to: &str, why: &Refusal) {
        // Only these take many changes at once.
        let verb = match why {
            Refusal::MonitorFull { .. } => "MONITOR",
            _ => "MODE",
        };
        let tags = time_tag(self.at, self.capabilities);
        let capabilities = self.capabilities;
        let mut replies = Replies::new(self.out, &tags, self.server, to);
        refusal(&mut replies, verb, why, capabilities);
    }
}
