//! Standard input and the captured output streams of a program.

use assay_api::{Captured, Limits};

/// An output stream, of which the beginning is kept.
#[derive(Debug, Default)]
struct Capture {
    bytes: Vec<u8>,
    truncated: bool,
}

impl Capture {
    fn write(&mut self, bytes: &[u8], keep: usize) {
        let room = keep.saturating_sub(self.bytes.len());
        self.truncated |= bytes.len() > room;
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }

    fn take(&mut self) -> Captured {
        Captured { bytes: std::mem::take(&mut self.bytes), truncated: self.truncated }
    }
}

/// Which output stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Output {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// The standard streams of one program.
#[derive(Debug)]
pub(crate) struct Streams {
    stdin: Vec<u8>,
    read: usize,
    stdout: Capture,
    stderr: Capture,
    written: u64,
    keep: usize,
    limit: u64,
}

impl Streams {
    /// Streams that give `stdin` and capture output within `limits`.
    pub(crate) fn new(stdin: Vec<u8>, limits: &Limits) -> Self {
        Streams {
            stdin,
            read: 0,
            stdout: Capture::default(),
            stderr: Capture::default(),
            written: 0,
            keep: usize::try_from(limits.capture_bytes).unwrap_or(usize::MAX),
            limit: limits.output_bytes,
        }
    }

    /// The next bytes of standard input, at most `max`; empty at its end.
    pub(crate) fn read(&mut self, max: usize) -> &[u8] {
        let start = self.read;
        self.read = start.saturating_add(max).min(self.stdin.len());
        &self.stdin[start..self.read]
    }

    /// Takes what the program writes. Returns false when it has written more than it may.
    #[must_use]
    pub(crate) fn write(&mut self, output: Output, bytes: &[u8]) -> bool {
        let capture = match output {
            Output::Stdout => &mut self.stdout,
            Output::Stderr => &mut self.stderr,
        };
        capture.write(bytes, self.keep);
        self.written = self.written.saturating_add(bytes.len() as u64);
        let allowed = self.written <= self.limit;
        capture.truncated |= !allowed;
        allowed
    }

    /// What was captured of (standard output, standard error).
    pub(crate) fn take(&mut self) -> (Captured, Captured) {
        (self.stdout.take(), self.stderr.take())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn streams(capture_bytes: u64, output_bytes: u64) -> Streams {
        Streams::new(b"input".to_vec(), &Limits { capture_bytes, output_bytes, ..Limits::default() })
    }

    #[test]
    fn input_ends() {
        let mut streams = streams(10, 10);
        assert_eq!(streams.read(2), b"in");
        assert_eq!(streams.read(usize::MAX), b"put");
        assert_eq!(streams.read(1), b"");
    }

    #[test]
    fn output_past_the_kept_size_is_dropped_and_flagged() {
        let mut streams = streams(3, 100);
        assert!(streams.write(Output::Stdout, b"ab"));
        assert!(streams.write(Output::Stdout, b"cd"));
        assert!(streams.write(Output::Stderr, b"xyz"));
        let (stdout, stderr) = streams.take();
        assert_eq!((stdout.bytes.as_slice(), stdout.truncated), (b"abc".as_slice(), true));
        assert_eq!((stderr.bytes.as_slice(), stderr.truncated), (b"xyz".as_slice(), false));
    }

    #[test]
    fn both_streams_share_one_limit() {
        let mut streams = streams(100, 3);
        assert!(streams.write(Output::Stdout, b"ab"));
        assert!(!streams.write(Output::Stderr, b"cd"));
    }
}
