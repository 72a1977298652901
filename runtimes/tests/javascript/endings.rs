use assay_api::Status;

use crate::support::{completed, exception, pool, printed, run, script};

#[test]
fn every_endless_loop_ends_by_fuel() {
    let loops = [
        "for (;;) { try { for (;;) {} } finally { continue; } }",
        "/^(a+)+$/.test('a'.repeat(40) + 'b');",
        "Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);",
        "(function tick() { Promise.resolve().then(tick); })();",
        "(function tick() { process.nextTick(tick); })();",
        "(function turn() { setImmediate(turn); })();",
        "new Proxy({}, { get: () => { for (;;); } }).x;",
    ];
    for source in loops {
        assert_eq!(run(source).status, Status::OutOfFuel, "{source}");
    }
}

#[test]
fn sleeping_too_long_is_an_outcome() {
    assert_eq!(run("setTimeout(() => {}, 2_000_000);").status, Status::OutOfTime);
    assert_eq!(run("setInterval(() => {}, 100_000);").status, Status::OutOfTime);
}

#[test]
fn needing_too_much_memory_is_an_outcome() {
    for source in
        ["const a = []; for (;;) a.push({ a: [a.length] });", "const a = []; for (;;) a.push(new Uint8Array(1 << 20));"]
    {
        let mut program = script(source);
        program.limits.fuel = 30_000_000_000;
        assert_eq!(pool().execute(program).status, Status::OutOfMemory, "{source}");
    }
    assert_eq!(exception(script("new ArrayBuffer(2 ** 40);")).type_name, "RangeError");
}

#[test]
fn deep_recursion_is_a_range_error_that_can_be_caught() {
    let recursions = [
        "const f = () => f() + 1; f();",
        "const o = { get p() { return this.p; } }; o.p;",
        "const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.x;",
        "const f = () => [2, 1].sort(() => { f(); return 0; }); f();",
        "const s = { toString() { return '' + s; } }; '' + s;",
        "class A { constructor() { new A(); } } new A();",
        "function* g() { yield* g(); } [...g()];",
        "const f = (s) => s.replace(/x/, () => f('x')); f('x');",
        "eval('['.repeat(50000));",
    ];
    for source in recursions {
        let guarded = format!("try {{ {source} }} catch (e) {{ console.log(e instanceof RangeError, e.message); }}");
        assert_eq!(printed(&guarded), "true Maximum call stack size exceeded\n", "{source}");
    }
    assert_eq!(printed("const sum = (n) => n === 0 ? 0 : n + sum(n - 1); console.log(sum(10000));"), "50005000\n");
}

#[test]
fn nesting_that_is_too_deep_never_ends_the_host() {
    for source in
        ["JSON.parse('['.repeat(3e6));", "let x = {}; for (let i = 0; i < 1e6; i++) x = { x }; JSON.stringify(x);"]
    {
        let status = run(source).status;
        assert!(!matches!(status, Status::Completed { .. } | Status::Infra { .. }), "{source}: {status:?}");
    }
}

#[test]
fn exiting_cannot_be_caught_or_outlived() {
    for source in [
        "try { process.exit(3); } catch { console.log('caught'); } finally { console.log('finally'); }",
        "new Promise(() => process.exit(3)); console.log('after');",
        "[1].map(() => process.exit(3)); console.log('after');",
        "(async () => { try { process.exit(3); } finally { console.log('finally'); } })();",
    ] {
        let outcome = run(source);
        assert_eq!((outcome.status, outcome.stdout.text().as_ref()), (completed(3), ""), "{source}");
    }
    assert_eq!(run("process.exitCode = 4;").status, completed(4));
    assert_eq!(
        run("process.on('exit', (code) => console.log('bye', code)); process.exit(2);").stdout.text(),
        "bye 2\n"
    );
}

#[test]
fn floods_of_output_are_an_outcome() {
    assert_eq!(run("for (;;) console.log('x'.repeat(1000));").status, Status::OutputLimit);
}

#[test]
fn a_program_finds_no_door_to_the_host() {
    let source = "const seen = new Set(); const stack = [globalThis]; const found = [];\n\
        while (stack.length) { const o = stack.pop(); if (o === null || (typeof o !== 'object' && typeof o !== 'function') || seen.has(o)) continue; seen.add(o);\n\
        for (const k of Reflect.ownKeys(o)) { if (k === 'evaluateModule' || k === '__host') found.push(k); let d; try { d = Reflect.getOwnPropertyDescriptor(o, k); } catch { continue; }\n\
        if (d && 'value' in d) stack.push(d.value); else if (d) stack.push(d.get, d.set); } try { stack.push(Object.getPrototypeOf(o)); } catch {} }\n\
        console.log(found.length, seen.size > 1000);";
    assert_eq!(printed(source), "0 true\n");
    assert!(!pool().execute(script("")).seed_used);
}
