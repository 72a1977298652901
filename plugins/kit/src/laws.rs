//! The laws that every suite keeps, whatever it measures. They need no sandbox: what executing programs shows,
//! `assay suite check` looks at.

use std::collections::HashSet;
use std::fmt;

use assay_api::{
    Completion, CompletionKind, Entry, Grading, Outcome, Program, PromptStyle, Solution, Status, Suite, SuiteError,
    Task, Turn, Verdict,
};

/// A law that a suite breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The task it was seen on, where it is about one.
    pub task_id: Option<String>,
    /// What is wrong: a lowercase fragment.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.task_id {
            Some(id) => write!(f, "task {id}: {}", self.message),
            None => f.write_str(&self.message),
        }
    }
}

/// Texts that models write and no suite may fail on.
const ODD_TEXTS: [&str; 6] = ["", "\u{feff}", "```", "```python\n", "~~~\n```\n", "\0\u{1b}[31m\u{202e}"];

/// What of the interface's laws `suite` breaks; nothing where it keeps them all.
#[must_use]
pub fn violations(suite: &dyn Suite) -> Vec<Violation> {
    let mut court = Court { suite, found: Vec::new() };
    for (name, list) in [("languages", &suite.info().languages), ("runtimes", &suite.info().runtimes)] {
        court.demand(None, !list.is_empty(), || format!("`{name}` of its info is empty"));
    }
    for task in court.tasks() {
        court.prompts(&task);
        court.dialogue(&task);
        court.extraction(&task);
        court.gold(&task);
    }
    court.found
}

struct Court<'a> {
    suite: &'a dyn Suite,
    found: Vec<Violation>,
}

impl Court<'_> {
    fn demand(&mut self, task: Option<&Task>, holds: bool, message: impl FnOnce() -> String) {
        if !holds {
            self.found.push(Violation { task_id: task.map(|task| task.id.clone()), message: message() });
        }
    }

    /// What `ask` gives, asked twice; `None` where it fails.
    fn pure<T: PartialEq>(
        &mut self,
        task: Option<&Task>,
        what: &str,
        ask: impl Fn(&dyn Suite) -> Result<T, SuiteError>,
    ) -> Option<T> {
        let (first, second) = (ask(self.suite), ask(self.suite));
        self.demand(task, first == second, || format!("{what}: asked twice it gives two answers"));
        match first {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.demand(task, false, || format!("{what}: {error}"));
                None
            }
        }
    }

    fn tasks(&mut self) -> Vec<Task> {
        let (mut tasks, mut cursor, mut cursors) = (Vec::new(), None::<String>, HashSet::new());
        while let Some(page) = self.pure(None, "tasks", |suite| suite.tasks(cursor.as_deref())) {
            tasks.extend(page.items);
            let Some(next) = page.next else { break };
            if !cursors.insert(next.clone()) {
                self.demand(None, false, || format!("tasks: page {next:?} comes again, so they do not end"));
                break;
            }
            cursor = Some(next);
        }
        self.demand(None, !tasks.is_empty(), || "it has no tasks".to_owned());
        let mut ids = HashSet::new();
        let twice: Vec<&Task> = tasks.iter().filter(|task: &&Task| !ids.insert(task.id.clone())).collect();
        for task in twice {
            self.demand(Some(task), false, || "another task has the same id".to_owned());
        }
        tasks
    }

    fn prompts(&mut self, task: &Task) {
        let gold = self.suite.reference(task).ok().flatten();
        let mut offered = 0;
        for style in [PromptStyle::Chat, PromptStyle::Completion] {
            let ask = |suite: &dyn Suite| match suite.prompt(task, style, &[]) {
                Err(SuiteError::Unsupported(_)) => Ok(None),
                answer => answer,
            };
            let Some(request) = self.pure(Some(task), "prompt", ask).flatten() else { continue };
            offered += 1;
            let told = gold.as_ref().is_some_and(|gold| format!("{:?}", request.prompt).contains(&quoted(gold)));
            self.demand(Some(task), !told, || "the prompt has the gold answer in it".to_owned());
        }
        self.demand(Some(task), offered > 0, || "there is no prompt of any style".to_owned());
    }

    /// Dialogues end by the turn that the info says. Where it says one, nothing is asked after it.
    fn dialogue(&mut self, task: &Task) {
        let most = self.suite.info().turns as usize;
        let mut turns: Vec<Turn> = Vec::new();
        while most > 1 && turns.len() <= most {
            let ask = |suite: &dyn Suite| match suite.prompt(task, PromptStyle::Chat, &turns) {
                Err(SuiteError::Unsupported(_)) => Ok(None),
                answer => answer,
            };
            let what = format!("prompt after turn {}", turns.len());
            let Some(request) = self.pure(Some(task), &what, ask).flatten() else { return };
            let completion = Completion { text: "I can't.".to_owned(), kind: CompletionKind::Reply };
            turns.push(Turn { request, completion, outcomes: Vec::new(), scored: Verdict::Empty.into() });
        }
        self.demand(Some(task), most == 1, || format!("prompt: it asks again after turn {most}, its info's last"));
    }

    fn extraction(&mut self, task: &Task) {
        for kind in [CompletionKind::Reply, CompletionKind::Continuation] {
            for text in ODD_TEXTS {
                let completion = Completion { text: text.to_owned(), kind };
                self.pure(Some(task), &format!("extract of {text:?}"), |suite| suite.extract(task, &completion));
            }
        }
    }

    fn gold(&mut self, task: &Task) {
        let Some(gold) = self.pure(Some(task), "reference", |suite| suite.reference(task)).flatten() else { return };
        let completion = Completion { text: gold.code.clone(), kind: CompletionKind::Program };
        let extracted = self.pure(Some(task), "extract", |suite| suite.extract(task, &completion)).flatten();
        let same = extracted.as_ref().is_some_and(|solution| solution.code == gold.code);
        self.demand(Some(task), same, || "a whole program is not taken as it is".to_owned());
        let programs = self.pure(Some(task), "programs", |suite| suite.programs(task, &gold)).unwrap_or_default();
        self.demand(Some(task), !programs.is_empty(), || "programs: there are none, so nothing is tested".to_owned());
        for program in &programs {
            let runtimes = &self.suite.info().runtimes;
            let known = runtimes.contains(&program.runtime);
            self.demand(Some(task), known, || format!("runtime `{}` is not in its info", program.runtime));
            self.demand(Some(task), has_entry(program), || "programs: the entry's file is not there".to_owned());
        }
        self.verdicts(task, programs.len());
    }

    /// What proves nothing does not pass.
    fn verdicts(&mut self, task: &Task, programs: usize) {
        let completed = Status::Completed { exit_code: 0 };
        let mut worthless = vec![Status::OutOfFuel, Status::Trap { message: "crash".into() }];
        worthless.push(Status::Infra { why: "the worker died".into() });
        worthless.push(Status::Completed { exit_code: 1 });
        if self.suite.info().grading != Grading::ExitCode {
            worthless.push(completed);
        }
        for status in worthless {
            let name = status.name();
            let outcome = Outcome { status, ..Outcome::infra("") };
            let outcomes = vec![outcome; programs];
            let verdict = self.pure(Some(task), "score", |suite| suite.score(task, &outcomes));
            let passed = verdict.is_some_and(|scored| scored.verdict.passed());
            self.demand(Some(task), !passed, || format!("score: programs without a passed test ({name}) pass"));
        }
    }
}

/// The gold answer as `Debug` of a prompt would have it.
fn quoted(gold: &Solution) -> String {
    let text = format!("{:?}", gold.code.trim());
    text.trim_matches('"').to_owned()
}

fn has_entry(program: &Program) -> bool {
    match &program.entry {
        Entry::Script { path, .. } => program.file(path).is_some(),
        Entry::Tests { solution, tests, .. } => program.file(solution).is_some() && program.file(tests).is_some(),
        Entry::Judged { judge, candidate } => {
            program.file(judge).is_some() && candidate.files.iter().any(|file| file.path == candidate.path)
        }
    }
}
