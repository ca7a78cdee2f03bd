use std::os::unix::net::UnixListener;
use std::thread;

use super::*;

/// A client of a daemon that reads one call and then says just this.
fn answered(answer: &'static [u8]) -> Client {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("s");
    let listener = UnixListener::bind(&path).unwrap();
    thread::spawn(move || {
        let _directory = directory;
        let (mut stream, _) = listener.accept().unwrap();
        let mut byte = [1];
        while byte[0] != 0 {
            stream.read_exact(&mut byte).unwrap();
        }
        stream.write_all(answer).unwrap();
    });
    Client::connect(&path).unwrap()
}

fn problem(answer: &'static [u8]) -> String {
    match answered(answer).call(&Request::Status {}) {
        Err(error @ CallError::Protocol(_)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_reply_without_parameters_is_an_empty_object() {
    for answer in [
        &b"{}\0"[..],
        b"{\"parameters\":null}\0",
        b"{\"error\":null}\0",
    ] {
        let reply = answered(answer).call(&Request::Pause {}).unwrap();
        assert_eq!(reply, json!({}));
    }
}

#[test]
fn what_is_no_reply_is_an_error_and_no_panic() {
    for answer in [
        &b"SSH-2.0-OpenSSH\r\n\0"[..],
        b"\0",
        b"[]\0",
        b"{\"parameters\":7}\0",
        b"{\"error\":7}\0",
        b"{\"parameters\":{},\"continues\":true}\0",
        b"\xff\xfe\0",
    ] {
        assert!(problem(answer).contains("does not speak"), "{answer:?}");
    }
}

#[test]
fn a_reply_of_another_shape_is_an_error() {
    #[derive(Debug, Deserialize)]
    struct Wanted {
        #[allow(dead_code, reason = "only its absence matters")]
        status: super::super::Status,
    }
    let mut client = answered(b"{\"parameters\":{\"status\":{\"pid\":-1}}}\0");
    let reply = client.call_reply::<Wanted>(&Request::Status {});
    assert!(matches!(reply, Err(CallError::Protocol(_))), "{reply:?}");
}

#[test]
fn an_end_without_a_reply_is_an_error() {
    for answer in [&b""[..], b"{\"para"] {
        match answered(answer).call(&Request::Status {}) {
            Err(CallError::Io(error)) => {
                assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn errors_of_ours_and_others_are_told_apart() {
    let ours = b"{\"error\":\"io.chatd.Admin.NotFound\",\"parameters\":{\"message\":\"who?\"}}\0";
    match answered(ours).call(&Request::Status {}) {
        Err(CallError::Refused(error)) => assert_eq!(error.to_string(), "who?"),
        other => panic!("{other:?}"),
    }
    for (answer, text) in [
        (
            &b"{\"error\":\"org.varlink.service.MethodNotFound\",\"parameters\":{\"method\":\"x\"}}\0"[..],
            "chatd answers org.varlink.service.MethodNotFound {\"method\":\"x\"}",
        ),
        (
            b"{\"error\":\"io.chatd.Admin.FromTheFuture\"}\0",
            "chatd answers io.chatd.Admin.FromTheFuture",
        ),
        (
            b"{\"error\":\"io.chatd.Admin.NotFound\",\"parameters\":{\"message\":7}}\0",
            "chatd answers io.chatd.Admin.NotFound {\"message\":7}",
        ),
    ] {
        match answered(answer).call(&Request::Status {}) {
            Err(error @ CallError::Standard { .. }) => assert_eq!(error.to_string(), text),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_endless_reply_is_given_up() {
    let (stream, mut other) = UnixStream::pair().unwrap();
    let blank = vec![b' '; READ];
    thread::spawn(move || while other.write_all(&blank).is_ok() {});
    let mut client = Client {
        stream,
        input: Vec::new(),
    };
    let reply = client.call(&Request::Status {});
    assert!(matches!(reply, Err(CallError::Protocol(_))), "{reply:?}");
    assert!(client.input.len() <= REPLY_MOST + READ);
}

#[test]
fn a_stream_ends_with_the_reply_that_nothing_follows() {
    let stream = b"{\"parameters\":{\"happening\":{\"kind\":\"watching\"}},\"continues\":true}\0\
        {\"parameters\":{\"happening\":{\"kind\":\"gone\",\"new_field\":1}},\"continues\":true}\0{}\0garbage\0";
    let watch = Request::Watch {
        select: super::super::Select::default(),
        messages: false,
    };
    let kinds: Vec<_> = answered(stream)
        .watch(&watch)
        .unwrap()
        .map(|happening| happening.unwrap().kind)
        .collect();
    assert_eq!(kinds, ["watching", "gone"]);
}

#[test]
fn a_stream_that_breaks_ends_with_one_error() {
    let broken =
        b"{\"parameters\":{\"happening\":{\"kind\":\"watching\"}},\"continues\":true}\0nonsense\0";
    let watch = Request::Watch {
        select: super::super::Select::default(),
        messages: false,
    };
    let mut watching = answered(broken).watch(&watch).unwrap();
    assert!(watching.next().unwrap().is_ok());
    assert!(watching.next().unwrap().is_err());
    assert!(watching.next().is_none());
}

#[test]
fn a_stream_that_is_refused_does_not_begin() {
    let refused = b"{\"error\":\"io.chatd.Admin.Busy\",\"parameters\":{\"message\":\"later\"}}\0";
    let watch = Request::Watch {
        select: super::super::Select::default(),
        messages: false,
    };
    let result = answered(refused).watch(&watch);
    assert!(matches!(result, Err(CallError::Refused(_))), "{result:?}");
}

#[test]
fn a_stream_of_replies_ends_with_the_last_one_that_says_something() {
    let stream = b"{\"parameters\":{\"data\":\"a\"},\"continues\":true}\0{\"parameters\":{\"bytes\":1},\"continues\":true}\0\
        {\"parameters\":{}}\0garbage\0";
    let replies = answered(stream).stream(&Request::Backup {}).unwrap();
    let replies: Vec<_> = replies.map(Result::unwrap).collect();
    assert_eq!(replies, [json!({"data": "a"}), json!({"bytes": 1})]);
    let one = answered(b"{\"parameters\":{\"bytes\":1}}\0garbage\0");
    let replies = one.stream(&Request::Backup {}).unwrap();
    assert_eq!(
        replies.map(Result::unwrap).collect::<Vec<_>>(),
        [json!({"bytes": 1})]
    );
    let mut refused =
        answered(b"{\"error\":\"io.chatd.Admin.Busy\",\"parameters\":{\"message\":\"later\"}}\0")
            .stream(&Request::Backup {})
            .unwrap();
    assert!(matches!(refused.next(), Some(Err(CallError::Refused(_)))));
    assert!(refused.next().is_none());
}
