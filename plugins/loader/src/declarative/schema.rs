//! The JSON schema of `suite.toml`, for editors: made of the tables themselves, and published in `plugins/loader/schema`.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value, json};

use super::limits::{CalibrationTable, FuelTable};
use super::tables::{Tables, TemplateText};

impl JsonSchema for TemplateText {
    fn schema_name() -> Cow<'static, str> {
        "Template".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "a template, or the file in the suite's folder that has it",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "properties": { "file": { "type": "string" } },
                    "required": ["file"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}

impl JsonSchema for FuelTable {
    fn schema_name() -> Cow<'static, str> {
        "Fuel".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "WebAssembly instructions, the same for all tasks; or by the gold answers",
            "anyOf": [{ "type": "integer", "minimum": 0 }, generator.subschema_for::<CalibrationTable>()],
        })
    }
}

/// Anything but these can be laid over by a language or a variant.
const SAME_FOR_ALL: [&str; 2] = ["suite", "data"];

/// What a definition is called of which nothing is required, because the rest is elsewhere in the manifest.
const PART: &str = "PartOf";

/// The schema of a manifest. With overlays anything may stand in them, so that nothing can be required of the rest; without, what has
/// to be there is required.
fn schema() -> Value {
    // What editors understand.
    let mut generator = SchemaSettings::draft07().into_generator();
    let whole = generator.subschema_for::<Tables>();
    let mut definitions = generator.take_definitions(true);
    let name = whole.as_value()["$ref"].as_str().and_then(|path| path.rsplit('/').next()).unwrap().to_owned();
    let parts: Vec<(String, Value)> =
        definitions.iter().map(|(name, schema)| (format!("{PART}{name}"), part(schema.clone()))).collect();
    definitions.extend(parts);

    let root = format!("{PART}{name}");
    let mut overlay = definitions[&root].clone();
    for table in SAME_FOR_ALL {
        overlay["properties"].as_object_mut().unwrap().remove(table);
    }
    overlay["properties"]["replaces"] = json!({
        "description": "tables of which nothing is kept, with dots between names: what is laid over them stands alone",
        "type": "array",
        "items": { "type": "string" },
    });
    definitions.insert("Overlay".to_owned(), overlay);
    let mut schema = definitions.remove(&root).unwrap();
    let overlays = |what: &str| json!({ "description": what, "type": "object", "additionalProperties": { "$ref": "#/definitions/Overlay" } });
    schema["properties"]["language"] =
        overlays("what is laid over the manifest where a language is chosen, by its name");
    schema["properties"]["variant"] = overlays("what is laid over the manifest where a variant is chosen, by its name");
    let has = |table: &str| json!({ "required": [table] });
    let mut document = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A benchmark suite of Assay: suite.toml",
        "required": SAME_FOR_ALL,
        "if": { "not": { "anyOf": [has("language"), has("variant")] } },
        "then": { "$ref": format!("#/definitions/{name}") },
    });
    merge(&mut document, schema);
    document["definitions"] = Value::Object(definitions);
    document
}

fn merge(document: &mut Value, schema: Value) {
    let Value::Object(schema) = schema else { panic!("the schema of a table is an object") };
    for (key, value) in schema {
        document.as_object_mut().unwrap().entry(key).or_insert(value);
    }
}

/// The schema without what it requires.
fn part(schema: Value) -> Value {
    match schema {
        Value::Object(fields) => Value::Object(fields.into_iter().filter_map(part_of_field).collect::<Map<_, _>>()),
        Value::Array(items) => Value::Array(items.into_iter().map(part).collect()),
        other => other,
    }
}

fn part_of_field((key, value): (String, Value)) -> Option<(String, Value)> {
    match (key.as_str(), value) {
        // A field may be called so too; then it is a schema.
        ("required", Value::Array(_)) => None,
        // Without the tag several may fit.
        ("oneOf", cases) => Some(("anyOf".to_owned(), part(cases))),
        ("$ref", Value::String(path)) => {
            let name = path.strip_prefix("#/definitions/").unwrap();
            Some((key, format!("#/definitions/{PART}{name}").into()))
        }
        (_, value) => Some((key, part(value))),
    }
}

/// A folder of the repository.
fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

#[test]
fn the_published_schema_is_that_of_the_tables() {
    let text = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    let file = repository("plugins/loader/schema/suite.schema.json");
    if std::env::var_os("ASSAY_BLESS").is_some() {
        std::fs::write(&file, &text).unwrap();
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(there == text, "{} is not current: set ASSAY_BLESS=1 and run this test again", file.display());
}

/// What the schema says is wrong with a manifest.
fn problems(manifest: &str) -> Option<String> {
    let manifest: toml::Value = toml::from_str(manifest).unwrap();
    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("suite.schema.json", schema()).unwrap();
    let index = compiler.compile("suite.schema.json", &mut schemas).unwrap();
    schemas.validate(&serde_json::to_value(manifest).unwrap(), index).err().map(|error| format!("{error:#}"))
}

#[test]
fn every_manifest_here_has_the_schema() {
    let folders = std::fs::read_dir(repository("suites")).unwrap().map(|entry| entry.unwrap().path());
    let others = ["plugins/examples/declarative", "plugins/templates/declarative"].map(repository);
    let manifests: Vec<PathBuf> = folders.chain(others).map(|folder| folder.join("suite.toml")).collect();
    let mut seen = 0;
    for manifest in manifests.iter().filter(|manifest| manifest.is_file()) {
        let text = std::fs::read_to_string(manifest).unwrap();
        assert_eq!(problems(&text), None, "{}", manifest.display());
        seen += 1;
    }
    assert!(seen > 20, "{seen} manifests");
}

#[test]
fn what_the_loader_refuses_the_schema_refuses() {
    let manifest = std::fs::read_to_string(repository("plugins/templates/declarative/suite.toml")).unwrap();
    let overlaid = format!("{manifest}\n[variant.other.prompt.completion]\nstop = [\"x\"]\n");
    assert_eq!([problems(&manifest), problems(&overlaid)], [None, None]);
    let changes = [
        ("id = \"NAME\"\n", "id = \"NAME\"\nnamee = 1\n"),
        ("id = \"NAME\"\n", "id = 1\n"),
        ("embedded = true", "embeded = true"),
        ("required = [", "requires = ["),
        ("strategy = \"python-function\"", "strategy = \"python-functions\""),
        ("strategy = \"python-function\"", "strategy = \"python-function\"\nside = \"left\""),
        ("strategy = \"tests-two-instances\"", "strategy = \"tests-two-instances\"\ncases = []"),
        ("kind = \"judged\"", "kind = \"judge\""),
        ("fuel = 10_000_000_000", "fuel = -1"),
        ("fuel = 10_000_000_000", "fuel = { factor = 4, floor = 1, ceilling = 2 }"),
        ("fuel = 10_000_000_000", "fuels = 10_000_000_000"),
        ("role = \"user\"", "role = \"users\""),
        ("[reference]", "[references]"),
    ];
    for (old, new) in changes {
        assert!(manifest.contains(old), "{old}");
        for text in [&manifest, &overlaid] {
            assert!(problems(&text.replacen(old, new, 1)).is_some(), "{new}");
        }
    }
    let without = manifest.replacen("runtime = \"python\"", "", 1);
    assert!(problems(&without).is_some(), "a runtime is required");
    let misplaced = overlaid.replace("[variant.other.prompt.completion]\nstop", "[variant.other.suite]\nid");
    assert!(problems(&misplaced).is_some(), "[suite] is the same for all");
}
