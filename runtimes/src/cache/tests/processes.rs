use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Mutex;
use std::{env, fs, io};

use super::{cache, fill, key, names_in, never, prepare};
use crate::Silent;
use crate::cache::{Cache, CacheError, PrepareError};
use crate::progress::Recorder;

const DIR: &str = "ASSAY_TEST_CACHE_OF_ANOTHER_PROCESS";

/// Prepares a runtime, but stops half way until it is told to go on.
#[test]
#[ignore = "the tests below run it as a process of its own"]
fn another_process() {
    let Some(dir) = env::var_os(DIR) else { return };
    let cache = Cache::open(Some(dir.into())).unwrap();
    let stop_half_way = |staging: &Path| {
        fs::write(staging.join("half"), "half")?;
        println!("\nhalf way");
        io::stdin().read_line(&mut String::new())?;
        fs::remove_file(staging.join("half"))?;
        fill(staging)
    };
    cache.entry(key()).prepare(1000, &Silent, stop_half_way).unwrap();
}

/// A process that holds the entry half prepared.
struct Other {
    child: Child,
    // Open, so that it can go on writing.
    _stdout: BufReader<ChildStdout>,
}

impl Other {
    fn half_way(cache: &Path) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "cache::tests::processes::another_process", "--ignored", "--nocapture"])
            .env(DIR, cache)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let half_way = stdout.by_ref().lines().any(|line| line.unwrap() == "half way");
        let other = Other { child, _stdout: stdout };
        assert!(half_way, "it ended early");
        other
    }

    fn stdin(&mut self) -> ChildStdin {
        self.child.stdin.take().unwrap()
    }

    fn succeeded(&mut self) -> bool {
        self.child.wait().unwrap().success()
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn of_two_processes_one_prepares_and_the_other_waits_and_finds_it_done() {
    let (dir, cache) = cache();
    let mut other = Other::half_way(dir.path());
    assert!(cache.entry(key()).get().unwrap().is_none(), "half an entry was seen");

    let stdin = Mutex::new(other.stdin());
    let waiting = Recorder {
        on_stage: Some(Box::new(move |name| {
            assert_eq!(name, "wait");
            stdin.lock().unwrap().write_all(b"go on\n").unwrap();
        })),
        ..Recorder::default()
    };
    let prepared = cache.entry(key()).prepare(1000, &waiting, never).unwrap();
    assert_eq!(waiting.told(), "another assay is preparing python; waiting");
    assert!(other.succeeded());
    prepared.verify().unwrap();
}

#[test]
fn waiting_for_another_process_can_be_interrupted() {
    let (dir, cache) = cache();
    let _other = Other::half_way(dir.path());
    let impatient = Recorder { stop: Some(Box::new(|| true)), ..Recorder::default() };
    let interrupted = cache.entry(key()).prepare(1000, &impatient, never);
    assert!(matches!(interrupted, Err(PrepareError::Cache(CacheError::Interrupted))));
}

#[test]
fn what_a_killed_process_left_is_swept_and_prepared_anew() {
    let (dir, cache) = cache();
    let name = key().directory();
    let staging = format!("{name}.staging");
    drop(Other::half_way(dir.path()));
    assert!(names_in(cache.dir()).contains(&staging));
    assert!(cache.entry(key()).get().unwrap().is_none());

    let prepared = prepare(&cache.entry(key()));
    prepared.verify().unwrap();
    assert!(!prepared.dir().join("half").exists());
    assert_eq!(names_in(cache.dir()), [name.clone(), format!("{name}.lock")]);
}

#[test]
fn preparing_anything_sweeps_after_the_dead_but_not_after_the_living() {
    let (dir, cache) = cache();
    let staging = format!("{}.staging", key().directory());
    let mut living = Other::half_way(dir.path());
    prepare(&cache.entry(key().with("cpu", "one")));
    cache.remove_unused(&[]).unwrap();
    assert!(names_in(cache.dir()).contains(&staging));
    living.stdin().write_all(b"go on\n").unwrap();
    assert!(living.succeeded());
    cache.entry(key()).get().unwrap().unwrap();

    cache.remove_unused(&[]).unwrap();
    drop(Other::half_way(dir.path()));
    assert!(names_in(cache.dir()).contains(&staging));
    prepare(&cache.entry(key().with("cpu", "two")));
    assert!(!names_in(cache.dir()).contains(&staging));
}
