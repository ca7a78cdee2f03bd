//! The log: records to rotating files, the journal and the terminal. Touches no chat.
