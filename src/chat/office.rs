//! What makes a user an operator, and what it is without that.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Identity, Origin, Role, User, UserFlag, UserFlags};

/// A user who has proven to be an operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operator {
    /// The name in the configuration.
    pub name: Arc<str>,
    /// What it may do.
    pub role: Role,
    /// Where it comes from, if something else is shown because of its office.
    #[serde(default)]
    pub(super) origin: Option<Origin>,
}

impl UserFlags {
    /// Those that only an operator has.
    pub(super) const OFFICE: [UserFlag; 2] = [UserFlag::Operator, UserFlag::ServerNotices];

    /// The same for one who is no operator any more.
    pub(super) fn without_office(self) -> UserFlags {
        let office = UserFlags::OFFICE.into_iter();
        office.fold(self, |flags, flag| flags.with(flag, false))
    }
}

impl User {
    /// What it may do as an operator; none if it is not one.
    pub fn role(&self) -> Option<Role> {
        self.operator.as_ref().map(|operator| operator.role)
    }

    /// Who it is without its office, if it has one.
    pub(super) fn without_office(&self) -> Identity {
        let operator = self.operator.as_ref();
        let own = operator.and_then(|operator| operator.origin.as_ref());
        Identity {
            origin: own.unwrap_or(&self.origin).clone(),
            oper: false,
            ..self.identity()
        }
    }
}
