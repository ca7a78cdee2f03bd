//! What chatd promises, each promise a file, proven on the real binaries.
