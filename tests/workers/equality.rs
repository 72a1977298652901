//! The same outcomes in this process and in workers, however many there are.

use assay_api::{Outcome, Program};
use assay_runtimes::Sandbox;

use super::support::{alone, execute_all, judged, pool, script, tested, workers};

/// Programs of many kinds, hostile ones among them; `n` makes each its own.
fn mixed(n: usize) -> Program {
    match n % 23 {
        0 => script("while True: pass"),
        1 => script(&format!("print(sum(range({n})))")),
        2 => script(&format!("raise ValueError('é{n}\\0')")),
        3 => script("def f(): return f()\nf()"),
        4 => script("x = bytearray(10**9)"),
        5 => script("x = []\nwhile True: x.append('x' * 100_000)"),
        6 => script("while True: print('flood' * 100)"),
        7 => script(&format!("import sys; sys.stdout.buffer.write(bytes(range(256)) * {n})")),
        8 => script("import os; os._exit(7)"),
        9 => script(&format!("import sys; sys.exit({n})")),
        10 => script("import random, os; print(random.random(), os.urandom(8).hex(), hash('a'))"),
        11 => script("import time; time.sleep(5); print(time.time())"),
        12 => {
            script(&format!("open('f', 'w').write('x' * {n}); import os; print(os.listdir('.'), os.stat('f').st_ino)"))
        }
        13 => script("open('f', 'wb').write(bytes(10**7))"),
        14 => script("import subprocess; subprocess.run(['ls'])"),
        15 => script("exec('(' * 100_000)"),
        16 => Program { stdin: format!("{n}\n"), ..script("print(int(input()) * 2)") },
        17 => tested(&format!("def f(x): return x + {}", n % 3), "def test_f():\n    assert f(1) == 2\n"),
        18 => tested("def f(x): import os; os._exit(0)", "def test_f():\n    assert f(1) == 2\n"),
        19 => judged("import assay\nassay.serve(lambda m: m * 2)", &format!("import assay\nprint(assay.call(b'{n}'))")),
        20 => judged("import assay, os\nassay.serve(lambda m: os._exit(3))", "import assay\nassay.call(b'')"),
        21 => script(&format!(
            "import threading\nx = []\nt = threading.Thread(target=x.append, args=({n},))\nt.start()\nt.join()\nprint(x)"
        )),
        22 => with_memory(512 << 20, script("import numpy as np\nprint(np.random.rand(), np.arange(9).sum())")),
        _ => tested("def f(:", "def test_f():\n    assert f(1) == 2\n"),
    }
}

fn with_memory(memory_bytes: u64, mut program: Program) -> Program {
    program.limits.memory_bytes = memory_bytes;
    program
}

fn digests(sandbox: &Sandbox, programs: &[Program]) -> Vec<[u8; 32]> {
    execute_all(sandbox, programs).iter().map(Outcome::digest).collect()
}

#[test]
fn outcomes_are_the_same_in_process_and_in_any_number_of_workers() {
    let _alone = alone();
    let programs: Vec<Program> = (0..500).map(mixed).collect();
    let expected = digests(&pool(1), &programs);
    for jobs in [1, 2, 8] {
        let found = digests(&Sandbox::Workers(workers(jobs)), &programs);
        let different = expected.iter().zip(&found).position(|(expected, found)| expected != found);
        assert_eq!(different.map(|index| &programs[index].files), None, "with {jobs} jobs");
    }
}

#[test]
fn a_program_that_names_no_runtime_is_an_infra_outcome_either_way() {
    let _alone = alone();
    let program = Program { runtime: "cobol".to_owned(), ..script("") };
    assert_eq!(pool(1).execute(program.clone()), workers(1).execute(program));
}
