//! Answers about registered rooms: what ChanServ says.

use super::moment;
use super::pen::Pen;
use crate::chat::{Nick, Owning, Rank, RoomName, Timestamp};
use crate::protocol::irc::commands::Service;

impl Pen<'_> {
    fn chanserv(&mut self, to: &str, text: &str) {
        self.reply(to, |replies| Service::ChanServ.notice(replies, text));
    }

    /// Whose a room is.
    pub(super) fn owner(
        &mut self,
        to: &str,
        name: &RoomName,
        founder: Option<&Nick>,
        since: Timestamp,
    ) {
        let founder = founder.map_or("nobody", Nick::as_str);
        let since = moment(since);
        let text = format!("{name} is registered since {since}. Its founder is {founder}.");
        self.chanserv(to, &text);
    }

    /// Who has which rank there, a line each.
    pub(super) fn access(&mut self, to: &str, name: &RoomName, access: &[(Nick, Rank)]) {
        for (account, rank) in access {
            let rank = rank.as_str();
            self.chanserv(to, &format!("{name} {account} {rank}"));
        }
        self.chanserv(
            to,
            &format!("These have access to {name}: {}.", access.len()),
        );
    }

    /// What one has done.
    pub(super) fn owned(&mut self, to: &str, name: &RoomName, what: &Owning) {
        let text = match what {
            Owning::Registered => {
                format!("{name} is yours now: it stays when it is empty, as it is.")
            }
            Owning::Dropped => format!("{name} is not registered any more."),
            Owning::Access(account, Some(rank)) => {
                format!("{account} is {} in {name} from now on.", rank.as_str())
            }
            Owning::Access(account, None) => {
                format!("{account} has no access to {name} any more.")
            }
            Owning::HandedTo(account) => format!("The founder of {name} is {account}."),
            Owning::Rank(nick, rank, true) => {
                format!("{nick} is {} in {name}.", rank.as_str())
            }
            Owning::Rank(nick, rank, false) => {
                format!("{nick} is not {} in {name}.", rank.as_str())
            }
        };
        self.chanserv(to, &text);
    }
}
