/// What resolving a path does; the bits of preview1's `lookupflags`.
pub mod lookup {
    /// A symbolic link at the end of the path is followed.
    pub const SYMLINK_FOLLOW: u32 = 1;
}

/// How a path is opened; the bits of preview1's `oflags`.
pub mod open {
    /// Create the file when it does not exist.
    pub const CREAT: u16 = 1;
    /// Fail when it is not a directory.
    pub const DIRECTORY: u16 = 2;
    /// With [`CREAT`]: fail when it exists.
    pub const EXCL: u16 = 4;
    /// Empty the file.
    pub const TRUNC: u16 = 8;
    /// All of them.
    pub const ALL: u16 = 15;
}

/// How a descriptor behaves; the bits of preview1's `fdflags`.
pub mod fd {
    /// Every write goes to the file's end.
    pub const APPEND: u16 = 1;
    /// All of them. Those beside [`APPEND`] (`dsync`, `nonblock`, `rsync`, `sync`) are kept and reported, and
    /// mean nothing for files in memory.
    pub const ALL: u16 = 31;
}

/// Which times to set; the bits of preview1's `fstflags`.
pub mod times {
    /// Set the access time to the given one.
    pub const ATIM: u16 = 1;
    /// Set the access time to now.
    pub const ATIM_NOW: u16 = 2;
    /// Set the modification time to the given one.
    pub const MTIM: u16 = 4;
    /// Set the modification time to now.
    pub const MTIM_NOW: u16 = 8;
    /// All of them.
    pub const ALL: u16 = 15;
}

/// What a descriptor may be used for; the bits of preview1's `rights` that mean something here.
///
/// Rights are how a guest says its access mode when it opens a file and how it asks for the access mode later
/// (`fcntl(F_GETFL)`). They restrict nothing else.
pub mod rights {
    /// Read data.
    pub const FD_READ: u64 = 1 << 1;
    /// Move the position.
    pub const FD_SEEK: u64 = 1 << 2;
    /// Ask for the position.
    pub const FD_TELL: u64 = 1 << 5;
    /// Write data.
    pub const FD_WRITE: u64 = 1 << 6;
    /// Reserve space.
    pub const FD_ALLOCATE: u64 = 1 << 8;
    /// List a directory.
    pub const FD_READDIR: u64 = 1 << 14;
    /// Change the size.
    pub const FD_FILESTAT_SET_SIZE: u64 = 1 << 22;
    /// Every right of preview1, sockets' included.
    pub const ALL: u64 = (1 << 30) - 1;
}
