//! Who does not register in time, and who is silent: asked, and ended when nothing comes.

use super::irc_lines::{Scene, commands};
use super::*;

#[tokio::test(start_paused = true)]
async fn one_who_does_not_register_in_time_goes_however_busy_it_is() {
    let mut scene = Scene::new();
    let wire = scene.opens(1);
    for _ in 0..29 {
        tokio::time::advance(Duration::from_secs(1)).await;
        scene.says(1, &["PING x"]);
    }
    assert_eq!(scene.hub.newcomers.len(), 1);
    wire.text();
    tokio::time::advance(Duration::from_secs(2)).await;
    scene.hub.turn([].into_iter());
    assert!(scene.hub.newcomers.is_empty() && wire.finished.get());
    let text = wire.text();
    assert!(
        text.starts_with("ERROR :") && text.contains("limits.registration_time"),
        "{text}"
    );
}

#[tokio::test(start_paused = true)]
async fn one_who_is_silent_is_asked_and_goes_when_it_does_not_answer() {
    let mut scene = Scene::new();
    let (quiet, alive) = (
        scene.registers(1, "quiet", "batch"),
        scene.registers(2, "alive", "batch"),
    );
    for _ in 0..40 {
        tokio::time::advance(Duration::from_secs(10)).await;
        scene.hub.turn([].into_iter());
        if alive.text().contains(" PING ") {
            scene.says(2, &["PONG chat.example"]);
        }
    }
    let text = quiet.text();
    assert!(
        text.starts_with(":chat.example PING chat.example\r\n"),
        "{text}"
    );
    assert!(
        text.contains("ERROR :") && text.contains("limits.ping_timeout"),
        "{text}"
    );
    assert!(
        scene.hub.chat.client(ClientId(2)).is_some(),
        "who answers stays"
    );
}

#[tokio::test(start_paused = true)]
async fn one_who_answers_is_there_also_while_a_command_of_it_is_out() {
    let mut scene = Scene::with(|server| {
        let registration = true;
        server.accounts = Some(irc::Accounts { registration });
    });
    let wire = scene.registers(1, "alice", "batch");
    scene.says(1, &["NS IDENTIFY alice secret"]);
    for _ in 0..40 {
        tokio::time::advance(Duration::from_secs(10)).await;
        scene.hub.turn([].into_iter());
        if wire.text().contains(" PING ") {
            scene.says(1, &["PONG chat.example"]);
        }
    }
    assert!(
        scene.hub.chat.client(ClientId(1)).is_some(),
        "{}",
        wire.text()
    );
}

#[tokio::test(start_paused = true)]
async fn one_moment_is_noted_for_each_client_and_little_for_those_who_have_gone() {
    let mut scene = Scene::new();
    let (stays, waits) = (scene.registers(1, "stays", "batch"), scene.opens(2));
    for client in 3..20_000 {
        scene.opens(client);
        if client % 2 == 0 {
            scene.says(client, &["NICK visitor", "USER u 0 * :r"]);
        }
        let gone = Input::Gone(ClientId(client), Departure::Closed);
        scene.hub.turn([gone].into_iter());
    }
    assert!(scene.hub.timers.len() < 3000, "{}", scene.hub.timers.len());
    let (back, _done) = oneshot::channel();
    scene.hub.answer(Ask::Shrink(back));
    assert_eq!(scene.hub.timers.len(), 2, "when memory is to be given back");
    // Those who are here are looked at in their time all the same.
    tokio::time::advance(Duration::from_secs(31)).await;
    scene.hub.turn([].into_iter());
    assert!(waits.text().contains("limits.registration_time"));
    for _ in 0..3 {
        tokio::time::advance(Duration::from_secs(50)).await;
        scene.hub.turn([].into_iter());
    }
    assert_eq!(scene.hub.timers.len(), 1);
    assert_eq!(commands(&stays.text()).last(), Some(&"PING"));
}

#[tokio::test(start_paused = true)]
async fn a_reload_changes_how_long_one_may_be_silent_who_is_here_already() {
    let mut scene = Scene::new();
    let wire = scene.registers(1, "alice", "batch");
    let configure = |scene: &mut Scene, ping_interval| {
        let settings = Settings {
            ping_interval,
            ..scene.hub.settings
        };
        let (back, _done) = oneshot::channel();
        let server = scene.hub.server.clone();
        let ask = Ask::Configure(Box::new(policy()), settings, server, back);
        scene.hub.answer(ask);
    };
    configure(&mut scene, None);
    tokio::time::advance(Duration::from_hours(1)).await;
    scene.hub.turn([].into_iter());
    assert!(!wire.text().contains("PING"), "nobody is asked");
    assert_eq!(scene.hub.timers.len(), 0, "nor is anything to be done");
    configure(&mut scene, Some(Duration::from_secs(10)));
    scene.hub.turn([].into_iter());
    assert_eq!(commands(&wire.text()), ["PING"]);
    tokio::time::advance(Duration::from_mins(2)).await;
    scene.hub.turn([].into_iter());
    assert!(wire.text().contains("limits.ping_timeout"));
}

#[tokio::test(start_paused = true)]
async fn the_silence_of_one_counts_from_its_registration() {
    let mut scene = Scene::new();
    scene.hub.settings.ping_interval = Some(Duration::from_secs(10));
    let wire = scene.opens(1);
    tokio::time::advance(Duration::from_secs(25)).await;
    scene.says(1, &["NICK alice", "USER u 0 * :r"]);
    tokio::time::advance(Duration::from_secs(9)).await;
    scene.hub.turn([].into_iter());
    assert!(!commands(&wire.text()).contains(&"PING"));
    tokio::time::advance(Duration::from_secs(1)).await;
    scene.hub.turn([].into_iter());
    assert_eq!(commands(&wire.text()), ["PING"]);
}
