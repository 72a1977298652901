//! The tables of `suite.toml`, as they are written. docs/suite-manifest.md explains them to authors.

use std::collections::BTreeMap;
use std::fmt;

use assay_api::{Calibration, DataFile, Role};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use toml::Spanned;

use crate::extract::{LmEval, Side, Untagged};
use crate::score::Oracle;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tables {
    pub(super) suite: SuiteTable,
    pub(super) data: Vec<Spanned<DataTable>>,
    pub(super) task: TaskTable,
    pub(super) prompt: Spanned<PromptTable>,
    pub(super) extract: Spanned<ExtractTable>,
    pub(super) program: ProgramTable,
    pub(super) score: Spanned<ScoreTable>,
    #[serde(default)]
    pub(super) limits: LimitsTable,
    pub(super) reference: Option<ReferenceTable>,
}

impl Tables {
    /// The templates of the extraction strategy: key and text.
    pub(super) fn extract_templates(&self) -> Vec<(&'static str, Spanned<&str>)> {
        let found = match self.extract.as_ref() {
            ExtractTable::PythonModule { used_by, prompt } => {
                vec![("used_by", Some(used_by)), ("prompt", prompt.as_ref())]
            }
            ExtractTable::Infill { prefix, suffix } => vec![("prefix", Some(prefix)), ("suffix", Some(suffix))],
            ExtractTable::PythonFunction { .. }
            | ExtractTable::JavascriptFunction { .. }
            | ExtractTable::WholeFile { .. }
            | ExtractTable::Assertion { .. }
            | ExtractTable::Fenced {}
            | ExtractTable::Livecodebench {}
            | ExtractTable::Evalplus { .. }
            | ExtractTable::LmEval { .. }
            | ExtractTable::Raw {} => Vec::new(),
        };
        let span = || self.extract.span();
        found.into_iter().filter_map(|(key, text)| Some((key, Spanned::new(span(), text?.as_str())))).collect()
    }

    /// What names a file of a program or of an answer: each is a template.
    pub(super) fn paths(&self) -> Vec<Spanned<&str>> {
        let files = self.program.files.keys().map(|path| Spanned::new(path.span(), path.as_ref().as_str()));
        let answer = match self.extract.as_ref() {
            ExtractTable::WholeFile { file } => Some(Spanned::new(self.extract.span(), file.as_str())),
            ExtractTable::PythonFunction { .. }
            | ExtractTable::PythonModule { .. }
            | ExtractTable::JavascriptFunction { .. }
            | ExtractTable::Infill { .. }
            | ExtractTable::Assertion { .. }
            | ExtractTable::Fenced {}
            | ExtractTable::Livecodebench {}
            | ExtractTable::Evalplus { .. }
            | ExtractTable::LmEval { .. }
            | ExtractTable::Raw {} => None,
        };
        files.chain(answer).collect()
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SuiteTable {
    pub(super) id: Spanned<String>,
    pub(super) version: String,
    pub(super) title: String,
    pub(super) licence: String,
    pub(super) homepage: Option<String>,
    pub(super) languages: Vec<String>,
    #[serde(default)]
    pub(super) variants: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DataTable {
    pub(super) path: String,
    pub(super) url: Option<String>,
    pub(super) made_from: Option<String>,
    pub(super) sha256: String,
    #[serde(default)]
    pub(super) subset: String,
    pub(super) language: Option<String>,
    pub(super) variant: Option<String>,
    #[serde(default)]
    pub(super) embedded: bool,
}

impl From<&DataTable> for DataFile {
    fn from(table: &DataTable) -> Self {
        DataFile {
            path: table.path.clone(),
            url: table.url.clone(),
            made_from: table.made_from.clone(),
            embedded: table.embedded,
            sha256: table.sha256.clone(),
            subset: table.subset.clone(),
            language: table.language.clone(),
            variant: table.variant.clone(),
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskTable {
    /// A field's name, or the way to a field in objects, the names with dots between them.
    pub(super) id: String,
    /// The tasks that the suite has of those in its data; without it, all.
    pub(super) only: Option<Vec<String>>,
    /// The first and the last of the tasks that the suite has, in the data's order; without it, all.
    pub(super) between: Option<[String; 2]>,
    /// Tasks that no answer can be expected to pass here.
    #[serde(default)]
    pub(super) unsupported: Vec<UnsupportedTable>,
    pub(super) required: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) optional: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) rename: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) verbatim: Vec<Spanned<String>>,
    /// Where a task's date stands; named as `id` is.
    pub(super) date: Option<String>,
    /// What users may choose tasks by; named as `id` is.
    #[serde(default)]
    pub(super) filters: Vec<Spanned<String>>,
}

impl TaskTable {
    /// Every field that templates may use.
    pub(super) fn fields(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.required.iter().chain(&self.optional)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UnsupportedTable {
    /// What their tests need that the runtime lacks.
    pub(super) what: String,
    pub(super) tasks: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PromptTable {
    pub(super) max_tokens: Option<u32>,
    #[serde(default)]
    pub(super) shots: Vec<String>,
    pub(super) chat: Option<ChatTable>,
    pub(super) completion: Option<CompletionTable>,
    pub(super) infill: Option<InfillTable>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ChatTable {
    pub(super) messages: Vec<MessageTable>,
    #[serde(default)]
    pub(super) stop: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MessageTable {
    pub(super) role: Role,
    pub(super) template: Spanned<TemplateText>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CompletionTable {
    pub(super) template: Spanned<TemplateText>,
    #[serde(default)]
    pub(super) stop: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InfillTable {
    pub(super) prefix: Spanned<TemplateText>,
    pub(super) suffix: Spanned<TemplateText>,
    #[serde(default)]
    pub(super) stop: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "strategy", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum ExtractTable {
    PythonFunction {
        prompt: String,
        entry_point: Option<String>,
    },
    PythonModule {
        used_by: String,
        prompt: Option<String>,
    },
    JavascriptFunction {
        prompt: String,
        entry_point: Option<String>,
    },
    WholeFile {
        file: String,
    },
    Infill {
        prefix: String,
        suffix: String,
    },
    Assertion {
        side: Side,
        #[serde(default)]
        untagged: Untagged,
    },
    Fenced {},
    Livecodebench {},
    Evalplus {
        prompt: String,
        entry_point: Option<String>,
    },
    LmEval {
        rule: LmEval,
        prompt: Option<String>,
    },
    Raw {},
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ProgramTable {
    pub(super) runtime: String,
    pub(super) entry: Spanned<EntryTable>,
    pub(super) files: BTreeMap<Spanned<String>, Spanned<TemplateText>>,
    #[serde(default)]
    pub(super) beside: Vec<Spanned<String>>,
    pub(super) stdin: Option<Spanned<TemplateText>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum EntryTable {
    Script { path: String },
    Tests { solution: String, tests: String },
    Unittest { solution: String, tests: String },
    Judged { candidate: String, judge: Option<String> },
}

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "strategy", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum ScoreTable {
    TestsOneInstance {
        #[serde(default)]
        silent: bool,
    },
    TestsTwoInstances {},
    ExitCode {
        #[serde(default)]
        silent: bool,
    },
    StdinStdout {
        cases: Vec<String>,
    },
    Values(Box<ValuesTable>),
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValuesTable {
    pub(super) oracle: Oracle,
    pub(super) function: String,
    pub(super) gold: Option<TemplateText>,
    pub(super) absolute: Option<ToleranceTable>,
    pub(super) relative: Option<ToleranceTable>,
    pub(super) tests: Vec<ValueTestsTable>,
}

impl ValuesTable {
    /// The names of the scores that samples get apart from their verdict.
    pub(super) fn metrics(&self) -> impl Iterator<Item = &str> {
        self.tests.iter().filter(|tests| tests.metric).map(|tests| tests.name.as_str())
    }
}

/// Inputs, and what is expected for them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ValueTestsTable {
    pub(super) name: String,
    pub(super) inputs: String,
    pub(super) expected: Option<String>,
    #[serde(default)]
    pub(super) metric: bool,
}

/// A tolerance: the same for all tasks, or the field that has it.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum ToleranceTable {
    Number(f64),
    Field(String),
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitsTable {
    pub(super) fuel: Option<Spanned<FuelTable>>,
    pub(super) memory_bytes: Option<u64>,
    pub(super) seconds: Option<Spanned<f64>>,
    pub(super) capture_bytes: Option<u64>,
    pub(super) output_bytes: Option<u64>,
    pub(super) file_bytes: Option<u64>,
    pub(super) file_count: Option<u32>,
}

/// A limit on fuel: the same for all tasks, or by their gold answers.
#[derive(Debug, Clone, Copy)]
pub(super) enum FuelTable {
    Fixed(u64),
    Calibrated(CalibrationTable),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CalibrationTable {
    pub(super) factor: u32,
    pub(super) floor: u64,
    pub(super) ceiling: u64,
}

impl From<CalibrationTable> for Calibration {
    fn from(table: CalibrationTable) -> Self {
        Calibration { factor: table.factor, floor: table.floor, ceiling: table.ceiling }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReferenceTable {
    pub(super) template: Spanned<TemplateText>,
}

/// A template, in the manifest itself or in a file beside it.
#[derive(Debug, Clone)]
pub(super) enum TemplateText {
    Inline(String),
    File(String),
}

impl<'de> Deserialize<'de> for TemplateText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TemplateVisitor)
    }
}

struct TemplateVisitor;

impl<'de> Visitor<'de> for TemplateVisitor {
    type Value = TemplateText;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a template: a string, or { file = \"path in the suite's folder\" }")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TemplateText, E> {
        Ok(TemplateText::Inline(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<TemplateText, A::Error> {
        let mut file = None;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "file" => file = Some(map.next_value()?),
                other => return Err(A::Error::unknown_field(other, &["file"])),
            }
        }
        file.map(TemplateText::File).ok_or_else(|| A::Error::missing_field("file"))
    }
}

impl<'de> Deserialize<'de> for FuelTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FuelVisitor)
    }
}

struct FuelVisitor;

impl<'de> Visitor<'de> for FuelVisitor {
    type Value = FuelTable;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("fuel: a number from 0, or { factor = ..., floor = ..., ceiling = ... }")
    }

    fn visit_i64<E: Error>(self, fuel: i64) -> Result<FuelTable, E> {
        u64::try_from(fuel)
            .map(FuelTable::Fixed)
            .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(fuel), &self))
    }

    fn visit_u64<E: Error>(self, fuel: u64) -> Result<FuelTable, E> {
        Ok(FuelTable::Fixed(fuel))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FuelTable, A::Error> {
        CalibrationTable::deserialize(MapAccessDeserializer::new(map)).map(FuelTable::Calibrated)
    }
}
