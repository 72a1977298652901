//! Parts of a run that become one.

use proptest::prelude::*;

use super::*;

/// What a part has of a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Has {
    Nothing,
    Completion,
    Lost,
    LostAfterCompletion,
    /// Completions of two turns.
    Dialogue,
    Verdict,
}

fn fill(run: &mut RunFile, samples: &[(SampleKey, Has)]) {
    for (key, has) in samples {
        match has {
            Has::Nothing => {}
            Has::Completion => run.record_completion(key, &completion(key)).unwrap(),
            Has::Lost => {
                let failure = RequestFailure { attempts: 2, message: "no".into(), context_overflow: false };
                run.record_failure(key, &failure).unwrap();
            }
            Has::LostAfterCompletion => {
                run.record_completion(key, &completion(key)).unwrap();
                run.record(&infra(key, "worker lost")).unwrap();
            }
            Has::Dialogue => {
                run.record_completion(key, &completion(key)).unwrap();
                run.record_completion(key, &StoredCompletion { turn: 1, ..completion(key) }).unwrap();
            }
            Has::Verdict => {
                run.record_completion(key, &completion(key)).unwrap();
                run.record(&result(key)).unwrap();
            }
        }
    }
}

fn part(samples: &[(SampleKey, Has)]) -> Place {
    let place = Place::new();
    let mut run = place.with_tasks(TASKS);
    fill(&mut run, samples);
    run.close().unwrap();
    place
}

fn read(place: &Place) -> RunReader {
    RunFile::open_read_only(&place.file()).unwrap().at_this_moment().unwrap()
}

/// Merges parts into a place, as the command does.
fn merge_into(target: &Place, parts: &[&Place]) -> Result<MergedRun, StoreError> {
    let mut new = NewRun::reserve(&target.file())?;
    let there = target.file().exists().then_some(target);
    let parts: Vec<RunReader> = there.into_iter().chain(parts.iter().copied()).map(read).collect();
    let config = merged_config(&parts, CommandLine::new(["assay", "merge"]))?.unwrap();
    let merged = merge(&parts, new.start(&config)?)?;
    drop(parts);
    new.put_in_place(Former::Replaced)?;
    Ok(merged)
}

const TASKS: u32 = 4;
const SAMPLES: u32 = 2;

/// From the least that a part may have of a sample to the most.
const ALL: [Has; 6] = [Has::Nothing, Has::Lost, Has::Completion, Has::LostAfterCompletion, Has::Dialogue, Has::Verdict];

fn keys() -> Vec<SampleKey> {
    (0..TASKS).flat_map(|task| (0..SAMPLES).map(move |sample| key(task, sample))).collect()
}

fn has() -> impl Strategy<Value = Vec<Has>> {
    let one = prop::sample::select(&ALL[..]);
    prop::collection::vec(one, (TASKS * SAMPLES) as usize)
}

/// Everything but times and history.
fn contents(place: &Place) -> (Vec<StoredSample>, Vec<Vec<StoredCompletion>>, String, Vec<TaskRecord>) {
    let run = read(place);
    let completions = keys().iter().map(|key| run.completions(key).unwrap()).collect();
    (run.load_results().unwrap(), completions, run.results_digest().unwrap(), run.load_tasks().unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn parts_give_the_run_that_did_all_of_it_in_any_order_and_again(parts in prop::collection::vec(has(), 1..4)) {
        let places: Vec<Place> = parts
            .iter()
            .map(|has| part(&keys().into_iter().zip(has.iter().copied()).collect::<Vec<_>>()))
            .collect();
        // The most that any part has of each sample.
        let rank = |has: &Has| ALL.iter().position(|known| known == has);
        let most: Vec<(SampleKey, Has)> = keys()
            .into_iter()
            .enumerate()
            .map(|(at, key)| (key, parts.iter().map(|part| part[at]).max_by_key(|has| rank(has)).unwrap()))
            .collect();
        let whole = part(&most);
        let merged = Place::new();
        let forth: Vec<&Place> = places.iter().collect();
        merge_into(&merged, &forth).unwrap();
        prop_assert_eq!(contents(&merged), contents(&whole));
        prop_assert_eq!(merged.names(), ["run.assay"]);

        // Again into the same file, with parts that are merged already.
        merge_into(&merged, &forth).unwrap();
        prop_assert_eq!(contents(&merged), contents(&whole));
        let back: Vec<&Place> = places.iter().rev().collect();
        let other = Place::new();
        merge_into(&other, &back).unwrap();
        prop_assert_eq!(contents(&other), contents(&whole));
        // What it lacks can be asked for.
        prop_assert_eq!(merged.open().pending().unwrap(), whole.open().pending().unwrap());
    }
}

#[test]
fn history_is_kept_once() {
    let samples = [(key(0, 0), Has::LostAfterCompletion), (key(1, 0), Has::Lost)];
    let (place, target) = (part(&samples), Place::new());
    merge_into(&target, &[&place]).unwrap();
    merge_into(&target, &[&place, &place]).unwrap();
    let (part, merged) = (read(&place), read(&target));
    let sorted = |run: &RunReader| {
        let mut failures = run.failures().unwrap();
        failures.sort();
        failures
    };
    assert_eq!(sorted(&merged), sorted(&part));
    assert_eq!(merged.created().unwrap(), part.created().unwrap());
    // The part's own, and that of each merge.
    assert_eq!(merged.invocations().unwrap().len(), 3);
}

#[test]
fn samples_that_contradict_each_other_are_refused_by_name_and_nothing_is_written() {
    let edits = [
        ("completion", "UPDATE completion SET text = 'another' WHERE task_id = 'T/1'"),
        ("solution", "UPDATE sample SET solution = 'another' WHERE task_id = 'T/1'"),
        ("verdict", "UPDATE sample SET verdict_json = '{\"verdict\":\"empty\"}' WHERE task_id = 'T/1'"),
        ("outcome", "UPDATE outcome SET outcome = json_set(outcome, '$.fuel', 1)"),
    ];
    for (what, edit) in edits {
        let samples = [(key(0, 0), Has::Completion), (key(1, 0), Has::Verdict)];
        let (a, b, target) = (part(&samples), part(&samples), Place::new());
        rusqlite::Connection::open(b.file()).unwrap().execute(edit, []).unwrap();
        let error = merge_into(&target, &[&a, &b]).unwrap_err().to_string();
        assert!(error.contains(&format!("another {what} of the sample humaneval T/1 #0")), "{error}");
        assert_eq!(target.names(), [""; 0]);
    }
}

#[test]
fn tasks_that_contradict_each_other_are_refused_by_name() {
    let edits = [
        ("fuel limit", "UPDATE task SET fuel_limit = 5 WHERE task_id = 'T/2'"),
        ("prompt", "UPDATE task SET prompt = NULL WHERE task_id = 'T/2'"),
        ("place", "UPDATE task SET ordinal = 77 WHERE task_id = 'T/2'"),
    ];
    for (what, edit) in edits {
        let (a, b, target) = (part(&[]), part(&[]), Place::new());
        rusqlite::Connection::open(b.file()).unwrap().execute(edit, []).unwrap();
        let error = merge_into(&target, &[&a, &b]).unwrap_err().to_string();
        assert!(error.contains(&format!("another {what} of the task humaneval T/2")), "{error}");
    }
}

#[test]
fn parts_of_different_runs_are_refused_with_what_differs() {
    let (a, b, target) = (part(&[]), Place::new(), Place::new());
    let mut other = config();
    other.identity.sampling.temperature = Some(0.9);
    RunFile::create_or_resume(&b.file(), &other).unwrap().close().unwrap();
    let error = merge_into(&target, &[&a, &b]).unwrap_err().to_string();
    assert!(error.contains("are parts of different runs: sampling.temperature was 0.9, now 0.2"), "{error}");
    // Nor is what is in the place.
    let error = merge_into(&b, &[&a]).unwrap_err();
    assert!(matches!(error, StoreError::OtherRun { .. }), "{error}");
    assert_eq!(b.names(), ["run.assay"]);
}

fn sharded(shard: Option<&str>) -> Place {
    let place = Place::new();
    let mut config = config();
    config.settings.shard = shard.map(|shard| shard.parse().unwrap());
    RunFile::create_or_resume(&place.file(), &config).unwrap().close().unwrap();
    place
}

#[test]
fn missing_shards_are_told() {
    let missing = |shards: &[Option<&str>]| {
        let parts: Vec<Place> = shards.iter().map(|shard| sharded(*shard)).collect();
        let merged = merge_into(&Place::new(), &parts.iter().collect::<Vec<_>>()).unwrap();
        merged.missing.iter().map(Shard::to_string).collect::<Vec<_>>()
    };
    assert_eq!(missing(&[Some("1/4"), Some("3/4")]), ["2/4", "4/4"]);
    assert_eq!(missing(&[Some("2/2"), Some("1/2")]), [""; 0]);
    assert_eq!(missing(&[Some("2/2"), None]), [""; 0]);
    assert_eq!(missing(&[Some("2/2"), Some("1/3")]), [""; 0]);
}

#[test]
fn a_shard_stays_itself_or_becomes_the_whole() {
    let place = sharded(Some("1/2"));
    let open = |shard: Option<&str>| {
        let mut config = config();
        config.settings.shard = shard.map(|shard| shard.parse().unwrap());
        RunFile::create_or_resume(&place.file(), &config).map(drop)
    };
    open(Some("1/2")).unwrap();
    let error = open(Some("2/2")).unwrap_err().to_string();
    assert!(error.contains("shard was \"1/2\", now \"2/2\""), "{error}");
    open(None).unwrap();
    let error = open(Some("1/2")).unwrap_err().to_string();
    assert!(error.contains("shard was absent, now \"1/2\""), "{error}");
}

#[test]
fn a_place_that_somebody_writes_or_reads_is_left_alone() {
    let (a, target) = (part(&[(key(0, 0), Has::Verdict)]), part(&[]));
    let writer = target.open();
    assert!(matches!(merge_into(&target, &[&a]).unwrap_err(), StoreError::Locked { .. }));
    writer.close().unwrap();

    let mut run = target.open();
    let reader = read(&target);
    run.record_completion(&key(3, 0), &completion(&key(3, 0))).unwrap();
    assert_eq!(run.close().unwrap(), Closed::StillRead);
    assert!(matches!(merge_into(&target, &[&a]).unwrap_err(), StoreError::Busy { .. }));
    drop(reader);
    merge_into(&target, &[&a]).unwrap();
    assert_eq!(read(&target).samples().unwrap(), [key(0, 0), key(3, 0)]);
    assert_eq!(target.names(), ["run.assay"]);
}

#[test]
fn what_a_killed_merge_left_means_nothing() {
    let (a, target) = (part(&[(key(0, 0), Has::Verdict)]), Place::new());
    std::fs::write(target.folder.path().join("run.assay.part"), "half of a database").unwrap();
    std::fs::write(target.folder.path().join("run.assay.part-wal"), "half of a log").unwrap();
    merge_into(&target, &[&a]).unwrap();
    assert_eq!(target.names(), ["run.assay"]);
    assert_eq!(contents(&target), contents(&a));
}

#[test]
fn a_run_that_is_kept_has_the_next_free_name() {
    let (a, target) = (part(&[(key(0, 0), Has::Verdict)]), part(&[]));
    let before = std::fs::read(target.file()).unwrap();
    for number in 1..3 {
        let mut new = NewRun::reserve(&target.file()).unwrap();
        let parts = [read(&a)];
        merge(&parts, new.start(&config()).unwrap()).unwrap();
        let kept = new.put_in_place(Former::Kept).unwrap().unwrap();
        assert!(kept.ends_with(format!("run.{number}.assay")), "{kept:?}");
    }
    assert_eq!(target.names(), ["run.1.assay", "run.2.assay", "run.assay"]);
    assert_eq!(std::fs::read(target.folder.path().join("run.1.assay")).unwrap(), before);
    assert_eq!(contents(&target), contents(&a));
}
