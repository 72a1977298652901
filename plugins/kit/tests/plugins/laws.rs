//! The laws catch what they are for.

use assay_api::Choice;
use assay_kit::laws::violations;
use assay_loader::declarative::DataDirectory;

use crate::build;

fn found(example: &str) -> Vec<String> {
    let plugin = build::load_native(&build::rust(example)).unwrap();
    let suite = plugin.load(&Choice::default(), &DataDirectory("nowhere".into())).unwrap();
    violations(&suite).iter().map(ToString::to_string).collect()
}

#[test]
fn a_suite_that_accepts_anything_is_caught() {
    let found = found("accepts_anything");
    for worthless in ["out_of_fuel", "trap", "infra", "completed"] {
        let law = format!("task anything/0: score: programs without a passed test ({worthless}) pass");
        assert!(found.contains(&law), "{worthless}: {found:#?}");
    }
}

#[test]
fn a_suite_whose_dialogues_do_not_end_is_caught() {
    let law = "task anything/0: prompt: it asks again after turn 2, its info's last";
    let found = found("accepts_anything");
    assert!(found.iter().any(|found| found == law), "{found:#?}");
}

#[test]
fn a_broken_suite_breaks_laws_and_nothing_else() {
    let found = found("broken");
    for law in ["tasks: page \"again\" comes again", "too hard for me", "no such luck", "no prompt of any style"] {
        assert!(found.iter().any(|found| found.contains(law)), "{law}: {found:#?}");
    }
}
