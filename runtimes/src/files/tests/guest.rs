//! A program, as the tests play it.

use std::sync::Arc;

use assay_api::Limits;

use crate::files::{Bytes, Errno, FileStat, Files, Image, OpenOptions, Whence, lookupflags, oflags, rights};

/// When the program starts.
pub(super) const EPOCH: u64 = 1_000;
/// What the clock says whenever it does something.
pub(super) const NOW: u64 = 2_000;
/// The descriptor of `/`.
pub(super) const ROOT_FD: u32 = 3;

pub(super) const READ: u64 = rights::FD_READ;
pub(super) const WRITE: u64 = rights::FD_WRITE;

/// `/` and `/tmp` are writable, `/usr` is not; `/` is preopened.
pub(super) fn image() -> Arc<Image> {
    let mut builder = Image::builder();
    builder.dir("/", true).unwrap();
    builder.dir("/tmp", true).unwrap();
    builder.file("/data/table.csv", "a,b\n1,2\n").unwrap();
    builder.dir("/usr", false).unwrap();
    builder.file("/usr/local/lib/python315.zip", Bytes::from(vec![7; 100_000])).unwrap();
    builder.dir("/usr/empty", false).unwrap();
    builder.preopen("/").unwrap();
    builder.build()
}

pub(super) fn limits(file_bytes: u64, file_count: u32) -> Limits {
    Limits { file_bytes, file_count, ..Limits::default() }
}

pub(super) struct Guest(pub(super) Files);

impl Guest {
    pub(super) fn new() -> Self {
        Guest(Files::new(image(), &Limits::default(), EPOCH))
    }

    pub(super) fn with(limits: &Limits) -> Self {
        Guest(Files::new(image(), limits, EPOCH))
    }

    pub(super) fn open_at(&mut self, dir: u32, path: &str, oflags: u16, rights: u64) -> Result<u32, Errno> {
        let options = OpenOptions { lookup: lookupflags::SYMLINK_FOLLOW, oflags, rights, fdflags: 0 };
        self.0.path_open(dir, path.as_bytes(), options, NOW)
    }

    pub(super) fn open(&mut self, path: &str, oflags: u16, rights: u64) -> Result<u32, Errno> {
        self.open_at(ROOT_FD, path, oflags, rights)
    }

    pub(super) fn write_file(&mut self, path: &str, bytes: &[u8]) -> Result<(), Errno> {
        let fd = self.open(path, oflags::CREAT | oflags::TRUNC, WRITE)?;
        let written = self.0.fd_write(fd, bytes, NOW);
        self.0.fd_close(fd)?;
        written.map(drop)
    }

    pub(super) fn read_file(&mut self, path: &str) -> Result<Vec<u8>, Errno> {
        let fd = self.open(path, 0, READ)?;
        let bytes = self.read_all(fd);
        self.0.fd_close(fd)?;
        bytes
    }

    /// From the start; leaves the position at the end.
    pub(super) fn read_all(&mut self, fd: u32) -> Result<Vec<u8>, Errno> {
        self.0.fd_seek(fd, 0, Whence::Set)?;
        let mut bytes = Vec::new();
        let mut buf = [0xff; 1000];
        loop {
            match self.0.fd_read(fd, &mut buf)? {
                0 => return Ok(bytes),
                n => bytes.extend_from_slice(&buf[..n]),
            }
        }
    }

    pub(super) fn mkdir(&mut self, path: &str) -> Result<(), Errno> {
        self.0.path_create_directory(ROOT_FD, path.as_bytes(), NOW)
    }

    pub(super) fn rmdir(&mut self, path: &str) -> Result<(), Errno> {
        self.0.path_remove_directory(ROOT_FD, path.as_bytes(), NOW)
    }

    pub(super) fn unlink(&mut self, path: &str) -> Result<(), Errno> {
        self.0.path_unlink_file(ROOT_FD, path.as_bytes(), NOW)
    }

    pub(super) fn rename(&mut self, old: &str, new: &str) -> Result<(), Errno> {
        self.0.path_rename((ROOT_FD, old.as_bytes()), (ROOT_FD, new.as_bytes()), NOW)
    }

    pub(super) fn link(&mut self, old: &str, new: &str) -> Result<(), Errno> {
        self.0.path_link((ROOT_FD, old.as_bytes()), 0, (ROOT_FD, new.as_bytes()), NOW)
    }

    pub(super) fn symlink(&mut self, target: &str, path: &str) -> Result<(), Errno> {
        self.0.path_symlink(target.as_bytes(), ROOT_FD, path.as_bytes(), NOW)
    }

    pub(super) fn stat(&self, path: &str) -> Result<FileStat, Errno> {
        self.0.path_filestat_get(ROOT_FD, lookupflags::SYMLINK_FOLLOW, path.as_bytes())
    }

    pub(super) fn lstat(&self, path: &str) -> Result<FileStat, Errno> {
        self.0.path_filestat_get(ROOT_FD, 0, path.as_bytes())
    }

    /// The names in a directory, without `.` and `..`.
    pub(super) fn list(&mut self, path: &str) -> Result<Vec<String>, Errno> {
        let fd = self.open(path, oflags::DIRECTORY, READ)?;
        let names = self.names(fd, 0);
        self.0.fd_close(fd)?;
        names
    }

    pub(super) fn names(&mut self, fd: u32, cookie: u64) -> Result<Vec<String>, Errno> {
        let entries = self.0.fd_readdir(fd, cookie)?;
        Ok(entries.map(|entry| entry.name.to_string()).filter(|name| name != "." && name != "..").collect())
    }
}

/// What the books say must be what there is.
pub(super) fn audit(files: &Files) {
    let (mut bytes, mut names) = (0, 0);
    for node in files.tree.view().changed() {
        bytes += node.charge();
        names += u32::from(node.counted) + node.names.saturating_sub(1) as u32;
    }
    assert_eq!(files.tree.used(), (bytes, names), "bytes and names charged");
}
