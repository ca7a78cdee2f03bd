//! The store as its callers see it: promises of what is written, found, taken back, kept and noticed.

mod bed;
mod search;
mod written;
