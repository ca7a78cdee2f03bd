//! chatd: a chat server for IRC clients and for anything else that can open a socket.
//!
//! The house has floors; a floor imports only from floors below it (`tests/house.rs` reads the source and checks).
//!
//! | floor | module | what lives there |
//! | --- | --- | --- |
//! | 0 | [`chat`] | pure: names, users, clients, rooms, policy; `decide` reads, `apply` changes |
//! | 0 | [`password`] | passwords as argon2 hashes and as SCRAM's keys: made, read, verified |
//! | 1 | [`protocol`] | pure: bytes to commands, events to bytes; `plain` for lines of text, `irc` for IRC and IRCv3 |
//! | 1 | [`accounts`] | pure: who is registered, and how they prove who they are |
//! | 1 | [`logging`] | records to rotating files, the journal, the terminal; levels at run time |
//! | 1 | [`store`] | what was said, and what happened in rooms, on disk: an SQLite file, one writer with group commit, readers, full-text search |
//! | 2 | [`hub`] | the one owner of the chat: commands in order, effects in order, mailboxes; IRC connections until they have registered |
//! | 3 | [`net`] | listeners, connections, TLS, WebSocket, limits on connections; the sockets that the hub's mailboxes are written to |
//! | 3 | [`admin`] | the admin interface (Varlink): types, server, client, who is asking, audit |
//! | 4 | [`config`] | loads, checks everything at once, compares two configurations |
//! | 5 | [`daemon`] | start-up, signals, systemd, reload, shutdown; accounts proven and changed, passwords, errands |
//! | 5 | [`ctl`] | `chatctl`: arguments, requests, rendering, the console |
//!
//! The way of one message: `net` reads bytes, `protocol` makes a command of each line, the `hub` decides and applies it on
//! the `chat`, renders the effects once per variant into a spool, of which mailboxes have pieces, and writes each mailbox that got
//! something once, at the end of the turn; who does not keep up gets a copy of what waits for it. What is said goes to the `store`
//! with the turn, as one batch; what shows it is marked in the mailboxes and is written when the batch is on disk, or taken out and
//! refused. What outlives a restart (registered rooms, users that stay) is noted in batches of its own, and told by the same marks
//! once it is on disk; what else happens in rooms is stored with the messages, and nobody waits for that. A line of IRC becomes
//! steps: commands for the chat, answers that the protocol reads from the chat right there (who is here, which modes), and errands
//! for what is slow, which others run while the chat goes on.
//!
//! Two threads: `chat` runs the hub and every connection; `main` runs the admin socket, signals and reload, so
//! that an operator is answered while the chat is busy and the chat never waits for an operator. Where a turn has very many to write
//! to, `limits.workers` threads share that, and the chat goes on when all is written. What may hang has threads of
//! its own, for which neither waits: the log's disks and console, configuration files, names of users and groups, the service
//! manager, the watchdog's ping, passwords that are hashed (at most `limits.hashes` at once), the history (one that writes, two
//! that read).

pub mod accounts;
pub mod admin;
pub mod chat;
pub mod config;
pub mod ctl;
pub mod daemon;
pub mod hub;
pub mod logging;
pub mod net;
pub mod password;
pub mod protocol;
pub mod store;
