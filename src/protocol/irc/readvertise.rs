//! What a reload changes of what clients were told: ISUPPORT tokens, the capabilities that are offered, and the STS policy. Knows of
//! two configurations, not how they came about.

#[cfg(test)]
mod tests;

use super::capability::speaks_302;
use super::negotiation::Offer;
use super::{Capability, Replies, Server, isupport, time_tag};
use crate::chat::{Capabilities, Policy, Stamp, Tls};

/// The difference between what was advertised and what is so now. Made once for each reload, told to each client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Readvertisement {
    /// Tokens that are new, have another value, or (`-NAME`) are gone.
    tokens: Vec<String>,
    /// Capabilities that are offered and were not.
    new: Vec<Capability>,
    /// Those that have another value.
    other: Vec<Capability>,
    /// Those that are offered no more.
    gone: Vec<Capability>,
    /// The STS policy as an insecure connection is to know it, if that is new.
    insecure: Option<String>,
    /// And as a secure one is.
    secure: Option<String>,
}

impl Readvertisement {
    /// Between two configurations.
    pub fn between(old: (&Policy, &Server), new: (&Policy, &Server)) -> Readvertisement {
        let before = isupport::tokens(old.0, old.1);
        let after = isupport::tokens(new.0, new.1);
        let offer = |server, secure| Offer {
            server,
            secure,
            certificate: false,
            host: None,
        };
        let sts = |server, secure| offer(server, secure).value(Capability::Sts);
        let changed =
            |secure| sts(new.1, secure).filter(|now| sts(old.1, secure).as_ref() != Some(now));
        // A policy is taken back by its duration; CAP DEL must not be sent (IRCv3 sts).
        let revoked = (old.1.sts.is_some() && new.1.sts.is_none()).then(|| "duration=0".to_owned());
        // Whether any other than that is offered, and whether its value changes, is the same for all connections.
        let (was, is) = (offer(old.1, false), offer(new.1, false));
        let those = |which: &dyn Fn(Capability) -> bool| {
            let others = Capability::ALL.iter().copied();
            let others = others.filter(|capability| *capability != Capability::Sts);
            others.filter(|capability| which(*capability)).collect()
        };
        Readvertisement {
            tokens: isupport::difference(&before, &after),
            new: those(&|one| is.has(one) && !was.has(one)),
            other: those(&|one| is.has(one) && was.has(one) && is.value(one) != was.value(one)),
            gone: those(&|one| was.has(one) && !is.has(one)),
            insecure: changed(false),
            secure: changed(true).or(revoked),
        }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Readvertisement::default()
    }

    /// What a client has left of these capabilities: those that it is told are gone, it has no more.
    pub fn left(&self, held: Capabilities) -> Capabilities {
        if !Capability::CapNotify.is_in(held) {
            return held;
        }
        let gone = self.gone.iter().fold(0, |gone, one| gone | one.bit());
        Capabilities(held.0 & !gone)
    }

    /// The lines for a client that has registered: 005 with what is new (Modern IRC, "`RPL_ISUPPORT`"), and the capabilities.
    pub fn tell(
        &self,
        server: &Server,
        stamp: &Stamp,
        client: (&str, Capabilities, Option<&Tls>),
        out: &mut Vec<u8>,
    ) {
        let (nick, capabilities, tls) = client;
        let tags = time_tag(stamp.at, capabilities);
        let mut replies = Replies::new(out, &tags, &server.name, nick);
        let tokens = self.tokens.iter().map(String::as_str);
        isupport::lines(tokens, capabilities, &mut replies);
        self.tell_capabilities(server, (capabilities, tls), &mut replies);
    }

    /// `CAP DEL` and `CAP NEW`, for those that know of them (IRCv3 cap-notify). The policy of TLS goes to those whom it is offered to;
    /// that it is taken back, to all who have TLS.
    pub(super) fn tell_capabilities(
        &self,
        server: &Server,
        (held, tls): (Capabilities, Option<&Tls>),
        replies: &mut Replies<'_>,
    ) {
        if !Capability::CapNotify.is_in(held) {
            return;
        }
        let nick = replies.nick().to_owned();
        let gone: Vec<&str> = self.gone.iter().map(|one| one.name()).collect();
        if !gone.is_empty() {
            replies.trailing("CAP", &[&nick, "DEL"], &gone.join(" "));
        }
        let offer = Offer::to(server, tls);
        // Without its value the policy says nothing, and only version 302 has values.
        let values = speaks_302(held);
        let other = self.other.iter().filter(|_| values);
        let new = self.new.iter().chain(other);
        let mut new: Vec<String> = new.filter_map(|one| offer.word(*one, values)).collect();
        let sts = match tls {
            Some(_) => self.secure.as_ref(),
            None => self.insecure.as_ref(),
        };
        let is_meant = values && (offer.has(Capability::Sts) || server.sts.is_none());
        if let Some(sts) = sts.filter(|_| is_meant) {
            new.push(format!("{}={sts}", Capability::Sts.name()));
        }
        if !new.is_empty() {
            replies.trailing("CAP", &[&nick, "NEW"], &new.join(" "));
        }
    }
}
