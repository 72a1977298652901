//! The suites that can be named on the command line.

use std::io;

use assay_api::{Suite, SuiteInfo, Task};
use assay_loader::declarative::{Choice, DeclarativeSuite, Folder, Manifest};
use assay_suites::{Builtin, builtin};

use crate::check::Expected;
use crate::data::DataDirs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::SuiteRef;

/// A suite with its tasks in memory.
pub struct LoadedSuite {
    /// The suite.
    pub suite: Box<dyn Suite>,
    /// All its tasks, of all subsets, in the suite's order.
    pub tasks: Vec<Task>,
}

impl LoadedSuite {
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

/// The names of all suites.
pub fn names() -> impl Iterator<Item = &'static str> {
    builtin().map(|suite| suite.name)
}

fn find(id: &str) -> Result<Builtin, Failure> {
    assay_suites::find(id).ok_or_else(|| {
        let closest = names().max_by(|a, b| strsim::jaro_winkler(a, id).total_cmp(&strsim::jaro_winkler(b, id)));
        let failure = Failure::usage(format!("there is no suite `{id}`"));
        let known = names().collect::<Vec<_>>().join(", ");
        match closest.filter(|name| strsim::jaro_winkler(name, id) > 0.8) {
            Some(name) => failure.help(format!("did you mean `{name}`? There are: {known}")),
            None => failure.help(format!("there are: {known}")),
        }
    })
}

/// What the suite `id` is, without its data.
///
/// # Errors
/// When there is no such suite, language or variant, or its manifest is malformed.
pub fn info(id: &str, choice: &Choice) -> Result<SuiteInfo, Failure> {
    let files = find(id)?.files;
    let manifest = Manifest::load(&files, choice).map_err(|error| Failure::load(id, &error))?;
    Ok(manifest.info().clone())
}

/// A file of the suite's folder.
///
/// # Errors
/// When there is no such suite or file.
pub fn file(id: &str, path: &str) -> Result<Vec<u8>, Failure> {
    let files = find(id)?.files;
    let content = Folder::read(&files, path);
    content.map(Into::into).map_err(|error| Failure::new(Exit::Suite, format!("suite {id}: {path}: {error}")))
}

/// What the authors of the suite `id`, which `info` tells of, say beforehand of its check.
///
/// # Errors
/// When what they say is malformed.
pub fn expected(id: &str, info: &SuiteInfo) -> Result<Expected, Failure> {
    match Folder::read(&find(id)?.files, Expected::FILE) {
        Ok(text) => Expected::parse(&String::from_utf8_lossy(&text), info),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Expected::default()),
        Err(error) => Err(Failure::new(Exit::Suite, format!("suite {id}: {}: {error}", Expected::FILE))),
    }
}

/// Loads the suite `id` with the data of what is chosen.
///
/// # Errors
/// When there is no such suite, language or variant, or its data is missing or not what its manifest pins.
pub fn load(id: &str, choice: &Choice, data: &DataDirs) -> Result<LoadedSuite, Failure> {
    let files = find(id)?.files;
    let suite = DeclarativeSuite::load(&files, data, choice).map_err(|error| Failure::load(id, &error))?;
    let tasks = all_tasks(&suite)?;
    Ok(LoadedSuite { suite: Box::new(suite), tasks })
}

/// What was chosen of a suite that a run names.
#[must_use]
pub fn chosen(suite: &SuiteRef) -> Choice {
    Choice { language: suite.language.clone(), variant: suite.variant.clone() }
}

fn all_tasks(suite: &dyn Suite) -> Result<Vec<Task>, Failure> {
    let mut tasks = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = suite.tasks(cursor.as_deref()).map_err(|error| Failure::suite(&suite.info().id, &error))?;
        tasks.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(tasks),
        }
    }
}
