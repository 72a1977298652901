use std::collections::BTreeSet;

use assay_api::{SuiteError, Task};
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::python_json::json_dumps;
use super::source::Source;
use super::spanned::Spanned;
use super::tables::TemplateText;
use super::{Folder, LoadError};

/// What rendering one template may cost, in the engine's instructions: a thousand times what
/// a benchmark's prompt takes, and still well below a second.
const FUEL: u64 = 1_000_000;

/// A suite's compiled templates. A template's name is its place in the manifest, such as `prompt.completion.template`.
pub(super) struct Templates {
    environment: Environment<'static>,
    files: Vec<Source>,
}

impl Templates {
    pub(super) fn new() -> Self {
        let mut environment = Environment::new();
        environment.set_fuel(Some(FUEL));
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.add_filter("json_dumps", json_dumps);
        environment.add_filter("from_json", from_json);
        let mut syntax = environment.syntax().to_builder();
        environment
            .set_syntax(syntax.keep_trailing_newline(true).build().expect("only white space differs from the default"));
        Templates { environment, files: Vec::new() }
    }

    /// Compiles a template and checks that it uses no other variable than `known`.
    pub(super) fn add(
        &mut self,
        name: &str,
        template: &Spanned<TemplateText>,
        known: &BTreeSet<&str>,
        place: &Place<'_>,
    ) -> Result<(), LoadError> {
        let (source, text) = match template.as_ref() {
            TemplateText::Inline(text) => (place.manifest, text.clone()),
            TemplateText::File(file) => {
                let index = self.read(file, template, place)?;
                (&self.files[index], self.files[index].text.clone())
            }
        };
        let line = |inner: usize| match template.as_ref() {
            TemplateText::Inline(_) => inline_line(place.manifest, template.span(), inner),
            TemplateText::File(_) => inner,
        };
        self.environment
            .add_template_owned(name.to_owned(), text)
            .map_err(|error| source.error_on_line(line(error.line().unwrap_or(1)), describe(name, &error)))?;
        if let Some(variable) = self.unknown_variable(name, known) {
            let message = format!(
                "template `{name}` uses `{variable}`, which is not a field of the tasks: \
                 add it to `required` or `optional` in [task], or correct the name"
            );
            return Err(source.error_on_line(line(1), message));
        }
        Ok(())
    }

    /// Every file that a template was read from.
    pub(super) fn files(&self) -> &[Source] {
        &self.files
    }

    /// The template's text for `task`; `context` has the task's fields and whatever else the template knows.
    pub(super) fn render(&self, name: &str, task: &Task, context: &Value) -> Result<String, SuiteError> {
        let template = self.environment.get_template(name);
        template.and_then(|template| template.render(context.clone())).map_err(|error| SuiteError::Template {
            template: name.to_owned(),
            task_id: task.id.clone(),
            message: match error.line() {
                Some(line) => format!("{} (line {line})", describe_kind(&error)),
                None => describe_kind(&error),
            },
        })
    }

    fn read(&mut self, file: &str, template: &Spanned<TemplateText>, place: &Place<'_>) -> Result<usize, LoadError> {
        if let Some(index) = self.files.iter().position(|source| source.file == file) {
            return Ok(index);
        }
        if !super::path::is_inside(file) {
            return Err(place.manifest.error(template.span().start, format!("`{file}` leaves the suite's folder")));
        }
        self.files.push(Source::read(place.folder, file)?);
        Ok(self.files.len() - 1)
    }

    fn unknown_variable(&self, name: &str, known: &BTreeSet<&str>) -> Option<String> {
        let used = self.environment.get_template(name).ok()?.undeclared_variables(false);
        let globals: BTreeSet<&str> = self.environment.globals().map(|(name, _)| name).collect();
        used.into_iter().filter(|name| !known.contains(name.as_str()) && !globals.contains(name.as_str())).min()
    }
}

/// Where the templates come from.
pub(super) struct Place<'a> {
    pub(super) manifest: &'a Source,
    pub(super) folder: &'a dyn Folder,
}

/// The manifest's line for line `inner` of the template that is the string at `span`.
fn inline_line(manifest: &Source, span: std::ops::Range<usize>, inner: usize) -> usize {
    let first = manifest.line(span.start);
    let raw = manifest.text.get(span.clone()).unwrap_or_default();
    let newline_is_trimmed = ["\"\"\"\n", "'''\n", "\"\"\"\r\n", "'''\r\n"].iter().any(|start| raw.starts_with(start));
    (first + usize::from(newline_is_trimmed) + inner - 1).min(manifest.line(span.end))
}

/// What a field's text says as JSON: some benchmarks have objects in texts.
fn from_json(text: &str) -> Result<Value, Error> {
    let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorKind::InvalidOperation, format!("`from_json` of what is not JSON: {error}"))
    })?;
    Ok(Value::from(Serde(&value)))
}

fn describe(name: &str, error: &Error) -> String {
    format!("template `{name}`: {}", describe_kind(error))
}

fn describe_kind(error: &Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}
