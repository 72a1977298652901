//! A small suite, and what comes of a change of its manifest.

use assay_loader::declarative::{Choice, DeclarativeSuite, LoadError};

use crate::given::{Given, digest};

pub(crate) const MANIFEST: &str = r#"[suite]
id = "tiny"
version = "1"
title = "Tiny"
licence = "CC0-1.0"
languages = ["python"]

[[data]]
path = "tiny.jsonl"
url = "https://example.org/tiny.jsonl"
sha256 = "DIGEST"

[task]
id = "task_id"
required = ["prompt", "entry_point", "test"]
optional = ["hint"]

[prompt]
max_tokens = 7
[prompt.chat]
[[prompt.chat.messages]]
role = "user"
template = { file = "chat.jinja" }
[prompt.completion]
template = "{{ prompt }}"
stop = ["\ndef"]

[extract]
strategy = "python-function"
prompt = "prompt"
entry_point = "entry_point"

[program]
runtime = "python"
entry = { kind = "tests", solution = "s.py", tests = "t.py" }
[program.files]
"s.py" = "{{ solution }}"
"t.py" = """
{{ test }}
check({{ entry_point }})
"""

[score]
strategy = "tests-one-instance"

[limits]
seconds = 1.5
fuel = 9

[reference]
template = "{{ prompt }}    return 1"
"#;

pub(crate) const CHAT: &str = "Do <{{ prompt }}>\n{% if hint is defined %}Hint: {{ hint }}\n{% endif %}";

pub(crate) const ROWS: &str = concat!(
    r#"{"task_id": "T/0", "prompt": "def f():\n", "entry_point": "f", "test": "def check(f): assert f()", "solution": "x"}"#,
    "\n\n",
    r#"{"task_id": "T/1", "prompt": "def g():\n", "entry_point": "g", "test": "", "hint": "<&>"}"#,
    "\n",
);

pub(crate) fn load_with(manifest: &str, chat: &str, rows: &str) -> Result<DeclarativeSuite, LoadError> {
    let manifest = manifest.replace("DIGEST", &digest(rows));
    let files: &[(&str, &[u8])] = &[("suite.toml", manifest.as_bytes()), ("chat.jinja", chat.as_bytes())];
    DeclarativeSuite::load(&files, &Given(rows.into()), &Choice::default())
}

pub(crate) fn load(manifest: &str) -> Result<DeclarativeSuite, LoadError> {
    load_with(manifest, CHAT, ROWS)
}

pub(crate) fn error(result: Result<DeclarativeSuite, LoadError>) -> String {
    result.err().expect("it must not load").to_string()
}
