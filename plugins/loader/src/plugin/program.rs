//! What a plugin may have executed.

use std::time::Duration;

use assay_api::{Candidate, Entry, Limits, Program, SourceFile, SuiteInfo};

use crate::declarative::is_inside;

/// The most that a plugin may ask for: some half an hour of one core, and as much memory as 32-bit code can reach.
const MOST: Limits = Limits {
    fuel: 10_000_000_000_000,
    memory_bytes: 4 << 30,
    sleep: Duration::from_secs(366 * 24 * 3600),
    capture_bytes: 64 << 20,
    output_bytes: 1 << 30,
    file_bytes: 1 << 30,
    file_count: 100_000,
};

/// What is wrong with `program`, if anything.
pub(super) fn problem(info: &SuiteInfo, program: &Program) -> Option<String> {
    if !info.runtimes.contains(&program.runtime) {
        return Some(format!("runtime `{}` is not among `runtimes` of the suite's info", program.runtime));
    }
    if matches!(&program.entry, Entry::Judged { candidate, .. } if candidate.functions) && program.runtime != "python" {
        return Some("a candidate's `functions` can be called in the runtime `python` only".to_owned());
    }
    let named = match &program.entry {
        Entry::Script { path, .. } => vec![path],
        Entry::Tests { solution, tests, .. } => vec![solution, tests],
        Entry::Judged { judge, .. } => vec![judge],
    };
    let candidate = match &program.entry {
        Entry::Judged { candidate, .. } => candidate_problem(candidate),
        Entry::Script { .. } | Entry::Tests { .. } => None,
    };
    files_problem(&program.files, &named).or_else(|| limits_problem(&program.limits)).or(candidate)
}

fn candidate_problem(candidate: &Candidate) -> Option<String> {
    files_problem(&candidate.files, &[&candidate.path]).or_else(|| limits_problem(&candidate.limits))
}

fn files_problem(files: &[SourceFile], named: &[&String]) -> Option<String> {
    if let Some(file) = files.iter().find(|file| !is_inside(&file.path)) {
        return Some(format!("{:?} is not a path inside the working directory", file.path));
    }
    let missing = named.iter().find(|name| !files.iter().any(|file| file.path == ***name))?;
    Some(format!("the entry names {missing:?}, which is not among the files"))
}

fn limits_problem(limits: &Limits) -> Option<String> {
    let bounded = [
        ("fuel", limits.fuel, MOST.fuel),
        ("memory_bytes", limits.memory_bytes, MOST.memory_bytes),
        ("sleep", limits.sleep.as_secs(), MOST.sleep.as_secs()),
        ("capture_bytes", limits.capture_bytes, MOST.capture_bytes),
        ("output_bytes", limits.output_bytes, MOST.output_bytes),
        ("file_bytes", limits.file_bytes, MOST.file_bytes),
        ("file_count", limits.file_count.into(), MOST.file_count.into()),
    ];
    let (name, value, most) = bounded.into_iter().find(|(_, value, most)| value > most)?;
    Some(format!("limit `{name}` is {value}: at most {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn info() -> SuiteInfo {
        let json = serde_json::json!({
            "id": "t", "version": "1", "title": "T", "licence": "MIT", "languages": ["python"], "runtimes": ["python", "javascript"],
            "grading": "exit_code",
        });
        serde_json::from_value(json).unwrap()
    }

    fn program(path: &str, entry: &str, change: impl FnOnce(&mut Program)) -> Option<String> {
        let file = SourceFile { path: path.into(), text: String::new() };
        let mut program = Program {
            runtime: "python".into(),
            files: vec![file],
            entry: Entry::script(entry),
            stdin: String::new(),
            limits: Limits::default(),
            seed: 0,
        };
        change(&mut program);
        problem(&info(), &program)
    }

    #[test]
    fn programs_stay_in_their_directory_and_within_bounds() {
        assert_eq!(program("a.py", "a.py", |_| {}), None);
        let problems = [
            (program("../a.py", "../a.py", |_| {}), "not a path inside"),
            (program("a.py", "b.py", |_| {}), "the entry names \"b.py\""),
            (program("a.py", "a.py", |program| program.runtime = "ruby".into()), "runtime `ruby`"),
            (program("a.py", "a.py", |program| program.limits.fuel = u64::MAX), "limit `fuel`"),
        ];
        for (problem, expected) in problems {
            assert!(problem.as_ref().is_some_and(|problem| problem.contains(expected)), "{problem:?}");
        }
        let judged = |path: &str, limits: Limits| {
            program("j.py", "j.py", |program| {
                let files = vec![SourceFile { path: "c.py".into(), text: String::new() }];
                let candidate = Candidate { files, path: path.into(), functions: false, stdin: String::new(), limits };
                program.entry = Entry::Judged { judge: "j.py".into(), candidate: Box::new(candidate) };
            })
        };
        assert_eq!(judged("c.py", Limits::default()), None);
        assert!(judged("d.py", Limits::default()).is_some());
        let called = |runtime: &str| {
            program("j.py", "j.py", |program| {
                let files = vec![SourceFile { path: "c.py".into(), text: String::new() }];
                let (path, limits) = ("c.py".into(), Limits::default());
                let candidate = Candidate { files, path, functions: true, stdin: String::new(), limits };
                program.entry = Entry::Judged { judge: "j.py".into(), candidate: Box::new(candidate) };
                program.runtime = runtime.into();
            })
        };
        assert_eq!(called("python"), None);
        assert!(called("javascript").is_some_and(|problem| problem.contains("`functions`")));
        assert!(judged("c.py", Limits { memory_bytes: u64::MAX, ..Limits::default() }).is_some());
    }
}
