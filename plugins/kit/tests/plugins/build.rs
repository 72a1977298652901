//! Builds the examples as their authors would, and loads them.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::{env, fs};

use assay_component::{Budget, CodeKey, CodeStore, SuiteComponent};
use assay_loader::native::{NativeFile, NativeLibrary};
use assay_loader::plugin::{Plugin, PluginError};
use sha2::{Digest, Sha256};

/// What tests build is kept here, by the digest of what it was built from.
const KEPT: &str = env!("CARGO_TARGET_TMPDIR");

const COMPONENTIZE_PY: &str = "componentize-py==0.25.1";

/// A folder of `plugins`.
pub(crate) fn plugins(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(folder)
}

/// The native library of the Rust example `name`, which cargo has built.
pub(crate) fn rust(name: &str) -> PathBuf {
    let deps = env::current_exe().unwrap().parent().unwrap().to_path_buf();
    let file = format!("{}{name}{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    let library = deps.parent().unwrap().join("examples").join(file);
    assert!(
        library.exists(),
        "{}: with --test, cargo builds no examples unless --examples is there",
        library.display()
    );
    library
}

/// The native library of a C source.
pub(crate) fn c(source: &Path, to: &Path) -> PathBuf {
    let library = to.join(source.file_name().unwrap()).with_extension("so");
    let mut cc = Command::new("cc");
    cc.args(["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-shared", "-fPIC", "-I"]);
    run(cc.arg(plugins("api/include")).arg(source).arg("-o").arg(&library));
    library
}

/// The component of the Python example; `None` where there is no pip to get its compiler with.
pub(crate) fn python() -> Option<PathBuf> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let build = || {
        let (source, wit) = (plugins("examples/python"), plugins("api/wit"));
        kept(&[source.join("tiny.py"), wit.join("suite.wit")], |to| {
            let tools = tool("python3", &["-m", "pip", "--version"])?;
            let venv = Path::new(KEPT).join("componentize-py");
            let compiler = venv.join("bin/componentize-py");
            if !compiler.exists() {
                run(Command::new(tools).args(["-m", "venv"]).arg(&venv));
                run(Command::new(venv.join("bin/pip")).args(["install", "--quiet", COMPONENTIZE_PY]));
            }
            let mut command = Command::new(compiler);
            command.arg("-d").arg(wit).args(["-w", "plugin", "componentize", "--stub-wasi", "tiny", "-p"]);
            run(command.arg(source).arg("-o").arg(to));
            Some(())
        })
    };
    BUILT.get_or_init(build).clone()
}

/// The component of the JavaScript example; `None` where there is no npm.
pub(crate) fn javascript() -> Option<PathBuf> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    let build = || {
        let (source, wit) = (plugins("examples/javascript"), plugins("api/wit"));
        let files = ["tiny.js", "build.mjs", "package.json"].map(|name| source.join(name));
        kept(&[&files[..], &[wit.join("suite.wit")]].concat(), |to| {
            tool("node", &["--version"])?;
            let npm = tool("npm", &["--version"])?;
            let project = Path::new(KEPT).join("componentize-js");
            fs::create_dir_all(&project).unwrap();
            for file in &files {
                fs::copy(file, project.join(file.file_name().unwrap())).unwrap();
            }
            if !project.join("node_modules").exists() {
                run(Command::new(npm).args(["install", "--silent", "--no-audit", "--no-fund"]).current_dir(&project));
            }
            let mut command = Command::new("node");
            run(command.args(["build.mjs", "tiny.js"]).arg(wit).arg(to).current_dir(&project));
            Some(())
        })
    };
    BUILT.get_or_init(build).clone()
}

/// The component of the Rust example; `None` where the compiler has no target for WebAssembly.
pub(crate) fn rust_component() -> Option<PathBuf> {
    static BUILT: OnceLock<Option<PathBuf>> = OnceLock::new();
    const TARGET: &str = "wasm32-unknown-unknown";
    let build = || {
        let libraries = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output().unwrap();
        if !Path::new(String::from_utf8_lossy(&libraries.stdout).trim()).is_dir() {
            assay_testing::lacks(&format!("the target {TARGET} is not installed"));
            return None;
        }
        let project = Path::new(KEPT).join("rust-component");
        fs::create_dir_all(&project).unwrap();
        let manifest = fs::read_to_string(plugins("templates/rust/Cargo.toml")).unwrap();
        let manifest = manifest.replace("NAME", "tiny").replace("KIT", &plugins("kit").display().to_string());
        fs::write(project.join("Cargo.toml"), manifest).unwrap();
        fs::copy(plugins("examples/rust/tiny.rs"), project.join("suite.rs")).unwrap();
        // The versions of what it uses are those of this workspace.
        fs::copy(plugins("../Cargo.lock"), project.join("Cargo.lock")).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(&project).args([
            "build",
            "--quiet",
            "--release",
            "--target",
            TARGET,
            "--target-dir",
            "target",
        ]);
        run(&mut cargo);
        let module = fs::read(project.join("target").join(TARGET).join("release/suite.wasm")).unwrap();
        let component = project.join("tiny.wasm");
        fs::write(&component, assay_component::wrap(&module)).unwrap();
        Some(component)
    };
    BUILT.get_or_init(build).clone()
}

/// What `build` has made of `sources`, now or before.
fn kept(sources: &[PathBuf], build: impl FnOnce(&Path) -> Option<()>) -> Option<PathBuf> {
    let mut hash = Sha256::new();
    for source in sources {
        hash.update(fs::read(source).unwrap());
    }
    let name: String = hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    let kept = Path::new(KEPT).join(format!("{name}.wasm"));
    if !kept.exists() {
        let draft = Path::new(KEPT).join(format!("{name}.{}.new", std::process::id()));
        build(&draft)?;
        fs::rename(draft, &kept).unwrap();
    }
    Some(kept)
}

/// The program `name`, if it runs; else the test that needs it is skipped, where tests may be.
fn tool<'a>(name: &'a str, probe: &[&str]) -> Option<&'a str> {
    let runs = Command::new(name).args(probe).output().is_ok_and(|output| output.status.success());
    if !runs {
        assay_testing::lacks(&format!("{name} is not installed, which the example's component is built with"));
    }
    runs.then_some(name)
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    assert!(output.status.success(), "{command:?}: {}{}", said[0], said[1]);
}

/// Loads a component as the host does, its code kept with what tests build.
pub(crate) fn load_component(file: &Path) -> Plugin {
    SuiteComponent::read(file).unwrap().load(&Kept, Budget::default()).unwrap_or_else(|error| panic!("{error}"))
}

struct Kept;

impl CodeStore for Kept {
    fn file(&self, key: &CodeKey, compile: &mut dyn FnMut() -> Result<Vec<u8>, String>) -> Result<PathBuf, String> {
        let name = format!("{}-{}", &key.component[..16], &key.engine[..16]);
        let file = Path::new(KEPT).join(&name).with_extension("cwasm");
        if !file.exists() {
            let draft = file.with_extension(format!("{}.new", std::process::id()));
            fs::write(&draft, compile()?).unwrap();
            fs::rename(draft, &file).unwrap();
        }
        Ok(file)
    }
}

/// Loads a native library that the test has just built.
pub(crate) fn load_native(file: &Path) -> Result<Plugin, PluginError> {
    let library = NativeFile::read(file)?;
    // SAFETY: it was built from sources of this repository.
    #[expect(unsafe_code, reason = "native code is loaded")]
    let loaded = unsafe { NativeLibrary::load(file) };
    let refused = |message| PluginError::Refused { file: file.to_path_buf(), message };
    Ok(Plugin::new(file, library.sha256().to_owned(), Box::new(loaded.map_err(refused)?)))
}
