//! The client against the mock server: every fault is a typed error, every quirk a proper completion.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use assay::endpoint::{
    Completion, Endpoint, EndpointConfig, EndpointError, ErrorKind, Finish, Provider, RetryPolicy, Sampling, Secret,
};
use assay::mock::{Answer, Call, Fault, MockServer, Quirk};
use assay_api::{Message, Prompt, Request, Role};
use serde_json::Value;

const RETRIES: u32 = 2;
const TEXT: &str = "def f(x):\n    return 'é€😀' * x  # <data>: \\ \"\n";

fn chat(content: &str) -> Request {
    let messages = vec![Message { role: Role::User, content: content.to_owned() }];
    Request { prompt: Prompt::Chat { messages }, stop: Vec::new(), max_tokens: None }
}

fn text(text: &str) -> Request {
    Request { prompt: Prompt::Text { text: text.to_owned() }, stop: Vec::new(), max_tokens: None }
}

fn config(server: &MockServer) -> EndpointConfig {
    EndpointConfig { retry: RetryPolicy::immediate(RETRIES), ..EndpointConfig::new(server.url(), "mock") }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn ask(config: EndpointConfig, request: &Request) -> Result<Completion, EndpointError> {
    let endpoint = Endpoint::new(config)?;
    block_on(endpoint.complete(request, &Sampling::default(), Some(7)))
}

/// Asks a server that always gives `answer`. Also tells how many requests it saw.
fn exchange(answer: &Answer, request: &Request, stream: bool) -> (Result<Completion, EndpointError>, u64) {
    let answer = answer.clone();
    let server = MockServer::start(move |_: &Call| answer.clone()).unwrap();
    let result = ask(EndpointConfig { stream, ..config(&server) }, request);
    (result, server.requests())
}

fn status(code: u16, body: &str) -> Fault {
    Fault::Status { code, body: body.to_owned(), retry_after: None }
}

#[test]
fn a_completion_arrives_whole_by_chat_and_by_text_with_and_without_a_stream() {
    for request in [chat("hi"), text("hi")] {
        for stream in [true, false] {
            let answer = Answer::text(TEXT).with_finish(Finish::Length);
            let (completion, requests) = exchange(&answer, &request, stream);
            let completion = completion.unwrap();
            assert_eq!((completion.text.as_str(), &completion.finish, completion.attempts), (TEXT, &Finish::Length, 1));
            assert_eq!(completion.reasoning, None);
            assert_eq!(completion.usage.map(|u| u.completion_tokens), Some(TEXT.chars().count().div_ceil(4) as u64));
            assert_eq!(completion.latency.first_token.is_some(), stream);
            assert_eq!(requests, 1);
        }
    }
}

#[test]
fn every_quirk_is_a_proper_answer() {
    let quirks = [
        Quirk::PlainJson,
        Quirk::CrLf,
        Quirk::Cr,
        Quirk::KeepAlives,
        Quirk::ByteOrderMark,
        Quirk::NoSpace,
        Quirk::NoLastBlankLine,
        Quirk::NoDone,
        Quirk::ByteByByte,
        Quirk::Gzip,
        Quirk::NoContentType,
        Quirk::NoUsage,
        Quirk::NullChoices,
        Quirk::BreakAfterFinish,
    ];
    let combinations = [
        vec![Quirk::ByteByByte, Quirk::ByteOrderMark, Quirk::CrLf, Quirk::KeepAlives, Quirk::NoLastBlankLine],
        vec![Quirk::ByteByByte, Quirk::PlainJson, Quirk::NoContentType],
        vec![Quirk::NoDone, Quirk::NoLastBlankLine, Quirk::Cr, Quirk::NoSpace],
        vec![Quirk::Gzip, Quirk::PlainJson],
    ];
    for quirks in quirks.into_iter().map(|quirk| vec![quirk]).chain(combinations) {
        for request in [chat("hi"), text("hi")] {
            for stream in [true, false] {
                let answer = Answer::text(TEXT).with_quirks(quirks.clone());
                let (completion, requests) = exchange(&answer, &request, stream);
                let completion = completion.unwrap_or_else(|e| panic!("{quirks:?}: {e}"));
                assert_eq!((completion.text.as_str(), completion.finish), (TEXT, Finish::Stop), "{quirks:?}");
                assert_eq!(completion.usage.is_none(), quirks.contains(&Quirk::NoUsage), "{quirks:?}");
                assert_eq!(requests, 1, "{quirks:?}");
            }
        }
    }
}

/// A fault, what it must become with and without a stream, and whether it is worth another try.
fn faults() -> Vec<(Fault, ErrorKind, ErrorKind, bool)> {
    use ErrorKind as K;
    let overflow =
        r#"{"error":{"message":"This model's maximum context length is 8 tokens","code":"context_length_exceeded"}}"#;
    let quota = r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota"}}"#;
    let boom = r#"{"error":{"message":"CUDA out of memory","type":"server_error"}}"#;
    let old_vllm = r#"{"object":"error","message":"no such model","type":"NotFoundError","code":404}"#;
    let limited = r#"{"error":{"message":"slow down","code":429}}"#;
    let both = |fault, kind, retried| (fault, kind, kind, retried);
    vec![
        both(status(400, r#"{"error":"unknown field"}"#), K::BadRequest, false),
        both(status(400, overflow), K::ContextOverflow, false),
        both(status(500, overflow), K::ContextOverflow, false),
        both(status(401, "{}"), K::Unauthorized, false),
        both(status(403, ""), K::Forbidden, false),
        both(status(404, r#"{"error":{"message":"model 'mock' not found"}}"#), K::NotFound, false),
        both(status(405, "<html>"), K::NotFound, false),
        both(status(422, r#"{"detail":"seed"}"#), K::BadRequest, false),
        both(status(429, quota), K::Quota, false),
        both(status(429, ""), K::RateLimited, true),
        both(status(408, ""), K::Server, true),
        both(status(500, boom), K::Server, true),
        both(status(502, "<html>bad gateway</html>"), K::Server, true),
        both(status(503, ""), K::Server, true),
        both(Fault::Redirect("http://evil.example/v1".into()), K::Redirect, false),
        both(Fault::Html, K::NotAnApi, false),
        both(Fault::ContentType("text/html".into()), K::NotAnApi, false),
        both(Fault::ContentType("image/png".into()), K::NotAnApi, false),
        both(Fault::ErrorIn200(boom.into()), K::Server, true),
        both(Fault::ErrorIn200(old_vllm.into()), K::NotFound, false),
        both(Fault::ErrorIn200(r#"{"error":"boom"}"#.into()), K::Server, true),
        both(Fault::ErrorInStream(boom.into()), K::Server, true),
        both(Fault::ErrorInStream(limited.into()), K::RateLimited, true),
        both(Fault::ErrorInStream(overflow.into()), K::ContextOverflow, false),
        both(Fault::CutStream(0), K::Transport, true),
        both(Fault::CutStream(3), K::Transport, true),
        (Fault::CutJson, K::Malformed, K::Malformed, true),
        both(Fault::CutGzip, K::Transport, true),
        both(Fault::EmptyBody, K::Empty, true),
        both(Fault::OnlyDone, K::Empty, true),
        both(Fault::EmptyChoices, K::Empty, true),
        both(Fault::NoFinishReason, K::Cut, true),
        both(Fault::InvalidUtf8, K::Malformed, true),
        both(Fault::Bomb(65 << 20), K::TooLarge, false),
        both(Fault::Reset, K::Transport, true),
    ]
}

#[test]
fn every_fault_is_a_typed_error_after_a_bounded_number_of_tries() {
    for (fault, with_stream, without, retried) in faults() {
        for request in [chat("hi"), text("hi")] {
            for (stream, kind) in [(true, with_stream), (false, without)] {
                let answer = Answer::text(TEXT).with_fault(fault.clone());
                let (result, requests) = exchange(&answer, &request, stream);
                let error = result.expect_err(&format!("{fault:?}"));
                let tries = if retried { 1 + RETRIES } else { 1 };
                assert_eq!(error.kind, kind, "{fault:?} {error}");
                assert_eq!((error.attempts, requests), (tries, u64::from(tries)), "{fault:?} {error}");
                let message = error.to_string();
                assert!(message.contains("http://127.0.0.1:") && message.len() < 700, "{message}");
                assert!(!message.contains(|c: char| c.is_control()), "{message:?}");
            }
        }
    }
}

#[test]
fn a_passing_fault_costs_tries_and_nothing_else() {
    for (fault, ..) in faults().into_iter().filter(|(.., retried)| *retried) {
        for stream in [true, false] {
            let answer = Answer::text(TEXT).with_fault(Fault::TimesThenOk(RETRIES, Box::new(fault.clone())));
            let (completion, requests) = exchange(&answer, &chat("hi"), stream);
            let completion = completion.unwrap_or_else(|e| panic!("{fault:?}: {e}"));
            assert_eq!((completion.text.as_str(), completion.attempts), (TEXT, 1 + RETRIES), "{fault:?}");
            assert_eq!(requests, u64::from(1 + RETRIES), "{fault:?}");
        }
    }
}

#[test]
fn errors_that_every_request_would_meet_are_fatal() {
    for (code, fatal) in [(400, false), (401, true), (402, true), (403, true), (404, true), (429, false), (500, false)]
    {
        let (result, _) = exchange(&Answer::text("").with_fault(status(code, "")), &chat("hi"), true);
        assert_eq!(result.unwrap_err().is_fatal(), fatal, "{code}");
    }
    for (fault, fatal) in [(Fault::Html, true), (Fault::Redirect("/x".into()), true), (Fault::EmptyBody, false)] {
        let (result, _) = exchange(&Answer::text("").with_fault(fault.clone()), &chat("hi"), true);
        assert_eq!(result.unwrap_err().is_fatal(), fatal, "{fault:?}");
    }
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
fn a_request_can_move_between_threads() {
    fn sendable<T: Send>(_: &T) {}
    let server = MockServer::start(|_: &Call| Answer::text("ok")).unwrap();
    let endpoint = Endpoint::new(config(&server)).unwrap();
    let (request, sampling) = (chat("hi"), Sampling::default());
    sendable(&endpoint.complete(&request, &sampling, None));
    sendable(&endpoint.models());
}

#[test]
fn a_stalled_server_is_given_up_at_the_deadline() {
    for (fault, idle, kind) in [
        (Fault::Stall, 3600, ErrorKind::Timeout),
        (Fault::StallAfter(3), 3600, ErrorKind::Timeout),
        (Fault::StallAfter(3), 0, ErrorKind::Stalled),
    ] {
        let answer = Answer::text(TEXT).with_fault(fault.clone());
        let server = MockServer::start(move |_: &Call| answer.clone()).unwrap();
        // With an idle deadline of nothing only that one can fire; else only that of the whole try.
        let total = if idle == 0 { Duration::from_secs(3600) } else { Duration::from_millis(100) };
        let config =
            EndpointConfig { request_timeout: total, idle_timeout: Duration::from_secs(idle), ..config(&server) };
        let error = ask(config, &chat("hi")).unwrap_err();
        assert_eq!((error.kind, error.attempts), (kind, 1 + RETRIES), "{fault:?}");
    }
}

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
fn a_key_that_the_server_quotes_does_not_reach_the_error() {
    let answer = Answer::text("").with_fault(status(401, r#"{"error":{"message":"no such key: sk-canary"}}"#));
    let server = MockServer::start(move |_: &Call| answer.clone()).unwrap();
    let config = EndpointConfig { api_key: Some(Secret::new("sk-canary")), ..config(&server) };
    let endpoint = Endpoint::new(config).unwrap();
    let error = block_on(endpoint.complete(&chat("hi"), &Sampling::default(), None)).unwrap_err();
    assert!(error.to_string().contains("no such key: ***"), "{error}");
    assert!(!format!("{error:?} {endpoint:?}").contains("canary"));
}

#[test]
fn a_text_ends_before_the_earliest_stop_string_even_if_the_server_ignores_it() {
    for stream in [true, false] {
        let answer = Answer::text("    return 1\n\ndef g():\nclass C").with_finish(Finish::Length);
        let stop = ["\nclass", "\ndef", "never"].map(str::to_owned).to_vec();
        let (completion, _) = exchange(&answer, &Request { stop, ..text("def f():\n") }, stream);
        let completion = completion.unwrap();
        assert_eq!((completion.text.as_str(), completion.finish), ("    return 1\n", Finish::Stop));
    }
}

#[test]
fn reasoning_never_ends_up_in_the_text() {
    let inline = Answer::text("<think>hm\nhm</think>\n\ncode");
    let unclosed = Answer::text("<think>code").with_finish(Finish::Length);
    let apart = Answer { reasoning: Some("hm\nhm".into()), ..Answer::text("code") };
    for stream in [true, false] {
        for (answer, text, reasoning) in
            [(&inline, "code", "hm\nhm"), (&unclosed, "", "code"), (&apart, "code", "hm\nhm")]
        {
            let (completion, _) = exchange(answer, &chat("hi"), stream);
            let completion = completion.unwrap();
            assert_eq!((completion.text.as_str(), completion.reasoning.as_deref()), (text, Some(reasoning)));
        }
    }
}

#[test]
fn a_longer_pause_than_the_policy_allows_is_cut_short() {
    let fault = Fault::Status { code: 429, body: String::new(), retry_after: Some("3600".into()) };
    let answer = Answer::text("ok").with_fault(Fault::TimesThenOk(1, Box::new(fault)));
    let (completion, requests) = exchange(&answer, &chat("hi"), true);
    assert_eq!((completion.unwrap().attempts, requests), (2, 2));
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
}
