use super::*;
use crate::api::key::{Key, Syntax};
use crate::api::request::{Get, Request as ApiRequest, Set};
use crate::arbitrary::{in_pieces, keys, urls};
use crate::cluster::Host;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// Bytes made of these, in any order, and of any others.
fn bytes(parts: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        8 => select(parts).prop_map(|part| part.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
    ];
    vec(part, 0..most).prop_map(|parts| parts.concat())
}

fn heads() -> impl Strategy<Value = Vec<u8>> {
    let start = select(vec![
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 100 \r\n\r\nHTTP/1.1 307 \r\n",
        "HTTP/1.0 404 No\n",
        "HTTP/1.1 204\r\n",
        "",
    ]);
    let rest = bytes(
        &[
            "content-length: ",
            "Transfer-Encoding: chunked\r\n",
            "connection: close\r\n",
            "connection:",
            "x-etcd-index: 7\r\n",
            "location: http://h/\r\n",
            "18446744073709551615",
            "5",
            "-1",
            "+5",
            ",",
            ";",
            " ",
            "\t",
            "gzip",
            ":",
            "\r\n",
            "\r\n\r\n",
            "\n",
            "\r",
            "\0",
            "a",
            "HTTP/1.1 103 \r\n",
            "HTTP/1.1 ",
        ],
        16,
    );
    (start, rest).prop_map(|(start, rest)| [start.as_bytes(), &rest].concat())
}

fn chunks() -> impl Strategy<Value = Vec<u8>> {
    bytes(
        &[
            "0\r\n",
            "0\r\n\r\n",
            "1\r\na\r\n",
            "2;x=\"y\"\r\nab\r\n",
            "A\r\n0123456789\r\n",
            "ffffffffffffffff\r\n",
            "fffffffffffffffe\r\n",
            "10000000000000000\r\n",
            "000000000000000001\r\n",
            "1 \r\n",
            "-1\r\n",
            "x: y\r\n",
            "\r\n",
            "\r",
            "\n",
            ";",
            "a",
            "0",
        ],
        14,
    )
}

fn framings() -> impl Strategy<Value = Framing> {
    prop_oneof![
        select(vec![0, 1, 5, 40, u64::MAX - 1, u64::MAX]).prop_map(Framing::Length),
        Just(Framing::Chunked(Chunk::Size)),
        Just(Framing::UntilClose),
    ]
}

/// The head in these pieces, and all that comes behind it.
fn head_of(pieces: &[Vec<u8>]) -> Result<(Option<Head>, Vec<u8>), Failure> {
    let (mut unread, mut head) = (BytesMut::new(), None);
    for piece in pieces {
        unread.extend_from_slice(piece);
        if head.is_none() {
            head = Head::take(&mut unread, "x-etcd-index")?;
        }
    }
    Ok((head, unread.to_vec()))
}

/// The body in these pieces, whether its end has come, and all that comes behind it.
fn body_of(mut framing: Framing, pieces: &[Vec<u8>]) -> Result<(Vec<u8>, bool, Vec<u8>), Failure> {
    let (mut unread, mut body, mut is_end) = (BytesMut::new(), Vec::new(), false);
    for piece in pieces {
        unread.extend_from_slice(piece);
        if !is_end {
            is_end = framing.decode(&mut unread, &mut body)?;
        }
    }
    Ok((body, is_end, unread.to_vec()))
}

proptest! {
    #[test]
    fn a_head_is_the_same_in_any_pieces((whole, pieces) in in_pieces(heads())) {
        let at_once = head_of(std::slice::from_ref(&whole));
        prop_assert_eq!(&head_of(&pieces), &at_once);
        if let Ok((Some(head), rest)) = at_once {
            prop_assert!(whole.ends_with(&rest));
            prop_assert!(head.status >= 200 && head.status != 101);
            prop_assert!(head.framing != Framing::UntilClose || head.keep_for.is_zero());
        }
    }

    #[test]
    fn any_bytes_are_a_head_or_none(bytes in vec(any::<u8>(), 0..200)) {
        let _ = Head::take(&mut BytesMut::from(&bytes[..]), "x-etcd-index");
    }

    #[test]
    fn a_body_is_the_same_in_any_pieces(framing in framings(), (whole, pieces) in in_pieces(chunks())) {
        let at_once = body_of(framing, std::slice::from_ref(&whole));
        prop_assert_eq!(&body_of(framing, &pieces), &at_once);
        if let Ok((body, is_end, rest)) = at_once {
            prop_assert!(body.len() + rest.len() <= whole.len());
            prop_assert!(whole.ends_with(&rest));
            if let Framing::Length(length) = framing {
                prop_assert_eq!(is_end, body.len() as u64 == length);
                prop_assert_eq!([body, rest].concat(), whole);
            }
        }
    }

    #[test]
    fn any_bytes_are_chunks_or_none(bytes in vec(any::<u8>(), 0..100)) {
        let (mut unread, mut body) = (BytesMut::from(&bytes[..]), Vec::new());
        let _ = Framing::Chunked(Chunk::Size).decode(&mut unread, &mut body);
        prop_assert!(body.len() + unread.len() <= bytes.len());
    }

    #[test]
    fn chunks_of_any_size_are_put_together(body in vec(vec(any::<u8>(), 1..40), 0..6), extension in "(;[a-z]{0,9}(=\"[a-z]{0,9}\")?)?") {
        let mut whole: Vec<u8> = body
            .iter()
            .flat_map(|chunk| [format!("{:x}{extension}\r\n", chunk.len()).as_bytes(), chunk, b"\r\n"].concat())
            .collect();
        whole.extend(b"0\r\n\r\nrest");
        let expected = (body.concat(), true, b"rest".to_vec());
        prop_assert_eq!(body_of(Framing::Chunked(Chunk::Size), &[whole]), Ok(expected));
    }

    #[test]
    fn a_length_is_digits_alone(value in "( ?[+-]?[0-9]{0,2} ?,){0,2} ?[+-]?[0-9]{0,22}") {
        let digits = value.trim();
        let is_length = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let same = is_length.then(|| digits.parse::<u64>().ok()).flatten();
        prop_assert_eq!(content_length(value.as_bytes(), None).ok(), same);
    }

    #[test]
    fn nothing_that_a_caller_gives_adds_a_line_to_a_head(
        host in urls(),
        text in keys(),
        is_strict in any::<bool>(),
        value in keys(),
    ) {
        let syntax = if is_strict { Syntax::Strict } else { Syntax::Loose };
        let key = Key { text, syntax };
        let get = ApiRequest::Get(Get { key: key.clone(), wait_index: Some(value.clone()), ..Get::default() });
        let set = ApiRequest::Set(Set { key, value: Some(value), ..Set::default() });
        let host = Host::parse(&host);
        for (request, lines) in [(get, 3), (set, 5)] {
            let Ok(encoded) = request.encode() else { continue };
            let Some(uri) = host.uri(&encoded.path) else { continue };
            let head = request_head(&uri, &encoded.request, None);
            prop_assert!(head.is_ascii());
            let text = String::from_utf8(head).unwrap();
            prop_assert_eq!(text.split("\r\n").count(), lines + 1);
            prop_assert!(!text.replace("\r\n", "").contains(char::is_control));
            prop_assert_eq!(text.lines().next().unwrap().split(' ').count(), 3);
        }
    }
}
