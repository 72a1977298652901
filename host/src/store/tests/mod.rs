//! Runs and samples to test with.

mod crash;
mod damage;
mod documentation;
mod merging;
mod recording;
mod resuming;

use std::collections::BTreeMap;
use std::path::PathBuf;

use assay_api::{
    Captured, Completion, CompletionKind, Entry, Failure, Limits, Message, Outcome, Program, Prompt, PromptStyle,
    Request, Role, Score, Solution, SourceFile, Status, Verdict,
};
use tempfile::TempDir;

use super::*;
use crate::filter::Filters;

/// A folder for one run file, removed with everything in it.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("run.assay")
    }

    fn open(&self) -> RunFile {
        RunFile::create_or_resume(&self.file(), &config()).unwrap()
    }

    /// A run with tasks `T/0` to `T/{tasks - 1}`.
    fn with_tasks(&self, tasks: u32) -> RunFile {
        let mut run = self.open();
        run.record_tasks(&(0..tasks).map(task).collect::<Vec<_>>()).unwrap();
        run
    }

    fn names(&self) -> Vec<String> {
        let entries = self.folder.path().read_dir().unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn suite(id: &str, version: &str, digest: &str) -> SuiteRef {
    SuiteRef { id: id.into(), version: version.into(), language: None, variant: None, digest: digest.into() }
}

fn config() -> RunConfig {
    RunConfig {
        identity: RunIdentity {
            suites: vec![suite("humaneval", "1.0", "aa"), suite("mbpp", "2.1", "bb")],
            model: "tiny-coder".into(),
            style: Some(PromptStyle::Chat),
            sampling: Sampling { temperature: Some(0.2), top_p: None, max_tokens: Some(512), ..Sampling::default() },
            seed: u64::MAX,
            runtimes: [("python".to_owned(), "cc".to_owned())].into(),
            limits: LimitOverrides::default(),
            filters: Filters::default(),
            source: Source::Endpoint { base_url: BaseUrl::parse("http://localhost:11434/v1").unwrap(), provider: None },
        },
        settings: RunSettings { n: 10, k: vec![1, 5], limit: Some(20), ..RunSettings::default() },
        command: CommandLine::new(["assay", "run", "humaneval", "mbpp"]),
    }
}

fn request(number: u32) -> Request {
    let content = format!("solve {number}");
    Request {
        prompt: Prompt::Chat { messages: vec![Message { role: Role::User, content }] },
        stop: vec!["\ndef".into()],
        max_tokens: None,
    }
}

fn task(number: u32) -> TaskRecord {
    TaskRecord {
        suite: "humaneval".into(),
        task_id: format!("T/{number}"),
        ordinal: number,
        subset: String::new(),
        prompt: Some(request(number)),
        fuel: Some(TaskFuel { gold: (number > 0).then_some(1 << 32), limit: 1 << 40 }),
    }
}

fn key(task: u32, sample_index: u32) -> SampleKey {
    SampleKey { suite: "humaneval".into(), task_id: format!("T/{task}"), sample_index }
}

fn completion(key: &SampleKey) -> StoredCompletion {
    StoredCompletion {
        turn: 0,
        request: Some(request(0)),
        completion: Completion { text: format!("```\nanswer to {key}\n```"), kind: CompletionKind::Reply },
        reasoning: Some("hm".into()),
        finish: Some("stop".into()),
        tokens: TokenCounts { prompt: Some(7), completion: Some(11) },
        first_token_ms: Some(30),
        total_ms: Some(250),
        attempts: 2,
        logprobs: None,
    }
}

fn program(key: &SampleKey) -> Program {
    Program {
        runtime: "python".into(),
        files: vec![
            SourceFile { path: "solution.py".into(), text: format!("answer = '{key}'") },
            SourceFile { path: "tests.py".into(), text: "assert answer".into() },
        ],
        entry: Entry::tests("solution.py", "tests.py"),
        stdin: "1 2\n".into(),
        limits: Limits::default(),
        seed: u64::MAX - u64::from(key.sample_index),
    }
}

fn outcome(fuel: u64) -> Outcome {
    Outcome {
        status: Status::Completed { exit_code: 0 },
        fuel,
        peak_memory_bytes: 1 << 24,
        stdout: Captured { bytes: vec![0, 0xff, b'x'], truncated: true },
        stderr: Captured::default(),
        record: None,
        coverage: None,
        candidate: None,
        seed_used: false,
    }
}

/// The result for a sample whose completion is recorded apart; even samples pass.
fn result(key: &SampleKey) -> SampleResult {
    let verdict = match key.sample_index % 2 {
        0 => Verdict::Passed,
        _ => Verdict::Failed(Failure { cause: "tests".into(), detail: "1 of 2 failed".into() }),
    };
    SampleResult {
        key: key.clone(),
        completions: Vec::new(),
        solution: Some(Solution { code: format!("answer = '{key}'"), rule: "fenced".into() }),
        executions: vec![Execution {
            turn: 0,
            program: program(key),
            runtime: "cc".into(),
            outcome: outcome(1_000_000 + u64::from(key.sample_index)),
        }],
        verdict,
        scores: BTreeMap::from([("base".to_owned(), true.into()), ("steps".to_owned(), Score::parts(1, 2))]),
    }
}

fn infra(key: &SampleKey, why: &str) -> SampleResult {
    SampleResult { verdict: Verdict::Infra { why: why.into() }, ..result(key) }
}
