use std::io;

use assay_api::SuiteInfo;
use assay_loader::declarative::{Choice, DeclarativeSuite, Folder, Manifest};
use assay_suites::{Builtin, builtin};

use super::LoadedSuite;
use crate::check::Expected;
use crate::closest::closest;
use crate::data::DataDirs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::store::SuiteRef;

/// The names of all built-in suites.
pub fn names() -> impl Iterator<Item = &'static str> {
    builtin().map(|suite| suite.name)
}

pub(super) fn find(id: &str) -> Result<Builtin, Failure> {
    assay_suites::find(id).ok_or_else(|| unknown(id, names()))
}

/// There is no suite `id` among those called `known`.
pub(super) fn unknown<'a>(id: &str, known: impl Iterator<Item = &'a str>) -> Failure {
    let known: Vec<&str> = known.collect();
    let failure = Failure::usage(format!("there is no suite `{id}`"));
    let all = known.join(", ");
    match closest(id, known).filter(|(_, likeness)| *likeness > 0.8) {
        Some((name, _)) => failure.help(format!("did you mean `{name}`? There are: {all}")),
        None => failure.help(format!("there are: {all}")),
    }
}

/// What the built-in suite `id` is, without its data.
///
/// # Errors
/// When there is no such suite, language or variant, or its manifest is malformed.
pub fn info(id: &str, choice: &Choice) -> Result<SuiteInfo, Failure> {
    let files = find(id)?.files;
    let manifest = Manifest::load(&files, choice).map_err(|error| Failure::load(id, &error))?;
    Ok(manifest.info().clone())
}

/// A file of a built-in suite's folder.
///
/// # Errors
/// When there is no such suite or file.
pub fn file(id: &str, path: &str) -> Result<Vec<u8>, Failure> {
    let files = find(id)?.files;
    let content = Folder::read(&files, path);
    content.map(Into::into).map_err(|error| Failure::new(Exit::Suite, format!("suite {id}: {path}: {error}")))
}

/// What the authors of the suite in `folder`, which `info` tells of, say beforehand of its check.
pub(super) fn expected(folder: &dyn Folder, info: &SuiteInfo) -> Result<Expected, Failure> {
    match folder.read(Expected::FILE) {
        Ok(text) => Expected::parse(&String::from_utf8_lossy(&text), info),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Expected::default()),
        Err(error) => Err(Failure::new(Exit::Suite, format!("suite {}: {}: {error}", info.id, Expected::FILE))),
    }
}

/// Loads the built-in suite `id` with the data of what is chosen.
///
/// # Errors
/// When there is no such suite, language or variant, or its data is missing or not what its manifest pins.
pub fn load(id: &str, choice: &Choice, data: &DataDirs) -> Result<LoadedSuite, Failure> {
    let files = find(id)?.files;
    let suite = DeclarativeSuite::load(&files, data, choice).map_err(|error| Failure::load(id, &error))?;
    LoadedSuite::new(Box::new(suite))
}

/// What was chosen of a suite that a run names.
#[must_use]
pub fn chosen(suite: &SuiteRef) -> Choice {
    Choice { language: suite.language.clone(), variant: suite.variant.clone() }
}
