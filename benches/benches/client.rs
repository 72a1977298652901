//! Completions over loopback from a server in the same process: what both sides and the connection take together.
//! `python3 tests/servers/load.py` measures the client's CPU alone, with the run file.

use assay::endpoint::{Endpoint, EndpointConfig, Sampling};
use assay::mock::{Answer, Call, MockServer};
use assay_api::{Message, Prompt, Request, Role};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::future::join_all;
use tokio::runtime::Builder;

/// As long as an answer with a function and a few sentences; the server sends it in pieces of four characters.
const ANSWER_CHARACTERS: usize = 800;
const AT_ONCE: usize = 32;

fn request() -> Request {
    let messages = vec![Message { role: Role::User, content: "Write a function.".into() }];
    Request { prompt: Prompt::Chat { messages }, stop: vec!["\nclass".into()], max_tokens: Some(1024) }
}

fn completions(criterion: &mut Criterion) {
    let server = MockServer::start(|_: &Call| Answer::text("x".repeat(ANSWER_CHARACTERS))).expect("a free port");
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let (request, sampling) = (request(), Sampling::default());
    let mut group = criterion.benchmark_group("client");
    for (name, stream) in [("streamed", true), ("plain JSON", false)] {
        let endpoint = Endpoint::new(EndpointConfig { stream, ..EndpointConfig::new(server.url(), "mock") });
        let endpoint = endpoint.expect("a good address");
        let complete = || async {
            let completion = endpoint.complete(&request, &sampling, Some(7)).await.expect("an answer");
            assert_eq!((completion.text.len(), completion.attempts), (ANSWER_CHARACTERS, 1));
        };
        group.throughput(Throughput::Elements(1));
        group.bench_function(format!("a completion, {name}"), |bencher| {
            bencher.iter(|| runtime.block_on(complete()));
        });
        group.throughput(Throughput::Elements(AT_ONCE as u64));
        group.bench_function(format!("{AT_ONCE} completions at once, {name}"), |bencher| {
            bencher.iter(|| runtime.block_on(join_all((0..AT_ONCE).map(|_| complete()))));
        });
    }
    group.finish();
}

criterion_group!(benches, completions);
criterion_main!(benches);
