//! `weechat`, in a terminal, with nicks in angle brackets and no lists beside the chat.

use std::process::Command;

use super::server::{Security, Server};
use super::{Person, Sight};
use crate::harness::Screen;

/// `weechat` and whoever sits before it.
pub(super) struct WeeChat {
    screen: Screen,
    /// Its user is in #lobby already when it connects.
    stays: bool,
}

impl WeeChat {
    /// Starts it, connects, and joins #lobby.
    pub(super) fn start(server: &Server, security: Security) -> WeeChat {
        WeeChat::with(server, security, &[])
    }

    /// The same, with more settings.
    pub(super) fn with(server: &Server, security: Security, more: &[(&str, &str)]) -> WeeChat {
        WeeChat::so(server, security, more, false)
    }

    /// The same, of a user who stays in #lobby without clients.
    pub(super) fn back(server: &Server, more: &[(&str, &str)]) -> WeeChat {
        WeeChat::so(server, Security::None, more, true)
    }

    fn so(server: &Server, security: Security, more: &[(&str, &str)], stays: bool) -> WeeChat {
        let home = server.home("weechat");
        let settings = [
            "/set weechat.look.nick_prefix <".to_owned(),
            "/set weechat.look.nick_suffix >".to_owned(),
            "/set weechat.look.prefix_align none".to_owned(),
            "/set weechat.bar.buflist.hidden on".to_owned(),
            "/set weechat.bar.nicklist.hidden on".to_owned(),
            "/set irc.look.temporary_servers on".to_owned(),
            "/set irc.server_default.autoreconnect off".to_owned(),
            // It would wait two seconds between two commands. The first two are of version 3, the third of 4.
            "/set irc.server_default.anti_flood_prio_high 0".to_owned(),
            "/set irc.server_default.anti_flood_prio_low 0".to_owned(),
            "/set irc.server_default.anti_flood 0".to_owned(),
            // Lines come faster than a person types them.
            "/set weechat.look.paste_max_lines -1".to_owned(),
            // The machine's own authorities are of no use here and take long to read.
            "/set weechat.network.gnutls_ca_system off".to_owned(),
            format!(
                "/set weechat.network.gnutls_ca_user {}",
                server.certificate().display()
            ),
        ];
        let more = more
            .iter()
            .map(|(name, value)| format!("/set {name} {value}"));
        // The last of them is waited for.
        let settings: Vec<String> = more.chain(settings).collect();
        let mut command = Command::new("weechat");
        command
            .arg("--dir")
            .arg(&home)
            .arg("--run-command")
            .arg(settings.join(";"))
            .env("HOME", &home)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        let scheme = match security {
            Security::None => "irc",
            Security::Tls => "ircs",
        };
        let port = server.port(security);
        let mut weechat = WeeChat {
            screen: Screen::start(&mut command),
            stays: false,
        };
        weechat.screen.sees("gnutls_ca_user = ");
        weechat.stays = stays;
        weechat.connect(&format!("/connect {scheme}://weechat@127.0.0.1:{port}"));
        weechat
    }

    fn connect(&mut self, command: &str) {
        // What an earlier connection showed is not to be taken for this one's.
        self.screen.line("/buffer clear");
        self.screen.sees_no_more(" Welcome to the ");
        self.screen.line(command);
        if self.stays {
            // It is shown the room that it is in.
            self.screen.sees("2:#lobby");
            self.look_at("#lobby");
            return;
        }
        self.screen.sees(" Welcome to the ");
        self.screen.line("/join #lobby");
        self.look_at("#lobby");
        self.screen.sees("2:#lobby");
    }

    /// Clears #lobby's window; this was shown in it.
    pub(super) fn forgets(&mut self, shown: &str) {
        self.in_lobby("/buffer clear");
        self.screen.sees_no_more(shown);
    }

    fn look_at(&mut self, buffer: &str) {
        self.screen.line(&format!("/buffer {buffer}"));
    }

    fn in_lobby(&mut self, line: &str) {
        self.look_at("#lobby");
        self.screen.line(line);
    }
}

impl Person for WeeChat {
    fn say(&mut self, text: &str) {
        self.in_lobby(text);
    }

    fn act(&mut self, text: &str) {
        self.in_lobby(&format!("/me {text}"));
    }

    fn whisper(&mut self, nick: &str, text: &str) {
        self.in_lobby(&format!("/msg {nick} {text}"));
    }

    fn rename(&mut self, nick: &str) {
        self.in_lobby(&format!("/nick {nick}"));
    }

    fn topic(&mut self, text: &str) {
        self.in_lobby(&format!("/topic {text}"));
    }

    fn sees(&mut self, sight: &Sight<'_>) {
        let (buffer, text) = match sight {
            Sight::Joined(nick) => ("#lobby", format!("--> {nick} (…) has joined #lobby")),
            Sight::Said(nick, text) => ("#lobby", format!("<…{nick}> {text}")),
            Sight::Acted(nick, text) => ("#lobby", format!(" * {nick} {text}")),
            Sight::Whispered(nick, text) => (*nick, format!("<{nick}> {text}")),
            Sight::Renamed(old, new) => ("#lobby", format!("-- {old} is now known as {new}")),
            Sight::YouAre(nick) => ("#lobby", format!("-- You are now known as {nick}")),
            Sight::Topic(nick, text) => (
                "#lobby",
                format!("-- {nick} has changed topic for #lobby …to \"{text}\""),
            ),
            Sight::Quit(nick, reason) => {
                ("#lobby", format!("<-- {nick} (…) has quit (…{reason}…)"))
            }
            Sight::Cut(reason) => ("1", (*reason).to_owned()),
        };
        if let Sight::Whispered(nick, _) = sight {
            // Its buffer is there, and in the list of what is new, once something has come.
            self.screen.sees(&format!("[H: …:{nick}"));
        }
        self.look_at(buffer);
        self.screen.sees(&text);
    }

    fn come_back(&mut self) {
        if self.stays {
            // It sees what it has missed where it sat.
            return self.screen.line("/reconnect 127.0.0.1");
        }
        self.look_at("1");
        // The server has a name: its address.
        self.connect("/reconnect 127.0.0.1");
    }

    fn times_shown(&mut self, text: &str) -> usize {
        self.look_at("#lobby");
        self.screen.sees("2:#lobby");
        self.screen.times_shown(text)
    }

    fn quit(self: Box<Self>, reason: &str) {
        let mut weechat = *self;
        weechat.screen.line(&format!("/quit {reason}"));
        let status = weechat.screen.finish();
        assert!(status.success(), "weechat: {status}");
    }
}
