use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use assay_api::{Entry, Program, SourceFile, Status};
use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{MemoryBudget, Pool, PoolOptions, Runtime, Silent};

use crate::limits::reached_soon;

/// The hostile programs in one language.
#[derive(Debug)]
pub(crate) struct Corpus {
    /// The name of the runtime and of the folder.
    pub(crate) language: &'static str,
    /// What begins a comment.
    pub(crate) comment: &'static str,
    /// What each program's file is called where it runs.
    pub(crate) file: &'static str,
    /// How many attacks there are at least, so that none gets lost.
    pub(crate) least: usize,
}

/// One file of a corpus.
#[derive(Debug)]
struct Attack {
    path: PathBuf,
    source: String,
}

impl Corpus {
    /// Each attack ends as its file expects.
    pub(crate) fn check(&self) {
        let pool = self.pool();
        let attacks = self.attacks();
        assert!(attacks.len() >= self.least, "only {} attacks", attacks.len());
        let mut wrong = Vec::new();
        for attack in attacks {
            let outcome = pool.execute(self.program(&attack.source));
            if !attack.expects(self.comment, &outcome.status) {
                wrong.push(format!("{:?}: {:?}\n{}", attack.path, outcome.status, outcome.stderr.text()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Each attack has the same outcome, to the last unit of fuel, in an instance that nobody has used and in one that
    /// the attacks before it have used.
    pub(crate) fn check_determinism(&self) {
        let used = self.pool();
        for attack in self.attacks() {
            let fresh = self.pool().execute(self.program(&attack.source));
            assert_eq!(used.execute(self.program(&attack.source)), fresh, "{:?}", attack.path);
        }
    }

    fn attacks(&self) -> Vec<Attack> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/adversarial").join(self.language);
        let entries = fs::read_dir(folder).expect("the corpus is there");
        let mut paths: Vec<_> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
        paths.retain(|path| path.is_file());
        paths.sort();
        let read = |path: PathBuf| Attack { source: fs::read_to_string(&path).expect("a readable file"), path };
        paths.into_iter().map(read).collect()
    }

    /// A pool with one instance, whose memory is compared with the snapshot after each program.
    fn pool(&self) -> Pool {
        let cache = Cache::open(None).expect("the user's cache directory can be used");
        let opened = Runtime::open(self.language, &cache, &Fetcher::from_env(), &Silent);
        let runtime = opened.unwrap_or_else(|error| panic!("the runtime {} cannot be had: {error}", self.language));
        let memory_budget = MemoryBudget::from_bytes(u64::MAX);
        let options = PoolOptions { jobs: NonZeroUsize::MIN, memory_budget, verify_resets: true };
        Pool::new(&[runtime], options).expect("the system gives threads")
    }

    /// `source` as a program, with limits that a hostile program reaches soon.
    fn program(&self, source: &str) -> Program {
        Program {
            runtime: self.language.to_owned(),
            files: vec![SourceFile { path: self.file.to_owned(), text: source.to_owned() }],
            entry: Entry::script(self.file),
            stdin: String::new(),
            limits: reached_soon(),
            seed: 7,
        }
    }
}

impl Attack {
    /// Whether its file expects that it ends so: with a status, and with a detail where the file says one.
    fn expects(&self, comment: &str, status: &Status) -> bool {
        let mut lines = self.source.lines();
        let about = lines.next().and_then(|line| line.strip_prefix(comment));
        let expected = lines.next().and_then(|line| line.strip_prefix(comment)?.strip_prefix("expect: "));
        let (Some(_), Some(expected)) = (about, expected) else { panic!("{:?} has no header", self.path) };
        let (name, wanted) = expected.split_once(' ').unwrap_or((expected, ""));
        match name {
            // What it leads to depends on what lies where; but never on the host.
            "anything" => !matches!(status, Status::Infra { .. }),
            _ => status.name() == name && (wanted.is_empty() || detail(status) == wanted),
        }
    }
}

/// The part of a status that a file may name.
fn detail(status: &Status) -> String {
    match status {
        Status::Completed { exit_code } => exit_code.to_string(),
        Status::Exception { exception } => exception.type_name.clone(),
        Status::Unsupported { what } => what.clone(),
        _ => String::new(),
    }
}
