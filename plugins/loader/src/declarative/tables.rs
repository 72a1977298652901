//! The tables of `suite.toml`, as they are written. docs/suite-manifest.md explains them to authors; editors show what is
//! said here, by the JSON schema that is made of it.

use std::collections::BTreeMap;
use std::fmt;

use assay_api::{CoverageOptions, DataFile};
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

use super::limits::LimitsTable;
use super::prompt_table::PromptTable;
use super::scoring::ScoreTable;
use super::spanned::Spanned;
use crate::extract::{Livecodebench, LmEval, Side, Untagged};

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
            ExtractTable::EditBlocks(edits) | ExtractTable::UnifiedDiff(edits) => {
                vec![("original", Some(&edits.original))]
            }
            ExtractTable::PythonFunction { .. }
            | ExtractTable::JavascriptFunction { .. }
            | ExtractTable::WholeFile { .. }
            | ExtractTable::Assertion { .. }
            | ExtractTable::Fenced {}
            | ExtractTable::Livecodebench { .. }
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
            ExtractTable::WholeFile { file }
            | ExtractTable::EditBlocks(EditsTable { file, .. })
            | ExtractTable::UnifiedDiff(EditsTable { file, .. }) => {
                Some(Spanned::new(self.extract.span(), file.as_str()))
            }
            ExtractTable::PythonFunction { .. }
            | ExtractTable::PythonModule { .. }
            | ExtractTable::JavascriptFunction { .. }
            | ExtractTable::Infill { .. }
            | ExtractTable::Assertion { .. }
            | ExtractTable::Fenced {}
            | ExtractTable::Livecodebench { .. }
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
    /// Of the content, decompressed, in hexadecimal. Left out only where the data is `made_from` something in a way that does
    /// not say its every byte.
    #[serde(default)]
    pub(super) sha256: String,
    /// Its tasks run only when they are asked for, by this name.
    #[serde(default)]
    pub(super) subset: String,
    /// Read only for this language.
    pub(super) language: Option<String>,
    /// Read only for this variant, or for these.
    pub(super) variant: Option<OneOrMore>,
    /// It lies in the suite's folder.
    #[serde(default)]
    pub(super) embedded: bool,
    /// It has no tasks of its own: its rows are further fields of the tasks with the same ids.
    #[serde(default)]
    pub(super) joins: bool,
}

impl DataTable {
    /// The file, once for each of the variants that it is for.
    pub(super) fn files(&self) -> Vec<DataFile> {
        let variants = self.variant.as_ref().map_or(vec![None], |variants| variants.names().map(Some).collect());
        let files = variants.into_iter().map(|variant| DataFile {
            path: self.path.clone(),
            url: self.url.clone(),
            made_from: self.made_from.clone(),
            embedded: self.embedded,
            sha256: self.sha256.clone(),
            subset: self.subset.clone(),
            language: self.language.clone(),
            variant: variant.map(str::to_owned),
        });
        files.collect()
    }
}

/// A name, or several.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl OneOrMore {
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let names = match self {
            OneOrMore::One(name) => std::slice::from_ref(name),
            OneOrMore::More(names) => names,
        };
        names.iter().map(String::as_str)
    }
}

#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct TaskTable {
    /// A field's name, or the way to a field in objects, the names with dots between them; or several, where one alone does
    /// not tell tasks apart.
    pub(super) id: OneOrMore,
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
    EditBlocks(EditsTable),
    UnifiedDiff(EditsTable),
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
    Livecodebench {
        #[serde(default)]
        rule: Livecodebench,
    },
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

/// A file that answers say how to change.
#[derive(Debug, Clone, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct EditsTable {
    /// A template: its name.
    pub(super) file: String,
    /// A template: what it is before.
    pub(super) original: String,
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
    Pytest { solution: String, tests: String },
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
