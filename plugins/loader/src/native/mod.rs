//! Suites that are native libraries, through the binary interface of [`assay_api::native`].
//!
//! Loading a library is running its code in this process, with all that the user may do. So nothing is loaded whose digest
//! was not permitted, and what is loaded is a private copy of the bytes that the digest is of: replacing the file in between changes
//! nothing. Libraries are never unloaded, since a thread or an exit handler of theirs may still be there.

mod connection;
mod file;
mod library;

pub use file::NativeFile;
pub use library::NativeLibrary;
