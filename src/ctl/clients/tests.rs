use clap::ValueEnum;
use jiff::tz::TimeZone;

use super::{Column, Sort, count, table};
use crate::admin::Client;
use crate::ctl::fake;

fn sorted(by: &str, clients: &[Client]) -> Vec<u64> {
    let mut clients = clients.to_vec();
    Sort::parse(by).unwrap().apply(&mut clients);
    clients.iter().map(|client| client.id).collect()
}

#[test]
fn numbers_addresses_and_nicks_sort_as_what_they_are() {
    let mut clients = [
        fake::client(2, "Bob"),
        fake::client(10, "alice"),
        fake::client(9, "carol"),
    ];
    clients[0].address = "10.0.0.2:9".into();
    clients[1].address = "9.0.0.10:80".into();
    clients[2].address = "[::1]:1".into();
    (
        clients[0].idle_seconds,
        clients[1].idle_seconds,
        clients[2].idle_seconds,
    ) = (100, 20, 3);
    assert_eq!(sorted("id", &clients), [2, 9, 10]);
    assert_eq!(sorted("-id", &clients), [10, 9, 2]);
    assert_eq!(sorted("nick", &clients), [10, 2, 9]);
    assert_eq!(sorted("address", &clients), [10, 2, 9]);
    assert_eq!(sorted("idle_seconds", &clients), [9, 10, 2]);
    assert!(Sort::parse("shoe").unwrap_err().contains("idle"));
}

#[test]
fn the_usual_columns_and_any_others() {
    let mut client = fake::client(17, "alice");
    client.rooms = vec!["#lobby".into(), "#dev".into()];
    let clients = [client];
    let lines = table(&clients, &[], true, None, &TimeZone::UTC);
    assert_eq!(
        lines,
        [
            "id  nick   address         protocol  listener  rooms         idle  connected",
            "17  alice  127.0.0.1:4711  plain     plain     #lobby #dev  3m12s  20:30",
        ]
    );
    let all = table(
        &clients,
        Column::value_variants(),
        false,
        None,
        &TimeZone::UTC,
    );
    assert!(all[0].ends_with("1h00m  3m12s  5  0"), "{all:?}");
}

#[test]
fn one_client_is_not_clients() {
    assert_eq!(
        [count(0), count(1), count(2)],
        ["0 clients", "1 client", "2 clients"]
    );
}

#[test]
fn the_date_stands_where_it_is_not_todays() {
    let mut client = fake::client(1, "alice");
    for (age, expected) in [
        (3 * 3600, "20:30"),
        (4 * 3600, "2026-11-22 20:30"),
        (u64::MAX, "2026-11-22 20:30"),
    ] {
        client.age_seconds = age;
        let columns = [Column::Connected];
        let lines = table(&[client.clone()], &columns, false, None, &TimeZone::UTC);
        assert_eq!(lines, [expected], "{age}");
    }
}
