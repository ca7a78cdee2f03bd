//! What chatd promises, each promise a file, proven on the real binaries by real programs.

mod harness;

mod promises {
    mod accept;
    mod account_ctl;
    mod accounts;
    mod admin;
    mod admin_socket;
    mod bad_input;
    mod canary;
    mod commands;
    mod config_check;
    mod console;
    mod descriptors;
    mod disk;
    mod first_run;
    mod floods;
    mod history;
    mod history_ctl;
    mod irc;
    mod irc_clients;
    mod irc_raw;
    mod logs;
    mod memory;
    mod password;
    mod races;
    mod readme;
    mod reload;
    mod remote;
    mod roles;
    mod shutdown;
    mod slow_reader;
    mod systemd;
    mod talk;
    mod threads;
    mod tls;
    mod watchdog;
    mod websocket;
}
