//! What is typed at the terminal and not shown there. It judges nothing.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};

use nix::sys::termios::{LocalFlags, SetArg, Termios, tcgetattr, tcsetattr};

/// Prompts on the terminal and reads what is typed up to Enter, without showing it; at most one byte more than `most`.
///
/// # Errors
/// The process has no terminal, or the person gave up (Ctrl-C, Ctrl-D).
pub(crate) fn ask(prompt: &str, most: usize) -> io::Result<Vec<u8>> {
    let terminal = OpenOptions::new().read(true).write(true).open("/dev/tty")?;
    let quiet = Quiet::new(&terminal)?;
    (&terminal).write_all(prompt.as_bytes())?;
    let typed = read(&terminal, most);
    drop(quiet);
    (&terminal).write_all(b"\n")?;
    typed
}

/// A terminal that shows nothing and takes keys one by one, until dropped. Keys that end a program come as bytes too,
/// so that nothing ends this one before the terminal is as it was.
struct Quiet<'a> {
    terminal: &'a File,
    before: Termios,
}

impl<'a> Quiet<'a> {
    fn new(terminal: &'a File) -> io::Result<Quiet<'a>> {
        let before = tcgetattr(terminal)?;
        let mut quiet = before.clone();
        quiet
            .local_flags
            .remove(LocalFlags::ECHO | LocalFlags::ICANON | LocalFlags::ISIG);
        tcsetattr(terminal, SetArg::TCSAFLUSH, &quiet)?;
        Ok(Quiet { terminal, before })
    }
}

impl Drop for Quiet<'_> {
    fn drop(&mut self) {
        // There is nobody to tell; the shell sets its terminal itself.
        let _ = tcsetattr(self.terminal, SetArg::TCSAFLUSH, &self.before);
    }
}

fn read(mut terminal: impl Read, most: usize) -> io::Result<Vec<u8>> {
    const CTRL_C: u8 = 3;
    const CTRL_D: u8 = 4;
    const CTRL_U: u8 = 21;
    const BACKSPACE: [u8; 2] = [8, 127];
    let gave_up = || io::Error::new(io::ErrorKind::UnexpectedEof, "nothing was typed");
    let mut typed = Vec::new();
    let mut key = [0];
    loop {
        match terminal.read(&mut key) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
            Ok(0) => return Err(gave_up()),
            Ok(_) => {}
        }
        match key[0] {
            b'\n' | b'\r' => return Ok(typed),
            CTRL_C => return Err(gave_up()),
            CTRL_D if typed.is_empty() => return Err(gave_up()),
            CTRL_U => typed.clear(),
            key if BACKSPACE.contains(&key) => {
                // A whole character: its last byte, and the bytes before that continue it.
                while typed.pop().is_some_and(|byte| byte & 0xC0 == 0x80) {}
            }
            key if typed.len() <= most => typed.push(key),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    fn typed(keys: &str) -> Option<String> {
        let read = read(keys.as_bytes(), 8).ok()?;
        Some(String::from_utf8(read).expect("whole characters"))
    }

    #[test]
    fn keys_are_edited_by_whole_characters() {
        assert_eq!(typed("abc\n").as_deref(), Some("abc"));
        assert_eq!(typed("größ\u{8}\u{7f}x\r").as_deref(), Some("grx"));
        assert_eq!(typed("\u{7f}\u{7f}a\n").as_deref(), Some("a"));
        assert_eq!(typed("wrong\u{15}right\n").as_deref(), Some("right"));
        assert_eq!(
            typed("0123456789ab\n").map(|text| text.len()),
            Some(9),
            "one too many shows"
        );
        assert_eq!(typed("\n").as_deref(), Some(""));
        for gone in ["abc\u{3}", "\u{4}", "abc"] {
            assert_eq!(typed(gone), None, "{gone:?}");
        }
        assert_eq!(typed("a\u{4}\n").as_deref(), Some("a\u{4}"));
    }
}
