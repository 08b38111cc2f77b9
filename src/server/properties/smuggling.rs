//! What the body of a request carries is no request (RFC 9112 §11.2).

use super::host::exchange;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

const EMBEDDED: &str = "PUT /v2/keys/smuggled?value=1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
const SECOND: &str = "PUT /v2/keys/second?value=2 HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// Fields beside which the framing of a request counts.
const HARMLESS: &[&str] = &[
    "X: Content-Length: 0",
    "Content-Lengt: 0",
    "X-Content-Length: 0",
    "Transfer-Encodings: chunked",
    "Te: chunked",
    "Trailer: X",
    "Connection: keep-alive",
    "Connection: Content-Length, Transfer-Encoding",
    "Content_Length: 0",
];

/// Other lengths. Beside a Content-Length they make a request malformed.
const LENGTHS: &[&str] = &[
    "Content-Length: 0",
    "content-length: 1",
    "Content-Length: +1",
    "Content-Length: -1",
    "Content-Length: 0x10",
    "Content-Length: 1, 2",
    "Content-Length: 1;2",
    "Content-Length: 1 2",
    "Content-Length: ",
    "Content-Length: 99999999999999999999",
    "Content-Length: 1.0",
];

/// No request has these fields beside its framing.
const MALFORMED: &[&str] = &[
    "Transfer-Encoding: identity",
    "Transfer-Encoding: chunked, identity",
    "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: chunked, chunked",
    "Transfer-Encoding: xchunked",
    "Transfer-Encoding: \"chunked\"",
    "Transfer-Encoding: chunked;q=1",
    "Transfer-Encoding: ",
    "Transfer-Encoding : chunked",
    "Content-Length : 0",
    " Content-Length: 0",
    "X: y\r\n Transfer-Encoding: chunked",
    "X: y\r\n\tContent-Length: 0",
    "X: y\rContent-Length: 0",
    "X: y\0z",
    "X\r: y",
    "X Y: z",
    ": z",
    "X",
];

/// Chunked bodies of a text.
const CHUNKED: &[fn(&str) -> String] = &[
    |text| format!("{:x}\r\n{text}\r\n0\r\n\r\n", text.len()),
    |text| format!("{:X}\r\n{text}\r\n0\r\n\r\n", text.len()),
    |text| format!("000{:x}\r\n{text}\r\n000\r\n\r\n", text.len()),
    |text| format!("{:x};a=b\r\n{text}\r\n0;c\r\n\r\n", text.len()),
];

/// Chunked bodies with trailers: they end the connection.
const WITH_TRAILERS: &[fn(&str) -> String] = &[
    |text| format!("{:x};a=\"0\"\r\n{text}\r\n0\r\nX: y\r\n\r\n", text.len()),
    |text| {
        format!(
            "1\r\nv\r\n{:x}\r\n{text}\r\n0\r\nContent-Length: 0\r\nTransfer-Encoding: x\r\n\r\n",
            text.len()
        )
    },
];

/// Bodies that are not chunked as they should be.
const BROKEN: &[fn(&str) -> String] = &[
    |text| format!("0x{:x}\r\n{text}\r\n0\r\n\r\n", text.len()),
    |text| format!("-1\r\n{text}\r\n0\r\n\r\n"),
    |text| format!("+{:x}\r\n{text}\r\n0\r\n\r\n", text.len()),
    |text| format!("{:x}\n{text}\r\n0\r\n\r\n", text.len()),
    |text| format!("1\r\nvv\r\n{text}\r\n0\r\n\r\n"),
    |text| format!("1\r\n{text}\r\n0\r\n\r\n"),
    |text| format!("fffffffffffffffff\r\n{text}\r\n0\r\n\r\n"),
    |text| format!("10000000000000001\r\n{text}\r\n0\r\n\r\n"),
    |text| format!("{:x};a\nb\r\n{text}\r\n0\r\n\r\n", text.len()),
    |text| format!(";\r\n{text}\r\n0\r\n\r\n"),
    |text| format!("\r\n{text}\r\n0\r\n\r\n"),
    |text| format!("{:x} {:x}\r\n{text}\r\n0\r\n\r\n", text.len(), text.len()),
];

#[derive(Debug, Clone)]
struct Framed {
    fields: Vec<String>,
    body: String,
    /// Whether it is certain where the request ends.
    is_certain: bool,
}

fn others(lists: &'static [&'static [&'static str]]) -> impl Strategy<Value = Vec<String>> {
    let lists: Vec<&str> = lists.concat();
    vec(select(lists), 0..3).prop_map(|fields| fields.into_iter().map(str::to_owned).collect())
}

fn with_length() -> impl Strategy<Value = Framed> {
    let length = format!("Content-Length: {}", EMBEDDED.len());
    others(&[HARMLESS, LENGTHS, MALFORMED]).prop_map(move |mut fields| {
        let is_harmless = fields.iter().all(|it| HARMLESS.contains(&it.as_str()));
        fields.push(length.clone());
        Framed {
            fields,
            body: EMBEDDED.to_owned(),
            is_certain: is_harmless,
        }
    })
}

fn with_chunks() -> impl Strategy<Value = Framed> {
    let all = others(&[HARMLESS, LENGTHS, MALFORMED]);
    (all, select(CHUNKED)).prop_map(|(mut fields, chunked)| {
        let is_harmless = fields.iter().all(|it| HARMLESS.contains(&it.as_str()));
        fields.push("Transfer-Encoding: chunked".to_owned());
        Framed {
            fields,
            body: chunked(EMBEDDED),
            is_certain: is_harmless,
        }
    })
}

fn with_uncertain_chunks() -> impl Strategy<Value = Framed> {
    let bodies = [BROKEN, WITH_TRAILERS].concat();
    (others(&[HARMLESS]), select(bodies)).prop_map(|(mut fields, body)| {
        fields.push("Transfer-Encoding: chunked".to_owned());
        Framed {
            fields,
            body: body(EMBEDDED),
            is_certain: false,
        }
    })
}

/// The requests as bytes. `at`: where among the fields those of the framing begin.
fn bytes(framed: &Framed, at: usize, method: &str, content_type: &str) -> Vec<u8> {
    let mut fields = framed.fields.clone();
    let shift = at % fields.len();
    fields.rotate_left(shift);
    let fields = fields.join("\r\n");
    let first = format!(
        "{method} /v2/keys/first HTTP/1.1\r\nHost: localhost\r\n{content_type}{fields}\r\n\r\n"
    );
    [&first, &framed.body, SECOND].concat().into_bytes()
}

fn check(framed: &Framed, at: Index, form: bool, method: &str) -> Result<(), TestCaseError> {
    let content_type = match form {
        true => "Content-Type: application/x-www-form-urlencoded\r\n",
        false => "",
    };
    let found = exchange(&[bytes(framed, at.index(4), method, content_type)]);
    prop_assert!(!found.dump.contains("smuggled"), "{found:?}");
    let is_second_done = found.dump.contains("second");
    prop_assert_eq!(
        found.answers.len(),
        1 + usize::from(is_second_done),
        "{:?}",
        found
    );
    prop_assert!(framed.is_certain || !is_second_done, "{found:?}");
    // The connection may end behind a body that nobody reads.
    let is_read = form && ["PUT", "POST"].contains(&method);
    prop_assert!(
        is_second_done || !framed.is_certain || !is_read,
        "{found:?}"
    );
    Ok(())
}

proptest! {
    #[test]
    fn a_request_in_a_body_is_not_done_and_the_one_behind_it_only_if_the_framing_is_certain(
        framed in prop_oneof![with_length(), with_chunks(), with_uncertain_chunks()],
        at in any::<Index>(),
        form in any::<bool>(),
        method in select(vec!["GET", "PUT", "POST", "DELETE", "OPTIONS"]),
    ) {
        check(&framed, at, form, method)?;
    }
}
