use super::guest::{EPOCH, Guest, NOW, READ, ROOT_FD, WRITE, audit, image};
use crate::files::{Bytes, Errno, Files, Image, fstflags, oflags};
use assay_api::Limits;

const ZIP: &str = "usr/local/lib/python315.zip";

#[test]
fn files_of_the_image_are_read_without_being_copied() {
    let mut guest = Guest::new();
    assert_eq!(guest.read_file(ZIP).unwrap(), vec![7; 100_000]);
    assert_eq!(guest.0.tree.view().changed().count(), 0);
}

#[test]
fn nothing_changes_where_the_image_is_read_only() {
    let mut guest = Guest::new();
    guest.write_file("tmp/a", b"").unwrap();
    assert_eq!(guest.open(ZIP, 0, WRITE), Err(Errno::RoFs));
    assert_eq!(guest.open(ZIP, oflags::TRUNC, READ), Err(Errno::RoFs));
    assert_eq!(guest.open("usr/new", oflags::CREAT, WRITE), Err(Errno::RoFs));
    assert_eq!(guest.mkdir("usr/new"), Err(Errno::RoFs));
    assert_eq!(guest.symlink("x", "usr/new"), Err(Errno::RoFs));
    assert_eq!(guest.link("tmp/a", "usr/new"), Err(Errno::RoFs));
    assert_eq!(guest.link(ZIP, "tmp/zip"), Err(Errno::RoFs));
    assert_eq!(guest.unlink(ZIP), Err(Errno::RoFs));
    assert_eq!(guest.rmdir("usr/empty"), Err(Errno::RoFs));
    assert_eq!(guest.rename(ZIP, "tmp/zip"), Err(Errno::RoFs));
    assert_eq!(guest.rename("tmp/a", "usr/new"), Err(Errno::RoFs));
    assert_eq!(guest.rename("usr", "tmp/usr"), Err(Errno::RoFs));
    assert_eq!(guest.mkdir("tmp/d").and(guest.rename("tmp/d", "usr/empty")), Err(Errno::RoFs));
    let times = guest.0.path_filestat_set_times(ROOT_FD, 0, ZIP.as_bytes(), (1, 1), fstflags::MTIM, NOW);
    assert_eq!(times, Err(Errno::RoFs));
    assert!(guest.open(ZIP, oflags::CREAT, READ).is_ok());
    assert_eq!(guest.list("usr").unwrap(), ["empty", "local"]);
    assert!(!guest.0.limit_hit());
    audit(&guest.0);
}

#[test]
fn programs_change_a_file_of_the_image_each_for_itself() {
    let image = image();
    let mut one = Guest(Files::new(image.clone(), &Limits::default(), EPOCH));
    let mut two = Guest(Files::new(image, &Limits::default(), EPOCH));
    let before = one.stat("data/table.csv").unwrap().ino;
    one.write_file("data/table.csv", b"mine").unwrap();
    one.unlink("tmp/../data/table.csv").unwrap();
    one.write_file("data/other", b"mine").unwrap();
    assert_eq!(two.read_file("data/table.csv").unwrap(), b"a,b\n1,2\n");
    assert_eq!(two.list("data").unwrap(), ["table.csv"]);
    assert_eq!(two.stat("data/table.csv").unwrap().ino, before);
}

#[test]
fn a_file_keeps_its_inode_number_when_it_is_changed() {
    let mut guest = Guest::new();
    let before = guest.stat("data/table.csv").unwrap();
    let fd = guest.open("data/table.csv", 0, WRITE).unwrap();
    guest.0.fd_pwrite(fd, b"A", 0, NOW).unwrap();
    assert_eq!(guest.stat("data/table.csv").unwrap().ino, before.ino);
    assert_eq!(guest.read_file("data/table.csv").unwrap(), b"A,b\n1,2\n");
}

#[test]
fn the_same_calls_give_the_same_inode_numbers() {
    let run = || {
        let mut guest = Guest::new();
        guest.write_file("tmp/a", b"").unwrap();
        guest.unlink("tmp/a").unwrap();
        guest.write_file("tmp/b", b"").unwrap();
        guest.mkdir("tmp/c").unwrap();
        ["tmp/b", "tmp/c", "usr"].map(|path| guest.stat(path).unwrap().ino)
    };
    assert_eq!(run(), [11, 12, 5]);
    assert_eq!(run(), run());
}

#[test]
fn the_hosts_files_appear_wherever_it_puts_them_and_cost_nothing() {
    let mut guest = Guest::new();
    guest.0.add_file("/main.py", "print()").unwrap();
    guest.0.add_file("/work/src/pkg/mod.py", Bytes::from(vec![1, 2, 3])).unwrap();
    guest.0.add_file("/usr/local/lib/extra.py", "").unwrap();
    assert_eq!(guest.read_file("main.py").unwrap(), b"print()");
    assert_eq!(guest.read_file("work/src/pkg/mod.py").unwrap(), [1, 2, 3]);
    assert_eq!(guest.list("usr/local/lib").unwrap(), ["extra.py", "python315.zip"]);
    assert_eq!(guest.mkdir("usr/local/lib/new"), Err(Errno::RoFs));
    assert_eq!(guest.0.tree.used(), (0, 0));
}

#[test]
fn a_file_of_the_hosts_that_a_program_changes_costs_its_size() {
    let mut guest = Guest::new();
    guest.0.add_file("/main.py", "print()").unwrap();
    let fd = guest.open("main.py", 0, WRITE).unwrap();
    guest.0.fd_pwrite(fd, b"P", 0, NOW).unwrap();
    assert_eq!(guest.0.tree.used(), (7, 0));
    guest.0.add_file("/main.py", "again").unwrap();
    assert_eq!(guest.read_file("main.py").unwrap(), b"again");
    assert_eq!(guest.0.tree.used(), (0, 0));
    guest.unlink("main.py").unwrap();
    guest.0.fd_close(fd).unwrap();
    assert_eq!(guest.0.tree.used(), (0, 0));
}

#[test]
fn the_hosts_files_need_a_proper_path() {
    let mut files = Guest::new().0;
    for path in ["", "a", "/", "/a/", "/a//b", "/../a", "/a/./b", "/a\0b"] {
        assert_eq!(files.add_file(path, ""), Err(Errno::Inval), "{path:?}");
    }
    assert_eq!(files.add_file("/data/table.csv/a", ""), Err(Errno::NotDir));
    assert_eq!(files.add_file("/data", ""), Err(Errno::IsDir));
}

#[test]
fn a_clone_goes_its_own_way() {
    let mut guest = Guest::new();
    guest.write_file("tmp/a", b"before").unwrap();
    let fd = guest.open("tmp/a", 0, READ).unwrap();
    let mut twin = Guest(guest.0.clone());
    guest.write_file("tmp/a", b"after").unwrap();
    assert_eq!(twin.read_all(fd).unwrap(), b"before");
    assert_eq!(guest.read_all(fd).unwrap(), b"after");
}

#[test]
fn what_is_removed_from_the_image_does_not_show_again() {
    let mut builder = Image::builder();
    builder.dir("/", true).unwrap();
    builder.dir("/outer/inner", true).unwrap();
    builder.preopen("/").unwrap();
    let mut guest = Guest(Files::new(builder.build(), &Limits::default(), EPOCH));
    let inner = guest.open("outer/inner", 0, READ).unwrap();
    guest.rmdir("outer/inner").unwrap();
    guest.rmdir("outer").unwrap();
    let outer = guest.open_at(inner, "..", 0, READ).unwrap();
    assert_eq!(guest.names(outer, 0).unwrap(), [""; 0]);
    assert_eq!(guest.0.path_create_directory(outer, b"new", NOW), Err(Errno::NoEnt));
    assert_eq!(guest.list("/").unwrap(), [""; 0]);
}
