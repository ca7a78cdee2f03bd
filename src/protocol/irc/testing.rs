//! A small world for tests of this protocol: a chat, a server, a stamp.
