//! Native libraries that misbehave: one error each, which names the file, and the host goes on.

use std::fs;

use assay_api::{Choice, Completion, CompletionKind, Outcome, PromptStyle, Solution, Suite, SuiteError, Task};
use assay_loader::all_tasks;
use assay_loader::declarative::DataDirectory;
use assay_loader::native::NativeFile;
use tempfile::tempdir;

use crate::build;

/// What loading a library of this C source says, and what its info says then.
fn refused(source: &str) -> String {
    let folder = tempdir().unwrap();
    let file = folder.path().join("bad.c");
    fs::write(&file, format!("#include \"assay_suite.h\"\n{source}")).unwrap();
    let library = build::c(&file, folder.path());
    let error = match build::load_native(&library) {
        Err(error) => error,
        Ok(plugin) => plugin.info(&Choice::default()).unwrap_err(),
    };
    let message = error.to_string();
    let file = format!("{}: ", library.display());
    message.strip_prefix(&file).unwrap_or_else(|| panic!("{message:?} does not name {file:?}")).to_owned()
}

/// A library with this table, and functions of this body for `call`.
fn table(fields: &str, call: &str) -> String {
    format!(
        "static int32_t open_suite(const assay_host *h, void **s, assay_bytes *r) {{ (void)h, (void)s, (void)r; return 0; }}
        static int32_t call(void *s, const char *m, const uint8_t *q, size_t n, assay_bytes *r) {{
            (void)s, (void)m, (void)q, (void)n, (void)r; {call} }}
        static void free_bytes(assay_bytes b) {{ (void)b; }}
        static void close_suite(void *s) {{ (void)s; }}
        ASSAY_EXPORT const assay_suite_vtable *assay_suite(void) {{
            static const assay_suite_vtable TABLE = {{ {fields}, open_suite, call, free_bytes, close_suite }};
            return &TABLE;
        }}"
    )
}

const SOUND: &str = "1, 0, sizeof(assay_suite_vtable)";

#[test]
fn a_library_of_another_version_or_of_none_is_refused() {
    let cases = [
        (table("2, 0, sizeof(assay_suite_vtable)", "return 2;"), "it was built for version 2 of the interface"),
        (table("1, 0, 8", "return 2;"), "its table has 8 bytes"),
        ("int unrelated;".to_owned(), "it exports no `assay_suite`"),
        ("ASSAY_EXPORT const assay_suite_vtable *assay_suite(void) { return NULL; }".to_owned(), "gave no table"),
        (
            "ASSAY_EXPORT const assay_suite_vtable *assay_suite(void) {
                static const assay_suite_vtable T = { 1, 0, sizeof(assay_suite_vtable), NULL, NULL, NULL, NULL };
                return &T;
            }"
            .to_owned(),
            "its table lacks a function",
        ),
    ];
    for (source, expected) in cases {
        let message = refused(&source);
        assert!(message.contains(expected), "{expected}: {message}");
    }
}

#[test]
fn a_library_that_answers_nonsense_is_refused() {
    let text = |status: u8, text: &str| {
        let size = text.len();
        let bytes: String = text.bytes().map(|byte| format!("\\x{byte:02x}\"\"")).collect();
        format!("*r = (assay_bytes){{(uint8_t *)\"{bytes}\", {size}}}; return {status};")
    };
    let cases = [
        (text(0, "{"), "info: the response is not what it should be"),
        (text(0, "[]"), "info: the response is not what it should be"),
        ("static uint8_t b[] = {0xff}; *r = (assay_bytes){b, 1}; return 0;".to_owned(), "not UTF-8"),
        ("*r = (assay_bytes){NULL, 5}; return 0;".to_owned(), "a response that is nowhere"),
        ("*r = (assay_bytes){(uint8_t *)1, SIZE_MAX}; return 0;".to_owned(), "a response of"),
        ("return 77;".to_owned(), "the status 77, which means nothing"),
        ("return 1;".to_owned(), "it failed and does not say why"),
        ("return 2;".to_owned(), "it has no `info`"),
        (text(1, r#"{"kind": "later", "message": "out of luck"}"#), "out of luck"),
        (text(3, "boom"), "it panicked: boom"),
    ];
    for (body, expected) in cases {
        let message = refused(&table(SOUND, &body));
        assert!(message.contains(expected), "{expected}: {message}");
    }
}

#[test]
fn a_library_may_say_when_a_verdict_is_known() {
    let info =
        r#"{\"id\": \"d\", \"version\": \"1\", \"title\": \"D\", \"licence\": \"MIT\", \"languages\": [\"python\"],
        \"runtimes\": [\"python\"], \"grading\": \"values\"}"#
            .replace('\n', " ");
    let answers = format!(
        "static const char info[] = \"{info}\", yes[] = \"true\";
        if (strcmp(m, \"info\") == 0) {{ *r = (assay_bytes){{(uint8_t *)info, sizeof info - 1}}; return 0; }}
        if (strcmp(m, \"is_decided\") == 0) {{ *r = (assay_bytes){{(uint8_t *)yes, sizeof yes - 1}}; return 0; }}
        return 2;"
    );
    let folder = tempdir().unwrap();
    let file = folder.path().join("decides.c");
    fs::write(&file, format!("#include <string.h>\n#include \"assay_suite.h\"\n{}", table(SOUND, &answers))).unwrap();
    let plugin = build::load_native(&build::c(&file, folder.path())).unwrap();
    let suite = plugin.load(&Choice::default(), &DataDirectory("nowhere".into())).unwrap();
    let task = Task { id: "T/0".into(), subset: String::new(), fields: serde_json::Map::new() };
    assert_eq!(suite.is_decided(&task, &[Outcome::infra("x")]), Ok(true));
}

#[test]
fn a_file_that_is_no_library_is_refused() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("text.so");
    fs::write(&file, "not a library").unwrap();
    let message = build::load_native(&file).err().unwrap().to_string();
    assert!(message.contains("text.so: the system can't load it"), "{message}");
    assert!(NativeFile::read(&folder.path().join("none.so")).unwrap_err().to_string().contains("none.so: "));
}

#[test]
fn a_copy_is_of_what_was_read_whatever_is_in_the_file_by_then() {
    let folder = tempdir().unwrap();
    let (file, copy) = (folder.path().join("a.so"), folder.path().join("copy.so"));
    fs::write(&file, "first").unwrap();
    let read = NativeFile::read(&file).unwrap();
    fs::write(&file, "second").unwrap();
    read.copy_to(&copy).unwrap();
    assert_eq!(fs::read(&copy).unwrap(), b"first");
    assert!(read.copy_to(&copy).is_err(), "nothing is overwritten");
}

#[test]
fn a_panic_is_an_error_and_the_suite_answers_on() {
    let file = build::rust("broken");
    let suite = build::load_native(&file).unwrap();
    let suite = suite.load(&Choice::default(), &DataDirectory("nowhere".into())).unwrap();
    let task = suite.tasks(None).unwrap().items.remove(0);
    let internal = |error: SuiteError| match error {
        SuiteError::Internal(message) => {
            assert!(message.starts_with(&file.display().to_string()), "{message}");
            message
        }
        other => panic!("{other:?}"),
    };
    for _ in 0..2 {
        let prompt = suite.prompt(&task, PromptStyle::Chat, &[]).unwrap_err();
        assert!(internal(prompt).ends_with("prompt: it panicked: the prompt of broken/0 is too hard for me"));
    }
    let score = suite.score(&task, &[Outcome::infra("x")]).unwrap_err();
    assert!(internal(score).contains("index out of bounds"));
    let solution = Solution { code: String::new(), rule: String::new() };
    let programs = suite.programs(&task, &solution).unwrap_err();
    assert!(internal(programs).contains("not a path inside the working directory"));
    let completion = Completion { text: String::new(), kind: CompletionKind::Reply };
    let error = SuiteError::Task { task_id: "broken/0".into(), message: "no such luck".into() };
    assert_eq!(suite.extract(&task, &completion), Err(error));
    assert_eq!(suite.reference(&task), Ok(None));
    let endless = all_tasks(&suite).unwrap_err().to_string();
    assert!(endless.contains("do not end"), "{endless}");
}
