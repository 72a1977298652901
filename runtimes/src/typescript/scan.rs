use super::translate::too_deep;
use super::words::{KEYWORDS, is_word, starts_statement};
use crate::translation::Refusal;

/// How deep brackets may be nested.
const MAX_BRACKETS: usize = 256;
/// How often the parser may have to change its mind around a place: at a `(` that may begin the parameters of an arrow
/// function, at brackets in which a `<` may begin type arguments. Each makes it read what is inside twice or more often.
const MAX_GUESSES: usize = 10;
/// How many `<` may be open around a place.
const MAX_ANGLES: u32 = 200;
/// How many arrows there may be around a place. The parser looks ahead over all that follow, where they stand in conditions.
const MAX_ARROWS: u32 = 200;
/// In how many ways a line may be read at most.
const MAX_READINGS: usize = 8;

/// Refuses a source that takes long to parse, because it is nested deeply.
///
/// This knows what brackets, strings, comments, templates and regular expressions are, and nothing more. Where a `/` begins
/// a regular expression or divides, by what comes before, it goes on in both ways, so that what the parser will see is
/// among what was looked at.
pub(super) fn check(source: &str) -> Result<(), Refusal> {
    let bytes = source.as_bytes();
    let mut readings = vec![Reading::default()];
    let mut start = 0;
    while start < bytes.len() {
        let end = bytes[start..].iter().position(|byte| matches!(byte, b'\n' | b'\r'));
        let end = end.map_or(bytes.len(), |len| start + len);
        let mut work: Vec<_> = readings.drain(..).map(|reading| (reading, 0)).collect();
        while let Some((mut reading, position)) = work.pop() {
            Line { bytes: &bytes[start..end], position }.read(&mut reading, &mut work)?;
            if !readings.contains(&reading) {
                readings.push(reading);
            }
            if readings.len() + work.len() > MAX_READINGS {
                return Err(too_deep());
            }
        }
        start = end + 1;
    }
    Ok(())
}

/// One way to read the source up to some place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reading {
    /// The brackets that are open, the outermost, which is none, first.
    frames: Vec<Frame>,
    /// In the middle of what may go over several lines.
    within: Option<Within>,
    /// What came before, but for space and comments.
    before: Before,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Comment,
    Template,
    /// A string with a backslash at the end of the line.
    String(u8),
}

/// An open bracket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Frame {
    /// Whether it is a `${`.
    template: bool,
    /// Whether it may begin parameters, by what comes next.
    parameters: bool,
    /// `<` since the last place where none can be open.
    angles: u32,
    /// Likewise `=>`.
    arrows: u32,
}

/// What a `/` means depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    /// An operator, an opening bracket, a keyword: an expression must follow.
    Operator,
    /// The end of an expression.
    Operand,
    /// Either.
    Unsure,
}

impl Default for Reading {
    fn default() -> Self {
        Reading { frames: vec![Frame::default()], within: None, before: Before::Operator }
    }
}

impl Reading {
    fn frame(&mut self) -> &mut Frame {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    fn open(&mut self, frame: Frame) -> Result<(), Refusal> {
        self.frames.push(frame);
        self.before = Before::Operator;
        let deep = self.frames.len() > MAX_BRACKETS || frame.parameters && self.guesses() > MAX_GUESSES;
        if deep { Err(too_deep()) } else { Ok(()) }
    }

    fn guesses(&self) -> usize {
        self.frames.iter().map(|frame| usize::from(frame.parameters) + usize::from(frame.angles > 0)).sum()
    }

    /// Begins anew in the innermost bracket.
    fn settle(&mut self) {
        let Frame { template, parameters, .. } = *self.frame();
        *self.frame() = Frame { template, parameters, ..Frame::default() };
    }

    /// Closes the innermost bracket, whatever kind it is: where it is another, the parser ends. Whether it was a `${`.
    fn close(&mut self) -> bool {
        self.before = Before::Unsure;
        let template = self.frame().template;
        if self.frames.len() > 1 {
            self.frames.pop();
        }
        template
    }

    fn count(&mut self, count: impl Fn(&mut Frame) -> &mut u32) -> Result<(), Refusal> {
        *count(self.frame()) += 1;
        let angles: u32 = self.frames.iter().map(|frame| frame.angles).sum();
        let arrows: u32 = self.frames.iter().map(|frame| frame.arrows).sum();
        if angles > MAX_ANGLES || arrows > MAX_ARROWS || self.guesses() > MAX_GUESSES {
            Err(too_deep())
        } else {
            Ok(())
        }
    }
}

struct Line<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl Line<'_> {
    /// Reads to the line's end, and puts other ways to read the rest into `work`.
    fn read(&mut self, reading: &mut Reading, work: &mut Vec<(Reading, usize)>) -> Result<(), Refusal> {
        if self.position == 0 {
            self.begin(reading);
        }
        while let Some(&byte) = self.bytes.get(self.position) {
            match reading.within {
                Some(Within::Comment) => {
                    if self.skip_past(b"*/") {
                        reading.within = None;
                    }
                }
                Some(Within::Template) => self.template(reading)?,
                Some(Within::String(quote)) => self.string(reading, quote),
                None => self.code(byte, reading, work)?,
            }
        }
        Ok(())
    }

    /// A line that begins with the keyword of a statement ends what came before, where that can have ended.
    fn begin(&self, reading: &mut Reading) {
        let ended = reading.within.is_none() && reading.before != Before::Operator;
        if ended && starts_statement(self.bytes.trim_ascii_start()) {
            reading.settle();
        }
    }

    fn code(&mut self, byte: u8, reading: &mut Reading, work: &mut Vec<(Reading, usize)>) -> Result<(), Refusal> {
        let rest = &self.bytes[self.position..];
        let mut len = 1;
        match byte {
            b' ' | b'\t' => {}
            b'(' => {
                let parameters = reading.before != Before::Operand && begins_parameters(&rest[1..]);
                reading.open(Frame { parameters, ..Frame::default() })?;
            }
            b'[' | b'{' => reading.open(Frame::default())?,
            b')' | b']' | b'}' => {
                if reading.close() && byte == b'}' {
                    reading.within = Some(Within::Template);
                }
            }
            b'`' => reading.within = Some(Within::Template),
            b'"' | b'\'' => reading.within = Some(Within::String(byte)),
            b'/' if rest.starts_with(b"//") => len = end_of_line_comment(rest),
            b'/' if rest.starts_with(b"/*") => {
                reading.within = Some(Within::Comment);
                len = 2;
            }
            b'/' => return self.slash(reading, work),
            b'<' if rest.starts_with(b"<!--") => return self.html_comment(4, reading, work),
            b'-' if rest.starts_with(b"-->") => return self.html_comment(3, reading, work),
            b'=' if rest.starts_with(b"=>") => {
                reading.count(|frame| &mut frame.arrows)?;
                reading.before = Before::Operator;
                len = 2;
            }
            b'<' => {
                reading.count(|frame| &mut frame.angles)?;
                reading.before = Before::Operator;
            }
            b'>' if rest.starts_with(b">=") => {
                reading.before = Before::Operator;
                len = 2;
            }
            b'>' => {
                let frame = reading.frame();
                frame.angles = frame.angles.saturating_sub(1);
                reading.before = Before::Unsure;
            }
            b'+' | b'-' if rest.get(1) == Some(&byte) => {
                reading.before = Before::Unsure;
                len = 2;
            }
            b'!' => reading.before = Before::Unsure,
            b';' => {
                reading.settle();
                reading.before = Before::Operator;
            }
            b',' => {
                reading.frame().arrows = 0;
                reading.before = Before::Operator;
            }
            b'&' | b'|' if rest.get(1) == Some(&byte) => {
                reading.frame().angles = 0; // no type has it
                reading.before = Before::Operator;
                len = 2;
            }
            byte if is_word(byte) => {
                len = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
                let word = &rest[..len];
                // Beyond ASCII there is space, too.
                let unsure = KEYWORDS.contains(&word) || !word.is_ascii();
                reading.before = if unsure { Before::Unsure } else { Before::Operand };
            }
            _ => reading.before = Before::Operator,
        }
        self.position += len;
        Ok(())
    }

    /// A division, a regular expression, or either.
    fn slash(&mut self, reading: &mut Reading, work: &mut Vec<(Reading, usize)>) -> Result<(), Refusal> {
        let regex = if reading.before == Before::Operand { None } else { self.end_of_regex() };
        let unsure = reading.before == Before::Unsure;
        match regex {
            Some(end) => {
                if unsure {
                    work.push((Reading { before: Before::Operator, ..reading.clone() }, self.position + 1));
                }
                reading.before = Before::Operand;
                self.position = end;
            }
            None => {
                reading.before = Before::Operator;
                self.position += 1;
            }
        }
        if work.len() > MAX_READINGS { Err(too_deep()) } else { Ok(()) }
    }

    /// Behind the regular expression that begins here, if it ends on the line.
    fn end_of_regex(&self) -> Option<usize> {
        let mut class = false;
        let mut position = self.position + 1;
        while let Some(byte) = self.bytes.get(position) {
            match byte {
                b'\\' => position += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => return Some(position + 1),
                _ => {}
            }
            position += 1;
        }
        None
    }

    /// To scripts it is a comment, to modules operators.
    fn html_comment(
        &mut self,
        len: usize,
        reading: &mut Reading,
        work: &mut Vec<(Reading, usize)>,
    ) -> Result<(), Refusal> {
        work.push((reading.clone(), self.bytes.len()));
        reading.before = Before::Operator;
        self.position += len;
        if work.len() > MAX_READINGS { Err(too_deep()) } else { Ok(()) }
    }

    fn template(&mut self, reading: &mut Reading) -> Result<(), Refusal> {
        let rest = &self.bytes[self.position..];
        let stop = rest.iter().position(|byte| matches!(byte, b'`' | b'$' | b'\\'));
        self.position += stop.map_or(rest.len(), |stop| stop + 1);
        match stop.map(|stop| (rest[stop], rest.get(stop + 1))) {
            Some((b'`', _)) => {
                reading.within = None;
                reading.before = Before::Operand;
            }
            Some((b'$', Some(b'{'))) => {
                self.position += 1;
                reading.within = None;
                reading.open(Frame { template: true, ..Frame::default() })?;
            }
            Some((b'\\', _)) => self.position += 1,
            _ => {}
        }
        Ok(())
    }

    fn string(&mut self, reading: &mut Reading, quote: u8) {
        let rest = &self.bytes[self.position..];
        match rest.iter().position(|byte| *byte == quote || *byte == b'\\') {
            Some(stop) if rest[stop] == quote => {
                self.position += stop + 1;
                reading.within = None;
                reading.before = Before::Operand;
            }
            Some(stop) => self.position += stop + 2, // beyond the line's end, where it goes on
            None => {
                self.position = self.bytes.len();
                reading.within = None; // it has no end: the parser ends here
            }
        }
    }

    /// Goes past `end`, or to the line's end if it is not there.
    fn skip_past(&mut self, end: &[u8]) -> bool {
        let rest = &self.bytes[self.position..];
        let found = rest.windows(end.len()).position(|window| window == end);
        self.position += found.map_or(rest.len(), |at| at + end.len());
        found.is_some()
    }
}

/// Whether what comes after a `(` may be parameters. The end of the line and a comment may be anything.
fn begins_parameters(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    let word = rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len());
    match (rest[..word].first(), rest[word..].trim_ascii_start()) {
        (Some(b'.' | b'@'), _) => true,
        (Some(_), [b'=', b'=', ..]) => false,
        (Some(_), [b'=' | b':' | b',' | b'?' | b'/', ..] | []) => true,
        (Some(_), _) => false,
        (None, after) => matches!(after.first(), None | Some(b'{' | b'[' | b'/')),
    }
}

/// The length of a `//` comment: two line ends of Unicode's end it, too.
fn end_of_line_comment(rest: &[u8]) -> usize {
    let ends = |window: &[u8]| window == [0xe2, 0x80, 0xa8] || window == [0xe2, 0x80, 0xa9];
    rest.windows(3).position(ends).unwrap_or(rest.len())
}
