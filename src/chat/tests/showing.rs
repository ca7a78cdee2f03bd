use super::*;

fn modes_shown(told: &Told, client: u64) -> Vec<ModeChange> {
    match told.only(client) {
        Event::ModesAre { modes, .. } => modes.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_modes_of_a_room_are_shown_and_its_key_to_its_members_only() {
    let mut script = Script::new(Policy {
        room_modes: RoomFlags::default(),
        ..policy()
    });
    (0..2).for_each(|_| drop(script.attach()));
    script.by(1, Command::Join(room("#tea"), None));
    let key = ModeChange::Key(Key::parse("sesame"));
    let others = [
        ModeChange::Flag(RoomFlag::NoExternal, true),
        ModeChange::Limit(Some(12)),
    ];
    let set = [&others[..], std::slice::from_ref(&key)].concat();
    script.by(1, Command::SetModes(None, set));
    let shown = modes_shown(&script.by(1, Command::ShowModes(None)), 1);
    assert_eq!(shown, [others[0].clone(), key, others[1].clone()]);
    let named = Command::ShowModes(Some(room("#tea")));
    assert_eq!(modes_shown(&script.by(2, named.clone()), 2), others);

    let hidden = ModeChange::Flag(RoomFlag::Secret, true);
    script.by(1, Command::SetModes(None, vec![hidden]));
    let tea = room("#tea");
    assert_eq!(
        script.refused(2, named),
        Refusal::NoSuchRoom { room: tea },
        "a secret room is not there for others"
    );
}
