use assay_api::Program;

use crate::support::{judged, new_pool, pool, program, script};

const WORK: &str =
    "let x = 1; for (let i = 0; i < 1e5; i++) x = (x * 31 + i) % 65521; console.log(x, Date.now(), Math.random());";

/// Programs that leave as much behind as they can.
const HOSTILE: &[&str] = &[
    "Array.prototype.map = null; Object.prototype.x = 1; globalThis.console = 1; throw 1;",
    "const a = []; for (;;) a.push(new Array(1000).fill(0));",
    "process.exit(1);",
    "const f = () => f(); f();",
    "for (;;) Promise.resolve().then(() => {});",
    "require('fs').writeFileSync('x', 'y'); setInterval(() => {}, 1e9);",
];

#[test]
fn an_outcome_is_the_same_in_every_instance_and_after_every_program() {
    let first = new_pool(1).execute(script(WORK));
    for hostile in HOSTILE {
        let _ = pool().execute(script(hostile));
        assert_eq!(pool().execute(script(WORK)), first, "after {hostile}");
    }
    for pool in [new_pool(1), new_pool(2)] {
        assert_eq!(pool.execute(script(WORK)), first);
    }
}

#[test]
fn an_outcome_is_the_same_whether_tests_were_prepared_before_or_not() {
    let graded =
        || crate::support::graded(("s.js", "const f = (n) => n + 1;"), ("t.js", "console.assert(f(1) === 2);"));
    let pool = new_pool(1);
    let outcomes: Vec<_> = (0..4).map(|_| pool.execute(graded())).collect();
    assert!(outcomes.windows(2).all(|pair| pair[0] == pair[1]), "{outcomes:?}");
}

#[test]
fn the_seed_decides_what_is_random_and_nothing_else() {
    let seeded = |source: &str, seed: u64| pool().execute(Program { seed, ..script(source) });
    let draws = "console.log(Math.random(), crypto.randomUUID());";
    assert_eq!(seeded(draws, 1), seeded(draws, 1));
    assert_ne!(seeded(draws, 1).stdout, seeded(draws, 2).stdout);
    assert!(seeded("Math.random();", 1).seed_used && seeded("crypto.randomUUID();", 1).seed_used);
}

#[test]
fn programs_that_draw_nothing_do_not_depend_on_their_seed() {
    let programs = [
        script("console.log([3, 1].sort(), new Map(), Date.now());"),
        program(&[("main.mjs", "import assert from 'assert'; assert.ok(await Promise.resolve(1));")]),
        program(&[("a.test.js", "test('x', () => { expect([1]).toEqual([1]); });")]),
        judged("require('assay').serve((m) => m);", "require('assay').call('x');"),
    ];
    for program in programs {
        assert!(!pool().execute(program.clone()).seed_used, "{program:?}");
    }
}
