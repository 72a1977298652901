mod clients;
mod contents;
mod offline;
mod real;

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::{FetchError, Fetched, Fetcher, Package, Registry};
use crate::digest;
use crate::progress::Recorder;

const WHEEL: &str = "toy-1.0-py3-none-any.whl";
const PYTHON: &[u8] = b"\0asm, as it were";
const LICENCE: &[u8] = b"do what you like";

/// A machine of its own: package clients that are shell scripts, and the wheel that they bring.
struct Machine {
    dir: TempDir,
    sha256: String,
    sums_sha256: String,
}

impl Machine {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for name in ["bin", "into", "index", "index/unpacked"] {
            fs::create_dir(dir.path().join(name)).unwrap();
        }
        let files = [("LICENSES/toy.txt", LICENCE), ("python.wasm", PYTHON)];
        let sums: String = files.iter().map(|(name, bytes)| format!("{}  {name}\n", digest::sha256(bytes))).collect();
        let members = files.into_iter().chain([("SHA256SUMS", sums.as_bytes())]);

        let wheel = dir.path().join("index").join(WHEEL);
        let mut zip = ZipWriter::new(File::create(&wheel).unwrap());
        for (name, bytes) in members {
            let name = format!("toy/artifacts/{name}");
            let method = if bytes == PYTHON { CompressionMethod::Stored } else { CompressionMethod::Deflated };
            zip.start_file(&name, SimpleFileOptions::default().compression_method(method)).unwrap();
            zip.write_all(bytes).unwrap();
            let unpacked = dir.path().join("index/unpacked").join(name);
            fs::create_dir_all(unpacked.parent().unwrap()).unwrap();
            fs::write(unpacked, bytes).unwrap();
        }
        zip.finish().unwrap();
        let sha256 = digest::sha256(&fs::read(wheel).unwrap());
        Machine { dir, sha256, sums_sha256: digest::sha256(sums.as_bytes()) }
    }

    /// Adds a client that does what the shell script `body` says, after `$to` has been set to where to put the package.
    fn with(self, client: &str, body: &str) -> Self {
        let script = format!(
            "#!/bin/sh\n\
             echo \"$@\" >> {0}/{client}.asked\n\
             [ \"$*\" = --version ] && exit 0\n\
             [ \"$*\" = '-m pip --version' ] && exit 0\n\
             index={0}/index\n\
             while [ $# -gt 1 ]; do case $1 in -d|--target) to=$2;; esac; shift; done\n\
             {body}\n",
            self.dir.path().display()
        );
        self.with_script(client, &script)
    }

    fn with_script(self, client: &str, script: &str) -> Self {
        let draft = self.path("draft");
        fs::write(&draft, script).unwrap();
        // A copy by another process: a file that this one has open for writing while another test forks can't be run.
        let copied =
            Command::new("install").args(["-m", "755"]).arg(&draft).arg(self.path("bin").join(client)).status();
        assert!(copied.unwrap().success());
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn package(&self) -> Package<'_> {
        Package {
            registry: Registry::Pypi,
            name: "toy",
            version: "1.0",
            python: "3.11",
            file: WHEEL,
            bytes: 1000,
            sha256: &self.sha256,
            folder: "toy/artifacts",
            sums_sha256: &self.sums_sha256,
        }
    }

    fn fetch(&self) -> (Result<Fetched, FetchError>, Recorder) {
        let told = Recorder::default();
        let fetcher = Fetcher::new(self.path("bin"));
        (fetcher.fetch(&self.package(), &self.path("into"), &told), told)
    }

    fn error(&self) -> FetchError {
        self.fetch().0.unwrap_err()
    }

    /// What a client was asked, a line a time.
    fn asked(&self, client: &str) -> String {
        fs::read_to_string(self.path(&format!("{client}.asked"))).unwrap_or_default()
    }

    fn left_behind(&self) -> Vec<String> {
        files_under(&self.path("into")).into_iter().filter(|name| !name.ends_with("client.log")).collect()
    }
}

const SAVE_WHEEL: &str = "cp $index/*.whl $to";
const INSTALL: &str = "cp -r $index/unpacked/. $to";
const NO_NETWORK: &str = "echo 'error: dns error: Name or service not known' >&2; exit 2";

fn files_under(dir: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { names.extend(files_under(&path)) } else { names.push(path.display().to_string()) }
    }
    names
}
