use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use super::image::{ImageBody, ImageNode};
use super::node::{Body, Dir, Ino, Node, ROOT, Times};
use super::{Errno, FileStat, FileType, Image};

/// The size that directories report, as on common file systems.
const DIR_SIZE: u64 = 4096;

/// The image as one program sees it: what the program changed or created, by inode number, above what all share.
#[derive(Debug, Clone)]
pub(super) struct Overlay {
    image: Arc<Image>,
    changed: BTreeMap<Ino, Node>,
    next: Ino,
    epoch: u64,
}

/// A file, whoever it belongs to.
enum View<'a> {
    Own(&'a Node),
    Image(&'a ImageNode),
}

/// The names in a directory at one moment, sorted.
#[derive(Debug, Clone)]
pub(super) enum Listing {
    /// Those that the directory has in the image: nothing need be copied.
    Image(Ino),
    /// A directory that the program changed.
    Names(Vec<Arc<str>>),
}

impl Overlay {
    /// The image as it is; `epoch` is the time of all its files, in nanoseconds since 1970.
    pub(super) fn new(image: Arc<Image>, epoch: u64) -> Self {
        Overlay { next: image.next_ino(), image, changed: BTreeMap::new(), epoch }
    }

    pub(super) fn image(&self) -> &Image {
        &self.image
    }

    pub(super) fn file_type(&self, ino: Ino) -> Result<FileType, Errno> {
        Ok(match self.view(ino)? {
            View::Own(node) => node.file_type(),
            View::Image(node) => node.file_type(),
        })
    }

    pub(super) fn is_dir(&self, ino: Ino) -> bool {
        self.file_type(ino) == Ok(FileType::Directory)
    }

    /// Whether the image lets programs change it; what they created they always may.
    pub(super) fn is_writable(&self, ino: Ino) -> bool {
        self.image.node(ino).is_none_or(|node| node.writable)
    }

    /// How many names it has left.
    pub(super) fn names(&self, ino: Ino) -> u64 {
        self.changed.get(&ino).map_or(1, |node| node.names)
    }

    /// What the directory has under `name`.
    pub(super) fn lookup(&self, dir: Ino, name: &str) -> Result<Option<Ino>, Errno> {
        match self.view(dir)? {
            View::Own(Node { body: Body::Dir(dir), .. }) => Ok(dir.entries.get(name).copied()),
            View::Image(node @ ImageNode { body: ImageBody::Dir { .. }, .. }) => Ok(node.lookup(name)),
            _ => Err(Errno::NotDir),
        }
    }

    /// The directory that a directory is in; the root is in itself.
    pub(super) fn parent(&self, dir: Ino) -> Result<Ino, Errno> {
        match self.view(dir)? {
            View::Own(Node { body: Body::Dir(dir), .. }) => Ok(dir.parent),
            View::Image(ImageNode { body: ImageBody::Dir { parent, .. }, .. }) => Ok(*parent),
            _ => Err(Errno::NotDir),
        }
    }

    /// Where a symbolic link points; `None` for anything else.
    pub(super) fn link_target(&self, ino: Ino) -> Option<&str> {
        match &self.changed.get(&ino)?.body {
            Body::Symlink(target) => Some(target),
            _ => None,
        }
    }

    pub(super) fn stat(&self, ino: Ino) -> Result<FileStat, Errno> {
        let (size, nlink, times) = match self.view(ino)? {
            View::Own(node) => (own_size(node), node.names, node.times),
            View::Image(node) => (image_size(node), 1, Times::at(self.epoch)),
        };
        Ok(FileStat {
            dev: 1,
            ino: ino.0,
            file_type: self.file_type(ino)?,
            nlink,
            size,
            atim: times.accessed,
            mtim: times.modified,
            ctim: times.changed,
        })
    }

    /// Copies what a file has at `offset` to `buf`; returns how much, less than asked for only at its end.
    pub(super) fn read(&self, ino: Ino, offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
        match self.view(ino)? {
            View::Own(Node { body: Body::File(content), .. }) => Ok(content.read(offset, buf)),
            View::Image(ImageNode { body: ImageBody::File(bytes), .. }) => {
                let from = usize::try_from(offset).unwrap_or(usize::MAX).min(bytes.len());
                let part = bytes.as_slice().get(from..).unwrap_or_default();
                let n = part.len().min(buf.len());
                buf[..n].copy_from_slice(&part[..n]);
                Ok(n)
            }
            _ => Err(Errno::Inval),
        }
    }

    /// The names in a directory as they are now.
    pub(super) fn listing(&self, dir: Ino) -> Result<Listing, Errno> {
        match self.view(dir)? {
            View::Own(Node { body: Body::Dir(dir), .. }) => Ok(Listing::Names(dir.entries.keys().cloned().collect())),
            View::Image(ImageNode { body: ImageBody::Dir { .. }, .. }) => Ok(Listing::Image(dir)),
            _ => Err(Errno::NotDir),
        }
    }

    /// The name at `index` in a listing.
    pub(super) fn listed<'a>(&'a self, listing: &'a Listing, index: usize) -> Option<&'a str> {
        match listing {
            Listing::Names(names) => names.get(index).map(|name| &**name),
            Listing::Image(dir) => match &self.image.node(*dir)?.body {
                ImageBody::Dir { entries, .. } => entries.get(index).map(|(name, _)| &**name),
                ImageBody::File(_) => None,
            },
        }
    }

    /// The directories in a directory.
    pub(super) fn subdirs(&self, dir: Ino) -> Vec<Ino> {
        let all: Vec<Ino> = match self.view(dir) {
            Ok(View::Own(Node { body: Body::Dir(dir), .. })) => dir.entries.values().copied().collect(),
            Ok(View::Image(ImageNode { body: ImageBody::Dir { entries, .. }, .. })) => {
                entries.iter().map(|(_, ino)| *ino).collect()
            }
            _ => Vec::new(),
        };
        all.into_iter().filter(|ino| self.is_dir(*ino)).collect()
    }

    pub(super) fn is_empty_dir(&self, dir: Ino) -> bool {
        match self.view(dir) {
            Ok(View::Own(Node { body: Body::Dir(dir), .. })) => dir.entries.is_empty(),
            Ok(View::Image(ImageNode { body: ImageBody::Dir { entries, .. }, .. })) => entries.is_empty(),
            _ => false,
        }
    }

    /// The program's own copy of something, made now if there is none.
    ///
    /// # Errors
    /// `EROFS` when the image does not let programs change it.
    pub(super) fn node_mut(&mut self, ino: Ino) -> Result<&mut Node, Errno> {
        if !self.is_writable(ino) {
            return Err(Errno::RoFs);
        }
        self.any_node_mut(ino)
    }

    /// Like [`Overlay::node_mut`], for the host, which may change anything.
    pub(super) fn any_node_mut(&mut self, ino: Ino) -> Result<&mut Node, Errno> {
        match self.changed.entry(ino) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let node = self.image.node(ino).ok_or(Errno::NoEnt)?;
                Ok(entry.insert(node.copy(self.epoch)))
            }
        }
    }

    /// Like [`Overlay::node_mut`], for a directory that is to get or lose an entry.
    ///
    /// # Errors
    /// `ENOENT` also when the directory has been removed.
    pub(super) fn dir_mut(&mut self, ino: Ino) -> Result<(&mut Dir, &mut Times), Errno> {
        let node = self.node_mut(ino)?;
        match &mut node.body {
            Body::Dir(_) if node.names == 0 => Err(Errno::NoEnt),
            Body::Dir(dir) => Ok((dir, &mut node.times)),
            Body::File(_) | Body::Symlink(_) => Err(Errno::NotDir),
        }
    }

    /// Takes in something new.
    pub(super) fn add(&mut self, node: Node) -> Ino {
        let ino = self.next;
        self.next = Ino(ino.0 + 1);
        self.changed.insert(ino, node);
        ino
    }

    /// Lets go of something that has neither names nor descriptors; returns what it was.
    pub(super) fn forget(&mut self, ino: Ino) -> Option<Node> {
        let node = self.changed.remove(&ino)?;
        if self.image.node(ino).is_some() {
            // What is in the image would show again.
            let tomb = Node { names: 0, ..Node::new(Body::Dir(Dir::new(ROOT)), self.epoch, false) };
            self.changed.insert(ino, tomb);
        }
        Some(node)
    }

    #[cfg(test)]
    pub(super) fn changed(&self) -> impl Iterator<Item = &Node> {
        self.changed.values()
    }

    pub(super) fn epoch(&self) -> u64 {
        self.epoch
    }

    fn view(&self, ino: Ino) -> Result<View<'_>, Errno> {
        if let Some(node) = self.changed.get(&ino) {
            return Ok(View::Own(node));
        }
        self.image.node(ino).map(View::Image).ok_or(Errno::NoEnt)
    }
}

fn own_size(node: &Node) -> u64 {
    match &node.body {
        Body::File(content) => content.len(),
        Body::Symlink(target) => target.len() as u64,
        Body::Dir(_) => DIR_SIZE,
    }
}

fn image_size(node: &ImageNode) -> u64 {
    match &node.body {
        ImageBody::File(bytes) => bytes.len() as u64,
        ImageBody::Dir { .. } => DIR_SIZE,
    }
}
