use serde::{Deserialize, Serialize};

use crate::{Completion, Outcome, Page, Program, PromptStyle, Request, Solution, SuiteError, Task, Turn, Verdict};

/// How far the graded code is kept from what grades it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grading {
    /// The candidate's instance returns plain data; the expected values never enter it.
    Values,
    /// The tests run in an instance of their own and call the candidate through the host.
    TwoInstances,
    /// Tests and candidate share an interpreter. A candidate that attacks the harness could forge a pass.
    OneInstance,
}

/// A data file of a suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataFile {
    /// Relative to the data directory, with `/` between names.
    pub path: String,
    /// Where its authors publish it; absent when the file ships with the suite.
    pub url: Option<String>,
    /// SHA-256 of the content after decompression, in hexadecimal.
    pub sha256: String,
    /// The subset its tasks belong to; empty for the main one.
    pub subset: String,
}

/// What a suite is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuiteInfo {
    /// The name on the command line.
    pub id: String,
    /// The suite's own version: changes whenever a verdict or a prompt could change.
    pub version: String,
    /// One line for humans.
    pub title: String,
    /// The SPDX identifier of the data's licence, or the authors' words.
    pub licence: String,
    /// Where the benchmark comes from.
    pub homepage: Option<String>,
    /// The languages its solutions are written in.
    pub languages: Vec<String>,
    /// The runtimes its programs name.
    pub runtimes: Vec<String>,
    /// Its data files.
    pub data: Vec<DataFile>,
    /// SHA-256 in hexadecimal over everything that makes the suite: manifest, templates and data digests.
    pub digest: String,
    /// How it grades.
    pub grading: Grading,
}

/// A benchmark, as pure functions.
///
/// The host calls these from several threads. Every function must give the same answer for the same
/// arguments; a suite that does not fails its own check.
pub trait Suite: Send + Sync {
    /// What the suite is.
    fn info(&self) -> &SuiteInfo;

    /// The suite's tasks, a page at a time; `None` asks for the first page.
    ///
    /// # Errors
    /// When the suite's data is malformed.
    fn tasks(&self, cursor: Option<&str>) -> Result<Page<Task>, SuiteError>;

    /// What to ask the model next; with no turns the first request, `None` when the dialogue is over.
    ///
    /// # Errors
    /// When the suite does not offer the style, or a template fails on this task.
    fn prompt(&self, task: &Task, style: PromptStyle, turns: &[Turn]) -> Result<Option<Request>, SuiteError>;

    /// The code in a completion; `None` when there is none. Never fails on what a model wrote.
    ///
    /// # Errors
    /// When the task itself lacks a field.
    fn extract(&self, task: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError>;

    /// What to execute to judge a solution. The host overwrites the programs' seeds.
    ///
    /// # Errors
    /// When a template fails on this task.
    fn programs(&self, task: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError>;

    /// The verdict on a solution, from its programs' outcomes in the programs' order.
    ///
    /// # Errors
    /// When the outcomes are not those of this task's programs.
    fn score(&self, task: &Task, outcomes: &[Outcome]) -> Result<Verdict, SuiteError>;

    /// The gold answer, where the benchmark has one. It is never shown to a model.
    ///
    /// # Errors
    /// When the task itself lacks a field.
    fn reference(&self, task: &Task) -> Result<Option<Solution>, SuiteError>;
}
