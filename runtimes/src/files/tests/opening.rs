use super::guest::{Guest, NOW, READ, ROOT_FD, WRITE};
use crate::files::{Errno, OpenOptions, fdflags, oflags, rights};

#[test]
fn creating_a_file_that_exists_opens_it() {
    let mut guest = Guest::new();
    guest.write_file("tmp/a", b"old").unwrap();
    let fd = guest.open("tmp/a", oflags::CREAT, READ).unwrap();
    assert_eq!(guest.read_all(fd).unwrap(), b"old");
}

#[test]
fn exclusive_creation_fails_on_anything_that_exists() {
    let mut guest = Guest::new();
    guest.symlink("nowhere", "tmp/dangling").unwrap();
    for path in ["tmp", "data/table.csv", "tmp/dangling", ".", "tmp/..", "/"] {
        assert_eq!(guest.open(path, oflags::CREAT | oflags::EXCL, WRITE), Err(Errno::Exist), "{path}");
    }
}

#[test]
fn truncation_empties_a_file() {
    let mut guest = Guest::new();
    guest.write_file("tmp/a", b"old").unwrap();
    guest.open("tmp/a", oflags::TRUNC, WRITE).unwrap();
    assert_eq!(guest.stat("tmp/a").unwrap().size, 0);
}

#[test]
fn what_does_not_exist_is_not_opened() {
    let mut guest = Guest::new();
    assert_eq!(guest.open("tmp/a", 0, READ), Err(Errno::NoEnt));
    assert_eq!(guest.open("nowhere/a", oflags::CREAT, WRITE), Err(Errno::NoEnt));
    assert_eq!(guest.open("data/table.csv/a", oflags::CREAT, WRITE), Err(Errno::NotDir));
}

#[test]
fn a_directory_is_opened_for_reading_only() {
    let mut guest = Guest::new();
    assert!(guest.open("tmp", oflags::DIRECTORY, READ).is_ok());
    assert!(guest.open("tmp/", 0, READ).is_ok());
    assert_eq!(guest.open("tmp", 0, READ | WRITE), Err(Errno::IsDir));
    assert_eq!(guest.open("tmp", oflags::CREAT, READ), Err(Errno::IsDir));
    assert_eq!(guest.open("tmp", oflags::TRUNC, READ), Err(Errno::IsDir));
}

#[test]
fn only_a_directory_is_opened_as_one() {
    let mut guest = Guest::new();
    assert_eq!(guest.open("data/table.csv", oflags::DIRECTORY, READ), Err(Errno::NotDir));
    assert_eq!(guest.open("data/table.csv/", 0, READ), Err(Errno::NotDir));
    assert_eq!(guest.open("tmp/new/", oflags::CREAT, WRITE), Err(Errno::IsDir));
    assert_eq!(guest.open("tmp/new", oflags::CREAT | oflags::DIRECTORY, READ), Err(Errno::Inval));
}

#[test]
fn a_link_is_not_opened_itself() {
    let mut guest = Guest::new();
    guest.symlink("/data/table.csv", "tmp/link").unwrap();
    let options = OpenOptions { lookup: 0, rights: READ, ..OpenOptions::default() };
    assert_eq!(guest.0.path_open(ROOT_FD, b"tmp/link", options, NOW), Err(Errno::Loop));
    let options = OpenOptions { oflags: oflags::DIRECTORY, ..options };
    assert_eq!(guest.0.path_open(ROOT_FD, b"tmp/link", options, NOW), Err(Errno::NotDir));
}

#[test]
fn creating_through_a_dangling_link_creates_its_target() {
    let mut guest = Guest::new();
    guest.symlink("target", "tmp/link").unwrap();
    guest.write_file("tmp/link", b"x").unwrap();
    assert_eq!(guest.read_file("tmp/target").unwrap(), b"x");
}

#[test]
fn the_access_mode_is_kept_to_and_told() {
    let mut guest = Guest::new();
    guest.write_file("tmp/a", b"abc").unwrap();
    for (mode, reads, writes) in
        [(READ, true, false), (WRITE, false, true), (READ | WRITE, true, true), (0, false, false)]
    {
        let fd = guest.open("tmp/a", 0, mode).unwrap();
        assert_eq!(guest.0.fd_read(fd, &mut [0; 1]).is_ok(), reads);
        assert_eq!(guest.0.fd_pread(fd, &mut [0; 1], 0).is_ok(), reads);
        assert_eq!(guest.0.fd_write(fd, b"x", NOW).is_ok(), writes);
        assert_eq!(guest.0.fd_pwrite(fd, b"x", 0, NOW).is_ok(), writes);
        assert_eq!(guest.0.fd_filestat_set_size(fd, 3, NOW).is_ok(), writes);
        let told = guest.0.fd_fdstat_get(fd).unwrap().rights_base;
        assert_eq!(told & (rights::FD_READ | rights::FD_READDIR) != 0, reads);
        assert_eq!(told & rights::FD_WRITE != 0, writes);
    }
}

#[test]
fn flags_that_preview1_has_not_are_refused() {
    let mut guest = Guest::new();
    for options in [
        OpenOptions { oflags: 16, ..OpenOptions::default() },
        OpenOptions { fdflags: 32, ..OpenOptions::default() },
        OpenOptions { lookup: 2, ..OpenOptions::default() },
    ] {
        assert_eq!(guest.0.path_open(ROOT_FD, b"tmp", options, NOW), Err(Errno::Inval), "{options:?}");
    }
}

#[test]
fn an_appending_descriptor_writes_at_the_end_whatever_its_position() {
    let mut guest = Guest::new();
    guest.write_file("tmp/a", b"one").unwrap();
    let options = OpenOptions { rights: WRITE | READ, fdflags: fdflags::APPEND, ..OpenOptions::default() };
    let fd = guest.0.path_open(ROOT_FD, b"tmp/a", options, NOW).unwrap();
    guest.0.fd_write(fd, b"two", NOW).unwrap();
    assert_eq!(guest.0.fd_tell(fd), Ok(6));
    guest.0.fd_pwrite(fd, b"T", 0, NOW).unwrap();
    assert_eq!(guest.read_file("tmp/a").unwrap(), b"Tnetwo");
}
