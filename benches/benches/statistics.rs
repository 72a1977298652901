//! pass@k: of one task, and of a suite with its interval.

use std::hint::black_box;

use assay::statistics::{Estimate, TaskCounts, pass_at_k};
use assay_api::VerdictKind::{Failed, Passed};
use criterion::{Criterion, criterion_group, criterion_main};

/// As many tasks and samples as HumanEval's authors drew.
const TASKS: usize = 164;
const SAMPLES: usize = 200;

fn estimators(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("statistics");
    for (n, c, k) in [(20, 7, 10), (200, 60, 100), (10_000, 3_000, 1_000)] {
        let name = format!("pass@{k}, {c} of {n} passed");
        group.bench_function(name, |bencher| bencher.iter(|| pass_at_k(black_box(n), black_box(c), black_box(k))));
    }
    let tasks: Vec<TaskCounts> = (0..TASKS).map(task).collect();
    let name = format!("pass@10 with interval, {TASKS} tasks x {SAMPLES}");
    group.bench_function(name, |bencher| bencher.iter(|| Estimate::pass_at_k(black_box(&tasks), 10)));
    group.finish();
}

/// The `index`th task, each harder than the one before.
fn task(index: usize) -> TaskCounts {
    let passed = SAMPLES - index * SAMPLES / TASKS;
    let kinds = (0..SAMPLES).map(|sample| if sample < passed { Passed } else { Failed });
    TaskCounts::new(format!("T/{index}"), kinds)
}

criterion_group!(benches, estimators);
criterion_main!(benches);
