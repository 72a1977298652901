use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::client::{Candidate, Client, Dialect, candidates};
use super::output::Output;
use super::{FetchError, Fetched, Package, Registry, child};
use crate::{Progress, Silent, Stage};

/// The environment variable that names a directory with offline copies of the packages.
pub const RUNTIMES_DIR: &str = "ASSAY_RUNTIMES_DIR";

/// Gets packages: from a directory of offline copies if there is one, else through the user's own client.
#[derive(Debug, Clone, Default)]
pub struct Fetcher {
    offline: Option<PathBuf>,
    search_path: OsString,
}

impl Fetcher {
    /// As the environment says: `ASSAY_RUNTIMES_DIR` for offline copies, `PATH` for clients.
    #[must_use]
    pub fn from_env() -> Self {
        let fetcher = Fetcher::new(std::env::var_os("PATH").unwrap_or_default());
        match std::env::var_os(RUNTIMES_DIR) {
            Some(dir) if !dir.is_empty() => fetcher.offline(dir),
            _ => fetcher,
        }
    }

    /// With the clients on that search path, which reads like `PATH`.
    pub fn new(search_path: impl Into<OsString>) -> Self {
        Fetcher { offline: None, search_path: search_path.into() }
    }

    /// With offline copies in `dir`, and nowhere else.
    #[must_use]
    pub fn offline(self, dir: impl Into<PathBuf>) -> Self {
        Fetcher { offline: Some(dir.into()), ..self }
    }

    /// The directory of offline copies, if nothing else is to be used.
    #[must_use]
    pub fn offline_dir(&self) -> Option<&Path> {
        self.offline.as_deref()
    }

    /// The offline copy called `file`, where nothing else is to be used.
    ///
    /// # Errors
    /// When it is missing there.
    pub(crate) fn offline_copy(&self, file: &str) -> Result<Option<PathBuf>, FetchError> {
        let Some(dir) = &self.offline else { return Ok(None) };
        let path = dir.join(file);
        if path.is_file() { Ok(Some(path)) } else { Err(FetchError::NoOfflineCopy { path }) }
    }

    /// The folders that clients are looked for in, as `PATH` has them.
    pub(super) fn search_path(&self) -> &OsStr {
        &self.search_path
    }

    /// What the clients that run are called, the preferred one first. What they say goes to a file in the folder
    /// `scratch`.
    ///
    /// # Errors
    /// When `scratch` cannot be written to.
    pub fn clients(&self, scratch: &Path) -> Result<Vec<String>, FetchError> {
        let mut found = Vec::new();
        for candidate in candidates(Registry::Pypi) {
            if let Ok(client) = working(candidate, &self.search_path, scratch, &Silent)? {
                found.push(client.label);
            }
        }
        Ok(found)
    }

    /// Gets `package` and checks it against its pinned digest.
    ///
    /// `into` is an existing folder of ours, on a disk with room for the package twice or, unpacked, once. What this
    /// leaves there is needed as long as the answer is. Each working client gets its turn; when all fail, the error is
    /// the first one's.
    ///
    /// # Errors
    /// The whole of [`FetchError`]; nothing is retried here, since the clients do.
    pub fn fetch(&self, package: &Package<'_>, into: &Path, progress: &dyn Progress) -> Result<Fetched, FetchError> {
        if let Some(path) = self.offline_copy(package.file)? {
            return Fetched::wheel(path, package, progress);
        }
        let into = std::path::absolute(into).map_err(FetchError::io("resolve", into))?;
        let attempt = Attempt { package, into: &into, progress };
        let mut looked_for = Vec::new();
        let mut failure = None;
        let mut tried: Vec<Client> = Vec::new();
        for candidate in candidates(package.registry) {
            // Two names of one client would fail alike.
            if tried.iter().any(|client| client.dialect == candidate.dialect) {
                continue;
            }
            let client = match working(candidate, &self.search_path, &into, progress)? {
                Ok(client) => client,
                Err(why) => {
                    looked_for.push(format!("{}: {why}", candidate.label()));
                    continue;
                }
            };
            if let Some(last) = tried.last() {
                progress.note(&format!("{} could not fetch {}; trying {}", last.label, package.file, client.label));
            }
            match attempt.fetch(&client) {
                Err(error) if error.is_the_clients_own() => failure.get_or_insert(error),
                result => return result,
            };
            tried.push(client);
        }
        let none = || FetchError::NoClient {
            install: package.registry.install(),
            looked_for: looked_for.join(", "),
            file: package.file.to_owned(),
        };
        Err(failure.unwrap_or_else(none))
    }
}

/// What is the same for every client that is tried.
struct Attempt<'a> {
    package: &'a Package<'a>,
    into: &'a Path,
    progress: &'a dyn Progress,
}

impl Attempt<'_> {
    fn fetch(&self, client: &Client) -> Result<Fetched, FetchError> {
        let work = self.into.join(if client.dialect == Dialect::Uv { "uv" } else { "pip" });
        let fetched = self.fetch_in(&work, client);
        if fetched.is_err() {
            // The error is worth more than that something of no use stays behind.
            let _ = fs::remove_dir_all(&work);
        }
        fetched
    }

    fn fetch_in(&self, work: &Path, client: &Client) -> Result<Fetched, FetchError> {
        let Package { name, version, file, folder, bytes, .. } = *self.package;
        let to = work.join("package");
        fs::create_dir_all(&to).map_err(FetchError::io("create", &to))?;

        let stage = Stage::new("fetch", format!("fetching {name} {version} with {}", client.label));
        // uv downloads into a cache of its own, where how far it has come can't be seen.
        self.progress.stage(if client.dialect == Dialect::Pip { stage.of(bytes) } else { stage });
        let tick = || {
            self.progress.advance(size(work));
            !self.progress.interrupted()
        };
        let status = child::run(&mut client.fetch(self.package, &to, work), new_log(self.into)?, tick)
            .map_err(FetchError::io("run", Path::new(&client.label)))?;
        match status {
            Some(status) if status.success() => {}
            // An interrupt from the terminal reaches the client before it reaches us.
            Some(status) if !self.progress.interrupted() => {
                let log = log_path(self.into);
                let output = Output::read(&log).map_err(FetchError::io("read", &log))?;
                return Err(self.failure(client, status.to_string(), &output));
            }
            _ => return Err(FetchError::Interrupted),
        }
        let unpacked = client.dialect == Dialect::Uv;
        let path = to.join(if unpacked { folder } else { file });
        if !path.exists() {
            return Err(FetchError::NothingFetched { client: client.label.clone(), path });
        }
        if unpacked {
            Fetched::folder(path, self.package.sums_sha256)
        } else {
            Fetched::wheel(path, self.package, self.progress)
        }
    }

    fn failure(&self, client: &Client, status: String, output: &Output) -> FetchError {
        let (client, file) = (client.label.clone(), self.package.file.to_owned());
        failure(client, file, self.into, status, output)
    }
}

/// What it means that `client` failed, which was to work in the folder `into` so that `file` is there.
pub(super) fn failure(client: String, file: String, into: &Path, status: String, output: &Output) -> FetchError {
    if output.disk_full() {
        FetchError::DiskFull { dir: into.to_path_buf(), source: io::ErrorKind::StorageFull.into() }
    } else if let Some(detail) = output.network() {
        FetchError::Network { client, detail: detail.trim().to_owned(), file }
    } else {
        FetchError::Client { client, status, output: output.tail(), file }
    }
}

/// The candidate if it is on the search path and runs, else why not.
pub(super) fn working(
    candidate: &Candidate,
    search_path: &OsStr,
    into: &Path,
    progress: &dyn Progress,
) -> Result<Result<Client, &'static str>, FetchError> {
    let Some(client) = candidate.find(search_path) else { return Ok(Err("not found")) };
    match child::run(&mut client.version(into), new_log(into)?, || !progress.interrupted()) {
        Ok(Some(status)) if status.success() => Ok(Ok(client)),
        Ok(Some(_)) => Ok(Err("found, but does not run")),
        Ok(None) => Err(FetchError::Interrupted),
        Err(_) => Ok(Err("found, but can't be started")),
    }
}

/// A new file for what a client says.
pub(super) fn new_log(into: &Path) -> Result<File, FetchError> {
    let path = log_path(into);
    File::create(&path).map_err(FetchError::io("create", &path))
}

pub(super) fn log_path(into: &Path) -> PathBuf {
    into.join("client.log")
}

/// The size of everything under `dir` in bytes, as far as it can be seen while somebody else is at work there.
fn size(dir: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(dir) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(meta) if meta.is_dir() => size(&entry.path()),
        Ok(meta) => meta.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
