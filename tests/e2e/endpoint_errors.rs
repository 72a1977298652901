use std::fs;

use assay::mock::{Answer, Fault};

use crate::assay::{Assay, Ended, User};
use crate::model::{Asked, Model, Suite, refusal, refusal_saying};
use crate::web::nobody;

const KEY: &str = "sk-canary-0123456789";

/// `assay run demo` against `url`, with a key.
fn run(user: &User, url: &str, options: &str) -> Assay {
    let arguments = ["run", "demo", "--base-url", url, "--model", "m", "--json", "-o", "run.assay"].into_iter();
    user.assay(arguments.chain(options.split_whitespace())).env("OPENAI_API_KEY", KEY)
}

/// The key is nowhere: neither in what was printed nor in any file.
#[track_caller]
fn assert_the_key_is_nowhere(user: &User, ended: &Ended) {
    let holds = |bytes: &[u8]| bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
    assert!(!holds(&ended.stdout) && !holds(ended.stderr.as_bytes()), "{ended:?}");
    for file in user.files() {
        assert!(!holds(&fs::read(user.path(&file)).unwrap()), "{file}");
    }
}

#[test]
fn a_server_that_fails_is_named_with_its_url_and_what_to_do() {
    let evil = format!("\u{1b}[31mIncorrect API key provided: {KEY}\u{1b}[0m");
    let in_200 = serde_json::json!({"error": {"message": evil, "code": "invalid_api_key"}}).to_string();
    let always_500 = serde_json::json!({"error": {"message": evil}}).to_string();
    for (fault, options, says) in [
        (refusal_saying(401, &evil), "", &["HTTP 401", "--api-key-env", "Incorrect API key provided: ***"][..]),
        (refusal_saying(404, "model not found"), "", &["HTTP 404", "model not found", "--model"]),
        (refusal(403), "", &["HTTP 403", "forbids"]),
        (Fault::Html, "", &["text/html", "does not come from a completions API", "/v1"]),
        (Fault::Redirect("http://elsewhere.invalid/v1".to_owned()), "", &["redirects", "elsewhere.invalid"]),
        (refusal_saying(500, &evil), "--max-retries 1 --limit 1", &["HTTP 500", "after 2 tries", "1 of 1 samples"]),
        (Fault::ErrorIn200(in_200), "", &["the API key is missing or wrong"]),
        (Fault::ErrorIn200(always_500), "--max-retries 0 --limit 2", &["the server failed", "2 of 2 samples"]),
        (Fault::EmptyBody, "--max-retries 0 --limit 1", &["the answer is empty"]),
        (Fault::CutStream(2), "--max-retries 0 --limit 1", &["broke"]),
        (Fault::Stall, "--max-retries 0 --limit 1 --request-timeout 0.2", &["deadline", "--request-timeout"]),
    ] {
        let answer = Answer::text("of some length").with_fault(fault);
        let model = Model::new(&Suite::demo(), move |_: &Asked| answer.clone());
        let user = User::new();
        let ended = run(&user, &model.url(), options).run().exits(3).without_control_characters();
        let url = format!("{}/chat/completions", model.url());
        let ended = ended.has_one_error().says(&[&url]).says(says);
        assert_the_key_is_nowhere(&user, &ended);
        assert_eq!(model.asked()[0].call.api_key.as_ref().map(|key| key.expose()), Some(KEY));
    }
}

#[test]
fn a_server_that_is_not_there_is_named_at_once() {
    let user = User::new();
    let url = format!("http://{}/v1", nobody());
    let ended = run(&user, &url, "--max-retries 9").run();
    let ended = ended.fails(3, &[&url, "can't connect", "check that the server is running"]);
    assert_the_key_is_nowhere(&user, &ended);
}

#[test]
fn a_provider_has_its_own_address() {
    for (provider, url) in [
        ("ollama", "http://127.0.0.1:11434/v1"),
        ("llamacpp", "http://127.0.0.1:8080/v1"),
        ("lmstudio", "http://127.0.0.1:1234/v1"),
        ("vllm", "http://127.0.0.1:8000/v1"),
    ] {
        // Should a server run there, it has no such model.
        let line = format!("run demo --provider {provider} --model no-such-model --limit 1 --max-retries 0");
        User::new().run(&line).exits(3).says(&[url]);
    }
    User::new().run("run demo --provider other --model m").fails(2, &["give --base-url"]);
}

#[test]
fn a_server_that_is_busy_is_asked_again_when_it_says() {
    let suite = Suite::demo();
    let gold = crate::model::golds(&suite);
    let model = Model::new(&suite, move |asked: &Asked| {
        let busy = Fault::Status { code: 429, body: "{}".to_owned(), retry_after: Some("0".to_owned()) };
        Answer::text(&gold[&asked.task_id]).with_fault(Fault::TimesThenOk(2, Box::new(busy)))
    });
    let user = User::new();
    let ended = run(&user, &model.url(), "--limit 3").run().done();
    assert_eq!(ended.json()["verdicts"]["passed"], 3);
    assert_eq!(model.requests(), 9);
    assert_the_key_is_nowhere(&user, &ended);
}

#[test]
fn a_key_that_was_named_and_is_not_there_is_refused_before_anything_is_sent() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    let ended = run(&user, &model.url(), "--api-key-env MY_KEY").run();
    ended.fails(2, &["--api-key-env MY_KEY: it is not set"]);
    let ended = run(&user, &model.url(), "--api-key-env MY_KEY").env("MY_KEY", "").run();
    ended.fails(2, &["--api-key-env MY_KEY"]);
    let ended = run(&user, &model.url(), "--api-key-env MY_KEY").env("MY_KEY", "two\nlines").run();
    assert!(ended.exits(2).says(&["error: "]).stderr.lines().all(|line| !line.contains("lines")));
    assert_eq!(model.requests(), 0);
    assert_eq!(user.files(), [""; 0]);

    let ended = run(&user, &model.url(), "--api-key-env MY_KEY --limit 1").env("MY_KEY", "sk-mine").run().done();
    assert_eq!(model.asked()[0].call.api_key.as_ref().map(|key| key.expose()), Some("sk-mine"));
    assert_the_key_is_nowhere(&user, &ended);
}

#[test]
fn an_address_that_is_none_is_refused_without_showing_what_may_be_secret() {
    let user = User::new();
    for url in [
        "localhost:8000",
        "ftp://h/v1",
        "http://user:sk-canary-0123456789@h/v1",
        "http://h/v1?key=sk-canary-0123456789",
    ] {
        let ended = run(&user, url, "").run().fails(2, &["the endpoint is misconfigured"]);
        assert_the_key_is_nowhere(&user, &ended);
    }
    assert_eq!(user.files(), [""; 0]);
}
