//! Whoever is in the readers' groups looks, whoever is in the administrators' groups does the rest, and all others read which group
//! to join.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::process::Command;

use nix::unistd::Group;

use crate::harness::{Chatd, Client, Ctl, Program, Setup, chatctl_binary, is_root, run, skip};

/// Groups that every Debian has.
const READERS: &str = "games";
const ADMINISTRATORS: &str = "users";

/// Nobody in particular.
const SOMEBODY: u32 = 47_113;

fn gid(name: &str) -> u32 {
    let group = Group::from_name(name).expect("the groups can be read");
    group.expect("Debian has this group").gid.as_raw()
}

/// A chatd with roles, whose socket others get to; none where it cannot be asked as somebody else.
fn chatd() -> Option<Chatd> {
    if !is_root() {
        skip("only root can ask as somebody else");
        return None;
    }
    let chatd = Setup::new()
        .config(&format!(
            "[admin]\nreaders = [\"{READERS}\"]\nadministrators = [\"no-such-group\", \"{ADMINISTRATORS}\"]"
        ))
        .start();
    let run = chatd.dir().join("run");
    let copy = chatd.dir().join("chatctl");
    // By another process: what is being written here could not be executed while some other test starts one.
    let copied = Command::new("cp").arg(chatctl_binary()).arg(&copy).status();
    assert!(copied.is_ok_and(|status| status.success()), "a copy");
    for (path, mode) in [
        (chatd.dir().to_path_buf(), 0o711),
        (run, 0o711),
        (chatd.socket(), 0o666),
        (copy, 0o755),
    ] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("a mode");
    }
    Some(chatd)
}

/// `chatctl` by a user of no name in these groups.
fn chatctl(chatd: &Chatd, groups: &[&str], arguments: &[&str]) -> Command {
    let id = SOMEBODY.to_string();
    let groups: Vec<_> = groups.iter().map(|name| gid(name).to_string()).collect();
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &id, "--regid", &id]);
    if groups.is_empty() {
        command.arg("--clear-groups");
    } else {
        command.args(["--groups", &groups.join(",")]);
    }
    command
        .arg(chatd.dir().join("chatctl"))
        .args(arguments)
        .env_clear()
        .env("CHATCTL_SOCKET", chatd.socket())
        .env("PATH", "/usr/bin:/bin");
    command
}

fn ask(chatd: &Chatd, groups: &[&str], arguments: &[&str]) -> Ctl {
    run(&chatctl(chatd, groups, arguments))
}

const CERTIFICATE: &str = "5f2c5f2c5f2c5f2c5f2c5f2c5f2c5f2c5f2c5f2c5f2c5f2c5f2c5f2c5f2c5f2c";

const LOOKS: &[&[&str]] = &[
    &["list"],
    &["list", "--users"],
    &["show", "alice"],
    &["account", "list"],
    &["account", "show", "mara"],
    &["account", "clients", "mara"],
    &["account", "cert", "mara"],
    &["status"],
    &["log", "level"],
    &["config", "show"],
    &["retention", "show"],
    &["store", "status"],
];

/// `account passwd` is not among them: it asks for a password first.
const CHANGES: &[&[&str]] = &[
    &["watch", "--messages"],
    &["console"],
    &["history", "#lobby"],
    &["export", "#lobby"],
    &["message", "show", "x"],
    &["message", "redact", "x"],
    &["backup", "-"],
    &["kick", "alice", "--reason", "x", "--dry-run"],
    &["kick", "alice", "--reason", "x"],
    &["say", "alice", "x"],
    &["config", "check"],
    &["config", "diff"],
    &["store", "check"],
    &["store", "reopen"],
    &["log", "level", "debug"],
    &["log", "rotate"],
    &["reload"],
    &["pause"],
    &["resume"],
    &["shutdown"],
    &["account", "add", "nora", "--no-password"],
    &["account", "disable", "mara"],
    &["account", "enable", "mara"],
    &["account", "revoke", "mara"],
    &["account", "cert", "mara", "add", CERTIFICATE],
    &["account", "cert", "mara", "remove", CERTIFICATE],
    &["account", "remove", "mara", "--yes"],
];

#[test]
fn a_reader_looks_and_changes_nothing() {
    let Some(chatd) = chatd() else { return };
    let mut alice = Client::named(chatd.port, "alice");
    alice.barrier();
    chatd.ctl_ok(&["account", "add", "mara", "--no-password"]);
    for arguments in LOOKS {
        let result = ask(&chatd, &[READERS], arguments);
        assert_eq!(result.code, Some(0), "{arguments:?}: {result:?}");
        let denied = ask(&chatd, &[], arguments);
        assert_eq!(denied.code, Some(5), "{arguments:?}: {denied:?}");
        let join = format!("usermod -aG {READERS} USER");
        assert!(denied.stderr.contains(&join), "{denied:?}");
        assert_eq!(denied.stdout, "");
    }
    for arguments in CHANGES {
        let denied = ask(&chatd, &[READERS], arguments);
        assert_eq!(denied.code, Some(5), "{arguments:?}: {denied:?}");
        let join = format!("usermod -aG {ADMINISTRATORS} USER");
        assert!(denied.stderr.contains(&join), "{arguments:?}: {denied:?}");
    }
    alice.barrier();
    assert_eq!(chatd.nicks(), ["alice"]);
    assert_eq!(chatd.json(&["status"])["state"], "running");
    let record = chatd.audited("Shutdown failed");
    let group = format!("groups={}", gid(READERS));
    assert!(
        record.contains("uid=47113") && record.contains(&group),
        "{record}"
    );
    assert!(record.contains("permission denied"), "{record}");
    let audit = chatd.audit();
    let denials = audit.lines().filter(|line| line.contains("uid=47113"));
    assert_eq!(denials.count(), LOOKS.len() + CHANGES.len(), "{audit}");
}

#[test]
fn an_administrator_does_everything() {
    let Some(chatd) = chatd() else { return };
    let mut alice = Client::named(chatd.port, "alice");
    alice.barrier();
    chatd.ctl_ok(&["account", "add", "mara", "--no-password"]);
    let does = |arguments: &[&str]| {
        let result = ask(&chatd, &[ADMINISTRATORS], arguments);
        assert_eq!(result.code, Some(0), "{arguments:?}: {result:?}");
    };
    for arguments in LOOKS {
        does(arguments);
    }
    does(&["history", "#lobby"]);
    does(&["config", "check"]);
    does(&["account", "disable", "mara"]);
    does(&["account", "remove", "mara", "--yes"]);
    does(&["pause"]);
    does(&["resume"]);
    does(&["reload"]);
    does(&["kick", "alice", "--reason", "x"]);
    let record = chatd.audited("KickClients ok");
    assert!(record.contains("uid=47113"), "{record}");
    does(&["shutdown"]);
}

#[test]
fn a_group_that_is_not_there_is_warned_of() {
    let Some(chatd) = chatd() else { return };
    let line = chatd.logged("no-such-group");
    assert!(
        line.contains("WARN") && line.contains("admin.administrators"),
        "{line}"
    );
    // What nobody has named is not missed: a chatd that was only tried out is quiet.
    let other = Chatd::start();
    other.ctl_ok(&["status"]);
    assert!(!other.log().contains("WARN"), "{}", other.log());
}

#[test]
fn a_group_of_a_reload_that_is_refused_is_not_warned_of() {
    let chatd = Setup::new().config("[admin]\nreaders = []").start();
    let holder = TcpListener::bind("127.0.0.1:0").expect("a port");
    let busy = holder.local_addr().expect("an address").to_string();
    chatd.edit_config("readers = []", "readers = [\"no-such-group\"]");
    chatd.edit_config(&format!("127.0.0.1:{}", chatd.port), &busy);
    let refused = chatd.ctl(&["reload"]);
    assert_eq!(refused.code, Some(1), "{refused:?}");
    chatd.logged("reload failed");
    let log = chatd.log();
    assert!(!log.contains("no-such-group"), "{log}");
    drop(holder);
    chatd.ctl_ok(&["reload"]);
    let line = chatd.logged("the group no-such-group");
    assert!(
        line.contains("WARN") && line.contains("admin.readers"),
        "{line}"
    );
}

#[test]
fn a_reload_gives_roles_and_takes_them_from_whoever_is_there() {
    let Some(chatd) = chatd() else { return };
    let mut watch = Program::start(chatctl(&chatd, &[READERS], &["watch", "--json"]));
    watch.until("\"watching\"");
    let _alice = Client::named(chatd.port, "alice");
    watch.until("\"connected\"");
    let (readers, nobody) = (format!("[\"{READERS}\"]"), "[]");
    chatd.edit_config(
        &format!("readers = {readers}"),
        &format!("readers = {nobody}"),
    );
    chatd.ctl_ok(&["reload"]);
    let (status, rest) = watch.finish();
    assert_eq!(status.code(), Some(5), "{rest}");
    assert!(rest.contains("only for root"), "{rest}");
    assert_eq!(ask(&chatd, &[READERS], &["list"]).code, Some(5));

    chatd.edit_config(
        &format!("readers = {nobody}"),
        &format!("readers = {readers}"),
    );
    chatd.ctl_ok(&["reload"]);
    assert_eq!(ask(&chatd, &[READERS], &["list"]).code, Some(0));
}

#[test]
fn who_is_not_let_through_to_the_socket_reads_which_group_is() {
    let Some(chatd) = chatd() else { return };
    let run = chatd.dir().join("run");
    chown(&run, None, Some(gid(READERS))).expect("root gives things away");
    fs::set_permissions(&run, fs::Permissions::from_mode(0o710)).expect("a mode");
    let denied = ask(&chatd, &[], &["list"]);
    assert_eq!(denied.code, Some(5), "{denied:?}");
    let join = format!("members of the group {READERS}. To join: usermod -aG {READERS} USER");
    assert!(
        denied.stderr.contains(&join),
        "{:?} expected in:\n{}",
        join,
        denied.stderr
    );
    assert!(denied.stderr.contains("run/chatd.sock"), "{denied:?}");
    let json = ask(&chatd, &[], &["list", "--json"]);
    let error: serde_json::Value = serde_json::from_str(&json.stderr).expect("JSON");
    assert_eq!(error["group"], READERS, "{error}");
    assert_eq!(ask(&chatd, &[READERS], &["list"]).code, Some(0));

    // Nobody is let through: there is nothing to join.
    fs::set_permissions(&run, fs::Permissions::from_mode(0o700)).expect("a mode");
    let denied = ask(&chatd, &[READERS], &["list"]);
    assert_eq!(denied.code, Some(5), "{denied:?}");
    assert!(!denied.stderr.contains("usermod"), "{denied:?}");
}
