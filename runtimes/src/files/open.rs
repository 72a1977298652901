use super::fds::{Fd, OpenDir, OpenFile};
use super::node::Ino;
use super::path::{Finish, Last, Place};
use super::program_files::finish;
use super::{Errno, FileType, Files, fdflags, oflags, rights};

/// How [`Files::path_open`] opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OpenOptions {
    /// Bits of [`lookupflags`](super::lookupflags).
    pub lookup: u32,
    /// Bits of [`oflags`].
    pub oflags: u16,
    /// `fs_rights_base`: `FD_READ` and `FD_WRITE` say the access mode, other bits mean nothing.
    pub rights: u64,
    /// Bits of [`fdflags`].
    pub fdflags: u16,
}

impl Files {
    /// Opens a file or directory, creating the file if that is asked for; returns the new descriptor.
    ///
    /// # Errors
    /// Those of POSIX's `openat`; `EINVAL` for flags that preview1 has not, or for creating a directory.
    pub fn path_open(&mut self, dir: u32, path: &[u8], options: OpenOptions, now: u64) -> Result<u32, Errno> {
        options.check()?;
        let place = self.resolve(dir, path, options.finish()?)?;
        self.fds.check_room()?;
        let ino = match place.ino {
            Some(ino) => self.open_existing(ino, &place, options, now)?,
            None => self.open_missing(place, options, now)?,
        };
        let boundary = self.anchor(dir)?.boundary;
        let fd = match self.file_type(ino)? {
            FileType::Directory => {
                Fd::Dir(OpenDir { ino, boundary, flags: options.fdflags, preopen: None, listing: None })
            }
            _ => Fd::File(OpenFile {
                ino,
                offset: 0,
                flags: options.fdflags,
                read: options.reads(),
                write: options.writes(),
            }),
        };
        self.fds.open(fd)
    }

    fn open_existing(&mut self, ino: Ino, place: &Place, options: OpenOptions, now: u64) -> Result<Ino, Errno> {
        let ends_in_name = matches!(place.last, Last::Name(_));
        if options.has(oflags::CREAT) && place.slash {
            return Err(Errno::IsDir);
        }
        if options.has(oflags::CREAT) && (options.has(oflags::EXCL) || !ends_in_name) {
            return Err(if options.has(oflags::EXCL) { Errno::Exist } else { Errno::IsDir });
        }
        let changes = options.writes() || options.has(oflags::TRUNC);
        match self.file_type(ino)? {
            FileType::SymbolicLink if options.has(oflags::DIRECTORY) => return Err(Errno::NotDir),
            FileType::SymbolicLink => return Err(Errno::Loop),
            FileType::Directory if changes || options.has(oflags::CREAT) => return Err(Errno::IsDir),
            FileType::RegularFile if options.has(oflags::DIRECTORY) => return Err(Errno::NotDir),
            _ if changes && !self.tree.view().is_writable(ino) => return Err(Errno::RoFs),
            _ => {}
        }
        if options.has(oflags::TRUNC) {
            self.tree.set_len(ino, 0, now)?;
        }
        Ok(ino)
    }

    fn open_missing(&mut self, place: Place, options: OpenOptions, now: u64) -> Result<Ino, Errno> {
        match place.last {
            _ if !options.has(oflags::CREAT) => Err(Errno::NoEnt),
            _ if place.slash => Err(Errno::IsDir),
            Last::Name(slot) => self.tree.create_file(slot, now),
            Last::Root | Last::Dot | Last::DotDot => Err(Errno::IsDir),
        }
    }
}

impl OpenOptions {
    fn check(self) -> Result<(), Errno> {
        let known = self.oflags & !oflags::ALL == 0 && self.fdflags & !fdflags::ALL == 0;
        let creates_dir = self.has(oflags::CREAT) && self.has(oflags::DIRECTORY);
        if known && !creates_dir { Ok(()) } else { Err(Errno::Inval) }
    }

    fn has(self, flag: u16) -> bool {
        self.oflags & flag != 0
    }

    fn reads(self) -> bool {
        self.rights & rights::FD_READ != 0
    }

    fn writes(self) -> bool {
        self.rights & rights::FD_WRITE != 0
    }

    fn finish(self) -> Result<Finish, Errno> {
        let asked = finish(self.lookup)?;
        Ok(match asked {
            _ if !self.has(oflags::CREAT) => asked,
            Finish::Follow if !self.has(oflags::EXCL) => Finish::Create,
            _ => Finish::Name,
        })
    }
}
