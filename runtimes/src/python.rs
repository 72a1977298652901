//! CPython.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use crate::fetch::Package;
use crate::files::{Bytes, Image};
use crate::interpreter::{Interpreter, OpenKept};
use crate::memory::MappedFile;

/// The standard library and the packages' Python parts, as bytecode.
const LIBRARY: &str = "python-stdlib.zip";

/// CPython 3.15 as a WASI reactor.
pub(crate) static PYTHON: Interpreter = Interpreter {
    name: "python",
    package: Package::PYTHON,
    module: "python.wasm",
    kept: &[(LIBRARY, LIBRARY)],
    arguments: &["/usr/local/bin/python.wasm"],
    environment: &[("HOME", "/"), ("PYTHONHASHSEED", "0"), ("PYTHONTZPATH", ""), ("TMPDIR", "/tmp")],
    working_directory: "/work",
    harness: &[
        ("assay_imports", include_str!("../python/harness/assay_imports.py")),
        ("assay_packages", include_str!("../python/harness/assay_packages.py")),
        ("assay_services", include_str!("../python/harness/assay_services.py")),
        ("assay_harness", include_str!("../python/harness/assay_harness.py")),
    ],
    preamble,
    command: "_assay_run()",
    files,
};

fn files(open: OpenKept<'_>) -> io::Result<Arc<Image>> {
    let library = MappedFile::new(open(LIBRARY)?)?;
    let mut image = Image::builder();
    image.dir("/usr/local/lib", false).map_err(io::Error::other)?;
    image.file("/usr/local/lib/python315.zip", Bytes::new(library)).map_err(io::Error::other)?;
    for directory in ["/tmp", PYTHON.working_directory] {
        image.dir(directory, true).map_err(io::Error::other)?;
    }
    image.preopen("/").map_err(io::Error::other)?;
    Ok(image.build())
}

/// Makes each harness module from its source, then the function that runs a program.
fn preamble(harness: &[(&str, &str)]) -> String {
    let mut source = String::from("import gc, os, sys, types, _host\n");
    source.push_str(
        "def _install(name, source):\n\
         \x20   module = types.ModuleType(name)\n\
         \x20   module.__file__ = f'<{name}>'\n\
         \x20   sys.modules[name] = module\n\
         \x20   exec(compile(source, module.__file__, 'exec'), module.__dict__)\n",
    );
    for (name, text) in harness {
        // A JSON string is a Python string.
        let _ = writeln!(source, "_install({name:?}, {})", serde_json::Value::from(*text));
    }
    let _ = write!(
        source,
        "sys.modules['assay_services'].install()\n\
         os.chdir({:?})\n\
         _assay_run = lambda main=sys.modules['assay_harness'].main, door=_host.call: main(door)\n\
         del _install\n\
         gc.collect()\n\
         gc.freeze()\n",
        PYTHON.working_directory
    );
    source
}
