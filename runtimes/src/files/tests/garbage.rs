//! Whatever a program passes, no call panics and the books stay right.

use proptest::prelude::*;

use super::guest::{audit, image, limits};
use crate::files::wire::dirents;
use crate::files::{Files, OpenOptions, Whence};

/// The arguments of a call, used as far as it has them.
#[derive(Debug, Clone)]
struct Call {
    which: u8,
    fds: [u32; 2],
    paths: [Vec<u8>; 2],
    numbers: [u64; 2],
    flags: [u16; 2],
    bytes: Vec<u8>,
}

fn fd() -> impl Strategy<Value = u32> {
    prop_oneof![8 => Just(3), 8 => 0u32..8, 1 => Just(u32::MAX), 1 => any::<u32>()]
}

fn number() -> impl Strategy<Value = u64> {
    let edges = [0, 1, 2, 4095, 4096, 1 << 31, 1 << 32, i64::MAX as u64, i64::MAX as u64 + 1, u64::MAX - 1, u64::MAX];
    prop_oneof![4 => 0u64..10_000, 3 => proptest::sample::select(edges.to_vec()), 1 => any::<u64>()]
}

fn path() -> impl Strategy<Value = Vec<u8>> {
    let name = || proptest::sample::select(vec!["a", "b", "tmp", "usr", "data", "table.csv", ".", "..", "", "ä"]);
    let proper = proptest::collection::vec(name(), 1..5).prop_map(|names| names.join("/").into_bytes());
    prop_oneof![
        20 => proper,
        1 => proptest::collection::vec(any::<u8>(), 0..20),
        1 => (250usize..260).prop_map(|n| vec![b'x'; n]),
        1 => (2040usize..2050).prop_map(|n| b"./".repeat(n)),
    ]
}

fn flags() -> impl Strategy<Value = u16> {
    prop_oneof![8 => 0u16..16, 1 => any::<u16>()]
}

fn call() -> impl Strategy<Value = Call> {
    let bytes = proptest::collection::vec(any::<u8>(), 0..300);
    (any::<u8>(), [fd(), fd()], [path(), path()], [number(), number()], [flags(), flags()], bytes)
        .prop_map(|(which, fds, paths, numbers, flags, bytes)| Call { which, fds, paths, numbers, flags, bytes })
}

/// Makes a call; what it answers does not matter.
fn make(files: &mut Files, call: Call) {
    let Call { which, fds: [fd, fd2], paths: [path, path2], numbers: [n, n2], flags: [f, f2], mut bytes } = call;
    let lookup = u32::from(f2 & 3);
    let options = OpenOptions { lookup, oflags: f, rights: n, fdflags: f2 };
    match which % 30 {
        0 => drop(files.fd_advise(fd, n as u8)),
        1 => drop(files.fd_close(fd)),
        2 => drop(files.fd_datasync(fd)),
        3 => drop(files.fd_sync(fd)),
        4 => drop(files.fd_fdstat_get(fd)),
        5 => drop(files.fd_fdstat_set_flags(fd, f)),
        6 => drop(files.fd_filestat_get(fd)),
        7 => drop(files.fd_filestat_set_size(fd, n, n2)),
        8 => drop(files.fd_filestat_set_times(fd, n, n2, f, n)),
        9 => drop(files.fd_pread(fd, &mut bytes, n)),
        10 => drop(files.fd_prestat_get(fd)),
        11 => drop(files.fd_prestat_dir_name(fd, n as u32)),
        12 => drop(files.fd_pwrite(fd, &bytes, n, n2)),
        13 => drop(files.fd_read(fd, &mut bytes)),
        14 => drop(files.fd_readdir(fd, n).map(|entries| dirents(entries, &mut bytes))),
        15 => drop(Whence::try_from(f as u8).map(|whence| files.fd_seek(fd, n as i64, whence))),
        16 => drop(files.fd_tell(fd)),
        17 => drop(files.fd_write(fd, &bytes, n)),
        18 => drop(files.path_create_directory(fd, &path, n)),
        19 => drop(files.path_filestat_get(fd, lookup, &path)),
        20 => drop(files.path_filestat_set_times(fd, lookup, &path, (n, n2), f, n)),
        21 => drop(files.path_link((fd, &path), lookup, (fd2, &path2), n)),
        22 | 23 => drop(files.path_open(fd, &path, options, n2)),
        24 => drop(files.path_readlink(fd, &path)),
        25 => drop(files.path_remove_directory(fd, &path, n)),
        26 => drop(files.path_rename((fd, &path), (fd2, &path2), n)),
        27 => drop(files.path_symlink(&path, fd, &path2, n)),
        28 => drop(files.path_unlink_file(fd, &path, n)),
        29 if f & 1 == 0 => drop(files.fd_renumber(fd, fd2)),
        _ => drop(files.fd_allocate(fd, n, n2, n)),
    }
}

proptest! {
    #[test]
    fn no_call_panics_and_what_is_charged_is_what_there_is(calls in proptest::collection::vec(call(), 1..120)) {
        let mut files = Files::new(image(), &limits(20_000, 12), 0);
        for call in calls {
            make(&mut files, call);
            audit(&files);
        }
    }
}
