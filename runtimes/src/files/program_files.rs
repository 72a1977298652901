use std::sync::Arc;

use assay_api::Limits;

use super::fds::{Fd, FdTable, OpenDir, OpenFile, Stream};
use super::image::is_name;
use super::node::{Ino, ROOT};
use super::path::{Anchor, Finish, Last, Place, resolve, text};
use super::tree::{Slot, Tree};
use super::{Bytes, Errno, FileType, Image, PATH_MAX};

/// One program's files and descriptors.
///
/// Its methods are preview1's file calls, named as there. Descriptors 0, 1 and 2 are the standard streams, whose
/// data is the caller's: it asks [`Files::stream`] first, and only what is no stream comes to `fd_read`, `fd_write`
/// and their like, which answer `EBADF` for a stream. The image's preopened directories follow from 3.
///
/// Paths are bytes as the guest passed them. `now` is the program's clock, in nanoseconds since 1970.
///
/// A clone has the same files and descriptors and shares nothing with the original that either could change.
#[derive(Debug, Clone)]
pub struct Files {
    pub(super) tree: Tree,
    pub(super) fds: FdTable,
}

impl Files {
    /// The files of a program that has done nothing yet. `now` becomes the time of all files in the image.
    ///
    /// Of the limits, `file_bytes` bounds the sizes, holes included, of what the program created or changed, and
    /// `file_count` how many names it added. Both count what exists: what it removes and closes is free again.
    #[must_use]
    pub fn new(image: Arc<Image>, limits: &Limits, now: u64) -> Self {
        // What has all files within reach anyway may as well leave its directory.
        let open_root = image.preopens().iter().any(|preopen| preopen.ino == ROOT);
        let fds = FdTable::new(image.preopens().iter().enumerate().map(|(index, preopen)| OpenDir {
            ino: preopen.ino,
            boundary: if open_root { ROOT } else { preopen.ino },
            flags: 0,
            preopen: Some(index),
            listing: None,
        }));
        Files { tree: Tree::new(image, limits, now), fds }
    }

    /// Gives the program a file, and the directories to it as far as they are missing, whether or not the image
    /// lets programs write there. It costs the program nothing until it changes the file. A file that is there gets
    /// the new contents.
    ///
    /// # Errors
    /// `EINVAL` when `path` is not absolute or has an empty name, `.` or `..`; `ENOTDIR` when a file stands in its
    /// way; `EISDIR` when it is a directory.
    pub fn add_file(&mut self, path: &str, bytes: impl Into<Bytes>) -> Result<(), Errno> {
        let relative = path.strip_prefix('/').ok_or(Errno::Inval)?;
        if relative.len() > PATH_MAX || !relative.split('/').all(is_name) {
            return Err(Errno::Inval);
        }
        let (parents, name) = relative.rsplit_once('/').unwrap_or(("", relative));
        let mut dir = ROOT;
        for name in parents.split('/').filter(|name| !name.is_empty()) {
            dir = self.tree.host_dir(Slot { dir, name: name.into() })?;
        }
        self.tree.host_file(Slot { dir, name: name.into() }, bytes.into())
    }

    /// Whether the program ever wanted more bytes, files or depth than it may have. The call failed; what the
    /// program makes of that should no longer matter.
    #[must_use]
    pub fn limit_hit(&self) -> bool {
        self.tree.limit_hit()
    }

    /// Whether no descriptor is open but those that were at the start.
    #[must_use]
    pub fn nothing_opened(&self) -> bool {
        self.fds.is_as_at_start()
    }

    /// The stream that a descriptor stands for; `None` when it is a file, a directory or not open.
    #[must_use]
    pub fn stream(&self, fd: u32) -> Option<Stream> {
        match self.fds.get(fd) {
            Ok(Fd::Stream(stream)) => Some(*stream),
            _ => None,
        }
    }

    /// What a path leads to, from a directory's descriptor.
    pub(super) fn resolve(&self, fd: u32, path: &[u8], finish: Finish) -> Result<Place, Errno> {
        let path = text(path)?;
        resolve(self.tree.view(), self.anchor(fd)?, path, finish)
    }

    /// What a path leads to, which must exist.
    pub(super) fn find(&self, fd: u32, lookup: u32, path: &[u8]) -> Result<Ino, Errno> {
        self.resolve(fd, path, finish(lookup)?)?.ino.ok_or(Errno::NoEnt)
    }

    /// A path's last name, for what is to be made there.
    ///
    /// # Errors
    /// `EEXIST` when something is there, `ENOENT` when a slash follows a name that is not a directory's to be.
    pub(super) fn vacant(&self, fd: u32, path: &[u8], dir: bool) -> Result<Slot, Errno> {
        match self.resolve(fd, path, Finish::Name)? {
            Place { last: Last::Name(slot), ino: None, slash } if dir || !slash => Ok(slot),
            Place { ino: Some(_), .. } => Err(Errno::Exist),
            Place { .. } => Err(Errno::NoEnt),
        }
    }

    pub(super) fn anchor(&self, fd: u32) -> Result<Anchor, Errno> {
        match self.fds.get(fd)? {
            Fd::Dir(dir) => Ok(Anchor { dir: dir.ino, boundary: dir.boundary }),
            Fd::File(_) | Fd::Stream(_) => Err(Errno::NotDir),
        }
    }

    /// The file that a descriptor stands for.
    ///
    /// # Errors
    /// `EISDIR` for a directory, `EBADF` for a stream.
    pub(super) fn file(&mut self, fd: u32) -> Result<&mut OpenFile, Errno> {
        match self.fds.get_mut(fd)? {
            Fd::File(file) => Ok(file),
            Fd::Dir(_) => Err(Errno::IsDir),
            Fd::Stream(_) => Err(Errno::BadF),
        }
    }

    /// What has lost a name or a descriptor ends with the last of both.
    pub(super) fn release(&mut self, ino: Ino) {
        if self.tree.view().names(ino) == 0 && !self.fds.holds(ino) {
            self.tree.forget(ino);
        }
    }

    pub(super) fn file_type(&self, ino: Ino) -> Result<FileType, Errno> {
        self.tree.view().file_type(ino)
    }
}

/// What `lookupflags` say of the last name.
pub(super) fn finish(lookup: u32) -> Result<Finish, Errno> {
    match lookup {
        0 => Ok(Finish::Keep),
        super::lookupflags::SYMLINK_FOLLOW => Ok(Finish::Follow),
        _ => Err(Errno::Inval),
    }
}
