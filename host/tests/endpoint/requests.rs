//! What is sent, and what is made of servers that are not there or want to be asked otherwise.

use std::sync::{Arc, Mutex};

use assay::endpoint::{Endpoint, EndpointConfig, ErrorKind, Provider, Sampling, Secret};
use assay::mock::{Answer, Call, Fault, MockServer, Quirk};
use assay_api::{Prompt, Request};
use serde_json::Value;

use crate::support::{OVERFLOW, RETRIES, ask, block_on, chat, config, exchange, raw, status};

#[test]
fn a_request_says_what_was_asked_and_carries_the_key() {
    let seen = Arc::new(Mutex::new(None));
    let record = Arc::clone(&seen);
    let server = MockServer::start(move |call: &Call| {
        *record.lock().unwrap() = Some(call.clone());
        Answer::text("ok")
    })
    .unwrap();
    let config =
        EndpointConfig { api_key: Some(Secret::new("sk-canary")), provider: Provider::OpenAi, ..config(&server) };
    let request = Request { max_tokens: Some(9), ..chat("who?") };
    ask(config, &request).unwrap();
    let call = seen.lock().unwrap().take().unwrap();
    assert_eq!((call.model.as_str(), &call.prompt, call.nth, call.seed), ("mock", &request.prompt, 0, Some(7)));
    assert_eq!(call.api_key, Some(Secret::new("sk-canary")));
    assert_eq!(call.body["max_completion_tokens"], 9);
}

#[test]
fn an_infill_request_reaches_the_server_as_one() {
    let server = MockServer::start(|call: &Call| match &call.prompt {
        Prompt::Infill { prefix, suffix } => Answer::text(format!("{prefix}|{suffix}")),
        _ => Answer::text("not infill"),
    })
    .unwrap();
    let prompt = Prompt::Infill { prefix: "a".into(), suffix: "b".into() };
    let request = Request { prompt, stop: Vec::new(), max_tokens: None };
    assert_eq!(ask(config(&server), &request).unwrap().text, "a|b");
}

#[test]
fn many_requests_share_an_endpoint_and_get_their_own_answers() {
    let server = MockServer::start(|call: &Call| {
        let quirk = [Quirk::CrLf, Quirk::Gzip, Quirk::PlainJson, Quirk::NoDone][call.seed.unwrap_or(0) as usize % 4];
        Answer::text(format!("{} {}", call.prompt_text(), Value::from(call.seed))).with_quirks([quirk])
    })
    .unwrap();
    let endpoint = Endpoint::new(config(&server)).unwrap();
    let completions = block_on(futures_util::future::join_all((0..200_u64).map(|i| {
        let endpoint = endpoint.clone();
        async move { endpoint.complete(&chat(&format!("task {i}")), &Sampling::default(), Some(i)).await }
    })));
    for (i, completion) in completions.into_iter().enumerate() {
        assert_eq!(completion.unwrap().text, format!("task {i} {i}"));
    }
    assert_eq!(server.requests(), 200);
    assert!(server.most_at_once() <= 32, "{}", server.most_at_once());
}

#[test]
fn a_request_can_move_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    let server = MockServer::start(|_: &Call| Answer::text("ok")).unwrap();
    let endpoint = Endpoint::new(config(&server)).unwrap();
    let (request, sampling) = (chat("hi"), Sampling::default());
    sendable(&endpoint.complete(&request, &sampling, None));
    sendable(&endpoint.models());
}

#[test]
fn models_are_listed_and_a_wrong_path_is_explained() {
    let server = MockServer::start(|_: &Call| Answer::text("ok")).unwrap();
    let models = block_on(Endpoint::new(config(&server)).unwrap().models()).unwrap();
    assert_eq!(models.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), ["mock"]);
    let wrong = EndpointConfig { base_url: server.url() + "/v2", ..config(&server) };
    let error = block_on(Endpoint::new(wrong).unwrap().models()).unwrap_err();
    assert_eq!((error.kind, error.status, error.is_fatal()), (ErrorKind::NotFound, Some(404), true));
    assert!(error.to_string().contains("the path of --base-url"), "{error}");
}

#[test]
fn a_server_that_was_never_there_is_reported_at_once_and_one_that_went_away_is_waited_for() {
    let server = MockServer::start(|_: &Call| Answer::text("ok")).unwrap();
    let endpoint = Endpoint::new(config(&server)).unwrap();
    let stranger = Endpoint::new(config(&server)).unwrap();
    block_on(async {
        endpoint.complete(&chat("hi"), &Sampling::default(), None).await.unwrap();
        drop(server);
        let gone = endpoint.complete(&chat("hi"), &Sampling::default(), None).await.unwrap_err();
        assert_eq!((gone.kind, gone.attempts, gone.is_fatal()), (ErrorKind::Connect, 1 + RETRIES, true));
        let never = stranger.complete(&chat("hi"), &Sampling::default(), None).await.unwrap_err();
        assert_eq!((never.kind, never.attempts, never.is_fatal()), (ErrorKind::Connect, 1, true));
        assert!(never.to_string().contains("check that the server is running"), "{never}");
    });
}

#[test]
fn tls_to_a_plain_server_is_explained() {
    let server = MockServer::start(|_: &Call| Answer::text("ok")).unwrap();
    let error =
        ask(EndpointConfig { base_url: server.url().replace("http:", "https:"), ..config(&server) }, &chat("hi"));
    let error = error.unwrap_err();
    assert_eq!((error.kind, error.is_fatal(), server.requests()), (ErrorKind::Connect, true, 0));
    assert!(error.to_string().contains("try http://"), "{error}");
}

#[test]
fn a_longer_pause_than_the_policy_allows_is_cut_short() {
    let fault = Fault::Status { code: 429, body: String::new(), retry_after: Some("3600".into()) };
    let answer = Answer::text("ok").with_fault(Fault::TimesThenOk(1, Box::new(fault)));
    let (completion, requests) = exchange(&answer, &chat("hi"), true);
    assert_eq!((completion.unwrap().attempts, requests), (2, 2));
}

#[test]
fn a_server_that_refuses_a_field_is_asked_without_it_from_then_on() {
    let server = MockServer::start(|call: &Call| {
        let said = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
        let body = serde_json::json!({"error": {"message": said, "type": "invalid_request_error"}}).to_string();
        match call.body.get("max_tokens") {
            Some(_) => Answer::text("").with_fault(status(400, &body)),
            None => Answer::text(call.body["max_completion_tokens"].to_string()),
        }
    })
    .unwrap();
    let endpoint = Endpoint::new(config(&server)).unwrap();
    let request = Request { max_tokens: Some(9), ..chat("hi") };
    for _ in 0..2 {
        let completion = block_on(endpoint.complete(&request, &Sampling::default(), None)).unwrap();
        assert_eq!((completion.text.as_str(), completion.attempts), ("9", 1));
    }
    assert_eq!(server.requests(), 3);
}

#[test]
fn after_an_empty_stream_a_document_is_asked_for_which_may_tell_what_is_wrong() {
    // As llama-cpp-python does with a prompt that is too long.
    let server = MockServer::start(|call: &Call| match call.body["stream"] == true {
        true => Answer::text("").with_fault(raw("text/event-stream", "")),
        false => Answer::text("").with_fault(status(400, OVERFLOW)),
    })
    .unwrap();
    let error = ask(config(&server), &chat("hi")).unwrap_err();
    assert_eq!((error.kind, error.attempts, server.requests()), (ErrorKind::ContextOverflow, 2, 2));
}
