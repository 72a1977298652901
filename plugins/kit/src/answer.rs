use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use assay_api::call::{
    ExtractCall, Method, PluginFailure, ProgramsCall, PromptCall, ReferenceCall, ScoreCall, TasksCall,
};
use assay_api::{Choice, SuiteError};
use serde::{Deserialize, Serialize};

use crate::{Author, Data};

/// Answers requests with a suite's functions.
pub struct Answering<S> {
    data: Data,
    /// Made when they are first asked for.
    suites: Mutex<HashMap<Choice, Arc<S>>>,
}

/// Why there is no response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// There is no such method.
    Unknown,
    /// The suite failed.
    Failed(SuiteError),
}

impl Refusal {
    /// As the host reads it.
    #[must_use]
    pub fn failure(self) -> PluginFailure {
        match self {
            Refusal::Unknown => SuiteError::Unsupported("no such method".into()).into(),
            Refusal::Failed(error) => error.into(),
        }
    }
}

impl<S: Author> Answering<S> {
    /// Answers with suites that read `data`.
    #[must_use]
    pub fn new(data: Data) -> Self {
        Answering { data, suites: Mutex::new(HashMap::new()) }
    }

    /// The response to `request`, which is of the method called `method`; both are JSON.
    ///
    /// # Errors
    /// When there is no such method, the request is not one of it, or the suite fails.
    pub fn answer(&self, method: &str, request: &str) -> Result<String, Refusal> {
        let method = Method::named(method).ok_or(Refusal::Unknown)?;
        self.respond(method, request).map_err(Refusal::Failed)
    }

    fn respond(&self, method: Method, request: &str) -> Result<String, SuiteError> {
        /// What all requests have.
        #[derive(Deserialize)]
        struct Chosen {
            #[serde(default)]
            choice: Choice,
        }
        let Chosen { choice } = parse(request)?;
        let suite = self.suite(choice)?;
        match method {
            Method::Info => json(suite.info()),
            Method::Tasks => {
                let call: TasksCall<'_> = parse(request)?;
                json(&suite.tasks(call.cursor.as_deref())?)
            }
            Method::Prompt => {
                let call: PromptCall<'_> = parse(request)?;
                json(&suite.prompt(&call.task, call.style, &call.turns)?)
            }
            Method::Extract => {
                let call: ExtractCall<'_> = parse(request)?;
                json(&suite.extract(&call.task, &call.completion)?)
            }
            Method::Programs => {
                let call: ProgramsCall<'_> = parse(request)?;
                json(&suite.programs(&call.task, &call.solution)?)
            }
            Method::Score => {
                let call: ScoreCall<'_> = parse(request)?;
                json(&suite.score(&call.task, &call.outcomes)?)
            }
            Method::Reference => {
                let call: ReferenceCall<'_> = parse(request)?;
                json(&suite.reference(&call.task)?)
            }
            Method::IsDecided => {
                let call: ScoreCall<'_> = parse(request)?;
                json(&suite.is_decided(&call.task, &call.outcomes)?)
            }
            later => Err(SuiteError::Unsupported(format!("no `{later}`"))),
        }
    }

    fn suite(&self, choice: Choice) -> Result<Arc<S>, SuiteError> {
        // A panic while the lock is held leaves the map as it was.
        let mut suites = self.suites.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(suite) = suites.get(&choice) {
            return Ok(Arc::clone(suite));
        }
        let suite = Arc::new(S::open(&choice, self.data.clone())?);
        suites.insert(choice, Arc::clone(&suite));
        Ok(suite)
    }
}

fn parse<'a, T: Deserialize<'a>>(request: &'a str) -> Result<T, SuiteError> {
    serde_json::from_str(request).map_err(|error| SuiteError::Internal(format!("a malformed request: {error}")))
}

fn json(response: &impl Serialize) -> Result<String, SuiteError> {
    serde_json::to_string(response).map_err(|error| SuiteError::Internal(format!("the response: {error}")))
}
