//! What a reload changes of what clients were told: ISUPPORT tokens and the STS policy. Knows of two configurations, not how they
//! came about.

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
        let sts = |server, secure| {
            let host = None;
            let offer = Offer {
                server,
                secure,
                certificate: false,
                host,
            };
            offer.value(Capability::Sts)
        };
        let changed =
            |secure| sts(new.1, secure).filter(|now| sts(old.1, secure).as_ref() != Some(now));
        // A policy is taken back by its duration; CAP DEL must not be sent (IRCv3 sts).
        let revoked = (old.1.sts.is_some() && new.1.sts.is_none()).then(|| "duration=0".to_owned());
        Readvertisement {
            tokens: isupport::difference(&before, &after),
            insecure: changed(false),
            secure: changed(true).or(revoked),
        }
    }

    /// Whether there is nothing to tell.
    pub fn is_empty(&self) -> bool {
        *self == Readvertisement::default()
    }

    /// The lines for a client that has registered: 005 with what is new (Modern IRC, "`RPL_ISUPPORT`"), `CAP NEW` for those that
    /// know of it (IRCv3 cap-notify). The policy of TLS goes to those whom it is offered to; that it is taken back, to all who have TLS.
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
        let sts = match tls {
            Some(_) => self.secure.as_ref(),
            None => self.insecure.as_ref(),
        };
        let is_offered = Offer::to(server, tls).has(Capability::Sts) || server.sts.is_none();
        // Without its value the policy says nothing, and only version 302 has values.
        if let Some(sts) = sts.filter(|_| is_offered)
            && speaks_302(capabilities)
        {
            let policy = format!("{}={sts}", Capability::Sts.name());
            replies.trailing("CAP", &[nick, "NEW"], &policy);
        }
    }
}
