use super::fds::{Fd, OpenDir};
use super::node::Ino;
use super::overlay::{Listing, Overlay};
use super::{Errno, FileType, Files};

/// An entry of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirEntry<'a> {
    /// The cookie to go on behind this entry.
    pub next: u64,
    /// The inode number.
    pub ino: u64,
    /// What kind of file it is.
    pub file_type: FileType,
    /// The name.
    pub name: &'a str,
}

/// What a directory has behind a cookie: `.`, `..`, then the names in the order of their bytes.
#[derive(Debug)]
pub struct Entries<'a> {
    files: &'a Overlay,
    dir: Ino,
    listing: &'a Listing,
    cookie: u64,
}

impl Files {
    /// Lists a directory from a cookie on, 0 for its start.
    ///
    /// Cookies count the names that the directory had when it was last listed from its start through this
    /// descriptor, so that none is skipped or told twice whatever is made or removed meanwhile. What has been
    /// removed is left out, what has been made shows from the next start on.
    ///
    /// # Errors
    /// `EBADF`, `ENOTDIR`, `EMFILE` when the listings of all descriptors hold too many names.
    pub fn fd_readdir(&mut self, fd: u32, cookie: u64) -> Result<Entries<'_>, Errno> {
        let Fd::Dir(OpenDir { ino, listing, .. }) = self.fds.get_mut(fd)? else { return Err(Errno::NotDir) };
        if cookie == 0 {
            *listing = None;
        }
        if listing.is_none() {
            let names = self.tree.view().listing(*ino)?;
            self.fds.start_listing(fd, names)?;
        }
        let Fd::Dir(OpenDir { ino, listing: Some(listing), .. }) = self.fds.get(fd)? else { return Err(Errno::NotDir) };
        let files = self.tree.view();
        Ok(Entries { files, dir: *ino, listing, cookie })
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = DirEntry<'a>;

    fn next(&mut self) -> Option<DirEntry<'a>> {
        loop {
            let (name, ino) = match self.cookie {
                0 => (".", Some(self.dir)),
                1 => ("..", self.files.parent(self.dir).ok()),
                past_dots => {
                    let name = self.files.listed(self.listing, usize::try_from(past_dots - 2).ok()?)?;
                    (name, self.files.lookup(self.dir, name).ok().flatten())
                }
            };
            self.cookie += 1;
            if let Some(ino) = ino
                && let Ok(file_type) = self.files.file_type(ino)
            {
                return Some(DirEntry { next: self.cookie, ino: ino.0, file_type, name });
            }
        }
    }
}
