//! From what a model wrote to code: a reply of some 1,000 lines.

use std::hint::black_box;

use assay_api::{Completion, CompletionKind};
use assay_loader::extract::python_function;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const PROMPT: &str = "def double(x):\n    \"\"\" Twice x. \"\"\"\n";
const THOUGHT: &str = "Wait, should `double` handle strings? Let me look at the docstring again: it says twice x.\n";
const PROSE: &str =
    "First, note that (x + x) equals 2 * x; see `operator.add`. Next, consider what a caller expects.\n";
const STUB: &str = "```python\ndef double(x):\n    raise NotImplementedError\n```\n";
const ANSWER: &str = "```python\ndef double(x):\n    return 2 * x\n```\n";

fn replies(criterion: &mut Criterion) {
    let thinking = format!("<think>\n{}</think>\n", THOUGHT.repeat(500));
    let explained = format!("{}{STUB}", PROSE.repeat(40)).repeat(10);
    let text = format!("{thinking}{explained}{ANSWER}");
    let completion = Completion { text, kind: CompletionKind::Reply };
    let solution = python_function(PROMPT, Some("double"), &completion);
    assert!(solution.is_some_and(|solution| solution.code.contains("2 * x")));

    let mut group = criterion.benchmark_group("extraction");
    group.throughput(Throughput::Bytes(completion.text.len() as u64));
    group.bench_function("a long reply", |bencher| {
        bencher.iter(|| python_function(PROMPT, Some("double"), black_box(&completion)));
    });
    group.finish();
}

criterion_group!(benches, replies);
criterion_main!(benches);
