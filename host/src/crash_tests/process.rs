//! The process that has to suffer, and what is left of its files.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use assay_api::Prompt;
use tempfile::TempDir;

use super::scenario::{self, TASKS, answer};
use super::system_calls::{Trouble, arm, counts};
use crate::mock::{Answer, Call, MockServer};
use crate::store::{RunFile, SampleKey, StoreError, StoredCompletion, StoredSample, TaskRecord};

/// Tells the test binary what to do, as the process: what, the file, the model's address, the trouble in words.
const TOLD: &str = "ASSAY_TEST_CRASH";

/// What the process is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Run,
    Merge,
    SetAside,
}

/// Not a test by itself: without the variable it has nothing to do.
#[test]
fn the_process_that_suffers() {
    let Ok(told) = env::var(TOLD) else { return };
    let words: Vec<&str> = told.split('\t').collect();
    let [deed, file, url, kind, numbers @ ..] = words.as_slice() else { panic!("{told}") };
    let numbers: Vec<u64> = numbers.iter().map(|number| number.parse().unwrap()).collect();
    let trouble = match (*kind, numbers.as_slice()) {
        ("none", []) => Trouble::None,
        ("kill", [point]) => Trouble::Kill { point: *point },
        ("fail", [call, errno, forever]) => Trouble::Fail { call: *call, errno: *errno as i32, forever: *forever > 0 },
        ("open", [call, errno]) => Trouble::FailOpening { call: *call, errno: *errno as i32 },
        _ => panic!("{told}"),
    };
    let file = Path::new(file);
    arm(trouble, file.parent().unwrap());
    let done = match *deed {
        "Run" => scenario::run(file, url),
        "Merge" => scenario::merge_into(file),
        _ => RunFile::set_aside(file).map(drop).map_err(Into::into),
    };
    let [points, calls, openings] = counts();
    match done {
        Ok(()) => println!("@done {points} {calls} {openings}"),
        Err(failure) => println!("@failed {} {}", failure.exit as u8, failure.message.replace('\n', " ")),
    }
}

/// How the process ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum End {
    Done { points: u64, calls: u64, openings: u64 },
    Failed { exit: u8, message: String },
    Killed,
}

/// A model that knows all answers and notes what it is asked.
pub(super) struct Model {
    server: MockServer,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Model {
    pub(super) fn new() -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        let server = MockServer::start(move |call: &Call| {
            let prompt = call.prompt_text().to_owned();
            log.lock().unwrap().push(prompt.clone());
            Answer::text(answer(&prompt))
        });
        Model { server: server.unwrap(), asked }
    }

    pub(super) fn url(&self) -> String {
        self.server.url()
    }

    /// The prompts that it was asked with since the last time. What a dead process had under way may arrive late, and be counted
    /// with what the next one asks; so it is not told how often each was.
    pub(super) fn take_asked(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.asked.lock().unwrap()).into_iter().collect()
    }
}

/// A folder with a run file.
pub(super) struct Place {
    pub(super) folder: TempDir,
}

/// All that a run says, but for times.
#[derive(Debug, PartialEq)]
pub(super) struct Contents {
    samples: Vec<StoredSample>,
    completions: Vec<StoredCompletion>,
    tasks: Vec<TaskRecord>,
    results_digest: String,
    metrics: Option<(Vec<crate::store::Metric>, String)>,
}

impl Place {
    pub(super) fn new() -> Self {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    pub(super) fn file(&self) -> PathBuf {
        self.folder.path().join("run.assay")
    }

    pub(super) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Starts the process and waits for its end.
    pub(super) fn process(&self, deed: Deed, url: &str, trouble: Trouble) -> End {
        let trouble = match trouble {
            Trouble::None => "none".to_owned(),
            Trouble::Kill { point } => format!("kill\t{point}"),
            Trouble::Fail { call, errno, forever } => format!("fail\t{call}\t{errno}\t{}", u8::from(forever)),
            Trouble::FailOpening { call, errno } => format!("open\t{call}\t{errno}"),
        };
        let told = format!("{deed:?}\t{}\t{url}\t{trouble}", self.file().display());
        let mut command = Command::new(env::current_exe().unwrap());
        command.args(["--exact", "crash_tests::process::the_process_that_suffers", "--nocapture", "--test-threads=1"]);
        let output = command.env(TOLD, told).stdin(Stdio::null()).output().unwrap();
        end(&output)
    }

    /// The prompts whose completion is recorded; none when there is no run yet.
    pub(super) fn recorded(&self) -> BTreeSet<String> {
        let run = match RunFile::open_read_only(&self.file()) {
            Ok(run) => run,
            Err(StoreError::NotFound { .. } | StoreError::NotARun { .. }) => return BTreeSet::new(),
            Err(error) => panic!("{error}"),
        };
        let samples = run.samples().unwrap().into_iter();
        let requests = samples.flat_map(|key| run.completions(&key).unwrap()).filter_map(|answer| answer.request);
        let prompts = requests.filter_map(|request| match request.prompt {
            Prompt::Chat { messages } => Some(messages.into_iter().last()?.content),
            Prompt::Text { .. } | Prompt::Infill { .. } => None,
        });
        prompts.collect()
    }

    /// What the run says. It must be a sound file.
    pub(super) fn contents(&self) -> Contents {
        let run = RunFile::open_read_only(&self.file()).unwrap();
        assert_eq!(run.integrity().unwrap(), Vec::<String>::new());
        let mut samples = run.load_results().unwrap();
        for sample in &mut samples {
            (sample.first_token_ms, sample.total_ms) = (None, None);
        }
        let keys = (0..TASKS).map(|n| SampleKey { suite: "known".into(), task_id: format!("T/{n}"), sample_index: 0 });
        let completions = keys.flat_map(|key| run.completions(&key).unwrap()).map(|completion| StoredCompletion {
            first_token_ms: None,
            total_ms: None,
            ..completion
        });
        Contents {
            samples,
            completions: completions.collect(),
            tasks: run.load_tasks().unwrap(),
            results_digest: run.results_digest().unwrap(),
            metrics: run.metrics().unwrap(),
        }
    }
}

fn end(output: &Output) -> End {
    let text = String::from_utf8_lossy(&output.stdout);
    let said = text.lines().find_map(|line| line.split_once('@').map(|(_, said)| said.to_owned()));
    match (output.status.signal(), said) {
        (Some(libc::SIGKILL), _) => End::Killed,
        (None, Some(said)) => {
            let (what, rest) = said.split_once(' ').unwrap();
            if what == "done" {
                let numbers: Vec<u64> = rest.split(' ').map(|number| number.parse().unwrap()).collect();
                End::Done { points: numbers[0], calls: numbers[1], openings: numbers[2] }
            } else {
                let (exit, message) = rest.split_once(' ').unwrap();
                End::Failed { exit: exit.parse().unwrap(), message: message.to_owned() }
            }
        }
        _ => panic!("{:?}\n{text}\n{}", output.status, String::from_utf8_lossy(&output.stderr)),
    }
}
