use std::collections::BTreeSet;
use std::time::Duration;

use assay_api::{Choice, DataFile, Grading, Limits, SuiteInfo};
use serde::Deserialize as _;
use sha2::{Digest, Sha256};

use super::choice::{Chosen, choose};
use super::limits::FuelTable;
use super::prompt_table::ChatTable;
use super::scoring::ScoreTable;
use super::source::Source;
use super::spanned::Spanned;
use super::tables::{ExtractTable, Tables, TemplateText};
use super::templates::{Place, Templates};
use super::turn::AnsweredTurn;
use super::{Folder, LoadError, check, words_problem};
use crate::hex::hex;
use crate::score::INSTRUCTION_METRICS;

/// The name of the file that makes a folder a suite.
pub const MANIFEST: &str = "suite.toml";

/// The variable that holds the candidate's code in a program's templates.
pub(super) const SOLUTION: &str = "solution";

/// The variable that holds the tasks that serve as examples in prompts' templates.
pub(super) const SHOTS: &str = "shots";

/// The variable that holds what came of an answer in the templates of what follows it.
pub(super) const TURN: &str = "turn";

/// A suite without its data: what can be known of it before anything is fetched.
pub struct Manifest {
    pub(super) tables: Tables,
    pub(super) templates: Templates,
    pub(super) limits: Limits,
    info: SuiteInfo,
}

impl Manifest {
    /// Reads and checks `suite.toml` and the templates it names.
    ///
    /// # Errors
    /// When a file is missing or malformed, a key is unknown, the tables contradict each other, or there is no such
    /// language or variant.
    pub fn load(folder: &dyn Folder, choice: &Choice) -> Result<Manifest, LoadError> {
        let source = Source::read(folder, MANIFEST)?;
        let Chosen { document, language, variant } = choose(&source, choice)?;
        let tables = Tables::deserialize(toml::Deserializer::from(document))
            .map_err(|error| source.error(error.span().map_or(0, |span| span.start), error.message()))?;
        check::tables(&tables, &source)?;
        let templates = compile(&tables, &Place { manifest: &source, folder })?;
        let limits = limits(&tables, &source)?;
        let info = info(&tables, &source, &templates, language, variant);
        if let Some(problem) = words_problem(&info) {
            return Err(source.error(tables.suite.id.span().start, problem));
        }
        let manifest = Manifest { tables, templates, limits, info };
        if manifest.data().all(|file| manifest.joins(&file.path)) {
            return Err(source.error(0, format!("{} has no [[data]] with tasks", manifest.info.label())));
        }
        Ok(manifest)
    }

    /// The data files of the chosen language and variant.
    pub(super) fn data(&self) -> impl Iterator<Item = &DataFile> {
        self.info.chosen_data()
    }

    /// What the suite is; its data files say what to fetch.
    #[must_use]
    pub fn info(&self) -> &SuiteInfo {
        &self.info
    }

    /// The fields that each row must have and that must be text.
    pub(super) fn text_fields(&self) -> Vec<&str> {
        let function = match self.tables.score.as_ref() {
            ScoreTable::Values(values) => Some(values.function.as_str()),
            ScoreTable::TestsOneInstance { .. }
            | ScoreTable::TestsTwoInstances { .. }
            | ScoreTable::ExitCode { .. }
            | ScoreTable::StdinStdout { .. }
            | ScoreTable::Exact(_)
            | ScoreTable::Regex(_)
            | ScoreTable::Choice(_)
            | ScoreTable::Instructions(_)
            | ScoreTable::CallMatch(_) => None,
        };
        match self.tables.extract.as_ref() {
            ExtractTable::PythonFunction { prompt, entry_point }
            | ExtractTable::JavascriptFunction { prompt, entry_point }
            | ExtractTable::Evalplus { prompt, entry_point } => {
                std::iter::once(prompt.as_str()).chain(entry_point.as_deref()).chain(function).collect()
            }
            ExtractTable::LmEval { prompt, .. } => prompt.as_deref().into_iter().chain(function).collect(),
            ExtractTable::PythonModule { .. }
            | ExtractTable::WholeFile { .. }
            | ExtractTable::EditBlocks(_)
            | ExtractTable::UnifiedDiff(_)
            | ExtractTable::Infill { .. }
            | ExtractTable::Assertion { .. }
            | ExtractTable::Fenced {}
            | ExtractTable::Livecodebench { .. }
            | ExtractTable::Raw {} => function.into_iter().collect(),
        }
    }

    /// Makes the digests that data was found to have, which the manifest does not pin, part of the suite's.
    pub(super) fn add_digests(&mut self, found: &[(String, String)]) {
        if found.is_empty() {
            return;
        }
        let parts = found.iter().flat_map(|(path, sha256)| [path, sha256]);
        self.info.digest = digest_of(std::iter::once(&self.info.digest).chain(parts));
        for (path, sha256) in found {
            self.info.data.iter_mut().filter(|file| file.path == *path).for_each(|file| file.sha256.clone_from(sha256));
        }
    }

    /// Whether the data file at `path` lies in the suite's folder.
    pub(super) fn embeds(&self, path: &str) -> bool {
        self.tables.data.iter().any(|data| data.as_ref().path == path && data.as_ref().embedded)
    }

    /// Whether the data file at `path` has further fields of other files' tasks.
    pub(super) fn joins(&self, path: &str) -> bool {
        self.tables.data.iter().any(|data| data.as_ref().path == path && data.as_ref().joins)
    }
}

fn compile(tables: &Tables, place: &Place<'_>) -> Result<Templates, LoadError> {
    let task = &tables.task;
    let fields: BTreeSet<&str> = task.fields().map(|f| f.as_ref().as_str()).collect();
    let mut with_solution = fields.clone();
    with_solution.insert(SOLUTION);

    let mut templates = Templates::new();
    let prompt = tables.prompt.as_ref();
    let mut with_shots = fields.clone();
    if !prompt.shots.is_empty() {
        with_shots.insert(SHOTS);
    }
    for (index, message) in prompt.chat.iter().flat_map(|chat| &chat.messages).enumerate() {
        templates.add(&chat_template(index), &message.template, &with_shots, place)?;
    }
    let mut with_turn = with_shots.clone();
    with_turn.insert(TURN);
    let retry = prompt.chat.iter().filter_map(|chat| chat.retry.as_ref());
    for (index, message) in retry.flat_map(|retry| &retry.as_ref().messages).enumerate() {
        let name = retry_template(index);
        templates.add(&name, &message.template, &with_turn, place)?;
        templates.check_keys(&name, &message.template, (TURN, &AnsweredTurn::KEYS), place)?;
    }
    if let Some(completion) = &prompt.completion {
        templates.add(COMPLETION, &completion.template, &with_shots, place)?;
    }
    if let Some(infill) = &prompt.infill {
        templates.add(INFILL_PREFIX, &infill.prefix, &with_shots, place)?;
        templates.add(INFILL_SUFFIX, &infill.suffix, &with_shots, place)?;
    }
    for (key, text) in tables.extract_templates() {
        templates.add(&extract_template(key), &inline(&text), &fields, place)?;
    }
    for (path, template) in tables.program.iter().flat_map(|program| &program.files) {
        templates.add(&file_template(path.as_ref()), template, &with_solution, place)?;
    }
    for path in tables.paths() {
        templates.add(&path_template(path.as_ref()), &inline(&path), &fields, place)?;
    }
    if let ScoreTable::Values(values) = tables.score.as_ref()
        && let Some(gold) = &values.gold
    {
        templates.add(GOLD, &Spanned::new(tables.score.span(), gold.clone()), &fields, place)?;
    }
    if let Some(stdin) = tables.program.as_ref().and_then(|program| program.stdin.as_ref()) {
        templates.add(STDIN, stdin, &fields, place)?;
    }
    if let Some(reference) = &tables.reference {
        templates.add(REFERENCE, &reference.template, &fields, place)?;
    }
    Ok(templates)
}

pub(super) const COMPLETION: &str = "prompt.completion.template";
pub(super) const INFILL_PREFIX: &str = "prompt.infill.prefix";
pub(super) const INFILL_SUFFIX: &str = "prompt.infill.suffix";
pub(super) const STDIN: &str = "program.stdin";
pub(super) const REFERENCE: &str = "reference.template";
pub(super) const GOLD: &str = "score.gold";

pub(super) fn chat_template(index: usize) -> String {
    format!("prompt.chat.messages[{index}].template")
}

pub(super) fn retry_template(index: usize) -> String {
    format!("prompt.chat.retry.messages[{index}].template")
}

pub(super) fn extract_template(key: &str) -> String {
    format!("extract.{key}")
}

pub(super) fn file_template(path: &str) -> String {
    format!("program.files.\"{path}\"")
}

pub(super) fn path_template(path: &str) -> String {
    format!("\"{path}\"")
}

fn inline(text: &Spanned<&str>) -> Spanned<TemplateText> {
    Spanned::new(text.span(), TemplateText::Inline((*text.as_ref()).to_owned()))
}

fn limits(tables: &Tables, source: &Source) -> Result<Limits, LoadError> {
    let table = &tables.limits;
    let default = Limits::default();
    let sleep = match &table.seconds {
        None => default.sleep,
        Some(seconds) => Duration::try_from_secs_f64(*seconds.as_ref())
            .map_err(|error| source.error(seconds.span().start, format!("`seconds`: {error}")))?,
    };
    Ok(Limits {
        fuel: match table.fuel.as_ref().map(Spanned::as_ref) {
            None => default.fuel,
            Some(FuelTable::Fixed(fuel)) => *fuel,
            Some(FuelTable::Calibrated(table)) => table.ceiling,
        },
        memory_bytes: table.memory_bytes.unwrap_or(default.memory_bytes),
        sleep,
        capture_bytes: table.capture_bytes.unwrap_or(default.capture_bytes),
        output_bytes: table.output_bytes.unwrap_or(default.output_bytes),
        file_bytes: table.file_bytes.unwrap_or(default.file_bytes),
        file_count: table.file_count.unwrap_or(default.file_count),
    })
}

fn info(
    tables: &Tables,
    source: &Source,
    templates: &Templates,
    language: Option<String>,
    variant: Option<String>,
) -> SuiteInfo {
    let suite = &tables.suite;
    let data = tables.data.iter().flat_map(|data| data.as_ref().files());
    SuiteInfo {
        id: suite.id.as_ref().clone(),
        version: suite.version.clone(),
        title: suite.title.clone(),
        licence: suite.licence.clone(),
        homepage: suite.homepage.clone(),
        languages: suite.languages.clone(),
        variants: suite.variants.clone(),
        runtimes: tables.program.iter().map(|program| program.runtime.clone()).collect(),
        data: data.collect(),
        digest: digest(source, templates, [&language, &variant]),
        language,
        variant,
        grading: match tables.score.as_ref() {
            ScoreTable::TestsOneInstance { .. } => Grading::OneInstance,
            ScoreTable::TestsTwoInstances { .. } => Grading::TwoInstances,
            ScoreTable::ExitCode { .. } => Grading::ExitCode,
            ScoreTable::StdinStdout { .. } | ScoreTable::Values(_) => Grading::Values,
            ScoreTable::Exact(_)
            | ScoreTable::Regex(_)
            | ScoreTable::Choice(_)
            | ScoreTable::Instructions(_)
            | ScoreTable::CallMatch(_) => Grading::Text,
        },
        one_instance: tables.score.as_ref().one_instance().to_vec(),
        unsupported: tables.task.unsupported.iter().flat_map(|list| list.tasks.iter().cloned()).collect(),
        metrics: match tables.score.as_ref() {
            ScoreTable::Values(values) => values.metrics().map(str::to_owned).collect(),
            ScoreTable::Instructions(_) => INSTRUCTION_METRICS.map(str::to_owned).into(),
            ScoreTable::TestsOneInstance { .. }
            | ScoreTable::TestsTwoInstances { .. }
            | ScoreTable::ExitCode { .. }
            | ScoreTable::StdinStdout { .. }
            | ScoreTable::Exact(_)
            | ScoreTable::Regex(_)
            | ScoreTable::Choice(_)
            | ScoreTable::CallMatch(_) => Vec::new(),
        },
        calibration: match tables.limits.fuel.as_ref().map(Spanned::as_ref) {
            Some(FuelTable::Calibrated(table)) => Some((*table).into()),
            Some(FuelTable::Fixed(_)) | None => None,
        },
        date: tables.task.date.clone(),
        filters: tables.task.filters.iter().map(|field| field.as_ref().clone()).collect(),
        turns: tables.prompt.as_ref().chat.as_ref().map_or(1, ChatTable::tries),
    }
}

/// The manifest pins the data's digests, so its own text stands for them; those that it does not pin are added when they are known.
fn digest(manifest: &Source, templates: &Templates, chosen: [&Option<String>; 2]) -> String {
    let mut files: Vec<&Source> = templates.files().iter().collect();
    files.sort_by(|a, b| a.file.cmp(&b.file));
    let texts = std::iter::once(manifest).chain(files).flat_map(|source| [&source.file, &source.text]);
    digest_of(texts.chain(chosen.into_iter().flatten()))
}

fn digest_of<'a>(parts: impl Iterator<Item = &'a String>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex(&hash.finalize())
}
