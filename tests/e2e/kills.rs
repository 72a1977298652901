//! `kill -9` at any moment, of the real program with its workers, again and again.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::thread;
use std::time::Duration;

use assay::store::RunFile;
use rustix::process::Signal;

use crate::assay::{Assay, User};
use crate::model::{Model, Suite};

/// How often the run is killed if nobody says.
const KILLS: &str = "ASSAY_KILLS";

fn run(user: &User, model: &Model, file: &str) -> Assay {
    let url = model.url();
    let line = ["run", "demo", "--base-url", &url, "--model", "m", "--json", "-n", "4", "--concurrency", "4", "-o"];
    user.assay(line.into_iter().chain([file]))
}

/// The samples with a recorded completion; none while there is no run.
fn recorded(user: &User, file: &str) -> BTreeSet<(String, u32)> {
    let Ok(run) = RunFile::open_read_only(&user.path(file)) else { return BTreeSet::new() };
    let samples = run.samples().unwrap().into_iter();
    samples.filter(|key| !run.completions(key).unwrap().is_empty()).map(|key| (key.task_id, key.sample_index)).collect()
}

/// Kills `assay run` at moments that nobody chose, until it comes to its end between two kills; then another run, until
/// there were enough kills.
fn kill_again_and_again(kills: u32) {
    let suite = Suite::demo();
    let user = User::new();
    let model = Model::golden(&suite);
    let json = run(&user, &model, "untroubled.assay").run().done().json();
    let expected = (json["results_digest"].clone(), json["pass_at_k"].clone(), json["verdicts"].clone());
    let samples = json["n_samples"].as_u64().unwrap() as usize;
    let seed = env::var("ASSAY_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or_else(|| fastrand::u64(..));
    println!("ASSAY_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut killed, mut file_number) = (0, 0);
    while killed < kills {
        file_number += 1;
        let file = format!("run{file_number}.assay");
        let before_all = model.asked().len();
        let mut known = BTreeSet::new();
        loop {
            let before = model.asked().len();
            let last = killed == kills || known.len() == samples;
            let running = run(&user, &model, &file).start();
            if !last {
                // Somewhere from its start to a good part of its work.
                if random.u8(..4) > 0 {
                    model.wait_for((before + random.usize(1..8)).min(before + samples - known.len()));
                }
                thread::sleep(Duration::from_micros(random.u64(..30_000)));
                running.signal(Signal::KILL);
            }
            let ended = running.wait();
            let asked_again = model.asked().split_off(before);
            let again = asked_again.iter().find(|asked| known.contains(&(asked.task_id.clone(), asked.sample_index)));
            assert!(again.is_none(), "seed {seed}, kill {killed}: asked again: {again:?}");
            if ended.code.is_some() {
                let json = ended.done().json();
                let found = (json["results_digest"].clone(), json["pass_at_k"].clone(), json["verdicts"].clone());
                assert_eq!(found, expected, "seed {seed}");
                break;
            }
            killed += 1;
            let now = recorded(&user, &file);
            assert!(now.is_superset(&known), "seed {seed}, kill {killed}: lost an answer");
            known = now;
        }
        let run = RunFile::open_read_only(&user.path(&file)).unwrap();
        assert_eq!(run.integrity().unwrap(), Vec::<String>::new());
        // Whoever was asked for again, was under way at a kill.
        let mut times: BTreeMap<(String, u32), u32> = BTreeMap::new();
        for asked in model.asked().split_off(before_all) {
            *times.entry((asked.task_id, asked.sample_index)).or_default() += 1;
        }
        assert_eq!(times.len(), samples);
    }
    let left: Vec<String> = user.files().into_iter().filter(|name| !name.ends_with(".assay")).collect();
    assert_eq!(left, [""; 0]);
    println!("{killed} kills of {file_number} runs");
}

#[test]
fn a_run_that_is_killed_again_and_again_is_the_run_that_was_not() {
    kill_again_and_again(30);
}

#[test]
#[ignore = "slow: the same with 300 kills, or as many as ASSAY_KILLS says"]
fn a_run_that_is_killed_hundreds_of_times_is_the_run_that_was_not() {
    kill_again_and_again(env::var(KILLS).ok().and_then(|kills| kills.parse().ok()).unwrap_or(300));
}
