//! What the service manager is told (sd_notify(3)). Without one, nothing happens.

use std::time::Duration;

use sd_notify::NotifyState;

use super::Failure;

fn notify(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!(%error, "the service manager could not be told");
    }
}

pub(super) fn ready(status: &str) {
    notify(&[NotifyState::Ready, NotifyState::Status(status)]);
}

pub(super) fn status(status: &str) {
    notify(&[NotifyState::Status(status)]);
}

pub(super) fn reloading() {
    // Both in one message, or the manager does not know which reload is meant (sd_notify(3)).
    if let Ok(now) = NotifyState::monotonic_usec_now() {
        notify(&[NotifyState::Reloading, now]);
    }
}

pub(super) fn stopping() {
    notify(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

pub(super) fn failed(failure: &Failure) {
    let text = failure.to_string();
    notify(&[NotifyState::Status(text.lines().next().unwrap_or("failed"))]);
}

pub(super) fn alive() {
    notify(&[NotifyState::Watchdog]);
}

/// How often to say that we are alive: half of what the manager waits for.
pub(super) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled().map(|time| time / 2)
}
