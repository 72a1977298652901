//! Every fault is a typed error, in the words of `docs/endpoint.md`.

use std::time::Duration;

use assay::endpoint::{EndpointConfig, ErrorKind, Finish};
use assay::mock::{Answer, Call, Fault, MockServer};

use crate::support::{BOOM, OVERFLOW, RETRIES, TEXT, ask, chat, config, exchange, raw, status, text};

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

const QUOTA: &str = r#"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota"}}"#;
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
    let page = include_str!("../../../docs/endpoint.md");
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
