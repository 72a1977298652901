//! What the sandbox must know of an interpreter. Adding a runtime is adding one of these.

use std::fs::File;
use std::io;
use std::sync::Arc;

use crate::files::Image;
use crate::libraries::Libraries;
use crate::source::Source;
use crate::translation::Translator;

/// Opens a kept file by its name in the cache.
pub(crate) type OpenKept<'a> = &'a dyn Fn(&str) -> io::Result<File>;

/// Changes the guest's memory so that the objects which a message of the guest's lists live for ever.
pub(crate) type MakeImmortal = fn(memory: &mut [u8], message: &[u8]) -> Result<(), String>;

/// A WASI interpreter: where it comes from, what it finds when it starts, and how it is told to run a program.
pub struct Interpreter {
    /// The runtime's name, as programs say it.
    pub name: &'static str,
    /// The package it comes from.
    pub source: Source,
    /// The file of the package that is the interpreter's module.
    pub module: &'static str,
    /// The files of the package that stay beside the compiled module: (name in the package, name in the cache).
    pub kept: &'static [(&'static str, &'static str)],
    /// What stays of archives among them.
    pub nested: &'static [Nested],
    /// Packages that programs find beside those of the interpreter's own package.
    pub libraries: Option<&'static Libraries>,
    /// The program's arguments, of which the first is the interpreter.
    pub arguments: &'static [&'static str],
    /// The program's environment.
    pub environment: &'static [(&'static str, &'static str)],
    /// A main program that never ends, to try out a prepared runtime: (path, source).
    pub endless: (&'static str, &'static str),
    /// The directory that programs' files are placed in.
    pub working_directory: &'static str,
    /// Our modules inside the interpreter that are no part of its package: (name, source). They are part of the runtime's
    /// digest.
    pub harness: &'static [(&'static str, &'static str)],
    /// The snapshots that programs start from; the first is for those that need no other.
    pub layers: &'static [Layer],
    /// The top-level names of the modules that a source may import.
    pub(crate) imports: fn(&str) -> Vec<&str>,
    /// The name of the module that a program's file is, if tests that import it can be helped by importing it ahead.
    pub(crate) helper: fn(path: &str) -> Option<&str>,
    /// Source that installs our modules, run once before the snapshot is taken. It sends `e` and the decimal argument of
    /// [`entry`](Self::entry) through the door.
    pub preamble: fn(&[(&str, &str)]) -> String,
    /// How much of the stack in its memory the interpreter's own code may use, in bytes.
    pub c_stack_bytes: u32,
    /// Tells the started interpreter that, in its memory; called once, after the preamble ran.
    pub(crate) set_c_stack: fn(memory: &mut [u8], bytes: u32) -> Result<(), String>,
    /// Makes objects immortal that the preamble lists: `i` and the message that this function takes.
    pub(crate) make_immortal: MakeImmortal,
    /// The module's function `(i32) -> i32` that runs the program behind the door. The module need not export it; it must
    /// name it in its name section.
    pub entry: &'static str,
    /// More functions that the module names and need not export, which the host calls.
    pub(crate) functions: &'static [&'static str],
    /// Whether its harness has tests of one instance call functions of another.
    pub(crate) calls_functions: bool,
    /// What turns programs' files into what it reads, where they are in another language.
    pub(crate) translator: Option<&'static Translator>,
    /// The read-only files that all programs share.
    pub(crate) files: fn(open: OpenKept<'_>) -> io::Result<Arc<Image>>,
}

/// A file in a zip archive.
pub struct Nested {
    /// The archive's name in the cache.
    pub archive: &'static str,
    /// The file's name in it.
    pub member: &'static str,
    /// The file's name in the cache.
    pub kept: &'static str,
}

/// A snapshot that has imported more than the harness.
pub struct Layer {
    /// Its name, which is part of its place in the cache.
    pub name: &'static str,
    /// The modules whose import makes a program start here.
    pub packages: &'static [&'static str],
    /// Our modules that this snapshot alone has: (name, source); installed after the harness.
    pub modules: &'static [(&'static str, &'static str)],
    /// The files in the cache that are modules too: those of the package, which its digest covers; installed last.
    pub packaged: &'static [&'static str],
}

impl Layer {
    /// The source that installs `interpreter`'s harness and the layer's modules.
    ///
    /// # Errors
    /// When a module of the package cannot be read.
    pub(crate) fn preamble(&self, interpreter: &Interpreter, open: OpenKept<'_>) -> io::Result<String> {
        let packaged = self.packaged.iter().map(|name| Ok((*name, io::read_to_string(open(name)?)?)));
        let packaged = packaged.collect::<io::Result<Vec<_>>>()?;
        let mut modules: Vec<(&str, &str)> = self.own_modules(interpreter).collect();
        modules.extend(packaged.iter().map(|(name, source)| (*name, source.as_str())));
        Ok((interpreter.preamble)(&modules))
    }

    /// The same without what the package has, for a digest that has the package's beside it.
    pub(crate) fn own_preamble(&self, interpreter: &Interpreter) -> String {
        (interpreter.preamble)(&self.own_modules(interpreter).collect::<Vec<_>>())
    }

    fn own_modules(&self, interpreter: &Interpreter) -> impl Iterator<Item = (&'static str, &'static str)> {
        interpreter.harness.iter().chain(self.modules).copied()
    }
}

/// All interpreters.
pub(crate) static INTERPRETERS: &[&Interpreter] = &[&crate::python::PYTHON, &crate::javascript::JAVASCRIPT];

impl Interpreter {
    /// The interpreter called `name`.
    #[must_use]
    pub fn by_name(name: &str) -> Option<&'static Interpreter> {
        INTERPRETERS.iter().copied().find(|interpreter| interpreter.name == name)
    }

    /// What it is prepared from: its own package, and the one that brings its libraries.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        std::iter::once(&self.source).chain(self.libraries.map(|libraries| &libraries.source))
    }

    /// The names of all interpreters.
    pub fn names() -> impl Iterator<Item = &'static str> {
        INTERPRETERS.iter().map(|interpreter| interpreter.name)
    }
}

impl std::fmt::Debug for Interpreter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Interpreter").field("name", &self.name).finish_non_exhaustive()
    }
}
