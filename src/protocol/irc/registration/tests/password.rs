//! PASS (Modern IRC, "PASS message").

use super::*;

fn guarded() -> Place {
    let mut place = Place::new();
    place.server.password = true;
    place
}

fn asks(password: &str) -> Vec<Step> {
    vec![Step::Outside(Errand::ServerPassword(password.into()))]
}

fn is_shut_out(steps: &[Step]) -> bool {
    let [Step::Tell(_), Step::Leave(Departure::Cut(_))] = steps else {
        return false;
    };
    is_told(steps, "464 * :Password incorrect")
}

/// "it MUST precede the latter of the NICK and USER commands"; "only the last one sent is used".
#[test]
fn the_last_password_is_checked_when_all_is_said() {
    let place = guarded();
    for lines in [
        ["PASS wrong", "PASS right", "NICK alice", "USER a 0 * :A"],
        ["NICK alice", "PASS wrong", "PASS :right", "USER a 0 * :A"],
        ["USER a 0 * :A", "PASS wrong", "pass right", "NICK alice"],
    ] {
        let mut newcomer = opened();
        assert_eq!(
            place.says(&mut newcomer, &lines),
            asks("right"),
            "{lines:?}"
        );
        let errand = Errand::ServerPassword("right".into());
        let steps = newcomer.returned(&place.world(), &errand, &Outcome::Done);
        assert_eq!(steps, [Step::Register]);
    }
}

/// With negotiation there is time until it ends.
#[test]
fn a_password_may_come_until_negotiation_ends() {
    let place = guarded();
    let mut newcomer = opened();
    let lines = [
        "CAP LS",
        "NICK alice",
        "USER a 0 * :A",
        "PASS :two words",
        "CAP END",
    ];
    assert_eq!(place.says(&mut newcomer, &lines), asks("two words"));
}

/// "the server SHOULD send `ERR_PASSWDMISMATCH` and MAY then close the connection with ERROR".
#[test]
fn a_wrong_password_and_none_are_464_and_the_end() {
    let place = guarded();
    let mut newcomer = opened();
    let steps = place.says(&mut newcomer, &["NICK alice", "USER a 0 * :A"]);
    assert!(is_shut_out(&steps), "{steps:?}");
    let mut newcomer = opened();
    place.says(
        &mut newcomer,
        &["PASS wrong", "NICK alice", "USER a 0 * :A"],
    );
    let errand = Errand::ServerPassword("wrong".into());
    let outcome = Outcome::Refused("it is wrong".into());
    assert!(is_shut_out(&newcomer.returned(
        &place.world(),
        &errand,
        &outcome
    )));
}

/// While the check is out nothing starts a second one, and one that negotiates again is waited for.
#[test]
fn one_check_is_out_at_a_time() {
    let place = guarded();
    let mut newcomer = opened();
    place.says(
        &mut newcomer,
        &["PASS right", "NICK alice", "USER a 0 * :A"],
    );
    assert_eq!(place.says(&mut newcomer, &["PASS other", "NICK bob"]), []);
    assert_eq!(told(&newcomer.read(&place.world(), "CAP LS")).len(), 1);
    let errand = Errand::ServerPassword("right".into());
    assert_eq!(
        newcomer.returned(&place.world(), &errand, &Outcome::Done),
        []
    );
    assert_eq!(newcomer.read(&place.world(), "CAP END"), [Step::Register]);
}

/// Once it was right it is not asked for again, whatever the nick.
#[test]
fn whose_nick_was_taken_needs_no_second_password() {
    let place = guarded();
    let mut newcomer = opened();
    place.says(
        &mut newcomer,
        &["PASS right", "NICK alice", "USER a 0 * :A"],
    );
    let errand = Errand::ServerPassword("right".into());
    newcomer.returned(&place.world(), &errand, &Outcome::Done);
    let refusal = Refusal::NickInUse {
        nick: nick("alice"),
    };
    newcomer.refused(&place.world(), &refusal);
    assert_eq!(newcomer.read(&place.world(), "NICK bob"), [Step::Register]);
}

#[test]
fn pass_without_a_password_is_461() {
    for line in ["PASS", "PASS :"] {
        let steps = opened().read(&guarded().world(), line);
        assert!(
            is_told(&steps, "461 * PASS :Not enough parameters"),
            "{line}"
        );
    }
}

/// A server that has no password takes any, and does not keep it.
#[test]
fn without_a_password_of_the_server_any_will_do() {
    let place = Place::new();
    let mut newcomer = opened();
    let steps = place.says(
        &mut newcomer,
        &["PASS whatever", "NICK alice", "USER a 0 * :A"],
    );
    assert_eq!(steps, [Step::Register]);
    assert_eq!(newcomer.password, None);
}

/// Another errand's outcome means nothing here.
#[test]
fn only_its_own_errand_comes_back() {
    let place = guarded();
    let mut newcomer = opened();
    place.says(
        &mut newcomer,
        &["PASS right", "NICK alice", "USER a 0 * :A"],
    );
    assert_eq!(
        newcomer.returned(&place.world(), &Errand::Reload, &Outcome::Done),
        []
    );
}
