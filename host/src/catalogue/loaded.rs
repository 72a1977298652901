use assay_api::{Suite, SuiteInfo, Task};
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

    /// The tasks of the suite's main part.
    pub fn main_tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.subset.is_empty())
    }
}
