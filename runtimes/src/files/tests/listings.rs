use super::guest::{Guest, READ};
use crate::files::wire::{DIRENT_SIZE, dirents};
use crate::files::{Errno, FileType};

fn twelve() -> (Guest, u32) {
    let mut guest = Guest::new();
    for n in (0..12).rev() {
        guest.write_file(&format!("tmp/{n:02}"), b"").unwrap();
    }
    let fd = guest.open("tmp", 0, READ).unwrap();
    (guest, fd)
}

#[test]
fn listings_are_sorted_whatever_the_order_of_creation() {
    let mut guest = Guest::new();
    for name in ["b", "a", "Z", "ä", "10", "9"] {
        guest.write_file(&format!("tmp/{name}"), b"").unwrap();
    }
    assert_eq!(guest.list("tmp").unwrap(), ["10", "9", "Z", "a", "b", "ä"]);
    assert_eq!(guest.list("/").unwrap(), ["data", "tmp", "usr"]);
}

#[test]
fn a_listing_starts_with_the_directory_and_its_parent() {
    let mut guest = Guest::new();
    guest.symlink("x", "tmp/link").unwrap();
    guest.mkdir("tmp/dir").unwrap();
    let (tmp, root) = (guest.stat("tmp").unwrap().ino, guest.stat("/").unwrap().ino);
    let fd = guest.open("tmp", 0, READ).unwrap();
    let entries: Vec<_> = guest.0.fd_readdir(fd, 0).unwrap().collect();
    let told: Vec<_> = entries.iter().map(|entry| (entry.next, entry.name, entry.file_type)).collect();
    assert_eq!(
        told,
        [
            (1, ".", FileType::Directory),
            (2, "..", FileType::Directory),
            (3, "dir", FileType::Directory),
            (4, "link", FileType::SymbolicLink)
        ]
    );
    assert_eq!((entries[0].ino, entries[1].ino), (tmp, root));
}

#[test]
fn a_listing_goes_on_where_it_stopped_whatever_has_been_removed_since() {
    let (mut guest, fd) = twelve();
    let mut seen = Vec::new();
    let mut cookie = 0;
    loop {
        let batch: Vec<_> =
            guest.0.fd_readdir(fd, cookie).unwrap().take(3).map(|e| (e.next, e.name.to_string())).collect();
        let Some((next, _)) = batch.last() else { break };
        cookie = *next;
        for (_, name) in batch.iter().filter(|(_, name)| !name.starts_with('.')) {
            guest.unlink(&format!("tmp/{name}")).unwrap();
            seen.push(name.clone());
        }
    }
    assert_eq!(seen, (0..12).map(|n| format!("{n:02}")).collect::<Vec<_>>());
    guest.rmdir("tmp").unwrap();
}

#[test]
fn a_listing_of_the_image_goes_on_when_the_program_changes_the_directory() {
    let mut guest = Guest::new();
    let fd = guest.open("/", 0, READ).unwrap();
    assert_eq!(guest.names(fd, 0).unwrap(), ["data", "tmp", "usr"]);
    guest.write_file("a", b"").unwrap();
    guest.rmdir("tmp").unwrap();
    assert_eq!(guest.names(fd, 2).unwrap(), ["data", "usr"]);
    assert_eq!(guest.names(fd, 0).unwrap(), ["a", "data", "usr"]);
}

#[test]
fn what_is_made_meanwhile_shows_from_the_next_start_on() {
    let (mut guest, fd) = twelve();
    assert_eq!(guest.names(fd, 0).unwrap().len(), 12);
    guest.write_file("tmp/new", b"").unwrap();
    assert_eq!(guest.names(fd, 2).unwrap().len(), 12);
    assert_eq!(guest.names(fd, 0).unwrap().len(), 13);
}

#[test]
fn any_buffer_that_holds_an_entry_is_enough_to_list_a_directory() {
    for size in [DIRENT_SIZE + 2, 27, 60, 100, 4096] {
        let (mut guest, fd) = twelve();
        let (mut names, mut cookie) = (Vec::new(), 0);
        loop {
            let mut buf = vec![0; size];
            let used = dirents(guest.0.fd_readdir(fd, cookie).unwrap(), &mut buf);
            let mut rest = &buf[..used];
            while rest.len() >= DIRENT_SIZE {
                let len = u32::from_le_bytes(rest[16..20].try_into().unwrap()) as usize;
                let Some(name) = rest.get(DIRENT_SIZE..DIRENT_SIZE + len) else { break };
                cookie = u64::from_le_bytes(rest[..8].try_into().unwrap());
                names.push(String::from_utf8(name.to_vec()).unwrap());
                rest = &rest[DIRENT_SIZE + len..];
            }
            if used < size {
                break;
            }
        }
        assert_eq!(names.len(), 14, "a buffer of {size} bytes: {names:?}");
    }
}

#[test]
fn cookies_beyond_the_end_find_nothing() {
    let (mut guest, fd) = twelve();
    assert_eq!(guest.names(fd, 14).unwrap(), [""; 0]);
    assert_eq!(guest.names(fd, u64::MAX).unwrap(), [""; 0]);
}

#[test]
fn only_directories_are_listed() {
    let (mut guest, _) = twelve();
    let file = guest.open("tmp/00", 0, READ).unwrap();
    assert_eq!(guest.names(file, 0), Err(Errno::NotDir));
    assert_eq!(guest.names(1, 0), Err(Errno::NotDir));
    assert_eq!(guest.names(99, 0), Err(Errno::BadF));
}
