use super::fds::Fd;
use super::node::Ino;
use super::{Errno, Files, fdflags};

/// What a seek counts from, numbered as in preview1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Whence {
    /// The file's start (0).
    Set,
    /// The current position (1).
    Cur,
    /// The file's end (2).
    End,
}

impl TryFrom<u8> for Whence {
    type Error = Errno;

    fn try_from(number: u8) -> Result<Self, Errno> {
        match number {
            0 => Ok(Whence::Set),
            1 => Ok(Whence::Cur),
            2 => Ok(Whence::End),
            _ => Err(Errno::Inval),
        }
    }
}

/// Data goes in and out one buffer at a time. For a call with several, the caller passes them in turn, from a
/// position that it moves itself for `fd_pread` and `fd_pwrite`, and stops at the first that was not filled.
impl Files {
    /// Reads at the descriptor's position and moves it; returns how much, 0 at the file's end.
    ///
    /// # Errors
    /// `EBADF` when it is not open for reading, `EISDIR`.
    pub fn fd_read(&mut self, fd: u32, buf: &mut [u8]) -> Result<usize, Errno> {
        let (ino, offset) = self.readable(fd)?;
        let n = self.tree.view().read(ino, offset, buf)?;
        self.file(fd)?.offset = offset.saturating_add(n as u64);
        Ok(n)
    }

    /// Reads at `offset`; returns how much, 0 at or behind the file's end.
    ///
    /// # Errors
    /// As [`Files::fd_read`]; `ESPIPE` for a stream.
    pub fn fd_pread(&mut self, fd: u32, buf: &mut [u8], offset: u64) -> Result<usize, Errno> {
        self.refuse_stream(fd)?;
        check_offset(offset)?;
        let (ino, _) = self.readable(fd)?;
        self.tree.view().read(ino, offset, buf)
    }

    /// Writes all of `bytes` at the descriptor's position, or at the file's end if it appends, and moves the
    /// position behind them; returns how much.
    ///
    /// # Errors
    /// `EBADF` when it is not open for writing, as no directory is; `ENOSPC`, `EFBIG`.
    pub fn fd_write(&mut self, fd: u32, bytes: &[u8], now: u64) -> Result<usize, Errno> {
        let (ino, offset) = self.writable(fd)?;
        if bytes.is_empty() {
            return Ok(0);
        }
        let offset = if self.file(fd)?.flags & fdflags::APPEND != 0 { self.len(ino)? } else { offset };
        self.tree.write(ino, offset, bytes, now)?;
        self.file(fd)?.offset = offset.saturating_add(bytes.len() as u64);
        Ok(bytes.len())
    }

    /// Writes all of `bytes` at `offset`, whether or not the descriptor appends; returns how much.
    ///
    /// # Errors
    /// As [`Files::fd_write`]; `ESPIPE` for a stream.
    pub fn fd_pwrite(&mut self, fd: u32, bytes: &[u8], offset: u64, now: u64) -> Result<usize, Errno> {
        self.refuse_stream(fd)?;
        check_offset(offset)?;
        let (ino, _) = self.writable(fd)?;
        self.tree.write(ino, offset, bytes, now)?;
        Ok(bytes.len())
    }

    /// Moves the descriptor's position, also behind the file's end; returns where it is.
    ///
    /// # Errors
    /// `ESPIPE` for a stream, `EISDIR`, `EINVAL` for a position before the start, `EOVERFLOW`.
    pub fn fd_seek(&mut self, fd: u32, delta: i64, whence: Whence) -> Result<u64, Errno> {
        self.refuse_stream(fd)?;
        let (ino, offset) = (self.file(fd)?.ino, self.file(fd)?.offset);
        let from = match whence {
            Whence::Set => 0,
            Whence::Cur => offset,
            Whence::End => self.len(ino)?,
        };
        let to = i64::try_from(from).ok().and_then(|from| from.checked_add(delta)).ok_or(Errno::Overflow)?;
        let to = u64::try_from(to).map_err(|_| Errno::Inval)?;
        self.file(fd)?.offset = to;
        Ok(to)
    }

    /// The descriptor's position.
    ///
    /// # Errors
    /// `ESPIPE` for a stream, `EISDIR`.
    pub fn fd_tell(&mut self, fd: u32) -> Result<u64, Errno> {
        self.fd_seek(fd, 0, Whence::Cur)
    }

    /// Makes sure that a file is at least `offset + len` bytes long.
    ///
    /// # Errors
    /// As [`Files::fd_pwrite`]; `EINVAL` for no length.
    pub fn fd_allocate(&mut self, fd: u32, offset: u64, len: u64, now: u64) -> Result<(), Errno> {
        self.refuse_stream(fd)?;
        let (ino, _) = self.writable(fd)?;
        if len == 0 {
            return Err(Errno::Inval);
        }
        let end = offset.checked_add(len).filter(|end| i64::try_from(*end).is_ok()).ok_or(Errno::FBig)?;
        if end > self.len(ino)? {
            self.tree.set_len(ino, end, now)?;
        }
        Ok(())
    }

    /// Cuts a file or fills it up with zeros.
    ///
    /// # Errors
    /// `EINVAL` when it is no file, is not open for writing or the size is beyond `i64`; `ENOSPC`.
    pub fn fd_filestat_set_size(&mut self, fd: u32, size: u64, now: u64) -> Result<(), Errno> {
        match self.fds.get(fd)? {
            Fd::File(file) if file.write => self.tree.set_len(file.ino, size, now),
            _ => Err(Errno::Inval),
        }
    }

    /// Does nothing: what has been written is there.
    ///
    /// # Errors
    /// `EBADF`, `EINVAL` for a stream.
    pub fn fd_sync(&self, fd: u32) -> Result<(), Errno> {
        match self.fds.get(fd)? {
            Fd::Stream(_) => Err(Errno::Inval),
            Fd::File(_) | Fd::Dir(_) => Ok(()),
        }
    }

    /// As [`Files::fd_sync`].
    ///
    /// # Errors
    /// As [`Files::fd_sync`].
    pub fn fd_datasync(&self, fd: u32) -> Result<(), Errno> {
        self.fd_sync(fd)
    }

    /// Does nothing with the advice, one of preview1's six.
    ///
    /// # Errors
    /// `EBADF`, `ESPIPE` for a stream, `EINVAL` for other advice.
    pub fn fd_advise(&self, fd: u32, advice: u8) -> Result<(), Errno> {
        self.refuse_stream(fd)?;
        self.fds.get(fd)?;
        if advice < 6 { Ok(()) } else { Err(Errno::Inval) }
    }

    fn readable(&mut self, fd: u32) -> Result<(Ino, u64), Errno> {
        let file = self.file(fd)?;
        if file.read { Ok((file.ino, file.offset)) } else { Err(Errno::BadF) }
    }

    fn writable(&self, fd: u32) -> Result<(Ino, u64), Errno> {
        match self.fds.get(fd)? {
            Fd::File(file) if file.write => Ok((file.ino, file.offset)),
            _ => Err(Errno::BadF),
        }
    }

    fn refuse_stream(&self, fd: u32) -> Result<(), Errno> {
        if self.stream(fd).is_some() { Err(Errno::SPipe) } else { Ok(()) }
    }

    fn len(&self, ino: Ino) -> Result<u64, Errno> {
        Ok(self.tree.view().stat(ino)?.size)
    }
}

fn check_offset(offset: u64) -> Result<(), Errno> {
    i64::try_from(offset).map(drop).map_err(|_| Errno::Inval)
}
