//! Every embedded suite is well formed, whether its data is there or not.

use assay_loader::declarative::Manifest;

#[test]
fn every_folder_is_a_suite_named_like_its_folder() {
    let suites: Vec<_> = assay_suites::builtin().collect();
    assert!(suites.iter().any(|suite| suite.name == "humaneval"));
    for suite in suites {
        let manifest = Manifest::load(&suite.files).unwrap_or_else(|error| panic!("{}: {error}", suite.name));
        assert_eq!(manifest.info().id, suite.name);
        assert_eq!(assay_suites::find(suite.name).map(|found| found.files), Some(suite.files));
    }
}
