use crate::support::printed;

#[test]
fn a_minute_passes_in_no_time() {
    let source =
        "const start = Date.now(); setTimeout(() => console.log(Math.round((Date.now() - start) / 1000)), 60000);";
    assert_eq!(printed(source), "60\n");
}

#[test]
fn things_happen_in_nodes_order() {
    let source = "setTimeout(() => console.log('timeout'), 0); setImmediate(() => console.log('immediate'));\n\
        queueMicrotask(() => console.log('microtask')); process.nextTick(() => console.log('tick'));\n\
        Promise.resolve().then(() => { console.log('then'); process.nextTick(() => console.log('tick 2')); }).then(() => console.log('then 2'));\n\
        (async () => { console.log('sync'); await null; console.log('awaited'); })();\n\
        console.log('end');";
    let expected = "sync\nend\ntick\nmicrotask\nthen\nawaited\nthen 2\ntick 2\ntimeout\nimmediate\n";
    assert_eq!(printed(source), expected);
}

#[test]
fn timers_fire_by_their_time_and_can_be_cleared() {
    let source = "setTimeout(console.log, 20, 'b'); setTimeout(console.log, 10, 'a'); clearTimeout(setTimeout(console.log, 5, 'never'));\n\
        let n = 0; const i = setInterval(() => { console.log('i', ++n); if (n === 3) clearInterval(i); }, 7);\n\
        setInterval(() => console.log('not waited for'), 1e6).unref();";
    assert_eq!(printed(source), "i 1\na\ni 2\nb\ni 3\n");
}

#[test]
fn promises_of_timers_settle() {
    let source = "const { setTimeout: wait } = require('timers/promises'); const util = require('util');\n\
        wait(1000, 'x').then(console.log); util.promisify(setTimeout)(500).then(() => console.log('first'));";
    assert_eq!(printed(source), "first\nx\n");
}
