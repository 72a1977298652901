//! Every embedded suite is well formed, whether its data is there or not.

use assay_loader::declarative::{Choice, Manifest};

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

#[test]
fn every_folder_is_a_suite_named_like_its_folder() {
    let suites: Vec<_> = assay_suites::builtin().collect();
    assert!(suites.iter().any(|suite| suite.name == "humaneval"));
    for suite in suites {
        for choice in support::choices(&suite) {
            let manifest = Manifest::load(&suite.files, &choice)
                .unwrap_or_else(|error| panic!("{} {choice:?}: {error}", suite.name));
            assert_eq!(manifest.info().id, suite.name);
        }
        assert_eq!(assay_suites::find(suite.name).map(|found| found.files), Some(suite.files));
    }
}

#[test]
fn every_language_and_variant_of_a_suite_is_another_one() {
    for suite in assay_suites::builtin() {
        let choices = support::choices(&suite);
        let digest = |choice: &Choice| Manifest::load(&suite.files, choice).unwrap().info().digest.clone();
        let digests: std::collections::HashSet<String> = choices.iter().map(digest).collect();
        assert_eq!(digests.len(), choices.len(), "{}", suite.name);
    }
}
