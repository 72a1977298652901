use super::guest::{Guest, NOW, READ, WRITE};
use crate::files::{Errno, Whence, fdflags, oflags};

fn scratch(guest: &mut Guest) -> u32 {
    guest.open("tmp/scratch", oflags::CREAT, READ | WRITE).unwrap()
}

#[test]
fn what_is_written_is_read() {
    let mut guest = Guest::new();
    let fd = scratch(&mut guest);
    guest.0.fd_write(fd, b"hello ", NOW).unwrap();
    guest.0.fd_write(fd, b"world", NOW).unwrap();
    assert_eq!(guest.read_all(fd).unwrap(), b"hello world");
}

#[test]
fn reading_stops_at_the_end() {
    let mut guest = Guest::new();
    let fd = scratch(&mut guest);
    guest.0.fd_write(fd, b"abc", NOW).unwrap();
    let mut buf = [0; 8];
    assert_eq!(guest.0.fd_read(fd, &mut buf), Ok(0));
    assert_eq!(guest.0.fd_pread(fd, &mut buf, 1), Ok(2));
    assert_eq!(&buf[..2], b"bc");
    assert_eq!(guest.0.fd_pread(fd, &mut buf, i64::MAX as u64), Ok(0));
    assert_eq!(guest.0.fd_pread(fd, &mut buf, u64::MAX), Err(Errno::Inval));
}

#[test]
fn positioned_data_leaves_the_position_alone() {
    let mut guest = Guest::new();
    let fd = scratch(&mut guest);
    guest.0.fd_write(fd, b"abc", NOW).unwrap();
    guest.0.fd_pwrite(fd, b"X", 0, NOW).unwrap();
    guest.0.fd_pread(fd, &mut [0; 2], 0).unwrap();
    assert_eq!(guest.0.fd_tell(fd), Ok(3));
}

#[test]
fn writing_behind_the_end_leaves_zeros() {
    let mut guest = Guest::new();
    let fd = scratch(&mut guest);
    guest.0.fd_write(fd, b"a", NOW).unwrap();
    assert_eq!(guest.0.fd_seek(fd, 10_000, Whence::End), Ok(10_001));
    assert_eq!(guest.stat("tmp/scratch").unwrap().size, 1);
    guest.0.fd_write(fd, b"b", NOW).unwrap();
    let bytes = guest.read_all(fd).unwrap();
    assert_eq!((bytes.len(), bytes[0], bytes[10_001]), (10_002, b'a', b'b'));
    assert!(bytes[1..10_001].iter().all(|byte| *byte == 0));
}

#[test]
fn writing_nothing_behind_the_end_changes_nothing() {
    let mut guest = Guest::new();
    let fd = scratch(&mut guest);
    guest.0.fd_pwrite(fd, b"", 100, NOW).unwrap();
    assert_eq!(guest.stat("tmp/scratch").unwrap().size, 0);
    guest.0.fd_fdstat_set_flags(fd, fdflags::APPEND).unwrap();
    guest.0.fd_seek(fd, 100, Whence::Set).unwrap();
    guest.0.fd_write(fd, b"", NOW).unwrap();
    assert_eq!(guest.0.fd_tell(fd), Ok(100));
}

#[test]
fn what_a_cut_took_does_not_come_back() {
    let mut guest = Guest::new();
    let fd = scratch(&mut guest);
    guest.0.fd_write(fd, &[7; 9000], NOW).unwrap();
    guest.0.fd_filestat_set_size(fd, 5000, NOW).unwrap();
    guest.0.fd_filestat_set_size(fd, 9000, NOW).unwrap();
    let bytes = guest.read_all(fd).unwrap();
    assert_eq!(bytes[..5000], [7; 5000]);
    assert_eq!(bytes[5000..], [0; 4000]);
}

#[test]
fn seeking_counts_from_start_position_and_end() {
    let mut guest = Guest::new();
    let fd = scratch(&mut guest);
    guest.0.fd_write(fd, &[0; 100], NOW).unwrap();
    assert_eq!(guest.0.fd_seek(fd, -1, Whence::End), Ok(99));
    assert_eq!(guest.0.fd_seek(fd, -9, Whence::Cur), Ok(90));
    assert_eq!(guest.0.fd_seek(fd, 5, Whence::Set), Ok(5));
    assert_eq!(guest.0.fd_seek(fd, -6, Whence::Cur), Err(Errno::Inval));
    assert_eq!(guest.0.fd_seek(fd, i64::MIN, Whence::Cur), Err(Errno::Inval));
    assert_eq!(guest.0.fd_seek(fd, i64::MAX, Whence::Cur), Err(Errno::Overflow));
    assert_eq!(guest.0.fd_tell(fd), Ok(5));
    assert_eq!(Whence::try_from(3), Err(Errno::Inval));
}

#[test]
fn no_file_grows_beyond_what_an_offset_can_say() {
    let mut guest = Guest::new();
    let fd = scratch(&mut guest);
    assert_eq!(guest.0.fd_seek(fd, i64::MAX, Whence::Set), Ok(i64::MAX as u64));
    assert_eq!(guest.0.fd_write(fd, b"x", NOW), Err(Errno::FBig));
    assert_eq!(guest.0.fd_pwrite(fd, b"x", u64::MAX, NOW), Err(Errno::Inval));
    assert_eq!(guest.0.fd_filestat_set_size(fd, u64::MAX, NOW), Err(Errno::Inval));
    assert_eq!(guest.0.fd_allocate(fd, u64::MAX, u64::MAX, NOW), Err(Errno::FBig));
}

#[test]
fn allocating_grows_and_never_shrinks() {
    let mut guest = Guest::new();
    let fd = scratch(&mut guest);
    guest.0.fd_allocate(fd, 10, 20, NOW).unwrap();
    assert_eq!(guest.stat("tmp/scratch").unwrap().size, 30);
    guest.0.fd_allocate(fd, 0, 5, NOW).unwrap();
    assert_eq!(guest.stat("tmp/scratch").unwrap().size, 30);
    assert_eq!(guest.0.fd_allocate(fd, 0, 0, NOW), Err(Errno::Inval));
}

#[test]
fn two_descriptors_of_a_file_see_each_other() {
    let mut guest = Guest::new();
    let one = scratch(&mut guest);
    let two = scratch(&mut guest);
    guest.0.fd_write(one, b"abc", NOW).unwrap();
    assert_eq!(guest.read_all(two).unwrap(), b"abc");
}

#[test]
fn a_directory_has_no_data() {
    let mut guest = Guest::new();
    let fd = guest.open("tmp", 0, READ).unwrap();
    assert_eq!(guest.0.fd_read(fd, &mut [0; 1]), Err(Errno::IsDir));
    assert_eq!(guest.0.fd_write(fd, b"x", NOW), Err(Errno::BadF));
    assert_eq!(guest.0.fd_filestat_set_size(fd, 0, NOW), Err(Errno::Inval));
    assert_eq!(guest.0.fd_allocate(fd, 0, 1, NOW), Err(Errno::BadF));
    assert_eq!(guest.0.fd_seek(fd, 0, Whence::Set), Err(Errno::IsDir));
}

#[test]
fn syncing_and_advice_do_nothing() {
    let mut guest = Guest::new();
    let fd = scratch(&mut guest);
    assert_eq!(guest.0.fd_sync(fd), Ok(()));
    assert_eq!(guest.0.fd_datasync(fd), Ok(()));
    assert_eq!(guest.0.fd_advise(fd, 5), Ok(()));
    assert_eq!(guest.0.fd_advise(fd, 6), Err(Errno::Inval));
    assert_eq!(guest.0.fd_sync(99), Err(Errno::BadF));
}
