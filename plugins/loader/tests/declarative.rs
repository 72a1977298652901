//! What loads as a suite, and what the errors say of what doesn't.

use std::io::{self, Write as _};

use assay_api::{
    Calibration, Completion, CompletionKind, DataFile, Failure, Message, Prompt, PromptStyle, Request, Role, Suite,
    SuiteError, Turn, Verdict,
};
use assay_loader::declarative::{Choice, DataDirectory, DataSource, DeclarativeSuite, Directory, Manifest};

#[path = "support/given.rs"]
mod given;

#[path = "support/tiny.rs"]
mod tiny;

use given::{Given, digest};
use tiny::{CHAT, MANIFEST, ROWS, error, load, load_with};

struct Missing;

impl DataSource for Missing {
    fn read(&self, _: &DataFile) -> io::Result<Vec<u8>> {
        Err(io::ErrorKind::NotFound.into())
    }
}

/// The error for the manifest with `old` replaced.
fn error_with(old: &str, new: &str) -> String {
    assert!(MANIFEST.contains(old), "{old}");
    error(load(&MANIFEST.replacen(old, new, 1)))
}

/// The number of the line that has `text`.
fn line(text: &str) -> usize {
    1 + MANIFEST.lines().position(|line| line.contains(text)).unwrap()
}

#[test]
fn a_folder_becomes_a_suite() {
    let suite = load(MANIFEST).unwrap();
    let page = suite.tasks(None).unwrap();
    let [first, second] = page.items.as_slice() else { panic!("{} tasks", page.items.len()) };
    assert_eq!((first.id.as_str(), second.id.as_str(), page.next), ("T/0", "T/1", None));

    let chat = suite.prompt(second, PromptStyle::Chat, &[]).unwrap().unwrap();
    let Prompt::Chat { messages } = chat.prompt else { panic!("a chat was asked for") };
    assert_eq!(messages[0].content, "Do <def g():\n>\nHint: <&>\n");
    assert_eq!((chat.max_tokens, chat.stop.len()), (Some(7), 0));
    let base = suite.prompt(first, PromptStyle::Completion, &[]).unwrap().unwrap();
    assert_eq!((base.prompt, base.stop), (Prompt::Text { text: "def f():\n".into() }, vec!["\ndef".to_owned()]));

    let completion = Completion { text: "```\nreturn 1\n```".into(), kind: CompletionKind::Reply };
    let solution = suite.extract(first, &completion).unwrap().unwrap();
    let programs = suite.programs(first, &solution).unwrap();
    assert_eq!(programs[0].file("s.py"), Some("def f():\n    return 1\n"));
    assert_eq!(programs[0].file("t.py"), Some("def check(f): assert f()\ncheck(f)\n"));
    assert_eq!((programs[0].limits.fuel, programs[0].limits.sleep.as_millis()), (9, 1500));
    assert_eq!(suite.reference(first).unwrap().unwrap().code, "def f():\n    return 1");
}

#[test]
fn the_dialogue_is_over_after_one_answer() {
    let suite = load(MANIFEST).unwrap();
    let task = &suite.tasks(None).unwrap().items[0];
    let request = suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap();
    let turn = turn(&request, "x", failed());
    assert_eq!(suite.prompt(task, PromptStyle::Chat, &[turn]).unwrap(), None);
}

/// What the manifest says of a second try.
const RETRY: &str = r#"[prompt.chat.retry]
tries = 3
[[prompt.chat.retry.messages]]
role = "user"
template = "{{ turn.verdict }}: {{ turn.reason }} | {{ turn.output }} | {{ entry_point }}"
[prompt.completion]"#;

/// An answer to `request` that failed its tests, or had no code, or passed.
fn turn(request: &Request, text: &str, verdict: Verdict) -> Turn {
    let completion = Completion { text: text.into(), kind: CompletionKind::Reply };
    Turn { request: request.clone(), completion, outcomes: Vec::new(), scored: verdict.into() }
}

fn failed() -> Verdict {
    Verdict::Failed(Failure { cause: "tests".into(), detail: "no".into() })
}

#[test]
fn an_answer_that_does_not_pass_is_followed_by_what_came_of_it_as_often_as_the_manifest_says() {
    let suite = load(&MANIFEST.replacen("[prompt.completion]", RETRY, 1)).unwrap();
    assert_eq!(suite.info().turns, 3);
    let task = &suite.tasks(None).unwrap().items[1];
    let ask = |turns: &[Turn]| suite.prompt(task, PromptStyle::Chat, turns).unwrap();
    let said = |request: &Request| match &request.prompt {
        Prompt::Chat { messages } => messages.iter().map(|said| (said.role, said.content.clone())).collect::<Vec<_>>(),
        Prompt::Text { .. } | Prompt::Infill { .. } => panic!("{request:?}"),
    };
    let first = ask(&[]).unwrap();
    let mut turns = vec![turn(&first, "I can't", Verdict::Empty)];
    let second = ask(&turns).unwrap();
    let told = (Role::User, "empty:  | There is no code in the answer. | g".to_owned());
    let mut expected = said(&first);
    expected.extend([(Role::Assistant, "I can't".to_owned()), told]);
    assert_eq!((said(&second), second.max_tokens), (expected.clone(), Some(7)));

    turns.push(turn(&second, "{{ prompt }}", failed()));
    let third = ask(&turns).unwrap();
    // What a model wrote is no template.
    expected.extend([(Role::Assistant, "{{ prompt }}".to_owned()), (Role::User, "failed: no | no | g".to_owned())]);
    assert_eq!(said(&third), expected);
    turns.push(turn(&third, "x", failed()));
    assert_eq!(ask(&turns), None);
    assert_eq!(ask(&[turn(&first, "x", Verdict::Passed)]), None);
    assert_eq!(suite.prompt(task, PromptStyle::Completion, &[turn(&first, "x", failed())]), Ok(None));
}

#[test]
fn a_fresh_second_try_sees_nothing_of_what_was_said_but_the_code() {
    let retry = RETRY.replacen("tries = 3", "fresh = true", 1).replacen(
        "{{ turn.verdict }}",
        "{{ turn.code }} {{ 'no case' if not turn.case }} {{ turn.cause }} {{ turn.verdict }}",
        1,
    );
    let suite = load(&MANIFEST.replacen("[prompt.completion]", &retry, 1)).unwrap();
    let task = &suite.tasks(None).unwrap().items[1];
    let first = suite.prompt(task, PromptStyle::Chat, &[]).unwrap().unwrap();
    let answered = turn(&first, "Here:\n```python\ndef g():\n    return 1\n```\n", failed());
    let second = suite.prompt(task, PromptStyle::Chat, &[answered]).unwrap().unwrap();
    let content = "def g():\n    return 1\n no case tests failed: no | no | g".to_owned();
    assert_eq!(second.prompt, Prompt::Chat { messages: vec![Message { role: Role::User, content }] });
}

#[test]
fn a_second_try_that_cannot_be_is_an_error() {
    let with = |old: &str, new: &str| {
        assert!(RETRY.contains(old), "{old}");
        error_with("[prompt.completion]", &RETRY.replacen(old, new, 1))
    };
    assert!(with("tries = 3", "tries = 1").contains("`tries` is 1: write a number from 2 to 100"));
    assert!(with("tries = 3", "tries = 101").contains("from 2 to 100"));
    assert!(
        with("turn.reason", "turn.why")
            .contains("uses `turn.why`: `turn` has answer, code, verdict, cause, reason, output, case")
    );
    assert!(with("turn.reason", "why").contains("uses `why`, which is not a field"));
    let no_message = "[prompt.chat.retry]\nmessages = []\n[prompt.completion]";
    assert!(error_with("[prompt.completion]", no_message).contains("needs at least one message"));
    assert!(error_with("{{ prompt }}    return 1", "{{ turn.output }}").contains("uses `turn`, which is not a field"));
    // A text that is continued is no dialogue.
    let elsewhere = "[prompt.completion]\nretry = { messages = [] }";
    assert!(error_with("[prompt.completion]", elsewhere).contains("unknown field `retry`"));
    let taken = MANIFEST.replacen("[prompt.completion]", RETRY, 1).replacen("\"hint\"", "\"hint\", \"turn\"", 1);
    assert!(error(load(&taken)).contains("`turn` is what came of an answer"));
    assert!(load(&MANIFEST.replacen("\"hint\"", "\"hint\", \"turn\"", 1)).is_ok());
}

#[test]
fn pages_hold_every_task_once() {
    let row = |n: usize| format!("{{\"task_id\": {n}, \"prompt\": \"\", \"entry_point\": \"f\", \"test\": \"\"}}\n");
    let suite = load_with(MANIFEST, CHAT, &(0..600).map(row).collect::<String>()).unwrap();
    let mut ids = Vec::new();
    let mut cursor = None;
    loop {
        let page = suite.tasks(cursor.as_deref()).unwrap();
        ids.extend(page.items.into_iter().map(|task| task.id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(ids, (0..600).map(|n| n.to_string()).collect::<Vec<_>>());
    assert!(matches!(suite.tasks(Some("x")), Err(SuiteError::Internal(_))));
}

#[test]
fn what_the_suite_is_can_be_known_without_its_data() {
    let files: &[(&str, &[u8])] =
        &[("suite.toml", &MANIFEST.replace("DIGEST", &digest(ROWS)).into_bytes()), ("chat.jinja", CHAT.as_bytes())];
    let info = Manifest::load(&files, &Choice::default()).unwrap().info().clone();
    assert_eq!((info.id.as_str(), info.runtimes, info.data.len()), ("tiny", vec!["python".to_owned()], 1));
    let missing = error(DeclarativeSuite::load(&files, &Missing, &Choice::default()));
    assert_eq!(missing, "tiny.jsonl: the data is missing: fetch it with `assay suite pull tiny`");
}

#[test]
fn the_digest_changes_with_the_manifest_the_templates_and_the_data() {
    let digest =
        |manifest: &str, chat: &str, rows: &str| load_with(manifest, chat, rows).unwrap().info().digest.clone();
    let all = [
        digest(MANIFEST, CHAT, ROWS),
        digest(&MANIFEST.replace("fuel = 9", "fuel = 8"), CHAT, ROWS),
        digest(MANIFEST, "{{ prompt }}", ROWS),
        digest(MANIFEST, CHAT, &ROWS.replace("T/1", "T/2")),
    ];
    assert_eq!(all[0], digest(MANIFEST, CHAT, ROWS));
    assert_eq!(all.iter().collect::<std::collections::HashSet<_>>().len(), 4);
}

#[test]
fn embedded_data_comes_from_the_folder() {
    let manifest = MANIFEST.replace("url = \"https://example.org/tiny.jsonl\"", "embedded = true");
    let manifest = manifest.replace("DIGEST", &digest(ROWS));
    let files: &[(&str, &[u8])] =
        &[("suite.toml", manifest.as_bytes()), ("chat.jinja", CHAT.as_bytes()), ("tiny.jsonl", ROWS.as_bytes())];
    assert_eq!(
        DeclarativeSuite::load(&files, &Missing, &Choice::default()).unwrap().tasks(None).unwrap().items.len(),
        2
    );
    assert_eq!(
        error(DeclarativeSuite::load(&&files[..2], &Missing, &Choice::default())),
        "tiny.jsonl: no such file in the suite's folder"
    );
}

#[test]
fn directories_serve_as_folder_and_as_data() {
    let temporary = tempfile::TempDir::new().unwrap();
    let root = temporary.path();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(ROWS.as_bytes()).unwrap();
    std::fs::write(root.join("suite.toml"), MANIFEST.replace("DIGEST", &digest(ROWS))).unwrap();
    std::fs::write(root.join("chat.jinja"), CHAT).unwrap();
    std::fs::write(root.join("tiny.jsonl"), gzip.finish().unwrap()).unwrap();
    let suite =
        DeclarativeSuite::load(&Directory(root.into()), &DataDirectory(root.into()), &Choice::default()).unwrap();
    assert_eq!(suite.tasks(None).unwrap().items.len(), 2);
}

#[test]
fn unknown_and_missing_keys_are_named_with_their_line() {
    let unknown = error_with("seconds = 1.5", "second = 1.5");
    assert!(unknown.starts_with(&format!("suite.toml:{}: unknown field `second`", line("seconds"))), "{unknown}");
    let in_strategy = error_with("entry_point = \"entry_point\"", "entrypoint = \"entry_point\"");
    assert!(in_strategy.contains("unknown field `entrypoint`"), "{in_strategy}");
    let in_score = error_with("\"tests-one-instance\"", "\"tests-one-instance\"\nfoo = 1");
    assert!(in_score.contains("unknown field `foo`"), "{in_score}");
    let missing = error_with("licence = \"CC0-1.0\"\n", "");
    assert!(missing.starts_with("suite.toml:1: missing field `licence`"), "{missing}");
    let syntax = error_with("id = \"tiny\"", "id = tiny");
    assert!(syntax.starts_with("suite.toml:2: "), "{syntax}");
    let file = error_with("{ file = \"chat.jinja\" }", "{ path = \"chat.jinja\" }");
    assert!(file.starts_with(&format!("suite.toml:{}: unknown field `path`", line("chat.jinja"))), "{file}");
}

#[test]
fn contradictions_are_named_with_their_line() {
    let cases = [
        ("id = \"tiny\"", "id = \"Tiny\"", "`id` is \"Tiny\""),
        ("path = \"tiny.jsonl\"", "path = \"../tiny.jsonl\"", "`path` \"../tiny.jsonl\""),
        ("\"https://example.org/tiny.jsonl\"", "\"file:///etc/passwd\"", "`url`"),
        ("\"DIGEST\"", "\"abc\"", "`sha256`"),
        ("\"prompt\", \"entry_point\", \"test\"", "\"solution\"", "`solution` is the candidate's code"),
        ("[\"hint\"]", "[\"test\"]", "field `test` is there twice"),
        ("tests = \"t.py\" }", "tests = \"u.py\" }", "`entry` names \"u.py\""),
        ("\"s.py\" = ", "\"../s.py\" = ", "file \"../s.py\""),
        (
            "kind = \"tests\", solution = \"s.py\", tests = \"t.py\"",
            "kind = \"script\", path = \"s.py\"",
            "needs an `entry`",
        ),
        ("seconds = 1.5", "seconds = -1.5", "`seconds`"),
        ("{ file = \"chat.jinja\" }", "{ file = \"../chat.jinja\" }", "`../chat.jinja` leaves"),
    ];
    for (old, new, expected) in cases {
        let message = error_with(old, new);
        let numbered = message.strip_prefix("suite.toml:").and_then(|rest| rest.split_once(": "));
        let (number, rest) = numbered.unwrap_or_else(|| panic!("{message}"));
        assert!(rest.contains(expected), "{message}");
        let at = 1 + MANIFEST[..MANIFEST.find(old).unwrap()].matches('\n').count();
        // A [[data]] is named by its header.
        assert!(number.parse::<usize>().unwrap().abs_diff(at) <= 3, "{message}: expected line {at}");
    }
}

#[test]
fn fields_to_choose_tasks_by_are_named_once_and_can_be_written_in_an_option() {
    let manifest =
        MANIFEST.replacen("optional = [\"hint\"]", "date = \"of.date\"\nfilters = [\"level\", \"of.topic\"]", 1);
    let info = load(&manifest.replace("Hint: {{ hint }}", "")).err().map(|error| error.to_string());
    assert!(info.is_some_and(|message| message.contains("`hint`")), "a field is not declared by being chosen by");
    let manifest =
        MANIFEST.replacen("[prompt]", "date = \"of.date\"\nfilters = [\"level\", \"of.topic\"]\n[prompt]", 1);
    let suite = load(&manifest).unwrap();
    let info = suite.info();
    assert_eq!((info.date.as_deref(), info.filters.join(" ")), (Some("of.date"), "level of.topic".to_owned()));
    for (filters, expected) in [("\"a\", \"a\"", "\"a\" twice"), ("\"a=b\"", "without `=`"), ("\"\"", "an empty name")]
    {
        let message = error_with("[prompt]", &format!("filters = [{filters}]\n[prompt]"));
        assert!(message.starts_with("suite.toml:") && message.contains(expected), "{message}");
    }
}

#[test]
fn template_errors_name_the_file_and_the_line() {
    let file = error(load_with(MANIFEST, "a\n{% if %}", ROWS));
    assert!(file.starts_with("chat.jinja:2: template `prompt.chat.messages[0].template`: syntax error"), "{file}");
    let inline = error_with("check({{ entry_point }})", "check({{ entry_point )");
    assert!(inline.starts_with(&format!("suite.toml:{}: ", line("check({{"))), "{inline}");
    let variable = error_with("return 1\"", "{{ gold }}\"");
    let expected = format!("suite.toml:{}: template `reference.template` uses `gold`", line("return 1"));
    assert!(variable.starts_with(&expected), "{variable}");
    let leak = error_with("template = \"{{ prompt }}\"\n", "template = \"{{ solution }}\"\n");
    assert!(leak.contains("uses `solution`"), "{leak}");
    assert_eq!(error_with("chat.jinja", "chat.txt"), "chat.txt: no such file in the suite's folder");
}

#[test]
fn a_template_that_fails_on_a_task_names_both() {
    let suite = load_with(MANIFEST, "{{ hint }}", ROWS).unwrap();
    let tasks = suite.tasks(None).unwrap().items;
    assert!(suite.prompt(&tasks[1], PromptStyle::Chat, &[]).is_ok());
    let error = suite.prompt(&tasks[0], PromptStyle::Chat, &[]).unwrap_err().to_string();
    assert_eq!(error, "template `prompt.chat.messages[0].template` on task T/0: undefined value (line 1)");
}

#[test]
fn a_template_that_runs_away_is_stopped() {
    let bomb = "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9999) %}{% endfor %}{% endfor %}{% endfor %}";
    let suite = load_with(MANIFEST, bomb, ROWS).unwrap();
    let task = &suite.tasks(None).unwrap().items[0];
    let error = suite.prompt(task, PromptStyle::Chat, &[]).unwrap_err().to_string();
    assert!(error.contains("fuel"), "{error}");
}

#[test]
fn a_style_that_the_suite_lacks_is_not_offered() {
    let manifest = MANIFEST.replace("DIGEST", &digest(ROWS));
    let files: &[(&str, &[u8])] = &[("suite.toml", manifest.as_bytes()), ("chat.jinja", CHAT.as_bytes())];
    let changed = error(DeclarativeSuite::load(&files, &Given(b"{}\n".to_vec()), &Choice::default()));
    assert!(changed.starts_with("tiny.jsonl: sha256 of the content is "), "{changed}");
    let broken = error(DeclarativeSuite::load(&files, &Given(vec![0x1f, 0x8b, 1, 2, 3]), &Choice::default()));
    assert!(broken.starts_with("tiny.jsonl: "), "{broken}");
}

#[test]
fn the_manifest_in_the_documentation_loads() {
    let page = include_str!("../../../docs/suite-manifest.md");
    let (_, rest) = page.split_once("````toml\n").unwrap();
    let (example, _) = rest.split_once("````\n").unwrap();
    let files: &[(&str, &[u8])] = &[("suite.toml", example.as_bytes())];
    let manifest = Manifest::load(&files, &Choice::default()).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(manifest.info().data.len(), 3);
}

#[test]
fn fuel_may_follow_from_the_gold_answers() {
    let fuel = "fuel = { factor = 4, floor = 10, ceiling = 90 }";
    let suite = load(&MANIFEST.replace("fuel = 9", fuel)).unwrap();
    assert_eq!(suite.info().calibration, Some(Calibration { factor: 4, floor: 10, ceiling: 90 }));
    let task = &suite.tasks(None).unwrap().items[0];
    let gold = suite.reference(task).unwrap().unwrap();
    assert_eq!(suite.programs(task, &gold).unwrap()[0].limits.fuel, 90);
    assert_eq!(load(MANIFEST).unwrap().info().calibration, None);
}

#[test]
fn fuel_that_makes_no_sense_is_refused() {
    let error = |fuel: &str| load(&MANIFEST.replace("fuel = 9", fuel)).err().unwrap().to_string();
    let calibrated = |table: &str| error(&format!("fuel = {{ {table} }}"));
    for (message, says) in [
        (calibrated("factor = 3, floor = 10, ceiling = 90"), "`factor` is 3: write at least 4"),
        (calibrated("factor = 4, floor = 91, ceiling = 90"), "`floor` is 91: write a number from 1 to `ceiling`, 90"),
        (calibrated("factor = 4, floor = 0, ceiling = 90"), "`floor` is 0"),
        (calibrated("factor = 4, floor = 10"), "missing field `ceiling`"),
        (calibrated("factor = 4, floor = 10, ceiling = 90, gold = 1"), "unknown field `gold`"),
        (error("fuel = -1"), "a number from 0"),
        (error("fuel = 'much'"), "{ factor = ..., floor = ..., ceiling = ... }"),
    ] {
        assert!(message.contains(says) && message.contains("suite.toml"), "{message}");
    }
    let manifest = MANIFEST.replace("fuel = 9", "fuel = { factor = 4, floor = 10, ceiling = 90 }");
    let error = load(manifest.split("[reference]").next().unwrap()).err().unwrap().to_string();
    assert!(error.contains("needs a [reference]"), "{error}");
}
