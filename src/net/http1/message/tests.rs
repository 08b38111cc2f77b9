use super::super::framing::LONGEST_SIZE;
use super::super::section::{LONGEST_SECTION, MAX_HEADER_SIZE};
use super::*;

fn head(text: &str) -> Result<Option<Head>, Failure> {
    Head::take(&mut BytesMut::from(text), "x-etcd-index")
}

/// The framing of an answer with these headers, and whether its connection is kept.
fn ends(first_line: &str, headers: &str) -> Option<(Framing, bool)> {
    let head = head(&format!("{first_line}\r\n{headers}\r\n")).ok()??;
    Some((head.framing, !head.keep_for.is_zero()))
}

const CHUNKED: Framing = Framing::Chunked(Chunk::Size);

#[test]
fn the_headers_say_where_a_body_ends_and_whether_the_connection_is_kept() {
    let ok = "HTTP/1.1 200 OK";
    let table = [
        (ok, "", Some((Framing::UntilClose, false))),
        (
            ok,
            "Content-Length: 5\r\n",
            Some((Framing::Length(5), true)),
        ),
        (ok, "content-length: 5\r\ncontent-length: 5\r\n", None),
        (ok, "content-length: 5, 5\r\n", None),
        (ok, "content-length: 5\r\ncontent-length: 6\r\n", None),
        (ok, "content-length: 5, 6\r\n", None),
        (ok, "content-length: +5\r\n", None),
        (ok, "content-length: -5\r\n", None),
        (ok, "content-length:\r\n", None),
        (ok, "content-length: 99999999999999999999\r\n", None),
        (ok, "Transfer-Encoding: chunked\r\n", Some((CHUNKED, true))),
        (
            ok,
            "transfer-encoding: gzip, Chunked\r\n",
            Some((CHUNKED, true)),
        ),
        (
            ok,
            "transfer-encoding: chunked, gzip\r\n",
            Some((Framing::UntilClose, false)),
        ),
        (
            ok,
            "transfer-encoding: chunked\r\ncontent-length: 5\r\n",
            None,
        ),
        (ok, "content-length: 5\r\ntransfer-encoding: gzip\r\n", None),
        (
            ok,
            "content-length: 5\r\nconnection: close\r\nconnection: keep-alive\r\n",
            Some((Framing::Length(5), false)),
        ),
        (
            ok,
            "content-length: 5\r\nkeep-alive: timeout=1\r\n",
            Some((Framing::Length(5), false)),
        ),
        (
            ok,
            "content-length: 5\r\nConnection: Close\r\n",
            Some((Framing::Length(5), false)),
        ),
        (
            ok,
            "content-length: 5\r\nconnection: x, close\r\n",
            Some((Framing::Length(5), false)),
        ),
        (
            "HTTP/1.0 200 OK",
            "content-length: 5\r\n",
            Some((Framing::Length(5), false)),
        ),
        (
            "HTTP/1.0 200 OK",
            "content-length: 5\r\nconnection: keep-alive\r\n",
            Some((Framing::Length(5), true)),
        ),
        (
            "HTTP/1.0 200 OK",
            "connection: keep-alive\r\ntransfer-encoding: chunked\r\n",
            Some((CHUNKED, false)),
        ),
        (
            "HTTP/1.1 204 No Content",
            "",
            Some((Framing::Length(0), true)),
        ),
        (
            "HTTP/1.1 304 Not Modified",
            "content-length: 5\r\n",
            Some((Framing::Length(0), true)),
        ),
        ("HTTP/1.1 101 Switching Protocols", "", None),
        ("HTTP/2 200 OK", "", None),
        ("nonsense", "", None),
    ];
    for (first_line, headers, expected) in table {
        assert_eq!(
            ends(first_line, headers),
            expected,
            "{first_line} {headers}"
        );
    }
}

#[test]
fn a_head_is_taken_when_it_is_whole_and_those_that_only_inform_are_left_out() {
    let text = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n\
                HTTP/1.1 307 Temporary Redirect\r\nX-Etcd-Index: 7\r\nLocation: http://h/\r\n\
                Content-Length: 2\r\n\r\nok";
    let whole = text.len() - "ok".len();
    for end in 0..whole {
        assert_eq!(head(&text[..end]), Ok(None), "{end}");
    }
    let mut unread = BytesMut::from(text);
    let head = Head::take(&mut unread, "x-etcd-index").unwrap().unwrap();
    assert_eq!(head.status, 307);
    assert_eq!(head.wanted.unwrap(), "7");
    assert_eq!(head.location.unwrap(), "http://h/");
    assert_eq!(unread, "ok");
}

#[test]
fn a_head_without_end_is_refused() {
    let status = "HTTP/1.1 200 OK\r\n";
    let line = format!("x: {}\r\n", "y".repeat(1000));
    assert!(head(&format!("{status}{}", line.repeat(100))).is_err());
    let value = "y".repeat(LONGEST_SECTION);
    assert!(head(&format!("{status}x: {value}")).is_err());
}

#[test]
fn a_line_that_ends_without_cr_is_refused() {
    for text in [
        "HTTP/1.1 200 OK\n\r\n",
        "HTTP/1.1 200 OK\r\nx: y\n\r\n",
        "HTTP/1.1 200 OK\r\nx: y\r\n\n",
    ] {
        assert!(head(text).is_err(), "{text:?}");
    }
}

#[test]
fn the_bytes_of_fields_are_bounded_and_not_their_number() {
    for size in [1, 30, 500] {
        let line = format!("x:{}\r\n", "y".repeat(size));
        let most = (MAX_HEADER_SIZE - "OK".len() - 1) / (1 + size);
        for (lines, is_taken) in [(most, true), (most + 1, false)] {
            let text = format!("HTTP/1.1 200 OK\r\n{}\r\n", line.repeat(lines));
            assert_eq!(head(&text).is_ok(), is_taken, "{lines} of {size}");
            let trailers = format!("0\r\n{}\r\n", line.repeat(lines - 1));
            assert!(decoded(CHUNKED, &[&trailers]).unwrap().1);
        }
    }
}

/// What a body decodes to that comes in these pieces, whether its end has come, and what is left over.
fn decoded(mut framing: Framing, pieces: &[&str]) -> Result<(String, bool, String), Failure> {
    let (mut unread, mut body, mut is_end) = (BytesMut::new(), Vec::new(), false);
    for piece in pieces {
        unread.extend_from_slice(piece.as_bytes());
        is_end = framing.decode(&mut unread, &mut body)?;
    }
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok((text(&body), is_end, text(&unread)))
}

#[test]
fn a_body_ends_where_its_framing_says() {
    let table = [
        (Framing::Length(4), "abcdef", "abcd", true, "ef"),
        (Framing::Length(0), "", "", true, ""),
        (Framing::Length(4), "ab", "ab", false, ""),
        (Framing::UntilClose, "ab", "ab", false, ""),
        (
            CHUNKED,
            "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\nrest",
            "abc0123456789",
            true,
            "rest",
        ),
        (CHUNKED, "0\r\nTrailer: x\r\n\r\n", "", true, ""),
        (CHUNKED, "3\r\nabc\r\n0\r\n", "abc", false, ""),
    ];
    for (framing, text, body, is_end, rest) in table {
        let expected = (body.to_owned(), is_end, rest.to_owned());
        assert_eq!(decoded(framing, &[text]), Ok(expected), "{text}");
    }
}

#[test]
fn a_body_may_come_in_any_pieces() {
    let text = "3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\nt: x\r\n\r\n";
    for at in 0..text.len() {
        let (first, second) = text.split_at(at);
        let expected = ("abc0123456789abcdef".to_owned(), true, String::new());
        assert_eq!(decoded(CHUNKED, &[first, second]), Ok(expected), "{at}");
    }
    let bytes: Vec<&str> = (0..text.len()).map(|at| &text[at..=at]).collect();
    assert!(decoded(CHUNKED, &bytes).unwrap().1);
}

#[test]
fn chunks_that_are_none_are_refused() {
    let long = "0".repeat(LONGEST_SECTION + 1);
    let extended = format!("1;{}\r\nx\r\n", "y".repeat(LONGEST_SIZE));
    for text in [
        "x\r\n",
        "-1\r\n",
        "3\r\nabcd\r\n",
        "11111111111111111\r\n",
        "1 \r\na\r\n",
        "1 ;x\r\na\r\n",
        "1\na\r\n",
        "0\r\ncontent-length: 1\r\n\r\n",
        "0\r\nx: y\n\r\n",
        &long,
        &extended,
    ] {
        assert!(decoded(CHUNKED, &[text]).is_err(), "{text}");
    }
    let trailers = format!("0\r\nx: {}", "y".repeat(LONGEST_SECTION));
    assert!(decoded(CHUNKED, &[&trailers]).is_err());
}

#[test]
fn an_http2_server_is_told_from_other_bytes() {
    let take = |bytes: &[u8]| Head::take(&mut BytesMut::from(bytes), "x-etcd-index");
    let speaks_http2 = |bytes: &[u8]| take(bytes).is_err_and(|failure| failure.speaks_http2);
    assert!(speaks_http2(&[
        0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 5, 0, 0, 64, 0
    ]));
    assert!(speaks_http2(&[0, 0, 0, 4, 0, 0, 0, 0, 0]));
    assert!(!speaks_http2(&[0, 0, 5, 4, 0, 0, 0, 0, 0, 0, 5, 0, 0, 64]));
    assert!(!speaks_http2(&[0, 0, 6, 4, 1, 0, 0, 0, 0]));
    assert!(!speaks_http2(b"nonsense\r\n\r\n"));
}
