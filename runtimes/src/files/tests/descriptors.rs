use super::guest::{EPOCH, Guest, NOW, READ, WRITE};
use crate::files::{Errno, FileType, Files, Image, Stream, Whence, fdflags, oflags, rights};
use assay_api::Limits;

#[test]
fn the_first_three_descriptors_are_the_streams() {
    let guest = Guest::new();
    let streams = [0, 1, 2, 3, 4, u32::MAX].map(|fd| guest.0.stream(fd));
    assert_eq!(streams, [Some(Stream::Stdin), Some(Stream::Stdout), Some(Stream::Stderr), None, None, None]);
}

#[test]
fn a_stream_is_a_character_device_and_no_terminal() {
    let mut guest = Guest::new();
    let stat = guest.0.fd_fdstat_get(1).unwrap();
    assert_eq!(stat.file_type, FileType::CharacterDevice);
    assert_ne!(stat.rights_base & (rights::FD_SEEK | rights::FD_TELL), 0);
    assert_eq!(guest.0.fd_filestat_get(1).unwrap().file_type, FileType::CharacterDevice);
    assert_eq!(guest.0.fd_seek(1, 0, Whence::Cur), Err(Errno::SPipe));
    assert_eq!(guest.0.fd_tell(1), Err(Errno::SPipe));
    assert_eq!(guest.0.fd_pread(0, &mut [0; 1], 0), Err(Errno::SPipe));
    assert_eq!(guest.0.fd_pwrite(1, b"x", 0, NOW), Err(Errno::SPipe));
    assert_eq!(guest.0.fd_write(1, b"x", NOW), Err(Errno::BadF));
    assert_eq!(guest.0.fd_sync(1), Err(Errno::Inval));
}

#[test]
fn preopened_directories_follow_in_their_order() {
    let mut builder = Image::builder();
    builder.dir("/tmp", true).unwrap();
    for path in ["/", "/tmp"] {
        builder.preopen(path).unwrap();
    }
    let files = Files::new(builder.build(), &Limits::default(), EPOCH);
    assert_eq!(files.fd_prestat_get(3), Ok(1));
    assert_eq!(files.fd_prestat_dir_name(3, 1), Ok("/"));
    assert_eq!(files.fd_prestat_dir_name(4, 10), Ok("/tmp"));
    assert_eq!(files.fd_prestat_dir_name(4, 3), Err(Errno::NameTooLong));
    assert_eq!(files.fd_prestat_get(5), Err(Errno::BadF));
    assert_eq!(files.fd_prestat_get(0), Err(Errno::BadF));
}

#[test]
fn a_directory_that_the_program_opened_is_no_preopened_one() {
    let mut guest = Guest::new();
    let fd = guest.open("tmp", 0, READ).unwrap();
    assert_eq!(guest.0.fd_prestat_get(fd), Err(Errno::BadF));
}

#[test]
fn a_new_descriptor_gets_the_lowest_free_number() {
    let mut guest = Guest::new();
    let fds = ["data", "tmp", "usr"].map(|path| guest.open(path, 0, READ).unwrap());
    assert_eq!(fds, [4, 5, 6]);
    guest.0.fd_close(5).unwrap();
    guest.0.fd_close(0).unwrap();
    assert_eq!(guest.0.fd_close(5), Err(Errno::BadF));
    assert_eq!(guest.open("data", 0, READ), Ok(0));
    assert_eq!(guest.open("data", 0, READ), Ok(5));
    assert_eq!(guest.0.stream(0), None);
}

#[test]
fn a_stream_can_be_given_another_number() {
    let mut guest = Guest::new();
    let fd = guest.open("tmp/log", oflags::CREAT, WRITE).unwrap();
    guest.0.fd_renumber(1, fd).unwrap();
    assert_eq!(guest.0.stream(fd), Some(Stream::Stdout));
    assert_eq!(guest.0.stream(1), None);
    assert_eq!(guest.0.fd_write(1, b"x", NOW), Err(Errno::BadF));
}

#[test]
fn a_file_can_take_the_place_of_a_stream() {
    let mut guest = Guest::new();
    let fd = guest.open("tmp/log", oflags::CREAT, WRITE).unwrap();
    guest.0.fd_renumber(fd, 1).unwrap();
    guest.0.fd_write(1, b"logged", NOW).unwrap();
    assert_eq!(guest.read_file("tmp/log").unwrap(), b"logged");
    assert_eq!(guest.0.fd_close(fd), Err(Errno::BadF));
}

#[test]
fn renumbering_closes_what_was_there() {
    let mut guest = Guest::new();
    guest.write_file("tmp/a", b"abc").unwrap();
    let a = guest.open("tmp/a", 0, READ).unwrap();
    let b = guest.open("data", 0, READ).unwrap();
    guest.unlink("tmp/a").unwrap();
    guest.0.fd_renumber(b, a).unwrap();
    assert_eq!(guest.0.tree.used(), (0, 0));
    assert_eq!(guest.0.fd_renumber(a, a), Ok(()));
    assert_eq!(guest.0.fd_renumber(a, 99), Err(Errno::BadF));
    assert_eq!(guest.0.fd_renumber(u32::MAX, a), Err(Errno::BadF));
}

#[test]
fn flags_are_set_and_told() {
    let mut guest = Guest::new();
    let fd = guest.open("tmp/a", oflags::CREAT, WRITE).unwrap();
    guest.0.fd_write(fd, b"abc", NOW).unwrap();
    guest.0.fd_seek(fd, 0, Whence::Set).unwrap();
    guest.0.fd_fdstat_set_flags(fd, fdflags::APPEND).unwrap();
    assert_eq!(guest.0.fd_fdstat_get(fd).unwrap().flags, fdflags::APPEND);
    guest.0.fd_write(fd, b"def", NOW).unwrap();
    assert_eq!(guest.read_file("tmp/a").unwrap(), b"abcdef");
    assert_eq!(guest.0.fd_fdstat_set_flags(fd, 32), Err(Errno::Inval));
    assert_eq!(guest.0.fd_fdstat_set_flags(1, 0), Ok(()));
}

#[test]
fn the_rights_are_all_rights_but_for_the_access_mode() {
    let mut guest = Guest::new();
    assert_eq!(guest.0.fd_fdstat_get(3).unwrap().rights_inheriting, rights::ALL);
    let fd = guest.open("tmp/a", oflags::CREAT, READ | WRITE).unwrap();
    assert_eq!(guest.0.fd_fdstat_get(fd).unwrap().rights_base, rights::ALL);
}
