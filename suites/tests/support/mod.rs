//! What tests of several suites need.

use assay_api::{Completion, CompletionKind, Program, Suite, Task};
use assay_loader::declarative::{Choice, DataDirectory, DeclarativeSuite, Manifest};
use assay_suites::Builtin;

pub(crate) mod node;

/// Everything that can be chosen of a suite.
pub(crate) fn choices(suite: &Builtin) -> Vec<Choice> {
    let info = Manifest::load(&suite.files, &Choice::default()).unwrap().info().clone();
    let or_none = |names: &[String]| match names {
        [] => vec![None],
        names => names.iter().cloned().map(Some).collect(),
    };
    let languages = or_none(&info.languages);
    let both = |variant: &Option<String>| {
        let variant = variant.clone();
        languages.iter().map(move |language| Choice { language: language.clone(), variant: variant.clone() })
    };
    or_none(&info.variants).iter().flat_map(both).collect()
}

/// The suite `id` with its data, if that is here.
pub(crate) fn suite(id: &str, language: &str, variant: Option<&str>) -> Option<DeclarativeSuite> {
    let folder = assay_suites::find(id).expect("it is built in");
    let choice = Choice { language: Some(language.into()), variant: variant.map(str::to_owned) };
    Some(DeclarativeSuite::load(&folder.files, &DataDirectory(assay_testing::data()?), &choice).unwrap())
}

/// All tasks of a suite.
pub(crate) fn tasks(suite: &DeclarativeSuite) -> Vec<Task> {
    assay_loader::all_tasks(suite).unwrap()
}

/// The program that judges `text` on `task`.
pub(crate) fn program(suite: &DeclarativeSuite, task: &Task, text: &str, kind: CompletionKind) -> Program {
    let completion = Completion { text: text.into(), kind };
    let solution =
        suite.extract(task, &completion).unwrap().unwrap_or_else(|| panic!("{}: no code in {text:?}", task.id));
    let mut programs = suite.programs(task, &solution).unwrap();
    assert_eq!(programs.len(), 1, "{}", task.id);
    programs.remove(0)
}

/// The program of the gold answer.
pub(crate) fn gold(suite: &DeclarativeSuite, task: &Task) -> Program {
    let solution = suite.reference(task).unwrap().expect("there is a gold answer");
    suite.programs(task, &solution).unwrap().remove(0)
}
