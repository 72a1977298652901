//! From handing a program to the sandbox to its outcome, on one thread, resets included.

use std::num::NonZeroUsize;

use assay_api::{Entry, Program, Status};
use assay_benches::{function_with_tests, humaneval_gold, import_numpy, nothing, sandbox};
use assay_runtimes::Pool;
use criterion::{Criterion, criterion_group, criterion_main};

fn programs(criterion: &mut Criterion) {
    let pool = sandbox(NonZeroUsize::MIN);
    let mut group = criterion.benchmark_group("sandbox");
    let mut bench = |name: &str, program: Program| {
        must_pass(name, &pool, &program);
        group.bench_function(name, |bencher| bencher.iter(|| pool.execute(program.clone())));
    };
    bench("pass", nothing());
    bench("function with tests", function_with_tests());
    bench("import numpy", import_numpy());
    match humaneval_gold() {
        Some(program) => bench("HumanEval/0", program),
        None => eprintln!("skipped: ASSAY_DATA does not name a directory with HumanEval's data"),
    }
    group.finish();
}

/// What does not do its work must not be measured.
fn must_pass(name: &str, pool: &Pool, program: &Program) {
    let outcome = pool.execute(program.clone());
    let tested = matches!(program.entry, Entry::Script { .. }) || outcome.record.as_ref().is_some_and(|r| r.passed());
    assert!(tested && outcome.status == Status::Completed { exit_code: 0 }, "{name}: {outcome:?}");
}

criterion_group!(benches, programs);
criterion_main!(benches);
