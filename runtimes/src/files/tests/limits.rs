use super::guest::{Guest, NOW, READ, WRITE, audit, limits};
use crate::files::{Errno, oflags};

#[test]
fn a_program_stores_as_many_bytes_as_it_may_and_no_more() {
    let mut guest = Guest::with(&limits(100, 10));
    guest.write_file("tmp/a", &[0; 60]).unwrap();
    guest.write_file("tmp/b", &[0; 40]).unwrap();
    assert!(!guest.0.limit_hit());
    let fd = guest.open("tmp/a", 0, WRITE).unwrap();
    guest.0.fd_pwrite(fd, &[1; 60], 0, NOW).unwrap();
    assert_eq!(guest.0.fd_pwrite(fd, b"x", 60, NOW), Err(Errno::NoSpc));
    assert!(guest.0.limit_hit());
    assert_eq!(guest.stat("tmp/a").unwrap().size, 60);
}

#[test]
fn holes_count_like_data() {
    let mut guest = Guest::with(&limits(100, 10));
    let fd = guest.open("tmp/a", oflags::CREAT, WRITE).unwrap();
    assert_eq!(guest.0.fd_pwrite(fd, b"x", 100, NOW), Err(Errno::NoSpc));
    assert_eq!(guest.0.fd_filestat_set_size(fd, 101, NOW), Err(Errno::NoSpc));
    assert_eq!(guest.0.fd_allocate(fd, 100, 1, NOW), Err(Errno::NoSpc));
    assert_eq!(guest.0.fd_filestat_set_size(fd, i64::MAX as u64, NOW), Err(Errno::NoSpc));
    assert_eq!(guest.0.fd_filestat_set_size(fd, 100, NOW), Ok(()));
}

#[test]
fn what_is_removed_and_closed_is_free_again() {
    let mut guest = Guest::with(&limits(100, 2));
    for _ in 0..10 {
        guest.write_file("tmp/a", &[0; 100]).unwrap();
        let fd = guest.open("tmp/a", 0, READ).unwrap();
        guest.unlink("tmp/a").unwrap();
        assert_eq!(guest.0.clone().path_symlink(b"x", 3, b"tmp/b", NOW), Err(Errno::NoSpc));
        guest.0.fd_close(fd).unwrap();
        guest.write_file("tmp/a", &[0; 100]).unwrap();
        guest.write_file("tmp/a", b"").unwrap();
        guest.write_file("tmp/b", &[0; 100]).unwrap();
        guest.rename("tmp/a", "tmp/b").unwrap();
        guest.unlink("tmp/b").unwrap();
        audit(&guest.0);
    }
    assert!(!guest.0.limit_hit());
}

#[test]
fn everything_that_has_a_name_counts() {
    type Maker = fn(&mut Guest) -> Result<(), Errno>;
    let makers: [Maker; 4] = [
        |guest| guest.write_file("tmp/new", b""),
        |guest| guest.mkdir("tmp/new"),
        |guest| guest.symlink("x", "tmp/new"),
        |guest| guest.link("tmp/0", "tmp/new"),
    ];
    for make in makers {
        let mut guest = Guest::with(&limits(1000, 3));
        for n in 0..3 {
            guest.write_file(&format!("tmp/{n}"), b"").unwrap();
        }
        assert_eq!(make(&mut guest), Err(Errno::DQuot));
        assert!(guest.0.limit_hit());
        assert_eq!(guest.stat("tmp/new"), Err(Errno::NoEnt));
        guest.unlink("tmp/2").unwrap();
        assert_eq!(make(&mut guest), Ok(()));
        assert!(guest.0.limit_hit(), "a program that hit a limit has hit it for good");
        audit(&guest.0);
    }
}

#[test]
fn a_link_that_is_gone_counts_no_more() {
    let mut guest = Guest::with(&limits(1000, 2));
    guest.write_file("tmp/a", b"x").unwrap();
    guest.link("tmp/a", "tmp/b").unwrap();
    guest.unlink("tmp/a").unwrap();
    guest.link("tmp/b", "tmp/c").unwrap();
    guest.rename("tmp/b", "tmp/d").unwrap();
    guest.unlink("tmp/d").unwrap();
    guest.unlink("tmp/c").unwrap();
    assert_eq!(guest.0.tree.used(), (0, 0));
}

#[test]
fn a_changed_file_of_the_image_counts_with_its_size() {
    let mut guest = Guest::with(&limits(7, 10));
    let fd = guest.open("data/table.csv", 0, WRITE).unwrap();
    assert_eq!(guest.0.fd_pwrite(fd, b"x", 0, NOW), Err(Errno::NoSpc));
    assert_eq!(guest.0.fd_filestat_set_size(fd, 7, NOW), Ok(()));
}

#[test]
fn directories_are_nested_256_deep() {
    let mut guest = Guest::new();
    let path = |depth: usize| vec!["d"; depth].join("/");
    for depth in 1..=256 {
        guest.mkdir(&path(depth)).unwrap();
    }
    assert_eq!(guest.mkdir(&path(257)), Err(Errno::DQuot));
    assert!(guest.0.limit_hit());
}

#[test]
fn directories_are_not_moved_deeper_than_they_could_be_made() {
    let mut guest = Guest::new();
    let path = |top: &str, depth: usize| format!("{top}{}", "/d".repeat(depth));
    for top in ["a", "b"] {
        for depth in 0..128 {
            guest.mkdir(&path(top, depth)).unwrap();
        }
    }
    guest.mkdir("c").unwrap();
    guest.rename("b", "c/b").unwrap();
    assert_eq!(guest.rename("c", &path("a", 128)), Err(Errno::DQuot));
    assert!(guest.0.limit_hit());
    guest.rename("c/b", "b").unwrap();
    assert_eq!(guest.rename("b", &path("a", 128)), Ok(()));
}

#[test]
fn a_program_has_1024_descriptors() {
    let mut guest = Guest::new();
    for fd in 4..1024 {
        assert_eq!(guest.open("data/table.csv", 0, READ), Ok(fd));
    }
    assert_eq!(guest.open("data/table.csv", 0, READ), Err(Errno::MFile));
    assert_eq!(guest.open("tmp/new", oflags::CREAT, WRITE), Err(Errno::MFile));
    assert_eq!(guest.stat("tmp/new"), Err(Errno::NoEnt));
    assert!(!guest.0.limit_hit());
}

#[test]
fn listings_do_not_pile_names_up_without_end() {
    let mut guest = Guest::new();
    for n in 0..1000 {
        guest.write_file(&format!("tmp/{n}"), b"").unwrap();
    }
    let fds: Vec<u32> = (0..70).map(|_| guest.open("tmp", 0, READ).unwrap()).collect();
    let listed = fds.iter().filter(|fd| guest.names(**fd, 0).is_ok()).count();
    assert_eq!(listed, 66);
    assert_eq!(guest.names(fds[66], 0), Err(Errno::MFile));
    assert!(guest.names(fds[65], 0).is_ok(), "what starts anew lets go of what it had");
    guest.0.fd_close(fds[0]).unwrap();
    assert!(guest.names(fds[66], 0).is_ok());
    assert_eq!(guest.list("/").unwrap(), ["data", "tmp", "usr"]);
}
