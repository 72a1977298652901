use assay_api::{
    Completion, Entry, Message, Outcome, Page, Program, Prompt, PromptStyle, Request, Solution, SourceFile, Suite,
    SuiteError, SuiteInfo, Task, Turn, Verdict,
};
use minijinja::Value;
use minijinja::value::Serde;

use super::manifest::{COMPLETION, REFERENCE, SOLUTION, STDIN, chat_template, file_template, path_template};
use super::path::is_inside;
use super::tables::{EntryTable, ExtractTable, ScoreTable};
use super::{Choice, DataSource, Folder, LoadError, Manifest, data};
use crate::{extract, score};

/// How many tasks a page has.
const PAGE: usize = 256;

/// The rule that reports show for a gold answer.
const REFERENCE_RULE: &str = "reference";

/// A suite that is a folder with a `suite.toml`.
pub struct DeclarativeSuite {
    manifest: Manifest,
    tasks: Vec<Task>,
}

impl DeclarativeSuite {
    /// Reads the manifest in `folder` and the data it names for what is chosen, from `data` or, where it is embedded,
    /// from `folder`.
    ///
    /// # Errors
    /// When a file is missing, malformed, or not what the manifest pins, or when there is no such choice.
    pub fn load(folder: &dyn Folder, data: &dyn DataSource, choice: &Choice) -> Result<DeclarativeSuite, LoadError> {
        let manifest = Manifest::load(folder, choice)?;
        let tasks = data::load_tasks(&manifest, folder, data)?;
        Ok(DeclarativeSuite { manifest, tasks })
    }

    /// What a template sees: the fields that the manifest declares, and the candidate's code.
    fn context(&self, task: &Task, solution: Option<&str>) -> Value {
        let table = &self.manifest.tables.task;
        let names = table.required.iter().chain(&table.optional).map(|name| name.as_ref().as_str());
        let fields = names.filter_map(|name| Some((name, Value::from(Serde(task.fields.get(name)?)))));
        Value::from_pairs(fields.chain(solution.map(|code| (SOLUTION, Value::from(code)))))
    }

    /// What the runtime lacks for this task, as the manifest says.
    fn lack(&self, task: &Task) -> Option<&str> {
        let lists = &self.manifest.tables.task.unsupported;
        lists.iter().find(|list| list.tasks.contains(&task.id)).map(|list| list.what.as_str())
    }

    fn render(&self, name: &str, task: &Task, context: &Value) -> Result<String, SuiteError> {
        self.manifest.templates.render(name, task, context)
    }

    /// What the manifest's path `path`, a template, is for this task.
    fn path(&self, path: &str, task: &Task, context: &Value) -> Result<String, SuiteError> {
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
        if !turns.is_empty() {
            return Ok(None);
        }
        let table = self.manifest.tables.prompt.as_ref();
        let context = self.context(task, None);
        let (prompt, stop) = match (style, &table.chat, &table.completion) {
            (PromptStyle::Chat, Some(chat), _) => {
                let messages = chat.messages.iter().enumerate().map(|(index, message)| {
                    let content = self.render(&chat_template(index), task, &context)?;
                    Ok(Message { role: message.role, content })
                });
                (Prompt::Chat { messages: messages.collect::<Result<_, SuiteError>>()? }, &chat.stop)
            }
            (PromptStyle::Completion, _, Some(completion)) => {
                (Prompt::Text { text: self.render(COMPLETION, task, &context)? }, &completion.stop)
            }
            (PromptStyle::Chat, None, _) => return Err(SuiteError::Unsupported("no prompt for chat models".into())),
            (PromptStyle::Completion, _, None) => {
                return Err(SuiteError::Unsupported("no prompt for the completions API".into()));
            }
        };
        Ok(Some(Request { prompt, stop: stop.clone(), max_tokens: table.max_tokens }))
    }

    fn extract(&self, task: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError> {
        let name = |field: &Option<String>| field.as_ref().map(|field| text(task, field)).transpose();
        Ok(match self.manifest.tables.extract.as_ref() {
            ExtractTable::PythonFunction { prompt, entry_point } => {
                extract::python_function(text(task, prompt)?, name(entry_point)?, completion)
            }
            ExtractTable::JavascriptFunction { prompt, entry_point } => {
                extract::javascript_function(text(task, prompt)?, name(entry_point)?, completion)
            }
            ExtractTable::WholeFile { file } => {
                let file = self.path(file, task, &self.context(task, None))?;
                extract::whole_file(&file, completion)
            }
        })
    }

    fn programs(&self, task: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
        let table = &self.manifest.tables.program;
        let context = self.context(task, Some(&solution.code));
        let files = table.files.keys().map(|path| {
            let text = self.render(&file_template(path.as_ref()), task, &context)?;
            Ok(SourceFile { path: self.path(path.as_ref(), task, &context)?, text })
        });
        let mut files = files.collect::<Result<Vec<_>, SuiteError>>()?;
        for field in &table.beside {
            add_beside(task, field.as_ref(), &mut files)?;
        }
        let entry = match table.entry.as_ref() {
            EntryTable::Script { path } => Entry::Script { path: self.path(path, task, &context)? },
            EntryTable::Tests { solution, tests } => Entry::Tests {
                solution: self.path(solution, task, &context)?,
                tests: self.path(tests, task, &context)?,
            },
        };
        let program = Program {
            runtime: table.runtime.clone(),
            files,
            entry,
            stdin: match &table.stdin {
                Some(_) => self.render(STDIN, task, &self.context(task, None))?,
                None => String::new(),
            },
            limits: self.manifest.limits.clone(),
            seed: 0,
        };
        Ok(vec![program])
    }

    fn score(&self, task: &Task, outcomes: &[Outcome]) -> Result<Verdict, SuiteError> {
        let verdict = match self.manifest.tables.score {
            ScoreTable::TestsOneInstance { silent } => score::tests_one_instance(task, outcomes, silent),
            ScoreTable::ExitCode { silent } => score::exit_code(task, outcomes, silent),
        }?;
        // Of a task whose gold answer fails for what the runtime lacks, a failure says nothing; a pass does.
        Ok(match (verdict, self.lack(task)) {
            (Verdict::Failed(_), Some(what)) => Verdict::Unsupported { what: what.to_owned() },
            (verdict, _) => verdict,
        })
    }

    fn reference(&self, task: &Task) -> Result<Option<Solution>, SuiteError> {
        if self.manifest.tables.reference.is_none() {
            return Ok(None);
        }
        let code = self.render(REFERENCE, task, &self.context(task, None))?;
        Ok(Some(Solution { code, rule: REFERENCE_RULE.into() }))
    }
}

fn text<'a>(task: &'a Task, name: &str) -> Result<&'a str, SuiteError> {
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
