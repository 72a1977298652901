//! The corpora of hostile programs, one a language: one attack a file, whose first line says what it tries and whose second
//! how it must end. Adding an attack is adding a file.

mod corpus;
#[path = "../common/limits.rs"]
mod limits;

use corpus::Corpus;

const PYTHON: Corpus = Corpus { language: "python", comment: "# ", file: "main.py", least: 110 };
const JAVASCRIPT: Corpus = Corpus { language: "javascript", comment: "// ", file: "main.js", least: 95 };

#[test]
fn every_attack_in_python_ends_as_its_file_expects() {
    PYTHON.check();
}

#[test]
fn every_attack_in_javascript_ends_as_its_file_expects() {
    JAVASCRIPT.check();
}

#[test]
fn attacks_in_javascript_end_alike_in_used_and_in_fresh_instances() {
    JAVASCRIPT.check_determinism();
}
