//! CPython.

use std::fmt::Write as _;
use std::io;
use std::sync::Arc;

use crate::fetch::Package;
use crate::files::{Bytes, Image};
use crate::interpreter::{Interpreter, Layer, Nested, OpenKept};
use crate::memory::MappedFile;
use crate::python_packages::{self, PACKAGES};
use crate::source::Source;
use crate::stored::Stored;
use crate::{python_imports, python_objects, python_stack, python_threads};

/// The standard library and the packages' Python parts, as bytecode.
const LIBRARY: &str = "python-stdlib.zip";

/// Where the interpreter finds it.
const LIBRARY_PLACE: &str = "/usr/local/lib/python315.zip";

/// matplotlib's fonts and styles, stored uncompressed.
const PLOT_DATA: &str = "mpl-data.zip";

/// Where it is put.
const PLOT_DATA_PLACE: &str = "/usr/local/share/mpl-data";

/// CPython 3.15 as a WASI reactor.
pub(crate) static PYTHON: Interpreter = Interpreter {
    name: "python",
    source: Source::Published(Package::PYTHON),
    module: "python.wasm",
    kept: &[(LIBRARY, LIBRARY)],
    nested: &[Nested { archive: LIBRARY, member: "matplotlib/mpl-data.zip", kept: PLOT_DATA }],
    libraries: Some(&PACKAGES),
    arguments: &["/usr/local/bin/python.wasm"],
    environment: &[
        ("HOME", "/"),
        ("MPLBACKEND", "agg"),
        ("MPLCONFIGDIR", "/tmp"),
        ("PYTHONHASHSEED", "0"),
        ("PYTHONTZPATH", ""),
        ("TMPDIR", "/tmp"),
    ],
    endless: ("loop.py", "i = 0\nwhile True:\n    i += 1\n"),
    working_directory: "/work",
    harness: &[
        // Before anything that takes locks from the interpreter.
        ("assay_scheduler", include_str!("../python/harness/assay_scheduler.py")),
        ("assay_threads", include_str!("../python/harness/assay_threads.py")),
        ("assay_imports", include_str!("../python/harness/assay_imports.py")),
        ("assay_coverage", include_str!("../python/harness/assay_coverage.py")),
        ("assay_chance", include_str!("../python/harness/assay_chance.py")),
        ("assay_freeze", include_str!("../python/harness/assay_freeze.py")),
        ("assay_packages", include_str!("../python/harness/assay_packages.py")),
        ("assay_services", include_str!("../python/harness/assay_services.py")),
        ("assay_waiting", include_str!("../python/harness/assay_waiting.py")),
        ("assay_files", include_str!("../python/harness/assay_files.py")),
        ("assay_values", include_str!("../python/harness/assay_values.py")),
        ("assay_callee", include_str!("../python/harness/assay_callee.py")),
        ("assay_proxies", include_str!("../python/harness/assay_proxies.py")),
        ("assay_sides", include_str!("../python/harness/assay_sides.py")),
        ("assay_harness", include_str!("../python/harness/assay_harness.py")),
        // After all that imports what would use it if it were there.
        ("assay_ssl", include_str!("../python/harness/assay_ssl.py")),
    ],
    layers: &[
        Layer { name: "core", packages: &[], modules: &[], packaged: &[] },
        Layer {
            name: "science",
            packages: &[
                "folium",
                "matplotlib",
                "mpl_toolkits",
                "networkx",
                "nltk",
                "numpy",
                "pandas",
                "scipy",
                "seaborn",
                "sklearn",
                "statsmodels",
                "sympy",
                "textblob",
            ],
            modules: &[("assay_science", include_str!("../python/harness/assay_science.py"))],
            packaged: &[],
        },
    ],
    imports: |source| python_imports::imports(source).collect(),
    helper: |path| path.strip_suffix(".py"),
    c_stack_bytes: 4 << 20,
    set_c_stack: python_stack::set_limit,
    make_immortal: python_objects::make_immortal,
    preamble,
    entry: "PyObject_CallNoArgs",
    functions: python_threads::NAMES,
    calls_functions: true,
    translator: None,
    files,
};

fn files(open: OpenKept<'_>) -> io::Result<Arc<Image>> {
    let library = MappedFile::new(open(LIBRARY)?)?;
    let mut image = Image::builder();
    image.dir("/usr/local/lib", false).map_err(io::Error::other)?;
    image.file(LIBRARY_PLACE, Bytes::new(library)).map_err(io::Error::other)?;
    for directory in ["/tmp", PYTHON.working_directory] {
        image.dir(directory, true).map_err(io::Error::other)?;
    }
    image.preopen("/").map_err(io::Error::other)?;
    // matplotlib looks for its data beside its modules, which lie in an archive: there the directory appears by its name
    // alone.
    Stored::open(open(PLOT_DATA)?)?.place(&mut image, PLOT_DATA_PLACE)?;
    image.preopen_as(&format!("{LIBRARY_PLACE}/matplotlib/mpl-data"), PLOT_DATA_PLACE).map_err(io::Error::other)?;
    Stored::open(open(python_packages::ARCHIVE)?)?.place(&mut image, python_packages::PLACE)?;
    Ok(image.build())
}

/// Makes each harness module from its source, then tells the host the address of the function that runs a program.
///
/// Harness modules have builtins of their own and are not among the modules that programs import.
fn preamble(harness: &[(&str, &str)]) -> String {
    let mut source = format!(
        "import builtins, os, sys\n\
         os.chdir({:?})\n\
         sys.path.append({:?})\n\
         def _install(name, source):\n\
         \x20   module = sys.modules[name] = type(sys)(name)\n\
         \x20   module.__file__ = f'<{{name}}>'\n\
         \x20   module.__builtins__ = dict(vars(builtins))\n\
         \x20   exec(compile(source, module.__file__, 'exec'), vars(module))\n",
        PYTHON.working_directory,
        format!("{}/{}", python_packages::PLACE, python_packages::MODULES)
    );
    for (name, text) in harness {
        // A JSON string is a Python string.
        let _ = writeln!(source, "_install({name:?}, {})", serde_json::Value::from(*text));
    }
    source.push_str(
        "_assay_main = sys.modules['assay_harness'].main\n\
         _assay_door = __import__('_host').call\n\
         _assay_freeze = sys.modules['assay_freeze'].freeze\n\
         _assay_door(b'e%d' % id(_assay_main))\n\
         for name in [name for name in sys.modules if name.startswith('assay_')]:\n\
         \x20   del sys.modules[name]\n\
         del _install, name, builtins, os, sys\n\
         _assay_freeze(_assay_door)\n\
         del _assay_freeze, _assay_door\n",
    );
    source
}
