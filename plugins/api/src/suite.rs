use serde::{Deserialize, Serialize};

use crate::{Completion, Outcome, Page, Program, PromptStyle, Request, Scored, Solution, SuiteError, Task, Turn};

/// How far the graded code is kept from what grades it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Grading {
    /// The candidate's instance returns plain data; the expected values never enter it.
    Values,
    /// The tests run in an instance of their own and call the candidate through the host.
    TwoInstances,
    /// No code runs: the answer is a text, which is compared.
    Text,
    /// Tests and candidate share an interpreter. A candidate that attacks the harness could forge a pass.
    OneInstance,
    /// The exit code of one script is believed. A candidate that ends the process early has forged a pass.
    ExitCode,
}

/// A data file of a suite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DataFile {
    /// Relative to the data directory, with `/` between names.
    pub path: String,
    /// Where its authors publish it; absent when the file ships with the suite, or is published nowhere as it is.
    pub url: Option<String>,
    /// What it is made of and how, where nobody publishes it as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_from: Option<String>,
    /// Whether it ships with the suite.
    #[serde(default)]
    pub embedded: bool,
    /// SHA-256 of the content after decompression, in hexadecimal. Empty where a folder's manifest does not pin it, until the data
    /// was read; plugins always pin it.
    pub sha256: String,
    /// The subset its tasks belong to; empty for the main one.
    #[serde(default)]
    pub subset: String,
    /// The language its tasks are for; absent where they are for all of the suite's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The variant its tasks are for; absent where they are for all of the suite's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
}

/// How the fuel that a task's programs may use follows from what its gold answer uses.
///
/// A benchmark's limit in seconds means another amount of work for every program and machine; its gold answer, executed
/// on the same runtime, says what the task takes here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Calibration {
    /// How many times the gold answer's fuel a program may use; at least [`Calibration::LEAST_FACTOR`].
    pub factor: u32,
    /// The least that a program may use, in fuel: right answers may be slower than the gold one by any factor. Also what it
    /// may use where no gold answer passes: nothing says then that more would help.
    pub floor: u64,
    /// The most that a program may use, in fuel. Not below `floor`.
    pub ceiling: u64,
}

impl Calibration {
    /// A smaller factor would fail right answers for their style.
    pub const LEAST_FACTOR: u32 = 4;

    /// What a program may use, in fuel, where the gold answer uses `gold`; `None` where none passes.
    #[must_use]
    pub fn limit(&self, gold: Option<u64>) -> u64 {
        let wanted = gold.map_or(self.floor, |gold| gold.saturating_mul(self.factor.into()));
        wanted.max(self.floor).min(self.ceiling)
    }
}

/// What a suite is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
    /// The languages its solutions may be written in; the first is meant where none is named.
    pub languages: Vec<String>,
    /// The language that this is, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The variants that it has, such as other sets of tasks; the first is meant where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub variants: Vec<String>,
    /// The variant that this is, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The runtimes its programs name.
    pub runtimes: Vec<String>,
    /// Its data files, those of other languages and variants included.
    #[serde(default)]
    pub data: Vec<DataFile>,
    /// SHA-256 in hexadecimal over everything that makes the suite: manifest, templates, data digests, and which
    /// language and variant it is. A plugin leaves it out: the loader computes it.
    #[serde(default)]
    pub digest: String,
    /// How it grades.
    pub grading: Grading,
    /// The tasks, by id, that it grades in [one instance](Grading::OneInstance) all the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub one_instance: Vec<String>,
    /// The tasks, by id, whose gold answers are known to fail for what the runtime lacks: none is executed to see what fuel
    /// the task takes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unsupported: Vec<String>,
    /// How its gold answers decide what fuel programs may use; absent where that is the same for all tasks. The
    /// programs themselves have the ceiling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
    /// What else it scores samples by, apart from the verdict, such as `base`: reports have `base_pass@k` of each, or
    /// `base_mean` where it says how many [parts](crate::Score::Parts) of a sample are right.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub metrics: Vec<String>,
    /// The field of its tasks that says when each was published, where they have one: a text, a date as in RFC 3339,
    /// `2024-08-31`, or with a time. Of fields in objects the way, with dots: see [`Task::at`](crate::Task::at).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// The fields of its tasks that users may choose tasks by, such as a difficulty: a text, a number, a boolean, or a list of
    /// them, which has each of its elements. Named as `date` is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
    /// How many requests a dialogue with a chat model has at most; 1, where absent: then [`Suite::prompt`] is asked for first
    /// requests only. At most [`SuiteInfo::MOST_TURNS`]. Reports have `turn1_pass@k` and so on for the verdicts after
    /// the turns before the last.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub turns: u32,
}

fn one() -> u32 {
    1
}

fn is_one(turns: &u32) -> bool {
    *turns == 1
}

impl SuiteInfo {
    /// The most turns that a suite may want. Each turn sends the whole dialogue again.
    pub const MOST_TURNS: u32 = 100;

    /// The name of the score that says whether the verdict after so many turns, from 1, was a pass.
    #[must_use]
    pub fn turn_score(turns: u32) -> String {
        format!("turn{turns}")
    }

    /// The data files of the chosen language and variant.
    pub fn chosen_data(&self) -> impl Iterator<Item = &DataFile> {
        let is_of =
            |file: &Option<String>, chosen: &Option<String>| file.is_none() || chosen.is_none() || file == chosen;
        self.data
            .iter()
            .filter(move |file| is_of(&file.language, &self.language) && is_of(&file.variant, &self.variant))
    }

    /// Its name with what was chosen of it, for readers: `multipl-e, mbpp, typescript`.
    #[must_use]
    pub fn label(&self) -> String {
        let chosen = self.variant.iter().chain(&self.language);
        chosen.fold(self.id.clone(), |label, name| format!("{label}, {name}"))
    }
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
    /// Where [`SuiteInfo::turns`] is above 1 and the model is asked in chats, this is asked again after every verdict on an
    /// answer, with all turns so far. The sample's verdict is that of the last turn.
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
    /// They are executed one after the other, until [`Suite::is_decided`] says that the rest need not be.
    ///
    /// # Errors
    /// When a template fails on this task.
    fn programs(&self, task: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError>;

    /// Whether the verdict on a solution is known from the `outcomes` of its first programs, so that the others are not
    /// executed: an endless loop in the first of a hundred test cases, say, says enough.
    ///
    /// # Errors
    /// When the outcomes are not those of this task's programs.
    fn is_decided(&self, task: &Task, outcomes: &[Outcome]) -> Result<bool, SuiteError> {
        let _ = (task, outcomes);
        Ok(false)
    }

    /// The verdict on a solution, and its other scores, from its programs' outcomes in the programs' order; of the first programs only, where
    /// [`Suite::is_decided`] said that they are enough.
    ///
    /// # Errors
    /// When the outcomes are not those of this task's programs.
    fn score(&self, task: &Task, outcomes: &[Outcome]) -> Result<Scored, SuiteError>;

    /// The verdict on a solution that is judged by its text alone. Where it is `None`, programs are executed: a suite gives
    /// this for all solutions or for none, and has no programs where it does.
    ///
    /// # Errors
    /// When the task itself lacks a field.
    fn text_verdict(&self, task: &Task, solution: &Solution) -> Result<Option<Scored>, SuiteError> {
        let _ = (task, solution);
        Ok(None)
    }

    /// The gold answer, where the benchmark has one. It is never shown to a model.
    ///
    /// # Errors
    /// When the task itself lacks a field.
    fn reference(&self, task: &Task) -> Result<Option<Solution>, SuiteError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_some_times_the_gold_answers_fuel_between_floor_and_ceiling() {
        let calibration = Calibration { factor: 4, floor: 100, ceiling: 1000 };
        let limits = [Some(0), Some(25), Some(26), Some(250), Some(251), Some(u64::MAX), None];
        assert_eq!(limits.map(|gold| calibration.limit(gold)), [100, 100, 104, 1000, 1000, 1000, 100]);
    }
}
