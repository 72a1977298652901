//! The pure-Python packages beside those that are compiled into the interpreter: wheels, fetched by the user's own client, of
//! which what programs can use is put into one archive.

use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use crate::Progress;
use crate::digest::sha256;
use crate::fetch::{FetchError, Fetcher, SUMS, Workshop};
use crate::libraries::Libraries;
use crate::source::{Built, Source};
use crate::stored::StoredWriter;

/// The archive of them; its paths are below [`PLACE`].
pub(crate) const ARCHIVE: &str = "python-packages.zip";

/// Where programs find what is in the archive.
pub(crate) const PLACE: &str = "/usr/local/lib";

/// Where in there the interpreter looks for modules.
pub(crate) const MODULES: &str = "python3.15/site-packages";

/// Where in there nltk looks for its data, besides in many other places.
const NLTK_DATA: &str = "nltk_data";

/// Each package with its version and its wheel's digest, as clients read them.
const REQUIREMENTS: &str = include_str!("../python/packages/requirements.txt");

/// SHA-256 of the built package's list of digests. To renew it after a change of the requirements or of what is taken of
/// them, prepare the runtime: the error that this gives names the new one.
const SUMS_SHA256: &str = "f675bee41e781c4b77e5ea8198262d45dc8a15f0f8255cd5db7807b08028a467";

/// The version of Python that the wheels are chosen for: the newest that all of them and both clients know.
const PYTHON: &str = "3.13";

/// A package that brings nltk's data, of which nothing else is taken.
const NLTK_DATA_PACKAGE: &str = "llama_index/core/_static/nltk_cache";

/// The parts of nltk's data that programs find.
const NLTK_DATA_PARTS: [&str; 2] = ["corpora/stopwords/", "tokenizers/punkt_tab/english/"];

/// The packages of the interpreter.
pub(crate) static PACKAGES: Libraries = Libraries {
    source: Source::Built(Built {
        name: "assay-python-packages",
        version: "of 2026-11",
        sums_sha256: SUMS_SHA256,
        build,
    }),
    archive: ARCHIVE,
    translation: concat!(
        include_str!("../python/packages/translate.py"),
        "\n\ntranslate_all('/usr/local/lib', 'python3.15/site-packages')\n"
    ),
    endings: (".py", ".pyc"),
};

/// Builds the package in the folder `into`, where it needs some 300 MB meanwhile.
fn build(built: &Built, fetcher: &Fetcher, into: &Path, progress: &dyn Progress) -> Result<PathBuf, FetchError> {
    let shop = Workshop::new(fetcher, into, built.file(), progress)?;
    let requirements = shop.folder().join("requirements.txt");
    fs::write(&requirements, REQUIREMENTS).map_err(FetchError::io("write", &requirements))?;
    let unpacked = shop.folder().join("unpacked");
    shop.unpack_wheels("Python packages", &requirements, Some(PYTHON), &unpacked)?;
    let package = shop.folder().join(built.name);
    fs::create_dir(&package).map_err(FetchError::io("create", &package))?;
    let archive = package.join(ARCHIVE);
    pack(&unpacked, &archive).map_err(FetchError::io("write", &archive))?;
    fs::remove_dir_all(&unpacked).map_err(FetchError::io("remove", &unpacked))?;
    list(built, &package, &archive)?;
    Ok(package)
}

/// Writes the list of the package's digests, and checks it.
fn list(built: &Built, package: &Path, archive: &Path) -> Result<(), FetchError> {
    let contents = fs::read(archive).map_err(FetchError::io("read", archive))?;
    let line = format!("{}  {ARCHIVE}\n", sha256(&contents));
    let (path, got) = (package.join(SUMS), sha256(line.as_bytes()));
    if got != built.sums_sha256 {
        return Err(FetchError::Built { path, expected: built.sums_sha256, got });
    }
    fs::write(&path, line).map_err(FetchError::io("write", &path))
}

/// Writes what programs can use of the `unpacked` wheels to a new archive, sorted by path.
fn pack(unpacked: &Path, archive: &Path) -> io::Result<()> {
    let mut files = Vec::new();
    collect(unpacked, "", &mut files)?;
    let mut files: Vec<_> = files.iter().filter_map(|path| Some((place(path)?, path))).collect();
    files.sort();
    let mut writer = StoredWriter::new(BufWriter::new(File::create_new(archive)?));
    for (place, path) in files {
        writer.file(&place, &fs::read(unpacked.join(path))?)?;
    }
    writer.finish()
}

/// The paths of all files below `folder`, relative to it, each after `prefix`.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name =
            entry.file_name().into_string().map_err(|name| io::Error::other(format!("{name:?} is not UTF-8")))?;
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// Where in the archive the file at `path` in the folder of unpacked wheels goes; `None` where programs have no use for it.
///
/// What clients write themselves, and may write differently, is of no use.
fn place(path: &str) -> Option<String> {
    if let Some(data) = path.strip_prefix(NLTK_DATA_PACKAGE) {
        let data = data.trim_start_matches('/');
        return NLTK_DATA_PARTS.iter().any(|part| data.starts_with(part)).then(|| format!("{NLTK_DATA}/{data}"));
    }
    let names: Vec<&str> = path.split('/').collect();
    let (top, name) = (names[0], names[names.len() - 1]);
    let metadata = top.ends_with(".dist-info");
    let of_no_package = names.len() == 1 && !name.ends_with(".py") || matches!(top, "bin" | "share");
    let of_the_client = metadata
        && matches!(name, "INSTALLER" | "RECORD" | "REQUESTED" | "WHEEL" | "direct_url.json" | "uv_cache.json")
        || names.iter().any(|name| name.starts_with('.') || *name == "__pycache__");
    let of_nltk_data = top == "llama_index" || top.starts_with("llama_index_core-") && name == "entry_points.txt";
    // Sources of translations, of C modules and of types; tests; languages that a Django site would have to ask for.
    let of_developers = [".po", ".pot", ".pyi", ".c", ".h"].iter().any(|ending| name.ends_with(ending));
    let of_tests = path.starts_with("nltk/test/");
    let language = || names.iter().position(|name| *name == "locale").and_then(|at| names.get(at + 1)).copied();
    let foreign = top == "django" && name.ends_with(".mo") && language() != Some("en");
    let wanted = !(of_no_package || of_the_client || of_nltk_data || of_developers || of_tests || foreign);
    wanted.then(|| format!("{MODULES}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_requirement_is_pinned_by_version_and_digest() {
        for line in REQUIREMENTS.lines().filter(|line| !line.starts_with('#')) {
            let (name, rest) = line.split_once("==").unwrap_or_else(|| panic!("{line}: no version"));
            let (_, digest) = rest.split_once(" --hash=sha256:").unwrap_or_else(|| panic!("{name}: no digest"));
            assert!(digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
        }
    }

    #[test]
    fn modules_data_and_licences_are_taken() {
        for path in [
            "requests/api.py",
            "typing_like.py",
            "requests-2.0.dist-info/METADATA",
            "requests-2.0.dist-info/licenses/LICENSE",
            "docx/templates/default.docx",
            "django/conf/locale/en/LC_MESSAGES/django.mo",
            "django/conf/locale/de/formats.py",
        ] {
            assert_eq!(place(path), Some(format!("python3.15/site-packages/{path}")));
        }
    }

    #[test]
    fn what_clients_write_and_what_programs_cannot_use_is_left() {
        for path in [
            ".lock",
            "bin/flask",
            "share/providers.json",
            "requests/__pycache__/api.cpython-313.pyc",
            "requests-2.0.dist-info/RECORD",
            "requests-2.0.dist-info/INSTALLER",
            "requests-2.0.dist-info/uv_cache.json",
            "django/conf/locale/de/LC_MESSAGES/django.mo",
            "django/conf/locale/en/LC_MESSAGES/django.po",
            "llama_index/core/schema.py",
        ] {
            assert_eq!(place(path), None, "{path}");
        }
    }

    #[test]
    fn of_the_package_with_nltk_data_the_english_part_is_taken() {
        let of = |path: &str| place(&format!("llama_index/core/_static/nltk_cache/{path}"));
        assert_eq!(of("corpora/stopwords/english"), Some("nltk_data/corpora/stopwords/english".to_owned()));
        let tokenizer = "tokenizers/punkt_tab/english/collocations.tab";
        assert_eq!(of(tokenizer), Some(format!("nltk_data/{tokenizer}")));
        assert_eq!(of("tokenizers/punkt_tab/german/collocations.tab"), None);
        assert_eq!(of("corpora/stopwords.zip"), None);
    }
}
