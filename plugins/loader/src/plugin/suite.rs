use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use assay_api::call::{ExtractCall, InfoCall, Method, ProgramsCall, PromptCall, ReferenceCall, ScoreCall, TasksCall};
use assay_api::{
    Choice, Completion, Outcome, Page, Program, PromptStyle, Request, Scored, Solution, Suite, SuiteError, SuiteInfo,
    Task, Turn,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::answer::ask;
use super::{Backend, Connection, PluginData, PluginError, info, program};
use crate::declarative::DataSource;

/// A file with a suite in it, loaded.
pub struct Plugin {
    file: PathBuf,
    sha256: String,
    backend: Box<dyn Backend>,
}

impl Plugin {
    /// The plugin that `backend` is; it was loaded from `file`, whose SHA-256 in hexadecimal is `sha256`.
    #[must_use]
    pub fn new(file: &Path, sha256: String, backend: Box<dyn Backend>) -> Self {
        Plugin { file: file.to_path_buf(), sha256, backend }
    }

    /// What the suite is, without its data.
    ///
    /// # Errors
    /// When it can't say, says what can't be, or has not what is chosen.
    pub fn info(&self, choice: &Choice) -> Result<SuiteInfo, PluginError> {
        let failed = |message| PluginError::Info { file: self.file.clone(), message };
        let connection = self.connect(PluginData::default())?;
        // Whether it has what is chosen is for us to say: it is asked what it has first.
        let whole = self.ask_info(&*connection, &Choice::default())?;
        info::check_choice(&whole, choice)?;
        let mut answer = if *choice == Choice::default() { whole } else { self.ask_info(&*connection, choice)? };
        if let Some(problem) = info::problem(&answer).or(info::check_choice(&answer, choice)?) {
            return Err(failed(problem));
        }
        answer.digest = info::digest(&self.sha256, &answer);
        Ok(answer)
    }

    /// The suite with the data of what is chosen, from `source`.
    ///
    /// # Errors
    /// Those of [`info`](Self::info), and when data is missing or not what the info pins.
    pub fn load(&self, choice: &Choice, source: &dyn DataSource) -> Result<PluginSuite, PluginError> {
        let info = self.info(choice)?;
        let data = PluginData::load(&info, source)?;
        let connection = self.connect(data)?;
        let decides = AtomicBool::new(true);
        Ok(PluginSuite { file: self.file.clone(), info, choice: choice.clone(), connection, decides })
    }

    fn connect(&self, data: PluginData) -> Result<Box<dyn Connection>, PluginError> {
        let refused = |message| PluginError::Refused { file: self.file.clone(), message };
        self.backend.connect(Arc::new(data)).map_err(refused)
    }

    fn ask_info(&self, connection: &dyn Connection, choice: &Choice) -> Result<SuiteInfo, PluginError> {
        let request = InfoCall { choice: Cow::Borrowed(choice) };
        ask(&self.file, connection, Method::Info, &request).map_err(|error| {
            let message = match error {
                // It names the file and the method already.
                SuiteError::Internal(message) => {
                    let prefix = format!("{}: {}: ", self.file.display(), Method::Info);
                    message.strip_prefix(&prefix).map_or(message.clone(), str::to_owned)
                }
                other => other.to_string(),
            };
            PluginError::Info { file: self.file.clone(), message }
        })
    }
}

/// A suite that is a plugin.
pub struct PluginSuite {
    file: PathBuf,
    info: SuiteInfo,
    choice: Choice,
    connection: Box<dyn Connection>,
    /// Whether it may say that outcomes decide a verdict; not asked again once it has said that it does not.
    decides: AtomicBool,
}

impl PluginSuite {
    fn ask<T: DeserializeOwned>(&self, method: Method, request: &impl Serialize) -> Result<T, SuiteError> {
        ask(&self.file, &*self.connection, method, request)
    }

    fn choice(&self) -> Cow<'_, Choice> {
        Cow::Borrowed(&self.choice)
    }
}

impl Suite for PluginSuite {
    fn info(&self) -> &SuiteInfo {
        &self.info
    }

    fn tasks(&self, cursor: Option<&str>) -> Result<Page<Task>, SuiteError> {
        self.ask(Method::Tasks, &TasksCall { choice: self.choice(), cursor: cursor.map(Cow::Borrowed) })
    }

    fn prompt(&self, task: &Task, style: PromptStyle, turns: &[Turn]) -> Result<Option<Request>, SuiteError> {
        let (task, turns) = (Cow::Borrowed(task), Cow::Borrowed(turns));
        self.ask(Method::Prompt, &PromptCall { choice: self.choice(), task, style, turns })
    }

    fn extract(&self, task: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError> {
        let (task, completion) = (Cow::Borrowed(task), Cow::Borrowed(completion));
        self.ask(Method::Extract, &ExtractCall { choice: self.choice(), task, completion })
    }

    fn programs(&self, task: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
        let call = ProgramsCall { choice: self.choice(), task: Cow::Borrowed(task), solution: Cow::Borrowed(solution) };
        let programs: Vec<Program> = self.ask(Method::Programs, &call)?;
        match programs.iter().find_map(|program| program::problem(&self.info, program)) {
            None => Ok(programs),
            Some(problem) => {
                let file = self.file.display();
                Err(SuiteError::Internal(format!("{file}: {}: task {}: {problem}", Method::Programs, task.id)))
            }
        }
    }

    fn score(&self, task: &Task, outcomes: &[Outcome]) -> Result<Scored, SuiteError> {
        let (task, outcomes) = (Cow::Borrowed(task), Cow::Borrowed(outcomes));
        self.ask(Method::Score, &ScoreCall { choice: self.choice(), task, outcomes })
    }

    fn is_decided(&self, task: &Task, outcomes: &[Outcome]) -> Result<bool, SuiteError> {
        if !self.decides.load(Ordering::Relaxed) {
            return Ok(false);
        }
        let (task, outcomes) = (Cow::Borrowed(task), Cow::Borrowed(outcomes));
        match self.ask(Method::IsDecided, &ScoreCall { choice: self.choice(), task, outcomes }) {
            Err(SuiteError::Unsupported(_)) => {
                self.decides.store(false, Ordering::Relaxed);
                Ok(false)
            }
            answer => answer,
        }
    }

    fn reference(&self, task: &Task) -> Result<Option<Solution>, SuiteError> {
        let call = ReferenceCall { choice: self.choice(), task: Cow::Borrowed(task) };
        match self.ask(Method::Reference, &call) {
            Err(SuiteError::Unsupported(_)) => Ok(None),
            answer => answer,
        }
    }
}
