use std::sync::Arc;

use thiserror::Error;

use super::content::Content;
use super::node::{Body, Dir, Ino, Node, ROOT};
use super::{Bytes, FileType, NAME_MAX, PATH_MAX};

/// The files that every program finds: a tree that nobody changes, shared by all programs of a runtime.
///
/// Inode numbers follow the order in which the builder was told of the files.
#[derive(Debug)]
pub struct Image {
    nodes: Vec<ImageNode>,
    preopens: Vec<Preopen>,
}

/// Puts an [`Image`] together.
#[derive(Debug)]
pub struct ImageBuilder {
    image: Image,
}

/// Why an image can't hold what it was told to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImageError {
    /// Paths in an image start with `/` and have neither empty names nor `.` nor `..`.
    #[error("image path {0:?}: give an absolute path without empty names, `.` or `..`")]
    Path(String),
    /// Something that is not a directory is in the way.
    #[error("image path {0:?}: a parent is not a directory")]
    NotADirectory(String),
    /// The image already has it.
    #[error("image path {0:?}: already in the image")]
    Exists(String),
    /// Only directories of the image can be preopened.
    #[error("preopen {0:?}: not a directory of the image")]
    Preopen(String),
}

/// A directory that programs have open from the start.
#[derive(Debug)]
pub(super) struct Preopen {
    pub(super) path: String,
    pub(super) ino: Ino,
}

#[derive(Debug)]
pub(super) struct ImageNode {
    pub(super) body: ImageBody,
    /// Whether programs may change it, each for itself.
    pub(super) writable: bool,
}

#[derive(Debug)]
pub(super) enum ImageBody {
    File(Bytes),
    Dir {
        parent: Ino,
        /// Sorted by name.
        entries: Vec<(Arc<str>, Ino)>,
    },
}

impl Image {
    /// A builder that knows only `/`, read-only.
    #[must_use]
    pub fn builder() -> ImageBuilder {
        let body = ImageBody::Dir { parent: ROOT, entries: Vec::new() };
        let root = ImageNode { body, writable: false };
        ImageBuilder { image: Image { nodes: vec![root], preopens: Vec::new() } }
    }

    pub(super) fn node(&self, ino: Ino) -> Option<&ImageNode> {
        self.nodes.get(usize::try_from(ino.0.checked_sub(1)?).ok()?)
    }

    /// The number for the first file that is not in the image.
    pub(super) fn next_ino(&self) -> Ino {
        Ino(self.nodes.len() as u64 + 1)
    }

    pub(super) fn preopens(&self) -> &[Preopen] {
        &self.preopens
    }
}

impl ImageNode {
    /// What kind of file it is.
    pub(super) fn file_type(&self) -> FileType {
        match self.body {
            ImageBody::File(_) => FileType::RegularFile,
            ImageBody::Dir { .. } => FileType::Directory,
        }
    }

    /// A program's own copy, to be changed.
    pub(super) fn copy(&self, epoch: u64) -> Node {
        let body = match &self.body {
            ImageBody::File(bytes) => Body::File(Content::shared(bytes.clone())),
            ImageBody::Dir { parent, entries } => {
                Body::Dir(Dir { parent: *parent, entries: entries.iter().cloned().collect() })
            }
        };
        Node::new(body, epoch, false)
    }

    pub(super) fn lookup(&self, name: &str) -> Option<Ino> {
        let ImageBody::Dir { entries, .. } = &self.body else { return None };
        let at = entries.binary_search_by(|(entry, _)| (**entry).cmp(name)).ok()?;
        Some(entries[at].1)
    }
}

impl ImageBuilder {
    /// Adds a directory, and its parents as far as they are missing, which are as writable as theirs. What is
    /// put into it later is as writable as it is. Of a directory that exists it changes only that.
    ///
    /// # Errors
    /// When the path is malformed or a file stands on it.
    pub fn dir(&mut self, path: &str, writable: bool) -> Result<(), ImageError> {
        let ino = self.make_dirs(path, names(path)?)?;
        if let Some(node) = self.node_mut(ino) {
            node.writable = writable;
        }
        Ok(())
    }

    /// Adds a file, and its parents as far as they are missing.
    ///
    /// # Errors
    /// When the path is malformed, already there, or a file stands in its way.
    pub fn file(&mut self, path: &str, bytes: impl Into<Bytes>) -> Result<(), ImageError> {
        let mut parents = names(path)?;
        let name = parents.pop().ok_or_else(|| ImageError::Exists(path.into()))?;
        let parent = self.make_dirs(path, parents)?;
        if self.image.node(parent).is_some_and(|node| node.lookup(name).is_some()) {
            return Err(ImageError::Exists(path.into()));
        }
        self.add(parent, name, ImageBody::File(bytes.into()));
        Ok(())
    }

    /// Gives programs a directory that is open from the start: the first is descriptor 3, and so on.
    ///
    /// # Errors
    /// When the image has no such directory.
    pub fn preopen(&mut self, path: &str) -> Result<(), ImageError> {
        self.preopen_as(path, path)
    }

    /// As [`preopen`](Self::preopen), under another name: programs find the directory's entries at `name` too, whatever
    /// the image has there.
    ///
    /// # Errors
    /// When the image has no such directory.
    pub fn preopen_as(&mut self, name: &str, path: &str) -> Result<(), ImageError> {
        let refused = || ImageError::Preopen(path.into());
        let mut ino = ROOT;
        for name in names(path)? {
            ino = self.image.node(ino).and_then(|node| node.lookup(name)).ok_or_else(refused)?;
        }
        if self.image.node(ino).is_none_or(|node| node.file_type() != FileType::Directory) {
            return Err(refused());
        }
        self.image.preopens.push(Preopen { path: name.into(), ino });
        Ok(())
    }

    /// The image.
    #[must_use]
    pub fn build(self) -> Arc<Image> {
        Arc::new(self.image)
    }

    fn make_dirs(&mut self, path: &str, names: Vec<&str>) -> Result<Ino, ImageError> {
        let mut ino = ROOT;
        for name in names {
            let found = self.image.node(ino).and_then(|node| node.lookup(name));
            ino = found.unwrap_or_else(|| self.add(ino, name, ImageBody::Dir { parent: ino, entries: Vec::new() }));
            if self.image.node(ino).is_none_or(|node| node.file_type() != FileType::Directory) {
                return Err(ImageError::NotADirectory(path.into()));
            }
        }
        Ok(ino)
    }

    fn add(&mut self, parent: Ino, name: &str, body: ImageBody) -> Ino {
        let ino = self.image.next_ino();
        let mut writable = false;
        if let Some(node) = self.node_mut(parent) {
            writable = node.writable;
            if let ImageBody::Dir { entries, .. } = &mut node.body {
                let at = entries.partition_point(|(entry, _)| **entry < *name);
                entries.insert(at, (name.into(), ino));
            }
        }
        self.image.nodes.push(ImageNode { body, writable });
        ino
    }

    fn node_mut(&mut self, ino: Ino) -> Option<&mut ImageNode> {
        self.image.nodes.get_mut(usize::try_from(ino.0.checked_sub(1)?).ok()?)
    }
}

/// The names in an absolute path; none for `/`.
fn names(path: &str) -> Result<Vec<&str>, ImageError> {
    let malformed = || ImageError::Path(path.into());
    let relative = path.strip_prefix('/').ok_or_else(malformed)?;
    if relative.is_empty() {
        return Ok(Vec::new());
    }
    let names: Vec<&str> = relative.split('/').collect();
    if path.len() > PATH_MAX || !names.iter().all(|name| is_name(name)) {
        return Err(malformed());
    }
    Ok(names)
}

/// Whether a directory can have an entry of this name.
pub(super) fn is_name(name: &str) -> bool {
    !matches!(name, "" | "." | "..") && name.len() <= NAME_MAX && !name.contains(['/', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inode_numbers_follow_the_order_of_creation() {
        let mut builder = Image::builder();
        builder.file("/z/a", "").unwrap();
        builder.file("/b", "").unwrap();
        let image = builder.build();
        let root = image.node(ROOT).unwrap();
        assert_eq!(root.lookup("z"), Some(Ino(2)));
        assert_eq!(image.node(Ino(2)).unwrap().lookup("a"), Some(Ino(3)));
        assert_eq!(root.lookup("b"), Some(Ino(4)));
        assert_eq!(image.next_ino(), Ino(5));
    }

    #[test]
    fn malformed_paths_are_refused() {
        for path in ["", "a", "//", "/a//b", "/a/", "/a/../b", "/./a", "/a\0"] {
            assert_eq!(Image::builder().file(path, ""), Err(ImageError::Path(path.into())), "{path:?}");
        }
        assert_eq!(Image::builder().file("/", ""), Err(ImageError::Exists("/".into())));
    }

    #[test]
    fn a_file_is_neither_replaced_nor_taken_for_a_directory() {
        let mut builder = Image::builder();
        builder.file("/a", "").unwrap();
        assert_eq!(builder.file("/a", ""), Err(ImageError::Exists("/a".into())));
        assert_eq!(builder.file("/a/b", ""), Err(ImageError::NotADirectory("/a/b".into())));
        assert_eq!(builder.dir("/a", true), Err(ImageError::NotADirectory("/a".into())));
        assert_eq!(builder.preopen("/a"), Err(ImageError::Preopen("/a".into())));
        assert_eq!(builder.preopen("/b"), Err(ImageError::Preopen("/b".into())));
    }

    #[test]
    fn what_is_new_is_as_writable_as_what_it_is_in() {
        let mut builder = Image::builder();
        builder.dir("/", true).unwrap();
        builder.dir("/usr", false).unwrap();
        builder.file("/usr/local/lib/a", "").unwrap();
        builder.file("/home/b", "").unwrap();
        let image = builder.build();
        let writable: Vec<bool> = (1..image.next_ino().0).map(|ino| image.node(Ino(ino)).unwrap().writable).collect();
        assert_eq!(writable, [true, false, false, false, false, true, true]);
    }
}
