use super::*;
use crate::chat::{Tick, Timestamp};
use crate::protocol::irc::render::tests::server;

const TIME: &str = "time=2011-10-19T16:40:51.620Z";

fn labelled(lines: &str, with: &[Capability], value: &str) -> String {
    let set = with.iter().map(|capability| capability.bit()).sum();
    let stamp = Stamp {
        at: Timestamp(1_319_042_451_620),
        tick: Tick(255),
        salt: 0,
    };
    let mut out = Vec::new();
    let lines = lines.as_bytes();
    label(lines, value, &server(), &stamp, Capabilities(set), &mut out);
    String::from_utf8(out).expect("UTF-8")
}

const BATCH: &[Capability] = &[Capability::LabeledResponse, Capability::Batch];
const TIMED: &[Capability] = &[
    Capability::LabeledResponse,
    Capability::Batch,
    Capability::ServerTime,
];

#[test]
fn a_command_that_brings_nothing_is_acknowledged() {
    assert_eq!(labelled("", BATCH, "abc"), "@label=abc :irc.test ACK\r\n");
    assert_eq!(
        labelled("", TIMED, "abc"),
        format!("@label=abc;{TIME} :irc.test ACK\r\n")
    );
}

#[test]
fn one_line_has_the_label_beside_its_other_tags() {
    assert_eq!(
        labelled(":irc.test 401 a nick :No such nick\r\n", BATCH, "dc11"),
        "@label=dc11 :irc.test 401 a nick :No such nick\r\n"
    );
    assert_eq!(
        labelled("@msgid=x;+a=b :n!u@h PRIVMSG #c :Hello!\r\n", BATCH, "pQ"),
        "@label=pQ;msgid=x;+a=b :n!u@h PRIVMSG #c :Hello!\r\n"
    );
}

#[test]
fn several_lines_are_a_batch_whose_beginning_has_the_label() {
    let lines = ":irc.test 311 a n u h * :N\r\n@time=t :irc.test 318 a n :End\r\n";
    assert_eq!(
        labelled(lines, BATCH, "mGhe"),
        "@label=mGhe :irc.test BATCH +Lff labeled-response\r\n\
         @batch=Lff :irc.test 311 a n u h * :N\r\n\
         @batch=Lff;time=t :irc.test 318 a n :End\r\n\
         :irc.test BATCH -Lff\r\n"
    );
    assert!(
        labelled(lines, TIMED, "m").starts_with(&format!("@label=m;{TIME} :irc.test BATCH +Lff "))
    );
}

#[test]
fn what_is_one_batch_is_labelled_where_it_begins() {
    let lines = "@msgid=x :n!u@h BATCH +X draft/multiline #c\r\n\
                 @batch=X :n!u@h PRIVMSG #c :hello\r\n\
                 @batch=X;draft/multiline-concat :n!u@h PRIVMSG #c :there\r\n\
                 :n!u@h BATCH -X\r\n";
    assert_eq!(
        labelled(lines, BATCH, "l"),
        lines.replace("@msgid", "@label=l;msgid")
    );
}

#[test]
fn a_batch_among_other_lines_is_in_the_batch_of_the_label() {
    let lines = ":n!u@h BATCH +X draft/multiline #c\r\n\
                 @batch=X :n!u@h PRIVMSG #c :hello\r\n\
                 :n!u@h BATCH -X\r\n\
                 :irc.test 301 a b :gone\r\n";
    assert_eq!(
        labelled(lines, BATCH, "l"),
        "@label=l :irc.test BATCH +Lff labeled-response\r\n\
         @batch=Lff :n!u@h BATCH +X draft/multiline #c\r\n\
         @batch=X :n!u@h PRIVMSG #c :hello\r\n\
         @batch=Lff :n!u@h BATCH -X\r\n\
         @batch=Lff :irc.test 301 a b :gone\r\n\
         :irc.test BATCH -Lff\r\n"
    );
}

#[test]
fn a_label_is_what_the_client_sent_whatever_is_in_it() {
    let line = labelled("", BATCH, "a;b c\\d=é");
    assert_eq!(line, "@label=a\\:b\\sc\\\\d=é :irc.test ACK\r\n");
    let message = Message::parse(line.trim_end()).expect("a message");
    assert_eq!(message.tags.get("label").as_deref(), Some("a;b c\\d=é"));
}

#[test]
fn without_batches_there_are_no_labels() {
    let only = &[Capability::LabeledResponse];
    for lines in [
        "",
        ":irc.test 305 a :back\r\n",
        ":s 1 a :x\r\n:s 2 a :y\r\n",
    ] {
        assert_eq!(labelled(lines, only, "l"), lines);
    }
}
