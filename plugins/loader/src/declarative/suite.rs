use std::sync::Arc;

use assay_api::{
    Completion, Entry, Message, Outcome, Page, Program, Prompt, PromptStyle, Request, Role, Scored, Solution,
    SourceFile, Suite, SuiteError, SuiteInfo, Task, Turn, Verdict,
};
use minijinja::Value;
use minijinja::value::Serde;

use super::data::Loaded;
use super::manifest::{
    COMPLETION, INFILL_PREFIX, INFILL_SUFFIX, REFERENCE, SHOTS, SOLUTION, STDIN, TURN, chat_template, extract_template,
    file_template, path_template, retry_template,
};
use super::path::is_inside;
use super::scoring::ScoreTable;
use super::spanned::Spanned;
use super::tables::{ChatTable, EditsTable, EntryTable, ExtractTable, MessageTable, ProgramTable, PromptTable};
use super::turn::AnsweredTurn;
use super::{Choice, DataSource, Folder, LoadError, Manifest, data, messages, pytest, unittest};
use crate::{extract, score};

/// How many tasks a page has.
const PAGE: usize = 256;

/// The rule that reports show for a gold answer.
const REFERENCE_RULE: &str = "reference";

/// A suite that is a folder with a `suite.toml`.
pub struct DeclarativeSuite {
    pub(super) manifest: Manifest,
    tasks: Vec<Task>,
    /// The tasks that are examples in prompts, by id, as templates see them.
    shots: Vec<(String, Value)>,
    pub(super) cases: score::Cases,
}

impl DeclarativeSuite {
    /// Reads the manifest in `folder` and the data it names for what is chosen, from `data` or, where it is embedded,
    /// from `folder`.
    ///
    /// # Errors
    /// When a file is missing, malformed, or not what the manifest pins, or when there is no such choice.
    pub fn load(folder: &dyn Folder, data: &dyn DataSource, choice: &Choice) -> Result<DeclarativeSuite, LoadError> {
        let mut manifest = Manifest::load(folder, choice)?;
        let Loaded { mut tasks, cases, unpinned } = data::load_tasks(&manifest, folder, data)?;
        manifest.add_digests(&unpinned);
        let shots = shots(&manifest, &tasks)?;
        data::keep_between(&manifest, &mut tasks)?;
        Ok(DeclarativeSuite { manifest, tasks, shots, cases })
    }

    /// What a template sees: the fields that the manifest declares, and the candidate's code.
    pub(super) fn context(&self, task: &Task, solution: Option<&str>) -> Value {
        let solution = solution.map(|code| (SOLUTION, Value::from(code)));
        Value::from_pairs(fields(&self.manifest, task).chain(solution))
    }

    /// What the runtime lacks for this task, as the manifest says.
    fn lack(&self, task: &Task) -> Option<&str> {
        let lists = &self.manifest.tables.task.unsupported;
        lists.iter().find(|list| list.tasks.contains(&task.id)).map(|list| list.what.as_str())
    }

    fn is_in_one_instance(&self, task: &Task) -> bool {
        self.manifest.tables.score.as_ref().is_in_one_instance(&task.id)
    }

    /// What a prompt's template sees: the fields, the examples, and what came of an answer, where it follows one. A task is
    /// never an example of itself.
    fn prompt_context(&self, task: &Task, turn: Option<Value>) -> Value {
        let others = self.shots.iter().filter(|(id, _)| *id != task.id).map(|(_, shot)| shot.clone());
        let shots = (!self.shots.is_empty()).then(|| (SHOTS, Value::from_iter(others)));
        let turn = turn.map(|turn| (TURN, turn));
        Value::from_pairs(fields(&self.manifest, task).chain(shots).chain(turn))
    }

    fn answered<'a>(&self, task: &Task, turn: &'a Turn) -> Result<AnsweredTurn<'a>, SuiteError> {
        // Of calls in one program, which failed is in its judge's words.
        let case = self.stdin_cases(task)?.and_then(|cases| score::FailedCase::of(&cases, &turn.outcomes));
        let code = self.extract(task, &turn.completion)?.map(|solution| solution.code);
        Ok(AnsweredTurn { turn, code, case })
    }

    /// The test cases each of which is a program's standard input; `None` where tasks are not judged so.
    fn stdin_cases(&self, task: &Task) -> Result<Option<Arc<[score::Case]>>, SuiteError> {
        match self.manifest.tables.score.as_ref() {
            ScoreTable::StdinStdout { cases, .. } if self.calls(task)?.is_none() => {
                self.cases.of(task, cases).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn messages(
        &self,
        tables: &[MessageTable],
        name: impl Fn(usize) -> String,
        task: &Task,
        context: &Value,
    ) -> Result<Vec<Message>, SuiteError> {
        let message = |(index, message): (usize, &MessageTable)| {
            Ok(Message { role: message.role, content: self.render(&name(index), task, context)? })
        };
        tables.iter().enumerate().map(message).collect()
    }

    /// The language that its solutions are in; empty where the manifest names none.
    fn language(&self) -> &str {
        let info = self.manifest.info();
        info.language.as_ref().or(info.languages.first()).map_or("", String::as_str)
    }

    pub(super) fn render(&self, name: &str, task: &Task, context: &Value) -> Result<String, SuiteError> {
        self.manifest.templates.render(name, task, context)
    }

    fn program(&self, table: &ProgramTable, (entry, files): (Entry, Vec<SourceFile>), stdin: String) -> Program {
        let (runtime, limits) = (table.runtime.clone(), self.manifest.limits.clone());
        Program { runtime, files, entry, stdin, limits, seed: 0 }
    }

    /// The name of the file that answers say how to change.
    fn edited(&self, edits: &EditsTable, task: &Task) -> Result<String, SuiteError> {
        self.path(&edits.file, task, &self.context(task, None))
    }

    /// What the extraction's template `key` is for this task.
    fn extract_text(&self, key: &str, task: &Task) -> Result<String, SuiteError> {
        self.render(&extract_template(key), task, &self.context(task, None))
    }

    /// What the manifest's path `path`, a template, is for this task.
    pub(super) fn path(&self, path: &str, task: &Task, context: &Value) -> Result<String, SuiteError> {
        let rendered = self.render(&path_template(path), task, context)?;
        if is_inside(&rendered) {
            return Ok(rendered);
        }
        let message = format!("{rendered:?} is not a path inside the working directory");
        Err(SuiteError::Template { template: path.to_owned(), task_id: task.id.clone(), message })
    }
}

impl Suite for DeclarativeSuite {
    fn info(&self) -> &SuiteInfo {
        self.manifest.info()
    }

    fn tasks(&self, cursor: Option<&str>) -> Result<Page<Task>, SuiteError> {
        let start: usize = match cursor {
            None => 0,
            Some(text) => text.parse().map_err(|_| SuiteError::Internal(format!("no page has the cursor {text:?}")))?,
        };
        let rest = self.tasks.get(start..).unwrap_or_default();
        let items = rest[..rest.len().min(PAGE)].to_vec();
        let next = (rest.len() > PAGE).then(|| (start + PAGE).to_string());
        Ok(Page { items, next })
    }

    fn prompt(&self, task: &Task, style: PromptStyle, turns: &[Turn]) -> Result<Option<Request>, SuiteError> {
        let table = self.manifest.tables.prompt.as_ref();
        if turns.last().is_some_and(|last| !goes_on(style, table, turns.len(), last)) {
            return Ok(None);
        }
        let context = self.prompt_context(task, None);
        let (prompt, stop) = match (style, table) {
            (PromptStyle::Chat, PromptTable { chat: Some(chat), .. }) => {
                let mut messages = self.messages(&chat.messages, chat_template, task, &context)?;
                if let Some(field) = &chat.then {
                    messages::add(task, field, &mut messages)?;
                }
                if let Some(retry) = chat.retry.as_ref().map(Spanned::as_ref) {
                    for turn in turns {
                        messages.push(Message { role: Role::Assistant, content: turn.completion.text.clone() });
                        if retry.fresh {
                            messages.clear();
                        }
                        let context = self.prompt_context(task, Some(self.answered(task, turn)?.value()));
                        messages.extend(self.messages(&retry.messages, retry_template, task, &context)?);
                    }
                }
                (Prompt::Chat { messages }, &chat.stop)
            }
            (PromptStyle::Completion, PromptTable { completion: Some(completion), .. }) => {
                (Prompt::Text { text: self.render(COMPLETION, task, &context)? }, &completion.stop)
            }
            (PromptStyle::Infill, PromptTable { infill: Some(infill), .. }) => {
                let prefix = self.render(INFILL_PREFIX, task, &context)?;
                let suffix = self.render(INFILL_SUFFIX, task, &context)?;
                (Prompt::Infill { prefix, suffix }, &infill.stop)
            }
            (missing, table) => return Err(no_prompt(missing, table)),
        };
        Ok(Some(Request { prompt, stop: stop.clone(), max_tokens: table.max_tokens }))
    }

    fn extract(&self, task: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError> {
        let name = |field: &Option<String>| field.as_ref().map(|field| text(task, field)).transpose();
        Ok(match self.manifest.tables.extract.as_ref() {
            ExtractTable::PythonFunction { prompt, entry_point } => {
                extract::python_function(text(task, prompt)?, name(entry_point)?, completion)
            }
            ExtractTable::PythonModule { prompt, .. } => {
                let prompt = prompt.as_ref().map(|_| self.extract_text("prompt", task)).transpose()?;
                extract::python_module(
                    prompt.as_deref().unwrap_or_default(),
                    &self.extract_text("used_by", task)?,
                    completion,
                )
            }
            ExtractTable::Infill { .. } => {
                extract::infill(&self.extract_text("prefix", task)?, &self.extract_text("suffix", task)?, completion)
            }
            ExtractTable::JavascriptFunction { prompt, entry_point } => {
                extract::javascript_function(text(task, prompt)?, name(entry_point)?, completion)
            }
            ExtractTable::WholeFile { file } => {
                let file = self.path(file, task, &self.context(task, None))?;
                extract::whole_file(&file, completion)
            }
            ExtractTable::EditBlocks(edits) => {
                extract::edit_blocks(&self.edited(edits, task)?, &self.extract_text("original", task)?, completion)
            }
            ExtractTable::UnifiedDiff(edits) => {
                extract::unified_diff(&self.edited(edits, task)?, &self.extract_text("original", task)?, completion)
            }
            ExtractTable::Fenced {} => extract::fenced(self.language(), completion),
            ExtractTable::Livecodebench { rule } => extract::livecodebench(*rule, completion),
            ExtractTable::Evalplus { prompt, entry_point } => {
                extract::evalplus(text(task, prompt)?, name(entry_point)?, completion)
            }
            ExtractTable::LmEval { rule, prompt } => {
                extract::lm_eval(*rule, name(prompt)?.unwrap_or_default(), completion)
            }
            ExtractTable::Raw {} => extract::raw(completion),
            ExtractTable::Assertion { side, untagged } => extract::assertion(*side, *untagged, completion),
        })
    }

    fn programs(&self, task: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
        let Some(table) = &self.manifest.tables.program else { return Ok(Vec::new()) };
        let context = self.context(task, Some(&solution.code));
        let files = table.files.keys().map(|path| {
            let text = self.render(&file_template(path.as_ref()), task, &context)?;
            Ok(SourceFile { path: self.path(path.as_ref(), task, &context)?, text })
        });
        let mut files = files.collect::<Result<Vec<_>, SuiteError>>()?;
        for field in &table.beside {
            add_beside(task, field.as_ref(), &mut files)?;
        }
        if let Some((calls, solution)) = self.calls(task)? {
            let judged = self.called(task, &calls, &self.path(solution, task, &context)?, files)?;
            return Ok(vec![self.program(table, judged, String::new())]);
        }
        let coverage = table.coverage.as_ref().map(|coverage| coverage.as_ref().clone());
        let (entry, files) = match table.entry.as_ref() {
            EntryTable::Script { path } => (Entry::Script { path: self.path(path, task, &context)?, coverage }, files),
            EntryTable::Tests { solution, tests }
            | EntryTable::Unittest { solution, tests }
            | EntryTable::Pytest { solution, tests } => {
                let (solution, tests) = (self.path(solution, task, &context)?, self.path(tests, task, &context)?);
                match table.entry.as_ref() {
                    EntryTable::Unittest { .. } => files
                        .iter_mut()
                        .filter(|file| file.path == tests)
                        .for_each(|file| unittest::add_to(&mut file.text)),
                    EntryTable::Pytest { .. } => pytest::add_to(&mut files, &solution, &tests),
                    _ => {}
                }
                (Entry::Tests { solution, tests, coverage }, files)
            }
            EntryTable::Judged { candidate, judge } => {
                let candidate = self.path(candidate, task, &context)?;
                match judge.as_ref().map(|judge| self.path(judge, task, &context)).transpose()? {
                    Some(tests) if self.is_in_one_instance(task) => {
                        (Entry::Tests { solution: candidate, tests, coverage: None }, files)
                    }
                    judge => self.judged(task, &candidate, judge.as_deref(), files)?,
                }
            }
        };
        let stdin = match &table.stdin {
            Some(_) => self.render(STDIN, task, &self.context(task, None))?,
            None => String::new(),
        };
        let program = self.program(table, (entry, files), stdin);
        Ok(match self.stdin_cases(task)? {
            Some(cases) => cases.iter().map(|case| Program { stdin: case.input.clone(), ..program.clone() }).collect(),
            None => vec![program],
        })
    }

    fn score(&self, task: &Task, outcomes: &[Outcome]) -> Result<Scored, SuiteError> {
        let mut scored: Scored = match self.manifest.tables.score.as_ref() {
            ScoreTable::TestsOneInstance { silent } => score::tests_one_instance(task, outcomes, *silent)?.into(),
            ScoreTable::ExitCode { silent } => score::exit_code(task, outcomes, *silent)?.into(),
            ScoreTable::TestsTwoInstances { .. } if self.is_in_one_instance(task) => {
                score::tests_one_instance(task, outcomes, false)?.into()
            }
            ScoreTable::TestsTwoInstances { .. } => score::judged(task, outcomes, std::iter::empty())?,
            ScoreTable::StdinStdout { .. } => match self.stdin_cases(task)? {
                Some(cases) => score::stdin_stdout(task, &cases, outcomes)?.into(),
                None => score::judged(task, outcomes, std::iter::empty())?,
            },
            ScoreTable::Values(values) => score::judged(task, outcomes, values.metrics())?,
            ScoreTable::Exact(_)
            | ScoreTable::Regex(_)
            | ScoreTable::Choice(_)
            | ScoreTable::Instructions(_)
            | ScoreTable::CallMatch(_) => {
                return Err(SuiteError::Internal(format!("task {}: its answers are judged by their text", task.id)));
            }
        };
        // Of a task whose gold answer fails for what the runtime lacks, a failure says nothing; a pass does.
        if let (Verdict::Failed(_), Some(what)) = (&scored.verdict, self.lack(task)) {
            scored.verdict = Verdict::Unsupported { what: what.to_owned() };
        }
        Ok(scored)
    }

    fn is_decided(&self, task: &Task, outcomes: &[Outcome]) -> Result<bool, SuiteError> {
        // Elsewhere the one program decides.
        let cases = self.stdin_cases(task)?;
        Ok(cases.is_some_and(|cases| score::stdin_stdout_is_decided(&cases, outcomes)))
    }

    fn text_verdict(&self, task: &Task, solution: &Solution) -> Result<Option<Scored>, SuiteError> {
        if solution.rule == extract::Rule::Unapplied.name() {
            return Ok(Some(score::unapplied(&solution.code).into()));
        }
        self.of_text(task, &solution.code)
    }

    fn reference(&self, task: &Task) -> Result<Option<Solution>, SuiteError> {
        let code = match self.manifest.tables.reference {
            None => self.text_gold(task)?,
            Some(_) => Some(self.render(REFERENCE, task, &self.context(task, None))?),
        };
        Ok(code.map(|code| Solution { code, rule: REFERENCE_RULE.into() }))
    }
}

/// The fields that the manifest declares, as templates see them.
fn fields<'a>(manifest: &'a Manifest, task: &'a Task) -> impl Iterator<Item = (&'a str, Value)> {
    let names = manifest.tables.task.fields().map(|name| name.as_ref().as_str());
    names.filter_map(|name| Some((name, Value::from(Serde(task.fields.get(name)?)))))
}

/// Whether the model is asked again after `last`, the turn by which there are so many.
fn goes_on(style: PromptStyle, table: &PromptTable, turns: usize, last: &Turn) -> bool {
    let tries = table.chat.as_ref().map_or(1, ChatTable::tries);
    style == PromptStyle::Chat && turns < tries as usize && !last.scored.verdict.passed()
}

fn shots(manifest: &Manifest, tasks: &[Task]) -> Result<Vec<(String, Value)>, LoadError> {
    let shots = manifest.tables.prompt.as_ref().shots.iter().map(|id| {
        let task = tasks.iter().find(|task| task.id == *id);
        let task = task.ok_or_else(|| LoadError::Shot { suite: manifest.info().label(), shot: id.clone() })?;
        Ok((id.clone(), Value::from_pairs(fields(manifest, task))))
    });
    shots.collect()
}

fn no_prompt(style: PromptStyle, table: &PromptTable) -> SuiteError {
    let styles = [
        (PromptStyle::Chat, table.chat.is_some(), "chat"),
        (PromptStyle::Completion, table.completion.is_some(), "completion"),
        (PromptStyle::Infill, table.infill.is_some(), "infill"),
    ];
    let offered: Vec<&str> = styles.iter().filter(|(_, offered, _)| *offered).map(|(_, _, name)| *name).collect();
    let what = match style {
        PromptStyle::Chat => "no prompt for chat models",
        PromptStyle::Completion => "no prompt for the completions API",
        PromptStyle::Infill => "no prompt with a gap to fill",
    };
    SuiteError::Unsupported(format!("{what}: ask with the style {}", offered.join(" or ")))
}

pub(super) fn text<'a>(task: &'a Task, name: &str) -> Result<&'a str, SuiteError> {
    task.text(name).ok_or_else(|| SuiteError::Task {
        task_id: task.id.clone(),
        message: format!("field `{name}` is missing or not text"),
    })
}

/// Adds the files that a task's field has: an object from path to text. What the program has already stays.
fn add_beside(task: &Task, field: &str, files: &mut Vec<SourceFile>) -> Result<(), SuiteError> {
    let failed = |message: String| SuiteError::Task { task_id: task.id.clone(), message };
    let Some(value) = task.fields.get(field).filter(|value| !value.is_null()) else { return Ok(()) };
    let object = value.as_object().ok_or_else(|| failed(format!("field `{field}` is not an object of files")))?;
    for (path, text) in object {
        let Some(text) = text.as_str() else {
            return Err(failed(format!("field `{field}`: the file {path:?} is not text")));
        };
        if !is_inside(path) {
            return Err(failed(format!("field `{field}`: the path {path:?} is not inside the working directory")));
        }
        if !files.iter().any(|file| file.path == *path) {
            files.push(SourceFile { path: path.clone(), text: text.to_owned() });
        }
    }
    Ok(())
}
