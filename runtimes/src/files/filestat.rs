/// What kind of file something is, numbered as in preview1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum FileType {
    /// One of the standard streams.
    CharacterDevice = 2,
    /// A directory.
    Directory = 3,
    /// A file with contents.
    RegularFile = 4,
    /// A symbolic link.
    SymbolicLink = 7,
}

/// What is known of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileStat {
    /// The device: 1 for files, 0 for streams.
    pub dev: u64,
    /// The inode number; from 1 for files.
    pub ino: u64,
    /// What kind of file it is.
    pub file_type: FileType,
    /// How many names a file has; always 1 for a directory that has not been removed.
    pub nlink: u64,
    /// Bytes in a file, holes included, or in a symbolic link's target; 4096 for a directory.
    pub size: u64,
    /// When it was last accessed, in nanoseconds since 1970. Reading does not change it.
    pub atim: u64,
    /// When its contents last changed.
    pub mtim: u64,
    /// When its contents, times or names last changed.
    pub ctim: u64,
}
