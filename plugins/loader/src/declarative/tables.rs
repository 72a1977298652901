//! The tables of `suite.toml`, as they are written. docs/suite-manifest.md explains them to authors; editors show what is
//! said here, by the JSON schema that is made of it.

use std::collections::BTreeMap;
use std::fmt;

use assay_api::{CoverageOptions, DataFile, Role};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::limits::LimitsTable;
use super::scoring::ScoreTable;
use super::spanned::Spanned;
use crate::extract::{LmEval, Side, Untagged};

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Tables {
    pub(super) suite: SuiteTable,
    pub(super) data: Vec<Spanned<DataTable>>,
    pub(super) task: TaskTable,
    pub(super) prompt: Spanned<PromptTable>,
    pub(super) extract: Spanned<ExtractTable>,
    /// Absent where answers are judged by their text.
    pub(super) program: Option<ProgramTable>,
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
        let files = self.program.iter().flat_map(|program| program.files.keys());
        let files = files.map(|path| Spanned::new(path.span(), path.as_ref().as_str()));
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct SuiteTable {
    /// The name on the command line: lower-case letters, digits, - _ .
    pub(super) id: Spanned<String>,
    /// Changes whenever a prompt or a verdict could change.
    pub(super) version: String,
    /// One line for readers.
    pub(super) title: String,
    /// Of the data: an SPDX identifier, or the authors' words.
    pub(super) licence: String,
    /// Where the benchmark comes from.
    pub(super) homepage: Option<String>,
    /// What solutions are written in; the first is meant where none is chosen.
    pub(super) languages: Vec<String>,
    /// Other sets of tasks, or other ways of asking; the first is meant where none is chosen.
    #[serde(default)]
    pub(super) variants: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct DataTable {
    /// In the data directory, or in the suite's folder where it is `embedded`: JSON lines or a JSON array, gzipped or not.
    pub(super) path: String,
    /// Where `assay suite pull` fetches it.
    pub(super) url: Option<String>,
    /// What it is made of, where nobody publishes it as it is.
    pub(super) made_from: Option<String>,
    /// Of the content, decompressed, in hexadecimal.
    pub(super) sha256: String,
    /// Its tasks run only when they are asked for, by this name.
    #[serde(default)]
    pub(super) subset: String,
    /// Read only for this language.
    pub(super) language: Option<String>,
    /// Read only for this variant.
    pub(super) variant: Option<String>,
    /// It lies in the suite's folder.
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
    /// Fields that every row has; templates may use them.
    pub(super) required: Vec<Spanned<String>>,
    /// Fields that some rows have: `{% if hint is defined %}`.
    #[serde(default)]
    pub(super) optional: Vec<Spanned<String>>,
    /// Fields that have another name in the data: theirs = ours.
    #[serde(default)]
    pub(super) rename: BTreeMap<String, String>,
    /// Of these fields, what is kept as the JSON text it is.
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct UnsupportedTable {
    /// What their tests need that the runtime lacks.
    pub(super) what: String,
    pub(super) tasks: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct PromptTable {
    /// The benchmark's bound on new tokens.
    pub(super) max_tokens: Option<u32>,
    /// Tasks that serve as examples.
    #[serde(default)]
    pub(super) shots: Vec<String>,
    /// For instruction-tuned models.
    pub(super) chat: Option<ChatTable>,
    /// For base models, through the completions API.
    pub(super) completion: Option<CompletionTable>,
    /// For base models that fill a gap.
    pub(super) infill: Option<InfillTable>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ChatTable {
    pub(super) messages: Vec<MessageTable>,
    #[serde(default)]
    pub(super) stop: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct MessageTable {
    pub(super) role: Role,
    pub(super) template: Spanned<TemplateText>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct CompletionTable {
    pub(super) template: Spanned<TemplateText>,
    #[serde(default)]
    pub(super) stop: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct InfillTable {
    pub(super) prefix: Spanned<TemplateText>,
    pub(super) suffix: Spanned<TemplateText>,
    #[serde(default)]
    pub(super) stop: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct ProgramTable {
    /// python; or javascript, which is TypeScript's too.
    pub(super) runtime: String,
    /// How the program runs.
    pub(super) entry: Spanned<EntryTable>,
    /// Path = template; `{{ solution }}` is the candidate's code.
    pub(super) files: BTreeMap<Spanned<String>, Spanned<TemplateText>>,
    /// Fields that are objects from path to text: files beside these.
    #[serde(default)]
    pub(super) beside: Vec<Spanned<String>>,
    /// What it reads from its standard input.
    pub(super) stdin: Option<Spanned<TemplateText>>,
    /// Find out which lines of the solution run.
    pub(super) coverage: Option<Spanned<CoverageOptions>>,
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum EntryTable {
    Script { path: String },
    Tests { solution: String, tests: String },
    Unittest { solution: String, tests: String },
    Judged { candidate: String, judge: Option<String> },
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
