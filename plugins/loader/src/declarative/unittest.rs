use crate::extract::classes;

/// What runs test classes and puts each of their tests on record.
const RUNNER: &str = include_str!("unittest.py");

/// Adds to a file of tests what runs them: the test classes at its top level, and no others that a solution may define.
pub(super) fn add_to(tests: &mut String) {
    let names = classes(tests).into_iter().map(|name| format!("'{name}', ")).collect::<String>();
    tests.push_str("\n\n\n");
    tests.push_str(&RUNNER.replace("CLASSES", &names));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_classes_of_the_tests_run_and_nothing_in_strings_or_functions() {
        let mut text = "import unittest\n'''\nclass A: 1\n'''\nclass B(unittest.TestCase):\n    class C: 1\n\
                        def f():\n    class D: 1\n@x\nclass E(B): 1"
            .to_owned();
        add_to(&mut text);
        assert!(text.ends_with("_run_tests(('B', 'E', ))\n"), "{text}");
        assert!(text.contains("class E(B): 1\n\n\n"));
    }
}
