//! HumanEval+, MBPP+ and EvoEval: what their judges and candidates get. Needs the data.

use assay_api::{Entry, Grading, Suite as _};

#[allow(dead_code, reason = "each test binary uses a part of it")]
mod support;

const SUITES: [(&str, &str, usize); 12] = [
    ("humaneval-plus", "full", 164),
    ("humaneval-plus", "mini", 164),
    ("humaneval-plus", "noextreme", 164),
    ("humaneval-plus", "v0.1.9", 164),
    ("mbpp-plus", "v0.2.0", 378),
    ("mbpp-plus", "noextreme", 378),
    ("mbpp-plus", "v0.1.0", 399),
    ("evoeval", "difficult", 100),
    ("evoeval", "creative", 100),
    ("evoeval", "subtle", 100),
    ("evoeval", "combine", 100),
    ("evoeval", "verbose", 164),
];

#[test]
fn the_candidate_gets_its_solution_and_the_judge_everything_else() {
    for (id, variant, count) in SUITES {
        let Some(suite) = support::suite(id, "python", Some(variant)) else { return };
        assert_eq!(suite.info().grading, Grading::Values);
        let tasks = support::tasks(&suite);
        assert_eq!(tasks.len(), count, "{id} {variant}");
        for task in tasks {
            let program = support::gold(&suite, &task);
            let Entry::Judged { judge, candidate } = &program.entry else { panic!("{id} is judged") };
            let paths: Vec<&str> = candidate.files.iter().map(|file| file.path.as_str()).collect();
            assert_eq!((judge.as_str(), paths.as_slice()), ("judge.py", &["solution.py", "server.py"][..]));
            let judges: Vec<&str> = program.files.iter().map(|file| file.path.as_str()).collect();
            assert!(["judge.py", "cases.py", "oracle.py", "task.py"].iter().all(|path| judges.contains(path)));
            let gold = suite.reference(&task).unwrap().unwrap().code;
            let text = program.file("task.py").unwrap();
            assert!(text.contains(&format!("GOLD = {}\n", serde_json::Value::from(gold))), "{}", task.id);
        }
    }
}
