//! From handing a program to the sandbox to its outcome, on one thread, resets included.

use std::time::{Duration, Instant};

use assay_api::{Entry, Program, Status};
use assay_benches::{
    function_with_tests, hard_exit, humaneval_gold, import_numpy, in_one_instance, nothing, round_trips, sandbox,
    thread_starts, thread_switches, values,
};
use assay_runtimes::Executors;
use criterion::{Criterion, criterion_group, criterion_main};

fn programs(criterion: &mut Criterion) {
    let mut sandbox = sandbox();
    let mut group = criterion.benchmark_group("sandbox");
    let mut bench = |name: &str, program: Program| {
        must_pass(name, &mut sandbox, &program);
        group.bench_function(name, |bencher| bencher.iter(|| sandbox.execute(&program)));
    };
    bench("pass", nothing());
    bench("pass, in a new instance", hard_exit());
    bench("function with tests", function_with_tests());
    bench("import numpy", import_numpy());
    match humaneval_gold() {
        Some(program) => {
            bench("HumanEval/0, in one instance", in_one_instance(&program));
            bench("HumanEval/0", program);
        }
        None => eprintln!("skipped: ASSAY_DATA does not name a directory with HumanEval's data"),
    }
    group.finish();
}

/// One message from a judge to its candidate and the answer back, both guests' Python included.
fn messages(criterion: &mut Criterion) {
    let mut sandbox = sandbox();
    must_pass("judged", &mut sandbox, &round_trips(10));
    let mut group = criterion.benchmark_group("two instances");
    let nothing_said = round_trips(0);
    group.bench_function("execution", |bencher| bencher.iter(|| sandbox.execute(&nothing_said)));
    group.bench_function("round trip", |bencher| {
        bencher.iter_custom(|count| each(&mut sandbox, round_trips, count));
    });
    group.bench_function("round trip of a value", |bencher| {
        bencher.iter_custom(|count| each(&mut sandbox, values, count));
    });
    group.finish();
}

/// What a program's threads cost.
fn threads(criterion: &mut Criterion) {
    let mut sandbox = sandbox();
    let mut group = criterion.benchmark_group("threads");
    group.bench_function("start and join", |bencher| {
        bencher.iter_custom(|count| each(&mut sandbox, thread_starts, count));
    });
    group.bench_function("two switches", |bencher| {
        bencher.iter_custom(|count| each(&mut sandbox, thread_switches, count));
    });
    group.finish();
}

/// How long the program that does something `count` times takes beyond the one that does it never.
fn each(sandbox: &mut Executors, program: fn(u64) -> Program, count: u64) -> Duration {
    let mut time = |count| {
        let program = program(count);
        let start = Instant::now();
        let outcome = sandbox.execute(&program);
        assert_eq!(outcome.status, Status::Completed { exit_code: 0 }, "{outcome:?}");
        start.elapsed()
    };
    time(count).saturating_sub(time(0))
}

/// What does not do its work must not be measured.
fn must_pass(name: &str, sandbox: &mut Executors, program: &Program) {
    let outcome = sandbox.execute(program);
    let tested = matches!(program.entry, Entry::Script { .. }) || outcome.record.as_ref().is_some_and(|r| r.passed());
    assert!(tested && outcome.status == Status::Completed { exit_code: 0 }, "{name}: {outcome:?}");
}

criterion_group!(benches, programs, messages, threads);
criterion_main!(benches);
