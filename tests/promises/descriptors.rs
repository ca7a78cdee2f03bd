//! Out of file descriptors: who comes is told, who is in goes on, the operator is answered, the log stays short.

use crate::harness::{Client, Setup, barriers};

#[test]
fn when_the_descriptors_are_used_up_newcomers_are_told_and_the_rest_goes_on() {
    let chatd = Setup::new().under(&["prlimit", "--nofile=64:64"]).start();
    let status = chatd.json(&["status"]);
    assert_eq!(status["descriptors"], 64);
    let logged = chatd.logged("for want of descriptors");
    assert!(logged.contains("LimitNOFILE="), "{logged}");
    let allowed = status["clients_allowed"].as_u64().expect("a number");
    assert!(
        (8..64).contains(&allowed),
        "{allowed} clients with 64 descriptors"
    );

    let mut alice = Client::named(chatd.port, "alice");
    let mut bob = Client::named(chatd.port, "bob");
    let mut inside = Vec::new();
    let mut turned_away = 0;
    for _ in 0..80 {
        let mut client = Client::bare(chatd.port);
        if client.next().starts_with("! full: ") {
            client.rest();
            turned_away += 1;
        } else {
            inside.push(client);
        }
    }
    assert_eq!(inside.len() as u64 + 2, allowed);
    assert_eq!(turned_away, 80 - inside.len());

    // Everything still works, for those who are in and for the operator, again and again.
    alice.line("it is crowded");
    bob.expect("<alice> it is crowded");
    for _ in 0..10 {
        assert_eq!(chatd.nicks().len() as u64, allowed);
    }
    let cpu = chatd.cpu();
    let mut waiting: Vec<Client> = (0..40).map(|_| Client::bare(chatd.port)).collect();
    for client in &mut waiting {
        assert!(client.rest().starts_with("! full: "));
    }
    barriers(&mut [&mut alice, &mut bob]);
    assert!(
        chatd.cpu().saturating_sub(cpu).as_millis() < 500,
        "it spins"
    );
    assert!(
        chatd.log().len() < 32 * 1024,
        "{} bytes of log",
        chatd.log().len()
    );

    drop(inside);
    chatd.eventually("the others are gone", |chatd| {
        chatd.nicks() == ["alice", "bob"]
    });
    let mut carol = Client::connect(chatd.port);
    carol.line("room again");
    bob.expect("room again");
}

#[test]
fn without_a_descriptor_for_a_client_it_does_not_start() {
    let ran = Setup::new().under(&["prlimit", "--nofile=32:32"]).run(&[]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let told = "the limit of descriptors is 32, and 39 are needed before the first client";
    assert!(ran.stderr.contains(told), "{ran:?}");
}

#[test]
fn those_who_are_turned_away_and_stay_do_not_keep_the_operator_from_being_answered() {
    let chatd = Setup::new()
        .config("[limits]\nlinger = \"1min\"")
        .under(&["prlimit", "--nofile=64:64"])
        .start();
    let allowed = chatd.json(&["status"])["clients_allowed"]
        .as_u64()
        .expect("a number");
    let knocking: Vec<Client> = (0..allowed + 80)
        .map(|_| Client::bare(chatd.port))
        .collect();
    chatd.eventually("all have knocked", |chatd| {
        chatd.json(&["status"])["counters"]["connections_refused"] == 80
    });
    assert_eq!(chatd.nicks().len() as u64, allowed);
    drop(knocking);
}

#[test]
fn the_soft_limit_is_raised_to_the_hard_one() {
    let chatd = Setup::new().under(&["prlimit", "--nofile=128:512"]).start();
    assert_eq!(chatd.json(&["status"])["descriptors"], 512);
}

#[test]
fn connections_that_come_and_go_leave_nothing_behind() {
    let chatd = Setup::new().start();
    let mut alice = Client::connect(chatd.port);
    alice.barrier();
    let before = chatd.descriptors();
    for round in 0..300 {
        let client = Client::bare(chatd.port);
        if round % 3 == 0 {
            // A reset, before or during the greeting.
            socket2::SockRef::from(client.stream())
                .set_linger(Some(std::time::Duration::ZERO))
                .expect("a socket");
        }
    }
    chatd.eventually("all of them are gone", |chatd| chatd.nicks().len() == 1);
    chatd.eventually("their descriptors are closed", |chatd| {
        chatd.descriptors() <= before
    });
    alice.line("/rooms");
    assert!(alice.barrier().iter().any(|line| line.contains("#lobby")));
}
