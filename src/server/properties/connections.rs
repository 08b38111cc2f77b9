//! Any bytes on a connection, cut anywhere.

use super::host::exchange;
use crate::arbitrary::in_pieces;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// What requests are made of. Neither HEAD nor waits: their answers cannot be told from broken ones without the request. Not the
/// preface of HTTP/2: it ends a connection, with the status 400 only where it comes in pieces.
const PARTS: &[&str] = &[
    "GET ",
    "PUT ",
    "POST ",
    "DELETE ",
    "OPTIONS ",
    "CONNECT ",
    "/",
    "/v2/keys",
    "/v2/keys/a",
    "/v2/keys/../../a",
    "//",
    "/%2e%2e/",
    "/%",
    "/version",
    "/health",
    "/v2/members",
    "/v2/stats/store",
    "*",
    "http://evil.test/v2/keys",
    "?value=1",
    "?recursive=true",
    "&dir=true",
    "?%zz",
    ";",
    " HTTP/1.1\r\n",
    " HTTP/1.0\r\n",
    " HTTP/9.9\r\n",
    "\r\n",
    "\r\n\r\n",
    "\n\n",
    "\r",
    " ",
    "\0",
    "Host: localhost\r\n",
    "Host: evil.test\r\n",
    "Connection: close\r\n",
    "Connection: upgrade\r\nUpgrade: h2c\r\n",
    "Content-Length: 7\r\n",
    "Content-Length: 0\r\n",
    "Content-Length: -1\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Content-Type: application/x-www-form-urlencoded\r\n",
    "Expect: 100-continue\r\n",
    "Expect: x\r\n",
    "X: y\r\n",
    " z\r\n",
    "value=1",
    "7\r\nvalue=2\r\n",
    "0\r\n\r\n",
    "fffffffffffffffff\r\n",
    "1;a=b\r\nx\r\n",
];

/// Whole requests, of which some bytes are then others.
const WHOLE: &[&str] = &[
    "GET /v2/keys/a HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "PUT /v2/keys/a?value=1 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "GET /v2/keys/?recursive=true HTTP/1.1\r\nHost: 127.0.0.1:2379\r\n\r\n",
    "PUT /v2/keys/b HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\nvalue=1",
    "POST /v2/keys/d HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n7\r\nvalue=2\r\n0\r\n\r\n",
    "DELETE /v2/keys/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
];

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        8 => select(WHOLE).prop_map(|text| text.as_bytes().to_vec()),
        8 => select(PARTS).prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..4),
    ];
    let change = (any::<proptest::sample::Index>(), any::<u8>());
    (vec(part, 1..12), vec(change, 0..3)).prop_map(|(parts, changes)| {
        let mut bytes = parts.concat();
        for (at, byte) in changes
            .into_iter()
            .filter(|_| !bytes.is_empty())
            .collect::<Vec<_>>()
        {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        // A malformed header section is answered at its end, or as soon as it is seen as a whole.
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes
    })
}

proptest! {
    #[test]
    fn any_bytes_in_any_pieces_have_the_answers_that_they_have_as_a_whole((whole, pieces) in in_pieces(bytes())) {
        let expected = exchange(std::slice::from_ref(&whole));
        let shown: Vec<_> = pieces.iter().map(|it| String::from_utf8_lossy(it)).collect();
        prop_assert_eq!(exchange(&pieces), expected, "{:?}", shown);
    }
}
