/// Splits a byte stream into server-sent events, whatever its pieces are.
///
/// Lines end with CR, LF or CRLF; a byte order mark may come first; the last event needs no blank line. Only
/// the data of an event is kept. Beyond the standard, a field called `error` counts as data, and so does a
/// line that is a bare JSON object: servers report errors in both ways.
///
/// Linear in the input: a line of many megabytes in small pieces is scanned once.
#[derive(Debug, Default)]
pub(super) struct EventSplitter {
    line: Vec<u8>,
    data: Option<Vec<u8>>,
    past_first_line: bool,
    after_cr: bool,
}

impl EventSplitter {
    /// Takes the next piece of the stream and gives the data of each event that it completes to `sink`.
    ///
    /// # Errors
    /// The sink's own.
    pub(super) fn push<E>(&mut self, bytes: &[u8], sink: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let mut rest = bytes;
        if self.after_cr && !rest.is_empty() {
            self.after_cr = false;
            rest = rest.strip_prefix(b"\n").unwrap_or(rest);
        }
        while let Some(at) = rest.iter().position(|b| matches!(b, b'\r' | b'\n')) {
            self.line.extend_from_slice(&rest[..at]);
            let was_cr = rest[at] == b'\r';
            rest = &rest[at + 1..];
            if was_cr {
                self.after_cr = rest.is_empty();
                rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            }
            self.end_line(sink)?;
        }
        self.line.extend_from_slice(rest);
        Ok(())
    }

    /// Gives what the end of the stream completes: a last line without its end, an event without its blank line.
    ///
    /// # Errors
    /// The sink's own.
    pub(super) fn finish<E>(&mut self, sink: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        if !self.line.is_empty() {
            self.end_line(sink)?;
        }
        self.data.take().map_or(Ok(()), |data| sink(&data))
    }

    fn end_line<E>(&mut self, sink: &mut impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        let line = std::mem::take(&mut self.line);
        let mut text = line.as_slice();
        if !self.past_first_line {
            self.past_first_line = true;
            text = text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text);
        }
        if text.is_empty() {
            self.data.take().map_or(Ok(()), |data| sink(&data))?;
        } else if let Some(value) = data_of(text) {
            match &mut self.data {
                Some(data) => {
                    data.push(b'\n');
                    data.extend_from_slice(value);
                }
                None => self.data = Some(value.to_vec()),
            }
        }
        self.line = line;
        self.line.clear();
        Ok(())
    }
}

/// The data in a line, unless it is a comment or another field.
fn data_of(line: &[u8]) -> Option<&[u8]> {
    if line.starts_with(b"{") {
        return Some(line);
    }
    let colon = line.iter().position(|&b| b == b':').unwrap_or(line.len());
    let value = line.get(colon + 1..).unwrap_or_default();
    matches!(&line[..colon], b"data" | b"error").then(|| value.strip_prefix(b" ").unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::EventSplitter;

    fn events<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Vec<String> {
        let mut events = Vec::new();
        let mut sink = |data: &[u8]| {
            events.push(String::from_utf8_lossy(data).into_owned());
            Ok::<(), Infallible>(())
        };
        let mut splitter = EventSplitter::default();
        for piece in pieces {
            splitter.push(piece, &mut sink).unwrap();
        }
        splitter.finish(&mut sink).unwrap();
        events
    }

    /// The standard's algorithm over the whole text at once, written for plainness.
    fn oracle(text: &str) -> Vec<String> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text = text.replace("\r\n", "\n").replace('\r', "\n") + "\n\n";
        text.split("\n\n")
            .flat_map(|block| {
                let data: Vec<&str> = block
                    .split('\n')
                    .filter_map(|line| {
                        let (field, value) = line.split_once(':').unwrap_or((line, ""));
                        (field == "data").then(|| value.strip_prefix(' ').unwrap_or(value))
                    })
                    .collect();
                (!data.is_empty()).then(|| data.join("\n"))
            })
            .collect()
    }

    #[test]
    fn what_the_wild_does_is_understood() {
        for (stream, expected) in [
            ("data: a\n\ndata: b\n\n", vec!["a", "b"]),
            ("data:a\r\rdata:  b\r\r", vec!["a", " b"]),
            ("data: a\r\n\r\ndata: b\r\n", vec!["a", "b"]),
            ("\u{feff}data: a\n\n: comment\n\nevent: x\nid: 1\nretry: 3\ndata: b\ndata\ndata: c", vec!["a", "b\n\nc"]),
            ("error: {\"code\":500}\n\n{\"error\":\"x\"}\n", vec!["{\"code\":500}", "{\"error\":\"x\"}"]),
            ("\n\n\n", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(events([stream.as_bytes()]), expected, "{stream:?}");
        }
    }

    #[test]
    fn a_line_of_sixteen_megabytes_in_small_pieces_is_one_event() {
        let stream = format!("data: {}\n\n", "x".repeat(16 << 20));
        let found = events(stream.as_bytes().chunks(1024));
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].len(), 16 << 20);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn a_split_at_any_byte_gives_the_same_events(
            lines in prop::collection::vec(
                prop_oneof![
                    Just(String::new()), Just(": é".to_owned()), Just("event: x".to_owned()), Just("data".to_owned()),
                    "data:? ?[a-zé€😀:{} ]{0,8}", "[a-z]{0,4}:[ a-z]{0,4}",
                ], 0..24),
            ends in prop::collection::vec(prop_oneof![Just("\n"), Just("\r\n"), Just("\r")], 24),
            bom in any::<bool>(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
        ) {
            let mut stream = if bom { "\u{feff}".to_owned() } else { String::new() };
            for (line, end) in lines.iter().zip(&ends) {
                stream.push_str(line);
                stream.push_str(end);
            }
            prop_assume!(!lines.iter().any(|line| line.starts_with("error")));
            let expected = oracle(&stream);
            let bytes = stream.as_bytes();
            prop_assert_eq!(events([bytes]), expected.clone());
            prop_assert_eq!(events(bytes.chunks(1)), expected.clone());
            let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).chain([0, bytes.len()]).collect();
            places.sort_unstable();
            prop_assert_eq!(events(places.windows(2).map(|w| &bytes[w[0]..w[1]])), expected);
        }
    }
}
