use crate::chat::{Identity, Nick, Origin};

/// A user as others see it.
pub(super) fn who(name: &str) -> Identity {
    Identity {
        nick: Nick::parse(name).expect("a nick"),
        origin: Origin::new("plain", "192.0.2.1"),
        account: None,
        bot: false,
        oper: false,
    }
}
