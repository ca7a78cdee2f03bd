//! The operator's tool.

fn main() -> std::process::ExitCode {
    chatd::ctl::main(&[])
}
