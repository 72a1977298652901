use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use assay_api::{Completion, CompletionKind};

use super::task_ids::TaskIds;
use super::{Sample, SamplesError, SamplesErrorKind};

/// The longest program that is read, in bytes.
const MAX_FILE: u64 = 64 << 20;

/// Reads EvalPlus's layout: a folder for each task, with its `/` as `_`, and a file for each sample. Files beside
/// the folders, and files in them that aren't Python, are other things.
pub(super) fn read(root: &Path, task_ids: &TaskIds<'_>) -> Result<Vec<Sample>, SamplesError> {
    let mut samples = Vec::new();
    for folder in entries(root)?.into_iter().filter(|path| path.is_dir()) {
        let name = name(&folder)?;
        if name.starts_with('.') {
            continue;
        }
        let (position, task_id) = task_ids.of_folder(&name).map_err(|kind| kind.at(&folder, None))?;
        for file in entries(&folder)?.into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "py")) {
            samples.push((position, sample(task_id, &file)?));
        }
    }
    samples.sort_by_key(|(position, sample)| (*position, sample.index));
    let twice = samples.windows(2).find(|pair| (pair[0].0, pair[0].1.index) == (pair[1].0, pair[1].1.index));
    if let Some([(_, first), _]) = twice {
        let (task_id, index) = (first.task_id.clone(), first.index);
        return Err(SamplesErrorKind::Duplicate { task_id, index, first: first.line }.at(root, None));
    }
    Ok(samples.into_iter().map(|(_, sample)| sample).collect())
}

fn sample(task_id: &str, file: &Path) -> Result<Sample, SamplesError> {
    let index = file.file_stem().and_then(|stem| stem.to_str()).and_then(|stem| stem.parse().ok());
    let index = index.ok_or_else(|| SamplesErrorKind::FileName.at(file, None))?;
    let text = text(file).map_err(|kind| kind.at(file, None))?;
    let completion = Completion { text, kind: CompletionKind::Program };
    Ok(Sample { task_id: task_id.to_owned(), index, completion, line: 1 })
}

fn text(file: &Path) -> Result<String, SamplesErrorKind> {
    let mut bytes = Vec::new();
    File::open(file)?.take(MAX_FILE + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(SamplesErrorKind::TooLong { limit: MAX_FILE });
    }
    String::from_utf8(bytes).map_err(|_| SamplesErrorKind::NotUtf8)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, SamplesError> {
    let read = || -> io::Result<Vec<PathBuf>> { fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect() };
    let mut paths = read().map_err(|error| SamplesErrorKind::from(error).at(folder, None))?;
    paths.sort();
    Ok(paths)
}

fn name(folder: &Path) -> Result<String, SamplesError> {
    let name = folder.file_name().and_then(|name| name.to_str());
    name.map(str::to_owned).ok_or_else(|| SamplesErrorKind::NotUtf8.at(folder, None))
}
