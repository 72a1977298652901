use super::guest::{EPOCH, Guest, NOW, READ, ROOT_FD, WRITE};
use crate::files::{Errno, Files, Image, OpenOptions, oflags};
use assay_api::Limits;

#[test]
fn the_parent_of_the_root_is_the_root() {
    let guest = Guest::new();
    let root = guest.stat("/").unwrap().ino;
    for path in ["..", "../..", "tmp/../..", "/..", "tmp/./.././../"] {
        assert_eq!(guest.stat(path).unwrap().ino, root, "{path}");
    }
}

#[test]
fn links_are_followed_relative_to_where_they_are() {
    let mut guest = Guest::new();
    guest.symlink("../data", "tmp/up").unwrap();
    guest.symlink("up/table.csv", "tmp/file").unwrap();
    assert_eq!(guest.read_file("tmp/file").unwrap(), b"a,b\n1,2\n");
    assert_eq!(guest.read_file("tmp/up/../data/table.csv").unwrap(), b"a,b\n1,2\n");
}

#[test]
fn absolute_links_start_at_the_programs_root() {
    let mut guest = Guest::new();
    guest.symlink("/data/table.csv", "tmp/file").unwrap();
    guest.symlink("/../../../data", "tmp/escape").unwrap();
    assert_eq!(guest.read_file("tmp/file").unwrap(), b"a,b\n1,2\n");
    assert_eq!(guest.list("tmp/escape").unwrap(), ["table.csv"]);
}

#[test]
fn a_path_leads_through_forty_links_and_no_more() {
    let mut guest = Guest::new();
    guest.symlink("/data/table.csv", "tmp/1").unwrap();
    for n in 2..=41 {
        guest.symlink(&format!("{}", n - 1), &format!("tmp/{n}")).unwrap();
    }
    assert!(guest.stat("tmp/40").is_ok());
    assert_eq!(guest.stat("tmp/41"), Err(Errno::Loop));
    assert!(guest.lstat("tmp/41").is_ok());
}

#[test]
fn links_in_a_circle_are_a_loop() {
    let mut guest = Guest::new();
    guest.symlink("b", "tmp/a").unwrap();
    guest.symlink("a", "tmp/b").unwrap();
    assert_eq!(guest.stat("tmp/a"), Err(Errno::Loop));
    assert_eq!(guest.stat("tmp/a/x"), Err(Errno::Loop));
    assert_eq!(guest.open("tmp/a", oflags::CREAT, WRITE), Err(Errno::Loop));
}

#[test]
fn links_that_blow_a_path_up_are_a_loop() {
    let mut guest = Guest::new();
    let detour = "./".repeat(2000);
    guest.symlink("/data", "tmp/0").unwrap();
    for n in 1..=8 {
        guest.symlink(&format!("{detour}{}", n - 1), &format!("tmp/{n}")).unwrap();
    }
    assert!(guest.stat("tmp/4").is_ok());
    assert_eq!(guest.stat("tmp/8"), Err(Errno::Loop));
}

#[test]
fn a_slash_after_a_link_follows_it() {
    let mut guest = Guest::new();
    guest.symlink("/data", "tmp/dir").unwrap();
    guest.symlink("/data/table.csv", "tmp/file").unwrap();
    assert_eq!(guest.lstat("tmp/dir/"), guest.stat("data"));
    assert_eq!(guest.lstat("tmp/file/"), Err(Errno::NotDir));
    assert_eq!(guest.0.path_readlink(ROOT_FD, b"tmp/dir/"), Err(Errno::Inval));
}

#[test]
fn only_a_directory_has_something_below_it() {
    let guest = Guest::new();
    for path in ["data/table.csv/", "data/table.csv/.", "data/table.csv/..", "data/table.csv/x"] {
        assert_eq!(guest.stat(path), Err(Errno::NotDir), "{path}");
    }
    assert_eq!(guest.stat("nothing/.."), Err(Errno::NoEnt));
    assert_eq!(guest.stat(""), Err(Errno::NoEnt));
}

#[test]
fn repeated_slashes_count_once() {
    let mut guest = Guest::new();
    assert_eq!(guest.read_file("//data///table.csv").unwrap(), b"a,b\n1,2\n");
}

#[test]
fn names_have_255_bytes_and_paths_4095() {
    let mut guest = Guest::new();
    let longest = "ü".repeat(127) + "x";
    guest.write_file(&longest, b"x").unwrap();
    assert_eq!(guest.stat(&format!("{longest}y")), Err(Errno::NameTooLong));
    assert_eq!(guest.mkdir(&format!("{longest}y")), Err(Errno::NameTooLong));
    assert!(guest.stat(&("./".repeat(2047) + ".")).is_ok());
    assert_eq!(guest.stat(&"./".repeat(2048)), Err(Errno::NameTooLong));
}

#[test]
fn paths_are_text() {
    let mut guest = Guest::new();
    assert_eq!(guest.0.path_create_directory(ROOT_FD, b"tmp/\xff", NOW), Err(Errno::IlSeq));
    assert_eq!(guest.0.path_symlink(b"\xff", ROOT_FD, b"tmp/a", NOW), Err(Errno::IlSeq));
    assert_eq!(guest.mkdir("tmp/\0"), Err(Errno::Inval));
}

#[test]
fn paths_start_at_the_descriptor() {
    let mut guest = Guest::new();
    let tmp = guest.open("tmp", 0, READ).unwrap();
    guest.open_at(tmp, "a", oflags::CREAT, WRITE).unwrap();
    assert_eq!(guest.list("tmp").unwrap(), ["a"]);
    assert!(guest.open_at(tmp, "../data/table.csv", 0, READ).is_ok());
    let file = guest.open("tmp/a", 0, READ).unwrap();
    assert_eq!(guest.open_at(file, "x", 0, READ), Err(Errno::NotDir));
    assert_eq!(guest.open_at(0, "x", 0, READ), Err(Errno::NotDir));
    assert_eq!(guest.open_at(99, "x", 0, READ), Err(Errno::BadF));
}

#[test]
fn without_the_root_no_path_leaves_its_preopened_directory() {
    let mut builder = Image::builder();
    builder.dir("/work/deep", true).unwrap();
    builder.dir("/work", true).unwrap();
    builder.file("/secret", "x").unwrap();
    builder.preopen("/work").unwrap();
    let mut files = Files::new(builder.build(), &Limits::default(), EPOCH);
    files.path_symlink(b"/secret", ROOT_FD, b"absolute", NOW).unwrap();
    files.path_symlink(b"../secret", ROOT_FD, b"relative", NOW).unwrap();
    for path in ["..", "/secret", "/work", "deep/../..", "absolute", "relative", "absolute/x"] {
        assert_eq!(files.path_filestat_get(ROOT_FD, 1, path.as_bytes()), Err(Errno::Perm), "{path}");
    }
    let deep = files.path_open(ROOT_FD, b"deep", OpenOptions::default(), NOW).unwrap();
    assert!(files.path_filestat_get(deep, 1, b"..").is_ok());
    assert_eq!(files.path_filestat_get(deep, 1, b"../.."), Err(Errno::Perm));
}
