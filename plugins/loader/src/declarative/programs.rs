//! The programs that a solution is judged by.

use assay_api::{Entry, Program, Solution, SourceFile, SuiteError, Task};

use super::manifest::{STDIN, file_template};
use super::path::is_inside;
use super::tables::{EntryTable, ProgramTable};
use super::{DeclarativeSuite, judged, pytest, unittest};

impl DeclarativeSuite {
    /// In the order in which they are executed.
    pub(super) fn programs_of(&self, task: &Task, solution: &Solution) -> Result<Vec<Program>, SuiteError> {
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

    fn program(&self, table: &ProgramTable, (entry, files): (Entry, Vec<SourceFile>), stdin: String) -> Program {
        let limits = judged::limits(&entry, &self.manifest.limits);
        Program { runtime: table.runtime.clone(), files, entry, stdin, limits, seed: 0 }
    }
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
