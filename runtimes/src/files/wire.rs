//! The byte layouts of preview1: little-endian, fields at their natural alignment, padding zero.

use super::{DirEntry, FdStat, FileStat};

/// The size of a directory entry's header, which its name follows.
pub const DIRENT_SIZE: usize = 24;

/// A `filestat`.
#[must_use]
pub fn filestat(stat: &FileStat) -> [u8; 64] {
    let mut bytes = [0; 64];
    put(&mut bytes, 0, &stat.dev.to_le_bytes());
    put(&mut bytes, 8, &stat.ino.to_le_bytes());
    put(&mut bytes, 16, &[stat.file_type as u8]);
    put(&mut bytes, 24, &stat.nlink.to_le_bytes());
    put(&mut bytes, 32, &stat.size.to_le_bytes());
    put(&mut bytes, 40, &stat.atim.to_le_bytes());
    put(&mut bytes, 48, &stat.mtim.to_le_bytes());
    put(&mut bytes, 56, &stat.ctim.to_le_bytes());
    bytes
}

/// An `fdstat`.
#[must_use]
pub fn fdstat(stat: &FdStat) -> [u8; 24] {
    let mut bytes = [0; 24];
    put(&mut bytes, 0, &[stat.file_type as u8]);
    put(&mut bytes, 2, &stat.flags.to_le_bytes());
    put(&mut bytes, 8, &stat.rights_base.to_le_bytes());
    put(&mut bytes, 16, &stat.rights_inheriting.to_le_bytes());
    bytes
}

/// A `dirent`: an entry without its name.
#[must_use]
pub fn dirent(entry: &DirEntry<'_>) -> [u8; DIRENT_SIZE] {
    let mut bytes = [0; DIRENT_SIZE];
    put(&mut bytes, 0, &entry.next.to_le_bytes());
    put(&mut bytes, 8, &entry.ino.to_le_bytes());
    put(&mut bytes, 16, &(entry.name.len() as u32).to_le_bytes());
    put(&mut bytes, 20, &[entry.file_type as u8]);
    bytes
}

/// A `prestat` of a directory whose path has `name_len` bytes.
#[must_use]
pub fn prestat(name_len: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    put(&mut bytes, 4, &name_len.to_le_bytes());
    bytes
}

/// Fills `buf` with entries, headers and names; returns how many bytes of it are used.
///
/// As preview1 demands, an entry that does not fit is cut, so that less than all of `buf` means the directory's end.
pub fn dirents<'a>(entries: impl Iterator<Item = DirEntry<'a>>, buf: &mut [u8]) -> usize {
    let mut used = 0;
    for entry in entries {
        if used == buf.len() {
            break;
        }
        used += put_cut(&mut buf[used..], &dirent(&entry));
        used += put_cut(&mut buf[used..], entry.name.as_bytes());
    }
    used
}

fn put(bytes: &mut [u8], at: usize, field: &[u8]) {
    bytes[at..at + field.len()].copy_from_slice(field);
}

fn put_cut(buf: &mut [u8], bytes: &[u8]) -> usize {
    let n = buf.len().min(bytes.len());
    buf[..n].copy_from_slice(&bytes[..n]);
    n
}

#[cfg(test)]
mod tests {
    use super::super::FileType;
    use super::*;

    #[test]
    fn the_layouts_are_those_of_preview1() {
        let stat = FileStat {
            dev: 1,
            ino: 2,
            file_type: FileType::RegularFile,
            nlink: 3,
            size: 0x0102_0304_0506_0708,
            atim: 5,
            mtim: 6,
            ctim: 7,
        };
        let words: Vec<u64> = filestat(&stat).as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word)).collect();
        assert_eq!(words, [1, 2, 4, 3, 0x0102_0304_0506_0708, 5, 6, 7]);

        let stat = FdStat { file_type: FileType::Directory, flags: 0x0102, rights_base: 8, rights_inheriting: 9 };
        let bytes = fdstat(&stat);
        assert_eq!(bytes[..8], [3, 0, 2, 1, 0, 0, 0, 0]);
        assert_eq!((bytes[8], bytes[16]), (8, 9));

        let entry = DirEntry { next: 5, ino: 6, file_type: FileType::SymbolicLink, name: "abc" };
        let bytes = dirent(&entry);
        assert_eq!((bytes[0], bytes[8]), (5, 6));
        assert_eq!(bytes[16..], [3, 0, 0, 0, 7, 0, 0, 0]);

        assert_eq!(prestat(0x0102), [0, 0, 0, 0, 2, 1, 0, 0]);
    }

    #[test]
    fn an_entry_that_does_not_fit_is_cut_and_fills_the_buffer() {
        let entry = DirEntry { next: 1, ino: 1, file_type: FileType::RegularFile, name: "name" };
        for size in 0..60 {
            let mut buf = vec![0xff; size];
            let used = dirents([entry, entry].into_iter(), &mut buf);
            assert_eq!(used, size.min(56));
        }
        let mut buf = [0; 28];
        dirents([entry].into_iter(), &mut buf);
        assert_eq!(buf[..24], dirent(&entry));
        assert_eq!(&buf[24..], b"name");
    }
}
