//! What a prepared runtime consists of.

use std::fs::File;
use std::io;

use crate::cache::Prepared;
use crate::interpreter::Interpreter;

/// The entries of the cache that are a runtime: the compiled module; the packages, if the interpreter has some; the
/// snapshots, in the order of its layers. While it is being prepared, the first of them.
#[derive(Debug)]
pub(crate) struct Parts {
    interpreter: &'static Interpreter,
    module: Prepared,
    more: Vec<Prepared>,
}

impl Parts {
    /// The parts of `interpreter`, of which the module must be there.
    pub(crate) fn new(interpreter: &'static Interpreter, mut parts: Vec<Prepared>) -> Self {
        let module = parts.remove(0);
        Parts { interpreter, module, more: parts }
    }

    pub(crate) fn push(&mut self, part: Prepared) {
        self.more.push(part);
    }

    pub(crate) fn interpreter(&self) -> &'static Interpreter {
        self.interpreter
    }

    pub(crate) fn module(&self) -> &Prepared {
        &self.module
    }

    pub(crate) fn layers(&self) -> &[Prepared] {
        self.more.get(self.before_layers()..).unwrap_or_default()
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Prepared> {
        std::iter::once(&self.module).chain(&self.more)
    }

    /// Opens a file that the module's entry or the packages' has.
    ///
    /// # Errors
    /// When neither has it, or the file system refuses.
    pub(crate) fn open(&self, name: &str) -> io::Result<File> {
        let mut libraries = self.more.iter().take(self.before_layers());
        let with = libraries.find(|part| part.names().any(|has| has == name));
        with.unwrap_or(&self.module).open(name).map_err(io::Error::other)
    }

    fn before_layers(&self) -> usize {
        usize::from(self.interpreter.libraries.is_some())
    }
}
