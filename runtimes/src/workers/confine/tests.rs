//! Each test starts this test binary again, which confines itself and then does something that it may not.
#![expect(unsafe_code, reason = "maps memory as an attacker would")]

use std::fs::File;
use std::hint::black_box;
use std::io::ErrorKind;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};
use std::{ptr, thread};

use rustix::mm::{MapFlags, ProtFlags, mmap_anonymous};
use rustix::process::{Signal, getppid, kill_process};

use super::{filter_calls, give_up};

/// Names what the confined process is to do.
const DEED: &str = "ASSAY_TEST_DEED";

const NO_DEED: i32 = 77;

/// Starts this binary again for `deed`.
fn confined(deed: &str) -> ExitStatus {
    let test = "workers::confine::tests::a_confined_process_when_started_as_one";
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", test, "--nocapture", "--test-threads=1"])
        .env(DEED, deed)
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap()
        .status
}

#[test]
fn a_confined_process_when_started_as_one() {
    let Ok(deed) = std::env::var(DEED) else { return };
    if deed == "only give up files" {
        super::files::give_up().unwrap();
        let refused = File::open("/etc/passwd").unwrap_err();
        std::process::exit(i32::from(refused.kind() != ErrorKind::PermissionDenied));
    }
    let mut confinement = give_up();
    filter_calls(&mut confinement);
    assert!(confinement.is_complete(), "{confinement:?}");
    let protection = ProtFlags::READ | ProtFlags::WRITE;
    let map = |protection| {
        // SAFETY: a new mapping at an address of the kernel's choice.
        unsafe { mmap_anonymous(ptr::null_mut(), 4096, protection, MapFlags::PRIVATE) }
    };
    match deed.as_str() {
        "nothing" => {}
        "allocate" => drop(black_box(vec![1u8; 64 << 20])),
        "map" => drop(map(protection).unwrap()),
        "abort" => std::process::abort(),
        "panic" => drop(std::panic::catch_unwind(|| panic!("caught"))),
        "open" => assert_eq!(File::open("/etc/passwd").unwrap_err().kind(), ErrorKind::PermissionDenied),
        "connect" => drop(UnixStream::pair()),
        "start a process" => drop(Command::new("/bin/true").status()),
        "start a thread" => drop(thread::Builder::new().spawn(|| {})),
        "map executable" => drop(map(protection | ProtFlags::EXEC)),
        "signal another process" => drop(kill_process(getppid().unwrap(), Signal::CONT)),
        other => panic!("no deed {other}"),
    }
    std::process::exit(NO_DEED);
}

#[test]
fn a_confined_process_does_what_executing_programs_takes_and_opens_nothing() {
    for deed in ["nothing", "allocate", "map", "panic", "open"] {
        assert_eq!(confined(deed).code(), Some(NO_DEED), "{deed}");
    }
    assert_eq!(confined("abort").signal(), Some(libc::SIGABRT));
}

#[test]
fn a_confined_process_is_killed_for_anything_else() {
    let deeds = ["connect", "start a process", "start a thread", "map executable", "signal another process"];
    for deed in deeds {
        assert_eq!(confined(deed).signal(), Some(libc::SIGSYS), "{deed}");
    }
}

#[test]
fn files_are_given_up_even_without_the_filter() {
    assert_eq!(confined("only give up files").code(), Some(0));
}
