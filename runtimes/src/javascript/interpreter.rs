use std::io;
use std::sync::Arc;

use super::build::{self, ENGINE, INTL, PRELUDE};
use super::mentions::mentions;
use crate::files::Image;
use crate::interpreter::{Interpreter, Layer, OpenKept};
use crate::source::{Built, Source};
use crate::typescript::TYPESCRIPT;

/// QuickJS-NG as a WASI reactor.
pub(crate) static JAVASCRIPT: Interpreter = Interpreter {
    name: "javascript",
    source: Source::Built(Built {
        name: "assay-javascript",
        version: "with QuickJS-NG 0.18.0",
        sums_sha256: build::SUMS_SHA256,
        build: build::build,
    }),
    module: ENGINE,
    kept: &[(PRELUDE, PRELUDE), (INTL, INTL)],
    nested: &[],
    libraries: None,
    arguments: &["node"],
    environment: &[("HOME", "/"), ("TMPDIR", "/tmp")],
    endless: ("loop.js", "for (let i = 0; ; i++);\n"),
    working_directory: "/work",
    harness: &[],
    layers: &[
        Layer { name: "core", packages: &[], modules: &[], packaged: &[PRELUDE] },
        Layer { name: "intl", packages: &["Intl"], modules: &[], packaged: &[PRELUDE, INTL] },
    ],
    imports: mentions,
    // No file of a program's is run ahead: what a module does when it is imported is the program's to do.
    helper: |_| None,
    // How deep it recurses is compiled into it.
    c_stack_bytes: build::STACK_BYTES,
    set_c_stack: |_, _| Ok(()),
    make_immortal: |_, _| Err("objects of this interpreter's are not counted that way".to_owned()),
    preamble: |modules| modules.iter().map(|(_, source)| *source).collect::<Vec<_>>().join("\n"),
    entry: "run",
    functions: &[],
    calls_functions: false,
    translator: Some(&TYPESCRIPT),
    files,
};

fn files(_open: OpenKept<'_>) -> io::Result<Arc<Image>> {
    let mut image = Image::builder();
    for directory in ["/tmp", JAVASCRIPT.working_directory] {
        image.dir(directory, true).map_err(io::Error::other)?;
    }
    image.preopen("/").map_err(io::Error::other)?;
    Ok(image.build())
}
