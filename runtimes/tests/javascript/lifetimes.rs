//! What is in the snapshot lives for ever; what a program makes is freed, also where the two refer to each other.

use assay_api::{Limits, Program, Status};

use crate::support::{pool, printed, printed_by, script};

/// `source` with so little memory that garbage has to be freed.
fn in_little_memory(source: &str) -> Program {
    let program = script(source);
    Program { limits: Limits { memory_bytes: 96 << 20, ..program.limits }, ..program }
}

/// Makes cyclic garbage that refers to more by the statement `garbage`, of some 100 MB in all, which is over the limit.
fn litters(garbage: &str) -> String {
    format!(
        "for (let i = 0; i < 50000; i++) {{ const own = {{ i, bytes: new ArrayBuffer(2048) }}; own.own = own; {garbage}; }}"
    )
}

#[test]
fn garbage_that_is_kept_takes_more_memory_than_there_is() {
    let source = format!("const kept = []; {}", litters("kept.push(own)"));
    assert_eq!(pool().execute(in_little_memory(&source)).status, Status::OutOfMemory);
}

#[test]
fn cycles_that_refer_to_what_is_built_in_are_freed() {
    let kinds = [
        "own.of = [Math, Array.prototype, console, require('node:util')]",
        "Object.setPrototypeOf(own, Map.prototype)",
        "own.bound = Array.prototype.push.bind(own, console.log)",
        "own.next = Promise.resolve(own).then.bind(own)",
        "new WeakMap([[Math, 1], [own, own]])",
    ];
    for kind in kinds {
        let source = format!("{}\nconsole.log('done');", litters(kind));
        assert_eq!(printed_by(in_little_memory(&source)), "done\n", "{kind}");
    }
}

#[test]
fn what_was_put_into_something_built_in_stays_until_it_is_taken_out() {
    let source = format!(
        "Array.prototype.kept = {{ text: ['a', 'b'].join('') }}; Math.self = Math; console.of = [console];\n{}\n\
        console.log([].kept.text, Math.self === Math, console.of[0] === console);\n\
        delete Array.prototype.kept; delete Math.self;\n{}\nconsole.log([].kept, Math.self);",
        litters("Math.last = own"),
        litters("Math.last = own")
    );
    assert_eq!(printed_by(in_little_memory(&source)), "ab true true\nundefined undefined\n");
}

#[test]
fn what_is_built_in_can_be_replaced_and_weakly_referred_to() {
    let source = format!(
        "const push = new WeakRef(Array.prototype.push), names = new WeakMap([[Array.prototype.pop, 'pop'], [Math, 'Math']]);\n\
        const {{ pop }} = Array.prototype, math = Math;\n\
        Array.prototype.push = function (x) {{ this[this.length] = x; return 'ours'; }}; delete Array.prototype.pop;\n\
        globalThis.Math = {{ max: () => 'ours' }}; Object.setPrototypeOf(Set.prototype, null);\n{}\n\
        console.log([].push(1), [].pop, Math.max(), new Set().toString, typeof push.deref(), names.get(pop), names.get(math));",
        litters("own.names = names")
    );
    assert_eq!(printed_by(in_little_memory(&source)), "ours undefined ours undefined function pop Math\n");
}

#[test]
fn objects_do_not_share_what_is_changed_in_one_of_them() {
    let source = "console.mine = 1; const a = {}, b = {}; a.x = 1; b.x = 2; delete a.x; Object.freeze(b);\n\
        Math.x = 1; Object.defineProperty(Math, 'x', { enumerable: false });\n\
        class Errors extends Error {} Errors.prototype.code = 7; Object.defineProperty(Error.prototype, 'name', { value: 'E' });\n\
        console.log(Object.keys(Math), a.x, b.x, Object.isFrozen(a), new Errors('m').code, new Error('m').code, String(new TypeError('t')));";
    assert_eq!(printed(source), "[] undefined 2 false 7 undefined TypeError: t\n");
}
