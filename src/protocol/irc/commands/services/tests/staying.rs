//! What one reads who wants to stay without clients.

use super::*;

#[test]
fn who_goes_by_another_nick_reads_as_whom_it_stays() {
    let request = Request::Change {
        account: 7,
        change: Change::AlwaysOn(Some(true)),
    };
    let errand = Errand::Account(Box::new(request), By::NickServ);
    let done = Outcome::Account(Answer::Done);
    let mut bed = owned();
    let says = |bed: &Bed| {
        let steps = irc::returned(&bed.world(), bed.asker("alice"), &errand, &done);
        in_words(steps.into_iter()).concat()
    };
    let missed =
        "what a device misses it gets when it comes back, as far as this server keeps it for you.";
    let stays = "You stay in your channels from now on";
    assert_eq!(says(&bed), format!("{stays}; {missed}"));
    let registered = Registered {
        id: 7,
        name: nick("mara"),
        since: Timestamp(1_000_000),
        always_on: false,
    };
    operator(&mut bed, Command::Register(registered));
    let login = Some(Login {
        id: 7,
        device: None,
    });
    let alice = bed.id("alice");
    operator(&mut bed, Command::Login(alice, login));
    assert_eq!(
        says(&bed),
        format!("{stays} when you leave as mara; {missed}")
    );
}
