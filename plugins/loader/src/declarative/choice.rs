use assay_api::Choice;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::LoadError;
use super::source::Source;

/// What `suite.toml` says where it says more than one thing: by language, and by variant.
const AXES: [Axis; 2] = [
    Axis { names: "variants", table: "variant", noun: "variant" },
    Axis { names: "languages", table: "language", noun: "language" },
];

struct Axis {
    /// The key of `[suite]` that lists the names.
    names: &'static str,
    /// The table with what each of them lays over the manifest.
    table: &'static str,
    noun: &'static str,
}

/// A manifest in which one language and one variant are chosen.
pub(super) struct Chosen<'a> {
    pub(super) document: Spanned<DeTable<'a>>,
    pub(super) language: Option<String>,
    pub(super) variant: Option<String>,
}

/// Lays `[variant.NAME]` and then `[language.NAME]` over the manifest: a table over a table key by key, anything
/// else in place of what was there.
pub(super) fn choose<'a>(source: &'a Source, choice: &Choice) -> Result<Chosen<'a>, LoadError> {
    let mut document = DeTable::parse(&source.text)
        .map_err(|error| source.error(error.span().map_or(0, |span| span.start), error.message()))?;
    let wanted = [&choice.variant, &choice.language];
    let mut chosen = AXES.iter().zip(wanted).map(|(axis, wanted)| axis.choose(document.get_mut(), wanted, source));
    let (variant, language) = (chosen.next().transpose()?.flatten(), chosen.next().transpose()?.flatten());
    drop(chosen);
    Ok(Chosen { document, language, variant })
}

impl Axis {
    /// The name that was chosen, where there is more than one to choose from.
    fn choose(
        &self,
        document: &mut DeTable<'_>,
        wanted: &Option<String>,
        source: &Source,
    ) -> Result<Option<String>, LoadError> {
        let names = self.names(document);
        let overlays = document.remove(self.table);
        let name = match wanted {
            None => names.first(),
            Some(wanted) => match names.iter().find(|name| *name == wanted) {
                Some(name) => Some(name),
                None => return Err(self.unknown(wanted, &names)),
            },
        };
        if let Some(overlays) = overlays {
            self.lay(document, overlays, &names, name, source)?;
        }
        Ok(name.filter(|_| names.len() > 1).cloned())
    }

    fn names(&self, document: &DeTable<'_>) -> Vec<String> {
        let list = document.get("suite").and_then(|suite| suite.as_ref().as_table()?.get(self.names));
        let items = list.and_then(|list| list.as_ref().as_array()).into_iter().flat_map(|list| list.iter());
        items.filter_map(|name| name.as_ref().as_str().map(str::to_owned)).collect()
    }

    fn lay<'a>(
        &self,
        document: &mut DeTable<'a>,
        overlays: Spanned<DeValue<'a>>,
        names: &[String],
        name: Option<&String>,
        source: &Source,
    ) -> Result<(), LoadError> {
        let start = overlays.span().start;
        let DeValue::Table(overlays) = overlays.into_inner() else {
            return Err(source.error(start, format!("`{0}` is a table: write [{0}.NAME]", self.table)));
        };
        for (key, overlay) in overlays {
            let start = key.span().start;
            if !names.iter().any(|name| name == key.as_ref()) {
                let message = format!("{} `{}` is not among `{}` in [suite]", self.noun, key.as_ref(), self.names);
                return Err(source.error(start, message));
            }
            if let Some(value) = overlay.as_ref().as_table().and_then(|table| table.get("suite")) {
                return Err(source.error(value.span().start, "[suite] is the same for all of a suite"));
            }
            match overlay.into_inner() {
                DeValue::Table(overlay) if name.is_some_and(|name| name == key.as_ref()) => {
                    lay_instead(document, overlay, source)?;
                }
                DeValue::Table(_) => {}
                _ => return Err(source.error(start, format!("write [{}.{}]", self.table, key.as_ref()))),
            }
        }
        Ok(())
    }

    fn unknown(&self, wanted: &str, names: &[String]) -> LoadError {
        LoadError::Choice { noun: self.noun, wanted: wanted.to_owned(), known: names.join(", ") }
    }
}

/// The key of an overlay that names tables of which nothing is kept, with dots between names.
const REPLACES: &str = "replaces";

/// Lays `overlay` over what it does not replace.
fn lay_instead<'a>(base: &mut DeTable<'a>, mut overlay: DeTable<'a>, source: &Source) -> Result<(), LoadError> {
    if let Some(replaced) = overlay.remove(REPLACES) {
        let Some(paths) = replaced.get_ref().as_array() else {
            return Err(source.error(replaced.span().start, format!("`{REPLACES}` is a list of tables' paths")));
        };
        for path in paths.iter() {
            if !path.get_ref().as_str().is_some_and(|path| remove(base, path)) {
                let message = format!("`{REPLACES}` names what is not there: write paths such as \"program.entry\"");
                return Err(source.error(path.span().start, message));
            }
        }
    }
    lay_over(base, overlay);
    Ok(())
}

/// Removes what stands at `path`; whether there was anything.
fn remove(table: &mut DeTable<'_>, path: &str) -> bool {
    match path.split_once('.') {
        None => table.remove(path).is_some(),
        Some((first, rest)) => match table.get_mut(first).map(Spanned::get_mut) {
            Some(DeValue::Table(table)) => remove(table, rest),
            _ => false,
        },
    }
}

fn lay_over<'a>(base: &mut DeTable<'a>, overlay: DeTable<'a>) {
    for (key, value) in overlay {
        let name: &str = key.as_ref();
        match (base.get_mut(name).map(Spanned::get_mut), value) {
            (Some(DeValue::Table(below)), above) if above.as_ref().is_table() => {
                if let DeValue::Table(above) = above.into_inner() {
                    lay_over(below, above);
                }
            }
            (_, above) => {
                base.remove(name);
                base.insert(key, above);
            }
        }
    }
}
