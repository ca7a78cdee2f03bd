//! The store as its callers see it: promises of what is written, found, taken back, kept and noticed.

mod bed;
mod damage;
mod events;
mod failing;
mod kept;
mod noted;
mod opening;
mod search;
mod spans;
mod targets;
mod written;
