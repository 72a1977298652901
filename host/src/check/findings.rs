use serde::Serialize;

/// The word for a gold answer whose functions return nothing.
pub(super) const STUB: &str = "stub";

/// The word for code that is valid in every language and solves nothing.
pub(super) const NONSENSE: &str = "nonsense";

/// A task, and what is to be said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// The task as its authors spell it.
    pub task_id: String,
    /// For humans, one line.
    pub detail: String,
}

/// What gold answers did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Golds {
    /// How many pass.
    pub passed: u64,
    /// Those that fail.
    pub failed: Vec<Named>,
    /// Those that fail as the suite's authors say they do.
    pub known_to_fail: Vec<Named>,
    /// Those that are said to fail and pass.
    pub unexpected: Vec<String>,
    /// Those that need what the runtime lacks.
    pub unsupported: Vec<Named>,
    /// How many tasks have none.
    pub missing: u64,
    /// Those that had another outcome the second time.
    pub unstable: Vec<String>,
}

/// A fuel limit that is less than four times what the gold answer uses: right answers may fail for their style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TightLimit {
    /// The task.
    pub task_id: String,
    /// What the gold answer used, in fuel.
    pub gold: u64,
    /// What a program may use, in fuel.
    pub limit: u64,
}

/// A wrong answer that passes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accepted {
    /// The task.
    pub task_id: String,
    /// Which answer: `empty`, `nonsense` or `stub`.
    pub answer: &'static str,
}

/// A version of the gold answer with one change that passes: the tests do not see the change, or it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Survivor {
    /// The task.
    pub task_id: String,
    /// What was changed.
    pub change: String,
}

/// What became of versions of gold answers with one change each.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Mutants {
    /// How many fail.
    pub killed: u64,
    /// Those that pass.
    pub survived: Vec<Survivor>,
}

/// A prompt that shows what a model should not see.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Leak {
    /// The task.
    pub task_id: String,
    /// In which style of prompt.
    pub style: &'static str,
    /// What it shows: `tests` or `gold answer`.
    pub what: &'static str,
    /// The first line of it.
    pub line: String,
}

/// The prompts of one style.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PromptDigest {
    /// The style.
    pub style: &'static str,
    /// SHA-256 in hexadecimal over all tasks' requests.
    pub digest: String,
    /// What it is said to be; absent where nothing is said.
    pub expected: Option<String>,
}

/// What checking a suite found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// The suite, with what was chosen of it.
    pub suite: String,
    /// The suite's digest.
    pub digest: String,
    /// How many tasks were looked at.
    pub tasks: u64,
    /// Of how many of them answers were executed.
    pub executed: u64,
    /// Whether the gold answers were judged once, and nothing else was looked at but their limits.
    pub golds_only: bool,
    /// What gold answers did.
    pub golds: Golds,
    /// Fuel limits that are too low.
    pub tight_limits: Vec<TightLimit>,
    /// Wrong answers that pass.
    pub accepted: Vec<Accepted>,
    /// Stubs and nonsense that pass as the suite's authors say they do.
    pub known_to_pass: Vec<Accepted>,
    /// What became of mutants.
    pub mutants: Mutants,
    /// What prompts show and should not.
    pub leaks: Vec<Leak>,
    /// The prompts.
    pub prompts: Vec<PromptDigest>,
}

impl Checked {
    /// What is wrong with the suite, in the order of importance; empty when it can be trusted.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let golds = &self.golds;
        let mut faults = Vec::new();
        let mut fault = |count: usize, what: &str| {
            if count > 0 {
                faults.push(format!("{count} {what}"));
            }
        };
        fault(golds.failed.len(), "gold answers fail");
        fault(golds.unexpected.len(), "gold answers pass that are said to fail");
        fault(golds.unstable.len(), "gold answers have two outcomes");
        fault(self.accepted.len(), "wrong answers pass");
        fault(self.tight_limits.len(), "fuel limits are less than 4 times what the gold answer uses");
        fault(self.leaks.len(), "prompts show tests or gold answers");
        fault(self.changed_prompts().count(), "styles have other prompts than recorded");
        if self.mutants.killed == 0 && !self.mutants.survived.is_empty() {
            faults.push("no mutant of any gold answer fails".to_owned());
        }
        faults
    }

    /// The styles whose prompts are not what they are said to be.
    pub fn changed_prompts(&self) -> impl Iterator<Item = &PromptDigest> {
        self.prompts.iter().filter(|prompts| prompts.expected.as_ref().is_some_and(|said| *said != prompts.digest))
    }

    /// Whether there was a gold answer at all: without one only wrong answers say something about the suite.
    #[must_use]
    pub fn is_proven(&self) -> bool {
        self.golds.passed > 0
    }
}
