//! The methods of accounts, with all their fields; and that no password is shown.

use super::{Account, NewPassword, Reply, Request, Suspension, client, text};

const PASSWORD: &str = "correct horse";

fn account() -> Account {
    Account {
        id: 7,
        name: "zoë".into(),
        since: "2026-11-22T10:00:00Z".into(),
        password: true,
        certificates: vec!["00ff".into()],
        suspended: Some(Suspension {
            reason: "spam".into(),
            by: "root".into(),
            at: "2026-11-22T10:00:00Z".into(),
        }),
        always_on: Some(true),
        clients: Some(1),
    }
}

pub(super) fn calls() -> Vec<(Request, Reply)> {
    let name = || text("zoë");
    let password = || NewPassword(PASSWORD.into());
    let with_clients = || Reply::Account {
        account: Box::new(account()),
        clients: Some(vec![client()]),
    };
    let now = || Reply::Account {
        account: Box::new(account()),
        clients: None,
    };
    vec![
        (
            Request::ListAccounts {},
            Reply::Accounts {
                accounts: vec![account()],
            },
        ),
        (Request::ShowAccount { account: name() }, with_clients()),
        (
            Request::AddAccount {
                account: name(),
                password: Some(password()),
            },
            now(),
        ),
        (
            Request::SetAccountPassword {
                account: name(),
                password: password(),
            },
            now(),
        ),
        (
            Request::DisableAccount {
                account: name(),
                reason: Some(text("spam")),
            },
            with_clients(),
        ),
        (Request::EnableAccount { account: name() }, now()),
        (
            Request::RemoveAccount {
                account: name(),
                id: Some(7),
            },
            with_clients(),
        ),
        (
            Request::RevokeAccount {
                account: name(),
                device: Some(text("phone")),
                reason: Some(text("a lost phone")),
            },
            with_clients(),
        ),
        (
            Request::AddAccountCertificate {
                account: name(),
                fingerprint: text("00ff"),
            },
            now(),
        ),
        (
            Request::RemoveAccountCertificate {
                account: name(),
                fingerprint: text("00ff"),
            },
            now(),
        ),
    ]
}

#[test]
fn all_but_looking_leaves_a_record() {
    let silent: Vec<String> = calls()
        .iter()
        .filter(|(request, _)| !request.changes())
        .map(|(request, _)| format!("{request:?}"))
        .collect();
    assert_eq!(silent.len(), 2, "{silent:?}");
    assert_eq!(silent[0], "ListAccounts");
    assert!(silent[1].starts_with("ShowAccount"));
}

#[test]
fn a_password_goes_over_the_wire_and_is_shown_nowhere() {
    let mut carried = 0;
    for (request, _) in calls() {
        let wire = serde_json::to_string(&request).unwrap();
        carried += usize::from(wire.contains(PASSWORD));
        for shown in [format!("{request:?}"), request.shown().to_string()] {
            assert!(!shown.contains("horse"), "{shown}");
            let hidden = shown.contains(NewPassword::HIDDEN);
            assert_eq!(hidden, wire.contains(PASSWORD), "{shown}");
        }
    }
    assert_eq!(carried, 2);
}
