use assay_api::Status;

use crate::support::{exception, pool, printed_by, program};

#[test]
fn commonjs_and_es_modules_import_each_other_and_json() {
    let files = [
        (
            "main.mjs",
            "import two, { one } from './a.js';\nimport data from './data.json' with { type: 'json' };\n\
            import { three } from './b.mjs';\nimport { join } from 'node:path';\n\
            console.log(one, two.two, three, data.list, join('a', 'b'), import.meta.filename, await import('./a.js') !== undefined);",
        ),
        ("a.js", "exports.one = 1; exports.two = require('./b.mjs').three - 1;"),
        ("b.mjs", "export const three = 3;"),
        ("data.json", "{\"list\":[1]}"),
    ];
    assert_eq!(printed_by(program(&files)), "1 2 3 [ 1 ] a/b /work/main.mjs true\n");
}

#[test]
fn a_file_without_a_telling_name_is_what_its_syntax_says() {
    assert_eq!(
        printed_by(program(&[("main.js", "const x = await Promise.resolve(5);\nconsole.log(x, typeof require);")])),
        "5 undefined\n"
    );
    assert_eq!(
        printed_by(program(&[(
            "main.js",
            "// import x from 'y'\nconsole.log(typeof require, this === module.exports);"
        )])),
        "function true\n"
    );
    assert_eq!(printed_by(program(&[("main.js", "import os from 'os';\nconsole.log(os.EOL === '\\n');")])), "true\n");
}

#[test]
fn modules_are_run_once_and_may_import_in_circles() {
    let files = [
        ("main.js", "const a = require('./a'); console.log(a.done, require('./a') === a, require.main === module);"),
        ("a.js", "exports.done = false; const b = require('./b'); console.log(b.saw); exports.done = true;"),
        ("b.js", "exports.saw = require('./a').done;"),
    ];
    assert_eq!(printed_by(program(&files)), "false\ntrue true true\n");
}

#[test]
fn a_module_that_exists_nowhere_is_the_programs_mistake_and_one_that_exists_elsewhere_is_not() {
    let error = exception(program(&[("main.js", "\nrequire('./helper');")]));
    assert_eq!((error.type_name.as_str(), error.line), ("Error", Some(2)));
    assert!(error.message.starts_with("Cannot find module './helper'"), "{error:?}");
    let error = exception(program(&[("main.js", "require('a-name-that-a-model-made-up');")]));
    assert!(error.message.starts_with("Cannot find module 'a-name"), "{error:?}");
    for name in ["http2", "http", "express"] {
        for source in [format!("require('{name}');"), format!("import x from '{name}';")] {
            let status = pool().execute(program(&[("main.js", &source)])).status;
            assert_eq!(status, Status::Unsupported { what: name.to_owned() }, "{source}");
        }
    }
}
