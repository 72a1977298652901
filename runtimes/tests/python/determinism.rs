//! The same program gives the same outcome, to the last unit of fuel.

use crate::common::{new_pool, pool, run, script};

/// Prints whatever could differ from one execution to another.
const EVERYTHING: &str = "
import datetime, gc, os, random, secrets, sys, tempfile, time, uuid
print(time.time_ns(), time.monotonic_ns(), time.perf_counter_ns(), time.process_time_ns(), datetime.datetime.now())
print(random.random(), random.getrandbits(64), uuid.uuid4(), uuid.uuid1(), os.urandom(8), secrets.token_hex(8))
print(id(object()), id(sys), object(), {'a', 'b', 'c', 'd', 'e'}, hash('text'), hash(b'b'), hash(1.5), hash(None), hash(len))
print(tempfile.mkstemp(), tempfile.mkdtemp(), tempfile.gettempdir(), os.getpid())
for name in 'cab': open(name, 'w').close()
print(os.listdir(), [tuple(os.stat(name)) for name in os.listdir()])
print(len(gc.get_objects()), gc.get_count(), gc.get_stats(), sys.getrefcount(None), len(sys.modules))
print(os.times(), time.localtime(), sorted(globals()), vars(sys.flags) if hasattr(sys.flags, '__dict__') else sys.flags)
xs = random.sample(range(1000), 5)
random.shuffle(xs)
print(xs, random.SystemRandom().random())
";

#[test]
fn a_program_has_the_same_outcome_every_time() {
    let first = run(EVERYTHING);
    assert!(first.stdout.text().lines().count() >= 8, "{}", first.stderr.text());
    for _ in 0..4 {
        assert_eq!(run(EVERYTHING), first);
    }
    assert_eq!(new_pool(1).execute(script(EVERYTHING)), first, "and on an instance that nobody has used");
}

#[test]
fn failures_are_as_deterministic_as_successes() {
    for source in [
        "1 / 0",
        "while True: pass",
        "xs = []\nwhile True: xs.append(bytes(1 << 20))",
        "def f(): f()\nf()",
        "import os\nos.abort()",
        "import time\nwhile True: time.sleep(1)",
        "while True: print('x' * 1000)",
        "import torch",
        "import json\njson.loads('[' * 10 ** 6)",
    ] {
        let first = run(source);
        for _ in 0..4 {
            assert_eq!(run(source), first, "{source}");
        }
    }
}

#[test]
fn another_seed_gives_other_random_numbers() {
    for expression in ["__import__('random').random()", "__import__('os').urandom(8)", "__import__('uuid').uuid4()"] {
        let with_seed = |seed| {
            let mut program = script(&format!("print({expression})"));
            program.seed = seed;
            pool().execute(program).stdout.text().into_owned()
        };
        assert_ne!(with_seed(1), with_seed(2), "{expression}");
        assert_eq!(with_seed(u64::MAX), with_seed(u64::MAX), "{expression}");
    }
}

#[test]
fn a_seed_of_the_programs_own_gives_pythons_numbers() {
    assert_eq!(run("import random\nrandom.seed(42)\nprint(random.random(), random.randint(1, 100))").stdout.text(), {
        // CPython's documented Mersenne Twister: the same on every platform.
        "0.6394267984578837 4\n"
    });
}

#[test]
fn an_outcome_says_whether_it_may_depend_on_the_seed() {
    let uses = |source: &str| run(source).seed_used;
    for source in [
        "import random\nprint(random.random())",
        "from random import *\nshuffle([1, 2])",
        "import statistics\nstatistics.NormalDist().samples(2)",
        "import tempfile\ntempfile.NamedTemporaryFile()",
        "import os\nos.urandom(1)",
        "import uuid\nuuid.uuid4()",
        "import numpy\nnumpy.random.rand()",
        "import random\nrandom.Random().random()",
        "__import__('_host').call(b'd')",
    ] {
        assert!(uses(source), "{source}");
    }
    for source in ["pass", "print(hash('a'), {'a', 'b'}, id(object()))", "import time\nprint(time.time())", "1 // 0"] {
        assert!(!uses(source), "{source}");
    }
}

#[test]
fn what_the_snapshot_knows_of_randomness_is_seeded_too() {
    let with_seed = |seed| {
        let source = "import statistics\nprint(statistics.NormalDist().samples(2))";
        pool().execute(assay_api::Program { seed, ..script(source) }).stdout.text().into_owned()
    };
    assert_ne!(with_seed(1), with_seed(2));
}
