//! Clients of IRC that go back to their own user: what its device has missed comes as when they had logged in at once.

use super::accounts::{proven, scene};
use super::irc_lines::commands;
use super::*;
use crate::chat::{Login, Lookup, Registered, Timestamp};

#[test]
fn by_nick_or_by_regain_one_is_ones_user_again_and_gets_what_was_missed() {
    for line in ["NICK alice", "NS REGAIN alice", "@label=x NS GHOST alice"] {
        let mut scene = scene();
        let alice = Registered {
            id: 7,
            name: Nick::parse("alice").expect("a nick"),
            since: Timestamp(0),
            always_on: true,
        };
        scene
            .hub
            .hear_of_account(AccountNews::Registered(vec![alice]));
        let (bob, first) = (
            scene.registers(2, "bob", ""),
            scene.registers(1, "alice_", ""),
        );
        let device = None;
        scene.hub.log_in(ClientId(1), Some(Login { id: 7, device }));
        scene.says(1, &["NICK alice", "JOIN #tea"]);
        scene.says(2, &["JOIN #tea"]);
        assert!(first.text().contains(" NICK :alice"));
        scene
            .hub
            .turn([Input::Gone(ClientId(1), Departure::Closed)].into_iter());
        scene.says(2, &["PRIVMSG #tea :where are you?"]);
        bob.text();

        let paper = scene.hub.on_paper();
        let again = scene.registers(3, "alice_", "batch labeled-response");
        scene.says(3, &["NS IDENTIFY alice secret"]);
        scene.returns(3, proven());
        again.text();
        scene.says(3, &[line]);
        let found = paper.lookups();
        let private = |lookup: &Lookup| matches!(lookup, Lookup::Private(..));
        let of: Vec<_> = found.iter().map(|(lookup, _)| private(lookup)).collect();
        assert_eq!(of, [false, true], "{line}: the room's, and private ones");
        for (_, number) in found {
            scene
                .hub
                .looks_up(number, Ok(crate::chat::LookedUp::Messages(Vec::new())));
        }
        let told = again.text();
        let mut told = commands(&told);
        told.retain(|command| *command != "BATCH");
        assert_eq!(told, ["NICK", "JOIN", "353", "366"], "{line}");
        assert_eq!(bob.text(), "", "{line}: nobody hears of it");
    }
}
