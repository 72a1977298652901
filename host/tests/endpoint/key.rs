//! The key shows itself nowhere.

use std::sync::Arc;

use assay::endpoint::{Cassette, Endpoint, EndpointConfig, Sampling, Secret};
use assay::mock::{Answer, Call, Fault, MockServer};

use crate::support::{block_on, chat, config, status};

#[test]
fn a_key_that_the_server_repeats_reaches_neither_answer_nor_cassette() {
    const KEY: &str = "sk-canary-0123456789";
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("cassette.jsonl");
    let server = MockServer::start(|call: &Call| {
        let echo = format!("your key is {KEY}");
        let refusal = serde_json::json!({"error": {"message": echo}}).to_string();
        let fault = Fault::Status { code: 500, body: refusal, retry_after: Some(KEY.into()) };
        let answer = Answer { reasoning: Some(echo.clone()), ..Answer::text(echo) };
        if call.prompt_text() == "spoilt" {
            return answer.with_fault(Fault::InvalidUtf8);
        }
        answer.with_fault(Fault::TimesThenOk(1, Box::new(fault)))
    })
    .unwrap();
    let cassette = Some(Arc::new(Cassette::record(&path).unwrap()));
    let endpoint =
        Endpoint::new(EndpointConfig { api_key: Some(Secret::new(KEY)), cassette, stream: false, ..config(&server) });
    let endpoint = endpoint.unwrap();
    let sampling = Sampling { logprobs: Some(0), ..Sampling::default() };
    let completion = block_on(endpoint.complete(&chat("hi"), &sampling, None)).unwrap();
    let error = block_on(endpoint.complete(&chat("spoilt"), &sampling, None)).unwrap_err();
    let seen = format!("{completion:?} {error:?} {error} {endpoint:?}");
    assert!(!seen.contains("canary"), "{seen}");
    assert_eq!(completion.text, "your key is ***");
    let kept = std::fs::read(&path).unwrap();
    assert!(!String::from_utf8_lossy(&kept).contains("canary"), "{}", String::from_utf8_lossy(&kept));
}

#[test]
fn a_key_that_the_server_quotes_does_not_reach_the_error() {
    let answer = Answer::text("").with_fault(status(401, r#"{"error":{"message":"no such key: sk-canary"}}"#));
    let server = MockServer::start(move |_: &Call| answer.clone()).unwrap();
    let config = EndpointConfig { api_key: Some(Secret::new("sk-canary")), ..config(&server) };
    let endpoint = Endpoint::new(config).unwrap();
    let error = block_on(endpoint.complete(&chat("hi"), &Sampling::default(), None)).unwrap_err();
    assert!(error.to_string().contains("no such key: ***"), "{error}");
    assert!(!format!("{error:?} {endpoint:?}").contains("canary"));
}
