//! A run goes on where it stopped, or says why it can't.

use std::fs;

use super::*;

fn changed(change: impl FnOnce(&mut RunConfig)) -> RunConfig {
    let mut config = config();
    change(&mut config);
    config
}

/// What opening a run of [`config`] with this one says has changed.
fn refusals(change: impl FnOnce(&mut RunConfig)) -> Vec<String> {
    let place = Place::new();
    place.open().close().unwrap();
    let before = fs::read(place.file()).unwrap();
    let error = RunFile::create_or_resume(&place.file(), &changed(change)).unwrap_err();
    let StoreError::ConfigChanged { changes, .. } = &error else { panic!("{error}") };
    assert_eq!(RunFile::open_read_only(&place.file()).unwrap().config().unwrap(), config());
    assert_eq!(fs::read(place.file()).unwrap().len(), before.len());
    changes.iter().map(Change::to_string).collect()
}

#[test]
fn the_same_command_continues() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    run.record(&result(&key(0, 0))).unwrap();
    run.close().unwrap();
    let run = place.with_tasks(1);
    assert_eq!(run.finished().unwrap().into_keys().collect::<Vec<_>>(), [key(0, 0)]);
    let invocations = "SELECT count(*) FROM invocation";
    assert_eq!(run.reader().conn.query_row(invocations, [], |row| row.get::<_, i64>(0)).unwrap(), 2);
}

#[test]
fn what_changed_is_named_with_both_values() {
    let changes = refusals(|c| {
        c.identity.sampling.temperature = Some(0.8);
        c.identity.sampling.max_tokens = None;
        c.identity.suites[1].digest = "b2".into();
        c.identity.model = "big\u{1b}coder".into();
        c.identity.runtimes.insert("quickjs".into(), "dd".into());
    });
    assert_eq!(
        changes,
        [
            r#"model was "tiny-coder", now "big\u001bcoder""#,
            r#"runtimes.quickjs was absent, now "dd""#,
            "sampling.max_tokens was 512, now absent",
            "sampling.temperature was 0.2, now 0.8",
            r#"suites.mbpp.digest was "bb", now "b2""#,
        ]
    );
}

#[test]
fn a_suite_that_comes_or_goes_is_a_change() {
    let changes = refusals(|c| {
        c.identity.suites.pop();
    });
    assert_eq!(changes.len(), 3);
    assert!(changes.iter().all(|c| c.starts_with("suites.mbpp.") && c.ends_with("now absent")), "{changes:?}");
}

#[test]
fn a_scored_file_does_not_continue_a_run_against_a_server() {
    let changes = refusals(|c| c.identity.source = Source::Samples { sha256: "ee".into() });
    assert_eq!(changes.len(), 3, "{changes:?}");
}

#[test]
fn the_order_of_suites_means_nothing() {
    let reordered = changed(|c| c.identity.suites.reverse());
    assert_eq!(reordered.identity.digest(), config().identity.digest());
    let place = Place::new();
    place.open().close().unwrap();
    RunFile::create_or_resume(&place.file(), &reordered).unwrap();
}

#[test]
fn settings_may_widen() {
    let place = Place::new();
    place.open().close().unwrap();
    let wider = changed(|c| {
        c.settings = RunSettings {
            n: 20,
            k: vec![20],
            limit: None,
            jobs: Some(3),
            concurrency: Some(9),
            ..RunSettings::default()
        };
    });
    RunFile::create_or_resume(&place.file(), &wider).unwrap().close().unwrap();
    let reader = RunFile::open_read_only(&place.file()).unwrap();
    assert_eq!(reader.config().unwrap().settings, wider.settings);
}

#[test]
fn settings_may_not_narrow() {
    assert_eq!(refusals(|c| c.settings.n = 9), ["n was 10, now 9"]);
    assert_eq!(refusals(|c| c.settings.limit = Some(19)), ["limit was 20, now 19"]);
    assert_eq!(refusals(|c| c.settings.tasks = vec!["T/1".into()]), [r#"tasks was [], now ["T/1"]"#]);
}

#[test]
fn a_prompt_that_changed_is_refused() {
    let place = Place::new();
    place.with_tasks(2).close().unwrap();
    let mut run = place.open();
    let error = run.record_tasks(&[task(0), TaskRecord { prompt: Some(request(9)), ..task(1) }]).unwrap_err();
    assert!(matches!(&error, StoreError::PromptChanged { task_id, .. } if task_id == "T/1"), "{error}");
    run.record_tasks(&[task(0), task(1), task(2)]).unwrap();
    assert_eq!(run.reader().load_tasks().unwrap().len(), 3);
}

#[test]
fn a_completion_without_a_verdict_is_executed_without_asking_again() {
    let place = Place::new();
    let mut run = place.with_tasks(2);
    let turns = [completion(&key(1, 0)), StoredCompletion { turn: 1, ..completion(&key(1, 0)) }];
    for turn in &turns {
        run.record_completion(&key(1, 0), turn).unwrap();
    }
    run.record_completion(&key(0, 0), &completion(&key(0, 0))).unwrap();
    run.record(&result(&key(0, 0))).unwrap();
    run.close().unwrap();

    let mut run = place.open();
    let pending = run.pending().unwrap();
    assert_eq!(pending, [PendingSample { key: key(1, 0), completions: turns.to_vec() }]);
    run.record(&result(&key(1, 0))).unwrap();
    assert_eq!(run.pending().unwrap(), []);
}

#[test]
fn a_sample_whose_execution_broke_down_is_executed_again() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    run.record_completion(&key(0, 0), &completion(&key(0, 0))).unwrap();
    run.record(&infra(&key(0, 0), "sandbox crash")).unwrap();
    run.close().unwrap();

    let mut run = place.open();
    assert!(run.finished().unwrap().is_empty());
    assert_eq!(run.pending().unwrap().len(), 1);
    assert_eq!(run.reader().load_results().unwrap()[0].executions, []);
    run.record(&result(&key(0, 0))).unwrap();
    assert_eq!(run.finished().unwrap()[&key(0, 0)], Verdict::Passed);
    assert_eq!(run.reader().load_results().unwrap()[0].executions.len(), 1);
}

#[test]
fn a_sample_whose_request_failed_is_asked_for_again() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    run.record_failure(
        &key(0, 0),
        &RequestFailure { attempts: 5, message: "503 from the server".into(), context_overflow: false },
    )
    .unwrap();
    assert_eq!(run.reader().load_results().unwrap()[0].verdict, Verdict::Infra { why: "503 from the server".into() });
    assert!(run.finished().unwrap().is_empty());
    assert_eq!(run.pending().unwrap(), []);
    run.record_completion(&key(0, 0), &completion(&key(0, 0))).unwrap();
    run.record(&result(&key(0, 0))).unwrap();
    assert_eq!(run.finished().unwrap().len(), 1);
    let history = "SELECT stage || ' ' || attempts || ' ' || message FROM failure";
    let history: String = run.reader().conn.query_row(history, [], |row| row.get(0)).unwrap();
    assert_eq!(history, "request 5 503 from the server");
}

#[test]
fn credentials_never_reach_the_file() {
    const SECRET: &str = "sk-canary";
    let place = Place::new();
    let address = format!("https://user:{SECRET}@example.org/v1/?api_key={SECRET}#{SECRET}");
    let config = changed(|c| {
        c.identity.source =
            Source::Endpoint { base_url: BaseUrl::parse(&address).unwrap(), provider: Some("vllm".into()) };
        c.command = CommandLine::new(["assay", "run", "--base-url", &address, &format!("--base-url={address}")]);
    });
    assert_eq!(config.command.arguments()[4], "--base-url=https://example.org/v1");
    let unusual = CommandLine::new([format!("-u=HTTP:user:{SECRET}@example.org")]);
    assert_eq!(unusual.arguments(), ["-u=http://example.org"]);
    RunFile::create_or_resume(&place.file(), &config).unwrap().close().unwrap();
    let bytes = fs::read(place.file()).unwrap();
    assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()));
    for bad in [&format!("http://[{SECRET}/"), SECRET, &format!("ftp://{SECRET}@h/")] {
        let error = BaseUrl::parse(bad).unwrap_err();
        assert!(!error.to_string().contains(SECRET));
        assert!(!CommandLine::new([format!("http://[{bad}")]).arguments()[0].contains(SECRET));
    }
}

#[test]
fn a_run_that_is_set_aside_is_whole_and_leaves_its_name_to_a_fresh_one() {
    let place = Place::new();
    assert_eq!(RunFile::set_aside(&place.file()).unwrap(), None);
    for number in 1..=2 {
        let mut run = place.with_tasks(1);
        run.record(&result(&key(0, number))).unwrap();
        let error = RunFile::set_aside(&place.file()).unwrap_err();
        assert!(matches!(error, StoreError::Locked { .. }), "{error}");
        run.close().unwrap();
        let aside = RunFile::set_aside(&place.file()).unwrap().unwrap();
        assert!(aside.ends_with(format!("run.{number}.assay")), "{}", aside.display());
        let stored = RunFile::open_read_only(&aside).unwrap().load_results().unwrap();
        assert_eq!(stored.iter().map(|sample| &sample.key).collect::<Vec<_>>(), [&key(0, number)]);
    }
    assert!(place.open().finished().unwrap().is_empty());
    assert_eq!(place.names(), ["run.1.assay", "run.2.assay", "run.assay"]);
}

#[test]
fn what_is_no_run_is_not_set_aside() {
    let place = Place::new();
    for contents in ["", "notes"] {
        fs::write(place.file(), contents).unwrap();
        let error = RunFile::set_aside(&place.file()).unwrap_err();
        assert!(matches!(error, StoreError::NotARun { .. }), "{error}");
    }
    assert_eq!(place.names(), ["run.assay"]);
}

/// A run as the first format had it, with one task that has a verdict.
fn format_1(place: &Place) -> rusqlite::Connection {
    let mut run = place.with_tasks(1);
    run.record(&result(&key(0, 0))).unwrap();
    run.close().unwrap();
    let conn = rusqlite::Connection::open(place.file()).unwrap();
    let older = "ALTER TABLE task DROP COLUMN gold_fuel; ALTER TABLE task DROP COLUMN fuel_limit;
                 ALTER TABLE run DROP COLUMN model_facts; ALTER TABLE completion DROP COLUMN logprobs;
                 PRAGMA user_version = 1";
    conn.execute_batch(older).unwrap();
    conn
}

#[test]
fn a_run_of_the_first_format_is_read_as_it_is_and_continued_in_todays() {
    let place = Place::new();
    drop(format_1(&place));
    let reader = RunFile::open_read_only(&place.file()).unwrap();
    assert_eq!(reader.format(), 1);
    assert_eq!(reader.load_tasks().unwrap(), [TaskRecord { fuel: None, ..task(0) }]);
    assert_eq!(reader.load_results().unwrap().len(), 1);
    drop(reader);

    let mut run = place.open();
    assert_eq!((run.reader().format(), run.finished().unwrap().len()), (FORMAT, 1));
    run.record_tasks(&[task(0), task(1)]).unwrap();
    run.close().unwrap();
    let reader = RunFile::open_read_only(&place.file()).unwrap();
    assert_eq!(reader.format(), FORMAT);
    assert_eq!(reader.load_tasks().unwrap(), [TaskRecord { fuel: None, ..task(0) }, task(1)]);
}

#[test]
fn a_refused_run_of_the_first_format_stays_one() {
    let place = Place::new();
    drop(format_1(&place));
    let other = changed(|c| c.identity.seed = 3);
    let error = RunFile::create_or_resume(&place.file(), &other).unwrap_err();
    assert!(matches!(error, StoreError::ConfigChanged { .. }), "{error}");
    assert_eq!(RunFile::open_read_only(&place.file()).unwrap().format(), 1);
}
