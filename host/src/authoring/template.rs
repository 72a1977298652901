use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use assay_loader::declarative::{content_sha256, id_problem};

use super::TemplateKind;
use crate::failure::Failure;

/// The name that the examples have, where it stands for more than itself: written so, and replaced by this.
const NAMES: [(&str, &str); 11] = [
    ("tiny/tasks.jsonl", "NAME/tasks.jsonl"),
    ("\"tiny\"", "\"NAME\""),
    ("\\\"tiny\\\"", "\\\"NAME\\\""),
    ("Tiny: three functions, an example", "NAME: three functions"),
    ("plugins/examples/data", "the suite's folder data"),
    ("tiny.c ", "suite.c "),
    ("tiny.so", "NAME.so"),
    ("tiny.js", "suite.js"),
    ("tiny.wasm", "NAME.wasm"),
    ("tiny-suite", "NAME-suite"),
    ("../../api/include", "."),
];

/// The folder with the interface's types, as it is beside the examples.
const WIT: (&str, &str) = ("../../api/wit", "wit");

const WIT_FILE: (&str, &str) = ("wit/suite.wit", include_str!("../../../plugins/api/wit/suite.wit"));
const TASKS: &str = include_str!("../../../plugins/examples/data/tiny/tasks.jsonl");

/// The files of a new suite, before its name is in them: `NAME` stands for that.
const DECLARATIVE: &[(&str, &str)] = &[
    ("suite.toml", include_str!("../../../plugins/templates/declarative/suite.toml")),
    ("tasks.jsonl", include_str!("../../../plugins/templates/declarative/tasks.jsonl")),
];
const PYTHON: &[(&str, &str)] = &[("suite.py", include_str!("../../../plugins/examples/python/tiny.py")), WIT_FILE];
const JAVASCRIPT: &[(&str, &str)] = &[
    ("suite.js", include_str!("../../../plugins/examples/javascript/tiny.js")),
    ("build.mjs", include_str!("../../../plugins/examples/javascript/build.mjs")),
    ("package.json", include_str!("../../../plugins/examples/javascript/package.json")),
    WIT_FILE,
];
const RUST: &[(&str, &str)] = &[
    ("suite.rs", include_str!("../../../plugins/examples/rust/tiny.rs")),
    ("Cargo.toml", include_str!("../../../plugins/templates/rust/Cargo.toml")),
];
const C: &[(&str, &str)] = &[
    ("suite.c", include_str!("../../../plugins/examples/c/tiny.c")),
    ("json.h", include_str!("../../../plugins/examples/c/json.h")),
    ("assay_suite.h", include_str!("../../../plugins/api/include/assay_suite.h")),
];

/// A suite to begin with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Its files: path in the folder, and content.
    pub files: Vec<(String, String)>,
}

impl Template {
    /// The suite called `id`, written in `kind`. It passes its check. One in Rust uses the crate in the folder `kit`.
    #[must_use]
    pub fn new(kind: TemplateKind, id: &str, kit: &Path) -> Self {
        let mut files: Vec<(String, String)> = match kind {
            TemplateKind::Declarative => declarative(id),
            TemplateKind::Python => example(PYTHON, id),
            TemplateKind::Javascript => example(JAVASCRIPT, id),
            TemplateKind::Rust => example(RUST, id),
            TemplateKind::C => example(C, id),
        };
        for (_, text) in &mut files {
            *text = text.replace("\"KIT\"", &format!("{:?}", kit.display().to_string()));
        }
        if kind != TemplateKind::Declarative {
            // The digest that the examples pin is that of this content.
            files.push((format!("data/{id}/tasks.jsonl"), TASKS.to_owned()));
        }
        Template { files }
    }
}

fn declarative(id: &str) -> Vec<(String, String)> {
    let mut files: Vec<(String, String)> =
        DECLARATIVE.iter().map(|(path, text)| ((*path).to_owned(), text.replace("NAME", id))).collect();
    let data = files.iter().find(|(path, _)| path == "tasks.jsonl").map(|(_, text)| text.clone().into_bytes());
    let digest = content_sha256(data.unwrap_or_default()).unwrap_or_default();
    for (_, text) in &mut files {
        *text = text.replace("SHA256", &digest);
    }
    files
}

fn example(files: &[(&str, &str)], id: &str) -> Vec<(String, String)> {
    let named = |text: &str| {
        let replace = |text: String, (from, to): &(&str, &str)| text.replace(from, to);
        NAMES.iter().chain([&WIT]).fold(text.to_owned(), replace).replace("NAME", id)
    };
    files.iter().map(|(path, text)| ((*path).to_owned(), named(text))).collect()
}

/// Makes `folder`, whose name is the suite's, with a suite written in `kind`. Returns the paths of its files. A suite in Rust needs
/// a `checkout` of this repository, since its crate for authors is there.
///
/// # Errors
/// When the name is no suite's, something is there already, it can't be written, or there is no such checkout.
pub fn make(kind: TemplateKind, folder: &Path, checkout: Option<&Path>) -> Result<Vec<PathBuf>, Failure> {
    let id = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    if let Some(problem) = id_problem(id) {
        return Err(Failure::usage(format!("{}: the folder's name is the suite's; {problem}", folder.display())));
    }
    if folder.symlink_metadata().is_ok() {
        return Err(Failure::usage(format!("{}: it is there already", folder.display())));
    }
    let kit = if kind == TemplateKind::Rust { kit(checkout)? } else { PathBuf::new() };
    let mut written = Vec::new();
    for (path, text) in Template::new(kind, id, &kit).files {
        let path = folder.join(path);
        write(&path, &text).map_err(|error| Failure::file("writing", &path, &error))?;
        written.push(path);
    }
    Ok(written)
}

/// The crate for authors in a checkout of this repository.
fn kit(checkout: Option<&Path>) -> Result<PathBuf, Failure> {
    let Some(checkout) = checkout else {
        let failure = Failure::usage("a suite in Rust uses the crate assay-kit, which is in Assay's repository");
        return Err(failure.help("name a checkout of it with --checkout DIR"));
    };
    let kit = checkout.join("plugins/kit");
    kit.join("Cargo.toml")
        .is_file()
        .then(|| kit.canonicalize().ok())
        .flatten()
        .ok_or_else(|| Failure::usage(format!("--checkout {}: there is no plugins/kit in it", checkout.display())))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    fs::write(path, text)
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum as _;

    use super::*;

    #[test]
    fn nothing_of_the_examples_name_or_place_is_left() {
        for kind in TemplateKind::value_variants() {
            let files = Template::new(*kind, "mine", Path::new("/kit")).files;
            assert!(files.iter().any(|(path, _)| path == kind.source()), "{kind:?}");
            for (path, text) in files.iter().filter(|(path, _)| !path.ends_with(".jsonl")) {
                // The type of the suite in Rust is called so; nobody but its author sees it.
                let text = if *kind == TemplateKind::Rust { text.replace("Tiny", "") } else { text.clone() };
                let left = ["tiny", "Tiny", "KIT", "plugins/", "../", "NAME", "\"SHA256\""];
                // The published interface says where its schemas are.
                let text = text.replace("plugins/api/schema", "");
                let found: Vec<&str> = left.into_iter().filter(|word| text.contains(word)).collect();
                assert!(found.is_empty(), "{kind:?}: {path}: {found:?}");
            }
        }
    }
}
