use super::Errno;
use super::node::Ino;
use super::overlay::Listing;

/// How many descriptors may be open at once, as is usual.
pub(super) const MAX_FDS: usize = 1024;

/// How many names the ongoing listings of all descriptors may hold before no further one starts: names outlive
/// their files there, and no program needs as many.
const MAX_LISTED: usize = 1 << 16;

/// A standard stream: its data is the caller's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Stream {
    /// Standard input.
    Stdin,
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What a descriptor stands for.
#[derive(Debug, Clone)]
pub(super) enum Fd {
    Stream(Stream),
    File(OpenFile),
    Dir(OpenDir),
}

#[derive(Debug, Clone)]
pub(super) struct OpenFile {
    pub(super) ino: Ino,
    /// Where the next read or write happens; within `i64`.
    pub(super) offset: u64,
    pub(super) flags: u16,
    pub(super) read: bool,
    pub(super) write: bool,
}

#[derive(Debug, Clone)]
pub(super) struct OpenDir {
    pub(super) ino: Ino,
    /// What paths that start here may not leave.
    pub(super) boundary: Ino,
    pub(super) flags: u16,
    /// Which of the image's preopened directories it is.
    pub(super) preopen: Option<usize>,
    /// The names that the cookies of an ongoing listing count.
    pub(super) listing: Option<Listing>,
}

/// A program's descriptors. New ones get the lowest free number.
#[derive(Debug, Clone)]
pub(super) struct FdTable {
    slots: Vec<Option<Fd>>,
}

impl FdTable {
    /// The three streams, then `dirs` in their order.
    pub(super) fn new(dirs: impl ExactSizeIterator<Item = OpenDir>) -> Self {
        let mut slots = Vec::with_capacity(8 + dirs.len());
        slots.extend([Stream::Stdin, Stream::Stdout, Stream::Stderr].map(|stream| Some(Fd::Stream(stream))));
        slots.extend(dirs.map(|dir| Some(Fd::Dir(dir))));
        FdTable { slots }
    }

    /// Whether nothing is open but what was at the start.
    pub(super) fn is_as_at_start(&self) -> bool {
        self.slots.iter().flatten().all(|fd| match fd {
            Fd::Stream(_) => true,
            Fd::Dir(dir) => dir.preopen.is_some(),
            Fd::File(_) => false,
        })
    }

    pub(super) fn get(&self, fd: u32) -> Result<&Fd, Errno> {
        self.slots.get(fd as usize).and_then(Option::as_ref).ok_or(Errno::BadF)
    }

    pub(super) fn get_mut(&mut self, fd: u32) -> Result<&mut Fd, Errno> {
        self.slots.get_mut(fd as usize).and_then(Option::as_mut).ok_or(Errno::BadF)
    }

    /// Whether another descriptor can be opened.
    pub(super) fn check_room(&self) -> Result<(), Errno> {
        if self.free() < MAX_FDS { Ok(()) } else { Err(Errno::MFile) }
    }

    pub(super) fn open(&mut self, fd: Fd) -> Result<u32, Errno> {
        self.check_room()?;
        let number = self.free();
        match self.slots.get_mut(number) {
            Some(slot) => *slot = Some(fd),
            None => self.slots.push(Some(fd)),
        }
        Ok(number as u32)
    }

    pub(super) fn close(&mut self, fd: u32) -> Result<Fd, Errno> {
        self.slots.get_mut(fd as usize).and_then(Option::take).ok_or(Errno::BadF)
    }

    /// Moves `from` to `to`, which must be open; returns what `to` was, unless they are the same.
    pub(super) fn renumber(&mut self, from: u32, to: u32) -> Result<Option<Fd>, Errno> {
        self.get(from)?;
        self.get(to)?;
        if from == to {
            return Ok(None);
        }
        let moved = self.close(from)?;
        Ok(Some(std::mem::replace(self.get_mut(to)?, moved)))
    }

    /// Lets a directory's descriptor hold the names of its listing.
    pub(super) fn start_listing(&mut self, fd: u32, names: Listing) -> Result<(), Errno> {
        let held: usize = self.slots.iter().flatten().map(Fd::listed).sum();
        if matches!(names, Listing::Names(_)) && held >= MAX_LISTED {
            return Err(Errno::MFile);
        }
        if let Fd::Dir(OpenDir { listing, .. }) = self.get_mut(fd)? {
            *listing = Some(names);
        }
        Ok(())
    }

    /// Whether some descriptor keeps this alive.
    pub(super) fn holds(&self, ino: Ino) -> bool {
        self.slots.iter().flatten().any(|fd| fd.ino() == Some(ino))
    }

    fn free(&self) -> usize {
        self.slots.iter().position(Option::is_none).unwrap_or(self.slots.len())
    }
}

impl Fd {
    /// What it keeps alive.
    pub(super) fn ino(&self) -> Option<Ino> {
        match self {
            Fd::Stream(_) => None,
            Fd::File(file) => Some(file.ino),
            Fd::Dir(dir) => Some(dir.ino),
        }
    }

    /// How many names it holds.
    fn listed(&self) -> usize {
        match self {
            Fd::Dir(OpenDir { listing: Some(Listing::Names(names)), .. }) => names.len(),
            _ => 0,
        }
    }
}
