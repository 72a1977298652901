//! The tables of `suite.toml`, as they are written. docs/suite-manifest.md explains them to authors.

use std::collections::BTreeMap;
use std::fmt;

use assay_api::{Calibration, Role};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use toml::Spanned;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Tables {
    pub(super) suite: SuiteTable,
    pub(super) data: Vec<Spanned<DataTable>>,
    pub(super) task: TaskTable,
    pub(super) prompt: Spanned<PromptTable>,
    pub(super) extract: Spanned<ExtractTable>,
    pub(super) program: ProgramTable,
    pub(super) score: ScoreTable,
    #[serde(default)]
    pub(super) limits: LimitsTable,
    pub(super) reference: Option<ReferenceTable>,
}

impl Tables {
    /// What names a file of a program or of an answer: each is a template.
    pub(super) fn paths(&self) -> Vec<Spanned<&str>> {
        let files = self.program.files.keys().map(|path| Spanned::new(path.span(), path.as_ref().as_str()));
        let answer = match self.extract.as_ref() {
            ExtractTable::WholeFile { file } => Some(Spanned::new(self.extract.span(), file.as_str())),
            ExtractTable::PythonFunction { .. } | ExtractTable::JavascriptFunction { .. } => None,
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

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TaskTable {
    /// A field's name, or the way to a field in objects, the names with dots between them.
    pub(super) id: String,
    /// The tasks that the suite has of those in its data; without it, all.
    pub(super) only: Option<Vec<String>>,
    /// Tasks that no answer can be expected to pass here.
    #[serde(default)]
    pub(super) unsupported: Vec<UnsupportedTable>,
    pub(super) required: Vec<Spanned<String>>,
    #[serde(default)]
    pub(super) optional: Vec<Spanned<String>>,
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
    pub(super) chat: Option<ChatTable>,
    pub(super) completion: Option<CompletionTable>,
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
#[serde(tag = "strategy", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum ExtractTable {
    PythonFunction { prompt: String, entry_point: Option<String> },
    JavascriptFunction { prompt: String, entry_point: Option<String> },
    WholeFile { file: String },
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
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(tag = "strategy", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum ScoreTable {
    TestsOneInstance {
        #[serde(default)]
        silent: bool,
    },
    ExitCode {
        #[serde(default)]
        silent: bool,
    },
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
