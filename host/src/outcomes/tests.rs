use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use assay_api::Outcome;
use assay_api::{
    Candidate, Captured, Entry, Exception, Limits, LineCoverage, Program, Record, SourceFile, Status, TestResult,
};
use proptest::prelude::*;
use tempfile::TempDir;

use super::encoding::{decode, encode};
use super::*;

const BYTES: u64 = 8 << 20;

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join(FILE_NAME)
    }

    fn open(&self) -> OutcomeCache {
        OutcomeCache::open(&self.file(), BYTES)
    }
}

fn program(seed: u64) -> Program {
    Program {
        runtime: "python".into(),
        files: vec![SourceFile { path: "main.py".into(), text: "print(1)".into() }],
        entry: Entry::script("main.py"),
        stdin: String::new(),
        limits: Limits::default(),
        seed,
    }
}

fn keys(seed: u64) -> Keys {
    Keys::new(&program(seed), "runtime")
}

fn key(seed: u64) -> Key {
    keys(seed).this_seed
}

fn outcome(fuel: u64) -> Outcome {
    Outcome {
        status: Status::Completed { exit_code: 0 },
        fuel,
        peak_memory_bytes: 1 << 24,
        stdout: Captured { bytes: b"1\n".to_vec(), truncated: false },
        stderr: Captured::default(),
        record: None,
        coverage: None,
        candidate: None,
        seed_used: true,
    }
}

/// An outcome that does not get shorter than `bytes`.
fn noise(bytes: usize) -> Outcome {
    let mut random = fastrand::Rng::with_seed(7);
    let bytes = std::iter::repeat_with(|| random.u8(..)).take(bytes).collect();
    Outcome { stdout: Captured { bytes, truncated: true }, ..outcome(1) }
}

fn outcomes() -> impl Strategy<Value = Outcome> {
    let exception = (".{0,9}", ".{0,900}", proptest::option::of(".{0,9}"), any::<Option<u32>>())
        .prop_map(|(type_name, message, file, line)| Exception { type_name, message, file, line });
    let status = prop_oneof![
        any::<i32>().prop_map(|exit_code| Status::Completed { exit_code }),
        exception.clone().prop_map(|exception| Status::Exception { exception }),
        Just(Status::OutOfFuel),
        ".{0,40}".prop_map(|message| Status::Trap { message }),
        ".{0,40}".prop_map(|what| Status::Unsupported { what }),
    ];
    let captured = || (proptest::collection::vec(any::<u8>(), 0..900), any::<bool>());
    let captured = move || captured().prop_map(|(bytes, truncated)| Captured { bytes, truncated });
    let test = (".{0,9}", any::<bool>(), any::<bool>(), proptest::option::of(exception))
        .prop_map(|(name, passed, skipped, exception)| TestResult { name, passed, skipped, exception });
    let record = proptest::option::of(proptest::collection::vec(test, 0..4).prop_map(|tests| Record { tests }));
    let coverage = proptest::option::of(any::<[Vec<u32>; 2]>());
    let coverage = coverage.prop_map(|lines| lines.map(|[statements, missing]| LineCoverage { statements, missing }));
    (status, any::<u64>(), any::<u64>(), captured(), captured(), record, coverage, any::<bool>()).prop_map(
        |(status, fuel, peak_memory_bytes, stdout, stderr, record, coverage, seed_used)| Outcome {
            status,
            fuel,
            peak_memory_bytes,
            stdout,
            stderr,
            record,
            coverage,
            candidate: None,
            seed_used,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn what_is_read_is_what_was_written(outcome in outcomes()) {
        let read = decode(&key(1), &encode(&key(1), &outcome).unwrap()).unwrap();
        prop_assert_eq!(read.digest(), outcome.digest());
        prop_assert_eq!(read, outcome);
    }

    #[test]
    fn a_flipped_bit_makes_it_unknown(outcome in outcomes(), at: prop::sample::Index, bit in 0..8_u32) {
        let mut bytes = encode(&key(1), &outcome).unwrap();
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        prop_assert_eq!(decode(&key(1), &bytes), None);
    }
}

#[test]
fn an_outcome_is_known_to_its_own_program_and_runtime_only() {
    let base = Keys::new(&program(1), "a");
    assert_eq!(base, Keys::new(&program(1), "a"));
    let different = |other: Keys| base.any_seed != other.any_seed && base.this_seed != other.this_seed;
    assert!(different(Keys::new(&program(1), "b")));
    let edits: [fn(&mut Program); 6] = [
        |p| p.runtime.push('x'),
        |p| p.stdin.push('x'),
        |p| p.limits.fuel += 1,
        |p| p.files[0].text.push('\n'),
        |p| p.files[0].path.push('x'),
        |p| p.entry = Entry::tests("main.py", "main.py"),
    ];
    for edit in edits {
        let mut other = program(1);
        edit(&mut other);
        assert!(different(Keys::new(&other, "a")), "{other:?}");
    }
    assert_eq!(decode(&key(2), &encode(&key(1), &outcome(1)).unwrap()), None);
}

#[test]
fn a_seed_tells_outcomes_apart_only_where_it_was_used() {
    let place = Place::new();
    let cache = place.open();
    cache.put(&keys(1), &outcome(1));
    assert_eq!((cache.get(&keys(1)), cache.get(&keys(2))), (Some(outcome(1)), None));
    assert_eq!(keys(1).any_seed, keys(2).any_seed);

    let unseeded = Outcome { seed_used: false, ..outcome(2) };
    let other = |seed| Keys::new(&program(seed), "other");
    cache.put(&other(1), &unseeded);
    assert_eq!(cache.close(), None);
    let cache = place.open();
    assert!((0..9).all(|seed| cache.get(&other(seed)) == Some(unseeded.clone())));
}

#[test]
fn outcomes_are_known_at_once_and_after_closing() {
    let place = Place::new();
    let cache = place.open();
    for seed in 0..600 {
        assert_eq!(cache.get(&keys(seed)), None);
        cache.put(&keys(seed), &outcome(seed));
        assert_eq!(cache.get(&keys(seed)), Some(outcome(seed)));
    }
    assert_eq!(cache.close(), None);
    let cache = place.open();
    for seed in 0..600 {
        assert_eq!(cache.get(&keys(seed)), Some(outcome(seed)));
    }
}

#[test]
fn nobody_else_can_read_the_file() {
    let place = Place::new();
    let cache = place.open();
    (0..300).for_each(|seed| cache.put(&keys(seed), &outcome(seed)));
    for entry in place.folder.path().read_dir().unwrap() {
        assert_eq!(entry.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn what_the_infrastructure_did_is_never_remembered() {
    let cache = Place::new().open();
    cache.put(&keys(1), &Outcome::infra("a worker died"));
    assert_eq!(cache.get(&keys(1)), None);
}

#[test]
fn the_oldest_outcomes_go_when_the_file_has_grown_to_its_limit() {
    let place = Place::new();
    let limit = 2 << 20;
    let cache = OutcomeCache::open(&place.file(), limit);
    for seed in 0..2000 {
        cache.put(&keys(seed), &noise(4000));
    }
    assert_eq!(cache.close(), None);
    assert!(fs::metadata(place.file()).unwrap().len() < limit * 2);
    let cache = place.open();
    assert_eq!(cache.get(&keys(0)), None);
    assert!(cache.get(&keys(1999)).is_some());
}

#[test]
fn an_outcome_too_long_to_keep_is_forgotten() {
    let cache = Place::new().open();
    cache.put(&keys(1), &noise(1 << 20));
    assert_eq!(cache.get(&keys(1)), None);
    let zeroes = Outcome { stdout: Captured { bytes: vec![b'0'; 1 << 20], truncated: true }, ..outcome(1) };
    cache.put(&keys(2), &zeroes);
    assert_eq!(cache.get(&keys(2)), Some(zeroes));
}

#[test]
fn a_file_that_is_no_cache_is_replaced_with_one_note() {
    let foreign = |path: &PathBuf| {
        rusqlite::Connection::open(path).unwrap().execute_batch("CREATE TABLE t (a); PRAGMA user_version = 9").unwrap();
    };
    let text =
        |path: &PathBuf| fs::write(path, "not a database, and longer than SQLite's header: ".repeat(99)).unwrap();
    for spoil in [&foreign as &dyn Fn(&PathBuf), &text] {
        let place = Place::new();
        spoil(&place.file());
        let cache = place.open();
        cache.put(&keys(1), &outcome(1));
        let note = cache.close().unwrap();
        assert!(note.contains("was not readable and starts anew") && note.contains(FILE_NAME), "{note}");
        let cache = place.open();
        assert_eq!(cache.get(&keys(1)), Some(outcome(1)));
        assert_eq!(cache.close(), None);
    }
}

#[test]
fn damage_in_the_midst_of_the_file_loses_outcomes_and_nothing_else() {
    let place = Place::new();
    let cache = place.open();
    (0..2000).for_each(|seed| cache.put(&keys(seed), &outcome(seed)));
    assert_eq!(cache.close(), None);
    let mut bytes = fs::read(place.file()).unwrap();
    let middle = bytes.len() / 4..bytes.len() * 3 / 4;
    bytes[middle].fill(0x5a);
    fs::write(place.file(), bytes).unwrap();

    let cache = place.open();
    for seed in 0..2000 {
        let known = cache.get(&keys(seed));
        assert!(known.is_none_or(|known| known == outcome(seed)));
        cache.put(&keys(seed), &outcome(seed));
        assert_eq!(cache.get(&keys(seed)), Some(outcome(seed)));
    }
    assert!(cache.close().is_some());
    assert_eq!(place.open().close(), None);
}

#[test]
fn where_the_file_cannot_be_outcomes_are_known_as_long_as_the_process_lasts() {
    let place = Place::new();
    let cache = OutcomeCache::open(&place.folder.path().join("no folder").join(FILE_NAME), BYTES);
    (0..600).for_each(|seed| cache.put(&keys(seed), &outcome(seed)));
    assert!((0..600).all(|seed| cache.get(&keys(seed)) == Some(outcome(seed))));
    assert!(cache.close().unwrap().contains("is not used"));
}

#[test]
fn a_file_that_is_locked_loses_nothing_that_is_written_later() {
    let place = Place::new();
    let cache = place.open();
    let other = rusqlite::Connection::open(place.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    (0..300).for_each(|seed| cache.put(&keys(seed), &outcome(seed)));
    assert!((0..300).all(|seed| cache.get(&keys(seed)) == Some(outcome(seed))));
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(cache.close(), None);
    let cache = place.open();
    assert!((0..300).all(|seed| cache.get(&keys(seed)) == Some(outcome(seed))));
}

/// Set in the processes that the test below starts: the file and the first of the seeds.
const CHILD: &str = "ASSAY_TEST_OUTCOME_CACHE";

#[test]
fn processes_share_the_file() {
    if let Some(child) = env::var_os(CHILD) {
        let child = child.into_string().unwrap();
        let (first, file) = child.split_once(' ').unwrap();
        let first: u64 = first.parse().unwrap();
        let cache = OutcomeCache::open(file.as_ref(), BYTES);
        (first..first + 2000).for_each(|seed| cache.put(&keys(seed), &outcome(seed)));
        assert_eq!(cache.close(), None);
        return;
    }
    let place = Place::new();
    // They overlap: several write the same keys.
    let children: Vec<_> = [0, 1000, 2000, 0]
        .map(|first| {
            let mut command = Command::new(env::current_exe().unwrap());
            command.args(["--exact", "outcomes::tests::processes_share_the_file"]);
            command.env(CHILD, format!("{first} {}", place.file().display())).spawn().unwrap()
        })
        .into();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let cache = place.open();
    assert!((0..4000).all(|seed| cache.get(&keys(seed)) == Some(outcome(seed))));
}

#[test]
fn an_outcome_is_known_for_every_fuel_limit_that_it_stays_within() {
    let cache = Place::new().open();
    let limited = |fuel| {
        let mut program = program(1);
        program.limits.fuel = fuel;
        Keys::new(&program, "runtime")
    };
    cache.put(&limited(1000), &outcome(400));
    assert_eq!([399, 400, 1000, u64::MAX].map(|fuel| cache.get(&limited(fuel)).is_some()), [false, true, true, true]);

    let exhausted = Outcome { status: Status::OutOfFuel, ..outcome(300) };
    cache.put(&limited(300), &exhausted);
    assert_eq!(cache.get(&limited(300)), Some(exhausted));
    assert_eq!([299, 301].map(|fuel| cache.get(&limited(fuel))), [None, None]);
    assert_eq!(cache.get(&limited(500)), Some(outcome(400)));
}

#[test]
fn so_is_one_of_two_instances_each_of_which_stays_within_its_own() {
    let cache = Place::new().open();
    let limited = |judges, candidates| {
        let mut program = program(1);
        program.limits.fuel = judges;
        let limits = Limits { fuel: candidates, ..Limits::default() };
        let candidate =
            Candidate { files: Vec::new(), path: "main.py".into(), functions: false, stdin: String::new(), limits };
        program.entry = Entry::Judged { judge: "main.py".into(), candidate: Box::new(candidate) };
        Keys::new(&program, "runtime")
    };
    let judged = |candidate: Outcome| Outcome { candidate: Some(Box::new(candidate)), ..outcome(400) };
    let known = |limits: [(u64, u64); 4]| limits.map(|(judges, candidates)| cache.get(&limited(judges, candidates)));
    let found = judged(outcome(700));
    cache.put(&limited(1000, 1000), &found);
    let some = Some(found);
    assert_eq!(known([(399, 700), (400, 699), (400, 700), (9999, 9999)]), [None, None, some.clone(), some.clone()]);

    let exhausted = judged(Outcome { status: Status::OutOfFuel, ..outcome(600) });
    cache.put(&limited(1000, 600), &exhausted);
    assert_eq!(known([(1000, 600), (1000, 599), (1001, 600), (1000, 700)]), [Some(exhausted), None, None, some]);
}
