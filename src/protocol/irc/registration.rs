//! A connection before it is a client (Modern IRC, "Connection Registration"): CAP, PASS, NICK, USER, and the little that may be
//! asked before. Decides nothing: whether a nick is to be had the chat says in the end, whether a password is right an errand.

mod proving;
#[cfg(test)]
mod tests;
mod username;

use super::commands;

use super::isupport::isupport;
use super::label::label as label_lines;
use super::lengths::{self, clip};
use super::negotiation::{Negotiated, Offer, Progress, negotiate};
use super::{
    Capability, Errand, Exchange, Line, Message, MessageError, Numeric, Outcome, Readvertisement,
    Replies, Step, World, refusal, time_tag, unreadable,
};
use super::{register, sasl};
use crate::chat::{Attach, Capabilities, Departure, Nick, Refusal, Text};
use crate::protocol::account::{Answer, Denial};

/// What a newcomer is called in what it is told.
const NOBODY: &str = "*";

/// What a newcomer has said so far. Each word replaces what it said before, so it stays small whatever comes.
#[derive(Debug)]
pub struct Registration {
    attach: Box<Attach>,
    /// PASS, while it is of use.
    password: Option<Box<str>>,
    /// USER has come.
    user: bool,
    /// `CAP END` is awaited.
    negotiating: bool,
    admission: Admission,
    /// The exchange by which it proves an account, if it has begun one.
    exchange: Option<Box<Exchange>>,
    /// The label of the command that waits for what is found out.
    label: Option<Box<str>>,
}

/// How it stands with the server's password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Admission {
    /// Nobody has looked for it.
    Unasked,
    /// It is being checked outside.
    Checked,
    /// It was right, or there was none when it was looked for.
    Granted,
}

/// What a line comes to, beside its answer.
enum Next {
    /// It may be all that was missing.
    Go,
    /// Nothing.
    Stay,
    /// Something is found out first.
    Ask(Errand),
    /// The end.
    Leave(Departure),
}

impl Registration {
    /// Of a connection that has just been opened.
    pub fn new(attach: Box<Attach>) -> Registration {
        Registration {
            attach,
            password: None,
            user: false,
            negotiating: false,
            admission: Admission::Unasked,
            exchange: None,
            label: None,
        }
    }

    /// The connection's side.
    pub fn attach(&self) -> &Attach {
        &self.attach
    }

    /// What a line of it comes to. [`Step::Register`] is the last of its steps.
    pub fn read(&mut self, world: &World<'_>, line: &str) -> Vec<Step> {
        let message = match Message::parse(line) {
            Ok(message) => message,
            Err(MessageError::NoCommand) => return Vec::new(),
            Err(MessageError::BadCommand) => {
                return self.tell(world, |replies| unknown(NOBODY, replies));
            }
        };
        let capabilities = self.attach.capabilities;
        let label = commands::label_of(&message, capabilities);
        let mut out = Vec::new();
        let mut next = Next::Stay;
        self.reply(world, &mut out, |this, replies| {
            next = this.take(world, &message, replies);
        });
        if matches!(next, Next::Ask(_)) {
            self.label = label;
        } else if let Some(label) = label {
            out = labelled(world, &label, capabilities, &out);
        }
        let mut steps = Vec::new();
        if !out.is_empty() {
            steps.push(Step::Tell(out));
        }
        match next {
            Next::Go => steps.extend(self.go_on(world)),
            Next::Stay => {}
            Next::Ask(errand) => steps.push(Step::Outside(errand)),
            Next::Leave(how) => steps.push(Step::Leave(how)),
        }
        steps
    }

    /// What a line comes to that is not a whole one.
    pub fn unreadable(&mut self, world: &World<'_>, line: &Line) -> Vec<Step> {
        let standard = self.has(Capability::StandardReplies);
        self.tell(world, |replies| unreadable::refuse(line, standard, replies))
    }

    /// What a reload comes to: it loses what is offered no more.
    pub fn readvertised(&mut self, world: &World<'_>, change: &Readvertisement) -> Vec<Step> {
        let (held, tls) = (self.attach.capabilities, self.attach.tls.clone());
        let steps = self.tell(world, |replies| {
            change.tell_capabilities(world.server, (held, tls.as_deref()), replies);
        });
        self.attach.capabilities = change.left(held);
        steps
    }

    /// What an errand's outcome comes to.
    pub fn returned(&mut self, world: &World<'_>, errand: &Errand, outcome: &Outcome) -> Vec<Step> {
        match (errand, outcome) {
            (Errand::ServerPassword(_), Outcome::Done) => {
                self.admission = Admission::Granted;
                self.go_on(world)
            }
            (Errand::ServerPassword(_), Outcome::Refused(why)) => {
                self.shut_out(world, &format!("Password incorrect: {why}"))
            }
            (Errand::Account(request, _), Outcome::Account(answer)) => {
                self.answered(world, request, answer)
            }
            (Errand::Account(request, _), Outcome::Refused(_)) => {
                self.answered(world, request, &Answer::Denied(Denial::Busy))
            }
            _ => Vec::new(),
        }
    }

    /// The chat did not take it: its nick is gone, and it is told to choose another; for any other reason it has to go.
    pub fn refused(&mut self, world: &World<'_>, why: &Refusal) -> Vec<Step> {
        let nick = self.attach.nick.take();
        let capabilities = self.attach.capabilities;
        match why {
            Refusal::NickInUse { .. }
            | Refusal::NickReserved { .. }
            | Refusal::NickIsServers { .. } => {
                self.tell(world, |replies| refusal(replies, "NICK", why, capabilities))
            }
            // It was removed after it was proven: it comes without.
            Refusal::NoSuchAccount => {
                self.attach.nick = nick;
                self.attach.login = None;
                let mask = self.mask();
                let mut steps = self.tell(world, |replies| {
                    let text = "You are now logged out: the account was removed";
                    replies.numeric(Numeric::LoggedOut, &[&mask], text);
                });
                steps.extend(self.go_on(world));
                steps
            }
            other => vec![Step::Leave(cut(&other.to_string()))],
        }
    }

    /// Reads one message.
    fn take(
        &mut self,
        world: &World<'_>,
        message: &Message<'_>,
        replies: &mut Replies<'_>,
    ) -> Next {
        let params: &[&str] = &message.params;
        match message.command.to_ascii_uppercase().as_str() {
            "CAP" => return self.cap(world, params, replies),
            "NICK" => return self.nick(world, params, replies),
            "USER" => return self.user(params, replies),
            "PASS" => self.pass(world, params, replies),
            "QUIT" => {
                let reason = params.first().and_then(|reason| Text::parse(reason).ok());
                return Next::Leave(Departure::Quit(reason));
            }
            "PING" => commands::pong(world.server, params, replies),
            "AUTHENTICATE" => return self.authenticate(world, params, replies),
            "REGISTER" => return self.register_account(world, params, replies),
            "VERIFY" => register::verify(self.account(world).as_ref(), params, replies),
            "AWAY" if self.has(Capability::PreAway) => self.away(params, replies),
            "ISUPPORT" if self.has(Capability::ExtendedIsupport) => {
                let policy = world.chat.policy();
                isupport(policy, world.server, self.attach.capabilities, replies);
            }
            // Nothing answers these by itself (Modern IRC; RFC 2812 sections 3.3.2 and 3.7.4).
            "PONG" | "ERROR" | "NOTICE" => {}
            name if commands::named(name).is_some() || matches!(name, "AWAY" | "ISUPPORT") => {
                let text = "You have not registered; send NICK and USER first";
                replies.numeric(Numeric::NotRegistered, &[], text);
            }
            _ => unknown(message.command, replies),
        }
        Next::Stay
    }

    fn has(&self, capability: Capability) -> bool {
        capability.is_in(self.attach.capabilities)
    }

    fn cap(&mut self, world: &World<'_>, params: &[&str], replies: &mut Replies<'_>) -> Next {
        let tls = self.attach.tls.clone();
        let offer = Offer::to(world.server, tls.as_deref());
        let held = self.attach.capabilities;
        let Negotiated {
            capabilities,
            progress,
        } = negotiate(offer, held, params, replies);
        self.attach.capabilities = capabilities;
        match progress {
            Progress::Same => Next::Stay,
            Progress::Suspended => {
                self.negotiating = true;
                Next::Stay
            }
            Progress::Ended => {
                self.negotiating = false;
                Next::Go
            }
        }
    }

    /// One that cannot be had is as if it had not been asked for.
    fn nick(&mut self, world: &World<'_>, params: &[&str], replies: &mut Replies<'_>) -> Next {
        let Some(asked) = params.first().filter(|asked| !asked.is_empty()) else {
            let text = "No nickname given; NICK NAME";
            replies.numeric(Numeric::NoNicknameGiven, &[], text);
            return Next::Stay;
        };
        match Nick::parse(asked) {
            Err(error) => {
                let text = format!("Erroneous nickname: {error}");
                replies.numeric(Numeric::ErroneousNickname, &[clip(asked, 96)], &text);
                Next::Stay
            }
            Ok(nick) => match world.chat.can_come_as(&nick, self.account(world).as_ref()) {
                Err(why) if !self.may_prove(world, &nick) => {
                    refusal(replies, "NICK", &why, self.attach.capabilities);
                    Next::Stay
                }
                _ => {
                    self.attach.nick = Some(nick);
                    Next::Go
                }
            },
        }
    }

    fn user(&mut self, params: &[&str], replies: &mut Replies<'_>) -> Next {
        let [username, _, _, realname, ..] = params else {
            return few("USER", "USER NAME 0 * :REAL NAME", replies);
        };
        if username.is_empty() {
            return few("USER", "USER NAME 0 * :REAL NAME", replies);
        }
        self.attach.username = username::clean(username).into();
        let kept = clip(realname, lengths::REALNAME);
        if kept.len() < realname.len() {
            let most = lengths::REALNAME;
            let text = format!("Your real name is longer than {most} bytes and was cut to that");
            replies.trailing("NOTICE", &[NOBODY], &text);
        }
        self.attach.realname = kept.into();
        self.user = true;
        Next::Go
    }

    fn pass(&mut self, world: &World<'_>, params: &[&str], replies: &mut Replies<'_>) {
        match params.first() {
            None | Some(&"") => {
                few("PASS", "PASS PASSWORD", replies);
            }
            // It is not kept where nobody asks for it.
            Some(password) => self.password = world.server.password.then(|| (*password).into()),
        }
    }

    /// As after registration: one that is too long is refused, one that nobody could see is none.
    fn away(&mut self, params: &[&str], replies: &mut Replies<'_>) {
        let message = params.first().copied().unwrap_or_default();
        if message.len() > lengths::AWAY {
            let text = format!(
                "Input line was too long: the away message has {} bytes, and {} are allowed (AWAYLEN); shorten it",
                message.len(),
                lengths::AWAY
            );
            replies.numeric(Numeric::InputTooLong, &[], &text);
            return;
        }
        self.attach.away = Text::parse(message).ok();
        let (numeric, text) = match self.attach.away {
            Some(_) => (Numeric::NowAway, "You have been marked as being away"),
            None => (Numeric::UnAway, "You are no longer marked as being away"),
        };
        replies.numeric(numeric, &[], text);
    }

    /// Whether all that is needed has been said.
    fn go_on(&mut self, world: &World<'_>) -> Vec<Step> {
        let complete = self.user && self.attach.nick.is_some();
        if !complete || self.negotiating || self.admission == Admission::Checked {
            return Vec::new();
        }
        if world.server.password && self.admission == Admission::Unasked {
            let Some(password) = self.password.take() else {
                let text =
                    "Password incorrect: this server has one; send PASS before NICK and USER";
                return self.shut_out(world, text);
            };
            self.admission = Admission::Checked;
            return vec![Step::Outside(Errand::ServerPassword(password))];
        }
        self.admission = Admission::Granted;
        let mut steps = Vec::new();
        if self.exchange.take().is_some() {
            steps = self.tell(world, sasl::abandoned);
        }
        steps.push(Step::Register);
        steps
    }

    /// The end of one that does not have the password.
    fn shut_out(&mut self, world: &World<'_>, text: &str) -> Vec<Step> {
        let mut steps = self.tell(world, |replies| {
            replies.numeric(Numeric::PasswdMismatch, &[], text);
        });
        steps.push(Step::Leave(cut(
            "the server's password was missing or wrong",
        )));
        steps
    }

    fn tell(&mut self, world: &World<'_>, write: impl FnOnce(&mut Replies<'_>)) -> Vec<Step> {
        let mut out = Vec::new();
        self.reply(world, &mut out, |_, replies| write(replies));
        vec![Step::Tell(out)]
    }

    /// Writes replies as they are for what it has negotiated before.
    fn reply(
        &mut self,
        world: &World<'_>,
        out: &mut Vec<u8>,
        write: impl FnOnce(&mut Registration, &mut Replies<'_>),
    ) {
        let tags = time_tag(world.stamp.at, self.attach.capabilities);
        write(
            self,
            &mut Replies::new(out, &tags, &world.server.name, NOBODY),
        );
    }
}

/// What a labelled command has brought, marked.
fn labelled(world: &World<'_>, label: &str, capabilities: Capabilities, lines: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let (server, stamp) = (world.server, &world.stamp);
    label_lines(lines, label, server, stamp, capabilities, &mut out);
    out
}

fn unknown(command: &str, replies: &mut Replies<'_>) {
    let text = "Unknown command; NICK and USER register";
    replies.numeric(Numeric::UnknownCommand, &[clip(command, 32)], text);
}

fn few(command: &str, usage: &str, replies: &mut Replies<'_>) -> Next {
    let text = format!("Not enough parameters; {usage}");
    replies.numeric(Numeric::NeedMoreParams, &[command], &text);
    Next::Stay
}

/// Cut off, for a reason that is not empty.
fn cut(reason: &str) -> Departure {
    Text::parse(reason).map_or(Departure::Closed, Departure::Cut)
}
