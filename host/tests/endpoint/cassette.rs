use std::sync::Arc;

use assay::endpoint::{Cassette, Completion, Endpoint, EndpointConfig, ErrorKind, RetryPolicy, Sampling};
use assay::mock::{Answer, Call, Fault, MockServer};

use crate::support::{BOOM, RETRIES, ask, block_on, chat, status};

/// A server that goes wrong once for each prompt, then answers with what it was asked.
fn forgetful(fault: Fault) -> MockServer {
    MockServer::start(move |call: &Call| {
        Answer { reasoning: Some("hm".into()), ..Answer::text(format!("{} {:?}", call.prompt_text(), call.seed)) }
            .with_fault(Fault::TimesThenOk(1, Box::new(fault.clone())))
    })
    .unwrap()
}

#[test]
fn a_recorded_exchange_is_played_back_without_the_server() {
    let faults = [status(503, BOOM), Fault::CutStream(2), Fault::Reset, Fault::InvalidUtf8, Fault::Html];
    for (fault, stream) in faults.into_iter().flat_map(|fault| [(fault.clone(), true), (fault, false)]) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("cassette.jsonl");
        let server = forgetful(fault.clone());
        let ask_all = |cassette: Cassette, url: String| {
            let retry = RetryPolicy::immediate(RETRIES);
            let cassette = Some(Arc::new(cassette));
            let endpoint =
                Endpoint::new(EndpointConfig { retry, stream, cassette, ..EndpointConfig::new(url, "mock") }).unwrap();
            let one = |seed| block_on(endpoint.complete(&chat("é?"), &Sampling::default(), Some(seed)));
            [one(1), one(2), one(1)].map(|result| {
                let shown = |c: Completion| (c.text, c.reasoning, c.finish, c.usage, c.attempts);
                result.map(shown).map_err(|e| (e.kind, e.attempts, e.said))
            })
        };
        let recorded = ask_all(Cassette::record(&path).unwrap(), server.url());
        let url = server.url();
        drop(server);
        let replayed = ask_all(Cassette::replay(&path).unwrap(), url);
        assert_eq!(replayed, recorded, "{fault:?}");
        assert!(Cassette::record(&path).is_err(), "no recording is overwritten");
    }
}

#[test]
fn a_request_that_was_not_recorded_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cassette.jsonl");
    std::fs::write(&path, "").unwrap();
    let cassette = Some(Arc::new(Cassette::replay(&path).unwrap()));
    let config = EndpointConfig { cassette, ..EndpointConfig::new("http://127.0.0.1:9/v1", "mock") };
    let error = ask(config, &chat("who are you?")).unwrap_err();
    assert_eq!((error.kind, error.attempts, error.is_fatal()), (ErrorKind::Cassette, 1, true));
    assert!(error.to_string().contains("who are you?") && error.to_string().contains("cassette.jsonl"), "{error}");
    std::fs::write(&path, "\nnonsense\n").unwrap();
    assert!(Cassette::replay(&path).unwrap_err().to_string().contains("line 2"));
}
