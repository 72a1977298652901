//! JavaScript programs, from handing one to the sandbox to its outcome, on one thread, resets included.

use assay_api::{Entry, Program, Status};
use assay_benches::{golds, javascript_function_with_tests, javascript_jest_file, javascript_nothing, sandbox_of};
use assay_runtimes::Executors;
use criterion::{Criterion, criterion_group, criterion_main};

fn programs(criterion: &mut Criterion) {
    let mut sandbox = sandbox_of("javascript");
    let middle = golds("humaneval-x", Some("javascript")).map(|golds| middle(&mut sandbox, golds));
    let mut group = criterion.benchmark_group("javascript");
    let mut bench = |name: &str, program: Program| {
        let outcome = sandbox.execute(&program);
        let tested =
            matches!(program.entry, Entry::Script { .. }) || outcome.record.as_ref().is_some_and(|r| r.passed());
        assert!(tested && outcome.status == Status::Completed { exit_code: 0 }, "{name}: {outcome:?}");
        group.bench_function(name, |bencher| bencher.iter(|| sandbox.execute(&program)));
    };
    bench("1+1", javascript_nothing());
    bench("function with tests", javascript_function_with_tests());
    bench("file of Jest's", javascript_jest_file());
    match middle {
        Some(program) => bench("the middle gold answer of HumanEval-X", program),
        None => eprintln!("skipped HumanEval-X, whose data ASSAY_DATA is to name"),
    }
    group.finish();
}

/// The one of `programs` that passes with the middle of all that these use of fuel.
fn middle(sandbox: &mut Executors, programs: Vec<Program>) -> Program {
    let fuel = |program: Program| {
        let outcome = sandbox.execute(&program);
        outcome.record.is_some_and(|record| record.passed()).then_some((outcome.fuel, program))
    };
    let mut passed: Vec<(u64, Program)> = programs.into_iter().filter_map(fuel).collect();
    passed.sort_by_key(|(fuel, _)| *fuel);
    passed.swap_remove(passed.len() / 2).1
}

criterion_group!(benches, programs);
criterion_main!(benches);
