//! CPython.

use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::sync::Arc;

use zip::{CompressionMethod, ZipArchive};

use crate::fetch::Package;
use crate::files::{Bytes, Image, ImageBuilder};
use crate::interpreter::{Interpreter, Layer, Nested, OpenKept};
use crate::memory::MappedFile;
use crate::source::Source;
use crate::{python_imports, python_objects, python_stack, python_threads};

/// The standard library and the packages' Python parts, as bytecode.
const LIBRARY: &str = "python-stdlib.zip";

/// Where the interpreter finds it.
const LIBRARY_PLACE: &str = "/usr/local/lib/python315.zip";

/// matplotlib's fonts and styles, stored uncompressed.
const PLOT_DATA: &str = "mpl-data.zip";

/// CPython 3.15 as a WASI reactor.
pub(crate) static PYTHON: Interpreter = Interpreter {
    name: "python",
    source: Source::Published(Package::PYTHON),
    module: "python.wasm",
    kept: &[(LIBRARY, LIBRARY)],
    nested: &[Nested { archive: LIBRARY, member: "matplotlib/mpl-data.zip", kept: PLOT_DATA }],
    arguments: &["/usr/local/bin/python.wasm"],
    environment: &[
        ("HOME", "/"),
        ("MPLBACKEND", "agg"),
        ("MPLCONFIGDIR", "/tmp"),
        ("PYTHONHASHSEED", "0"),
        ("PYTHONTZPATH", ""),
        ("TMPDIR", "/tmp"),
    ],
    working_directory: "/work",
    harness: &[
        // Before anything that takes locks from the interpreter.
        ("assay_scheduler", include_str!("../python/harness/assay_scheduler.py")),
        ("assay_threads", include_str!("../python/harness/assay_threads.py")),
        ("assay_imports", include_str!("../python/harness/assay_imports.py")),
        ("assay_chance", include_str!("../python/harness/assay_chance.py")),
        ("assay_freeze", include_str!("../python/harness/assay_freeze.py")),
        ("assay_packages", include_str!("../python/harness/assay_packages.py")),
        ("assay_services", include_str!("../python/harness/assay_services.py")),
        ("assay_waiting", include_str!("../python/harness/assay_waiting.py")),
        ("assay_values", include_str!("../python/harness/assay_values.py")),
        ("assay_sides", include_str!("../python/harness/assay_sides.py")),
        ("assay_harness", include_str!("../python/harness/assay_harness.py")),
    ],
    layers: &[
        Layer { name: "core", packages: &[], modules: &[], packaged: &[] },
        Layer {
            name: "science",
            packages: &[
                "matplotlib",
                "mpl_toolkits",
                "networkx",
                "numpy",
                "pandas",
                "scipy",
                "seaborn",
                "sklearn",
                "statsmodels",
                "sympy",
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
    plot_data(&mut image, open(PLOT_DATA)?)?;
    Ok(image.build())
}

/// matplotlib looks for its data beside its modules, which lie in an archive: there the directory appears by its name
/// alone.
fn plot_data(image: &mut ImageBuilder, archive: File) -> io::Result<()> {
    const DIRECTORY: &str = "/usr/local/share/mpl-data";
    let mut members = ZipArchive::new(archive.try_clone()?)?;
    let bytes = Bytes::new(MappedFile::new(archive)?);
    for index in 0..members.len() {
        let member = members.by_index_raw(index)?;
        let name = member.name()?.into_owned();
        let compressed = || io::Error::other(format!("{PLOT_DATA}: {name} is not stored as it is"));
        let start = member.data_start().ok_or_else(compressed)?;
        let range = usize::try_from(start).and_then(|start| Ok(start..start + usize::try_from(member.size())?));
        let stored = member.compression() == CompressionMethod::Stored;
        let contents = bytes.slice(range.map_err(io::Error::other)?).filter(|_| stored).ok_or_else(compressed)?;
        if member.is_file() {
            image.file(&format!("{DIRECTORY}/{name}"), contents).map_err(io::Error::other)?;
        }
    }
    image.preopen_as(&format!("{LIBRARY_PLACE}/matplotlib/mpl-data"), DIRECTORY).map_err(io::Error::other)
}

/// Makes each harness module from its source, then tells the host the address of the function that runs a program.
///
/// Harness modules have builtins of their own and are not among the modules that programs import.
fn preamble(harness: &[(&str, &str)]) -> String {
    let mut source = format!(
        "import builtins, os, sys\n\
         os.chdir({:?})\n\
         def _install(name, source):\n\
         \x20   module = sys.modules[name] = type(sys)(name)\n\
         \x20   module.__file__ = f'<{{name}}>'\n\
         \x20   module.__builtins__ = dict(vars(builtins))\n\
         \x20   exec(compile(source, module.__file__, 'exec'), vars(module))\n",
        PYTHON.working_directory
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
