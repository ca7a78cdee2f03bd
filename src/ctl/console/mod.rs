//! `chatctl console`: the operator's seat. One connection brings what happens, another carries what is said; a typed
//! line and a happening arrive in one queue, and what they mean is decided in [`seat`].

use std::io;
use std::sync::mpsc::{self, Sender};
use std::thread;

use crate::admin::{Client, Happening, Request, Select, Status};

use super::clients;
use super::commands::say::Said;
use super::connect::Session;
use super::desk::Desk;
use super::escape::escape;
use super::exit::Failure;
use super::happening;
use super::select::is_id;

mod keyboard;
mod seat;
#[cfg(test)]
mod tests;

use keyboard::Editing;
use seat::{Act, Seat, Target};

/// What the console waits for.
enum Arrival {
    Happening(Box<Happening>),
    /// The stream of happenings has ended.
    Away(Option<Failure>),
    Line(String),
    /// The input has ended: the operator leaves.
    End,
    Failed(io::Error),
}

struct Console<'d, 'a, 't> {
    desk: &'d mut Desk<'a, 't>,
    session: Session,
    seat: Seat,
    editing: Option<Editing>,
}

/// `chatctl console [TARGET]`.
pub(super) fn console(desk: &mut Desk<'_, '_>, target: Option<String>) -> Result<(), Failure> {
    let session = desk.connect()?;
    let edits = desk.terminal.can_edit && !desk.wants_json();
    let (arrivals, arrived) = mpsc::channel();
    listen(session.again()?, arrivals.clone())?;
    let mut console = Console {
        desk,
        session,
        seat: Seat::new(edits),
        editing: None,
    };

    // The first happening says that the stream stands: nothing typed from then on goes unseen.
    match arrived.recv() {
        Ok(Arrival::Happening(first)) => console.greet(&first, target)?,
        Ok(Arrival::Away(error)) => return Err(away(error)),
        _ => return Err(Failure::Gone),
    }
    if edits {
        console.editing = Some(Editing::start(console.seat.prompt(), arrivals)?);
    } else {
        let input = std::mem::replace(&mut console.desk.terminal.input, Box::new(io::empty()));
        keyboard::read(input, arrivals);
    }
    for arrival in arrived {
        match arrival {
            Arrival::Happening(happening) => console.show(&happening)?,
            Arrival::Line(line) => {
                let act = console.seat.typed(&line);
                if act == Act::Quit {
                    return Ok(());
                }
                console.act(act)?;
                if let Some(editing) = &console.editing {
                    editing.go_on(console.seat.prompt());
                }
            }
            Arrival::End => return Ok(()),
            Arrival::Failed(error) => return Err(error.into()),
            Arrival::Away(error) => return Err(away(error)),
        }
    }
    Ok(())
}

fn away(error: Option<Failure>) -> Failure {
    error.unwrap_or(Failure::Gone)
}

/// Brings what happens, in a thread of its own, until the daemon or the console goes.
fn listen(session: Session, arrivals: Sender<Arrival>) -> Result<(), Failure> {
    let request = Request::Watch {
        select: Select::default(),
        messages: true,
    };
    let run = move || {
        let happenings = match session.watch(&request) {
            Ok(happenings) => happenings,
            Err(error) => return drop(arrivals.send(Arrival::Away(Some(error)))),
        };
        for happening in happenings {
            let arrival = match happening {
                Ok(happening) => Arrival::Happening(Box::new(happening)),
                Err(error) => return drop(arrivals.send(Arrival::Away(Some(error.into())))),
            };
            if arrivals.send(arrival).is_err() {
                return;
            }
        }
        let _ = arrivals.send(Arrival::Away(None));
    };
    thread::Builder::new().name("watch".into()).spawn(run)?;
    Ok(())
}

impl Console<'_, '_, '_> {
    fn greet(&mut self, first: &Happening, target: Option<String>) -> Result<(), Failure> {
        let status: Status = self.session.ask(&Request::Status {}, "status")?;
        let here = clients::count(usize::try_from(status.clients).unwrap_or(usize::MAX));
        self.print(&format!(
            "-- console of {}: {here} here; /help shows what can be typed",
            escape(&status.name)
        ))?;
        self.show(first)?;
        match target {
            Some(room) if room.starts_with('#') => {
                let note = self.seat.choose(Target::Room(room));
                self.print(&note)
            }
            Some(client) => self.find(client),
            None => Ok(()),
        }
    }

    fn show(&mut self, happening: &Happening) -> Result<(), Failure> {
        if self.desk.wants_json() {
            self.desk.json(happening)?;
            self.desk.flush()?;
        } else if !self.seat.is_echo(happening)
            && let Some(line) = happening::line(happening, &self.desk.terminal.zone)
        {
            self.print(&line)?;
        }
        match self.seat.happened(happening) {
            Some(note) => self.print(&note),
            None => Ok(()),
        }
    }

    fn act(&mut self, act: Act) -> Result<(), Failure> {
        let done = match act {
            Act::Nothing | Act::Quit => Ok(()),
            Act::Note(note) => self.print(&note),
            Act::Say { to, text } => self.say(to, text),
            Act::Find(client) => self.find(client),
            Act::List => self.list(),
            Act::Kick { client, reason } => self.kick(client, reason),
        };
        match done {
            // A refusal is an answer; the operator stays seated.
            Err(Failure::Refused(error)) => {
                self.print(&format!("-- {}", escape(&error.to_string())))
            }
            other => other,
        }
    }

    fn say(&mut self, target: String, text: String) -> Result<(), Failure> {
        let said: Said = self.session.ask_all(&Request::Say {
            target,
            text: text.clone(),
        })?;
        self.seat.said(text);
        if said.clients == 0 {
            self.print(&format!(
                "-- nobody is there to read it ({})",
                escape(&said.target)
            ))?;
        }
        Ok(())
    }

    fn find(&mut self, client: String) -> Result<(), Failure> {
        let found: Client = self
            .session
            .ask(&Request::ShowClient { client }, "client")?;
        let address = escape(&found.address).into_owned();
        let note = self.seat.choose(Target::Client {
            id: found.id,
            nick: found.nick,
        });
        self.print(&format!("{note} from {address}"))
    }

    fn list(&mut self) -> Result<(), Failure> {
        let all = Request::ListClients {
            select: Select::default(),
        };
        let clients: Vec<Client> = self.session.ask(&all, "clients")?;
        let terminal = &self.desk.terminal;
        for line in clients::table(
            &clients,
            &[],
            !clients.is_empty(),
            terminal.width,
            &terminal.zone,
        ) {
            self.print(&line)?;
        }
        self.print(&format!("-- {}", clients::count(clients.len())))
    }

    fn kick(&mut self, client: String, reason: String) -> Result<(), Failure> {
        let select = match client.parse() {
            Ok(id) if is_id(&client) => Select {
                id: vec![id],
                ..Select::default()
            },
            _ => Select {
                nick: vec![client],
                ..Select::default()
            },
        };
        let kicked: Vec<Client> = self.session.ask(
            &Request::KickClients {
                select,
                reason,
                dry_run: false,
            },
            "kicked",
        )?;
        if kicked.is_empty() {
            return self.print("-- there is no such client; /who shows who is there");
        }
        for client in kicked {
            self.print(&format!(
                "-- kicked {} ({})",
                escape(&client.nick),
                client.id
            ))?;
        }
        Ok(())
    }

    /// A line for the operator: above the one being typed, on standard output, or, when that carries JSON, on standard
    /// error.
    fn print(&mut self, line: &str) -> Result<(), Failure> {
        if let Some(editing) = &mut self.editing {
            return Ok(editing.print(line)?);
        }
        if self.desk.wants_json() {
            return self.desk.note(line);
        }
        self.desk.line(line)?;
        Ok(self.desk.flush()?)
    }
}
