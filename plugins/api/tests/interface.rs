//! What is published for authors in other languages says what the Rust types say.

use std::mem::offset_of;
use std::path::Path;
use std::process::Command;

use assay_api::call::{
    ExtractCall, InfoCall, Method, PluginFailure, ProgramsCall, PromptCall, ReferenceCall, ScoreCall, TasksCall,
};
use assay_api::native::{ABI_MAJOR, ABI_MINOR, Bytes, FAILED, Host, OK, PANICKED, UNSUPPORTED, Vtable};
use assay_api::{Page, Program, Request, Scored, Solution, SuiteInfo, Task};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// Set to write the published files instead of checking them.
const BLESS: &str = "ASSAY_BLESS";

fn published(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

#[test]
fn the_published_schema_is_that_of_the_types() {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let methods: serde_json::Map<String, Value> = Method::ALL
        .into_iter()
        .map(|method| {
            let (request, response) = schemas(method, &mut generator);
            (method.name().to_owned(), json!({ "request": request, "response": response }))
        })
        .collect();
    let failure = generator.subschema_for::<PluginFailure>();
    let schema = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What Assay asks of a suite that is a plugin, and what it answers",
        "description": "methods: the request and the response of each; failure: what a native library gives instead",
        "methods": methods,
        "failure": failure,
        "$defs": generator.take_definitions(true),
    });
    let text = format!("{}\n", serde_json::to_string_pretty(&schema).unwrap());
    let file = published("schema/plugin.schema.json");
    if std::env::var_os(BLESS).is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(there == text, "{} is not current: set {BLESS}=1 and run this test again", file.display());
}

fn schemas(method: Method, generator: &mut SchemaGenerator) -> (schemars::Schema, schemars::Schema) {
    macro_rules! pair {
        ($request:ty, $response:ty) => {
            (generator.subschema_for::<$request>(), generator.subschema_for::<$response>())
        };
    }
    match method {
        Method::Info => pair!(InfoCall<'_>, SuiteInfo),
        Method::Tasks => pair!(TasksCall<'_>, Page<Task>),
        Method::Prompt => pair!(PromptCall<'_>, Option<Request>),
        Method::Extract => pair!(ExtractCall<'_>, Option<Solution>),
        Method::Programs => pair!(ProgramsCall<'_>, Vec<Program>),
        Method::Score => pair!(ScoreCall<'_>, Scored),
        Method::IsDecided => pair!(ScoreCall<'_>, bool),
        Method::Reference => pair!(ReferenceCall<'_>, Option<Solution>),
        other => panic!("{other} has no schema"),
    }
}

/// The WIT's types are checked where components are run: the host's bindings are generated from it.
#[test]
fn the_wit_has_the_methods_and_no_others() {
    let wit = std::fs::read_to_string(published("wit/suite.wit")).unwrap();
    let declared =
        wit.lines().filter_map(|line| line.trim().strip_suffix(": func(request: json) -> result<json, failure>;"));
    assert!(declared.map(|name| name.replace('-', "_")).eq(Method::ALL.map(Method::name)));
    let major = wit.lines().find_map(|line| line.strip_prefix("package assay:suite@")?.split('.').next());
    assert_eq!(major, Some(ABI_MAJOR.to_string().as_str()), "both ways in carry the same protocol");
}

#[test]
fn the_header_has_the_layout_of_the_types() {
    let expected = [
        ABI_MAJOR as usize,
        ABI_MINOR as usize,
        status(OK),
        status(FAILED),
        status(UNSUPPORTED),
        status(PANICKED),
        size_of::<Bytes>(),
        offset_of!(Bytes, size),
        size_of::<Host>(),
        offset_of!(Host, context),
        offset_of!(Host, read),
        size_of::<Vtable>(),
        offset_of!(Vtable, abi_minor),
        offset_of!(Vtable, size),
        offset_of!(Vtable, open),
        offset_of!(Vtable, call),
        offset_of!(Vtable, free),
        offset_of!(Vtable, close),
    ];
    let numbers = "ASSAY_SUITE_ABI_MAJOR ASSAY_SUITE_ABI_MINOR ASSAY_OK ASSAY_FAILED ASSAY_UNSUPPORTED ASSAY_PANICKED \
        sizeof(assay_bytes) offsetof(assay_bytes,size) sizeof(assay_host) offsetof(assay_host,context) \
        offsetof(assay_host,read) sizeof(assay_suite_vtable) offsetof(assay_suite_vtable,abi_minor) \
        offsetof(assay_suite_vtable,size) offsetof(assay_suite_vtable,open) offsetof(assay_suite_vtable,call) \
        offsetof(assay_suite_vtable,free) offsetof(assay_suite_vtable,close)";
    let checks: String = numbers
        .split_whitespace()
        .zip(expected)
        .map(|(number, expected)| format!("typedef char check_{expected}_[({number}) == {expected}u ? 1 : -1];\n"))
        .collect();
    // The same type twice is an error in C99: each check has a name of its own.
    let checks: String = checks
        .lines()
        .enumerate()
        .map(|(index, line)| line.replacen("check_", &format!("check_{index}_"), 1) + "\n")
        .collect();
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("layout.c");
    // A declaration of what the header declares must have the same type.
    let functions = "const assay_suite_vtable *assay_suite(void);\n";
    std::fs::write(&source, format!("#include \"assay_suite.h\"\n{checks}{functions}")).unwrap();
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", "-I"]);
    let output = cc.arg(published("include")).arg(&source).output().expect("a C compiler");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn status(status: i32) -> usize {
    usize::try_from(status).unwrap()
}
