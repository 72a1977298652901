//! The system calls about files and streams: guest pointers in, [`Files`](crate::files::Files) calls, byte layouts
//! out.

use super::call::{Buffer, Call};
use super::streams::Output;
use crate::files::{Errno, OpenOptions, Stream, Whence, wire};
use crate::guest::Stop;

type Done = Result<Result<(), Errno>, Stop>;

/// Fuel for resolving a path, beside the call itself.
const PATH_FUEL: u64 = 2000;

/// How long a path may be before it is not even looked at, in bytes.
const LONGEST_PATH: u32 = 1 << 16;

/// Returns an errno to the guest when an expression fails.
macro_rules! attempt {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(errno) => return Ok(Err(errno)),
        }
    };
}

impl Call<'_> {
    fn path(&mut self, at: i32, len: i32) -> Result<Result<Vec<u8>, Errno>, Stop> {
        let len = len.cast_unsigned();
        if len > LONGEST_PATH {
            return Ok(Err(Errno::NameTooLong));
        }
        self.cost += PATH_FUEL + u64::from(len);
        Ok(Ok(self.bytes(at, len)?.to_vec()))
    }

    fn read_stream(&mut self, stream: Stream, buffers: &[Buffer]) -> Result<usize, Errno> {
        if stream != Stream::Stdin {
            return Err(Errno::BadF);
        }
        let mut total = 0;
        for buffer in buffers {
            let bytes = self.world.streams.read(buffer.len);
            self.memory[buffer.at..buffer.at + bytes.len()].copy_from_slice(bytes);
            total += bytes.len();
        }
        Ok(total)
    }

    fn write_stream(&mut self, stream: Stream, buffers: &[Buffer]) -> Result<Result<usize, Errno>, Stop> {
        let output = match stream {
            Stream::Stdin => return Ok(Err(Errno::BadF)),
            Stream::Stdout => Output::Stdout,
            Stream::Stderr => Output::Stderr,
        };
        let mut total = 0;
        for buffer in buffers {
            if !self.world.streams.write(output, &self.memory[buffer.at..buffer.at + buffer.len]) {
                return Err(Stop::OutputLimit);
            }
            total += buffer.len;
        }
        Ok(Ok(total))
    }

    /// Transfers buffer by buffer until one is not filled. `transfer` gets the bytes that went before.
    fn transfer(
        &mut self,
        buffers: &[Buffer],
        mut transfer: impl FnMut(&mut Self, Buffer, u64) -> Result<usize, Errno>,
    ) -> Result<usize, Errno> {
        let mut total = 0;
        for &buffer in buffers {
            match transfer(self, buffer, total as u64) {
                Ok(done) => {
                    total += done;
                    if done < buffer.len {
                        break;
                    }
                }
                Err(errno) if total == 0 => return Err(errno),
                Err(_) => break, // what was transferred counts; the next call meets the error
            }
        }
        Ok(total)
    }

    /// Ends a transfer: its size goes to the guest and is paid for.
    fn transferred(&mut self, total: usize, out: i32) -> Done {
        self.cost += total as u64;
        self.put_u32(out, total as u32)?;
        self.end_if_over_limit()
    }

    /// A program that exceeded its file limits is ended rather than left to misread the error.
    fn end_if_over_limit(&self) -> Done {
        if self.world.files.limit_hit() { Err(Stop::FileLimit) } else { Ok(Ok(())) }
    }

    /// The result of a call that changes files.
    fn changed(&mut self, result: Result<(), Errno>) -> Done {
        self.end_if_over_limit()?.and(result).map_or_else(|errno| Ok(Err(errno)), |()| Ok(Ok(())))
    }
}

fn fd_of(fd: i32) -> u32 {
    fd.cast_unsigned()
}

pub(super) fn fd_read(call: &mut Call<'_>, fd: i32, vector: i32, count: i32, out: i32) -> Done {
    let buffers = attempt!(call.buffers(vector, count)?);
    let total = match call.world.files.stream(fd_of(fd)) {
        Some(stream) => attempt!(call.read_stream(stream, &buffers)),
        // An empty vector still says whether the descriptor can be read.
        None if buffers.is_empty() => attempt!(call.world.files.fd_read(fd_of(fd), &mut [])),
        None => attempt!(call.transfer(&buffers, |call, buffer, _| {
            call.world.files.fd_read(fd_of(fd), &mut call.memory[buffer.at..buffer.at + buffer.len])
        })),
    };
    call.transferred(total, out)
}

pub(super) fn fd_pread(call: &mut Call<'_>, fd: i32, vector: i32, count: i32, offset: i64, out: i32) -> Done {
    let buffers = attempt!(call.buffers(vector, count)?);
    let offset = offset.cast_unsigned();
    let total = attempt!(call.transfer(&buffers, |call, buffer, before| {
        let target = &mut call.memory[buffer.at..buffer.at + buffer.len];
        call.world.files.fd_pread(fd_of(fd), target, offset.saturating_add(before))
    }));
    call.transferred(total, out)
}

pub(super) fn fd_write(call: &mut Call<'_>, fd: i32, vector: i32, count: i32, out: i32) -> Done {
    let buffers = attempt!(call.buffers(vector, count)?);
    let now = call.now();
    let total = match call.world.files.stream(fd_of(fd)) {
        Some(stream) => attempt!(call.write_stream(stream, &buffers)?),
        None if buffers.is_empty() => attempt!(call.world.files.fd_write(fd_of(fd), &[], now)),
        None => {
            let result = call.transfer(&buffers, |call, buffer, _| {
                call.world.files.fd_write(fd_of(fd), &call.memory[buffer.at..buffer.at + buffer.len], now)
            });
            attempt!(call.end_if_over_limit()?);
            attempt!(result)
        }
    };
    call.transferred(total, out)
}

pub(super) fn fd_pwrite(call: &mut Call<'_>, fd: i32, vector: i32, count: i32, offset: i64, out: i32) -> Done {
    let buffers = attempt!(call.buffers(vector, count)?);
    let (now, offset) = (call.now(), offset.cast_unsigned());
    let result = call.transfer(&buffers, |call, buffer, before| {
        let source = &call.memory[buffer.at..buffer.at + buffer.len];
        call.world.files.fd_pwrite(fd_of(fd), source, offset.saturating_add(before), now)
    });
    attempt!(call.end_if_over_limit()?);
    call.transferred(attempt!(result), out)
}

pub(super) fn fd_advise(call: &mut Call<'_>, fd: i32, _offset: i64, _len: i64, advice: i32) -> Done {
    Ok(u8::try_from(advice).map_err(|_| Errno::Inval).and_then(|advice| call.world.files.fd_advise(fd_of(fd), advice)))
}

pub(super) fn fd_close(call: &mut Call<'_>, fd: i32) -> Done {
    Ok(call.world.files.fd_close(fd_of(fd)))
}

pub(super) fn fd_renumber(call: &mut Call<'_>, from: i32, to: i32) -> Done {
    Ok(call.world.files.fd_renumber(fd_of(from), fd_of(to)))
}

pub(super) fn fd_sync(call: &mut Call<'_>, fd: i32) -> Done {
    Ok(call.world.files.fd_sync(fd_of(fd)))
}

pub(super) fn fd_datasync(call: &mut Call<'_>, fd: i32) -> Done {
    Ok(call.world.files.fd_datasync(fd_of(fd)))
}

pub(super) fn fd_allocate(call: &mut Call<'_>, fd: i32, offset: i64, len: i64) -> Done {
    let now = call.now();
    let result = call.world.files.fd_allocate(fd_of(fd), offset.cast_unsigned(), len.cast_unsigned(), now);
    call.changed(result)
}

pub(super) fn fd_fdstat_get(call: &mut Call<'_>, fd: i32, out: i32) -> Done {
    let stat = attempt!(call.world.files.fd_fdstat_get(fd_of(fd)));
    call.put(out, &wire::fdstat(&stat)).map(Ok)
}

pub(super) fn fd_fdstat_set_flags(call: &mut Call<'_>, fd: i32, flags: i32) -> Done {
    let set = |flags| call.world.files.fd_fdstat_set_flags(fd_of(fd), flags);
    Ok(u16::try_from(flags).map_err(|_| Errno::Inval).and_then(set))
}

pub(super) fn fd_filestat_get(call: &mut Call<'_>, fd: i32, out: i32) -> Done {
    let stat = attempt!(call.world.files.fd_filestat_get(fd_of(fd)));
    call.put(out, &wire::filestat(&stat)).map(Ok)
}

pub(super) fn fd_filestat_set_size(call: &mut Call<'_>, fd: i32, size: i64) -> Done {
    let now = call.now();
    let result = call.world.files.fd_filestat_set_size(fd_of(fd), size.cast_unsigned(), now);
    call.changed(result)
}

pub(super) fn fd_filestat_set_times(call: &mut Call<'_>, fd: i32, atim: i64, mtim: i64, flags: i32) -> Done {
    let now = call.now();
    let flags = attempt!(u16::try_from(flags).map_err(|_| Errno::Inval));
    let (atim, mtim) = (atim.cast_unsigned(), mtim.cast_unsigned());
    Ok(call.world.files.fd_filestat_set_times(fd_of(fd), atim, mtim, flags, now))
}

pub(super) fn fd_prestat_get(call: &mut Call<'_>, fd: i32, out: i32) -> Done {
    let len = attempt!(call.world.files.fd_prestat_get(fd_of(fd)));
    call.put(out, &wire::prestat(len)).map(Ok)
}

pub(super) fn fd_prestat_dir_name(call: &mut Call<'_>, fd: i32, out: i32, len: i32) -> Done {
    let name = attempt!(call.world.files.fd_prestat_dir_name(fd_of(fd), len.cast_unsigned()));
    let name = name.as_bytes().to_vec();
    call.put(out, &name).map(Ok)
}

pub(super) fn fd_readdir(call: &mut Call<'_>, fd: i32, out: i32, len: i32, cookie: i64, used: i32) -> Done {
    let len = len.cast_unsigned().min(super::call::MAX_TRANSFER as u32);
    let at = out.cast_unsigned() as usize;
    let target = call.memory.get_mut(at..at.saturating_add(len as usize)).ok_or(Stop::BadPointer)?;
    let entries = attempt!(call.world.files.fd_readdir(fd_of(fd), cookie.cast_unsigned()));
    let filled = wire::dirents(entries, target);
    call.transferred(filled, used)
}

pub(super) fn fd_seek(call: &mut Call<'_>, fd: i32, delta: i64, whence: i32, out: i32) -> Done {
    let whence = attempt!(u8::try_from(whence).map_err(|_| Errno::Inval).and_then(Whence::try_from));
    let offset = match call.world.files.stream(fd_of(fd)) {
        Some(_) => return Ok(Err(Errno::SPipe)),
        None => attempt!(call.world.files.fd_seek(fd_of(fd), delta, whence)),
    };
    call.put_u64(out, offset).map(Ok)
}

pub(super) fn fd_tell(call: &mut Call<'_>, fd: i32, out: i32) -> Done {
    let offset = attempt!(call.world.files.fd_tell(fd_of(fd)));
    call.put_u64(out, offset).map(Ok)
}

pub(super) fn path_create_directory(call: &mut Call<'_>, fd: i32, path: i32, len: i32) -> Done {
    let (path, now) = (attempt!(call.path(path, len)?), call.now());
    let result = call.world.files.path_create_directory(fd_of(fd), &path, now);
    call.changed(result)
}

pub(super) fn path_filestat_get(call: &mut Call<'_>, fd: i32, lookup: i32, path: i32, len: i32, out: i32) -> Done {
    let path = attempt!(call.path(path, len)?);
    let stat = attempt!(call.world.files.path_filestat_get(fd_of(fd), lookup.cast_unsigned(), &path));
    call.put(out, &wire::filestat(&stat)).map(Ok)
}

#[expect(clippy::too_many_arguments, reason = "preview1's")]
pub(super) fn path_filestat_set_times(
    call: &mut Call<'_>,
    fd: i32,
    lookup: i32,
    path: i32,
    len: i32,
    atim: i64,
    mtim: i64,
    flags: i32,
) -> Done {
    let (path, now) = (attempt!(call.path(path, len)?), call.now());
    let flags = attempt!(u16::try_from(flags).map_err(|_| Errno::Inval));
    let times = (atim.cast_unsigned(), mtim.cast_unsigned());
    Ok(call.world.files.path_filestat_set_times(fd_of(fd), lookup.cast_unsigned(), &path, times, flags, now))
}

#[expect(clippy::too_many_arguments, reason = "preview1's")]
pub(super) fn path_link(
    call: &mut Call<'_>,
    old_fd: i32,
    lookup: i32,
    old_path: i32,
    old_len: i32,
    new_fd: i32,
    new_path: i32,
    new_len: i32,
) -> Done {
    let (old, new) = (attempt!(call.path(old_path, old_len)?), attempt!(call.path(new_path, new_len)?));
    let now = call.now();
    let (old, new) = ((fd_of(old_fd), &*old), (fd_of(new_fd), &*new));
    let result = call.world.files.path_link(old, lookup.cast_unsigned(), new, now);
    call.changed(result)
}

#[expect(clippy::too_many_arguments, reason = "preview1's")]
pub(super) fn path_open(
    call: &mut Call<'_>,
    fd: i32,
    lookup: i32,
    path: i32,
    len: i32,
    oflags: i32,
    rights: i64,
    _inheriting: i64,
    fdflags: i32,
    out: i32,
) -> Done {
    let (path, now) = (attempt!(call.path(path, len)?), call.now());
    let options = OpenOptions {
        lookup: lookup.cast_unsigned(),
        oflags: attempt!(u16::try_from(oflags).map_err(|_| Errno::Inval)),
        rights: rights.cast_unsigned(),
        fdflags: attempt!(u16::try_from(fdflags).map_err(|_| Errno::Inval)),
    };
    let opened = call.world.files.path_open(fd_of(fd), &path, options, now);
    attempt!(call.end_if_over_limit()?);
    call.put_u32(out, attempt!(opened)).map(Ok)
}

pub(super) fn path_readlink(
    call: &mut Call<'_>,
    fd: i32,
    path: i32,
    len: i32,
    out: i32,
    capacity: i32,
    used: i32,
) -> Done {
    let path = attempt!(call.path(path, len)?);
    let target = attempt!(call.world.files.path_readlink(fd_of(fd), &path)).as_bytes();
    let target = target[..target.len().min(capacity.cast_unsigned() as usize)].to_vec();
    call.put(out, &target)?;
    call.transferred(target.len(), used)
}

pub(super) fn path_remove_directory(call: &mut Call<'_>, fd: i32, path: i32, len: i32) -> Done {
    let (path, now) = (attempt!(call.path(path, len)?), call.now());
    Ok(call.world.files.path_remove_directory(fd_of(fd), &path, now))
}

pub(super) fn path_rename(
    call: &mut Call<'_>,
    old_fd: i32,
    old_path: i32,
    old_len: i32,
    new_fd: i32,
    new_path: i32,
    new_len: i32,
) -> Done {
    let (old, new) = (attempt!(call.path(old_path, old_len)?), attempt!(call.path(new_path, new_len)?));
    let now = call.now();
    let result = call.world.files.path_rename((fd_of(old_fd), &old), (fd_of(new_fd), &new), now);
    call.changed(result)
}

pub(super) fn path_symlink(call: &mut Call<'_>, target: i32, target_len: i32, fd: i32, path: i32, len: i32) -> Done {
    let (target, path) = (attempt!(call.path(target, target_len)?), attempt!(call.path(path, len)?));
    let now = call.now();
    let result = call.world.files.path_symlink(&target, fd_of(fd), &path, now);
    call.changed(result)
}

pub(super) fn path_unlink_file(call: &mut Call<'_>, fd: i32, path: i32, len: i32) -> Done {
    let (path, now) = (attempt!(call.path(path, len)?), call.now());
    Ok(call.world.files.path_unlink_file(fd_of(fd), &path, now))
}
