//! TypeScript programs, in the real interpreter of JavaScript.

use assay_api::{Candidate, Entry, Limits, Outcome, Program, SourceFile, Status};
use assay_runtimes::cache::Cache;
use assay_runtimes::fetch::Fetcher;
use assay_runtimes::{Executors, Runtime, Silent};

fn execute(program: &Program) -> Outcome {
    let cache = Cache::open(None).expect("the user's cache directory can be used");
    let runtime = Runtime::open("javascript", &cache, &Fetcher::from_env(), &Silent);
    let runtime = runtime.unwrap_or_else(|error| panic!("these tests need the JavaScript runtime: {error}"));
    let mut executors = Executors::new(vec![runtime], true);
    let outcome = executors.execute(program);
    assert_eq!(executors.execute(program), outcome, "the same again");
    outcome
}

fn program(entry: Entry, files: &[(&str, &str)]) -> Program {
    let files = files.iter().map(|(path, text)| SourceFile { path: (*path).into(), text: (*text).into() }).collect();
    let limits = Limits { fuel: 2_000_000_000, ..Limits::default() };
    Program { runtime: "javascript".into(), files, entry, stdin: String::new(), limits, seed: 7 }
}

fn script(files: &[(&str, &str)]) -> Program {
    program(Entry::script(files[0].0), files)
}

#[test]
fn a_typescript_program_runs() {
    let source = "enum Kind { A = 'a', B = 'b' }\nnamespace N { export const two: number = 2; }\n\
                  class P { constructor(readonly kind: Kind) {} }\n\
                  function log(target: any, key: string) { console.log('decorated', key); }\n\
                  class Q { @log m(): void {} }\n\
                  console.log(new P(Kind.B).kind, N.two satisfies number);";
    let outcome = execute(&script(&[("main.ts", source)]));
    assert_eq!(outcome.stdout.text(), "decorated m\nb 2\n", "{outcome:?}");
    assert_eq!(outcome.status, Status::Completed { exit_code: 0 });
}

#[test]
fn an_exception_names_the_line_in_the_typescript_file() {
    let source = "interface A {\n  b: string;\n}\n\ntype C = A | null;\n\nfunction f(a: C): string {\n  return a!.b;\n}\nf(null);\n";
    let outcome = execute(&script(&[("main.ts", source)]));
    let Status::Exception { exception } = &outcome.status else { panic!("{outcome:?}") };
    assert_eq!((exception.type_name.as_str(), exception.file.as_deref()), ("TypeError", Some("main.ts")));
    assert_eq!(exception.line, Some(8), "{outcome:?}");
}

#[test]
fn a_program_that_is_no_typescript_ends_before_it_starts() {
    let outcome = execute(&script(&[("main.ts", "console.log(1);\nlet a: = 2;\n")]));
    let Status::Exception { exception } = &outcome.status else { panic!("{outcome:?}") };
    assert_eq!((exception.type_name.as_str(), exception.line), ("SyntaxError", Some(2)));
    assert_eq!((outcome.fuel, outcome.stdout.text().as_ref()), (200 * 29, ""));
}

#[test]
fn translating_is_paid_for() {
    let short = execute(&script(&[("main.ts", "let a = 1;")]));
    let long = execute(&script(&[("main.ts", "let a = 1;"), ("other.ts", &"type A = 1;".repeat(1000))]));
    assert!(long.fuel > short.fuel + 200 * 11_000, "{} and {}", long.fuel, short.fuel);
    let mut poor = script(&[("main.ts", "let a = 1;")]);
    poor.limits.fuel = 100;
    assert_eq!((execute(&poor).status, execute(&poor).fuel), (Status::OutOfFuel, 100));
}

#[test]
fn solution_and_tests_may_both_be_typescript() {
    let entry = Entry::tests("solution.ts", "tests.ts");
    let tests = "const assert: any = require('node:assert');\nassert.equal(double(2), 4);\n";
    let files = [("solution.ts", "function double(a: number): number { return 2 * a; }"), ("tests.ts", tests)];
    let outcome = execute(&program(entry, &files));
    assert!(outcome.record.as_ref().is_some_and(assay_api::Record::passed), "{outcome:?}");
}

#[test]
fn a_judge_is_told_that_its_candidate_is_no_typescript() {
    let files = vec![SourceFile { path: "c.ts".into(), text: "let a: = 1".into() }];
    let limits = Limits { fuel: 2_000_000_000, ..Limits::default() };
    let candidate = Candidate { files, path: "c.ts".into(), functions: false, stdin: String::new(), limits };
    let entry = Entry::Judged { judge: "judge.ts".into(), candidate: Box::new(candidate) };
    let outcome = execute(&program(entry, &[("judge.ts", "const a: number = 1; console.log(a);")]));
    assert_eq!(outcome.stdout.text(), "1\n", "{outcome:?}");
    let candidate = outcome.candidate.expect("a candidate");
    assert!(matches!(&candidate.status, Status::Exception { exception } if exception.type_name == "SyntaxError"));
    assert_eq!(candidate.fuel, 200 * 11);
}
