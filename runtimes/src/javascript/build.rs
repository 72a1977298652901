//! Builds the engine and the prelude: C sources come through cargo, the compiler through uv or pip, and the packages in
//! the prelude through npm; each is checked by digests, and so is the result.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use super::sources::SOURCES;
use crate::Progress;
use crate::digest::{hex, sha256};
use crate::fetch::{FetchError, Fetcher, SUMS, Workshop};
use crate::source::Built;

/// The engine's module.
pub(super) const ENGINE: &str = "engine.wasm";
/// What is installed in it.
pub(super) const PRELUDE: &str = "prelude.js";
/// What is installed after it, for programs that speak of languages and countries.
pub(super) const INTL: &str = "intl.js";

/// SHA-256 of the built package's list of digests. To renew it after a change of the sources, prepare the runtime: the
/// error that this gives names the new one.
pub(super) const SUMS_SHA256: &str = "3fecdfd36f77216a43ffba71d4ad5aff810ee0b14bea7ead46273f2c557567f8";

/// How much of the stack in linear memory JavaScript may use, in bytes: what ends a recursion with a `RangeError`. There
/// is more of it, for C code that does not look, and far more stack of WebAssembly's own.
pub(super) const STACK_BYTES: u32 = 4 << 20;
/// What the linker is told.
const LINKED_STACK_BYTES: u32 = STACK_BYTES + (512 << 10);

/// The crate that has QuickJS-NG's sources.
const CRATE: &str = "libquickjs-ng-sys";
const CRATE_VERSION: &str = "0.14.0";
/// Where they are in it.
const CRATE_SOURCES: &str = "embed/quickjs";
/// SHA-256 of these sources, as [`tree_digest`] has it.
const CRATE_SOURCES_SHA256: &str = "20558f2e98bc1496c242e15c44d9c5e702a4e4bc3a2db5ddfb348c8063cf3d33";

/// What we change in them, with why.
const PATCH: &str = include_str!("../../javascript/engine/quickjs.patch");

/// Files of the sources that are compiled by themselves; another one is included by ours.
const C_FILES: &[&str] = &["dtoa.c", "libregexp.c", "libunicode.c"];

/// The compiler's package, with the digests of its wheels for Linux (x86-64, aarch64) and macOS (arm64, x86-64).
const COMPILER: &str = "ziglang==0.17.0 \
    --hash=sha256:97079827064a7492cce5541ceb438ae8003ce1e54e399676da2d62fb7a5dc08b \
    --hash=sha256:d2804f94f54f7fcf8169f4b212a619ad688a4e2e6592e976f0cf2e58e2cd8af3 \
    --hash=sha256:87274af689c4128051b26c80f6f676757e0a81c2fdc137fd8b5679e928e4bc4f \
    --hash=sha256:4d910f0e363ddb60a6b8ddb55235617797a8ccbcb6c5c7132a949d9f833eea42\n";

/// Builds the package `built` in the folder `into`, where it needs some 700 MB meanwhile.
pub(super) fn build(
    built: &Built,
    fetcher: &Fetcher,
    into: &Path,
    progress: &dyn Progress,
) -> Result<PathBuf, FetchError> {
    let shop = Workshop::new(fetcher, into, built.file(), progress)?;
    let package = shop.folder().join(built.name);
    create(&package)?;
    let work = shop.folder().join("work");
    for (path, text) in SOURCES {
        write(&work.join(path), text.as_bytes())?;
    }
    let prelude = work.join("prelude");
    shop.install_npm(&prelude)?;
    shop.stage("build", "bundling the prelude with esbuild".to_owned());
    shop.run_npm(&prelude, "bundle")?;
    for bundle in [PRELUDE, INTL] {
        take(&prelude.join("dist").join(bundle), &package.join(bundle))?;
    }
    c_sources(&shop, &work.join("quickjs"))?;
    compile(&shop, &work)?;
    take(&work.join(ENGINE), &package.join(ENGINE))?;
    fs::remove_dir_all(&work).map_err(FetchError::io("remove", &work))?;
    list(built, &package)?;
    Ok(package)
}

/// Gets QuickJS-NG's sources as the new folder `sources`, checks them, and makes our changes.
fn c_sources(shop: &Workshop<'_>, sources: &Path) -> Result<(), FetchError> {
    let manifest = shop.folder().join("crate");
    let text = format!(
        "[package]\nname = \"sources\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\n{CRATE} = \"={CRATE_VERSION}\"\n\n[workspace]\n"
    );
    write(&manifest.join("Cargo.toml"), text.as_bytes())?;
    write(&manifest.join("lib.rs"), b"")?;
    shop.vendor_crates(&manifest, "vendor")?;
    let vendored = manifest.join(format!("vendor/{CRATE}-{CRATE_VERSION}/{CRATE_SOURCES}"));
    take(&vendored, sources)?;
    fs::remove_dir_all(&manifest).map_err(FetchError::io("remove", &manifest))?;
    let got = tree_digest(sources)?;
    if got != CRATE_SOURCES_SHA256 {
        let path = PathBuf::from(format!("{CRATE} {CRATE_VERSION}"));
        return Err(FetchError::Digest { path, expected: CRATE_SOURCES_SHA256.to_owned(), got });
    }
    patch(&sources.join("quickjs.c"))
}

/// Makes our changes to a file of QuickJS-NG's.
fn patch(file: &Path) -> Result<(), FetchError> {
    let wrong = |message: String| FetchError::Contents { path: file.to_owned(), message };
    let changes = diffy::Patch::from_str(PATCH).map_err(|error| wrong(error.to_string()))?;
    let text = fs::read_to_string(file).map_err(FetchError::io("read", file))?;
    let changed = diffy::apply(&text, &changes).map_err(|error| wrong(error.to_string()))?;
    write(file, changed.as_bytes())
}

/// Compiles the engine. Everything is named by relative paths and no name of a folder gets into the result.
fn compile(shop: &Workshop<'_>, work: &Path) -> Result<(), FetchError> {
    let requirements = shop.folder().join("requirements.txt");
    write(&requirements, COMPILER.as_bytes())?;
    let tools = shop.folder().join("tools");
    shop.unpack_wheels("a C compiler (zig)", &requirements, None, &tools)?;
    shop.stage("build", "compiling QuickJS-NG to WebAssembly".to_owned());
    let mut command = Command::new(tools.join("ziglang/zig"));
    command.current_dir(work);
    for cache in ["ZIG_GLOBAL_CACHE_DIR", "ZIG_LOCAL_CACHE_DIR"] {
        command.env(cache, shop.folder().join("zig-cache"));
    }
    command.args(["cc", "-target", "wasm32-wasi", "-mexec-model=reactor", "-O2", "-g0", "-w", "-fno-sanitize=all"]);
    command.args(["-DNDEBUG", "-D_GNU_SOURCE", "-Iquickjs"]);
    command.arg(format!("-DJS_STACK_SIZE={STACK_BYTES}"));
    let ours =
        SOURCES.iter().map(|(path, _)| *path).filter(|path| Path::new(path).extension() == Some(OsStr::new("c")));
    command.args(ours);
    command.args(C_FILES.iter().map(|file| format!("quickjs/{file}")));
    command.args(["-lm", "-Wl,--strip-all"]).arg(format!("-Wl,-z,stack-size={LINKED_STACK_BYTES}"));
    shop.run("zig", command.args(["-o", ENGINE]))?;
    for used in [&tools, &shop.folder().join("zig-cache")] {
        fs::remove_dir_all(used).map_err(FetchError::io("remove", used))?;
    }
    Ok(())
}

/// Writes the list of the package's digests, and checks it.
fn list(built: &Built, package: &Path) -> Result<(), FetchError> {
    let mut lines = String::new();
    for name in [ENGINE, INTL, PRELUDE] {
        let path = package.join(name);
        let bytes = fs::read(&path).map_err(FetchError::io("read", &path))?;
        lines.push_str(&format!("{}  {name}\n", sha256(&bytes)));
    }
    let got = sha256(lines.as_bytes());
    if got != built.sums_sha256 {
        return Err(FetchError::Built { path: package.join(SUMS), expected: built.sums_sha256, got });
    }
    write(&package.join(SUMS), lines.as_bytes())
}

/// SHA-256 over the names and contents of the files directly in a folder, sorted by their names.
fn tree_digest(folder: &Path) -> Result<String, FetchError> {
    let read = || -> std::io::Result<String> {
        let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        paths.retain(|path| path.is_file());
        paths.sort();
        let mut hash = Sha256::new();
        for path in paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for part in [name.into_bytes(), fs::read(&path)?] {
                hash.update((part.len() as u64).to_le_bytes());
                hash.update(part);
            }
        }
        Ok(hex(&hash.finalize()))
    };
    read().map_err(FetchError::io("read", folder))
}

fn create(folder: &Path) -> Result<(), FetchError> {
    fs::create_dir_all(folder).map_err(FetchError::io("create", folder))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), FetchError> {
    if let Some(folder) = path.parent() {
        create(folder)?;
    }
    fs::write(path, bytes).map_err(FetchError::io("write", path))
}

fn take(from: &Path, to: &Path) -> Result<(), FetchError> {
    fs::rename(from, to).map_err(FetchError::io("take", from))
}
