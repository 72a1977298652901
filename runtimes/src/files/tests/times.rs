use super::guest::{EPOCH, Guest, NOW, READ, ROOT_FD, WRITE};
use crate::files::{Errno, fstflags, oflags};

fn times(guest: &Guest, path: &str) -> (u64, u64, u64) {
    let stat = guest.lstat(path).unwrap();
    (stat.atim, stat.mtim, stat.ctim)
}

#[test]
fn everything_is_as_old_as_the_program_until_it_changes() {
    let mut guest = Guest::new();
    guest.0.add_file("/main.py", "").unwrap();
    for path in ["/", "tmp", "data/table.csv", "usr", "main.py"] {
        assert_eq!(times(&guest, path), (EPOCH, EPOCH, EPOCH), "{path}");
    }
    guest.read_file("data/table.csv").unwrap();
    guest.list("data").unwrap();
    assert_eq!(times(&guest, "data/table.csv"), (EPOCH, EPOCH, EPOCH));
}

#[test]
fn writing_advances_the_modification_time() {
    let mut guest = Guest::new();
    let fd = guest.open("data/table.csv", 0, WRITE).unwrap();
    assert_eq!(times(&guest, "data/table.csv"), (EPOCH, EPOCH, EPOCH));
    guest.0.fd_write(fd, b"x", NOW).unwrap();
    assert_eq!(times(&guest, "data/table.csv"), (EPOCH, NOW, NOW));
    assert_eq!(times(&guest, "data"), (EPOCH, EPOCH, EPOCH));
    guest.0.fd_filestat_set_size(fd, 0, NOW + 1).unwrap();
    assert_eq!(times(&guest, "data/table.csv"), (EPOCH, NOW + 1, NOW + 1));
}

#[test]
fn a_directory_is_modified_when_it_gets_or_loses_a_name() {
    let mut guest = Guest::new();
    guest.0.path_create_directory(ROOT_FD, b"tmp/d", NOW).unwrap();
    assert_eq!(times(&guest, "tmp"), (EPOCH, NOW, NOW));
    assert_eq!(times(&guest, "tmp/d"), (NOW, NOW, NOW));
    guest.0.path_rename((ROOT_FD, b"tmp/d"), (ROOT_FD, b"data/d"), NOW + 1).unwrap();
    assert_eq!(times(&guest, "tmp"), (EPOCH, NOW + 1, NOW + 1));
    assert_eq!(times(&guest, "data"), (EPOCH, NOW + 1, NOW + 1));
    assert_eq!(times(&guest, "data/d"), (NOW, NOW, NOW + 1));
    guest.0.path_remove_directory(ROOT_FD, b"data/d", NOW + 2).unwrap();
    assert_eq!(times(&guest, "data"), (EPOCH, NOW + 2, NOW + 2));
}

#[test]
fn the_change_time_tells_of_new_names() {
    let mut guest = Guest::new();
    guest.link("data/table.csv", "tmp/a").unwrap();
    assert_eq!(times(&guest, "tmp/a"), (EPOCH, EPOCH, NOW));
}

#[test]
fn a_program_sets_times_as_it_likes() {
    let mut guest = Guest::new();
    let set = |guest: &mut Guest, flags| {
        guest
            .0
            .path_filestat_set_times(ROOT_FD, 1, b"data/table.csv", (11, 12), flags, NOW)
            .map(|()| times(guest, "data/table.csv"))
    };
    assert_eq!(set(&mut guest, 0), Ok((EPOCH, EPOCH, NOW)));
    assert_eq!(set(&mut guest, fstflags::ATIM), Ok((11, EPOCH, NOW)));
    assert_eq!(set(&mut guest, fstflags::MTIM | fstflags::ATIM_NOW), Ok((NOW, 12, NOW)));
    assert_eq!(set(&mut guest, fstflags::MTIM_NOW), Ok((NOW, NOW, NOW)));
    assert_eq!(set(&mut guest, fstflags::MTIM | fstflags::MTIM_NOW), Err(Errno::Inval));
    assert_eq!(set(&mut guest, fstflags::ATIM | fstflags::ATIM_NOW), Err(Errno::Inval));
    assert_eq!(set(&mut guest, 16), Err(Errno::Inval));
    assert_eq!(guest.read_file("data/table.csv").unwrap(), b"a,b\n1,2\n");
    assert_eq!(guest.0.tree.used(), (0, 0));
}

#[test]
fn times_are_set_through_descriptors_and_on_links_themselves() {
    let mut guest = Guest::new();
    guest.symlink("/data", "tmp/link").unwrap();
    guest.0.path_filestat_set_times(ROOT_FD, 0, b"tmp/link", (1, 2), 5, NOW).unwrap();
    assert_eq!(times(&guest, "tmp/link"), (1, 2, NOW));
    assert_eq!(times(&guest, "data"), (EPOCH, EPOCH, EPOCH));
    let fd = guest.open("tmp/a", oflags::CREAT, READ).unwrap();
    guest.0.fd_filestat_set_times(fd, 3, 4, 5, NOW).unwrap();
    assert_eq!(times(&guest, "tmp/a"), (3, 4, NOW));
    assert_eq!(guest.0.fd_filestat_set_times(0, 3, 4, 5, NOW), Err(Errno::Inval));
}
