//! Accounts that were made by one way are proven by every other, also after a crash; and whoever guesses is slowed.

use super::{PASSWORD, Scram, plain};
use crate::harness::{Client, Irc, Server, Setup};

/// Proves the account by each way; each time as somebody new.
fn is_proven_by_all_ways(server: &Server, account: &str) {
    let mut by_plain = server.begins("one", "", "PLAIN");
    by_plain.answers(&plain(account, PASSWORD));
    by_plain.told(&format!(" {account} :You are now logged in"));
    by_plain.told(" 903 ");

    let mut by_scram = server.begins("two", "", "SCRAM-SHA-256");
    let mut scram = Scram::new(account, PASSWORD);
    by_scram.answers(&scram.first());
    let challenge = by_scram.challenge();
    by_scram.answers(&scram.proof(&challenge));
    assert!(scram.believes(&by_scram.challenge()), "who else is it?");
    by_scram.says("AUTHENTICATE +");
    by_scram.told(&format!(" {account} :You are now logged in"));
    by_scram.told(" 903 ");
    by_scram.says("CAP END");
    by_scram.told(" 001 two ");

    let mut by_nickserv = server.registers("three");
    by_nickserv.says(&format!("PRIVMSG NickServ :identify {account} {PASSWORD}"));
    by_nickserv.told(&format!(" 900 three three!~u@127.0.0.1 {account} :"));
    by_nickserv.told(":NickServ!NickServ@chat.example NOTICE three :You are logged in.");

    // After registration, too.
    let mut later = server.registers("four");
    later.says("CAP REQ sasl\r\nAUTHENTICATE PLAIN");
    later.told("AUTHENTICATE +");
    later.answers(&plain(&format!("{account}@desk"), PASSWORD));
    later.told(&format!(" 900 four four!~u@127.0.0.1 {account} :"));
    later.told(" 903 four ");

    let mut by_lines = Client::connect(server.chatd.port);
    by_lines.line(&format!("/login {account} {PASSWORD}"));
    by_lines.expect(&format!("-- You are logged in as {account}"));
    by_lines.expect(&format!("You are {account}"));
}

fn is_not_proven(server: &Server, account: &str, password: &str) {
    let mut wrong = server.begins("wrong", "", "PLAIN");
    wrong.answers(&plain(account, password));
    wrong.told(" 904 ");
    let mut by_lines = Client::connect(server.chatd.port);
    by_lines.line(&format!("/login {account} {password}"));
    by_lines.expect("! wrong-password: ");
}

#[test]
fn an_account_is_there_after_a_crash_for_every_way_to_prove_it() {
    let mut server = Server::start();
    let mara = server.makes("mara");
    mara.quits();
    is_proven_by_all_ways(&server, "mara");
    server.chatd.crashes();
    server.chatd.starts_again();
    is_proven_by_all_ways(&server, "mara");
    is_not_proven(&server, "mara", "wrong-horse-battery");
    is_not_proven(&server, "nobody", PASSWORD);
}

#[test]
fn without_a_history_accounts_are_kept_all_the_same() {
    let mut server = Server::of(Setup::new().config("[history]\nenabled = false"));
    let mut mara = Client::named(server.chatd.port, "mara");
    mara.line(&format!("/register {PASSWORD}"));
    mara.expect("-- mara is your account now");
    mara.line("/history");
    mara.expect("! history-off: ");
    server.chatd.crashes();
    server.chatd.starts_again();
    is_proven_by_all_ways(&server, "mara");
    is_not_proven(&server, "mara", "wrong-horse-battery");
}

#[test]
fn whether_people_make_accounts_by_themselves_is_changed_by_a_reload() {
    const CLOSED: &str = "ccounts are made by the server's operator here";
    let server = Server::of(Setup::new().config("[accounts]\nregistration = false"));
    let reload = |old: &str, new: &str| {
        let key = |value| format!("registration = {value}");
        server.chatd.edit_config(&key(old), &key(new));
        server.chatd.ctl_ok(&["reload"]);
    };
    let mut by_lines = Client::named(server.chatd.port, "carla");
    let mut by_nickserv = server.registers("anna");
    let mut by_register = server.registers("berta");
    let mut ask = |by_nickserv: &mut Irc| {
        by_lines.line(&format!("/register {PASSWORD}"));
        by_nickserv.says(&format!("PRIVMSG NickServ :REGISTER {PASSWORD}"));
        by_register.says(&format!("REGISTER * * {PASSWORD}"));
        (
            by_lines.until_one_of(&["! ", "-- carla is your account now"]),
            by_nickserv.told("NOTICE anna :"),
            by_register.told(" REGISTER "),
        )
    };
    let (lines, nickserv, register) = ask(&mut by_nickserv);
    assert!(
        lines.starts_with("! closed: a") && lines.contains(CLOSED),
        "{lines}"
    );
    assert!(nickserv.contains(CLOSED), "{nickserv}");
    let unavailable = "FAIL REGISTER TEMPORARILY_UNAVAILABLE ";
    assert!(
        register.contains(unavailable) && register.contains(CLOSED),
        "{register}"
    );
    reload("false", "true");
    let (lines, nickserv, register) = ask(&mut by_nickserv);
    assert_eq!(
        lines.split(';').next(),
        Some("-- carla is your account now")
    );
    assert!(nickserv.contains("anna is your account now"), "{nickserv}");
    assert!(register.contains("REGISTER SUCCESS berta "), "{register}");
    reload("true", "false");
    let mut late = Client::named(server.chatd.port, "dora");
    late.line(&format!("/register {PASSWORD}"));
    late.expect("! closed: ");
}

#[test]
fn so_many_accounts_are_made_from_one_address() {
    let limits = "[limits]\nregister_rate = \"2/h\"";
    let server = Server::of(Setup::new().limited().config(limits));
    server.makes("mara");
    let mut by_lines = Client::named(server.chatd.port, "carla");
    // What cannot be an account does not count.
    by_lines.line("/register short");
    by_lines.expect("! weak-password: ");
    by_lines.line(&format!("/register {PASSWORD}"));
    by_lines.expect("-- carla is your account now");
    let mut late = Client::named(server.chatd.port, "dora");
    late.line(&format!("/register {PASSWORD}"));
    late.expect("! too-fast: your address has made enough accounts for now; wait ");
    let mut late = server.registers("berta");
    late.says(&format!("REGISTER * * {PASSWORD}"));
    late.told("FAIL REGISTER TEMPORARILY_UNAVAILABLE berta :your address has made enough");
}

#[test]
fn every_way_to_make_an_account_makes_one_for_all() {
    let server = Server::start();
    let mut by_nickserv = server.registers("anna");
    by_nickserv.says(&format!("PRIVMSG nickserv :REGISTER {PASSWORD}"));
    by_nickserv.told(" 900 anna ");
    by_nickserv.told("NOTICE anna :anna is your account now");

    let mut early = server.opens();
    early.says(&format!(
        "CAP LS 302\r\nNICK berta\r\nUSER u 0 * :real\r\nREGISTER * * {PASSWORD}"
    ));
    early.told("REGISTER SUCCESS berta :");
    early.told(" 900 * berta!~u@");
    early.says("CAP END");
    early.told(" 001 berta ");

    let mut by_lines = Client::named(server.chatd.port, "carla");
    by_lines.line(&format!("/register {PASSWORD}"));
    by_lines.expect("-- You are logged in as carla");
    by_lines.expect("-- carla is your account now");

    for account in ["anna", "berta", "carla"] {
        let mut proves = server.begins("other", "", "PLAIN");
        proves.answers(&plain(account, PASSWORD));
        proves.told(" 903 ");
    }
}

#[test]
fn another_password_is_the_only_one_from_then_on_and_a_dropped_account_has_none() {
    let mut server = Server::start();
    let mut mara = server.makes("mara");
    mara.says("NS SET PASSWORD other-horse-battery");
    mara.told("NOTICE mara :Your password is another one now.");
    server.chatd.crashes();
    server.chatd.starts_again();
    is_not_proven(&server, "mara", PASSWORD);
    let mut mara = server.begins("mara", "", "PLAIN");
    mara.answers(&plain("mara", "other-horse-battery"));
    mara.told(" 903 ");
    mara.says("CAP END");
    mara.told(" 422 mara ");
    mara.says("NS DROP wrong-horse-battery");
    mara.told("NOTICE mara :The account or its password is wrong.");
    mara.says("NS DROP other-horse-battery");
    mara.told(" 901 mara ");
    mara.told("NOTICE mara :Your account is removed.");
    server.chatd.crashes();
    server.chatd.starts_again();
    is_not_proven(&server, "mara", "other-horse-battery");
    // The name is anybody's.
    server.makes("mara");
}

/// Fails with this word.
fn guesses(server: &Server, password: &str) -> String {
    let mut guess = server.begins("guess", "", "SCRAM-SHA-256");
    let mut scram = Scram::new("mara", password);
    guess.answers(&scram.first());
    let told = guess.told("chat.example ");
    if told.contains(" 904 ") {
        return told;
    }
    let challenge = told.rsplit(' ').next().expect("a challenge");
    let challenge = data_encoding::BASE64.decode(challenge.as_bytes());
    let challenge = String::from_utf8(challenge.expect("base 64")).expect("UTF-8");
    guess.answers(&scram.proof(&challenge));
    guess.told("chat.example ")
}

#[test]
fn whoever_guesses_by_scram_learns_nothing_from_a_right_guess_after_many_wrong_ones() {
    let limits = "[limits]\nconnections_per_address = \"off\"\nconnect_rate = \"off\"\npassword_rate = \"3/h\"";
    let server = Server::of(Setup::new().limited().config(limits));
    let mut mara = server.makes("mara");
    for _ in 0..3 {
        let told = guesses(&server, "wrong-horse-battery");
        assert!(told.contains("is wrong"), "{told}");
    }
    let wrong = guesses(&server, "wrong-horse-battery");
    assert!(
        wrong.contains(" 904 ") && wrong.contains("too many"),
        "{wrong}"
    );
    let right = guesses(&server, PASSWORD);
    // But for how long to wait.
    let words = |told: &str| told.replace(|c: char| c.is_ascii_digit(), "");
    assert_eq!(words(&right), words(&wrong));
    // Who is here notices nothing.
    assert_eq!(mara.barrier(), [""; 0]);
}

#[test]
fn a_response_in_chunks_of_400_bytes_is_one() {
    let server = Server::start();
    // 300 bytes, which is the most, and what stands around them: two chunks, the second of them full or nearly so.
    for length in [290, 300] {
        let password: String = "häuser-"
            .chars()
            .cycle()
            .take(length - length / 8)
            .collect();
        let password = &password[..password.floor_char_boundary(length)];
        let nick = format!("long{length}");
        let mut long = server.registers(&nick);
        long.says(&format!("REGISTER * * :{password}"));
        long.told("REGISTER SUCCESS");
        // Twice the name, so that it takes more than one chunk.
        let mut proves = server.begins("other", "", "PLAIN");
        let response = format!("{nick}\0{nick}\0{password}");
        sends(&mut proves, &response);
        proves.told(" 903 ");
    }
    // Exactly one chunk, and so one more that is empty.
    let mut exact = server.begins("other", "", "PLAIN");
    sends(&mut exact, &format!("\0mara\0{}", "x".repeat(294)));
    exact.told(" 904 ");
}

/// As sasl-3.1 has it.
fn sends(client: &mut Irc, response: &str) {
    let all = data_encoding::BASE64.encode(response.as_bytes());
    for chunk in all.as_bytes().chunks(400) {
        client.says(&format!(
            "AUTHENTICATE {}",
            str::from_utf8(chunk).expect("ASCII")
        ));
    }
    if all.len().is_multiple_of(400) {
        client.says("AUTHENTICATE +");
    }
}
