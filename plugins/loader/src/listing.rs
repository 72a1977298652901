use std::collections::HashSet;

use assay_api::{Suite, SuiteError, Task};

/// The most tasks that a suite may have.
const MOST: usize = 1_000_000;

/// All tasks of `suite`, of all subsets, in its order.
///
/// # Errors
/// When the suite fails, its pages do not end, or two tasks have the same id.
pub fn all_tasks(suite: &dyn Suite) -> Result<Vec<Task>, SuiteError> {
    let mut tasks: Vec<Task> = Vec::new();
    let mut cursor: Option<String> = None;
    let mut pages = HashSet::new();
    loop {
        let page = suite.tasks(cursor.as_deref())?;
        tasks.extend(page.items);
        if tasks.len() > MOST {
            return Err(SuiteError::Internal(format!("more than {MOST} tasks")));
        }
        let Some(next) = page.next else { break };
        // Tasks are bounded, so pages are once each brings some.
        if !pages.insert(next.clone()) || pages.len() > tasks.len() {
            return Err(SuiteError::Internal(format!("the pages of its tasks do not end: page {next:?}")));
        }
        cursor = Some(next);
    }
    let mut ids = HashSet::new();
    match tasks.iter().find(|task| !ids.insert(task.id.as_str())) {
        Some(task) => Err(SuiteError::Internal(format!("two tasks are called {:?}", task.id))),
        None => Ok(tasks),
    }
}
