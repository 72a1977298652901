#![allow(missing_docs)]
//! How often the 95% intervals contain the truth, in simulated runs. This prints the tables of `docs/statistics.md`:
//! `cargo test --release -p assay --test statistics_coverage -- --ignored --nocapture --test-threads 1`

use assay::statistics::{Comparison, Interval, TaskCounts, pass_at_k};
use assay_api::VerdictKind::{Failed, Passed};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::SeedableRng;
use rand_distr::{Beta, Binomial, Distribution, StandardUniform};

const SEED: u64 = 20_240_901;

/// How the tasks' pass probabilities are distributed: a name, and Beta distributions with their weights first.
type Skill = (&'static str, &'static [(f64, f64, f64)]);

const SKILLS: [Skill; 8] = [
    ("hopeless", &[(1.0, 0.3, 8.0)]),
    ("hopeless but for a few", &[(0.95, 0.5, 60.0), (0.05, 8.0, 2.0)]),
    ("weak", &[(1.0, 0.5, 2.0)]),
    ("all or nothing", &[(1.0, 0.2, 0.3)]),
    ("even", &[(1.0, 5.0, 5.0)]),
    ("three kinds", &[(0.3, 0.5, 20.0), (0.4, 3.0, 3.0), (0.3, 20.0, 0.5)]),
    ("strong", &[(1.0, 2.0, 0.5)]),
    ("perfect but for a few", &[(0.95, 60.0, 0.5), (0.05, 2.0, 8.0)]),
];

/// Numbers of tasks.
const TASKS: [usize; 3] = [24, 50, 164];
/// Samples a task, and k.
const SAMPLES: [(u64, u64); 5] = [(1, 1), (5, 1), (5, 5), (20, 1), (20, 5)];

fn uniform(rng: &mut ChaCha8Rng) -> f64 {
    StandardUniform.sample(rng)
}

fn draw(skill: &Skill, rng: &mut ChaCha8Rng) -> f64 {
    let mut left = uniform(rng);
    let component = skill.1.iter().find(|(weight, ..)| {
        left -= weight;
        left < 0.0
    });
    let (_, a, b) = component.unwrap_or(&skill.1[0]);
    Beta::new(*a, *b).unwrap().sample(rng)
}

fn draw_passed(n: u64, probability: f64, rng: &mut ChaCha8Rng) -> u64 {
    Binomial::new(n, probability.clamp(0.0, 1.0)).unwrap().sample(rng)
}

/// The mean of `1 - (1 - p)^k` over the distribution of `p`.
fn true_pass_at_k(skill: &Skill, k: u64) -> f64 {
    let misses = |a: f64, b: f64| (0..k).map(|i| (b + i as f64) / (a + b + i as f64)).product::<f64>();
    skill.1.iter().map(|(weight, a, b)| weight * (1.0 - misses(*a, *b))).sum()
}

fn ours(values: &[f64]) -> Interval {
    Interval::of_mean(values).unwrap()
}

/// The normal interval with the standard error clustered by task (Miller 2024), for comparison.
fn normal(values: &[f64]) -> Interval {
    let (mean, error) = mean_and_error(values);
    Interval { low: (mean - 1.96 * error).max(0.0), high: (mean + 1.96 * error).min(1.0) }
}

/// The same on the logit scale, exact where all or none passed, for comparison.
fn logit(values: &[f64]) -> Interval {
    let (mean, error) = mean_and_error(values);
    let exact = 0.025f64.powf(1.0 / values.len() as f64);
    if mean == 0.0 {
        return Interval { low: 0.0, high: 1.0 - exact };
    }
    if mean == 1.0 {
        return Interval { low: exact, high: 1.0 };
    }
    let (centre, half_width) = ((mean / (1.0 - mean)).ln(), 1.96 * error / (mean * (1.0 - mean)));
    let inverse = |x: f64| 1.0 / (1.0 + (-x).exp());
    Interval { low: inverse(centre - half_width), high: inverse(centre + half_width) }
}

fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let tasks = values.len() as f64;
    let mean = values.iter().sum::<f64>() / tasks;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (mean, (squares / (tasks - 1.0) / tasks).sqrt())
}

/// The share of intervals that contain the truth, and their mean width.
#[derive(Clone, Copy, Default)]
struct Coverage {
    covered: f64,
    width: f64,
}

impl Coverage {
    fn see(&mut self, interval: Interval, truth: f64, runs: usize) {
        self.covered += f64::from(interval.low <= truth && truth <= interval.high) / runs as f64;
        self.width += (interval.high - interval.low) / runs as f64;
    }
}

fn simulate<const N: usize>(
    (tasks, n, k): (usize, u64, u64),
    skill: &Skill,
    runs: usize,
    methods: [fn(&[f64]) -> Interval; N],
) -> [Coverage; N] {
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let by_count: Vec<f64> = (0..=n).map(|c| pass_at_k(n, c, k).unwrap()).collect();
    let truth = true_pass_at_k(skill, k);
    let mut coverage = [Coverage::default(); N];
    for _ in 0..runs {
        let values: Vec<f64> = (0..tasks)
            .map(|_| {
                let probability = draw(skill, &mut rng);
                by_count[draw_passed(n, probability, &mut rng) as usize]
            })
            .collect();
        for (seen, method) in coverage.iter_mut().zip(methods) {
            seen.see(method(&values), truth, runs);
        }
    }
    coverage
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The mean and, in brackets, the least.
fn mean_and_least(values: &[f64]) -> String {
    format!("{:.3} ({:.3})", mean(values), values.iter().copied().fold(1.0, f64::min))
}

#[test]
fn intervals_contain_the_truth_about_as_often_as_they_claim() {
    for design in [(24, 1, 1), (24, 5, 1), (24, 5, 5), (24, 20, 5)] {
        let covered = SKILLS.map(|skill| simulate(design, &skill, 300, [ours])[0].covered);
        assert!((0.935..=0.99).contains(&mean(&covered)), "{design:?}: {covered:?}");
        assert!(covered.iter().all(|covered| *covered > 0.89), "{design:?}: {covered:?}");
    }
}

#[test]
#[ignore = "prints a table of docs/statistics.md: slow without --release"]
fn print_the_coverage_of_intervals() {
    println!("\n| tasks | n | k | Assay | normal | logit |\n|---|---|---|---|---|---|");
    let mut all: [Vec<f64>; 3] = Default::default();
    for (tasks, (n, k)) in TASKS.into_iter().flat_map(|tasks| SAMPLES.map(|samples| (tasks, samples))) {
        let found = SKILLS.map(|skill| simulate((tasks, n, k), &skill, 4000, [ours, normal, logit]));
        let cells = [0, 1, 2].map(|method| {
            let covered = found.map(|row| row[method].covered);
            all[method].extend(covered);
            format!("{}, {:.1}", mean_and_least(&covered), 100.0 * mean(&found.map(|row| row[method].width)))
        });
        println!("| {tasks} | {n} | {k} | {} |", cells.join(" | "));
    }
    println!("| all | | | {} |", all.map(|covered| mean_and_least(&covered)).join(" | "));
}

/// How a second run's pass probability on a task follows from the first's and a uniform number, and the true
/// difference of pass@1 from the true pass@1 of the first.
struct Change {
    probability: fn(f64, f64) -> f64,
    difference: fn(f64) -> f64,
}

const EQUAL: Change = Change { probability: |p, _| p, difference: |_| 0.0 };
/// Closes a fifth of the gap on average.
const BETTER: Change = Change { probability: |p, u| p + (1.0 - p) * 0.4 * u, difference: |p| (1.0 - p) * 0.2 };

#[derive(Clone, Copy, Default)]
struct Paired {
    coverage: Coverage,
    /// The share of p-values below 5%.
    significant: f64,
}

fn simulate_pairs(tasks: usize, n: u64, skill: &Skill, change: &Change, runs: usize) -> Paired {
    let truth = (change.difference)(true_pass_at_k(skill, 1));
    let mut rng = ChaCha8Rng::seed_from_u64(SEED);
    let mut found = Paired::default();
    for _ in 0..runs {
        let (first, second): (Vec<TaskCounts>, Vec<TaskCounts>) = (0..tasks)
            .map(|task| {
                let before = draw(skill, &mut rng);
                let after = (change.probability)(before, uniform(&mut rng));
                (task_counts(task, n, before, &mut rng), task_counts(task, n, after, &mut rng))
            })
            .unzip();
        let Comparison { low, high, p_value, .. } = Comparison::pass_at_k(&first, &second, 1).unwrap();
        found.coverage.see(Interval { low, high }, truth, runs);
        found.significant += f64::from(p_value < 0.05) / runs as f64;
    }
    found
}

fn task_counts(task: usize, n: u64, probability: f64, rng: &mut ChaCha8Rng) -> TaskCounts {
    let passed = draw_passed(n, probability, rng);
    TaskCounts::new(task.to_string(), (0..n).map(|sample| if sample < passed { Passed } else { Failed }))
}

#[test]
fn equal_models_are_rarely_called_different() {
    for skill in &SKILLS[2..5] {
        let found = simulate_pairs(24, 5, skill, &EQUAL, 150);
        assert!(found.significant <= 0.1, "{}: {}", skill.0, found.significant);
        assert!(found.coverage.covered >= 0.9, "{}: {}", skill.0, found.coverage.covered);
    }
}

#[test]
#[ignore = "prints a table of docs/statistics.md: slow without --release"]
fn print_the_coverage_of_comparisons() {
    println!("\n| tasks | n | coverage, equal | coverage, better | false alarms | power |\n|---|---|---|---|---|---|");
    for (tasks, n) in TASKS.into_iter().flat_map(|tasks| [1, 5, 20].map(|n| (tasks, n))) {
        let [equal, better] = [EQUAL, BETTER].map(|change| {
            let found = SKILLS.map(|skill| simulate_pairs(tasks, n, &skill, &change, 1000));
            (mean_and_least(&found.map(|row| row.coverage.covered)), mean(&found.map(|row| row.significant)))
        });
        println!("| {tasks} | {n} | {} | {} | {:.3} | {:.3} |", equal.0, better.0, equal.1, better.1);
    }
}
