//! The IRC clients that people have just work: each of them, as it comes from its package, sits in #lobby with plain
//! `nc`-like clients, and what it shows is what was said and done.

mod ii;
mod irssi;
mod library;
mod server;
mod weechat;

use crate::harness::{Client, Program, netcat};

/// Of the accounts that clients have in their settings.
const PASSWORD: &str = "correct-horse-battery";
use ii::Ii;
use irssi::Irssi;
use library::Library;
use server::{Security, Server};
use weechat::WeeChat;

/// What a client shows.
enum Sight<'a> {
    /// Somebody, perhaps oneself, has come into #lobby.
    Joined(&'a str),
    /// Somebody says something in #lobby.
    Said(&'a str, &'a str),
    /// Somebody does something in #lobby.
    Acted(&'a str, &'a str),
    /// Somebody says something to this client alone.
    Whispered(&'a str, &'a str),
    /// Somebody else, called so, is now called so.
    Renamed(&'a str, &'a str),
    /// Oneself is now called so.
    YouAre(&'a str),
    /// Somebody has set the topic of #lobby.
    Topic(&'a str, &'a str),
    /// Somebody has quit, for this reason.
    Quit(&'a str, &'a str),
    /// The server has ended the connection, for a reason that has this in it.
    Cut(&'a str),
}

/// A client and the person who uses it. The person types what that client's manual says.
trait Person {
    /// Says something in #lobby.
    fn say(&mut self, text: &str);
    /// Does something in #lobby.
    fn act(&mut self, text: &str);
    /// Says something to one user alone.
    fn whisper(&mut self, nick: &str, text: &str);
    /// Takes a nick.
    fn rename(&mut self, nick: &str);
    /// Sets the topic of #lobby.
    fn topic(&mut self, text: &str);
    /// Looks where such a thing is shown, until it is.
    fn sees(&mut self, sight: &Sight<'_>);
    /// Connects again and joins #lobby, after the connection has ended.
    fn come_back(&mut self);
    /// How often #lobby shows this now.
    fn times_shown(&mut self, text: &str) -> usize;
    /// Ends the program with a reason; it must end well.
    fn quit(self: Box<Self>, reason: &str);
}

/// Each thing that people do in a chat, in both directions, from registration to the end of the program.
fn sits_in_the_chat(server: &Server, nick: &str, mut person: Box<dyn Person>) {
    let mut alice = Client::named(server.plain(), "alice");
    person.sees(&Sight::Joined(nick));
    // Whichever came first, each knows of the other from here on.
    person.say("anybody here?");
    alice.expect(&format!("<{nick}> anybody here?"));

    alice.line("good morning 你好");
    person.sees(&Sight::Said("alice", "good morning 你好"));
    person.say("good morning, 世界");
    assert_eq!(alice.next(), format!("<{nick}> good morning, 世界"));
    alice.line("/me waves");
    person.sees(&Sight::Acted("alice", "waves"));
    person.act("nods slowly");
    assert_eq!(alice.next(), format!("* {nick} nods slowly"));

    alice.line(&format!("/msg {nick} between us"));
    person.sees(&Sight::Whispered("alice", "between us"));
    person.whisper("alice", "not a word");
    assert_eq!(alice.next(), format!("@you <{nick}> not a word"));

    let renamed = format!("{nick}2");
    person.rename(&renamed);
    person.sees(&Sight::YouAre(&renamed));
    assert_eq!(alice.next(), format!("*** {nick} is now {renamed}"));
    alice.line("/nick alicia");
    person.sees(&Sight::Renamed("alice", "alicia"));
    alice.expect("You are alicia");

    let mut bob = Client::connect(server.plain());
    person.sees(&Sight::Joined(&bob.nick));
    bob.line("/nick bob");
    person.sees(&Sight::Renamed(&bob.nick, "bob"));
    bob.line("/quit see you");
    person.sees(&Sight::Quit("bob", "see you"));
    alice.expect("*** bob has gone");

    person.topic("soup of the day");
    person.sees(&Sight::Topic(&renamed, "soup of the day"));
    assert_eq!(
        alice.next(),
        format!("*** {renamed} set the topic of #lobby: soup of the day")
    );
    alice.line("/topic cake of the day");
    person.sees(&Sight::Topic("alicia", "cake of the day"));
    alice.expect("cake of the day");

    // What one says oneself is shown once, whatever the server sends back.
    for once in ["good morning 你好", "good morning, 世界", "nods slowly"] {
        assert_eq!(person.times_shown(once), 1, "{once}");
    }

    server.kick(&renamed, "too loud");
    person.sees(&Sight::Cut("too loud"));
    alice.expect(&format!("*** {renamed} has gone (kicked: too loud)"));

    person.come_back();
    let joined = alice.expect("joined #lobby");
    let name = joined
        .strip_prefix("*** ")
        .and_then(|rest| rest.split(' ').next());
    let name = name.expect("who joined").to_owned();
    person.say("here again");
    alice.expect(&format!("<{name}> here again"));
    // A client that goes while the last it said is not acknowledged, or something is unread, may lose its QUIT in its own kernel.
    alice.line("until tomorrow");
    person.sees(&Sight::Said("alicia", "until tomorrow"));
    person.quit("that was all");
    assert_eq!(
        alice.next(),
        format!("*** {name} has gone (quit: that was all)")
    );
}

#[test]
fn irssi() {
    let server = Server::start();
    let irssi = Irssi::start(&server, Security::None);
    sits_in_the_chat(&server, "irssi", Box::new(irssi));
}

#[test]
fn irssi_over_tls() {
    let server = Server::start();
    let irssi = Irssi::start(&server, Security::Tls);
    sits_in_the_chat(&server, "irssi", Box::new(irssi));
}

#[test]
fn weechat() {
    let server = Server::start();
    let weechat = WeeChat::start(&server, Security::None);
    sits_in_the_chat(&server, "weechat", Box::new(weechat));
}

#[test]
fn weechat_over_tls() {
    let server = Server::start();
    let weechat = WeeChat::start(&server, Security::Tls);
    sits_in_the_chat(&server, "weechat", Box::new(weechat));
}

/// The maker of an account of that name.
fn makes_account(server: &Server, name: &str) -> Client {
    let mut maker = Client::named(server.plain(), name);
    maker.line(&format!("/register {PASSWORD}"));
    maker.expect("is your account now");
    maker
}

fn goes(mut client: Client) {
    client.line("/quit");
    client.rest();
}

/// An account of that name, whose maker has gone.
fn account(server: &Server, name: &str) {
    goes(makes_account(server, name));
}

/// The settings of a `WeeChat` that logs in to an account.
fn sasl<'a>(mechanism: &'a str, account: &'a str) -> [(&'static str, &'a str); 4] {
    [
        ("irc.server_default.sasl_mechanism", mechanism),
        ("irc.server_default.sasl_username", account),
        ("irc.server_default.sasl_password", PASSWORD),
        ("irc.server_default.sasl_fail", "disconnect"),
    ]
}

/// Whether the user of that nick is logged in to the account of that name. Nobody else could have the nick.
fn is_logged_in(server: &Server, nick: &str) {
    let mut bob = Client::bare(server.port(Security::None));
    bob.send(format!("NICK bob\r\nUSER u 0 * :real\r\nWHOIS {nick}\r\n"));
    bob.expect(&format!(" 330 bob {nick} {nick} :"));
}

#[test]
fn irssi_logs_in_by_sasl() {
    for security in [Security::None, Security::Tls] {
        let server = Server::start();
        account(&server, "irssi");
        let irssi = Irssi::with_password(&server, security, PASSWORD);
        is_logged_in(&server, "irssi");
        Box::new(irssi).quit("that was all");
    }
}

#[test]
fn weechat_logs_in_by_sasl_with_each_mechanism_that_takes_a_password() {
    for mechanism in ["plain", "scram-sha-256"] {
        let server = Server::start();
        account(&server, "weechat");
        let weechat = WeeChat::with(&server, Security::None, &sasl(mechanism, "weechat"));
        is_logged_in(&server, "weechat");
        Box::new(weechat).quit("that was all");
    }
}

#[test]
fn the_irc_library_logs_in_by_sasl() {
    let server = Server::start();
    account(&server, "robot");
    let library = Library::with("irc_library.py", &server, Security::None, Some(PASSWORD));
    is_logged_in(&server, "robot");
    Box::new(library).quit("that was all");
}

#[test]
fn weechat_and_netcat_read_the_same_after_a_crash() {
    let mut server = Server::start();
    let mut weechat = WeeChat::start(&server, Security::None);
    let mut alice = Client::named(server.plain(), "alice");
    weechat.say("good morning, 世界");
    alice.expect("<weechat> good morning, 世界");
    alice.line("good morning 你好");
    weechat.sees(&Sight::Said("alice", "good morning 你好"));
    server.crashes_and_starts_again();
    weechat.sees(&Sight::Cut("disconnected from server"));
    weechat.forgets("good morning 你好");
    weechat.come_back();
    weechat.sees(&Sight::Said("weechat", "good morning, 世界"));
    weechat.sees(&Sight::Said("alice", "good morning 你好"));
    let mut nc = Program::start(netcat(server.plain()));
    nc.line("/history");
    nc.until("<weechat> good morning, 世界\n");
    nc.until("<alice> good morning 你好\n");
    nc.until("-- end of history: 2 messages of #lobby");
}

/// Leaves nothing to be seen twice, or not at all.
fn shows_once(person: &mut WeeChat, lines: &[&str]) {
    let last = lines.last().expect("some lines");
    person.sees(&Sight::Said("bob", last));
    for line in lines {
        let shown = person.times_shown(&format!("<…bob> {line}"));
        assert_eq!(shown, 1, "{line}");
    }
}

#[test]
fn two_weechats_and_netcat_share_a_conversation_over_a_restart() {
    let mut server = Server::start();
    let mut maker = makes_account(&server, "weechat");
    maker.line("/stay on");
    maker.expect("-- You stay in your rooms");
    goes(maker);
    let login = format!("/login weechat@nc {PASSWORD}");
    let weechat = |server: &Server, device: &str| {
        let name = format!("weechat@{device}");
        WeeChat::back(server, &sasl("plain", &name))
    };
    let mut desk = weechat(&server, "desk");
    let mut phone = weechat(&server, "phone");
    let mut nc = Program::start(netcat(server.plain()));
    nc.line(&login);
    nc.until("-- You are in #lobby");
    let mut bob = Client::named(server.plain(), "bob");

    // What is said they all see, and what one of them says the others.
    bob.line("one");
    shows_once(&mut desk, &["one"]);
    shows_once(&mut phone, &["one"]);
    nc.until("<bob> one\n");
    desk.say("hello from the desk");
    phone.sees(&Sight::Said("weechat", "hello from the desk"));
    nc.until("<weechat> hello from the desk\n");

    // Two of them go, the server too, and it comes back.
    Box::new(phone).quit("that was all");
    nc.line("/quit");
    nc.finish();
    bob.line("two");
    shows_once(&mut desk, &["one", "two"]);
    server.restarts();
    desk.sees(&Sight::Cut("disconnected from server"));
    let mut bob = Client::named(server.plain(), "bob");
    bob.line("three");
    // It is certain that it is stored, and shown.
    bob.barrier();

    desk.come_back();
    shows_once(&mut desk, &["one", "two", "three"]);
    let mut phone = weechat(&server, "phone");
    shows_once(&mut phone, &["two", "three"]);
    assert_eq!(phone.times_shown("> one"), 0, "it has seen that");
    let mut nc = Program::start(netcat(server.plain()));
    nc.line(&login);
    nc.until("-- You are in #lobby");
    bob.line("four");
    let told = nc.until("<bob> four\n");
    let said: Vec<&str> = told
        .lines()
        .filter_map(|line| line.split_once("<bob> ").map(|(_, said)| said))
        .collect();
    assert_eq!(said, ["two", "three", "four"], "{told}");
}

#[test]
fn ii() {
    let server = Server::start();
    let ii = Ii::start(&server);
    sits_in_the_chat(&server, "eye", Box::new(ii));
}

#[test]
fn the_irc_library() {
    let server = Server::start();
    let library = Library::start("irc_library.py", &server, Security::None);
    sits_in_the_chat(&server, "robot", Box::new(library));
}

#[test]
fn the_irc_library_over_tls() {
    let server = Server::start();
    let library = Library::start("irc_library.py", &server, Security::Tls);
    sits_in_the_chat(&server, "robot", Box::new(library));
}

#[test]
fn pydle() {
    let server = Server::start();
    let library = Library::start("pydle_client.py", &server, Security::None);
    sits_in_the_chat(&server, "robot", Box::new(library));
}

#[test]
fn pydle_over_tls() {
    let server = Server::start();
    let library = Library::start("pydle_client.py", &server, Security::Tls);
    sits_in_the_chat(&server, "robot", Box::new(library));
}
