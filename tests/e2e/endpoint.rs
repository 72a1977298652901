use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use assay::mock::{Answer, Fault};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::assay::{Assay, Ended, User};
use crate::model::{Asked, Model, Suite, fenced, golds};

const KEY: &str = "sk-canary-0123456789";

/// `assay run demo` against `model`, to be judged by machines.
fn run(user: &User, model: &Model, options: &[&str]) -> Assay {
    let url = model.url();
    let arguments = ["run", "demo", "--base-url", &url, "--model", "m", "--json", "-o", "run.assay"];
    user.assay(arguments.iter().chain(options))
}

/// The bodies of all requests.
fn bodies(model: &Model) -> Vec<Value> {
    model.asked().into_iter().map(|asked| asked.call.body).collect()
}

/// What a query on the run file gives: the first column of the first row.
fn query<T: rusqlite::types::FromSql>(user: &User, sql: &str) -> T {
    let conn = rusqlite::Connection::open(user.path("run.assay")).unwrap();
    conn.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[track_caller]
fn assert_the_key_is_nowhere(user: &User, ended: &Ended) {
    let holds = |bytes: &[u8]| bytes.windows(KEY.len()).any(|window| window == KEY.as_bytes());
    assert!(!holds(&ended.stdout) && !holds(ended.stderr.as_bytes()), "{ended:?}");
    for file in user.files() {
        assert!(!holds(&fs::read(user.path(&file)).unwrap()), "{file}");
    }
}

#[test]
fn every_parameter_reaches_the_server_and_the_run_file() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    let chosen = ["--stop", "\nclass", "--reasoning-effort", "low", "--logprobs", "2", "--param", "top_k=40"];
    let more = ["--param", "seed=null", "--temperature", "server", "--limit", "1"];
    let ended = run(&user, &model, &[&chosen[..], &more].concat()).run();
    // The scripted model knows its samples by their seeds, and this request has none.
    ended.exits(3);
    let with_seed = ["--temperature", "server", "--limit", "1", "--fresh"];
    run(&user, &model, &[&chosen[..], &with_seed].concat()).run().done();
    let body = bodies(&model).pop().unwrap();
    assert_eq!(body["stop"], json!(["\nclass"]));
    assert_eq!((&body["reasoning_effort"], &body["top_k"]), (&json!("low"), &json!(40)));
    assert_eq!((&body["logprobs"], &body["top_logprobs"]), (&json!(true), &json!(2)));
    assert_eq!(body.get("temperature"), None);

    let logprobs: String = query(&user, "SELECT logprobs FROM completion");
    let tokens: Vec<Value> = serde_json::from_str(&logprobs).unwrap();
    let joined: String = tokens.iter().filter_map(|token| token["token"].as_str()).collect();
    assert_eq!(joined, query::<String>(&user, "SELECT text FROM completion"));
    let identity: String = query(&user, "SELECT identity FROM run");
    let sampling = serde_json::from_str::<Value>(&identity).unwrap()["sampling"].clone();
    assert_eq!(
        sampling,
        json!({"stop": ["\nclass"], "reasoning_effort": "low", "logprobs": 2, "params": {"top_k": "40"}})
    );

    let changed = ["--temperature", "server", "--limit", "1", "--reasoning-effort", "high", "--stop", "\nclass"];
    let ended = run(&user, &model, &changed).run().exits(2);
    ended
        .says(&["sampling.reasoning_effort was \"low\", now \"high\"", "sampling.params.top_k was \"40\", now absent"]);
}

#[test]
fn a_parameter_that_cannot_be_is_refused_before_anything_is_sent() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    for (options, says) in [
        (["--param", "stream=false"], "--no-stream"),
        (["--param", "service_tier=flex"], "service_tier='\"flex\"'"),
        (["--fim", "gpt"], "starcoder2"),
        (["--temperature", "cold"], "a number from 0"),
        (["--logprobs", "21"], "20"),
        (["--endpoint", "nowhere"], "nowhere"),
    ] {
        run(&user, &model, &options).run().exits(2).says(&[says]);
    }
    run(&user, &model, &["--style", "completion", "--system", "x"]).run().exits(2).says(&["--system"]);
    assert_eq!((model.requests(), user.files()), (0, Vec::new()));
}

#[test]
fn a_system_prompt_comes_first_and_is_part_of_the_run() {
    let suite = Suite::demo();
    let server =
        assay::mock::MockServer::start(|call: &assay::mock::Call| Answer::text(call.body["messages"].to_string()));
    let server = server.unwrap();
    let user = User::new();
    let url = server.url();
    let line = ["run", "demo", "--base-url", &url, "--model", "m", "--limit", "1", "-o", "run.assay"];
    user.assay(line.iter().chain(&["--system", "Be brief."])).run().done();
    let messages: String = query(&user, "SELECT text FROM completion");
    let messages: Vec<Value> = serde_json::from_str(&messages).unwrap();
    assert_eq!(messages[0], json!({"role": "system", "content": "Be brief."}));
    assert_eq!(messages.len(), 2);
    drop(suite);
    user.assay(line).run().exits(2).says(&["sampling.system was \"Be brief.\", now absent"]);
}

#[test]
fn all_samples_of_a_task_come_from_one_request_where_the_server_gives_them() {
    let suite = Suite::demo();
    let gold = golds(&suite);
    let several = Model::new(&suite, move |asked: &Asked| Answer {
        choices: vec![fenced("x = 1\n"), fenced("x = 2\n")],
        ..Answer::text(&gold[&asked.task_id])
    });
    let user = User::new();
    let json = run(&user, &several, &["-n", "3", "--limit", "4", "--native-n"]).run().done().json();
    assert_eq!((&json["verdicts"]["passed"], &json["verdicts"]["failed"]), (&4.into(), &8.into()));
    assert_eq!(several.requests(), 4);

    // A server that does not know `n` gives one: the others are asked for, each with the seed it would have had.
    let one = Model::golden(&suite);
    let user = User::new();
    let json = run(&user, &one, &["-n", "3", "--limit", "4", "--native-n"]).run().done().json();
    assert_eq!(json["verdicts"]["passed"], 12);
    let mut samples = one.samples();
    samples.dedup();
    assert_eq!((samples.len(), one.requests()), (12, 12), "each sample once");
}

#[test]
fn a_context_overflow_is_counted_apart_and_asked_again() {
    let suite = Suite::demo();
    let gold = golds(&suite);
    let first = suite.tasks()[0].id.clone();
    let overflow = json!({"error": {"message": "maximum context length is 8", "code": "context_length_exceeded"}});
    let fault = Fault::Status { code: 400, body: overflow.to_string(), retry_after: None };
    let model = Model::new(&suite, move |asked: &Asked| {
        let answer = Answer::text(&gold[&asked.task_id]);
        if asked.task_id == first { answer.with_fault(Fault::TimesThenOk(1, Box::new(fault.clone()))) } else { answer }
    });
    let user = User::new();
    let ended = run(&user, &model, &["--limit", "3"]).run().exits(3).has_one_error();
    let ended = ended.says(&["1 of 3 samples have no verdict", "does not fit the model's context", "larger context"]);
    let json = ended.json();
    assert_eq!((&json["verdicts"]["context_overflow"], &json["verdicts"]["infra"]), (&1.into(), &0.into()));
    assert_eq!((&json["verdicts"]["passed"], &json["pass_at_k"]["1"]["value"]), (&2.into(), &json!(1.0)));
    assert!(json["warnings"].to_string().contains("exceed the context"), "{json}");
    assert_eq!(model.requests(), 3, "it is not tried again in the same run");
    assert_eq!(query::<String>(&user, "SELECT verdict FROM sample WHERE verdict <> 'passed'"), "context_overflow");

    let json = run(&user, &model, &["--limit", "3"]).run().done().json();
    assert_eq!((&json["verdicts"]["context_overflow"], &json["verdicts"]["passed"]), (&0.into(), &3.into()));
    assert_eq!(model.requests(), 4);
}

#[test]
fn a_recorded_run_is_repeated_without_the_server() {
    let user = User::new();
    let model = Model::golden(&Suite::demo());
    let url = model.url();
    let line = ["run", "demo", "--base-url", &url, "--model", "m", "--json", "--limit", "5", "-n", "2"];
    let with = |options: &[&str]| user.assay(line.iter().chain(options)).env("OPENAI_API_KEY", KEY);
    let recorded = with(&["-o", "a.assay", "--record", "tape.jsonl"]).run().done().json();
    assert_eq!(fs::metadata(user.path("tape.jsonl")).unwrap().permissions().mode() & 0o777, 0o600);
    with(&["-o", "c.assay", "--record", "tape.jsonl"]).run().fails(2, &["tape.jsonl", "exists"]);
    drop(model);

    let ended = with(&["-o", "b.assay", "--replay", "tape.jsonl"]).run().done();
    let replayed = ended.json();
    for same in ["results_digest", "tokens", "verdicts", "pass_at_k"] {
        assert_eq!(replayed[same], recorded[same], "{same}");
    }
    assert_the_key_is_nowhere(&user, &ended);
    let ended = with(&["-o", "d.assay", "--replay", "tape.jsonl", "--seed", "6"]).run();
    ended.exits(3).has_one_error().says(&["tape.jsonl has no answer to /chat/completions"]);
}

#[test]
fn a_key_from_the_configuration_file_is_sent_to_its_server_and_shown_nowhere() {
    let suite = Suite::demo();
    let gold = golds(&suite);
    let echo = format!("no such key: {KEY}");
    let model = Model::new(&suite, move |asked: &Asked| {
        let refusal = json!({"error": {"message": echo}}).to_string();
        let fault = Fault::Status { code: 500, body: refusal, retry_after: Some("0".to_owned()) };
        let answer =
            Answer { reasoning: Some(echo.clone()), ..Answer::text(format!("{echo}\n{}", gold[&asked.task_id])) };
        answer.with_fault(Fault::TimesThenOk(1, Box::new(fault)))
    });
    let user = User::new();
    let folder = user.home().join(".config/assay");
    fs::create_dir_all(&folder).unwrap();
    let config = folder.join("config.toml");
    let text = format!("[endpoints.mine]\nbase_url = \"{}\"\napi_key = \"{KEY}\"\n", model.url());
    fs::write(&config, text).unwrap();
    let line = ["run", "demo", "--endpoint", "mine", "--model", "m", "--limit", "2", "-vv", "-o", "run.assay"];
    fs::set_permissions(&config, fs::Permissions::from_mode(0o644)).unwrap();
    let ended = user.assay(line).run().fails(2, &["others may use it (mode 0644)", "chmod 600"]);
    assert_the_key_is_nowhere(&user, &ended);
    assert_eq!(model.requests(), 0);

    fs::set_permissions(&config, fs::Permissions::from_mode(0o600)).unwrap();
    let ended = user.assay(line.iter().chain(&["--record", "tape.jsonl"])).env("RUST_BACKTRACE", "full").run().done();
    let ended = ended.says(&["failed after", "HTTP 500", "no such key: ***", "answered after"]);
    assert_eq!(model.asked()[0].call.api_key.as_ref().map(|key| key.expose()), Some(KEY));
    assert_the_key_is_nowhere(&user, &ended);
    assert_eq!(query::<String>(&user, "SELECT reasoning FROM completion LIMIT 1"), "no such key: ***");
    for reading in [
        &["show", "run.assay", "--json"][..],
        &["show", "run.assay", "--task", &suite.tasks()[0].id, "--sample", "0"],
        &["export", "run.assay", "--format", "jsonl", "-o", "run.jsonl"],
        &["export", "run.assay", "--format", "csv", "-o", "run.csv"],
        &["export", "run.assay", "--format", "human-eval", "-o", "human-eval.jsonl"],
        &["export", "run.assay", "--format", "evalplus", "-o", "evalplus.jsonl"],
        &["rescore", "run.assay", "-o", "rescored.assay", "-vv"],
    ] {
        assert_the_key_is_nowhere(&user, &user.assay(reading).run().done());
    }
    // Such an endpoint gets its own key or none, never the one that is meant for servers named by address.
    fs::write(&config, format!("[endpoints.mine]\nbase_url = \"{}\"\n", model.url())).unwrap();
    user.assay(line.iter().chain(&["--fresh"])).env("OPENAI_API_KEY", KEY).run().done();
    assert_eq!(model.asked().last().unwrap().call.api_key, None);
}

#[test]
fn what_is_known_of_a_model_is_in_the_report_and_in_the_run_file() {
    let model = Model::golden(&Suite::demo());
    let user = User::new();
    user.write(
        "models.toml",
        "[[model]]\nname = 'm'\nparameters = 1_500_000_000\nlicence = 'Apache-2.0'\n\
         price = { prompt = 1e6, completion = 2e6, currency = 'EUR', as_of = '2026-10' }\n",
    );
    let url = model.url();
    let line = ["run", "demo", "--base-url", &url, "--model", "m", "--limit", "2", "--models", "models.toml"];
    let json = user.assay(line.iter().chain(&["--json", "-o", "run.assay"])).run().done().json();
    let tokens = |side: &str| json["tokens"][side].as_f64().unwrap();
    assert_eq!(json["cost"]["amount"].as_f64(), Some(tokens("prompt") + 2.0 * tokens("completion")));
    assert_eq!((&json["cost"]["currency"], &json["model_facts"]["licence"]), (&json!("EUR"), &json!("Apache-2.0")));
    assert!(json["latency"]["total_ms"].is_f64() && json["latency"]["first_token_ms"].is_f64(), "{json}");
    let facts: String = query(&user, "SELECT model_facts FROM run");
    assert_eq!(serde_json::from_str::<Value>(&facts).unwrap(), json["model_facts"]);
    assert_eq!(
        Some(query::<f64>(&user, "SELECT value FROM metric WHERE name = 'cost'")),
        json["cost"]["amount"].as_f64()
    );

    let report = user.assay(line.iter().chain(&["-o", "b.assay"])).run().done().text();
    for part in ["EUR, at prices of 2026-10", "1.5 B parameters, Apache-2.0", "(medians)"] {
        assert!(report.contains(part), "{part}\n{report}");
    }
    user.write("models.toml", "[[model]]\nname = 'm'\nprize = 3\n");
    user.assay(line).run().fails(2, &["models.toml", "prize"]);
}

/// `assay mock-endpoint` at work. Killed when dropped.
struct Mock {
    child: Child,
    _stdout: BufReader<ChildStdout>,
    url: String,
}

impl Mock {
    fn start(user: &User, script: &str) -> Self {
        let script = user.write("script.jsonl", script);
        let mut command = Command::new(env!("CARGO_BIN_EXE_assay"));
        command.arg("mock-endpoint").arg("--script").arg(script).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut url = String::new();
        stdout.read_line(&mut url).unwrap();
        Mock { child, _stdout: stdout, url: url.trim_end().to_owned() }
    }

    fn interrupt(&mut self) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), Signal::INT).unwrap();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(60) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::yield_now();
        }
        panic!("it does not end");
    }
}

impl Drop for Mock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_scripted_endpoint_answers_goes_wrong_as_told_and_lists_its_models() {
    let suite = Suite::demo();
    let gold = golds(&suite);
    let tasks = suite.tasks();
    let rules = tasks[..3].iter().map(|task| {
        let name = format!("def {}(", suite.field(&task.id, "entry_point"));
        let fault = json!({"times_then_ok": [1, {"status": {"code": 503, "retry_after": "0"}}]});
        json!({"when": {"contains": name}, "text": gold[&task.id], "fault": fault}).to_string()
    });
    let models = json!({"models": ["mock", "other"]}).to_string();
    let script: Vec<String> = std::iter::once(models).chain(rules).collect();
    let user = User::new();
    let mut mock = Mock::start(&user, &script.join("\n"));
    let url = mock.url.clone();
    let ended = user.assay(["run", "demo", "--base-url", &url, "--model", "mock", "--limit", "3", "--json"]).run();
    assert_eq!(ended.done().json()["verdicts"]["passed"], 3);

    let listed = user.assay(["models", "--base-url", &url, "--json"]).run().done().json();
    let ids: Vec<&str> = listed.as_array().unwrap().iter().filter_map(|model| model["id"].as_str()).collect();
    assert_eq!(ids, ["mock", "other"]);
    let table = user.assay(["models", "--base-url", &url]).run().done().without_control_characters().text();
    assert!(table.contains("other") && table.contains(&url), "{table}");
    // What no rule fits is refused, and that is told.
    let ended =
        user.assay(["run", "demo", "--base-url", &url, "--model", "mock", "--tasks", "Demo/20", "-o", "b.assay"]).run();
    ended.exits(3).says(&["no rule of the script fits"]);
    assert_eq!(mock.interrupt(), Some(0));
}

#[test]
fn a_script_or_a_server_that_is_none_is_named() {
    let user = User::new();
    user.write("script.jsonl", "{\"text\": \"a\"}\n{\"txt\": \"b\"}\n");
    user.run("mock-endpoint --script script.jsonl").fails(2, &["script.jsonl line 2", "txt"]);
    user.run("mock-endpoint --script nowhere.jsonl").fails(2, &["nowhere.jsonl"]);
    let url = format!("http://{}/v1", crate::web::nobody());
    user.assay(["models", "--base-url", &url]).run().fails(3, &[&url, "can't connect"]);
}
