//! The store as its callers see it: promises of what is written, found, taken back, kept and noticed.

pub(crate) mod bed;
mod damage;
mod events;
pub(crate) mod failing;
mod indexed;
mod kept;
mod noted;
mod opening;
mod scans;
mod search;
mod spans;
mod targets;
mod written;
