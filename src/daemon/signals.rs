//! Signals, as a stream of what they ask for. Several of a kind that arrive together are one.

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGTTIN, SIGTTOU, SIGUSR1, SIGUSR2, SIGXFSZ};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    Reload,
    Rotate,
    Stop(&'static str),
}

/// From now on a file that may not grow any more (`RLIMIT_FSIZE`) is an error of the write, as a full disk is, and does not end the
/// process.
pub(super) fn survive_limit_of_files() -> io::Result<()> {
    // Nobody looks whether it came: the write says so.
    signal_hook::flag::register(SIGXFSZ, Arc::default()).map(drop)
}

/// The signals from now on.
pub(super) struct Signals {
    stream: signal_hook_tokio::Signals,
    /// Whether it was started in a terminal.
    terminal: bool,
    /// Once set, a further SIGTERM or SIGINT ends the process on the spot, whatever it is at.
    stopping: Arc<AtomicBool>,
}

impl Signals {
    pub(super) fn new() -> io::Result<Signals> {
        let stopping = Arc::new(AtomicBool::new(false));
        for signal in [SIGTERM, SIGINT] {
            signal_hook::flag::register_conditional_shutdown(signal, 1, stopping.clone())?;
        }
        // The last three would stop or end the process if nobody took them; they are taken and mean nothing.
        let stream = signal_hook_tokio::Signals::new([
            SIGHUP, SIGUSR1, SIGTERM, SIGINT, SIGUSR2, SIGTTIN, SIGTTOU,
        ])?;
        let terminal = io::stderr().is_terminal();
        Ok(Signals {
            stream,
            terminal,
            stopping,
        })
    }

    /// The next that means something; never ends.
    pub(super) async fn next(&mut self) -> Asked {
        loop {
            match self.stream.next().await {
                // The kernel sends it too when the terminal goes; whoever closes the window wants no server to stay.
                Some(SIGHUP) if self.terminal && !io::stderr().is_terminal() => {
                    return Asked::Stop("its terminal has gone");
                }
                Some(SIGHUP) => return Asked::Reload,
                Some(SIGUSR1) => return Asked::Rotate,
                Some(SIGTERM) => return Asked::Stop("SIGTERM"),
                Some(SIGINT) => return Asked::Stop("SIGINT"),
                Some(_) => {}
                None => std::future::pending().await,
            }
        }
    }

    /// From now on the next SIGTERM or SIGINT ends the process on the spot.
    pub(super) fn arm(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }
}
