//! What a worker may not do, as the system sees it from outside.

use std::fs;
use std::process::{Command, Stdio};

use super::processes::{Process, until};
use super::support::ASSAY;

/// An `assay exec` whose worker executes; ended with the value.
struct Execution {
    parent: std::process::Child,
    worker: Process,
    _dir: tempfile::TempDir,
}

impl Execution {
    fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("endless.py");
        fs::write(&file, "while True: pass").unwrap();
        let parent = Command::new(ASSAY)
            .args(["exec", "--fuel", "1000000000000"])
            .arg(&file)
            .env("OPENAI_API_KEY", "sk-secret")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let process = Process(parent.id());
        until(|| !process.children().is_empty());
        let worker = process.children()[0];
        until(|| worker.executes());
        Execution { parent, worker, _dir: dir }
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(format!("/proc/{}/{file}", self.worker.0)).unwrap()
    }
}

impl Drop for Execution {
    fn drop(&mut self) {
        let _ = self.parent.kill();
        let _ = self.parent.wait();
    }
}

#[test]
fn a_worker_that_executes_has_given_up_what_it_does_not_need() {
    let execution = Execution::start();
    let tasks = fs::read_dir(format!("/proc/{}/task", execution.worker.0)).unwrap();
    for task in tasks {
        let status = fs::read_to_string(task.unwrap().path().join("status")).unwrap();
        let of = |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
        assert_eq!((of("NoNewPrivs:"), of("Seccomp:")), ("1".to_owned(), "2".to_owned()));
    }
    let limits = execution.read("limits");
    let most = |name: &str| limits.lines().find(|line| line.starts_with(name)).unwrap()[name.len()..].trim().to_owned();
    assert!(most("Max core file size").starts_with("0 "), "{limits}");
    assert!(most("Max open files").starts_with("1 "), "{limits}");
}

#[test]
fn a_worker_knows_neither_its_parents_environment_nor_its_files() {
    let execution = Execution::start();
    assert_eq!(execution.read("environ").trim_end_matches('\0'), "ASSAY_WORKER=1");
    assert_eq!(fs::read_link(format!("/proc/{}/cwd", execution.worker.0)).unwrap().to_str(), Some("/"));
    for entry in fs::read_dir(format!("/proc/{}/fd", execution.worker.0)).unwrap() {
        let target = fs::read_link(entry.unwrap().path()).unwrap();
        let target = target.to_string_lossy().into_owned();
        let expected = ["socket:", "/dev/null", "/memfd:assay-worker-stderr", "/proc/"].iter();
        let known = expected.clone().any(|start| target.starts_with(start)) || target.contains("/runtimes/");
        assert!(known, "{target}");
    }
}

#[test]
fn an_interruption_in_the_terminal_does_not_reach_workers() {
    let execution = Execution::start();
    let group = |pid: u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
        stat.rsplit_once(')').unwrap().1.split_whitespace().nth(2).unwrap().to_owned()
    };
    assert_ne!(group(execution.parent.id()), group(execution.worker.0));
}
