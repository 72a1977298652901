use assay_api::SourceFile;

use crate::score::python::literal;
use crate::score::values::serving;

const JUDGE: (&str, &str) = ("judge.py", include_str!("python/judge.py"));
const PROXIES: (&str, &str) = ("proxies.py", include_str!("python/proxies.py"));
const CALLEE: (&str, &str) = ("callee.py", include_str!("python/callee.py"));

/// Which of a suite's files are whose, where tests in Python call a solution in another instance.
#[derive(Debug, Clone, Copy)]
pub struct TwoSides<'a> {
    /// The path of the solution: a module that tests can import by this name, without `.py`.
    pub solution: &'a str,
    /// The path of the tests.
    pub tests: &'a str,
}

impl TwoSides<'_> {
    /// The judge's main program.
    pub const JUDGE: &'static str = JUDGE.0;
    /// The candidate's main program.
    pub const CANDIDATE: &'static str = CALLEE.0;
    /// The paths that are the strategy's own on one side or the other: a suite's files have others.
    pub const OWN: [&'static str; 3] = [JUDGE.0, PROXIES.0, CALLEE.0];

    /// The files that the judge gets beside the tests.
    ///
    /// What does not depend on the sample is in a module that the judge imports, so that a task's samples share it.
    #[must_use]
    pub fn judges(&self) -> [SourceFile; 2] {
        let module = self.solution.strip_suffix(".py").unwrap_or(self.solution);
        let (path, text) = PROXIES;
        let (tests, module) = (literal(self.tests), literal(module));
        let proxies = format!("{text}\n\nPATH = {tests}\nSOLUTION = {module}\nTESTS = _compiled(PATH)\n");
        [file(JUDGE.0, JUDGE.1.to_owned()), file(path, proxies)]
    }

    /// The candidate's main program.
    #[must_use]
    pub fn candidate(&self) -> SourceFile {
        let (path, text) = CALLEE;
        file(path, serving(text, self.solution))
    }
}

fn file(path: &str, text: String) -> SourceFile {
    SourceFile { path: path.to_owned(), text }
}
