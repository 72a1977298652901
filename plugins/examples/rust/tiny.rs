//! Three small tasks in Rust: a native library, or a component where the target is WebAssembly.

use assay_kit::api::{
    Choice, Completion, CompletionKind, Entry, Failure, Limits, Message, Outcome, Page, Program, Prompt, PromptStyle,
    Request, Role, Scored, Solution, SourceFile, Status, Suite, SuiteError, SuiteInfo, Task, Turn, Verdict,
};
use assay_kit::{Author, Data};
use serde_json::json;

const DATA: &str = "tiny/tasks.jsonl";
const SHA256: &str = "ff4da6295ca1f96a63801646258272e16ab253b0c45468fd5153a28dd5ff56fb";
const INSTRUCTION: &str = "\nAnswer with one ```python block that has the whole function.\n";

struct Tiny {
    info: SuiteInfo,
    data: Data,
}

assay_kit::suite!(Tiny);

impl Author for Tiny {
    fn open(_: &Choice, data: Data) -> Result<Self, SuiteError> {
        let info = json!({
            "id": "tiny",
            "version": "1",
            "title": "Tiny: three functions, an example",
            "licence": "Apache-2.0",
            "languages": ["python"],
            "runtimes": ["python"],
            "data": [{ "path": DATA, "made_from": "plugins/examples/data", "sha256": SHA256 }],
            "grading": "one_instance",
            "turns": 2,
        });
        let info = serde_json::from_value(info).map_err(|error| SuiteError::Internal(error.to_string()))?;
        Ok(Tiny { info, data })
    }
}

impl Suite for Tiny {
    fn info(&self) -> &SuiteInfo {
        &self.info
    }

    fn tasks(&self, _: Option<&str>) -> Result<Page<Task>, SuiteError> {
        let content = self.data.read(DATA)?;
        let rows = content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let task = |line| {
            let fields: serde_json::Map<_, _> =
                serde_json::from_slice(line).map_err(|error| SuiteError::Internal(error.to_string()))?;
            let id = fields.get("task_id").and_then(|id| id.as_str()).unwrap_or_default().to_owned();
            Ok(Task { id, subset: String::new(), fields })
        };
        Ok(Page { items: rows.map(task).collect::<Result<_, SuiteError>>()?, next: None })
    }

    fn prompt(&self, task: &Task, style: PromptStyle, turns: &[Turn]) -> Result<Option<Request>, SuiteError> {
        // Whoever does not pass has a second try.
        if turns.len() > 1 || turns.iter().any(|turn| turn.scored.verdict.passed()) {
            return Ok(None);
        }
        if style != PromptStyle::Chat {
            return Err(SuiteError::Unsupported("no prompt for the completions API".into()));
        }
        let content = format!("{}{INSTRUCTION}", field(task, "prompt")?);
        let mut messages = vec![Message { role: Role::User, content }];
        for turn in turns {
            let verdict = turn.scored.verdict.kind();
            let again = format!("This answer is {verdict}. Write the whole function again.\n");
            messages.push(Message { role: Role::Assistant, content: turn.completion.text.clone() });
            messages.push(Message { role: Role::User, content: again });
        }
        Ok(Some(Request { prompt: Prompt::Chat { messages }, stop: Vec::new(), max_tokens: Some(512) }))
    }

    fn extract(&self, _: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError> {
        let whole = |rule: &str| Some(Solution { code: completion.text.clone(), rule: rule.into() });
        Ok(match completion.kind {
            CompletionKind::Program => whole("program"),
            CompletionKind::Verbatim => whole("verbatim"),
            CompletionKind::Reply | CompletionKind::Continuation => fenced(&completion.text),
        })
    }

    fn programs(&self, task: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
        Ok(vec![Program {
            runtime: "python".into(),
            files: vec![file("solution.py", &solution.code), file("tests.py", field(task, "test")?)],
            entry: Entry::tests("solution.py", "tests.py"),
            stdin: String::new(),
            limits: Limits {
                fuel: 5_000_000_000,
                memory_bytes: 536_870_912,
                sleep: std::time::Duration::from_secs(3),
                ..Limits::default()
            },
            seed: 0,
        }])
    }

    fn score(&self, task: &Task, outcomes: &[Outcome]) -> Result<Scored, SuiteError> {
        let [outcome] = outcomes else {
            let message = format!("task {}: {} outcomes for one program", task.id, outcomes.len());
            return Err(SuiteError::Internal(message));
        };
        Ok(verdict(outcome).into())
    }

    fn reference(&self, task: &Task) -> Result<Option<Solution>, SuiteError> {
        Ok(Some(Solution { code: field(task, "answer")?.into(), rule: "reference".into() }))
    }
}

fn field<'a>(task: &'a Task, name: &str) -> Result<&'a str, SuiteError> {
    let missing = || SuiteError::Task { task_id: task.id.clone(), message: format!("field `{name}` is missing") };
    task.text(name).ok_or_else(missing)
}

/// The code in the first fenced block of a reply.
fn fenced(text: &str) -> Option<Solution> {
    let mut lines = text.split_inclusive('\n').skip_while(|line| !line.starts_with("```"));
    lines.next()?;
    let rest: Vec<&str> = lines.collect();
    let end = rest.iter().position(|line| line.starts_with("```"));
    let rule = if end.is_some() { "fenced" } else { "fenced-unclosed" };
    Some(Solution { code: rest[..end.unwrap_or(rest.len())].concat(), rule: rule.into() })
}

/// Only a record in which every test passed is a pass: how a program exits or what it prints proves nothing.
fn verdict(outcome: &Outcome) -> Verdict {
    let code = match &outcome.status {
        Status::Completed { exit_code } => *exit_code,
        Status::Infra { why } => return Verdict::Infra { why: why.clone() },
        Status::Unsupported { what } => return Verdict::Unsupported { what: what.clone() },
        Status::OutOfFuel => return failed("out_of_fuel", format!("used up its fuel, {}", outcome.fuel)),
        other => return failed(other.name(), other.name().replace('_', " ")),
    };
    let Some(record) = &outcome.record else {
        return failed("no_record", format!("the program ended before its tests, exit code {code}"));
    };
    let mut run = record.tests.iter().filter(|test| !test.skipped);
    match run.clone().find(|test| !test.passed) {
        Some(wrong) => failed("tests", wrong.name.clone()),
        None if run.next().is_none() => failed("tests", "no test ran".into()),
        None if code != 0 => failed("completed", format!("exit code {code} after its tests")),
        None => Verdict::Passed,
    }
}

fn failed(cause: &str, detail: String) -> Verdict {
    Verdict::Failed(Failure { cause: cause.into(), detail })
}
