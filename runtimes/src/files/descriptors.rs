use super::fds::Fd;
use super::{Errno, FileType, Files, fdflags, rights};

/// What is known of a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FdStat {
    /// What it stands for.
    pub file_type: FileType,
    /// Bits of [`fdflags`].
    pub flags: u16,
    /// Bits of [`rights`]: all, but for those that the access mode excludes.
    pub rights_base: u64,
    /// What files opened through it may get: all.
    pub rights_inheriting: u64,
}

impl Files {
    /// Closes a descriptor, be it a stream or a preopened directory.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn fd_close(&mut self, fd: u32) -> Result<(), Errno> {
        let closed = self.fds.close(fd)?;
        self.release_fd(&closed);
        Ok(())
    }

    /// Gives descriptor `from` the number `to`, which must be open and is closed.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn fd_renumber(&mut self, from: u32, to: u32) -> Result<(), Errno> {
        if let Some(closed) = self.fds.renumber(from, to)? {
            self.release_fd(&closed);
        }
        Ok(())
    }

    /// What a descriptor is and may be used for.
    ///
    /// A stream is a character device that has the rights to seek, though seeking fails: by this sign wasi-libc
    /// tells that it is not a terminal.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn fd_fdstat_get(&self, fd: u32) -> Result<FdStat, Errno> {
        let (file_type, flags, rights_base) = match self.fds.get(fd)? {
            Fd::Stream(_) => (FileType::CharacterDevice, 0, rights::ALL),
            Fd::Dir(dir) => (FileType::Directory, dir.flags, access_rights(true, false)),
            Fd::File(file) => (self.file_type(file.ino)?, file.flags, access_rights(file.read, file.write)),
        };
        Ok(FdStat { file_type, flags, rights_base, rights_inheriting: rights::ALL })
    }

    /// Changes whether a descriptor appends, and the flags that mean nothing here. A stream has none.
    ///
    /// # Errors
    /// `EBADF`, `EINVAL` for flags that preview1 has not.
    pub fn fd_fdstat_set_flags(&mut self, fd: u32, flags: u16) -> Result<(), Errno> {
        if flags & !fdflags::ALL != 0 {
            return Err(Errno::Inval);
        }
        match self.fds.get_mut(fd)? {
            Fd::Stream(_) => {}
            Fd::File(file) => file.flags = flags,
            Fd::Dir(dir) => dir.flags = flags,
        }
        Ok(())
    }

    /// How long a preopened directory's path is, in bytes.
    ///
    /// # Errors
    /// `EBADF` for anything else: by this a guest learns that there are no more of them.
    pub fn fd_prestat_get(&self, fd: u32) -> Result<u32, Errno> {
        Ok(self.preopen_path(fd)?.len() as u32)
    }

    /// A preopened directory's path, for a buffer of `capacity` bytes.
    ///
    /// # Errors
    /// `EBADF` for anything else, `ENAMETOOLONG` when the buffer is too small.
    pub fn fd_prestat_dir_name(&self, fd: u32, capacity: u32) -> Result<&str, Errno> {
        let path = self.preopen_path(fd)?;
        if path.len() > capacity as usize { Err(Errno::NameTooLong) } else { Ok(path) }
    }

    fn preopen_path(&self, fd: u32) -> Result<&str, Errno> {
        let Fd::Dir(dir) = self.fds.get(fd)? else { return Err(Errno::BadF) };
        let preopen = dir.preopen.and_then(|index| self.tree.view().image().preopens().get(index));
        preopen.map(|preopen| preopen.path.as_str()).ok_or(Errno::BadF)
    }

    fn release_fd(&mut self, closed: &Fd) {
        if let Some(ino) = closed.ino() {
            self.release(ino);
        }
    }
}

/// All rights but those by which wasi-libc tells the access mode.
fn access_rights(read: bool, write: bool) -> u64 {
    let mut rights = rights::ALL;
    if !read {
        rights &= !(rights::FD_READ | rights::FD_READDIR);
    }
    if !write {
        rights &= !(rights::FD_WRITE | rights::FD_ALLOCATE | rights::FD_FILESTAT_SET_SIZE);
    }
    rights
}
