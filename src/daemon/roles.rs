//! The groups that have roles on the admin socket, looked up by name, on a thread that may wait: the directory of groups may be on
//! a network. Decides nothing by them.

use std::sync::Arc;

use super::Failure;
use super::patience::on_disk;
use crate::admin::{Role, Roles};
use crate::config::Loaded;

/// Who has which role by this configuration.
pub(super) async fn look_up(loaded: &Loaded) -> Result<Arc<Roles>, Failure> {
    let admin = loaded.settings.admin.clone();
    let look_up = move || Roles::look_up(&admin.readers, &admin.administrators);
    on_disk("the directory of groups", look_up)
        .await
        .map(Arc::new)
}

/// Writes to the log which groups nobody has a role by that this configuration names.
pub(super) fn warn(loaded: &Loaded, roles: &Roles) {
    for (role, problem) in roles.problems() {
        let key = match role {
            Role::Reader => "admin.readers",
            Role::Administrator => "admin.administrators",
        };
        // Who has not named it misses nothing where it is not there.
        if loaded.is_default(key) {
            tracing::debug!(key, "{problem}");
        } else {
            tracing::warn!(key, "{problem}");
        }
    }
}

/// As [`look_up`], and [`warn`]; a directory that does not answer keeps nobody from starting, and then nobody has a role by a
/// group.
pub(super) async fn at_start(loaded: &Loaded) -> Arc<Roles> {
    match look_up(loaded).await {
        Ok(roles) => {
            warn(loaded, &roles);
            roles
        }
        Err(failure) => {
            tracing::warn!(
                "{failure}: until a reload nobody has a role on the admin socket by a group"
            );
            let admin = &loaded.settings.admin;
            let why = "could not be looked up";
            Arc::new(Roles::unknown(&admin.readers, &admin.administrators, why))
        }
    }
}
