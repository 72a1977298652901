use std::fs::File;
use std::io::{self, Write, stdin};
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::thread;

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use super::Confinement;
use super::confine::{close_strays, filter_calls, follow_parent, give_up};
use super::frame::{Decoder, FrameError, encode};
use super::message::{Greeting, Hello};
use crate::cache::{Cache, CacheError};
use crate::engine::THREAD_STACK_BYTES;
use crate::executors::Executors;
use crate::memory::open_pagemap;
use crate::runtime::{Runtime, RuntimeError};

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
    // Guests need a deeper stack than the main thread may have.
    let thread = thread::Builder::new().stack_size(THREAD_STACK_BYTES);
    let thread =
        thread.spawn(move || execute(parent, runtimes, hello.verify_resets, confinement)).map_err(ServeError::Io)?;
    thread.join().unwrap_or(Err(ServeError::Panicked))
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
    /// A bug.
    #[error("the worker's thread panicked")]
    Panicked,
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
    while let Some(program) = parent.receive()? {
        parent.send(&executors.execute(&program))?;
    }
    Ok(())
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

    fn send(&mut self, message: &impl Serialize) -> Result<(), ServeError> {
        encode(message, &mut self.outgoing)?;
        let written = self.stream.write_all(&self.outgoing);
        self.outgoing.clear();
        self.outgoing.shrink_to(1 << 20);
        Ok(written?)
    }
}
