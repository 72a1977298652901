use super::guest::{Guest, READ, audit};
use crate::files::Errno;

/// `tmp/file`, `tmp/empty/`, `tmp/full/child`.
fn guest() -> Guest {
    let mut guest = Guest::new();
    guest.write_file("tmp/file", b"file").unwrap();
    guest.mkdir("tmp/empty").unwrap();
    guest.mkdir("tmp/full").unwrap();
    guest.write_file("tmp/full/child", b"child").unwrap();
    guest
}

#[test]
fn a_file_moves_with_its_inode() {
    let mut guest = guest();
    let before = guest.stat("tmp/file").unwrap();
    guest.rename("tmp/file", "tmp/full/moved").unwrap();
    assert_eq!(guest.stat("tmp/full/moved").unwrap().ino, before.ino);
    assert_eq!(guest.stat("tmp/file"), Err(Errno::NoEnt));
}

#[test]
fn a_directory_moves_with_all_that_is_in_it() {
    let mut guest = guest();
    guest.rename("tmp/full", "tmp/empty/full/").unwrap();
    assert_eq!(guest.read_file("tmp/empty/full/child").unwrap(), b"child");
    assert_eq!(guest.read_file("tmp/empty/full/../full/child").unwrap(), b"child");
    assert_eq!(guest.list("tmp").unwrap(), ["empty", "file"]);
}

#[test]
fn a_file_replaces_a_file_that_lives_on_for_its_descriptor() {
    let mut guest = guest();
    let fd = guest.open("tmp/full/child", 0, READ).unwrap();
    guest.rename("tmp/file", "tmp/full/child").unwrap();
    assert_eq!(guest.read_file("tmp/full/child").unwrap(), b"file");
    assert_eq!(guest.read_all(fd).unwrap(), b"child");
    audit(&guest.0);
    guest.0.fd_close(fd).unwrap();
    audit(&guest.0);
}

#[test]
fn a_directory_replaces_an_empty_directory_only() {
    let mut guest = guest();
    assert_eq!(guest.rename("tmp/empty", "tmp/full"), Err(Errno::NotEmpty));
    guest.rename("tmp/full", "tmp/empty").unwrap();
    assert_eq!(guest.list("tmp/empty").unwrap(), ["child"]);
    audit(&guest.0);
}

#[test]
fn files_and_directories_do_not_replace_each_other() {
    let mut guest = guest();
    assert_eq!(guest.rename("tmp/file", "tmp/empty"), Err(Errno::IsDir));
    assert_eq!(guest.rename("tmp/empty", "tmp/file"), Err(Errno::NotDir));
    assert_eq!(guest.rename("tmp/file", "tmp/new/"), Err(Errno::NotDir));
    assert_eq!(guest.rename("tmp/file/", "tmp/new"), Err(Errno::NotDir));
}

#[test]
fn a_directory_does_not_move_into_itself() {
    let mut guest = guest();
    guest.mkdir("tmp/full/deeper").unwrap();
    assert_eq!(guest.rename("tmp/full", "tmp/full/self"), Err(Errno::Inval));
    assert_eq!(guest.rename("tmp/full", "tmp/full/deeper/self"), Err(Errno::Inval));
    assert_eq!(guest.rename("tmp/full/deeper", "tmp/full"), Err(Errno::NotEmpty));
}

#[test]
fn renaming_to_another_name_of_the_same_file_does_nothing() {
    let mut guest = guest();
    guest.link("tmp/file", "tmp/twin").unwrap();
    assert_eq!(guest.rename("tmp/file", "tmp/twin"), Ok(()));
    assert_eq!(guest.rename("tmp/file", "tmp/file"), Ok(()));
    assert_eq!(guest.list("tmp").unwrap(), ["empty", "file", "full", "twin"]);
}

#[test]
fn a_link_is_moved_and_replaced_itself() {
    let mut guest = guest();
    guest.symlink("full", "tmp/link").unwrap();
    guest.rename("tmp/link", "tmp/moved").unwrap();
    assert_eq!(guest.list("tmp/moved").unwrap(), ["child"]);
    guest.rename("tmp/file", "tmp/moved").unwrap();
    assert_eq!(guest.read_file("tmp/moved").unwrap(), b"file");
}

#[test]
fn paths_that_end_in_no_name_are_busy() {
    let mut guest = guest();
    for path in [".", "tmp/..", "/"] {
        assert_eq!(guest.rename(path, "tmp/new"), Err(Errno::Busy), "{path}");
        assert_eq!(guest.rename("tmp/file", path), Err(Errno::Busy), "{path}");
    }
    assert_eq!(guest.rename("tmp/nothing", "tmp/new"), Err(Errno::NoEnt));
}

#[test]
fn a_directory_of_the_image_moves_where_programs_may_write() {
    let mut guest = guest();
    guest.rename("data", "tmp/data").unwrap();
    assert_eq!(guest.read_file("tmp/data/table.csv").unwrap(), b"a,b\n1,2\n");
    assert_eq!(guest.stat("tmp/data/..").unwrap().ino, guest.stat("tmp").unwrap().ino);
    assert_eq!(guest.stat("data"), Err(Errno::NoEnt));
}
