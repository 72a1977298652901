//! What is written is what is read.

use super::*;

#[test]
fn a_closed_run_is_one_plain_file() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    run.record(&result(&key(0, 0))).unwrap();
    assert_eq!(run.close().unwrap(), Closed::Plain);
    assert_eq!(place.names(), ["run.assay"]);
}

#[test]
fn a_dropped_run_is_one_plain_file_too() {
    let place = Place::new();
    drop(place.with_tasks(1));
    assert_eq!(place.names(), ["run.assay"]);
}

#[test]
fn everything_of_a_sample_comes_back() {
    let place = Place::new();
    let mut run = place.with_tasks(2);
    let (sample, other) = (key(1, 3), key(0, 1));
    run.record_completion(&sample, &completion(&sample)).unwrap();
    run.record_batch(&[result(&sample), result(&other)]).unwrap();
    run.close().unwrap();

    let reader = RunFile::open_read_only(&place.file()).unwrap();
    assert_eq!(reader.config().unwrap(), config());
    assert_eq!(reader.load_tasks().unwrap(), [task(0), task(1)]);
    assert_eq!(reader.completions(&sample).unwrap(), [completion(&sample)]);
    assert_eq!(reader.solution(&sample).unwrap().unwrap(), result(&sample).solution.unwrap().code);
    let results = reader.load_results().unwrap();
    assert_eq!(results.iter().map(|s| &s.key).collect::<Vec<_>>(), [&other, &sample]);
    let stored = &results[1];
    assert_eq!(stored.verdict, result(&sample).verdict);
    assert_eq!((stored.turns, stored.tokens), (1, completion(&sample).tokens));
    assert_eq!((stored.first_token_ms, stored.total_ms), (Some(30), Some(250)));
    assert_eq!(stored.fuel(), 1_000_003);
    let execution = &stored.executions[0];
    assert_eq!(execution.program, program_digest(&program(&sample)));
    assert_eq!(reader.program(&execution.program).unwrap().unwrap(), program(&sample));
    assert_eq!(reader.outcome(&execution.outcome).unwrap().unwrap(), outcome(1_000_003));
    assert_eq!((execution.runtime.as_str(), execution.status.as_str()), ("cc", "completed"));
}

#[test]
fn texts_of_any_characters_come_back() {
    let place = Place::new();
    let mut run = place.open();
    let text = "nul \0, quote ' \" ; DROP TABLE sample; -- \u{1b}[2J \u{202e} \u{10ffff}\r\n";
    let strange = SampleKey { suite: text.into(), task_id: text.into(), sample_index: u32::MAX };
    run.record_tasks(&[TaskRecord { suite: text.into(), task_id: text.into(), ..task(0) }]).unwrap();
    let mut answer = completion(&strange);
    answer.completion.text = text.into();
    let mut sample = result(&strange);
    sample.completions = vec![answer.clone()];
    sample.executions[0].program.files[0].text = text.into();
    sample.executions[0].program.stdin = text.into();
    run.record(&sample).unwrap();

    let stored = &run.reader().load_results().unwrap()[0];
    assert_eq!(stored.key, strange);
    assert_eq!(run.reader().completions(&strange).unwrap(), [answer]);
    let program = run.reader().program(&stored.executions[0].program).unwrap();
    assert_eq!(program.as_ref(), Some(&sample.executions[0].program));
    assert!(!strange.to_string().contains(char::is_control), "{strange}");
}

#[test]
fn tests_that_samples_share_are_stored_once() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    let samples: Vec<_> = (0..50).map(|index| result(&key(0, index))).collect();
    run.record_batch(&samples).unwrap();
    let count = |sql: &str| run.reader().conn.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM program"), 50);
    assert_eq!(count("SELECT count(*) FROM content WHERE text = 'assert answer'"), 1);
    assert_eq!(count("SELECT count(*) FROM content WHERE text = '1 2' || char(10)"), 1);
}

#[test]
fn programs_of_several_turns_keep_their_order() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    let mut sample = result(&key(0, 0));
    let execution = sample.executions[0].clone();
    let fuels = [(0, 9), (0, 1), (1, 5), (1, 4), (1, 3)];
    sample.executions =
        fuels.map(|(turn, fuel)| Execution { turn, outcome: outcome(fuel), ..execution.clone() }).to_vec();
    run.record(&sample).unwrap();
    let stored = &run.reader().load_results().unwrap()[0];
    assert_eq!(stored.executions.iter().map(|e| (e.turn, e.fuel)).collect::<Vec<_>>(), fuels);
    assert_eq!(stored.fuel(), 22);
}

#[test]
fn fuel_beyond_the_range_of_sqlite_is_exact_in_the_outcome() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    let mut sample = result(&key(0, 0));
    sample.executions[0].outcome.fuel = u64::MAX;
    run.record(&sample).unwrap();
    let execution = run.reader().load_results().unwrap()[0].executions[0].clone();
    assert_eq!(execution.fuel, i64::MAX as u64);
    assert_eq!(run.reader().outcome(&execution.outcome).unwrap().unwrap().fuel, u64::MAX);
}

#[test]
fn a_batch_is_recorded_whole_or_not_at_all() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    let error = run.record_batch(&[result(&key(0, 0)), result(&key(7, 0))]).unwrap_err();
    assert!(matches!(&error, StoreError::UnknownTask { key: culprit, .. } if *culprit == key(7, 0)), "{error}");
    assert_eq!(run.reader().load_results().unwrap(), []);
    run.record(&result(&key(0, 0))).unwrap();
}

#[test]
fn a_verdict_is_never_overwritten() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    run.record(&result(&key(0, 0))).unwrap();
    for error in [
        run.record(&SampleResult { verdict: Verdict::Empty, ..result(&key(0, 0)) }).unwrap_err(),
        run.record(&infra(&key(0, 0), "late")).unwrap_err(),
        run.record_failure(
            &key(0, 0),
            &RequestFailure { attempts: 1, message: "late".into(), context_overflow: false },
        )
        .unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::AlreadyFinished { .. }), "{error}");
    }
    assert_eq!(run.finished().unwrap()[&key(0, 0)], Verdict::Passed);
}

#[test]
fn a_completion_is_never_overwritten() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    let first = completion(&key(0, 0));
    run.record_completion(&key(0, 0), &first).unwrap();
    run.record_completion(&key(0, 0), &first).unwrap();
    let other = StoredCompletion { finish: Some("length".into()), ..first.clone() };
    let error = run.record_completion(&key(0, 0), &other).unwrap_err();
    assert!(matches!(error, StoreError::OtherCompletion { .. }), "{error}");
    assert_eq!(run.reader().completions(&key(0, 0)).unwrap(), [first]);
}

#[test]
fn metrics_are_kept_until_samples_change() {
    let place = Place::new();
    let mut run = place.with_tasks(1);
    run.record(&result(&key(0, 0))).unwrap();
    let metric =
        |name: &str, k, interval| Metric { suite: "humaneval".into(), name: name.into(), k, value: 0.5, interval };
    let metrics = [metric("coverage", None, None), metric("pass@k", Some(1), Some((0.1, 0.9)))];
    let digest = run.record_metrics(&metrics).unwrap();
    assert_eq!(digest, run.reader().results_digest().unwrap());
    run.close().unwrap();

    let mut run = place.open();
    assert_eq!(run.reader().metrics().unwrap(), Some((metrics.to_vec(), digest)));
    run.record(&result(&key(0, 1))).unwrap();
    assert_eq!(run.reader().metrics().unwrap(), None);
}

#[test]
fn the_results_digest_does_not_depend_on_how_samples_arrived() {
    let keys: Vec<_> = (0..3).flat_map(|t| (0..4).map(move |s| key(t, s))).collect();
    let (one, other) = (Place::new(), Place::new());
    let mut run = one.with_tasks(3);
    run.record_batch(&keys.iter().map(result).collect::<Vec<_>>()).unwrap();
    let mut late = other.with_tasks(3);
    for key in keys.iter().rev() {
        late.record(&infra(key, "worker lost")).unwrap();
        late.record_completion(key, &completion(key)).unwrap();
        late.record(&result(key)).unwrap();
    }
    assert_eq!(run.reader().results_digest().unwrap(), late.reader().results_digest().unwrap());
}
