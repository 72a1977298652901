//! What the shape of the tables alone does not promise.

use std::collections::{HashMap, HashSet};

use assay_api::{Calibration, DataFile, SuiteInfo};

use super::limits::FuelTable;
use super::manifest::{SHOTS, SOLUTION, TURN};
use super::path::is_inside;
use super::prompt_table::{ChatTable, PromptTable, RetryTable};
use super::scoring::{CallsTable, ScoreTable, ToleranceTable, ValuesTable};
use super::source::Source;
use super::spanned::Spanned;
use super::tables::{DataTable, EntryTable, ExtractTable, OneOrMore, Tables};
use super::{LoadError, pytest};
use crate::extract::LmEval;
use crate::score::Calls;

pub(super) fn tables(tables: &Tables, source: &Source) -> Result<(), LoadError> {
    id(tables, source)?;
    data(tables, source)?;
    fields(tables, source)?;
    prompt(tables, source)?;
    extract(tables, source)?;
    program(tables, source)?;
    score(tables, source)?;
    fuel(tables, source)
}

fn fuel(tables: &Tables, source: &Source) -> Result<(), LoadError> {
    let Some(spanned) = &tables.limits.fuel else { return Ok(()) };
    let FuelTable::Calibrated(table) = spanned.as_ref() else { return Ok(()) };
    let least = Calibration::LEAST_FACTOR;
    let problem = if table.factor < least {
        format!("`factor` is {}: write at least {least}, right answers may be slower than the gold one", table.factor)
    } else if table.floor == 0 || table.floor > table.ceiling {
        format!("`floor` is {}: write a number from 1 to `ceiling`, {}", table.floor, table.ceiling)
    } else if tables.reference.is_none() {
        "fuel by gold answers needs a [reference]".to_owned()
    } else {
        return Ok(());
    };
    Err(source.error(spanned.span().start, problem))
}

fn id(tables: &Tables, source: &Source) -> Result<(), LoadError> {
    let id = &tables.suite.id;
    id_problem(id.as_ref()).map_or(Ok(()), |problem| Err(source.error(id.span().start, problem)))
}

/// What is wrong with a suite's name, if anything.
#[must_use]
pub fn id_problem(id: &str) -> Option<String> {
    let plain = id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b'.'));
    (!plain || !id.starts_with(|c: char| c.is_ascii_lowercase()))
        .then(|| format!("`id` is {id:?}: write lower-case letters, digits, `-`, `_` and `.`, a letter first"))
}

fn data(tables: &Tables, source: &Source) -> Result<(), LoadError> {
    if tables.data.is_empty() {
        return Err(source.error(0, "a suite needs at least one [[data]]"));
    }
    let mut seen: HashMap<&str, Vec<&DataTable>> = HashMap::new();
    for entry in &tables.data {
        let file = entry.as_ref();
        let same = seen.entry(&file.path).or_default();
        let problem = pin_problem(file)
            .or_else(|| file.files().iter().find_map(data_file_problem))
            .or_else(|| unlisted("language", file.language.as_deref(), &tables.suite.languages))
            .or_else(|| {
                let mut variants = file.variant.iter().flat_map(OneOrMore::names);
                variants.find_map(|variant| unlisted("variant", Some(variant), &tables.suite.variants))
            })
            .or_else(|| same.iter().find_map(|other| repeated(file, other)));
        same.push(file);
        if let Some(message) = problem {
            return Err(source.error(entry.span().start, message));
        }
    }
    Ok(())
}

/// What is wrong with naming one file twice: that may be for different languages and variants.
fn repeated(file: &DataTable, other: &DataTable) -> Option<String> {
    let is_of = |table: &DataTable| table.files().into_iter().map(|file| (file.language, file.variant));
    if is_of(file).any(|of| is_of(other).any(|other| other == of)) {
        return Some(format!("`path` {:?} is there twice", file.path));
    }
    if file.joins != other.joins {
        return Some(format!("`path` {:?} is there with and without `joins`", file.path));
    }
    (file.sha256 != other.sha256).then(|| format!("`path` {:?} is there with another `sha256`", file.path))
}

/// What is wrong with not pinning a file, if anything: what is fetched from elsewhere must be what it was.
fn pin_problem(file: &DataTable) -> Option<String> {
    (file.sha256.is_empty() && file.made_from.is_none())
        .then(|| "`sha256` is missing: only data that is `made_from` something can do without".into())
}

fn unlisted(key: &str, name: Option<&str>, known: &[String]) -> Option<String> {
    let name = name.filter(|name| !known.iter().any(|known| known == name))?;
    Some(format!("`{key}` {name:?} is not among `{key}s` in [suite]"))
}

/// What is wrong with what is said of a data file, if anything.
pub(crate) fn data_file_problem(file: &DataFile) -> Option<String> {
    if !is_inside(&file.path) {
        return Some(format!("`path` {:?}: write a relative path with `/`, without `..`", file.path));
    }
    let pinned = !file.sha256.is_empty() || file.made_from.is_none();
    if pinned && (file.sha256.len() != 64 || !file.sha256.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))) {
        return Some("`sha256`: write 64 lower-case hexadecimal digits, of the decompressed content".into());
    }
    match &file.url {
        Some(_) if file.embedded => Some("embedded data has no `url`: it ships with the suite".into()),
        Some(url) if !url.starts_with("https://") && !url.starts_with("http://") => {
            Some(format!("`url` {url:?}: write an http or https address"))
        }
        Some(_) if file.made_from.is_some() => Some("`made_from` is for data that has no `url`".into()),
        None if file.embedded && file.made_from.is_some() => {
            Some("`made_from` is for data that does not ship with the suite".into())
        }
        _ => None,
    }
}

fn fields(tables: &Tables, source: &Source) -> Result<(), LoadError> {
    let mut seen = HashSet::new();
    for field in tables.task.fields() {
        let name = field.as_ref().as_str();
        if name == SOLUTION {
            let message = "`solution` is the candidate's code in a program's templates: \
                           give the field another name with `rename` in [task]";
            return Err(source.error(field.span().start, message));
        }
        if name == SHOTS && !tables.prompt.as_ref().shots.is_empty() {
            let message = "`shots` is the example tasks in prompts' templates: \
                           give the field another name with `rename` in [task]";
            return Err(source.error(field.span().start, message));
        }
        if name == TURN && retry(tables.prompt.as_ref()).is_some() {
            let message = "`turn` is what came of an answer in the templates of [prompt.chat.retry]: \
                           give the field another name with `rename` in [task]";
            return Err(source.error(field.span().start, message));
        }
        if !seen.insert(name) {
            return Err(source.error(field.span().start, format!("field `{name}` is there twice")));
        }
    }
    if let Some(field) = tables.task.verbatim.iter().find(|field| !is_field(tables, field.as_ref())) {
        let message = format!("`verbatim` names `{}`, which is not in `required` or `optional`", field.as_ref());
        return Err(source.error(field.span().start, message));
    }
    let filters: Vec<&str> = tables.task.filters.iter().map(|field| field.as_ref().as_str()).collect();
    if let Some(message) = filters_problem(&filters) {
        let start = tables.task.filters.first().map_or(0, |field| field.span().start);
        return Err(source.error(start, message));
    }
    Ok(())
}

/// What is wrong with naming these fields to choose tasks by, if anything: users write `FIELD=VALUE`.
pub(crate) fn filters_problem(names: &[impl AsRef<str>]) -> Option<String> {
    let mut seen = HashSet::new();
    names.iter().map(AsRef::as_ref).find_map(|name| match name {
        "" => Some("`filters` has an empty name: write the names of fields".to_owned()),
        name if name.contains('=') => Some(format!("`filters` has {name:?}: give the field a name without `=`")),
        name if !seen.insert(name) => Some(format!("`filters` has {name:?} twice")),
        _ => None,
    })
}

fn retry(table: &PromptTable) -> Option<&Spanned<RetryTable>> {
    table.chat.as_ref()?.retry.as_ref()
}

fn prompt(tables: &Tables, source: &Source) -> Result<(), LoadError> {
    let table = &tables.prompt;
    if let Some(retry) = retry(table.as_ref()) {
        let RetryTable { tries, messages, .. } = retry.as_ref();
        let most = SuiteInfo::MOST_TURNS;
        let problem = match (*tries, messages.as_slice()) {
            (_, []) => "[prompt.chat.retry] needs at least one message".to_owned(),
            (tries, _) if !(2..=most).contains(&tries) => {
                format!("`tries` is {tries}: write a number from 2 to {most}")
            }
            _ => String::new(),
        };
        if !problem.is_empty() {
            return Err(source.error(retry.span().start, problem));
        }
    }
    let start = table.span().start;
    match table.as_ref() {
        PromptTable { chat: None, completion: None, infill: None, .. } => {
            Err(source.error(start, "[prompt] needs [prompt.chat], [prompt.completion] or [prompt.infill]"))
        }
        PromptTable { chat: Some(chat), .. } if chat.messages.is_empty() => {
            Err(source.error(start, "[prompt.chat] needs at least one message"))
        }
        PromptTable { chat: Some(ChatTable { then: Some(field), .. }), .. } if !is_field(tables, field) => {
            let message = format!("`then` in [prompt.chat] names `{field}`, which is not a field of the tasks");
            Err(source.error(start, message))
        }
        _ => Ok(()),
    }
}

fn extract(tables: &Tables, source: &Source) -> Result<(), LoadError> {
    match tables.extract.as_ref() {
        ExtractTable::LmEval { rule: LmEval::Humaneval | LmEval::HumanevalInstruct, prompt: None } => {
            let message =
                "this rule of `lm-eval` puts the prompt before the answer: write which field has it, `prompt`";
            Err(source.error(tables.extract.span().start, message))
        }
        _ => Ok(()),
    }
}

fn program(tables: &Tables, source: &Source) -> Result<(), LoadError> {
    // What a template gives is checked where it is known.
    for path in tables.paths().into_iter().filter(|path| !path.as_ref().contains('{')) {
        if !is_inside(path.as_ref()) {
            let message = format!("file {:?}: write a relative path with `/`, without `..`", path.as_ref());
            return Err(source.error(path.span().start, message));
        }
    }
    let Some(table) = &tables.program else { return Ok(()) };
    if let Some(field) = table.beside.iter().find(|field| !is_field(tables, field.as_ref())) {
        let message = format!("`beside` names `{}`, which is not a field of the tasks", field.as_ref());
        return Err(source.error(field.span().start, message));
    }
    let named = match table.entry.as_ref() {
        EntryTable::Script { path } => vec![path],
        EntryTable::Tests { solution, tests }
        | EntryTable::Unittest { solution, tests }
        | EntryTable::Pytest { solution, tests } => vec![solution, tests],
        EntryTable::Judged { candidate, judge } => std::iter::once(candidate).chain(judge).collect(),
    };
    for name in named {
        if !table.files.keys().any(|path| path.as_ref() == name) {
            let message = format!("`entry` names {name:?}, which [program.files] does not have");
            return Err(source.error(table.entry.span().start, message));
        }
    }
    match (&table.coverage, table.entry.as_ref()) {
        (None, _) => Ok(()),
        (Some(coverage), EntryTable::Judged { .. }) => {
            let message =
                "`coverage` is for programs of one instance: an `entry` of kind `script`, `tests` or `unittest`";
            Err(source.error(coverage.span().start, message))
        }
        (Some(coverage), _) if table.runtime != "python" => {
            Err(source.error(coverage.span().start, "`coverage` is for the runtime `python`"))
        }
        (Some(_), _) => Ok(()),
    }
}

fn is_field(tables: &Tables, name: &str) -> bool {
    tables.task.fields().any(|field| field.as_ref() == name)
}

fn score(tables: &Tables, source: &Source) -> Result<(), LoadError> {
    let of_text = tables.score.as_ref().is_of_text();
    let Some(program) = &tables.program else {
        let message = "a suite needs [program]: only `exact`, `regex` and `choice` judge answers by their text";
        return if of_text { text(tables, source) } else { Err(source.error(tables.score.span().start, message)) };
    };
    let entry = &program.entry;
    let message = match (tables.score.as_ref(), entry.as_ref()) {
        (ScoreTable::TestsOneInstance { .. }, EntryTable::Pytest { .. }) => {
            return own_names(&[pytest::OWN], tables, source);
        }
        (ScoreTable::TestsOneInstance { .. }, EntryTable::Tests { .. } | EntryTable::Unittest { .. })
        | (ScoreTable::ExitCode { .. }, EntryTable::Script { .. }) => return Ok(()),
        (ScoreTable::TestsTwoInstances { .. }, EntryTable::Judged { judge: Some(_), .. })
            if program.runtime == "python" =>
        {
            return Ok(());
        }
        (ScoreTable::TestsTwoInstances { .. }, _) => {
            "score strategy `tests-two-instances` needs the runtime `python` and an `entry` of kind `judged` with a `candidate` and a `judge`, the tests"
        }
        (ScoreTable::StdinStdout { cases, calls }, EntryTable::Script { .. }) => {
            if calls.is_some() {
                own_names(&[Calls::CANDIDATE], tables, source)?;
            }
            return self::cases(cases, calls.as_ref(), tables, source);
        }
        (ScoreTable::Values(values), EntryTable::Judged { judge: None, .. }) => {
            return self::values(values, tables, source);
        }
        (ScoreTable::TestsOneInstance { .. }, _) => {
            "score strategy `tests-one-instance` needs an `entry` of kind `tests`, `unittest` or `pytest`: nothing else leaves a record"
        }
        (ScoreTable::ExitCode { .. }, _) => {
            "score strategy `exit-code` is for an `entry` of kind `script`: \
             tests leave a record, which `tests-one-instance` reads"
        }
        (ScoreTable::StdinStdout { .. }, _) => {
            "score strategy `stdin-stdout` is for an `entry` of kind `script`: its output is compared with each test case"
        }
        (
            ScoreTable::Exact(_)
            | ScoreTable::Regex(_)
            | ScoreTable::Choice(_)
            | ScoreTable::Instructions(_)
            | ScoreTable::CallMatch(_),
            _,
        ) => "answers that are judged by their text need no [program]",
        (ScoreTable::Values(_), _) => {
            "score strategy `values` needs an `entry` of kind `judged` with a `candidate` and no `judge`: it has its own"
        }
    };
    Err(source.error(entry.span().start, message))
}

fn text(tables: &Tables, source: &Source) -> Result<(), LoadError> {
    let problem = match tables.score.as_ref().text_fields().into_iter().find(|field| !is_field(tables, field)) {
        Some(field) => format!("[score] names `{field}`, which is not a field of the tasks"),
        None if tables.limits.fuel.is_some() => "answers that are judged by their text need no `fuel`".to_owned(),
        None => return Ok(()),
    };
    Err(source.error(tables.score.span().start, problem))
}

/// The strategy's own files stand beside the suite's.
fn own_names(own: &[&str], tables: &Tables, source: &Source) -> Result<(), LoadError> {
    let mut files = tables.program.iter().flat_map(|program| program.files.keys());
    match files.find(|path| own.contains(&path.as_ref().as_str())) {
        None => Ok(()),
        Some(path) => {
            let message = format!("file {:?} is the strategy's own: give yours another name", path.as_ref());
            Err(source.error(path.span().start, message))
        }
    }
}

fn values(values: &ValuesTable, tables: &Tables, source: &Source) -> Result<(), LoadError> {
    let named = |tolerance: &Option<ToleranceTable>| match tolerance {
        Some(ToleranceTable::Field(field)) => Some(field.clone()),
        Some(ToleranceTable::Number(_)) | None => None,
    };
    let tolerances = [&values.absolute, &values.relative].into_iter().filter_map(named);
    let tests = values.tests.iter().flat_map(|tests| [Some(tests.inputs.clone()), tests.expected.clone()]);
    let mut fields = std::iter::once(values.function.clone()).chain(tolerances).chain(tests.flatten());
    let mut seen = HashSet::new();
    let problem = if values.tests.is_empty() {
        "score strategy `values` needs at least one [[score.tests]]".to_owned()
    } else if let Some(field) = fields.find(|field| !is_field(tables, field)) {
        format!("[score] names `{field}`, which is not a field of the tasks")
    } else if let Some(tests) = values.tests.iter().find(|tests| !seen.insert(&tests.name)) {
        format!("two [[score.tests]] are named {:?}", tests.name)
    } else if let Some(tests) = values.tests.iter().find(|tests| !is_name(&tests.name)) {
        format!("`name` {:?} in [[score.tests]]: write lower-case letters, digits and `-`", tests.name)
    } else if values.gold.is_none()
        && let Some(tests) = values.tests.iter().find(|tests| tests.expected.is_none())
    {
        format!("tests {:?} need `expected`, or [score] a `gold` answer that computes it", tests.name)
    } else {
        return Ok(());
    };
    Err(source.error(tables.score.span().start, problem))
}

fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !name.is_empty() && name.bytes().all(plain)
}

fn cases(cases: &[String], calls: Option<&CallsTable>, tables: &Tables, source: &Source) -> Result<(), LoadError> {
    let first = |path: &str| path.split('.').next().unwrap_or_default().to_owned();
    let file =
        |name: &String| tables.program.iter().any(|program| program.files.keys().any(|path| path.as_ref() == name));
    let problem = if cases.is_empty() {
        "`cases` names no field: write which have the test cases".to_owned()
    } else if let Some(field) = cases.iter().find(|field| !is_field(tables, field)) {
        format!("`cases` names `{field}`, which is not a field of the tasks")
    } else if tables.program.as_ref().is_some_and(|program| program.stdin.is_some()) {
        "score strategy `stdin-stdout` gives each program a test case's `stdin`: leave it out of [program]".to_owned()
    } else if let Some(calls) = calls.filter(|calls| !is_field(tables, &first(&calls.function))) {
        format!("`calls` names `{}`, which is not a field of the tasks", first(&calls.function))
    } else if let Some(calls) = calls.filter(|calls| !file(&calls.solution)) {
        format!("`calls` names {:?}, which [program.files] does not have", calls.solution)
    } else {
        return Ok(());
    };
    Err(source.error(tables.score.span().start, problem))
}
