use super::guest::{Guest, READ, ROOT_FD, WRITE, audit};
use crate::files::{Errno, FileType, oflags};

#[test]
fn directories_are_made_and_removed() {
    let mut guest = Guest::new();
    guest.mkdir("tmp/a").unwrap();
    guest.mkdir("tmp/a/b/").unwrap();
    assert_eq!(guest.stat("tmp/a/b").unwrap().file_type, FileType::Directory);
    assert_eq!(guest.rmdir("tmp/a"), Err(Errno::NotEmpty));
    guest.rmdir("tmp/a/b/").unwrap();
    guest.rmdir("tmp/a").unwrap();
    assert_eq!(guest.stat("tmp/a"), Err(Errno::NoEnt));
}

#[test]
fn nothing_is_made_where_something_is() {
    let mut guest = Guest::new();
    guest.symlink("nowhere", "tmp/dangling").unwrap();
    for path in ["tmp", "tmp/", "tmp/dangling", ".", "tmp/..", "/", "data/table.csv"] {
        assert_eq!(guest.mkdir(path), Err(Errno::Exist), "{path}");
        assert_eq!(guest.symlink("x", path), Err(Errno::Exist), "{path}");
        assert_eq!(guest.link("data/table.csv", path), Err(Errno::Exist), "{path}");
    }
}

#[test]
fn a_slash_after_a_new_name_is_for_directories() {
    let mut guest = Guest::new();
    assert_eq!(guest.symlink("x", "tmp/new/"), Err(Errno::NoEnt));
    assert_eq!(guest.link("data/table.csv", "tmp/new/"), Err(Errno::NoEnt));
    assert_eq!(guest.mkdir("tmp/new/"), Ok(()));
}

#[test]
fn a_file_that_is_unlinked_while_open_is_still_there_for_its_descriptor() {
    let mut guest = Guest::new();
    guest.write_file("tmp/a", b"abc").unwrap();
    let fd = guest.open("tmp/a", 0, READ | WRITE).unwrap();
    guest.unlink("tmp/a").unwrap();
    assert_eq!(guest.stat("tmp/a"), Err(Errno::NoEnt));
    assert_eq!(guest.read_all(fd).unwrap(), b"abc");
    assert_eq!(guest.0.fd_filestat_get(fd).unwrap().nlink, 0);
    guest.0.fd_write(fd, b"def", 0).unwrap();
    assert_eq!(guest.read_all(fd).unwrap(), b"abcdef");
    audit(&guest.0);
    guest.0.fd_close(fd).unwrap();
    assert_eq!(guest.0.tree.used(), (0, 0));
}

#[test]
fn a_file_of_the_image_that_is_unlinked_while_open_keeps_what_was_written_to_it() {
    let mut guest = Guest::new();
    let reader = guest.open("data/table.csv", 0, READ).unwrap();
    guest.write_file("data/table.csv", b"new").unwrap();
    guest.unlink("data/table.csv").unwrap();
    assert_eq!(guest.read_all(reader).unwrap(), b"new");
    guest.0.fd_close(reader).unwrap();
    assert_eq!(guest.list("data").unwrap(), [""; 0]);
}

#[test]
fn a_directory_that_is_removed_while_open_takes_no_entries() {
    let mut guest = Guest::new();
    guest.mkdir("tmp/a").unwrap();
    let dir = guest.open("tmp/a", 0, READ).unwrap();
    guest.rmdir("tmp/a").unwrap();
    assert_eq!(guest.open_at(dir, "new", oflags::CREAT, WRITE), Err(Errno::NoEnt));
    assert_eq!(guest.0.path_create_directory(dir, b"new", 0), Err(Errno::NoEnt));
    assert_eq!(guest.names(dir, 0).unwrap(), [""; 0]);
    guest.0.fd_close(dir).unwrap();
    assert_eq!(guest.0.tree.used(), (0, 0));
}

#[test]
fn unlinking_is_for_files_and_removing_for_directories() {
    let mut guest = Guest::new();
    guest.write_file("tmp/a", b"").unwrap();
    guest.symlink("/data", "tmp/link").unwrap();
    assert_eq!(guest.unlink("tmp"), Err(Errno::IsDir));
    assert_eq!(guest.unlink("."), Err(Errno::IsDir));
    assert_eq!(guest.unlink("tmp/a/"), Err(Errno::NotDir));
    assert_eq!(guest.rmdir("tmp/a"), Err(Errno::NotDir));
    assert_eq!(guest.rmdir("tmp/link"), Err(Errno::NotDir));
    assert_eq!(guest.unlink("tmp/link/"), Err(Errno::NotDir));
    assert_eq!(guest.unlink("tmp/link"), Ok(()));
    assert_eq!(guest.rmdir("tmp/nothing"), Err(Errno::NoEnt));
}

#[test]
fn a_directory_is_not_removed_through_a_path_that_does_not_name_it() {
    let mut guest = Guest::new();
    guest.mkdir("tmp/a").unwrap();
    assert_eq!(guest.rmdir("tmp/a/."), Err(Errno::Inval));
    assert_eq!(guest.rmdir("tmp/a/.."), Err(Errno::NotEmpty));
    assert_eq!(guest.rmdir("/"), Err(Errno::Busy));
}

#[test]
fn names_of_one_file_are_equal() {
    let mut guest = Guest::new();
    guest.write_file("tmp/a", b"abc").unwrap();
    guest.link("tmp/a", "tmp/b").unwrap();
    assert_eq!(guest.stat("tmp/a").unwrap(), guest.stat("tmp/b").unwrap());
    assert_eq!(guest.stat("tmp/b").unwrap().nlink, 2);
    guest.unlink("tmp/a").unwrap();
    assert_eq!(guest.read_file("tmp/b").unwrap(), b"abc");
    assert_eq!(guest.stat("tmp/b").unwrap().nlink, 1);
    audit(&guest.0);
}

#[test]
fn a_directory_gets_no_second_name() {
    let mut guest = Guest::new();
    assert_eq!(guest.link("data", "tmp/data"), Err(Errno::Perm));
    assert_eq!(guest.link("nothing", "tmp/nothing"), Err(Errno::NoEnt));
}

#[test]
fn a_link_is_linked_itself_unless_asked_otherwise() {
    let mut guest = Guest::new();
    guest.symlink("/data/table.csv", "tmp/link").unwrap();
    guest.link("tmp/link", "tmp/same").unwrap();
    assert_eq!(guest.lstat("tmp/same").unwrap().file_type, FileType::SymbolicLink);
    guest.0.path_link((ROOT_FD, b"tmp/link"), 1, (ROOT_FD, b"tmp/table"), 0).unwrap();
    assert_eq!(guest.lstat("tmp/table").unwrap().file_type, FileType::RegularFile);
}

#[test]
fn a_link_tells_its_target_as_it_was_given() {
    let mut guest = Guest::new();
    guest.symlink("../no/such//place/", "tmp/link").unwrap();
    assert_eq!(guest.0.path_readlink(ROOT_FD, b"tmp/link"), Ok("../no/such//place/"));
    assert_eq!(guest.lstat("tmp/link").unwrap().size, 18);
    assert_eq!(guest.0.path_readlink(ROOT_FD, b"tmp"), Err(Errno::Inval));
    assert_eq!(guest.symlink("", "tmp/empty"), Err(Errno::NoEnt));
    assert_eq!(guest.symlink(&"x".repeat(4096), "tmp/long"), Err(Errno::NameTooLong));
}
