//! The daemon: start-up as one flat list, then one loop that takes signals and the operator's requests in turn.
//! Knows no chat rules: it tells the hub and the net what the configuration says.

mod accounts;
mod arguments;
mod aside;
mod chat;
mod control;
mod crowd;
mod descriptors;
mod errands;
mod fdstore;
mod files;
mod history;
mod keeping;
mod listeners;
mod missing;
mod pages;
mod parts;
mod passwords;
mod patience;
mod reload;
mod requests;
mod roles;
mod service;
mod signals;
mod status;
mod sys;
mod target;
mod views;
mod watch;

use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use tokio::sync::{mpsc, watch as latest};

use crate::{admin, config, hub, logging, net, store};
use arguments::Arguments;
use control::{Daemon, Ended, Since};

/// The configuration that is read when none is named, if it is there.
const CONFIG_FILE: &str = "/etc/chatd/chatd.toml";

/// The exit code for a refused configuration (`sysexits(3)`), which systemd knows by name.
const EX_CONFIG: u8 = 78;

/// Why chatd does not start, or stops by itself.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The configuration, or a directory that it needs, is not as it must be.
    #[error("{0}")]
    Rejected(#[from] config::Rejected),
    /// The log cannot be opened.
    #[error("the log: {0}")]
    Log(#[from] logging::Error),
    /// The admin socket cannot be made.
    #[error("the admin socket: {0}")]
    Socket(#[from] admin::SocketError),
    /// The history cannot be opened.
    #[error("the history: {0}")]
    History(#[from] store::OpenError),
    /// The accounts cannot be read.
    #[error("the accounts: {0}")]
    Accounts(String),
    /// A listener cannot be made.
    #[error("listen.{0}: {1}")]
    Listener(String, net::BindError),
    /// There are too few descriptors for any client.
    #[error(
        "the limit of descriptors is {limit}, and {others} are needed before the first client; raise it (LimitNOFILE=, ulimit -n)"
    )]
    Descriptors {
        /// How many there may be (`RLIMIT_NOFILE`).
        limit: u64,
        /// How many are not for clients.
        others: u64,
    },
    /// The chat's thread, or a disk, does not answer in time.
    #[error("{0} does not answer in time")]
    Stuck(&'static str),
    /// It was asked for while the daemon stops.
    #[error("chatd is stopping")]
    Stopping,
    /// The chat's thread has ended without being told to.
    #[error("the chat has stopped by itself; the log says why")]
    Chat,
    /// The system refuses something.
    #[error("{0}: {1}")]
    System(&'static str, std::io::Error),
}

/// The definition of chatd's command line, for its man page.
pub fn arguments() -> clap::Command {
    Arguments::command()
}

/// Runs `chatd`.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let sources = sources(arguments.config);
    if arguments.check {
        return check(&sources);
    }
    sys::trim_early();
    match start(sources) {
        Ok(Ended::Stopped) => ExitCode::SUCCESS,
        Ok(Ended::Again) => start_anew(),
        Err(failure) => {
            let text = failure.to_string();
            service::failed(text.lines().next().unwrap_or_default());
            for line in text.lines() {
                eprintln!("chatd: {line}");
            }
            match failure {
                Failure::Rejected(_) => ExitCode::from(EX_CONFIG),
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// The exit code that asks the service manager to start chatd anew (`EX_TEMPFAIL` of `sysexits(3)`).
const EX_TEMPFAIL: u8 = 75;

/// Starts anew, in this very process; under a service manager, which has sockets and a watchdog of its own, by ending so that
/// it does.
fn start_anew() -> ExitCode {
    if std::env::var_os("NOTIFY_SOCKET").is_some() {
        return ExitCode::from(EX_TEMPFAIL);
    }
    let error = match std::env::current_exe() {
        Ok(program) => std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .exec(),
        Err(error) => error,
    };
    eprintln!("chatd: cannot start anew: {error}");
    ExitCode::FAILURE
}

fn sources(file: Option<std::path::PathBuf>) -> config::Sources {
    let file = file.or_else(|| Path::new(CONFIG_FILE).exists().then(|| CONFIG_FILE.into()));
    let environment = config::environment();
    config::Sources { file, environment }
}

fn directories(sources: &config::Sources) -> Result<config::Directories, config::Rejected> {
    config::Directories::find(&sources.environment, nix::unistd::geteuid().as_raw())
}

fn load(
    sources: &config::Sources,
    directories: &config::Directories,
) -> Result<config::Loaded, config::Rejected> {
    config::check(&config::read(sources)?, &sources.environment, directories)
}

/// What the configuration names by path, now.
fn read_files(
    sources: &config::Sources,
    loaded: &config::Loaded,
) -> Result<files::Files, config::Rejected> {
    files::Files::read(loaded, &files::Places::of(sources), jiff::Timestamp::now())
}

/// `chatd --check`: says what `chatctl config check` would say, and nothing else happens.
fn check(sources: &config::Sources) -> ExitCode {
    let checked = directories(sources).and_then(|directories| {
        let layers = config::read(sources)?;
        let loaded = config::check(&layers, &sources.environment, &directories)?;
        read_files(sources, &loaded)?;
        Ok(layers)
    });
    match checked {
        Ok(layers) if layers.is_empty() => println!("ok: built-in defaults"),
        Ok(layers) => {
            let names: Vec<_> = layers.iter().map(|layer| layer.name.as_str()).collect();
            println!("ok: {}", names.join(", "));
        }
        Err(rejected) => {
            eprintln!("{rejected}");
            let problems = rejected.problems.len();
            eprintln!(
                "the configuration is refused: {problems} {}",
                if problems == 1 { "problem" } else { "problems" }
            );
            return ExitCode::from(EX_CONFIG);
        }
    }
    ExitCode::SUCCESS
}

/// What is stored, and how to go on with it.
#[derive(Default)]
struct Stored {
    /// The way to the store, where anything is stored.
    store: Option<store::Handle>,
    /// What the chat goes on after, whether what is said now is stored or not.
    found: Option<store::Found>,
    /// The history, where that is on.
    history: Option<hub::History>,
    /// The accounts, where there are any.
    accounts: Option<accounts::Stored>,
    /// What is stored beside what was said.
    notes: Vec<store::Note>,
}

/// Opens the store, where anything is stored.
fn open_store(settings: &config::Settings) -> Result<Stored, Failure> {
    let history = &settings.history;
    if !history.enabled && !settings.accounts.enabled {
        return Ok(Stored::default());
    }
    let (told, from_store) = mpsc::unbounded_channel();
    let tell = {
        let told = told.clone();
        move |of| {
            // Without the hub nobody is told.
            let _ = told.send(hub::FromStore::Told(of));
        }
    };
    keeping::make(&history.directory)?;
    let (store, mut found) = store::open(&history.directory, parts::store(settings), tell)?;
    let notes = std::mem::take(&mut found.notes);
    let accounts = settings.accounts.enabled;
    let accounts = accounts.then(|| accounts::read(&notes)).transpose()?;
    let history = history
        .enabled
        .then(|| hub::History::new(store.clone(), told, from_store));
    Ok(Stored {
        store: Some(store),
        found: Some(found),
        history,
        accounts,
        notes,
    })
}

/// Closes the history once all that was handed over is stored; a disk that hangs is not waited for for ever.
fn close_history(store: store::Handle, patience: std::time::Duration) {
    let (done, ended) = std::sync::mpsc::channel();
    let other = store.clone();
    let finish = move || {
        other.finish();
        let _ = done.send(());
    };
    if std::thread::Builder::new().spawn(finish).is_err() {
        return store.finish();
    }
    if ended.recv_timeout(patience).is_err() {
        tracing::error!(
            "the history could not be closed in time; what is not stored was shown to nobody"
        );
    }
}

/// Everything in the order in which it comes up; what has come up goes down with its owner.
fn start(sources: config::Sources) -> Result<Ended, Failure> {
    signals::survive_limit_of_files().map_err(|error| Failure::System("signals", error))?;
    // Before anything is opened that could get the number of one that is said to be the service manager's and is closed.
    let listeners = listeners::Listeners::inherited()?;
    let directories = directories(&sources)?;
    let loaded = load(&sources, &directories)?;
    let mut files = read_files(&sources, &loaded)?;
    directories.prepare(&loaded.settings)?;
    let descriptors = descriptors::Descriptors::raise();
    descriptors.suffice(&loaded.settings)?;
    // The socket first: whoever holds it runs already, and neither its log nor its listeners are touched.
    let socket = admin::bind(&loaded.settings.admin.socket)?;
    let log = logging::start(&loaded.settings.log)?;
    files.warn(jiff::Timestamp::now());
    descriptors.warn(&loaded.settings);
    let Stored {
        store,
        found,
        history,
        accounts,
        notes,
    } = open_store(&loaded.settings)?;
    let keeps = history.is_some();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::System("the event loop", error))?;
    let ended = runtime.block_on(async {
        let signals = signals::Signals::new().map_err(|error| Failure::System("signals", error))?;
        let prepared = listeners.prepare(&loaded.settings, &loaded)?;
        let (limits, admin_limits) = latest::channel(parts::admin(&loaded.settings, descriptors));
        let (roles, admin_roles) = latest::channel(roles::at_start(&loaded).await);
        let (calls, requests) = mpsc::channel(64);
        let since = Since::now();
        let server = parts::irc(&loaded.settings, since.start.0, files.motd.clone());
        let always_on = loaded.settings.accounts.always_on;
        let noted = accounts.as_ref().zip(store.clone()).map(|(of, store)| {
            let known = of
                .book
                .iter()
                .map(|record| accounts::registered(record, always_on));
            let known = hub::Known {
                accounts: known.collect(),
                notes,
            };
            (store, known)
        });
        let (chat, errands) = chat::Chat::start(
            &loaded.settings,
            server,
            descriptors,
            (history, found),
            noted,
        )?;
        let accounts = accounts
            .zip(store.clone())
            .map(|(stored, store)| accounts::Accounts::new(stored, store, chat.hub(), always_on));
        let accounts = accounts.transpose()?;
        let admin = tokio::spawn(admin::serve(socket, admin_limits, admin_roles, calls));
        let mut daemon = Daemon {
            sources,
            directories,
            loaded,
            files,
            log: log.handle(),
            chat,
            store: store.clone(),
            keeps,
            accounts,
            listeners,
            admin_limits: limits,
            roles,
            descriptors,
            service: service::Service::new(),
            since,
            last_reload: None,
            passwords: passwords::Passwords::default(),
            crowd: crowd::Crowd::default(),
            paused: false,
            stop: None,
        };
        daemon.listen(prepared).await?;
        daemon.announce();
        let ended = daemon.run(signals, requests, errands).await;
        // The requests' receiver is gone; the server writes its last replies, bounded by limits.admin_time, and ends.
        let _ = admin.await;
        ended
    });
    // What hangs on a disk is not waited for.
    runtime.shutdown_background();
    if let Some(store) = store {
        // A chat that hangs keeps the store open.
        let patience = match ended {
            Ok(_) => patience::PATIENCE,
            Err(_) => std::time::Duration::from_millis(500),
        };
        close_history(store, patience);
    }
    if let Err(failure) = &ended {
        tracing::error!("{failure}");
    }
    ended
}
