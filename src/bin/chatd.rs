//! The daemon.

fn main() -> std::process::ExitCode {
    chatd::daemon::main()
}
