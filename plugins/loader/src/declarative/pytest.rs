use assay_api::SourceFile;

use crate::score::literal;

/// What runs tests with pytest and puts each of them on record. A module, so that a task's samples share what it imports.
const RUNNER: &str = include_str!("pytest.py");

/// The file that is the entry's own beside a suite's.
pub(super) const OWN: &str = "assay_pytest.py";

/// Makes the tests at `tests` a program that has pytest run them as they were, with the solution at `solution`.
pub(super) fn add_to(files: &mut Vec<SourceFile>, solution: &str, tests: &str) {
    for file in files.iter_mut().filter(|file| file.path == tests) {
        let [solution, path, source] = [solution, tests, &file.text].map(literal);
        file.text = format!("import assay_pytest\n\nassay_pytest.run({solution}, {path}, {source})\n");
    }
    files.push(SourceFile { path: OWN.into(), text: RUNNER.into() });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_are_handed_to_pytest_as_they_are() {
        let file = |path: &str, text: &str| SourceFile { path: path.into(), text: text.into() };
        let mut files = vec![file("a.py", "x = 1"), file("test_a.py", "from a import x\ndef test(): assert x == '\"'")];
        add_to(&mut files, "a.py", "test_a.py");
        let expected = r#"assay_pytest.run("a.py", "test_a.py", "from a import x\ndef test(): assert x == '\"'")"#;
        assert_eq!(files[1].text, format!("import assay_pytest\n\n{expected}\n"));
        assert_eq!((files[0].text.as_str(), files[2].path.as_str()), ("x = 1", OWN));
    }
}
