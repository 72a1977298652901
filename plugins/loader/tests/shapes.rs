//! Prompts with examples and gaps, fields under other names, files that several variants share, and test classes.

use assay_api::{Completion, CompletionKind, Entry, Prompt, PromptStyle, Request, Solution, Suite, SuiteError, Task};
use assay_loader::declarative::{Choice, DeclarativeSuite, LoadError};

#[path = "support/given.rs"]
mod given;

use given::{Given, digest};

const MANIFEST: &str = r##"[suite]
id = "shapes"
version = "1"
title = "Shapes"
licence = "CC0-1.0"
languages = ["python"]
variants = ["zero", "two"]

[[data]]
variant = "zero"
path = "tasks.jsonl"
sha256 = "DIGEST"

[[data]]
variant = "two"
path = "tasks.jsonl"
sha256 = "DIGEST"

[task]
id = "id"
required = ["id", "text", "gold"]
rename = { solution = "gold" }

[prompt.completion]
template = "{{ text }}"

[prompt.infill]
prefix = "# {{ text }}\ndef f():\n"
suffix = "\n# the end"
stop = ["#"]

[extract]
strategy = "infill"
prefix = "def f():\n"
suffix = "\n# the end"

[program]
runtime = "python"
entry = { kind = "unittest", solution = "s.py", tests = "t.py" }
[program.files]
"s.py" = "{{ solution }}"
"t.py" = "class Test(unittest.TestCase):\n    def test(self): f()"

[score]
strategy = "tests-one-instance"

[reference]
template = "{{ gold }}"

[variant.two.prompt]
shots = ["2", "1"]

[variant.two.prompt.completion]
template = "{% for shot in shots %}{{ shot.text }}={{ shot.gold }};{% endfor %}{{ text }}="
"##;

const ROWS: &str = concat!(
    "{\"id\": 1, \"text\": \"one\", \"solution\": \"I\"}\n",
    "{\"id\": 2, \"text\": \"two\", \"solution\": \"II\"}\n",
    "{\"id\": 3, \"text\": \"three\", \"solution\": \"III\"}\n",
);

fn load(manifest: &str, variant: &str) -> Result<DeclarativeSuite, LoadError> {
    let manifest = manifest.replace("DIGEST", &digest(ROWS));
    let files: &[(&str, &[u8])] = &[("suite.toml", manifest.as_bytes())];
    DeclarativeSuite::load(&files, &Given(ROWS.into()), &Choice { language: None, variant: Some(variant.into()) })
}

fn error_with(old: &str, new: &str, variant: &str) -> String {
    assert!(MANIFEST.contains(old), "{old}");
    load(&MANIFEST.replacen(old, new, 1), variant).err().expect("it must not load").to_string()
}

fn tasks(suite: &DeclarativeSuite) -> Vec<Task> {
    suite.tasks(None).unwrap().items
}

fn asked(suite: &DeclarativeSuite, task: &Task, style: PromptStyle) -> Request {
    suite.prompt(task, style, &[]).unwrap().unwrap()
}

fn extract(suite: &DeclarativeSuite, text: &str, kind: CompletionKind) -> Option<Solution> {
    suite.extract(&tasks(suite)[0], &Completion { text: text.into(), kind }).unwrap()
}

#[test]
fn examples_are_shown_in_their_order_and_never_to_themselves() {
    let suite = load(MANIFEST, "two").unwrap();
    let texts = tasks(&suite).into_iter().map(|task| match asked(&suite, &task, PromptStyle::Completion).prompt {
        Prompt::Text { text } => text,
        other => panic!("{other:?}"),
    });
    assert_eq!(texts.collect::<Vec<_>>(), ["two=II;one=", "one=I;two=", "two=II;one=I;three="]);
    let suite = load(MANIFEST, "zero").unwrap();
    let request = asked(&suite, &tasks(&suite)[2], PromptStyle::Completion);
    assert_eq!(request.prompt, Prompt::Text { text: "three".into() });
}

#[test]
fn an_example_must_be_a_task_and_only_prompts_see_them() {
    let error = error_with(r#"shots = ["2", "1"]"#, r#"shots = ["9"]"#, "two");
    assert_eq!(error, "`shots` names \"9\", which is no task of shapes, two: name tasks by their ids");
    let error = error_with("{{ gold }}", "{{ shots }}", "two");
    assert!(error.contains("template `reference.template` uses `shots`, which is not a field"), "{error}");
    let error = error_with("template = \"{{ text }}\"", "template = \"{{ shots }}\"", "zero");
    assert!(error.contains("uses `shots`, which is not a field"), "{error}");
    let error = error_with(r#"required = ["id","#, r#"required = ["shots","#, "two");
    assert!(error.contains("`shots` is the example tasks in prompts' templates"), "{error}");
}

#[test]
fn a_suite_may_have_a_stretch_of_its_data_and_examples_from_outside_of_it() {
    let between = |first, last| {
        let stretch = format!("[variant.two.task]\nbetween = [\"{first}\", \"{last}\"]\n\n[variant.two.prompt]");
        load(&MANIFEST.replacen("[variant.two.prompt]", &stretch, 1), "two")
    };
    let ids = |suite: &DeclarativeSuite| tasks(suite).into_iter().map(|task| task.id).collect::<Vec<_>>();
    let suite = between(2, 3).unwrap();
    assert_eq!(ids(&suite), ["2", "3"]);
    let request = asked(&suite, &tasks(&suite)[0], PromptStyle::Completion);
    assert_eq!(request.prompt, Prompt::Text { text: "one=I;two=".into() });
    assert_eq!(ids(&between(2, 2).unwrap()), ["2"]);
    for (first, last, missing) in [(2, 4, 4), (0, 2, 0), (3, 1, 1)] {
        let error = between(first, last).err().expect("it must not load").to_string();
        assert_eq!(error, format!("shapes: `between` in [task] names \"{missing}\", which is not in the data"));
    }
}

#[test]
fn a_gap_is_asked_for_and_filled() {
    let suite = load(MANIFEST, "zero").unwrap();
    let request = asked(&suite, &tasks(&suite)[0], PromptStyle::Infill);
    let (prefix, suffix) = ("# one\ndef f():\n".to_owned(), "\n# the end".to_owned());
    assert_eq!(request.prompt, Prompt::Infill { prefix, suffix });
    assert_eq!(request.stop, ["#"]);
    for (kind, text, code, rule) in [
        (CompletionKind::Continuation, "    pass<|endoftext|>def", "def f():\n    pass\n# the end", "middle"),
        (CompletionKind::Continuation, " \n", "def f():\n \n\n# the end", "middle"),
        (CompletionKind::Verbatim, "  <EOT>", "def f():\n  <EOT>\n# the end", "verbatim"),
        (CompletionKind::Reply, "It is:\n```python\n    pass\n```\n", "def f():\n    pass\n\n# the end", "fenced"),
        (CompletionKind::Program, "x", "x", "program"),
    ] {
        let solution = extract(&suite, text, kind).unwrap();
        assert_eq!((solution.code.as_str(), solution.rule.as_str()), (code, rule), "{text:?}");
    }
    assert_eq!(extract(&suite, "", CompletionKind::Continuation), None);
    assert_eq!(extract(&suite, "<EOT>", CompletionKind::Continuation), None);
    assert_eq!(extract(&suite, "I fill no gaps.", CompletionKind::Reply), None);
}

#[test]
fn a_style_that_a_suite_lacks_is_refused_with_those_that_it_has() {
    let suite = load(MANIFEST, "zero").unwrap();
    let error = suite.prompt(&tasks(&suite)[0], PromptStyle::Chat, &[]).unwrap_err();
    let says = "no prompt for chat models: ask with the style completion or infill";
    assert_eq!(error, SuiteError::Unsupported(says.into()));
}

#[test]
fn a_field_may_have_another_name_than_in_the_data() {
    let suite = load(MANIFEST, "zero").unwrap();
    assert_eq!(suite.reference(&tasks(&suite)[1]).unwrap().unwrap().code, "II");
    let error = error_with("rename = { solution = \"gold\" }\n", "", "zero");
    assert!(error.contains("field `gold` is missing"), "{error}");
}

#[test]
fn variants_may_share_a_file_which_has_one_content() {
    let suite = load(MANIFEST, "two").unwrap();
    let files: Vec<_> = suite.info().data.iter().map(|file| (file.path.as_str(), file.variant.as_deref())).collect();
    assert_eq!(files, [("tasks.jsonl", Some("zero")), ("tasks.jsonl", Some("two"))]);
    let error = error_with("variant = \"two\"\npath", "variant = \"zero\"\npath", "zero");
    assert!(error.contains("`path` \"tasks.jsonl\" is there twice"), "{error}");
    let other = format!("sha256 = \"{}\"\n\n[task]", "0".repeat(64));
    let error = error_with("sha256 = \"DIGEST\"\n\n[task]", &other, "zero");
    assert!(error.contains("`path` \"tasks.jsonl\" is there with another `sha256`"), "{error}");
}

#[test]
fn test_classes_are_run_by_what_is_put_after_them() {
    let suite = load(MANIFEST, "zero").unwrap();
    let solution = extract(&suite, "class Test: 1", CompletionKind::Program).unwrap();
    let programs = suite.programs(&tasks(&suite)[0], &solution).unwrap();
    let [program] = programs.as_slice() else { panic!("{} programs", programs.len()) };
    assert_eq!(program.entry, Entry::tests("s.py", "t.py"));
    assert_eq!(program.file("s.py"), Some("class Test: 1"));
    let tests = program.file("t.py").unwrap();
    assert!(tests.starts_with("class Test(unittest.TestCase):\n    def test(self): f()\n\n\n"), "{tests}");
    assert!(tests.ends_with("_run_tests(('Test', ))\n"), "{tests}");
    let error = error_with("tests-one-instance", "exit-code", "zero");
    assert!(error.contains("score strategy `exit-code` is for an `entry` of kind `script`"), "{error}");
}
