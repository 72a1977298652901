use thiserror::Error;

/// Why a call failed, numbered as in preview1. Calls that succeed answer 0, which is no variant.
///
/// These are the numbers a file system and its streams have a use for; the rest of preview1's list belongs to
/// sockets, processes and devices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Error)]
#[repr(u16)]
pub enum Errno {
    /// `EAGAIN`.
    #[error("resource temporarily unavailable")]
    Again = 6,
    /// `EBADF`.
    #[error("bad file descriptor")]
    BadF = 8,
    /// `EBUSY`.
    #[error("device or resource busy")]
    Busy = 10,
    /// `EDQUOT`: the program may not create more files or deeper directories.
    #[error("file quota exceeded")]
    DQuot = 19,
    /// `EEXIST`.
    #[error("file exists")]
    Exist = 20,
    /// `EFAULT`.
    #[error("bad address")]
    Fault = 21,
    /// `EFBIG`: no file can be that large.
    #[error("file too large")]
    FBig = 22,
    /// `EILSEQ`: a path is not UTF-8.
    #[error("illegal byte sequence")]
    IlSeq = 25,
    /// `EINVAL`.
    #[error("invalid argument")]
    Inval = 28,
    /// `EIO`.
    #[error("input/output error")]
    Io = 29,
    /// `EISDIR`.
    #[error("is a directory")]
    IsDir = 31,
    /// `ELOOP`.
    #[error("too many levels of symbolic links")]
    Loop = 32,
    /// `EMFILE`.
    #[error("too many open files")]
    MFile = 33,
    /// `ENAMETOOLONG`.
    #[error("file name too long")]
    NameTooLong = 37,
    /// `ENODEV`.
    #[error("no such device")]
    NoDev = 43,
    /// `ENOENT`.
    #[error("no such file or directory")]
    NoEnt = 44,
    /// `ENOSPC`: the program may not store more bytes.
    #[error("no space left on device")]
    NoSpc = 51,
    /// `ENOSYS`.
    #[error("function not implemented")]
    NoSys = 52,
    /// `ENOTDIR`.
    #[error("not a directory")]
    NotDir = 54,
    /// `ENOTEMPTY`.
    #[error("directory not empty")]
    NotEmpty = 55,
    /// `ENOTSUP`.
    #[error("operation not supported")]
    NotSup = 58,
    /// `EOVERFLOW`.
    #[error("value too large for its type")]
    Overflow = 61,
    /// `EPERM`: among others, a path that leaves its preopened directory.
    #[error("operation not permitted")]
    Perm = 63,
    /// `EPIPE`.
    #[error("broken pipe")]
    Pipe = 64,
    /// `EROFS`: the image does not let programs change this.
    #[error("read-only file system")]
    RoFs = 69,
    /// `ESPIPE`.
    #[error("illegal seek")]
    SPipe = 70,
}

impl Errno {
    /// The number that the call returns to the guest.
    #[must_use]
    pub const fn raw(self) -> u16 {
        self as u16
    }
}
