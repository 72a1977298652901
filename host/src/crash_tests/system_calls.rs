#![expect(unsafe_code, reason = "stands in for the C library's functions")]

//! The C library's functions that change files, as this test binary and all that is linked into it call them.
//!
//! Defined in the executable, they take precedence over the C library's own. Until [`arm`] is called they only pass on
//! what they are told.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use libc::{AT_FDCWD, mode_t, off64_t, size_t, ssize_t};

/// What happens at which call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// Nothing: calls are only counted.
    None,
    /// The process dies. Points are numbered from 1: one before each call and one after it.
    Kill { point: u64 },
    /// Calls fail with an error of the system's, from a number on, from 1: only that one, or all.
    Fail { call: u64, errno: i32, forever: bool },
    /// The same for calls that open files.
    FailOpening { call: u64, errno: i32 },
}

struct Armed {
    trouble: Trouble,
    /// Only files in this folder are concerned.
    folder: PathBuf,
}

static ARMED: OnceLock<Armed> = OnceLock::new();
static POINTS: AtomicU64 = AtomicU64::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);
static OPENINGS: AtomicU64 = AtomicU64::new(0);

/// Lets the trouble begin, for files in `folder`.
pub(super) fn arm(trouble: Trouble, folder: &Path) {
    let armed = Armed { trouble, folder: folder.canonicalize().unwrap() };
    assert!(ARMED.set(armed).is_ok(), "armed twice");
}

/// How many points, calls and openings there were.
pub(super) fn counts() -> [u64; 3] {
    [&POINTS, &CALLS, &OPENINGS].map(|count| count.load(Ordering::SeqCst))
}

/// Which file a call is about.
enum About {
    Descriptor(c_int),
    Path(*const c_char),
}

impl About {
    fn is_in(&self, folder: &Path) -> bool {
        match self {
            About::Descriptor(fd) => {
                std::fs::read_link(format!("/proc/self/fd/{fd}")).is_ok_and(|path| path.starts_with(folder))
            }
            About::Path(path) if path.is_null() => false,
            About::Path(path) => {
                // SAFETY: callers of these functions pass strings that end in a zero, which live during the call.
                let path = unsafe { CStr::from_ptr(*path) };
                Path::new(&*path.to_string_lossy()).starts_with(folder)
            }
        }
    }
}

fn point(armed: &Armed) {
    let point = POINTS.fetch_add(1, Ordering::SeqCst) + 1;
    if armed.trouble == (Trouble::Kill { point }) {
        // SAFETY: neither touches memory.
        unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
    }
}

fn fail(errno: i32) -> i64 {
    // SAFETY: the location is this thread's own and always valid.
    unsafe { *libc::__errno_location() = errno };
    -1
}

/// Does `work`, a call that changes `about`, with the trouble that is meant for it.
fn change(about: &About, work: impl FnOnce() -> i64) -> i64 {
    let Some(armed) = ARMED.get().filter(|armed| about.is_in(&armed.folder)) else { return work() };
    let call = CALLS.fetch_add(1, Ordering::SeqCst) + 1;
    if let Trouble::Fail { call: failing, errno, forever } = armed.trouble
        && (call == failing || (forever && call > failing))
    {
        return fail(errno);
    }
    point(armed);
    let done = work();
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    point(armed);
    if done < 0 { fail(errno) } else { done }
}

fn open(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    let about = About::Path(path);
    // SAFETY: passes on what the caller is answerable for.
    let work = || unsafe { libc::syscall(libc::SYS_openat, AT_FDCWD, path, flags, mode) };
    let Some(armed) = ARMED.get().filter(|armed| about.is_in(&armed.folder)) else { return work() as c_int };
    let call = OPENINGS.fetch_add(1, Ordering::SeqCst) + 1;
    match armed.trouble {
        Trouble::FailOpening { call: failing, errno } if call >= failing => fail(errno) as c_int,
        _ if flags & libc::O_CREAT != 0 => change(&about, work) as c_int,
        _ => work() as c_int,
    }
}

/// Defines functions under the C library's names.
///
/// SAFETY of all: each has its namesake's signature and passes its arguments on to the same system call, so it asks of its
/// caller what that asks.
macro_rules! stand_in {
    ($($name:ident($($argument:ident: $kind:ty),*) -> $result:ty = $about:expr, $($call:expr),+;)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name($($argument: $kind),*) -> $result {
            // SAFETY: see above.
            change(&$about, || unsafe { libc::syscall($($call),+) }) as $result
        }
    )*};
}

stand_in! {
    write(fd: c_int, data: *const c_void, count: size_t) -> ssize_t
        = About::Descriptor(fd), libc::SYS_write, fd, data, count;
    pwrite(fd: c_int, data: *const c_void, count: size_t, offset: off64_t) -> ssize_t
        = About::Descriptor(fd), libc::SYS_pwrite64, fd, data, count, offset;
    pwrite64(fd: c_int, data: *const c_void, count: size_t, offset: off64_t) -> ssize_t
        = About::Descriptor(fd), libc::SYS_pwrite64, fd, data, count, offset;
    ftruncate(fd: c_int, length: off64_t) -> c_int = About::Descriptor(fd), libc::SYS_ftruncate, fd, length;
    ftruncate64(fd: c_int, length: off64_t) -> c_int = About::Descriptor(fd), libc::SYS_ftruncate, fd, length;
    fsync(fd: c_int) -> c_int = About::Descriptor(fd), libc::SYS_fsync, fd;
    fdatasync(fd: c_int) -> c_int = About::Descriptor(fd), libc::SYS_fdatasync, fd;
    unlink(path: *const c_char) -> c_int = About::Path(path), libc::SYS_unlinkat, AT_FDCWD, path, 0;
    rename(from: *const c_char, to: *const c_char) -> c_int
        = About::Path(from), libc::SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0;
    linkat(from_fd: c_int, from: *const c_char, to_fd: c_int, to: *const c_char, flags: c_int) -> c_int
        = About::Path(from), libc::SYS_linkat, from_fd, from, to_fd, to, flags;
}

// Variadic in C. On the systems that this is built for, a third argument arrives as if it were not.
#[unsafe(no_mangle)]
extern "C" fn open64(path: *const c_char, flags: c_int, mode: mode_t) -> c_int {
    open(path, flags | libc::O_LARGEFILE, mode)
}
