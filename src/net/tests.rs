use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use super::admission::Admission;
use super::*;
use crate::chat::{Bucket, Tick};

const NOW: Tick = Tick(3_600_000_000);

fn settings() -> Settings {
    Settings {
        connections: 1000,
        per_address: Some(2),
        connect_rate: None,
        exempt: Vec::new(),
        plain: protocol::Limits {
            line: 4096,
            input_queue: 65536,
            flood: None,
            unterminated: true,
        },
        unterminated_after: None,
        linger: Duration::from_secs(2),
        send_buffer: 65536,
        keepalive: None,
        unreachable_after: None,
        handshakes: 4,
        handshake_time: Duration::from_secs(10),
        farewells: 4,
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

#[test]
fn an_address_has_so_many_connections_and_a_place_that_is_left_is_free_again() {
    let (mut admission, settings) = (Admission::default(), settings());
    let home = ip("192.0.2.1");
    assert!(admission.enter(home, &settings, NOW).is_ok());
    assert!(admission.enter(home, &settings, NOW).is_ok());
    assert_eq!(
        admission
            .enter(home, &settings, NOW)
            .map_err(|refused| refused.code),
        Err("full")
    );
    assert!(admission.enter(ip("192.0.2.2"), &settings, NOW).is_ok());
    admission.leave(home, Bucket::default(), NOW);
    assert!(admission.enter(home, &settings, NOW).is_ok());
    assert_eq!(admission.refused, 1);
}

#[test]
fn an_ipv6_network_of_64_bits_and_a_mapped_address_are_one_address_each() {
    let (mut admission, settings) = (Admission::default(), settings());
    for address in ["2001:db8::1", "2001:db8::2:3:4:5"] {
        assert!(admission.enter(ip(address), &settings, NOW).is_ok());
    }
    assert!(
        admission
            .enter(ip("2001:db8::ffff"), &settings, NOW)
            .is_err()
    );
    assert!(
        admission
            .enter(ip("2001:db8:0:1::1"), &settings, NOW)
            .is_ok()
    );
    for address in ["192.0.2.1", "::ffff:192.0.2.1"] {
        assert!(admission.enter(ip(address), &settings, NOW).is_ok());
    }
    assert!(admission.enter(ip("192.0.2.1"), &settings, NOW).is_err());
}

#[test]
fn the_total_holds_for_the_exempt_too_and_the_rest_does_not() {
    let (mut admission, mut settings) = (Admission::default(), settings());
    settings.connections = 3;
    settings.connect_rate = Some(Rate::new(1, Duration::from_secs(1)));
    settings.exempt = vec!["10.0.0.0/8".parse().expect("a network")];
    for _ in 0..3 {
        assert!(
            admission
                .enter(ip("::ffff:10.1.2.3"), &settings, NOW)
                .is_ok()
        );
    }
    let refused = admission
        .enter(ip("10.1.2.3"), &settings, NOW)
        .expect_err("the server is full");
    assert!(
        refused.text.contains("limits.connections,"),
        "{}",
        refused.text
    );
}

#[test]
fn a_connect_rate_is_of_one_address_and_comes_back() {
    let (mut admission, mut settings) = (Admission::default(), settings());
    settings.per_address = None;
    settings.connect_rate = Some(Rate::new(2, Duration::from_secs(2)));
    let home = ip("192.0.2.1");
    for _ in 0..2 {
        assert!(admission.enter(home, &settings, NOW).is_ok());
        admission.leave(home, Bucket::default(), NOW);
    }
    assert_eq!(
        admission
            .enter(home, &settings, NOW)
            .map_err(|refused| refused.code),
        Err("too-fast")
    );
    assert!(admission.enter(ip("192.0.2.2"), &settings, NOW).is_ok());
    assert!(
        admission
            .enter(home, &settings, Tick(NOW.0 + 1_000_000))
            .is_ok()
    );
}

fn listener(address: SocketAddr) -> TcpListener {
    bind(address).expect("a free address")
}

#[test]
fn an_address_that_only_a_former_listener_blocks_is_taken_over_while_that_still_accepts() {
    let former = listener("127.0.0.1:0".parse().expect("an address"));
    let port = former.local_addr().expect("an address").port();
    let wide: SocketAddr = ([0, 0, 0, 0], port).into();
    assert!(bind(wide).is_err(), "it is blocked");
    let wide = take_over(wide, &[&former]).expect("a shared port");
    // The nearer address wins while both are open.
    let _client = TcpStream::connect(("127.0.0.1", port)).expect("accepted");
    assert!(former.accept().is_ok());
    let third = bind(([127, 0, 0, 1], port).into());
    assert!(third.is_err(), "the port is shared with nobody else");
    drop(former);
    let _client = TcpStream::connect(("127.0.0.1", port)).expect("accepted");
    wide.set_nonblocking(false).expect("a socket option");
    assert!(wide.accept().is_ok());
}

#[test]
fn a_port_that_another_program_holds_is_not_taken_over() {
    let other = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = other.local_addr().expect("an address");
    let own = listener("127.0.0.1:0".parse().expect("an address"));
    let refused = take_over(address, &[&own]).expect_err("it is busy");
    assert_eq!(refused.address, address);
    assert!(
        refused
            .to_string()
            .contains("another program listens there"),
        "{refused}"
    );
}

#[test]
fn who_leaves_and_comes_again_has_still_spent_what_it_had() {
    let (mut admission, settings) = (Admission::default(), settings());
    let home = ip("2001:db8::1");
    let rate = Rate::new(10, Duration::from_secs(10));
    assert_eq!(admission.spent(home), Bucket::default());
    assert!(admission.enter(home, &settings, NOW).is_ok());
    let spent = Bucket::default()
        .take(rate, 7, NOW)
        .expect("there is so much");
    admission.leave(home, spent, NOW);
    assert_eq!(
        admission.spent(ip("2001:db8::2")),
        spent,
        "the network of 64 bits is one"
    );
    assert_eq!(admission.spent(ip("192.0.2.1")), Bucket::default());
    let later = Tick(NOW.0 + 8_000_000);
    assert!(admission.enter(home, &settings, later).is_ok());
    admission.leave(home, Bucket::default(), later);
    assert_eq!(
        admission.spent(home),
        Bucket::default(),
        "it is all back and forgotten"
    );
}

/// A listener that only these connect to, and what became of them.
#[tokio::test]
async fn whoever_waits_at_a_listener_that_goes_is_let_in() {
    const WAITING: usize = 300;
    let socket = listener("127.0.0.1:0".parse().expect("an address"));
    let address = socket.local_addr().expect("an address");
    let settings = || Settings {
        per_address: None,
        ..settings()
    };
    let plan = |listeners| Plan {
        listeners,
        settings: settings(),
    };
    let (inbox, mut inputs) = mpsc::channel(2 * WAITING);
    let (orders, received) = mpsc::channel(1);
    let apply = async |plan: Plan| {
        let (done, applied) = oneshot::channel();
        let order = Order::Apply(Box::new(plan), done);
        orders.send(order).await.expect("it runs");
        applied.await.expect("it answers").expect("it is so");
    };
    let there = Planned {
        name: "plain".into(),
        address,
        protocol: crate::chat::Protocol::Plain,
        greeting: "".into(),
        news: true,
        transport: Transport::default(),
        socket: Socket::New(socket),
    };
    let here = async {
        apply(plan(vec![there])).await;
        // Nothing else runs meanwhile: the kernel has them, and nobody else knows.
        let clients: Vec<_> = (0..WAITING)
            .map(|_| TcpStream::connect(address).expect("there is room"))
            .collect();
        apply(plan(Vec::new())).await;
        assert!(
            TcpStream::connect(address).is_err(),
            "nobody listens any more"
        );
        let mut let_in = 0;
        while let Ok(input) = inputs.try_recv() {
            let_in += usize::from(matches!(input, Input::Open(..)));
        }
        assert_eq!(let_in, clients.len());
    };
    let local = tokio::task::LocalSet::new();
    local.spawn_local(run(settings(), inbox, received));
    local.run_until(here).await;
}
