//! The answers in the bytes of a connection, by RFC 9112.

use httparse::{EMPTY_HEADER, Response, Status};

/// An answer. The field `Date` is left out.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The fields.
    pub fields: Vec<(String, String)>,
    /// The body.
    pub body: String,
}

impl Answer {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut fields = self.fields.iter();
        let found = fields.find(|(given, _)| given.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Whether the connection ends with it.
    pub fn is_last(&self) -> bool {
        self.field("connection") == Some("close")
    }
}

/// The answers. Panics if the bytes are not answers to requests other than HEAD.
pub fn parse(mut bytes: &[u8]) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    while !bytes.is_empty() {
        assert!(!answers.last().is_some_and(Answer::is_last), "{answers:?}");
        let (answer, rest) = one(bytes);
        bytes = rest;
        answers.extend(Some(answer).filter(|it| it.status >= 200));
    }
    answers
}

fn one(bytes: &[u8]) -> (Answer, &[u8]) {
    let mut fields = [EMPTY_HEADER; 32];
    let mut response = Response::new(&mut fields);
    let parsed = response.parse(bytes);
    let shown = String::from_utf8_lossy(bytes);
    let Ok(Status::Complete(length)) = parsed else {
        panic!("{parsed:?}: {shown}");
    };
    let fields = response.headers.iter().map(|field| {
        let value = String::from_utf8_lossy(field.value).into_owned();
        (field.name.to_owned(), value)
    });
    let mut answer = Answer {
        status: response.code.unwrap(),
        fields: fields.filter(|(name, _)| name != "Date").collect(),
        body: String::new(),
    };
    let (body, rest) = body(&answer, &bytes[length..]);
    answer.body = String::from_utf8_lossy(&body).into_owned();
    (answer, rest)
}

/// The body of an answer, and what is behind it.
fn body<'a>(answer: &Answer, bytes: &'a [u8]) -> (Vec<u8>, &'a [u8]) {
    let length = answer.field("content-length");
    let encoding = answer.field("transfer-encoding");
    match (length, encoding) {
        _ if answer.status < 200 => (Vec::new(), bytes),
        (None, Some("chunked")) => chunks(bytes),
        (Some(length), None) => {
            let (body, rest) = bytes.split_at(length.parse().unwrap());
            (body.to_vec(), rest)
        }
        _ => panic!("no framing: {answer:?}"),
    }
}

fn chunks(mut bytes: &[u8]) -> (Vec<u8>, &[u8]) {
    let mut body = Vec::new();
    loop {
        let Ok(Status::Complete((start, size))) = httparse::parse_chunk_size(bytes) else {
            panic!("no chunk: {}", String::from_utf8_lossy(bytes));
        };
        let (data, rest) = bytes[start..].split_at(usize::try_from(size).unwrap());
        body.extend_from_slice(data);
        bytes = rest.strip_prefix(b"\r\n").unwrap();
        if size == 0 {
            return (body, bytes);
        }
    }
}
