use super::Machine;
use super::program::{Answer, At, How, Op, SLOTS};
use crate::files::{Errno, FileStat, FileType, Files, OpenOptions, Whence, fdflags, oflags, rights};
use crate::files::{Image, lookupflags};
use assay_api::Limits;

const TOP: u32 = 3;

/// The files under test.
pub(super) struct Memory {
    files: Files,
    slots: [Option<u32>; SLOTS],
}

impl Memory {
    pub(super) fn new() -> Self {
        let mut builder = Image::builder();
        builder.dir("/", true).unwrap();
        builder.preopen("/").unwrap();
        Memory { files: Files::new(builder.build(), &Limits::default(), 0), slots: [None; SLOTS] }
    }

    pub(super) fn files(&self) -> &Files {
        &self.files
    }

    fn at(&self, at: At) -> u32 {
        at.and_then(|slot| self.slots[slot]).unwrap_or(TOP)
    }

    fn open(&mut self, at: At, path: &str, how: How) -> Result<u32, Errno> {
        let bit = |on: bool, flag: u16| if on { flag } else { 0 };
        let options = OpenOptions {
            lookup: lookup(how.follow),
            oflags: bit(how.creat, oflags::CREAT)
                | bit(how.excl, oflags::EXCL)
                | bit(how.trunc, oflags::TRUNC)
                | bit(how.directory, oflags::DIRECTORY),
            rights: if how.read { rights::FD_READ } else { 0 } | if how.write { rights::FD_WRITE } else { 0 },
            fdflags: bit(how.append, fdflags::APPEND),
        };
        self.files.path_open(self.at(at), path.as_bytes(), options, 0)
    }

    fn names(&mut self, fd: u32) -> Result<Answer, Errno> {
        let names = self.files.fd_readdir(fd, 0)?.map(|entry| entry.name.to_string());
        Ok(Answer::Names(names.filter(|name| name != "." && name != "..").collect()))
    }

    fn whole(
        &mut self,
        path: &str,
        how: How,
        read: fn(&mut Self, u32) -> Result<Answer, Errno>,
    ) -> Result<Answer, Errno> {
        let fd = self.open(None, path, how)?;
        let answer = read(self, fd);
        self.files.fd_close(fd)?;
        answer
    }
}

impl Machine for Memory {
    fn run(&mut self, op: &Op) -> Result<Answer, Errno> {
        let slots = self.slots;
        let fd = |slot: usize| slots[slot].ok_or(Errno::BadF);
        let of = |place: &(At, String)| self.at(place.0);
        match op {
            Op::Open { slot, at, path, how } => {
                let fd = self.open(*at, path, *how)?;
                if let Some(old) = self.slots[*slot].replace(fd) {
                    self.files.fd_close(old)?;
                }
                Ok(Answer::Done)
            }
            Op::Close(slot) => match self.slots[*slot].take() {
                Some(fd) => done(self.files.fd_close(fd)),
                None => Err(Errno::BadF),
            },
            Op::Read(slot, len) => {
                let mut buf = vec![0; *len];
                let n = self.files.fd_read(fd(*slot)?, &mut buf)?;
                Ok(Answer::Bytes(buf[..n].to_vec()))
            }
            Op::Write(slot, bytes) => Ok(Answer::Number(self.files.fd_write(fd(*slot)?, bytes, 0)? as u64)),
            Op::Pread(slot, len, offset) => {
                let mut buf = vec![0; *len];
                let n = self.files.fd_pread(fd(*slot)?, &mut buf, *offset)?;
                Ok(Answer::Bytes(buf[..n].to_vec()))
            }
            Op::Pwrite(slot, bytes, offset) => {
                let stat = self.files.fd_fdstat_get(fd(*slot)?)?;
                if stat.flags & fdflags::APPEND != 0 {
                    return Ok(Answer::Done);
                }
                Ok(Answer::Number(self.files.fd_pwrite(fd(*slot)?, bytes, *offset, 0)? as u64))
            }
            Op::Seek(slot, delta, whence) => {
                if self.files.fd_fdstat_get(fd(*slot)?)?.file_type == FileType::Directory {
                    return Ok(Answer::Done);
                }
                Ok(Answer::Number(self.files.fd_seek(fd(*slot)?, *delta, Whence::try_from(*whence)?)?))
            }
            Op::SetSize(slot, size) => done(self.files.fd_filestat_set_size(fd(*slot)?, *size, 0)),
            Op::Fstat(slot) => Ok(stat(self.files.fd_filestat_get(fd(*slot)?)?)),
            Op::Stat { at, path, follow } => {
                Ok(stat(self.files.path_filestat_get(self.at(*at), lookup(*follow), path.as_bytes())?))
            }
            Op::Mkdir { at, path } => done(self.files.path_create_directory(self.at(*at), path.as_bytes(), 0)),
            Op::Rmdir { at, path } => done(self.files.path_remove_directory(self.at(*at), path.as_bytes(), 0)),
            Op::Unlink { at, path } => done(self.files.path_unlink_file(self.at(*at), path.as_bytes(), 0)),
            Op::Rename { from, to } => {
                let (old, new) = (of(from), of(to));
                done(self.files.path_rename((old, from.1.as_bytes()), (new, to.1.as_bytes()), 0))
            }
            Op::Link { from, to, follow } => {
                let (old, new) = (of(from), of(to));
                done(self.files.path_link((old, from.1.as_bytes()), lookup(*follow), (new, to.1.as_bytes()), 0))
            }
            Op::Symlink { target, at, path } => {
                done(self.files.path_symlink(target.as_bytes(), self.at(*at), path.as_bytes(), 0))
            }
            Op::Readlink { at, path } => {
                Ok(Answer::Text(self.files.path_readlink(self.at(*at), path.as_bytes())?.to_string()))
            }
            Op::Readdir(slot) => self.names(fd(*slot)?),
            Op::List(path) => self.whole(path, How::read(true), Memory::names),
            Op::Slurp(path) => self.whole(path, How::read(false), |memory, fd| {
                let mut buf = vec![0; 1 << 20];
                let n = memory.files.fd_read(fd, &mut buf)?;
                Ok(Answer::Bytes(buf[..n].to_vec()))
            }),
        }
    }
}

fn lookup(follow: bool) -> u32 {
    if follow { lookupflags::SYMLINK_FOLLOW } else { 0 }
}

fn done(result: Result<(), Errno>) -> Result<Answer, Errno> {
    result.map(|()| Answer::Done)
}

fn stat(stat: FileStat) -> Answer {
    match stat.file_type {
        FileType::Directory => Answer::Stat(stat.file_type, 0, 0),
        _ => Answer::Stat(stat.file_type, stat.size, stat.nlink),
    }
}
