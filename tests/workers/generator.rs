//! Which random program a number stands for: what benign code does, what hostile code does, and both at once.

use assay_api::{Candidate, Entry, Limits, Program, SourceFile};
use fastrand::Rng;

use super::corpus::attacks;
use super::grammar::{Grammar, PRELUDE};
use super::support::{script, tested};

/// Tests that a random solution meets.
const TESTS: &str = "def test_one():\n    assert f1(10) == 2\n\ndef test_two():\n    assert f2(3) == i0\n";

/// A judge that asks whatever candidate a few questions.
const JUDGE: &str = "import assay
for n in range(5):
    try: assay.test(f'q{n}', assay.decode(assay.call(assay.encode([n]))) is not None)
    except Exception as error: assay.test(f'q{n}', False)
";

/// Answers a judge, after a random program.
const SERVE: &str = "import assay
assay.serve(lambda message: assay.encode([assay.decode(message), random.random(), len(l0)]))
";

/// Attacks that take little fuel, so that each way to end is met often.
const BOMBS: &[&str] = &[
    "x = [bytearray(10**8) for _ in range(10)]",
    "print('x' * 60_000)",
    "os._exit(3)",
    "os.abort()",
    "open('f', 'wb').write(bytes(200_000))",
    "while True: open(str(random.random()), 'w')",
    "import subprocess; subprocess.run(['id'])",
    "time.sleep(10**6)",
    "json.loads('[' * 1_000_000)",
    "f = lambda: f()\nsys.setrecursionlimit(10**9)\nf()",
    "while True: pass",
];

/// Makes programs. The same number is the same program in every process.
pub(crate) struct Generator {
    attacks: Vec<String>,
}

impl Generator {
    pub(crate) fn new() -> Self {
        Generator { attacks: attacks().into_iter().map(|(_, source)| source).collect() }
    }

    /// The program `number`, and whether it is made by the grammar alone, and so syntactically valid.
    pub(crate) fn program(&self, number: u64) -> (Program, bool) {
        let mut rng = Rng::with_seed(number);
        let rng = &mut rng;
        let statements = rng.usize(1..12);
        let (mut program, valid) = match rng.u8(..100) {
            0..60 => (script(&Grammar::script(rng, statements)), true),
            60..72 => (script(&self.hostile(rng, statements)), false),
            72..84 => (script(&self.mutant(rng)), false),
            84..94 => (tested(&Grammar::script(rng, statements), &format!("{TESTS}# {}\n", rng.u8(..20))), true),
            94..97 => (judged(&format!("{}{SERVE}", Grammar::script(rng, statements))), true),
            _ => (judged(&self.mutant(rng)), false),
        };
        program.limits = limits(rng, program.files[0].text.contains("import numpy"));
        program.seed = rng.u64(..);
        if let Entry::Judged { candidate, .. } = &mut program.entry {
            candidate.limits = limits(rng, false);
        }
        (program, valid)
    }

    fn attack(&self, rng: &mut Rng) -> &str {
        &self.attacks[rng.usize(..self.attacks.len())]
    }

    /// A random program, at whose beginning or in whose midst an attack begins, perhaps in a thread.
    fn hostile(&self, rng: &mut Rng, statements: usize) -> String {
        let attack = if rng.bool() { BOMBS[rng.usize(..BOMBS.len())] } else { self.attack(rng) };
        let attack = format!("exec({})", quoted(attack));
        let attack = match rng.u8(..4) {
            0 => attack,
            1 => format!("try: {attack}\nexcept BaseException as error: print(type(error))"),
            2 => format!("threading.Thread(target=lambda: {attack}).start()"),
            _ => format!("import atexit; atexit.register(lambda: {attack})"),
        };
        let program = Grammar::script(rng, statements);
        let starts: Vec<usize> = program.match_indices("\nprint(").map(|(at, _)| at + 1).collect();
        // Many programs fail before their end.
        let at = if rng.bool() { PRELUDE.len() } else { starts[rng.usize(..starts.len())] };
        let (before, after) = program.split_at(at);
        format!("{before}{attack}\n{after}")
    }

    /// An attack with some of its lines and numbers changed.
    fn mutant(&self, rng: &mut Rng) -> String {
        let mut lines: Vec<String> = self.attack(rng).lines().map(str::to_owned).collect();
        for _ in 0..rng.usize(1..4) {
            let (at, other) = (rng.usize(..lines.len()), rng.usize(..lines.len()));
            match rng.u8(..6) {
                0 => drop(lines.remove(at)),
                1 => lines.insert(at, lines[other].clone()),
                2 => lines.swap(at, other),
                3 => lines[at] = change_number(&lines[at], rng),
                4 => lines[at] = lines[at].replace("Error", "Exception").replace("while True", "for _ in range(10)"),
                _ => lines.extend(self.attack(rng).lines().map(str::to_owned)),
            }
            if lines.is_empty() {
                lines.push("pass".to_owned());
            }
        }
        lines.join("\n")
    }
}

/// A text as Python writes it.
fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("text can be JSON")
}

/// The first number of a line becomes another one.
fn change_number(line: &str, rng: &mut Rng) -> String {
    let Some(start) = line.find(|c: char| c.is_ascii_digit()) else { return line.to_owned() };
    let length = line[start..].find(|c: char| !c.is_ascii_digit()).unwrap_or(line.len() - start);
    let number = ["0", "1", "255", "65537", "2147483647", "4294967296", "-1"][rng.usize(..7)];
    format!("{}{number}{}", &line[..start], &line[start + length..])
}

/// Few resources, so that programs end soon; those that import numpy start where it is imported already.
fn limits(rng: &mut Rng, numpy: bool) -> Limits {
    Limits {
        fuel: [5_000_000, 40_000_000, 100_000_000][rng.usize(..3)],
        memory_bytes: if numpy { 256 << 20 } else { [56, 64, 96][rng.usize(..3)] << 20 },
        output_bytes: 50_000,
        capture_bytes: 5_000,
        file_bytes: 100_000,
        file_count: 20,
        ..script("").limits
    }
}

/// A candidate under [`JUDGE`].
fn judged(candidate: &str) -> Program {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let files = vec![file("main.py", candidate)];
    let limits = script("").limits;
    let candidate = Candidate { files, path: "main.py".to_owned(), functions: false, stdin: String::new(), limits };
    Program {
        files: vec![file("judge.py", JUDGE)],
        entry: Entry::Judged { judge: "judge.py".to_owned(), candidate: Box::new(candidate) },
        ..script("")
    }
}
