use std::fs::File;
use std::io::{self, Write, stdin};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::Confinement;
use super::confine::{close_strays, filter_calls, follow_parent, give_up};
use super::frame::{Decoder, FrameError, encode};
use super::heap::give_back_heap;
use super::message::{Greeting, Hello};
use crate::cache::{Cache, CacheError};
use crate::executors::Executors;
use crate::memory::open_pagemap;
use crate::runtime::{Runtime, RuntimeError};

/// A worker that had nothing to do for so long gives back what only makes the next program faster.
const RESTS_AFTER: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };

/// The outcome of a program that took no longer may wait for that of the next.
const SHORT: Duration = Duration::from_millis(1);

/// Serves as a worker of the process that started this one, until that one is gone.
///
/// To be called first thing in `main` of what a [`WorkerCommand`](super::WorkerCommand) starts: it closes descriptors
/// that this process was started with, and takes away all rights that executing programs does not need.
///
/// # Errors
/// When the process at the other end of standard input is no parent.
pub fn serve() -> Result<(), ServeError> {
    close_strays();
    follow_parent();
    let mut parent = Parent::new()?;
    let Some(hello) = parent.receive::<Hello>()? else { return Ok(()) };
    let runtimes = match load(&hello) {
        Ok(runtimes) => runtimes,
        Err(error) => return parent.send(&Greeting::Refused { why: error.to_string() }),
    };
    // The first reset would open it otherwise, when nothing can be opened any more.
    open_pagemap();
    let confinement = give_up();
    execute(parent, runtimes, hello.verify_resets, confinement)
}

/// Why a worker ended without being told to.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ServeError {
    /// There is no parent to read from or write to.
    #[error("a worker is started by assay itself, with a socket as standard input: {0}")]
    Io(#[from] io::Error),
    /// What the parent sent makes no sense, or an outcome is too long.
    #[error("a worker cannot go on: {0}")]
    Message(String),
}

impl From<FrameError> for ServeError {
    fn from(error: FrameError) -> Self {
        ServeError::Message(error.to_string())
    }
}

/// Why the parent's runtimes cannot be served.
#[derive(Debug, Error)]
enum LoadError {
    #[error(transparent)]
    Cache(#[from] CacheError),
    #[error(transparent)]
    Runtime(#[from] RuntimeError),
    #[error("the {0} runtime is no longer in {1}")]
    Gone(String, PathBuf),
    #[error("the {0} runtime is not the one that the parent has; its program may have been replaced meanwhile")]
    Other(String),
}

fn load(hello: &Hello) -> Result<Vec<Runtime>, LoadError> {
    let cache = Cache::open(Some(hello.cache.clone()))?;
    let mut runtimes = Vec::with_capacity(hello.runtimes.len());
    for wanted in &hello.runtimes {
        let runtime = Runtime::prepared(&wanted.name, &cache)?
            .ok_or_else(|| LoadError::Gone(wanted.name.clone(), cache.dir().to_path_buf()))?;
        if runtime.digest() != wanted.digest {
            return Err(LoadError::Other(wanted.name.clone()));
        }
        runtimes.push(runtime);
    }
    Ok(runtimes)
}

/// Answers programs with outcomes until the parent is gone.
fn execute(
    mut parent: Parent,
    runtimes: Vec<Runtime>,
    verify_resets: bool,
    mut confinement: Confinement,
) -> Result<(), ServeError> {
    let mut executors = Executors::new(runtimes, verify_resets);
    filter_calls(&mut confinement);
    parent.send(&Greeting::Ready(confinement))?;
    loop {
        if !parent.sends_within(RESTS_AFTER)? {
            executors.rest();
            give_back_heap();
        }
        let Some(program) = parent.receive()? else { return Ok(()) };
        let began = Instant::now();
        parent.put(&executors.execute(&program))?;
        // The parent need not wake for each of many short programs; and after a short one comes a short one, mostly.
        if began.elapsed() > SHORT || !parent.has_sent_more() {
            parent.flush()?;
        }
    }
}

/// The worker's end of the socket between it and its parent.
struct Parent {
    stream: File,
    decoder: Decoder,
    outgoing: Vec<u8>,
}

impl Parent {
    fn new() -> io::Result<Self> {
        let stream = File::from(stdin().as_fd().try_clone_to_owned()?);
        Ok(Parent { stream, decoder: Decoder::default(), outgoing: Vec::new() })
    }

    /// Waits so long for something to arrive, or for the parent to be gone; whether it did.
    fn sends_within(&self, time: Timespec) -> io::Result<bool> {
        if !self.decoder.is_empty() {
            return Ok(true);
        }
        match poll(&mut [PollFd::new(&self.stream, PollFlags::IN)], Some(&time)) {
            Ok(0) => Ok(false),
            Ok(_) | Err(Errno::INTR) => Ok(true),
            Err(error) => Err(error.into()),
        }
    }

    /// Waits for the next message; `None` when the parent is gone.
    fn receive<T: DeserializeOwned>(&mut self) -> Result<Option<T>, ServeError> {
        loop {
            if let Some(message) = self.decoder.next(usize::MAX)? {
                return Ok(Some(message));
            }
            match self.decoder.read(&mut self.stream) {
                Ok(0) => return Ok(None),
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
                Err(error) if error.kind() != io::ErrorKind::Interrupted => return Err(error.into()),
                Ok(_) | Err(_) => {}
            }
        }
    }

    /// Whether the next message has arrived.
    fn has_sent_more(&self) -> bool {
        self.decoder.has_message()
    }

    fn send(&mut self, message: &impl Serialize) -> Result<(), ServeError> {
        self.put(message)?;
        self.flush()
    }

    /// Sends `message` with the next [`flush`](Self::flush).
    fn put(&mut self, message: &impl Serialize) -> Result<(), ServeError> {
        Ok(encode(message, &mut self.outgoing)?)
    }

    fn flush(&mut self) -> Result<(), ServeError> {
        let written = self.stream.write_all(&self.outgoing);
        self.outgoing.clear();
        self.outgoing.shrink_to(1 << 20);
        Ok(written?)
    }
}
