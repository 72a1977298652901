//! What one instance runs: a program, or one of the two sides of a judged one.

use std::collections::HashSet;

use assay_api::{Candidate, CoverageOptions, Entry, Limits, Program, SourceFile};
use sha2::{Digest, Sha256};

/// What the harness does with what it fetches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Runs a file as the main program.
    Script,
    /// Runs a solution, then its tests.
    Tests,
    /// Runs a judge, which may send messages to a candidate.
    Judge,
    /// Runs a candidate, which answers messages.
    Candidate,
}

impl Kind {
    /// The harness's word for it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Script => "script",
            Kind::Tests => "tests",
            Kind::Judge => "judge",
            Kind::Candidate => "candidate",
        }
    }
}

/// What one instance runs, and what it finds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Side<'a> {
    pub(crate) kind: Kind,
    pub(crate) files: &'a [SourceFile],
    /// The file that runs first, and its source, unless that is the file below.
    pub(crate) main: (&'a str, &'a str),
    /// The file that runs then, and its source; compiled ahead where it can be.
    pub(crate) tests: Option<(&'a str, &'a str)>,
    /// The module whose functions tests call across, on both sides of them.
    pub(crate) functions: Option<&'a str>,
    /// How it is to be found out which lines of the first file run, if it is.
    pub(crate) coverage: Option<&'a CoverageOptions>,
    pub(crate) stdin: &'a str,
    pub(crate) limits: &'a Limits,
    pub(crate) seed: u64,
}

impl<'a> Side<'a> {
    /// The files beside the solution and the tests.
    pub(crate) fn helping_files(&self) -> Vec<&'a SourceFile> {
        let tests = self.tests.map(|(path, _)| path);
        self.files.iter().filter(|file| file.path != self.main.0 && Some(file.path.as_str()) != tests).collect()
    }

    /// The modules among the files that the tests import, as `imports` finds them: what a suite brings to help its tests.
    /// The solution is none of them, and a candidate has none: what is beside its main program may be the solution.
    /// `module` tells the module that a file is.
    pub(crate) fn helpers(
        &self,
        module: impl Fn(&'a str) -> Option<&'a str>,
        imports: impl Fn(&'a str) -> Vec<&'a str>,
    ) -> Vec<&'a str> {
        let Some((_, source)) = self.tests.filter(|_| self.kind != Kind::Candidate) else { return Vec::new() };
        let files = self.helping_files();
        let names: HashSet<&str> = files.iter().filter_map(|file| module(&file.path)).collect();
        if names.is_empty() {
            return Vec::new(); // nearly always: no need to read the tests
        }
        let mut seen = HashSet::new();
        imports(source).into_iter().filter(|name| names.contains(name) && seen.insert(*name)).collect()
    }

    /// What the program's own instance runs: of two instances, the judge's.
    ///
    /// # Errors
    /// When the program's entry names a file that it does not have.
    pub(crate) fn of(program: &'a Program) -> Result<Self, String> {
        let file = |path| file(&program.files, path, "program");
        let (kind, main, tests) = match &program.entry {
            Entry::Script { path, .. } => (Kind::Script, file(path)?, None),
            Entry::Tests { solution, tests, .. } => (Kind::Tests, file(solution)?, Some(file(tests)?)),
            Entry::Judged { judge, .. } => (Kind::Judge, (judge.as_str(), ""), Some(file(judge)?)),
        };
        let coverage = match &program.entry {
            Entry::Script { coverage, .. } | Entry::Tests { coverage, .. } => coverage.as_ref(),
            Entry::Judged { .. } => None,
        };
        let functions = match &program.entry {
            Entry::Judged { candidate, .. } => functions(candidate),
            Entry::Script { .. } | Entry::Tests { .. } => None,
        };
        let Program { files, stdin, limits, seed, .. } = program;
        Ok(Side { kind, files, main, tests, functions, coverage, stdin, limits, seed: *seed })
    }

    /// What the candidate's instance runs, when the judge's has `seed`.
    ///
    /// # Errors
    /// When it names a file that it does not have.
    pub(crate) fn of_candidate(candidate: &'a Candidate, seed: u64) -> Result<Self, String> {
        let Candidate { files, path, stdin, limits, .. } = candidate;
        let main = file(files, path, "candidate")?;
        let functions = functions(candidate);
        // What answers the judge itself is the same for many solutions, which are in other files.
        let (main, tests) = if functions.is_some() { (main, None) } else { ((path.as_str(), ""), Some(main)) };
        let (kind, seed) = (Kind::Candidate, candidate_seed(seed));
        Ok(Side { kind, files, main, tests, functions, coverage: None, stdin, limits, seed })
    }
}

/// The module whose functions tests call, if they do: the name of the candidate's file without its ending.
fn functions(candidate: &Candidate) -> Option<&str> {
    let path = candidate.path.as_str();
    candidate.functions.then(|| path.rsplit_once('.').map_or(path, |(module, _)| module))
}

fn file<'a>(files: &'a [SourceFile], path: &'a str, whose: &str) -> Result<(&'a str, &'a str), String> {
    let found = files.iter().find(|file| file.path == path);
    found.map(|file| (path, file.text.as_str())).ok_or_else(|| format!("the {whose} has no file `{path}`"))
}

/// The two sides' random numbers have nothing to do with each other: a candidate that knows its own does not know the
/// judge's inputs.
fn candidate_seed(seed: u64) -> u64 {
    let digest = Sha256::new().chain_update(b"candidate").chain_update(seed.to_le_bytes()).finalize();
    digest.iter().take(8).fold(0, |value, byte| value << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_without_its_file_is_an_error() {
        let candidate = Candidate {
            files: Vec::new(),
            path: "c.py".into(),
            functions: false,
            stdin: String::new(),
            limits: Limits::default(),
        };
        assert!(Side::of_candidate(&candidate, 0).is_err());
        let entries = [
            Entry::script("main.py"),
            Entry::tests("s.py", "t.py"),
            Entry::Judged { judge: "j.py".into(), candidate: Box::new(candidate) },
        ];
        for entry in entries {
            let program = Program {
                runtime: "python".into(),
                files: Vec::new(),
                entry,
                stdin: String::new(),
                limits: Limits::default(),
                seed: 0,
            };
            assert!(Side::of(&program).is_err());
        }
    }

    #[test]
    fn helpers_are_what_tests_import_of_the_files() {
        let files = ["s.py", "t.py", "a.py", "b.py", "data.txt", "p/c.py"]
            .map(|path| SourceFile { path: path.to_owned(), text: String::new() });
        let limits = Limits::default();
        let side = Side {
            kind: Kind::Tests,
            files: &files,
            main: ("s.py", ""),
            tests: Some(("t.py", "b numpy a s t b data p")),
            functions: None,
            coverage: None,
            stdin: "",
            limits: &limits,
            seed: 0,
        };
        fn helpers<'a>(side: &Side<'a>) -> Vec<&'a str> {
            side.helpers(|path| path.strip_suffix(".py"), |source| source.split(' ').collect())
        }
        assert_eq!(helpers(&side), ["b", "a"]);
        assert!(helpers(&Side { tests: None, ..side }).is_empty());
        assert!(helpers(&Side { kind: Kind::Candidate, ..side }).is_empty());
    }

    #[test]
    fn a_candidate_has_a_seed_of_its_own() {
        assert_ne!(candidate_seed(1), 1);
        assert_ne!(candidate_seed(1), candidate_seed(2));
    }
}
