use assay_api::{PromptStyle, Request, Suite, SuiteError, SuiteInfo, Task};
use assay_loader::all_tasks;

use crate::failure::Failure;

/// A suite with its tasks in memory.
pub struct LoadedSuite {
    /// The suite.
    pub suite: Box<dyn Suite>,
    /// All its tasks, of all subsets, in the suite's order.
    pub tasks: Vec<Task>,
}

impl LoadedSuite {
    /// `suite` with all its tasks.
    ///
    /// # Errors
    /// When it can't give them.
    pub fn new(suite: Box<dyn Suite>) -> Result<Self, Failure> {
        let tasks = all_tasks(&*suite).map_err(|error| Failure::suite(&suite.info().id, &error))?;
        Ok(LoadedSuite { suite, tasks })
    }

    /// What the suite is.
    #[must_use]
    pub fn info(&self) -> &SuiteInfo {
        self.suite.info()
    }

    /// What is asked first of a task in `style`; `None` where the suite does not offer the style, or asks nothing.
    ///
    /// # Errors
    /// When the suite fails.
    pub fn first_request(&self, task: &Task, style: PromptStyle) -> Result<Option<Request>, SuiteError> {
        match self.suite.prompt(task, style, &[]) {
            Err(SuiteError::Unsupported(_)) => Ok(None),
            request => request,
        }
    }

    /// The tasks of the suite's main part.
    pub fn main_tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.subset.is_empty())
    }
}
