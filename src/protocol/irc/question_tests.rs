//! What is asked about rooms and users, as the specifications have it answered.

mod hidden;
mod list;
mod long;
mod monitor;
mod names;
mod presence;
mod scene;
mod who;
mod whois;
mod whowas;
mod whox;

use scene::{Scene, nick, room};
