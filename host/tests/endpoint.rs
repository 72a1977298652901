//! The client against the mock server: every fault is a typed error, every quirk a proper completion.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use assay::endpoint::{
    Cassette, Completion, Endpoint, EndpointConfig, EndpointError, ErrorKind, Finish, Provider, RetryPolicy, Sampling,
    Secret,
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

/// What a server does wrong, in the words of `docs/endpoint.md`, and what must come of it.
struct Wrong {
    name: &'static str,
    answer: Answer,
    with_stream: ErrorKind,
    without: ErrorKind,
    /// Whether it is worth another try.
    retried: bool,
}

impl Wrong {
    /// As a row of the documentation's table.
    fn row(&self) -> String {
        let kind = |kind: ErrorKind| format!("`{}`", kind.name());
        let kinds = if self.with_stream == self.without {
            kind(self.with_stream)
        } else {
            format!("{}; without a stream {}", kind(self.with_stream), kind(self.without))
        };
        format!("| {} | {kinds} | {} |", self.name, if self.retried { "yes" } else { "no" })
    }
}

fn wrong(name: &'static str, fault: Fault, kind: ErrorKind, retried: bool) -> Wrong {
    Wrong { name, answer: Answer::text(TEXT).with_fault(fault), with_stream: kind, without: kind, retried }
}

fn raw(content_type: &str, body: &str) -> Fault {
    Fault::Raw { content_type: content_type.to_owned(), body: body.to_owned() }
}

const OVERFLOW: &str =
    r#"{"error":{"message":"This model's maximum context length is 8 tokens","code":"context_length_exceeded"}}"#;
const QUOTA: &str = r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota"}}"#;
const BOOM: &str = r#"{"error":{"message":"CUDA out of memory","type":"server_error"}}"#;
const LIMITED: &str = r#"{"error":{"message":"slow down","code":429}}"#;

/// Refusals that are ones as far as HTTP is concerned.
fn refusals() -> Vec<Wrong> {
    use ErrorKind as K;
    let slow =
        Fault::Headers { code: 429, headers: [("x-ratelimit-reset-requests".to_owned(), "6m0s".to_owned())].into() };
    let final_500 = Fault::Headers { code: 500, headers: [("x-should-retry".to_owned(), "false".to_owned())].into() };
    let again_400 = Fault::Headers { code: 400, headers: [("x-should-retry".to_owned(), "true".to_owned())].into() };
    let tgi = r#"{"error":"Input validation error: `inputs` must have less than 4095 tokens. Given: 5000"}"#;
    vec![
        wrong("HTTP 400", status(400, r#"{"error":"unknown field"}"#), K::BadRequest, false),
        wrong("HTTP 400, context overflow", status(400, OVERFLOW), K::ContextOverflow, false),
        wrong("HTTP 413, context overflow", status(413, OVERFLOW), K::ContextOverflow, false),
        wrong("HTTP 422, context overflow", status(422, tgi), K::ContextOverflow, false),
        wrong("HTTP 500, context overflow", status(500, OVERFLOW), K::ContextOverflow, false),
        wrong("HTTP 400 with `x-should-retry: true`", again_400, K::BadRequest, true),
        wrong("HTTP 401", status(401, "{}"), K::Unauthorized, false),
        wrong("HTTP 402", status(402, ""), K::Quota, false),
        wrong("HTTP 403", status(403, ""), K::Forbidden, false),
        wrong(
            "HTTP 404, unknown model",
            status(404, r#"{"error":{"message":"model 'mock' not found"}}"#),
            K::NotFound,
            false,
        ),
        wrong("HTTP 405, a web page", status(405, "<html>"), K::NotFound, false),
        wrong("HTTP 408", status(408, ""), K::Server, true),
        wrong("HTTP 409", status(409, ""), K::Server, true),
        wrong("HTTP 413", status(413, "too large"), K::BadRequest, false),
        wrong("HTTP 422", status(422, r#"{"detail":"seed"}"#), K::BadRequest, false),
        wrong("HTTP 429", status(429, ""), K::RateLimited, true),
        wrong("HTTP 429 with `x-ratelimit-reset-requests`", slow, K::RateLimited, true),
        wrong("HTTP 429, quota used up", status(429, QUOTA), K::Quota, false),
        wrong("HTTP 500", status(500, BOOM), K::Server, true),
        wrong("HTTP 500 with `x-should-retry: false`", final_500, K::Server, false),
        wrong("HTTP 502, a web page", status(502, "<html>bad gateway</html>"), K::Server, true),
        wrong("HTTP 503", status(503, ""), K::Overloaded, true),
        wrong("HTTP 529", status(529, ""), K::Overloaded, true),
        wrong("a redirect", Fault::Redirect("http://evil.example/v1".into()), K::Redirect, false),
    ]
}

/// Answers under HTTP 200 that are none.
fn false_answers() -> Vec<Wrong> {
    use ErrorKind as K;
    let old_vllm = r#"{"object":"error","message":"no such model","type":"NotFoundError","code":404}"#;
    let json = |body: &str| raw("application/json", body);
    let sse = |body: &str| raw("text/event-stream", body);
    let no_message = r#"{"choices":[{"index":0,"finish_reason":null}]}"#;
    let a_number = r#"{"choices":[{"message":{"content":7},"finish_reason":"stop"}]}"#;
    let named_error = "event: error\ndata: {\"error\":{\"message\":\"boom\",\"code\":500}}\n\n";
    let llama_error = "error: {\"code\":500,\"message\":\"slot unavailable\"}\n\n";
    let bad_chunk = "data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":null}]}\n\ndata: {\"choices\":[{\n\n";
    let only_usage =
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":0}}\n\ndata: [DONE]\n\n";
    let given_up = Answer::text(TEXT).with_finish(Finish::Other("error".to_owned()));
    let aborted = Answer::text(TEXT).with_finish(Finish::Other("abort".to_owned()));
    let lasting = |name, answer, kind| Wrong { name, answer, with_stream: kind, without: kind, retried: true };
    vec![
        wrong("a web page", Fault::Html, K::NotAnApi, false),
        wrong("a web page that claims to be JSON", json("<!doctype html>"), K::NotAnApi, false),
        wrong("an answer that claims to be a web page", Fault::ContentType("text/html".into()), K::NotAnApi, false),
        wrong("an answer that claims to be a picture", Fault::ContentType("image/png".into()), K::NotAnApi, false),
        wrong("an error object", Fault::ErrorIn200(BOOM.into()), K::Server, true),
        wrong("an error that is only a text", Fault::ErrorIn200(r#"{"error":"boom"}"#.into()), K::Server, true),
        wrong("an error object of older vLLM", Fault::ErrorIn200(old_vllm.into()), K::NotFound, false),
        wrong("an error in the stream", Fault::ErrorInStream(BOOM.into()), K::Server, true),
        wrong("a rate limit in the stream", Fault::ErrorInStream(LIMITED.into()), K::RateLimited, true),
        wrong("a context overflow in the stream", Fault::ErrorInStream(OVERFLOW.into()), K::ContextOverflow, false),
        wrong("an event called `error`", sse(named_error), K::Server, true),
        wrong("a field called `error`, as llama.cpp's", sse(llama_error), K::Server, true),
        wrong("no body", Fault::EmptyBody, K::Empty, true),
        wrong("HTTP 204", status(204, ""), K::Empty, true),
        wrong("nothing but white space", json(" \r\n\t "), K::Empty, true),
        wrong("only `[DONE]`", Fault::OnlyDone, K::Empty, true),
        wrong("only comments", sse(": ping\n\n: ping\n\n"), K::Empty, true),
        wrong("only the usage", sse(only_usage), K::Empty, true),
        wrong("empty `choices`", Fault::EmptyChoices, K::Empty, true),
        wrong("a text that is no JSON", json("Internal Server Error"), K::Empty, true),
        wrong("a JSON list", json("[]"), K::Malformed, true),
        wrong("JSON `null`", json("null"), K::Malformed, true),
        wrong("`choices` that are no list", json(r#"{"choices":{"0":{}}}"#), K::Malformed, true),
        wrong("a choice without a message", json(no_message), K::Malformed, true),
        wrong("a content that is a number", json(a_number), K::Malformed, true),
        wrong("broken JSON in an event", sse(bad_chunk), K::Malformed, true),
        wrong("invalid UTF-8", Fault::InvalidUtf8, K::Malformed, true),
        wrong("JSON that is cut", Fault::CutJson, K::Malformed, true),
        wrong("no `finish_reason`", Fault::NoFinishReason, K::Cut, true),
        lasting("`finish_reason: error`", given_up, K::Server),
        lasting("`finish_reason: abort`", aborted, K::Server),
        wrong("gzip that is cut", Fault::CutGzip, K::Transport, true),
        wrong("gzip that is none", Fault::FalseGzip, K::Transport, true),
        Wrong {
            without: K::Empty,
            ..wrong("a compression that nobody asked for", Fault::ForeignEncoding, K::Empty, true)
        },
        wrong("more than 64 MiB once decompressed", Fault::Bomb(65 << 20), K::TooLarge, false),
        wrong("an answer that never ends", Fault::EndlessText, K::TooLarge, false),
    ]
}

/// Connections that end as they should not.
fn broken_connections() -> Vec<Wrong> {
    use ErrorKind as K;
    vec![
        wrong("the connection ends before any event", Fault::CutStream(0), K::Transport, true),
        wrong("the connection ends after some events", Fault::CutStream(3), K::Transport, true),
        wrong("less than `Content-Length` says", Fault::ShortBody, K::Transport, true),
        wrong("the connection is reset", Fault::Reset, K::Transport, true),
        wrong("what is no HTTP", Fault::NotHttp, K::Transport, true),
    ]
}

/// Everything that goes wrong without anybody having to wait.
fn faults() -> Vec<Wrong> {
    refusals().into_iter().chain(false_answers()).chain(broken_connections()).collect()
}

/// What goes wrong by going on for too long, and which deadline ends it.
fn delays() -> Vec<(Wrong, Duration)> {
    use ErrorKind as K;
    let (never, at_once) = (Duration::from_secs(3600), Duration::ZERO);
    vec![
        (wrong("no answer ever", Fault::Stall, K::Timeout, true), never),
        (wrong("comments for ever", Fault::EndlessComments, K::Timeout, true), never),
        (wrong("an answer too slow for the deadline", Fault::StallAfter(3), K::Timeout, true), never),
        (wrong("a stream that stalls", Fault::StallAfter(3), K::Stalled, true), at_once),
    ]
}

#[test]
fn every_fault_is_in_the_documentation_and_the_other_way_round() {
    let page = include_str!("../../docs/endpoint.md");
    let (_, section) = page.split_once("## What goes wrong").unwrap();
    let (section, _) = section.split_once("\n## ").unwrap();
    let documented: Vec<&str> = section.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    let rows: Vec<String> = faults().iter().chain(delays().iter().map(|(wrong, _)| wrong)).map(Wrong::row).collect();
    assert!(rows.len() >= 50, "{}", rows.len());
    assert_eq!(documented, rows, "write these rows:\n{}", rows.join("\n"));
}

#[test]
fn every_fault_is_a_typed_error_after_a_bounded_number_of_tries() {
    for Wrong { name, answer, with_stream, without, retried } in faults() {
        for request in [chat("hi"), text("hi")] {
            for (stream, kind) in [(true, with_stream), (false, without)] {
                let (result, requests) = exchange(&answer, &request, stream);
                let error = result.expect_err(name);
                let tries = if retried { 1 + RETRIES } else { 1 };
                assert_eq!(error.kind, kind, "{name}: {error}");
                assert_eq!((error.attempts, requests), (tries, u64::from(tries)), "{name}: {error}");
                let message = error.to_string();
                assert!(message.contains("http://127.0.0.1:") && message.chars().count() < 700, "{message}");
                assert!(!message.contains(|c: char| c.is_control()), "{message:?}");
            }
        }
    }
}

#[test]
fn a_passing_fault_costs_tries_and_nothing_else() {
    let passing = faults().into_iter().filter(|wrong| wrong.retried);
    for (name, fault) in passing.filter_map(|wrong| Some((wrong.name, wrong.answer.fault?))) {
        for stream in [true, false] {
            let answer = Answer::text(TEXT).with_fault(Fault::TimesThenOk(RETRIES, Box::new(fault.clone())));
            let (completion, requests) = exchange(&answer, &chat("hi"), stream);
            let completion = completion.unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!((completion.text.as_str(), completion.attempts), (TEXT, 1 + RETRIES), "{name}");
            assert_eq!(requests, u64::from(1 + RETRIES), "{name}");
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
fn what_takes_too_long_is_given_up_at_the_deadline() {
    for (Wrong { name, answer, with_stream, .. }, idle) in delays() {
        let server = MockServer::start(move |_: &Call| answer.clone()).unwrap();
        // With an idle deadline of nothing only that one can fire; else only that of the whole try.
        let total = if idle.is_zero() { Duration::from_secs(3600) } else { Duration::from_millis(100) };
        let config = EndpointConfig { request_timeout: total, idle_timeout: idle, ..config(&server) };
        let error = ask(config, &chat("hi")).unwrap_err();
        assert_eq!((error.kind, error.attempts), (with_stream, 1 + RETRIES), "{name}");
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
    assert!(server.most_at_once() <= 32, "{}", server.most_at_once());
}

/// Asks once for `n` completions at temperature 0.8, then for one more with the same endpoint.
fn several(answer: Answer, n: u32) -> (Vec<String>, u32, u64) {
    let server = MockServer::start(move |_: &Call| answer.clone()).unwrap();
    let endpoint = Endpoint::new(config(&server)).unwrap();
    let sampling = Sampling { temperature: Some(0.8), ..Sampling::default() };
    let (first, second) = block_on(async {
        let first = endpoint.complete_several(&text("hi"), &sampling, Some(1), n).await.unwrap();
        (first, endpoint.complete_several(&text("hi"), &sampling, Some(2), n).await.unwrap())
    });
    let counted: Vec<bool> = first.iter().map(|completion| completion.usage.is_some()).collect();
    assert!(counted[0] && !counted[1..].contains(&true), "the request's tokens are counted once");
    (first.into_iter().map(|c| c.text).collect(), second.len() as u32, server.requests())
}

#[test]
fn several_completions_come_from_one_request_where_the_server_gives_different_ones() {
    let choices =
        |more: &[&str]| Answer { choices: more.iter().map(|text| (*text).to_owned()).collect(), ..Answer::text("a") };
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(several(choices(&["b", "c"]), 3), (texts(&["a", "b", "c"]), 3, 2));
    assert_eq!(several(choices(&["b"]), 3), (texts(&["a"]), 1, 2), "fewer");
    assert_eq!(several(choices(&["a", "a"]), 3), (texts(&["a"]), 1, 2), "all the same");
    assert_eq!(several(choices(&[]), 3), (texts(&["a"]), 1, 2), "a server that does not know n");
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

#[test]
fn a_prompt_that_the_server_cut_without_a_word_is_a_context_overflow() {
    let prose = "It returns the sum of its arguments. ".repeat(1000);
    for (provider, prompt_tokens, is_cut) in [
        (Provider::Ollama, 4096, true),
        (Provider::Ollama, 9000, false),
        (Provider::Other, 2048, true),
        (Provider::Other, 9000, false),
    ] {
        let answer = Answer { prompt_tokens: Some(prompt_tokens), ..Answer::text("x") };
        let server = MockServer::start(move |_: &Call| answer.clone()).unwrap();
        let result = ask(EndpointConfig { provider, ..config(&server) }, &chat(&prose));
        assert_eq!(result.as_ref().err().map(|e| e.kind), is_cut.then_some(ErrorKind::ContextOverflow), "{result:?}");
        assert_eq!(server.requests(), 1);
    }
}

#[test]
fn log_probabilities_arrive_by_both_apis_with_and_without_a_stream() {
    for request in [chat("hi"), text("hi")] {
        for stream in [true, false] {
            let server = MockServer::start(|_: &Call| Answer::text("some text")).unwrap();
            let endpoint = Endpoint::new(EndpointConfig { stream, ..config(&server) }).unwrap();
            let sampling = Sampling { logprobs: Some(0), ..Sampling::default() };
            let completion = block_on(endpoint.complete(&request, &sampling, None)).unwrap();
            let tokens: Vec<Value> = serde_json::from_str(&completion.logprobs.unwrap()).unwrap();
            let texts: String = tokens.iter().filter_map(|token| token["token"].as_str()).collect();
            assert_eq!((texts.as_str(), tokens[0]["logprob"].as_f64()), ("some text", Some(-0.5)));
        }
    }
}

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
