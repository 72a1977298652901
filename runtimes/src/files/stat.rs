use super::fds::Fd;
use super::node::Ino;
use super::{Errno, FileStat, FileType, Files, fstflags};

impl Files {
    /// What is known of the file behind a descriptor. Streams have no device, inode number or times.
    ///
    /// # Errors
    /// `EBADF`.
    pub fn fd_filestat_get(&self, fd: u32) -> Result<FileStat, Errno> {
        match self.fds.get(fd)?.ino() {
            Some(ino) => self.tree.view().stat(ino),
            None => Ok(FileStat {
                dev: 0,
                ino: 0,
                file_type: FileType::CharacterDevice,
                nlink: 1,
                size: 0,
                atim: 0,
                mtim: 0,
                ctim: 0,
            }),
        }
    }

    /// What is known of the file that a path leads to.
    ///
    /// # Errors
    /// Those of resolving the path.
    pub fn path_filestat_get(&self, dir: u32, lookup: u32, path: &[u8]) -> Result<FileStat, Errno> {
        self.tree.view().stat(self.find(dir, lookup, path)?)
    }

    /// Sets the times of the file behind a descriptor, in nanoseconds since 1970, as `flags`, bits of
    /// [`fstflags`], say.
    ///
    /// # Errors
    /// `EBADF`, `EINVAL` for a stream or flags that contradict each other, `EROFS`.
    pub fn fd_filestat_set_times(&mut self, fd: u32, atim: u64, mtim: u64, flags: u16, now: u64) -> Result<(), Errno> {
        match self.fds.get(fd)? {
            Fd::Stream(_) => Err(Errno::Inval),
            Fd::File(file) => self.set_times(file.ino, (atim, mtim), flags, now),
            Fd::Dir(dir) => self.set_times(dir.ino, (atim, mtim), flags, now),
        }
    }

    /// Sets the times `(atim, mtim)` of the file that a path leads to, as [`Files::fd_filestat_set_times`].
    ///
    /// # Errors
    /// Those of resolving the path, `EINVAL` for flags that contradict each other, `EROFS`.
    pub fn path_filestat_set_times(
        &mut self,
        dir: u32,
        lookup: u32,
        path: &[u8],
        times: (u64, u64),
        flags: u16,
        now: u64,
    ) -> Result<(), Errno> {
        let ino = self.find(dir, lookup, path)?;
        self.set_times(ino, times, flags, now)
    }

    fn set_times(&mut self, ino: Ino, (atim, mtim): (u64, u64), flags: u16, now: u64) -> Result<(), Errno> {
        if flags & !fstflags::ALL != 0 {
            return Err(Errno::Inval);
        }
        let accessed = chosen(flags & fstflags::ATIM != 0, flags & fstflags::ATIM_NOW != 0, atim, now)?;
        let modified = chosen(flags & fstflags::MTIM != 0, flags & fstflags::MTIM_NOW != 0, mtim, now)?;
        self.tree.set_times(ino, accessed, modified, now)
    }
}

fn chosen(given: bool, to_now: bool, time: u64, now: u64) -> Result<Option<u64>, Errno> {
    match (given, to_now) {
        (true, true) => Err(Errno::Inval),
        (true, false) => Ok(Some(time)),
        (false, true) => Ok(Some(now)),
        (false, false) => Ok(None),
    }
}
