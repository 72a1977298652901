//! What a test file says of itself, and the sources that it is executed with. The format is that of the tests'
//! INTERPRETING.md.

use std::fs;
use std::path::{Path, PathBuf};

/// What the tests take for granted of their host; what is missing fails everywhere alike.
const HOST: &str = "\
function print(text) { console.log(text); }
var $262 = {
  global: globalThis,
  evalScript(source) { return (0, eval)(source); },
  gc() {},
  detachArrayBuffer(buffer) { buffer.transfer(); },
};
";

/// How a test must end.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    /// Without an exception.
    Nothing,
    /// With an exception of this type, when it is parsed or later.
    Error(String),
}

/// A test file.
#[derive(Debug)]
pub(crate) struct Test {
    pub(crate) path: PathBuf,
    pub(crate) source: String,
    pub(crate) expected: Expected,
    pub(crate) is_async: bool,
    module: bool,
    raw: bool,
    modes: Modes,
    includes: Vec<String>,
}

#[derive(Debug, PartialEq, Eq)]
enum Modes {
    Both,
    Sloppy,
    Strict,
}

/// The sources of one execution.
#[derive(Debug)]
pub(crate) struct Composed {
    /// Scripts that are evaluated first, in the global scope.
    pub(crate) harness: String,
    pub(crate) source: String,
    pub(crate) module: bool,
    /// (name, text) of the files that the test may import.
    pub(crate) fixtures: Vec<(String, String)>,
}

impl Test {
    pub(crate) fn read(path: &Path) -> Test {
        // A few tests are not UTF-8 on purpose; they are about characters that no source has.
        let source = String::from_utf8_lossy(&fs::read(path).expect("a readable test")).into_owned();
        let about =
            source.split_once("/*---").and_then(|(_, rest)| rest.split_once("---*/")).map_or("", |(about, _)| about);
        let flags = list(about, "flags");
        let has = |flag: &str| flags.iter().any(|given| given == flag);
        let expected = match field(section(about, "negative"), "type") {
            Some(name) => Expected::Error(name.to_owned()),
            None => Expected::Nothing,
        };
        let modes = match () {
            () if has("onlyStrict") => Modes::Strict,
            () if has("noStrict") || has("raw") || has("module") => Modes::Sloppy,
            () => Modes::Both,
        };
        Test {
            path: path.to_owned(),
            expected,
            is_async: has("async"),
            module: has("module"),
            raw: has("raw"),
            modes,
            includes: list(about, "includes"),
            source,
        }
    }

    /// Whether it is to be executed as strict code, for each execution.
    pub(crate) fn modes(&self) -> &'static [bool] {
        match self.modes {
            Modes::Both => &[false, true],
            Modes::Sloppy => &[false],
            Modes::Strict => &[true],
        }
    }

    /// The files beside it that tests import.
    fn fixtures(&self) -> Vec<(String, String)> {
        if !self.source.contains("_FIXTURE") {
            return Vec::new();
        }
        let folder = self.path.parent().expect("a test lies in a folder");
        let entries = fs::read_dir(folder).expect("a readable folder").map(|entry| entry.expect("a readable folder"));
        let fixtures = entries.filter(|entry| entry.file_name().to_string_lossy().contains("_FIXTURE"));
        let text = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
        fixtures.map(|entry| (entry.file_name().to_string_lossy().into_owned(), text(entry.path()))).collect()
    }
}

/// The tests' own helpers.
#[derive(Debug)]
pub(crate) struct Harness {
    folder: PathBuf,
}

impl Harness {
    /// That of a checkout.
    pub(crate) fn read(directory: &Path) -> Harness {
        Harness { folder: directory.join("harness") }
    }

    fn file(&self, name: &str) -> String {
        let path = self.folder.join(name);
        fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))
    }

    pub(crate) fn compose(&self, test: &Test, strict: bool) -> Composed {
        let mut harness = String::new();
        if !test.raw {
            let always = ["assert.js", "sta.js"].into_iter().chain(test.is_async.then_some("doneprintHandle.js"));
            harness.push_str(HOST);
            for name in always.chain(test.includes.iter().map(String::as_str)) {
                harness.push_str(&self.file(name));
                harness.push('\n');
            }
        }
        let source = if strict { format!("\"use strict\";\n{}", test.source) } else { test.source.clone() };
        Composed { harness, source, module: test.module, fixtures: test.fixtures() }
    }
}

/// The lines that belong to `key:`, which are indented.
fn section<'a>(about: &'a str, key: &str) -> &'a str {
    let Some(start) = about.find(&format!("\n{key}:")) else { return "" };
    let body = &about[start + 1 + key.len() + 1..];
    let end = body.match_indices('\n').find(|(at, _)| body[at + 1..].starts_with(|c: char| c.is_alphabetic()));
    &body[..end.map_or(body.len(), |(at, _)| at)]
}

/// The value of `key:` among indented lines.
fn field<'a>(section: &'a str, key: &str) -> Option<&'a str> {
    section.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix(':')).map(str::trim)
}

/// The members of the list `key`, in either of YAML's forms.
fn list(about: &str, key: &str) -> Vec<String> {
    let section = section(about, key).trim();
    let members: Vec<&str> = match section.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((inside, _)) => inside.split(',').collect(),
        None => section.lines().filter_map(|line| line.trim().strip_prefix('-')).collect(),
    };
    members.into_iter().map(|member| member.trim().to_owned()).filter(|member| !member.is_empty()).collect()
}
