use crate::support::printed;

/// Each of these is true where a modern JavaScript runs.
const TRUTHS: &[&str] = &[
    "(() => { class A { #x = 1; static s = 2; get x() { return this.#x; } } return new A().x === 1 && A.s === 2; })()",
    "(() => { const { a = 1, ...rest } = { b: 2, c: 3 }; return a === 1 && Object.keys(rest).length === 2; })()",
    "'2020-01'.match(/(?<y>\\d+)-(?<m>\\d+)/).groups.m === '01'",
    "/\\p{Script=Greek}/u.test('α') && new RegExp('[\\\\p{L}--[a-z]]', 'v').test('A')",
    "[3, 1].toSorted()[0] === 1 && [1, 2].with(0, 5)[0] === 5 && [1, 2, 3].at(-1) === 3",
    "Object.groupBy([1, 2, 3], (n) => n % 2 ? 'odd' : 'even').odd.length === 2",
    "new Set([1, 2]).union(new Set([3])).size === 3",
    "[1, 2, 3].values().map((n) => n * 2).filter((n) => n > 2).toArray().length === 2",
    "2n ** 64n === 18446744073709551616n",
    "new Error('x', { cause: 1 }).cause === 1 && new AggregateError([1]).errors.length === 1",
    "structuredClone(new Map([[1, { a: [new Date(0)] }]])).get(1).a[0].getTime() === 0",
    "new TextDecoder().decode(new TextEncoder().encode('héllo😀')) === 'héllo😀'",
    "atob(btoa('hello')) === 'hello' && Buffer.from('hi').toString('hex') === '6869'",
    "new URL('../b?c=1#d', 'https://example.com/x/a').href === 'https://example.com/b?c=1#d'",
    "new Date(2024, 0, 31).getMonth() === 0 && new Date().getTimezoneOffset() === 0",
    "(1.005).toFixed(2) === '1.00' && (0.1 + 0.2) === 0.30000000000000004 && (25).toString(36) === 'p'",
    "JSON.stringify({ b: 1, 2: 1, a: 1, 1: 1 }) === '{\"1\":1,\"2\":1,\"b\":1,\"a\":1}'",
    "new Function('a', 'return a * 2')(4) === 8 && (0, eval)('1 + 1') === 2",
    "typeof Promise.withResolvers === 'function' && typeof Array.fromAsync === 'function'",
    "((strings, ...values) => strings.raw.join('|') + values)`a${1}b\\n` === 'a|b\\\\n1'",
];

#[test]
fn modern_javascript_runs() {
    for truth in TRUTHS {
        assert_eq!(printed(&format!("console.log({truth});")), "true\n", "{truth}");
    }
}

#[test]
fn values_are_printed_as_node_prints_them() {
    let source = "class A { x = 1 }\n\
        console.log({ a: 1, b: [1, 2] }, new Map([[1, 'x']]), new A(), [undefined, null], 10n, Symbol('s'));\n\
        console.log('%s has %d%% of %o', 'it', 42, 1);\n\
        console.log([1.5, -0, 'it\\'s'], function f() {}, class B {});\n\
        console.group('g'); console.log('in\\nit'); console.groupEnd(); console.log('out');\n";
    let expected = "{ a: 1, b: [ 1, 2 ] } Map(1) { 1 => 'x' } A { x: 1 } [ undefined, null ] 10n Symbol(s)\n\
        it has 42% of 1\n\
        [ 1.5, -0, \"it's\" ] [Function: f] [class B]\n\
        g\n  in\n  it\nout\n";
    assert_eq!(printed(source), expected);
}

#[test]
fn files_live_in_memory_and_standard_input_is_read() {
    let source = "const fs = require('fs');\n\
        fs.mkdirSync('d/e', { recursive: true }); fs.writeFileSync('d/e/x.txt', 'one\\n'); fs.appendFileSync('d/e/x.txt', 'two');\n\
        console.log(fs.readFileSync('d/e/x.txt', 'utf8').split('\\n'), fs.readdirSync('d'), fs.existsSync('no'));\n\
        try { fs.readFileSync('no'); } catch (e) { console.log(e.code, e.message); }\n\
        console.log(fs.readFileSync(0, 'utf8'));";
    let mut program = crate::support::script(source);
    program.stdin = "typed".to_owned();
    let expected = "[ 'one', 'two' ] [ 'e' ] false\nENOENT ENOENT: no such file or directory, open 'no'\ntyped\n";
    assert_eq!(crate::support::printed_by(program), expected);
}

#[test]
fn what_languages_and_countries_need_is_there_where_it_is_used() {
    assert_eq!(printed("console.log((1234567.891).toLocaleString('en-US'), typeof Intl);"), "1,234,567.891 object\n");
    assert_eq!(printed("console.log(['ä', 'a', 'z'].sort((a, b) => a.localeCompare(b)).join(''));"), "aäz\n");
}

#[test]
fn comparisons_that_contradict_themselves_sort_as_in_node() {
    let source = "const named = (n) => Array.from({ length: n }, (_, i) => (i * 7919) % n);\n\
        for (const compare of [(a, b) => a > b, (a, b) => (a < b ? 1 : -1), (a, b) => (a % 3 < b % 3 ? 1 : -1), () => -1]) {\n\
        let calls = 0, sum = 0;\n\
        for (const n of [5, 10, 64, 200]) for (const x of named(n).sort((a, b) => { calls++; return compare(a, b); })) sum = (sum * 31 + x) % 1000003;\n\
        console.log(calls, sum);\n}";
    // What node 20 prints.
    assert_eq!(printed(source), "275 384658\n1602 653944\n1374 485991\n275 312989\n");
}
