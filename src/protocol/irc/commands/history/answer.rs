//! The answer to a CHATHISTORY, once the history has been looked at.

use crate::chat::{LookedUp, Spoken};
use crate::protocol::irc::bound::{Bound, cut_short};
use crate::protocol::irc::recall::Recalled;
use crate::protocol::irc::render::{Keep, Page, Past, batch_name, moment};
use crate::protocol::irc::{Asker, Outcome, Reading, Recall, Replies, Step, World};

/// Tells what was found, or why nothing can be told.
pub(in crate::protocol::irc::commands) fn returned(
    world: &World<'_>,
    asker: Asker<'_>,
    recall: &Recall,
    outcome: &Outcome,
    reading: &mut Reading,
) {
    match (outcome, &recall.of) {
        (Outcome::History(LookedUp::Targets(all)), Recalled::Targets(most)) => {
            targets(world, asker, all, (*most, recall.keep), reading);
        }
        (Outcome::History(found), Recalled::User(nick)) => {
            messages(world, asker, recall, (nick, false), found, reading);
        }
        (Outcome::History(found), Recalled::Room(id)) => {
            // One can have been made to leave it meanwhile, and it can have another name.
            let room = world.chat.room(*id).filter(|_| asker.user.is_in(*id));
            if let Some(room) = room {
                let name = room.name.as_str();
                messages(world, asker, recall, (name, true), found, reading);
            } else {
                let text = "Messages could not be retrieved: you are not in that channel any more";
                fail(world, asker, recall, ("INVALID_TARGET", text), reading);
            }
        }
        (Outcome::Refused(why), _) => {
            let why: String = why
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            let text = format!("Messages could not be retrieved: {why}");
            fail(world, asker, recall, ("MESSAGE_ERROR", &text), reading);
        }
        (Outcome::Done | Outcome::History(_) | Outcome::Account(_), _) => {
            failed(world, asker, recall, reading);
        }
    }
}

fn failed(world: &World<'_>, asker: Asker<'_>, recall: &Recall, reading: &mut Reading) {
    let text = "Messages could not be retrieved: the server failed";
    fail(world, asker, recall, ("MESSAGE_ERROR", text), reading);
}

fn fail(
    world: &World<'_>,
    asker: Asker<'_>,
    recall: &Recall,
    (code, text): (&str, &str),
    reading: &mut Reading,
) {
    let context = [recall.subcommand, &recall.given];
    reading.tell(world, asker, |replies| {
        replies.standard("FAIL", "CHATHISTORY", code, &context, text);
    });
}

/// The messages, in a batch for clients that know batches; also when there are none, so that nobody waits. In a room they are told
/// under the name that it has now.
fn messages(
    world: &World<'_>,
    asker: Asker<'_>,
    recall: &Recall,
    (target, is_room): (&str, bool),
    found: &LookedUp,
    reading: &mut Reading,
) {
    let Some(past) = Past::of(found) else {
        return failed(world, asker, recall, reading);
    };
    let (server, capabilities) = (world.server, asker.client.capabilities);
    let batch = batch_name(&world.stamp, capabilities);
    let batch = batch.as_deref();
    let room = is_room.then_some(target);
    let mut page = Page::of(past, room, &server.name, capabilities, batch);
    let left_out = page.fit(server.answer(), recall.keep);
    let mut lines = Vec::new();
    let from = (&*server.name, world.stamp.at, capabilities);
    page.put(batch, target, from, &mut lines);
    if !lines.is_empty() {
        reading.steps.push(Step::Tell(lines));
    }
    if left_out > 0 {
        reading.tell(world, asker, |replies| {
            let text = format!("and {left_out} more; a quarter of limits.send_queue is full");
            let context = [recall.subcommand, target];
            cut_short(replies, capabilities, "CHATHISTORY", &context, &text);
        });
    }
}

/// The conversations: of the earliest or of the latest so many.
fn targets(
    world: &World<'_>,
    asker: Asker<'_>,
    all: &[Spoken],
    (most, keep): (u32, Keep),
    reading: &mut Reading,
) {
    let more = all.len().saturating_sub(most as usize);
    let told = match keep {
        Keep::Last => &all[more..],
        Keep::First | Keep::Middle => &all[..all.len() - more],
    };
    let capabilities = asker.client.capabilities;
    reading.tell(world, asker, |replies| {
        let bound = Bound::new(world.server, replies);
        let mut left_out = 0;
        let mut write = |replies: &mut Replies<'_>| {
            for spoken in told {
                if bound.holds(replies.written()) {
                    let at = moment(spoken.at);
                    replies.line("CHATHISTORY", &["TARGETS", &spoken.name, &at]);
                } else {
                    left_out += 1;
                }
            }
        };
        match batch_name(&world.stamp, capabilities) {
            Some(batch) => drop(replies.batch(&batch, "draft/chathistory-targets", write)),
            None => write(replies),
        }
        if left_out > 0 {
            let text = format!("and {left_out} more; a quarter of limits.send_queue is full");
            cut_short(replies, capabilities, "CHATHISTORY", &["TARGETS"], &text);
        }
    });
}
