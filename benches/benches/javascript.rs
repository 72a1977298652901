//! JavaScript programs, from handing one to the sandbox to its outcome, on one thread, resets included.

use assay_api::{Entry, Program, Status};
use assay_benches::{javascript_function_with_tests, javascript_jest_file, javascript_nothing, sandbox_of};
use criterion::{Criterion, criterion_group, criterion_main};

fn programs(criterion: &mut Criterion) {
    let mut sandbox = sandbox_of("javascript");
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
    group.finish();
}

criterion_group!(benches, programs);
criterion_main!(benches);
