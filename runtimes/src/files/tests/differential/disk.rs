use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::fs::{self, AtFlags, CWD, Mode, OFlags, SeekFrom};
use rustix::io;
use tempfile::TempDir;

use super::Machine;
use super::program::{Answer, At, How, Op, SLOTS};
use crate::files::{Errno, FileType};

/// A directory of the system that runs the tests.
pub(super) struct Disk {
    top: OwnedFd,
    slots: [Option<OwnedFd>; SLOTS],
    _dir: TempDir,
}

impl Disk {
    pub(super) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let top = fs::openat(CWD, dir.path(), OFlags::RDONLY | OFlags::DIRECTORY, Mode::empty()).unwrap();
        Disk { top, slots: [const { None }; SLOTS], _dir: dir }
    }

    fn fd(&self, slot: usize) -> Result<BorrowedFd<'_>, Errno> {
        self.slots[slot].as_ref().map(AsFd::as_fd).ok_or(Errno::BadF)
    }

    fn at(&self, at: At) -> BorrowedFd<'_> {
        at.and_then(|slot| self.slots[slot].as_ref()).unwrap_or(&self.top).as_fd()
    }

    fn open(&self, at: At, path: &str, how: How) -> Result<OwnedFd, Errno> {
        let mut flags = match (how.read, how.write) {
            (true, true) => OFlags::RDWR,
            (false, true) => OFlags::WRONLY,
            _ => OFlags::RDONLY,
        };
        flags.set(OFlags::CREATE, how.creat);
        flags.set(OFlags::EXCL, how.excl && how.creat);
        flags.set(OFlags::TRUNC, how.trunc);
        flags.set(OFlags::DIRECTORY, how.directory);
        flags.set(OFlags::APPEND, how.append);
        flags.set(OFlags::NOFOLLOW, !how.follow);
        fs::openat(self.at(at), path, flags, Mode::from_raw_mode(0o700)).map_err(errno)
    }

    fn read(fd: BorrowedFd<'_>, len: usize) -> Result<Answer, Errno> {
        let mut buf = vec![0; len];
        let n = io::read(fd, &mut buf[..]).map_err(errno)?;
        buf.truncate(n);
        Ok(Answer::Bytes(buf))
    }

    fn names(fd: BorrowedFd<'_>) -> Result<Answer, Errno> {
        let mut names: Vec<String> = fs::Dir::read_from(fd)
            .map_err(errno)?
            .map(|entry| entry.map(|entry| entry.file_name().to_str().unwrap().to_string()).map_err(errno))
            .collect::<Result<_, _>>()?;
        names.retain(|name| name != "." && name != "..");
        names.sort();
        Ok(Answer::Names(names))
    }
}

impl Machine for Disk {
    fn run(&mut self, op: &Op) -> Result<Answer, Errno> {
        match op {
            Op::Open { slot, at, path, how } => {
                let fd = self.open(*at, path, *how)?;
                self.slots[*slot] = Some(fd);
                Ok(Answer::Done)
            }
            Op::Close(slot) => self.slots[*slot].take().map(|_| Answer::Done).ok_or(Errno::BadF),
            Op::Read(slot, len) => Disk::read(self.fd(*slot)?, *len),
            Op::Write(slot, bytes) => number(io::write(self.fd(*slot)?, bytes).map(|n| n as u64)),
            Op::Pread(slot, len, offset) => {
                let mut buf = vec![0; *len];
                let n = io::pread(self.fd(*slot)?, &mut buf[..], *offset).map_err(errno)?;
                Ok(Answer::Bytes(buf[..n].to_vec()))
            }
            Op::Pwrite(slot, bytes, offset) => {
                let fd = self.fd(*slot)?;
                if fs::fcntl_getfl(fd).map_err(errno)?.contains(OFlags::APPEND) {
                    return Ok(Answer::Done);
                }
                number(io::pwrite(fd, bytes, *offset).map(|n| n as u64))
            }
            Op::Seek(slot, delta, whence) => {
                let fd = self.fd(*slot)?;
                if fs::fstat(fd).is_ok_and(|stat| kind(&stat) == FileType::Directory) {
                    return Ok(Answer::Done);
                }
                number(match whence {
                    0 if *delta < 0 => return Err(Errno::Inval),
                    0 => fs::seek(fd, SeekFrom::Start(*delta as u64)),
                    1 => fs::seek(fd, SeekFrom::Current(*delta)),
                    _ => fs::seek(fd, SeekFrom::End(*delta)),
                })
            }
            Op::SetSize(slot, size) => done(fs::ftruncate(self.fd(*slot)?, *size)),
            Op::Fstat(slot) => fs::fstat(self.fd(*slot)?).map(|stat| answer(&stat)).map_err(errno),
            Op::Stat { at, path, follow } => {
                let flags = if *follow { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
                fs::statat(self.at(*at), path, flags).map(|stat| answer(&stat)).map_err(errno)
            }
            Op::Mkdir { at, path } => done(fs::mkdirat(self.at(*at), path, Mode::from_raw_mode(0o700))),
            Op::Rmdir { at, path } => done(fs::unlinkat(self.at(*at), path, AtFlags::REMOVEDIR)),
            Op::Unlink { at, path } => done(fs::unlinkat(self.at(*at), path, AtFlags::empty())),
            Op::Rename { from, to } => done(fs::renameat(self.at(from.0), &from.1, self.at(to.0), &to.1)),
            Op::Link { from, to, follow } => {
                let flags = if *follow { AtFlags::SYMLINK_FOLLOW } else { AtFlags::empty() };
                done(fs::linkat(self.at(from.0), &from.1, self.at(to.0), &to.1, flags))
            }
            Op::Symlink { target, at, path } => done(fs::symlinkat(target, self.at(*at), path)),
            Op::Readlink { at, path } => {
                let target = fs::readlinkat(self.at(*at), path, Vec::new()).map_err(errno)?;
                Ok(Answer::Text(target.into_string().unwrap()))
            }
            Op::Readdir(slot) => Disk::names(self.fd(*slot)?),
            Op::List(path) => Disk::names(self.open(None, path, How::read(true))?.as_fd()),
            Op::Slurp(path) => Disk::read(self.open(None, path, How::read(false))?.as_fd(), 1 << 20),
        }
    }
}

fn done(result: io::Result<()>) -> Result<Answer, Errno> {
    result.map(|()| Answer::Done).map_err(errno)
}

fn number(result: io::Result<u64>) -> Result<Answer, Errno> {
    result.map(Answer::Number).map_err(errno)
}

#[allow(clippy::unnecessary_cast, reason = "its integers are not as wide on every platform")]
fn answer(stat: &fs::Stat) -> Answer {
    match kind(stat) {
        FileType::Directory => Answer::Stat(FileType::Directory, 0, 0),
        kind => Answer::Stat(kind, stat.st_size as u64, stat.st_nlink as u64),
    }
}

fn kind(stat: &fs::Stat) -> FileType {
    match fs::FileType::from_raw_mode(stat.st_mode) {
        fs::FileType::Directory => FileType::Directory,
        fs::FileType::RegularFile => FileType::RegularFile,
        fs::FileType::Symlink => FileType::SymbolicLink,
        other => panic!("a {other:?} in the test's directory"),
    }
}

fn errno(errno: io::Errno) -> Errno {
    match errno {
        io::Errno::BADF => Errno::BadF,
        io::Errno::BUSY => Errno::Busy,
        io::Errno::EXIST => Errno::Exist,
        io::Errno::FBIG => Errno::FBig,
        io::Errno::INVAL => Errno::Inval,
        io::Errno::ISDIR => Errno::IsDir,
        io::Errno::LOOP => Errno::Loop,
        io::Errno::NAMETOOLONG => Errno::NameTooLong,
        io::Errno::NOENT => Errno::NoEnt,
        io::Errno::NOTDIR => Errno::NotDir,
        io::Errno::NOTEMPTY => Errno::NotEmpty,
        io::Errno::OVERFLOW => Errno::Overflow,
        io::Errno::PERM => Errno::Perm,
        other => panic!("an error that these files have not: {other}"),
    }
}
