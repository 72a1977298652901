use assay_api::{Outcome, Status};

use crate::support::{completed, graded, pool, program};

fn grade(solution: &str, tests: &str) -> Outcome {
    pool().execute(graded(("solution.js", solution), ("tests.js", tests)))
}

fn passed(outcome: &Outcome) -> bool {
    outcome.status == completed(0) && outcome.record.as_ref().is_some_and(|record| record.passed())
}

#[test]
fn bare_assertions_in_one_scope_are_one_test() {
    let solution = "const add = (a, b) => a + b;";
    assert!(passed(&grade(solution, "console.assert(add(1, 2) === 3);")));
    assert!(passed(&grade(solution, "const assert = require('node:assert'); assert.deepEqual([add(1, 2)], [3]);")));
    let failed = grade(solution, "\nconsole.assert(add(1, 2) === 4, 'sum');");
    let [test] = &failed.record.as_ref().expect("there is a record").tests[..] else { panic!("{failed:?}") };
    let exception = test.exception.as_ref().expect("it says why");
    assert!(!test.passed && failed.status == completed(0));
    assert_eq!((exception.file.as_deref(), exception.line), (Some("tests.js"), Some(2)));
}

#[test]
fn an_error_in_solution_or_tests_fails_and_says_where() {
    for (solution, tests, file) in
        [("null.x;", "", "solution.js"), ("", "null.x;", "tests.js"), ("let = ;", "", "solution.js")]
    {
        let outcome = grade(solution, tests);
        let Status::Exception { exception } = &outcome.status else { panic!("{outcome:?}") };
        assert_eq!(exception.file.as_deref(), Some(file));
        assert!(!passed(&outcome));
    }
    assert!(!passed(&grade("process.exit(0);", "console.assert(false);")));
    assert!(!passed(&grade("", "setTimeout(() => console.assert(false), 1000);")));
}

#[test]
fn each_test_of_jests_is_on_record() {
    let tests = "const { add } = require('./solution');\n\
        describe('add', () => {\n  it('adds', () => { expect(add(1, 2)).toBe(3); });\n\
        \x20 it('is wrong', () => {\n    expect(add(1, 2)).toEqual({ a: 1 });\n  });\n\
        \x20 it.skip('waits', () => {});\n  it('is late', async () => { await new Promise((r) => setTimeout(r, 1000)); });\n\
        \x20 it.each([[1, 1, 2], [2, 2, 4]])('%i + %i', (a, b, c) => expect(add(a, b)).toBe(c));\n});";
    let outcome = grade("exports.add = (a, b) => a + b;", tests);
    let tests = &outcome.record.as_ref().expect("there is a record").tests;
    let seen: Vec<_> = tests.iter().map(|test| (test.name.as_str(), test.passed, test.skipped)).collect();
    let expected = [
        ("add > adds", true, false),
        ("add > is wrong", false, false),
        ("add > waits", true, true),
        ("add > is late", true, false),
        ("add > 1 + 1", true, false),
        ("add > 2 + 2", true, false),
    ];
    assert_eq!(seen, expected);
    assert_eq!(tests[1].exception.as_ref().and_then(|exception| exception.line), Some(5));
}

#[test]
fn es_modules_import_the_solution_themselves() {
    let solution = ("leap.mjs", "export const isLeap = (year) => year % 4 === 0;");
    let tests = "import { describe, expect, test } from '@jest/globals';\nimport { isLeap } from './leap.mjs';\n\
        describe('leap', () => { test('year', () => { expect(isLeap(2024)).toBe(true); }); });";
    assert!(passed(&pool().execute(graded(solution, ("leap.test.mjs", tests)))));
}

#[test]
fn a_test_that_never_finishes_fails_and_the_others_are_run() {
    let outcome = grade("", "test('stuck', () => new Promise(() => {})); test('fine', () => {});");
    let tests = &outcome.record.as_ref().expect("there is a record").tests;
    assert_eq!(tests.iter().map(|test| test.passed).collect::<Vec<_>>(), [false, true]);
}

#[test]
fn only_skipped_tests_test_nothing() {
    assert!(!passed(&grade("", "test.skip('x', () => {});")));
}

#[test]
fn a_test_file_that_is_run_by_itself_prints_its_tests() {
    let file = program(&[("a.test.js", "test('good', () => {}); test('bad', () => { throw new Error('why'); });")]);
    let outcome = pool().execute(file);
    let text = outcome.stdout.text();
    assert!(
        text.contains("ok good\n") && text.contains("FAILED bad\n") && text.contains("1 passed, 1 failed"),
        "{text}"
    );
    assert_eq!(outcome.status, completed(1));
}
