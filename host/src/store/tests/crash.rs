//! Processes that die. The test binary starts itself again as the process to kill.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};

use super::*;

/// Tells the binary, started for [`the_process_to_kill`], which file to write.
const FILE: &str = "ASSAY_TEST_RUN_FILE";
/// Tells it how many samples a task has.
const SAMPLES: &str = "ASSAY_TEST_SAMPLES";
const TASKS: u32 = 40;

/// Not a test by itself: without the variable it has nothing to do.
///
/// Continues the run as the dispatcher does, and says on standard output, a line each, what it asks of the model,
/// and which completions and samples are recorded.
#[test]
fn the_process_to_kill() {
    let Some(file) = env::var_os(FILE) else { return };
    let mut run = RunFile::create_or_resume(file.as_ref(), &config()).unwrap();
    say("open", None);
    run.record_tasks(&(0..TASKS).map(task).collect::<Vec<_>>()).unwrap();
    for pending in run.pending().unwrap() {
        run.record(&result(&pending.key)).unwrap();
        say("sample", Some(&pending.key));
    }
    let finished = run.finished().unwrap();
    let samples = env::var(SAMPLES).unwrap().parse().unwrap();
    for key in all_keys(samples).filter(|key| !finished.contains_key(key)) {
        say("ask", Some(&key));
        run.record_completion(&key, &completion(&key)).unwrap();
        say("completion", Some(&key));
        run.record(&result(&key)).unwrap();
        say("sample", Some(&key));
    }
    run.close().unwrap();
    say("closed", None);
}

fn all_keys(samples: u32) -> impl Iterator<Item = SampleKey> {
    (0..TASKS).flat_map(move |task| (0..samples).map(move |sample| key(task, sample)))
}

fn say(what: &str, key: Option<&SampleKey>) {
    let mut out = std::io::stdout().lock();
    match key {
        Some(key) => writeln!(out, "@{what} {} {}", key.task_id, key.sample_index).unwrap(),
        None => writeln!(out, "@{what}").unwrap(),
    }
    out.flush().unwrap();
}

/// The other process, and what it says.
struct Writer {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
}

impl Writer {
    fn start(place: &Place, samples: u32) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["--exact", "store::tests::crash::the_process_to_kill", "--nocapture", "--test-threads=1"])
            .env(FILE, place.file())
            .env(SAMPLES, samples.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Writer { child, lines }
    }

    /// The next line that is not the test harness's, without its mark; `None` when the process has ended.
    fn next(&mut self) -> Option<String> {
        loop {
            let line = self.lines.next()?.unwrap();
            if let Some(at) = line.find('@') {
                return Some(line[at + 1..].to_owned());
            }
        }
    }

    /// Kills it after `count` lines, then reads what it still said. Everything it said, in order.
    fn kill_after(mut self, count: usize) -> Vec<String> {
        let mut said: Vec<String> = std::iter::from_fn(|| self.next()).take(count).collect();
        self.child.kill().unwrap();
        said.extend(std::iter::from_fn(|| self.next()));
        self.child.wait().unwrap();
        said
    }
}

fn parse(line: &str) -> Option<(&str, SampleKey)> {
    let mut words = line.split(' ');
    let (what, task_id, index) = (words.next()?, words.next()?, words.next()?);
    let key = SampleKey { suite: "humaneval".into(), task_id: task_id.into(), sample_index: index.parse().ok()? };
    Some((what, key))
}

/// Kills the writer again and again, at points that differ each time, then lets it come to its end.
fn kill_and_resume(kills: usize, samples: u32) {
    let place = Place::new();
    let mut completed = std::collections::BTreeSet::new();
    let mut finished = std::collections::BTreeSet::new();
    for round in 0..kills {
        for line in Writer::start(&place, samples).kill_after(1 + round * 7 % 23) {
            match parse(&line) {
                Some(("ask", key)) => assert!(!completed.contains(&key), "{key} was asked for twice"),
                Some(("completion", key)) => assert!(completed.insert(key)),
                Some(("sample", key)) => assert!(finished.insert(key.clone()), "{key} was executed twice"),
                _ => {}
            }
        }
        let run = RunFile::open_read_only(&place.file()).unwrap();
        let stored: std::collections::BTreeSet<_> =
            run.load_results().unwrap().into_iter().map(|sample| sample.key).collect();
        assert!(stored.is_superset(&finished), "round {round} lost a sample");
        for key in &completed {
            assert_eq!(run.completions(key).unwrap(), [completion(key)]);
        }
        // A process may die between recording and saying so.
        completed = all_keys(samples).filter(|key| !run.completions(key).unwrap().is_empty()).collect();
        finished = stored;
    }
    assert_eq!(Writer::start(&place, samples).kill_after(usize::MAX).last().map(String::as_str), Some("closed"));
    assert_eq!(place.names(), ["run.assay"]);

    let untroubled = Place::new();
    let mut expected = untroubled.with_tasks(TASKS);
    for key in all_keys(samples) {
        expected.record_completion(&key, &completion(&key)).unwrap();
        expected.record(&result(&key)).unwrap();
    }
    let run = RunFile::open_read_only(&place.file()).unwrap();
    assert_eq!(run.load_results().unwrap(), expected.reader().load_results().unwrap());
    assert_eq!(run.results_digest().unwrap(), expected.reader().results_digest().unwrap());
    for check in ["integrity_check", "foreign_key_check"] {
        let answer = run.all(&format!("PRAGMA {check}"), [], |row| row.get::<_, String>(0)).unwrap();
        assert!(answer.is_empty() || answer == ["ok"], "{answer:?}");
    }
}

#[test]
fn a_killed_run_loses_nothing_it_acknowledged_and_asks_for_nothing_twice() {
    kill_and_resume(12, 10);
}

#[test]
#[ignore = "slow: the same with more kills"]
fn a_run_survives_three_hundred_kills() {
    kill_and_resume(300, 100);
}

#[test]
fn a_second_process_is_refused_until_the_first_one_dies() {
    let place = Place::new();
    let mut writer = Writer::start(&place, 10);
    assert_eq!(writer.next().as_deref(), Some("open"));
    let error = RunFile::create_or_resume(&place.file(), &config()).unwrap_err();
    assert!(matches!(error, StoreError::Locked { owner: Some(pid), .. } if pid == writer.child.id()), "{error}");
    assert!(error.to_string().contains(&format!("process {} (", writer.child.id())), "{error}");
    writer.kill_after(0);
    place.open().close().unwrap();
    assert_eq!(place.names(), ["run.assay"]);
}

#[test]
fn a_torn_log_keeps_every_whole_commit_before_the_tear() {
    const SAMPLES: u32 = 6;
    let place = Place::new();
    let mut run = place.with_tasks(1);
    for index in 0..SAMPLES {
        run.record(&result(&key(0, index))).unwrap();
    }
    let log = |place: &Place| place.folder.path().join("run.assay-wal");
    let (file, whole) = (fs::read(place.file()).unwrap(), fs::read(log(&place)).unwrap());
    // Run and tasks were written first; tear what came after them.
    let frame = 4096 + 24;
    let lengths = (1..=3 * frame).step_by(97).chain([1, 2, 3, frame - 1, frame, frame + 1]);
    let mut fewest = SAMPLES as usize;
    for cut in lengths {
        let torn = Place::new();
        fs::write(torn.file(), &file).unwrap();
        fs::write(log(&torn), &whole[..whole.len() - cut]).unwrap();
        let run = torn.open();
        let finished: Vec<_> = run.finished().unwrap().into_keys().collect();
        assert_eq!(finished, (0..SAMPLES).map(|index| key(0, index)).take(finished.len()).collect::<Vec<_>>());
        fewest = fewest.min(finished.len());
        assert_eq!(run.close().unwrap(), Closed::Plain);
    }
    assert!(fewest < SAMPLES as usize && fewest > 0, "{fewest}");
}
