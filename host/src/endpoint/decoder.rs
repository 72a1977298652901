use super::error::ErrorKind;
use super::failure::Failure;
use super::response::{Assembler, Reply};
use super::stream::EventSplitter;

/// How much of an answer's beginning is kept to quote it in an error, in bytes.
const HEAD_BYTES: usize = 1024;

/// Turns the body of a successful response into a reply, whatever its pieces are.
///
/// A stream of events and a JSON document are told apart by their first character: servers send either,
/// whatever was asked for, and label both wrongly.
#[derive(Debug)]
pub(super) struct Decoder {
    shape: Shape,
    head: Vec<u8>,
    assembler: Assembler,
    done: bool,
}

#[derive(Debug, Default)]
enum Shape {
    #[default]
    Unknown,
    Events(EventSplitter),
    Document(Vec<u8>),
}

impl Decoder {
    /// For an answer to a request for `wanted` choices.
    pub(super) fn new(wanted: usize) -> Self {
        Decoder { shape: Shape::Unknown, head: Vec::new(), assembler: Assembler::new(wanted), done: false }
    }

    /// Takes the next piece of the body.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.head.extend_from_slice(&bytes[..bytes.len().min(HEAD_BYTES.saturating_sub(self.head.len()))]);
        let bytes = if matches!(self.shape, Shape::Unknown) { self.recognise(bytes)? } else { bytes };
        match &mut self.shape {
            Shape::Unknown => Ok(()),
            Shape::Document(document) => {
                document.extend_from_slice(bytes);
                Ok(())
            }
            Shape::Events(splitter) => {
                let (assembler, done) = (&mut self.assembler, &mut self.done);
                splitter.push(bytes, &mut |data| accept_event(assembler, done, data))
            }
        }
    }

    /// Whether text or reasoning has been decoded.
    pub(super) fn has_begun(&self) -> bool {
        self.assembler.has_begun()
    }

    /// Whether a completion can be had even if nothing more arrives.
    pub(super) fn is_whole(&self) -> bool {
        self.assembler.is_whole()
    }

    /// Whether the stream said that it is over.
    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// The reply, at the body's end.
    pub(super) fn finish(mut self) -> Result<Reply, Failure> {
        match &mut self.shape {
            Shape::Unknown => {}
            Shape::Document(document) => self.assembler.accept(document)?,
            Shape::Events(splitter) => {
                let (assembler, done) = (&mut self.assembler, &mut self.done);
                splitter.finish(&mut |data| accept_event(assembler, done, data))?;
            }
        }
        self.finish_early()
    }

    /// The reply as far as it has been decoded, when the body will never end properly.
    pub(super) fn finish_early(self) -> Result<Reply, Failure> {
        let head = String::from_utf8_lossy(&self.head).into_owned();
        self.assembler.finish().map_err(|failure| Failure { said: head, ..failure })
    }

    /// Decides on the shape once something but white space and byte order mark has arrived, and gives the
    /// bytes from there on: what came before means nothing to either shape.
    fn recognise<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Failure> {
        let is_blank = |b: &u8| b.is_ascii_whitespace() || b"\xEF\xBB\xBF".contains(b);
        let start = bytes.iter().position(|b| !is_blank(b)).unwrap_or(bytes.len());
        let rest = &bytes[start..];
        self.shape = match rest.first() {
            None => Shape::Unknown,
            Some(b'<') => {
                return Err(Failure::new(ErrorKind::NotAnApi, String::from_utf8_lossy(&self.head)));
            }
            Some(b'{' | b'[' | b'"' | b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => Shape::Document(Vec::new()),
            Some(_) => Shape::Events(EventSplitter::default()),
        };
        Ok(rest)
    }
}

fn accept_event(assembler: &mut Assembler, done: &mut bool, data: &[u8]) -> Result<(), Failure> {
    let data = data.trim_ascii();
    if data == b"[DONE]" {
        *done = true;
    }
    if *done || data.is_empty() { Ok(()) } else { assembler.accept(data) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Decoder;
    use crate::endpoint::ErrorKind;
    use crate::endpoint::response::Reply;

    fn decode<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Result<Reply, ErrorKind> {
        let mut decoder = Decoder::new(1);
        for piece in pieces {
            decoder.push(piece).map_err(|f| f.kind)?;
        }
        decoder.finish().map_err(|f| f.kind)
    }

    const RECORDED: &str = "\u{feff}: ping\r\n\r\ndata: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\r\n\r\n\
        data:{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"dé\u{1f600}\"}}]}\n\n\
        data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"f\"},\"finish_reason\":\"stop\"}]}\r\r\
        data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}\n\ndata: [DONE]";

    #[test]
    fn a_recorded_stream_split_in_two_at_any_byte_gives_the_same_reply() {
        let bytes = RECORDED.as_bytes();
        let whole = decode([bytes]).unwrap();
        assert_eq!(whole.choices[0].text, "dé\u{1f600}f");
        for at in 0..=bytes.len() {
            assert_eq!(decode([&bytes[..at], &bytes[at..]]).as_ref(), Ok(&whole), "split at {at}");
        }
        assert_eq!(decode(bytes.chunks(1)), Ok(whole));
    }

    #[test]
    fn a_recorded_stream_cut_at_any_byte_is_the_same_reply_or_an_error() {
        let bytes = RECORDED.as_bytes();
        let whole = decode([bytes]).unwrap();
        for end in 0..bytes.len() {
            match decode([&bytes[..end]]) {
                Ok(reply) => assert_eq!(reply.choices, whole.choices),
                Err(kind) => assert!(matches!(kind, ErrorKind::Empty | ErrorKind::Cut | ErrorKind::Malformed)),
            }
        }
    }

    #[test]
    fn the_shape_is_told_by_the_first_character() {
        let text = |reply: Reply| reply.choices[0].text.clone();
        let document = "\n {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}";
        assert_eq!(decode(document.as_bytes().chunks(1)).map(text), Ok("a".into()));
        assert_eq!(
            decode(["\u{feff}{\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\"}]}".as_bytes()]).map(text),
            Ok("a".into())
        );
        assert_eq!(decode([&b" \n<!doctype html>"[..]]), Err(ErrorKind::NotAnApi));
        assert_eq!(decode([&b"Internal Server Error"[..]]), Err(ErrorKind::Empty));
        assert_eq!(decode([&b"null"[..]]), Err(ErrorKind::Malformed));
        assert_eq!(decode([&b"data: [DONE]\n\n"[..]]), Err(ErrorKind::Empty));
        assert_eq!(decode([&b"data: {\"choices\":[{\"text\":\"\xff\"}]}\n\n"[..]]), Err(ErrorKind::Malformed));
    }

    /// Changes a few places of `bytes`: flips, drops, doubles, or puts in something that means something to the parsers.
    fn damage(bytes: &mut Vec<u8>, random: &mut fastrand::Rng) {
        const PIECES: [&[u8]; 10] = [
            b"\n\n",
            b"\r",
            b"data: [DONE]\n\n",
            b"data:",
            b"{\"error\":{\"code\":429}}",
            b"\"finish_reason\":\"stop\"",
            b"\xEF\xBB\xBF",
            b"\xFF",
            b"null",
            b"\\ud83d",
        ];
        for _ in 0..random.usize(1..=4) {
            let at = random.usize(0..=bytes.len());
            let end = (at + random.usize(0..16)).min(bytes.len());
            match random.u8(0..5) {
                0 if at < bytes.len() => bytes[at] ^= 1 << random.u8(0..8),
                1 => drop(bytes.drain(at..end)),
                2 => drop(bytes.splice(at..at, bytes[at..end].to_vec())),
                3 => bytes.truncate(at),
                _ => drop(bytes.splice(at..at, PIECES[random.usize(0..PIECES.len())].iter().copied())),
            }
        }
    }

    #[test]
    fn twenty_thousand_damaged_streams_give_the_same_however_they_are_split() {
        let document = r#"{"choices":[{"index":0,"message":{"content":"dé","reasoning":"hm"},"finish_reason":"stop",
            "logprobs":{"content":[{"token":"d","logprob":-1}]}}],"usage":{"prompt_tokens":1,"completion_tokens":2}}"#;
        let mut random = fastrand::Rng::with_seed(7);
        let mut whole = 0;
        for round in 0..20_000 {
            let mut bytes = if round % 4 == 0 { document } else { RECORDED }.as_bytes().to_vec();
            damage(&mut bytes, &mut random);
            let at_once = decode([bytes.as_slice()]);
            whole += u32::from(at_once.is_ok());
            let at = random.usize(0..=bytes.len());
            for split in [decode([&bytes[..at], &bytes[at..]]), decode(bytes.chunks(random.usize(1..8)))] {
                assert_eq!(split, at_once, "{}", String::from_utf8_lossy(&bytes));
            }
        }
        assert!((1000..19_000).contains(&whole), "{whole} of them are whole: the damage is too small or too large");
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..32), 0..8)) {
            let _ = decode(pieces.iter().map(Vec::as_slice));
        }
    }
}
