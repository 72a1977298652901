use std::collections::BTreeMap;
use std::sync::Arc;

use super::FileType;
use super::content::Content;

/// An inode number. None is ever used twice, so one that outlived its file finds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Ino(pub(super) u64);

/// The root directory, the first of every image.
pub(super) const ROOT: Ino = Ino(1);

/// When something happened to a file, in nanoseconds since 1970. Reading a file changes none of them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) accessed: u64,
    pub(super) modified: u64,
    pub(super) changed: u64,
}

impl Times {
    /// All three at once.
    pub(super) fn at(now: u64) -> Self {
        Times { accessed: now, modified: now, changed: now }
    }

    /// The contents changed.
    pub(super) fn touch(&mut self, now: u64) {
        self.modified = now;
        self.changed = now;
    }
}

/// Something of a program's own: what it created, or its changed copy of what is in the image.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) body: Body,
    /// How many names it has. Without any it lives on while a descriptor holds it.
    pub(super) names: u64,
    pub(super) times: Times,
    /// Whether the program created it, so that it counts against the program's limits.
    pub(super) counted: bool,
}

/// What a node is.
#[derive(Debug, Clone)]
pub(super) enum Body {
    File(Content),
    Dir(Dir),
    Symlink(Arc<str>),
}

/// A directory. Listings are in the order of names' bytes.
#[derive(Debug, Clone)]
pub(super) struct Dir {
    pub(super) parent: Ino,
    pub(super) entries: BTreeMap<Arc<str>, Ino>,
}

impl Node {
    /// A node that has its first name.
    pub(super) fn new(body: Body, now: u64, counted: bool) -> Self {
        Node { body, names: 1, times: Times::at(now), counted }
    }

    /// What it costs the program, in bytes.
    pub(super) fn charge(&self) -> u64 {
        match &self.body {
            Body::File(content) => content.charge(),
            Body::Symlink(target) => target.len() as u64,
            Body::Dir(_) => 0,
        }
    }

    /// What kind of file it is.
    pub(super) fn file_type(&self) -> FileType {
        match self.body {
            Body::File(_) => FileType::RegularFile,
            Body::Dir(_) => FileType::Directory,
            Body::Symlink(_) => FileType::SymbolicLink,
        }
    }
}

impl Dir {
    /// A directory without entries.
    pub(super) fn new(parent: Ino) -> Self {
        Dir { parent, entries: BTreeMap::new() }
    }
}
