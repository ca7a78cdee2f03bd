//! The plain protocol: a line is a message.
