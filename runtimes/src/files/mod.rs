//! A program's files: a tree in memory that behaves as POSIX says, and the file calls of WASI preview1 on it.
//!
//! [`Image`] is what all programs of a runtime find and none can change. [`Files`] is one program's view of it: the
//! image, what the program changed, and its descriptors. Nothing here touches the host's files or clock, so that
//! the same calls always give the same answers: inode numbers count up, listings are sorted, times are the
//! caller's. Nothing here knows of WebAssembly either; [`wire`] has the byte layouts of what the guest is told.
//!
//! Everything a program passes is hostile: paths, offsets, lengths, descriptors. No call panics, and the host's
//! memory and time follow the bytes that a program moves.

mod bytes;
mod content;
mod data;
mod descriptors;
mod errno;
mod fds;
mod filestat;
mod flags;
mod image;
mod listing;
mod names;
mod node;
mod open;
mod overlay;
mod path;
mod program_files;
mod quota;
mod stat;
mod tree;
pub mod wire;

#[cfg(test)]
mod tests;

pub use bytes::Bytes;
pub use data::Whence;
pub use descriptors::FdStat;
pub use errno::Errno;
pub use fds::Stream;
pub use filestat::{FileStat, FileType};
pub use flags::{fd as fdflags, lookup as lookupflags, open as oflags, rights, times as fstflags};
pub use image::{Image, ImageBuilder, ImageError};
pub use listing::{DirEntry, Entries};
pub use open::OpenOptions;
pub use program_files::Files;

/// How long a name in a directory may be, in bytes.
const NAME_MAX: usize = 255;
/// How long a path or a symbolic link's target may be, in bytes.
const PATH_MAX: usize = 4095;
