//! The solution in an answer.

use assay_api::{Completion, Solution, SuiteError, Task};

use super::DeclarativeSuite;
use super::manifest::extract_template;
use super::suite::text;
use super::tables::{EditsTable, ExtractTable};
use crate::extract;

impl DeclarativeSuite {
    /// The solution in `completion`; `None` where there is none.
    pub(super) fn solution(&self, task: &Task, completion: &Completion) -> Result<Option<Solution>, SuiteError> {
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

    /// The name of the file that answers say how to change.
    fn edited(&self, edits: &EditsTable, task: &Task) -> Result<String, SuiteError> {
        self.path(&edits.file, task, &self.context(task, None))
    }

    /// What the extraction's template `key` is for this task.
    fn extract_text(&self, key: &str, task: &Task) -> Result<String, SuiteError> {
        self.render(&extract_template(key), task, &self.context(task, None))
    }

    /// The language that its solutions are in; empty where the manifest names none.
    fn language(&self) -> &str {
        let info = self.manifest.info();
        info.language.as_ref().or(info.languages.first()).map_or("", String::as_str)
    }
}
