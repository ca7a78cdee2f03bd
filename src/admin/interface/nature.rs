//! What each request is like: what it leaves behind, and how it is answered.

use serde_json::Value;

use super::{NewPassword, Request};

impl Request {
    /// Whether it is answered by many replies and must be called with `more`.
    pub fn streams(&self) -> bool {
        matches!(
            self,
            Request::Watch { .. }
                | Request::History { .. }
                | Request::Export { .. }
                | Request::Backup {}
                | Request::ListAccounts {}
        )
    }

    /// Whether it shows what people say, which leaves an audit record as changes do.
    pub fn listens(&self) -> bool {
        matches!(
            self,
            Request::Watch { messages: true, .. }
                | Request::History { .. }
                | Request::Export { .. }
                | Request::ShowMessage { .. }
                | Request::Backup {}
        )
    }

    /// Whether it changes something and therefore leaves an audit record.
    pub fn changes(&self) -> bool {
        match self {
            Request::Status {}
            | Request::ListClients { .. }
            | Request::ShowClient { .. }
            | Request::CheckConfig { .. }
            | Request::DiffConfig { .. }
            | Request::ShowConfig {}
            | Request::Watch { .. }
            | Request::History { .. }
            | Request::Export { .. }
            | Request::ShowMessage { .. }
            | Request::ShowRetention {}
            | Request::StoreStatus {}
            | Request::CheckStore {}
            | Request::Backup {}
            | Request::ListUsers {}
            | Request::ListAccounts {}
            | Request::ShowAccount { .. } => false,
            Request::KickClients { dry_run, .. } => !dry_run,
            Request::Say { .. }
            | Request::EndUser { .. }
            | Request::Reload {}
            | Request::SetLogLevel { .. }
            | Request::RotateLog {}
            | Request::Pause {}
            | Request::Resume {}
            | Request::Shutdown { .. }
            | Request::RedactMessage { .. }
            | Request::ReopenStore {}
            | Request::AddAccount { .. }
            | Request::SetAccountPassword { .. }
            | Request::DisableAccount { .. }
            | Request::EnableAccount { .. }
            | Request::RemoveAccount { .. }
            | Request::RevokeAccount { .. }
            | Request::AddAccountCertificate { .. }
            | Request::RemoveAccountCertificate { .. } => true,
        }
    }

    /// Its parameters as they may be shown: without passwords.
    pub fn shown(&self) -> Value {
        // A request is an object of plain values; should that ever change, nothing is shown of it.
        let mut shown = serde_json::to_value(self)
            .ok()
            .and_then(|mut value| value.get_mut("parameters").map(Value::take))
            .unwrap_or_default();
        if let Some(password) = shown.get_mut("password") {
            *password = NewPassword::HIDDEN.into();
        }
        shown
    }
}
