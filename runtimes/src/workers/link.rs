use std::io::{self, ErrorKind, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::time::Instant;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::frame::{Decoder, FrameError, encode};

/// The parent's end of the socket between it and a worker. Never waits for longer than it is told to: what the
/// worker does not read yet is kept here, so that a worker which writes and one which is written to cannot block
/// each other.
#[derive(Debug)]
pub(super) struct Link {
    stream: UnixStream,
    decoder: Decoder,
    outgoing: Vec<u8>,
    /// How much of `outgoing` the socket has taken.
    sent: usize,
}

/// Why there is no message.
#[derive(Debug, Error)]
pub(super) enum LinkError {
    #[error("its connection closed")]
    Closed,
    #[error("it took too long")]
    Late,
    #[error("it sent {0}")]
    Frame(#[from] FrameError),
    #[error("its connection failed: {0}")]
    Io(#[from] io::Error),
}

impl Link {
    /// The parent's end and the worker's.
    pub(super) fn pair() -> io::Result<(Self, OwnedFd)> {
        let (ours, theirs) = UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        Ok((Link { stream: ours, decoder: Decoder::default(), outgoing: Vec::new(), sent: 0 }, theirs.into()))
    }

    /// Another handle to the parent's end, to shut it down.
    pub(super) fn handle(&self) -> io::Result<UnixStream> {
        self.stream.try_clone()
    }

    /// Sends `message`, now or while waiting for an answer. Whether the other side is there only an answer tells.
    ///
    /// # Errors
    /// When the message is too long; then nothing was sent.
    pub(super) fn send(&mut self, message: &impl Serialize) -> Result<(), FrameError> {
        encode(message, &mut self.outgoing)?;
        let _ = self.flush(); // a failure shows when the answer is waited for
        Ok(())
    }

    /// Waits until `deadline` for the next message, which may have `limit` bytes.
    pub(super) fn receive<T: DeserializeOwned>(&mut self, limit: usize, deadline: Instant) -> Result<T, LinkError> {
        loop {
            if let Some(message) = self.decoder.next(limit)? {
                return Ok(message);
            }
            let writable = if self.sent < self.outgoing.len() { PollFlags::OUT } else { PollFlags::empty() };
            let mut fds = [PollFd::new(&self.stream, PollFlags::IN | writable)];
            // A wait cut short by the largest time that the call takes is only one more turn.
            let left = Timespec::try_from(deadline.saturating_duration_since(Instant::now())).ok();
            match poll(&mut fds, left.as_ref()) {
                Ok(0) if Instant::now() >= deadline => return Err(LinkError::Late),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(io::Error::from(error).into()),
            }
            let ready = fds[0].revents();
            if ready.contains(PollFlags::OUT) {
                let _ = self.flush(); // a failure shows below
            }
            if ready.intersects(PollFlags::IN | PollFlags::HUP | PollFlags::ERR) {
                self.fill()?;
            }
        }
    }

    /// Whether the other side is there. To be asked when no answer is due.
    pub(super) fn is_open(&mut self) -> bool {
        let mut fds = [PollFd::new(&self.stream, PollFlags::IN)];
        // A worker that has nothing to answer and yet can be read from is gone, or mad.
        matches!(poll(&mut fds, Some(&Timespec::default())), Ok(0))
    }

    fn fill(&mut self) -> Result<(), LinkError> {
        match self.decoder.read(&mut self.stream) {
            Ok(0) => Err(LinkError::Closed),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => Err(LinkError::Closed),
            Err(error) if !matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => Err(error.into()),
            Ok(_) | Err(_) => Ok(()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        while self.sent < self.outgoing.len() {
            match self.stream.write(&self.outgoing[self.sent..]) {
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => {
                    self.forget();
                    return Err(error);
                }
            }
        }
        self.forget();
        Ok(())
    }

    fn forget(&mut self) {
        self.outgoing.clear();
        self.outgoing.shrink_to(1 << 20);
        self.sent = 0;
    }
}
