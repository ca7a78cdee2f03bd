//! The capabilities that clients can negotiate, in one table. The chat carries a client's set as bits.

use crate::chat::Capabilities;

macro_rules! capabilities {
    ($(#[doc = $about:literal] $variant:ident = $name:literal,)*) => {
        /// A capability (IRCv3).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Capability { $(#[doc = $about] $variant,)* }

        impl Capability {
            /// All of them, in the order of their names.
            pub const ALL: &[Capability] = &[$(Capability::$variant),*];

            /// Its name in `CAP`.
            pub fn name(self) -> &'static str {
                match self { $(Capability::$variant => $name,)* }
            }

            /// What it is for, in a sentence.
            pub fn about(self) -> &'static str {
                match self { $(Capability::$variant => $about,)* }
            }
        }
    };
}

capabilities! {
    /// Who logs in and out is told.
    AccountNotify = "account-notify",
    /// Messages say the account of their sender.
    AccountTag = "account-tag",
    /// Who is away and back is told.
    AwayNotify = "away-notify",
    /// Lines that belong together are marked.
    Batch = "batch",
    /// Changes of what can be negotiated are told.
    CapNotify = "cap-notify",
    /// Who is shown with another host is told.
    ChangeHost = "chghost",
    /// Accounts can be made.
    AccountRegistration = "draft/account-registration",
    /// A room's new name is told.
    ChannelRename = "draft/channel-rename",
    /// What was said before can be asked for.
    ChatHistory = "draft/chathistory",
    /// What else has happened is in what was said before.
    EventPlayback = "draft/event-playback",
    /// What the server supports is told before registration and marked as a batch.
    ExtendedIsupport = "draft/extended-isupport",
    /// Messages can be taken back.
    MessageRedaction = "draft/message-redaction",
    /// Messages can have several lines.
    Multiline = "draft/multiline",
    /// Entering a room brings no list of names.
    NoImplicitNames = "draft/no-implicit-names",
    /// What operators do says so.
    OperTag = "draft/oper-tag",
    /// One can be away before one is registered.
    PreAway = "draft/pre-away",
    /// How far one has read is told to all of one's clients.
    ReadMarker = "draft/read-marker",
    /// One's own messages come back.
    EchoMessage = "echo-message",
    /// Who enters says its account and real name.
    ExtendedJoin = "extended-join",
    /// Whom one monitors is told of in full.
    ExtendedMonitor = "extended-monitor",
    /// Whom others invite is told.
    InviteNotify = "invite-notify",
    /// Replies say to which command.
    LabeledResponse = "labeled-response",
    /// Messages carry tags.
    MessageTags = "message-tags",
    /// All ranks of a member are shown.
    MultiPrefix = "multi-prefix",
    /// One can prove one's account.
    Sasl = "sasl",
    /// Messages say when they were said.
    ServerTime = "server-time",
    /// Real names can be changed, and that is told.
    SetName = "setname",
    /// Errors are told in one form.
    StandardReplies = "standard-replies",
    /// TLS is to be used. For reading only.
    Sts = "sts",
    /// Names come with user and host.
    UserhostInNames = "userhost-in-names",
}

impl Capability {
    /// The capability of that name.
    pub fn of_name(name: &str) -> Option<Capability> {
        Capability::ALL
            .iter()
            .copied()
            .find(|capability| capability.name() == name)
    }

    /// Its bit in a client's set.
    pub fn bit(self) -> u64 {
        1 << self as u8
    }

    /// Whether it is in that set.
    pub fn is_in(self, set: Capabilities) -> bool {
        set.0 & self.bit() != 0
    }
}

/// The bit of a set that is no capability: the client speaks version 302 of the negotiation, for the life of its connection
/// (IRCv3 capability-negotiation, "CAP LS Version").
const VERSION_302: u64 = 1 << 63;

/// Whether the client that has this set speaks version 302 of the negotiation.
pub(super) fn speaks_302(set: Capabilities) -> bool {
    set.0 & VERSION_302 != 0
}

/// The set of a client that speaks version 302 of the negotiation, which brings cap-notify.
pub(super) fn with_302(set: Capabilities) -> Capabilities {
    Capabilities(set.0 | VERSION_302 | Capability::CapNotify.bit())
}

/// A set's capabilities, in the order of their names.
pub fn in_set(set: Capabilities) -> impl Iterator<Item = Capability> {
    Capability::ALL
        .iter()
        .copied()
        .filter(move |capability| capability.is_in(set))
}
