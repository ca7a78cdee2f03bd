//! irssi, in a terminal, with the settings that it comes with but two.

use std::process::Command;

use super::server::{Security, Server};
use super::{Person, Sight};
use crate::harness::Screen;

/// irssi and whoever sits before it.
pub(super) struct Irssi {
    screen: Screen,
    connect: String,
}

impl Irssi {
    /// Starts it, connects, and joins #lobby.
    pub(super) fn start(server: &Server, security: Security) -> Irssi {
        Irssi::with(server, security, None)
    }

    /// The same, with an account in its settings: the password of the one that is called as it is.
    pub(super) fn with_password(server: &Server, security: Security, password: &str) -> Irssi {
        Irssi::with(server, security, Some(password))
    }

    fn with(server: &Server, security: Security, password: Option<&str>) -> Irssi {
        let home = server.home("irssi");
        let mut command = Command::new("irssi");
        command
            .arg(format!("--home={}", home.display()))
            .arg("--nick=irssi")
            .env("HOME", &home)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default());
        // It compares a certificate's names with the host's, but not its addresses.
        let secure = match security {
            Security::None => String::new(),
            Security::Tls => format!(
                "-tls -tls_verify -tls_cafile {} ",
                server.certificate().display()
            ),
        };
        let network = if password.is_some() {
            "-network here "
        } else {
            ""
        };
        let port = server.port(security);
        let mut irssi = Irssi {
            screen: Screen::start(&mut command),
            connect: format!("/connect -4 {secure}{network}localhost {port}"),
        };
        irssi.screen.sees("[(status)]");
        // A busy machine hands it what was typed one by one at once, which it takes for a paste and asks about.
        irssi.set("paste_verify_line_count", "0");
        // After a few commands it would send one every 2.2 seconds.
        irssi.set("cmd_queue_speed", "10msec");
        if let Some(password) = password {
            irssi.screen.line(&format!(
                "/network add -sasl_mechanism PLAIN -sasl_username irssi -sasl_password {password} here"
            ));
            irssi.screen.sees("Network here saved");
        }
        irssi.connect();
        irssi
    }

    fn set(&mut self, setting: &str, value: &str) {
        let command = format!("/set {setting}");
        self.screen.line(&format!("{command} {value}"));
        // Versions differ in how they show that it is set; that it is no longer typed is the same with all.
        self.screen.sees(setting);
        self.screen.sees_no_more(&command);
    }

    fn connect(&mut self) {
        // What an earlier connection showed is not to be taken for this one's.
        self.screen.line("/clear");
        self.screen.sees_no_more("-!- Welcome to the ");
        let connect = self.connect.clone();
        self.screen.line(&connect);
        self.screen.sees("-!- Welcome to the ");
        self.screen.line("/join #lobby");
        self.screen.sees("[#lobby]");
    }

    fn look_at(&mut self, window: &str) {
        self.screen.line(&format!("/window goto {window}"));
    }

    fn in_lobby(&mut self, line: &str) {
        self.look_at("#lobby");
        self.screen.line(line);
    }
}

impl Person for Irssi {
    fn say(&mut self, text: &str) {
        self.in_lobby(text);
    }

    fn act(&mut self, text: &str) {
        self.in_lobby(&format!("/me {text}"));
    }

    fn whisper(&mut self, nick: &str, text: &str) {
        self.screen.line(&format!("/msg {nick} {text}"));
    }

    fn rename(&mut self, nick: &str) {
        self.screen.line(&format!("/nick {nick}"));
    }

    fn topic(&mut self, text: &str) {
        self.in_lobby(&format!("/topic {text}"));
    }

    fn sees(&mut self, sight: &Sight<'_>) {
        let (window, text) = match sight {
            Sight::Joined(nick) => ("#lobby", format!("-!- {nick} […] has joined #lobby")),
            Sight::Said(nick, text) => ("#lobby", format!("<…{nick}> {text}")),
            Sight::Acted(nick, text) => ("#lobby", format!(" * {nick} {text}")),
            Sight::Whispered(nick, text) => (*nick, format!("<{nick}> {text}")),
            Sight::Renamed(old, new) => ("#lobby", format!("-!- {old} is now known as {new}")),
            Sight::YouAre(nick) => ("#lobby", format!("You're now known as {nick}")),
            Sight::Topic(nick, text) => (
                "#lobby",
                format!("-!- {nick} changed the topic of #lobby to: {text}"),
            ),
            Sight::Quit(nick, reason) => {
                ("#lobby", format!("-!- {nick} […] has quit […{reason}…]"))
            }
            Sight::Cut(reason) => ("(status)", (*reason).to_owned()),
        };
        if let Sight::Whispered(..) = sight {
            // Its window, the third one, is there once something has come; the status line says so.
            self.screen.sees("[Act: …3");
        }
        self.look_at(window);
        self.screen.sees(&text);
    }

    fn come_back(&mut self) {
        self.look_at("(status)");
        self.connect();
    }

    fn times_shown(&mut self, text: &str) -> usize {
        self.look_at("#lobby");
        self.screen.sees("[#lobby]");
        self.screen.times_shown(text)
    }

    fn quit(self: Box<Self>, reason: &str) {
        let mut irssi = *self;
        irssi.screen.line(&format!("/quit {reason}"));
        let status = irssi.screen.finish();
        assert!(status.success(), "irssi: {status}");
    }
}
