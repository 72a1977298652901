//! What is ours in the engine: it must be what the language says.

use assay_api::Status;

use crate::support::{printed, run};

/// Numbers at which remainders and comparisons change their ways.
const NUMBERS: &[f64] = &[
    0.0,
    -0.0,
    0.5,
    -0.5,
    1.0,
    -1.0,
    3.0,
    -7.0,
    10.25,
    2147483648.0,
    -4294967295.0,
    9007199254740991.0,
    -9007199254740993.0,
    1.2e18,
    18446744073709549568.0,
    18446744073709551616.0,
    -1e300,
    5e-324,
    f64::MAX,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// The numbers' bits as JavaScript's literal of an array.
fn bits() -> String {
    let numbers: Vec<_> = NUMBERS.iter().map(|number| format!("{}n", number.to_bits())).collect();
    format!("[{}]", numbers.join(", "))
}

/// What a program prints for each pair of numbers, `x` and `y`, by an expression.
fn of_pairs(expression: &str) -> Vec<String> {
    let source = format!(
        "const view = new DataView(new ArrayBuffer(8));\n\
        const number = (bits) => {{ view.setBigUint64(0, bits); return view.getFloat64(0); }};\n\
        const bits = (number) => {{ view.setFloat64(0, number); return Number.isNaN(number) ? 'NaN' : view.getBigUint64(0); }};\n\
        const numbers = {}.map(number);\n\
        for (const x of numbers) for (const y of numbers) console.log(String({expression}));",
        bits()
    );
    printed(&source).lines().map(str::to_owned).collect()
}

/// The same from the machine.
fn expected(of: impl Fn(f64, f64) -> String) -> Vec<String> {
    NUMBERS.iter().flat_map(|x| NUMBERS.iter().map(|y| of(*x, *y)).collect::<Vec<_>>()).collect()
}

#[test]
fn remainders_are_those_of_the_machine() {
    let shown = |number: f64| if number.is_nan() { "NaN".to_owned() } else { number.to_bits().to_string() };
    assert_eq!(of_pairs("bits(x % y)"), expected(|x, y| shown(x % y)));
}

#[test]
fn numbers_compare_as_on_the_machine() {
    let shown =
        |x: f64, y: f64| [x < y, x <= y, x > y, x >= y, x == y, x != y].map(|is| u8::from(is).to_string()).concat();
    assert_eq!(of_pairs("[x < y, x <= y, x > y, x >= y, x === y, x != y].map(Number).join('')"), expected(shown));
}

/// Each of these is true of arrays.
const OF_ARRAYS: &[&str] = &[
    "(() => { const a = [1, 2, 3]; a.extra = 4; return a.extra === 4 && a.missing === undefined && a.length === 3; })()",
    "(() => { Array.prototype[5] = 'p'; const a = [1]; try { return a[5] === 'p' && a['5'] === 'p'; } finally { delete Array.prototype[5]; } })()",
    "(() => { const a = [1, , 3]; Array.prototype[1] = 'p'; try { return a.slice(0, 3).hasOwnProperty(1); } finally { delete Array.prototype[1]; } })()",
    "(() => { const a = new Proxy([1, 2], { get: (t, k) => (k === 'x' ? 'y' : t[k]) }); return a.x === 'y'; })()",
    "(() => { const a = new Uint8Array(2); a['1.5'] = 3; return a['1.5'] === undefined && a.x === undefined; })()",
    "(() => { const s = [1, 2, 3, 4].slice(1, 3); s.push(9); return s.join() === '2,3,9' && s.length === 3; })()",
    "(() => { const a = [1, 2, 3, 4, 5]; const r = a.splice(1, 3, 'x'); return r.join() === '2,3,4' && a.join() === '1,x,5'; })()",
    "(() => { class L extends Array {} const l = L.from([1, 2, 3]).slice(1); return l instanceof L && l.join() === '2,3'; })()",
    "(() => { class F extends Array { static get [Symbol.species]() { return function () { return Object.freeze([]); }; } }\n\
      try { F.from([1]).slice(); return false; } catch (e) { return e instanceof TypeError; } })()",
    "(() => { class S extends Array { static get [Symbol.species]() { return function () { return target; }; } }\n\
      const target = S.from([7, 8, 9]); return target.slice(1) === target && target.join() === '8,9'; })()",
    "(() => { class S extends Array { static get [Symbol.species]() { return function () { return [0, 0, 0, 0]; }; } }\n\
      const got = S.from([7, 8, 9]).slice(1); return got.join() === '8,9'; })()",
    "[1, 2, 3].slice(-2).length === 2 && [1, 2].slice(5).length === 0 && [, 1].slice().hasOwnProperty(0) === false",
    "Object.getOwnPropertyNames([3, 4].map((n) => n)).join() === '0,1,length'",
    "(() => { const o = {}; const a = [o]; const b = a.slice(); a[0] = 1; return b[0] === o; })()",
];

#[test]
fn arrays_are_those_of_the_language() {
    for truth in OF_ARRAYS {
        assert_eq!(printed(&format!("console.log({truth});")), "true\n", "{truth}");
    }
}

/// Each of these is true of objects, texts and JSON.
const OF_VALUES: &[&str] = &[
    "Object.is(JSON.parse('-0'), -0)",
    "JSON.parse('[2147483647, 4294967296, 123456789, 1234567890, 0, 7, 1e3, 1.5, -12]').join() === \
      '2147483647,4294967296,123456789,1234567890,0,7,1000,1.5,-12'",
    "(() => { try { JSON.parse('01'); return false; } catch (e) { return e instanceof SyntaxError; } })()",
    "(() => { class P { constructor(x) { this.x = x; this.y = 1; } } const a = new P(1), b = new P(2); a.z = 3; delete b.x;\n\
      return Object.keys(a).join() === 'x,y,z' && Object.keys(b).join() === 'y' && Object.keys(new P(4)).join() === 'x,y'; })()",
    "(() => { const a = Object.freeze({ a: 1 }); const b = { a: 1 }; b.b = 2; return Object.isFrozen(a) && b.b === 2; })()",
    "'a1b22'.replace(/(?<d>\\d)(\\d)?/g, (...all) => JSON.stringify(all)) === \
      'a[\"1\",\"1\",null,1,\"a1b22\",{\"d\":\"1\"}]b[\"22\",\"2\",\"2\",3,\"a1b22\",{\"d\":\"2\"}]'",
    "'x'.repeat(20).replace(new RegExp('(x)'.repeat(20)), (...all) => all.length) === '23'",
    "'abc'.includes('') && 'abc'.includes('c', 2) && !'abc'.includes('c', 3) && 'abc'.includes('', 3) && 'Āb'.includes('b')",
    "(() => { const s = 'abc'; let t = s[0]; t += 'x'; return s[0] === 'a' && t === 'ax' && s.at(0) === 'a' && s['0'] === 'a'\n\
      && s[3] === undefined && s[-1] === undefined && ({ a: 5 })[s[0]] === 5; })()",
    "(() => { const a = [1, 2]; const b = [0, ...a, ...a, , ...'xy', 9];\n\
      return b.length === 9 && b.join() === '0,1,2,1,2,,x,y,9' && !(5 in b); })()",
    "(() => { let n = 0; for (let i = 0; i < 5; i++) { if (i === 2) continue; if (i > 3) break; n += i != 0 ? 1 : 10; }\n\
      while (n >= 12) n--; return n === 11; })()",
];

#[test]
fn objects_texts_and_json_are_those_of_the_language() {
    for truth in OF_VALUES {
        assert_eq!(printed(&format!("console.log({truth});")), "true\n", "{truth}");
    }
}

#[test]
fn sets_of_numbers_and_objects_cost_no_more_than_sets_of_texts() {
    let fuel = |member: &str| {
        let source = format!("const all = new Set(); for (let i = 0; i < 16000; i++) all.add({member});");
        let outcome = run(&source);
        assert_eq!(outcome.status, Status::Completed { exit_code: 0 }, "{member}");
        outcome.fuel
    };
    let texts = fuel("`${i}`");
    for member in ["i", "i + 0.5", "-i * 4096", "{}"] {
        assert!(fuel(member) < texts, "{member}");
    }
}

#[test]
fn atomics_work_on_shared_memory_and_waiting_takes_virtual_time() {
    let source = "const cells = new Int32Array(new SharedArrayBuffer(8)); const start = Date.now();\n\
        console.log(Atomics.add(cells, 0, 5), Atomics.compareExchange(cells, 0, 5, 7), Atomics.load(cells, 0), Atomics.notify(cells, 0));\n\
        console.log(Atomics.wait(cells, 1, 0, 90000), Atomics.wait(cells, 1, 1), Math.round((Date.now() - start) / 1000));";
    assert_eq!(printed(source), "0 5 7 0\ntimed-out not-equal 90\n");
}

#[test]
fn waiting_for_what_never_comes_ends_the_program() {
    let outcome = run("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);");
    assert_eq!(outcome.status, Status::OutOfTime);
}
