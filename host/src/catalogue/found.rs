use std::path::{Path, PathBuf};

use assay_api::{Choice, Suite, SuiteInfo};
use assay_loader::declarative::{DeclarativeSuite, Directory, Manifest};

use super::LoadedSuite;
use super::builtin::{self, unknown};
use crate::check::Expected;
use crate::data::DataDirs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::plugins::{Kind, Opener, Place, SuitesLock, Trust};
use crate::report::printable;

/// Where a project keeps suites of its own.
const PROJECT: &str = "suites";

/// The suites that are built in, those that lie where suites are looked for, and those that the user points at. Nothing is looked
/// for anywhere else.
#[derive(Debug)]
pub struct Catalogue {
    data: DataDirs,
    /// What the user named with `--suite`.
    named: Vec<Place>,
    /// Where suites are looked for by name.
    directories: Vec<PathBuf>,
    lock: SuitesLock,
    opener: Opener,
}

/// Where a suite is.
enum Found {
    Builtin,
    Elsewhere(Place),
}

impl Catalogue {
    /// With the suites at `paths`, and native libraries of the digests `allowed`, in hexadecimal, for this command.
    ///
    /// # Errors
    /// When there is no suite at one of the paths.
    pub fn new(data: DataDirs, paths: &[PathBuf], allowed: &[String]) -> Result<Self, Failure> {
        let named = paths.iter().map(|path| place(path)).collect::<Result<_, _>>()?;
        let directories = vec![PathBuf::from(PROJECT), data.suites()];
        let lock = SuitesLock::in_directory(Path::new("."));
        Ok(Catalogue { data, named, directories, lock, opener: Opener::new(Trust::new(allowed.to_vec())) })
    }

    /// What a suite is, without its data; `name` is its name or a path.
    ///
    /// # Errors
    /// When there is none, it has not what is chosen, or it can't say what it is.
    pub fn info(&self, name: &str, choice: &Choice) -> Result<SuiteInfo, Failure> {
        match self.find(name)? {
            Found::Builtin => builtin::info(name, choice),
            Found::Elsewhere(place) => self.info_at(&place, choice),
        }
    }

    /// A suite with the data of what is chosen; `name` is its name or a path. One that is not built in must be the one that
    /// the project's lock pins.
    ///
    /// # Errors
    /// Those of [`info`](Self::info), and when data is missing or the suite is not the pinned one.
    pub fn load(&self, name: &str, choice: &Choice) -> Result<LoadedSuite, Failure> {
        match self.find(name)? {
            Found::Builtin => builtin::load(name, choice, &self.data),
            Found::Elsewhere(place) => self.load_at(&place, choice),
        }
    }

    /// What a suite's authors say beforehand of its check, where it is a folder; `info` is what the suite says of itself.
    ///
    /// # Errors
    /// When there is no such suite, or what they say is malformed.
    pub fn expected(&self, name: &str, info: &SuiteInfo) -> Result<Expected, Failure> {
        match self.find(name)? {
            Found::Builtin => builtin::expected(&builtin::find(name)?.files, info),
            Found::Elsewhere(place) if place.kind == Kind::Folder => builtin::expected(&Directory(place.path), info),
            Found::Elsewhere(_) => Ok(Expected::default()),
        }
    }

    /// Accepts the suite at `path` as it is now: permits native code, and pins its content.
    ///
    /// # Errors
    /// When there is no suite there, or the permission can't be kept.
    pub fn accept(&self, path: &Path) -> Result<SuiteInfo, Failure> {
        let place = place(path)?;
        if place.kind == Kind::Native {
            self.opener.grant(&place.path)?;
        }
        let mut info = self.info_at(&place, &Choice::default())?;
        if info.chosen_data().any(|file| file.sha256.is_empty()) {
            // What nothing pins is part of the suite's digest as it is found.
            info = self.open_at(&place, &Choice::default())?.info().clone();
        }
        self.lock.pin(&info, &place)?;
        Ok(info)
    }

    /// The suites that are not built in: what the user named, and what was found. Those whose names are built in are left out.
    #[must_use]
    pub fn others(&self) -> Vec<Place> {
        let named = self.named.iter().cloned();
        let found = self.directories.iter().flat_map(|directory| Place::inside(directory));
        named.chain(found.filter(|(name, _)| !is_builtin(name)).map(|(_, place)| place)).collect()
    }

    /// What the suite in `place` is.
    ///
    /// # Errors
    /// When it can't say, or has not what is chosen.
    pub fn info_at(&self, place: &Place, choice: &Choice) -> Result<SuiteInfo, Failure> {
        if place.kind != Kind::Folder {
            return self.opener.open(place)?.info(choice).map_err(|error| Failure::plugin(&error));
        }
        let manifest = Manifest::load(&Directory(place.path.clone()), choice);
        manifest.map(|manifest| manifest.info().clone()).map_err(|error| Failure::load(&place.to_string(), &error))
    }

    fn load_at(&self, place: &Place, choice: &Choice) -> Result<LoadedSuite, Failure> {
        let suite = self.open_at(place, choice)?;
        self.lock.check(suite.info(), place)?;
        LoadedSuite::new(suite)
    }

    fn open_at(&self, place: &Place, choice: &Choice) -> Result<Box<dyn Suite>, Failure> {
        if place.kind == Kind::Folder {
            let suite = DeclarativeSuite::load(&Directory(place.path.clone()), &self.data, choice);
            return Ok(Box::new(suite.map_err(|error| Failure::load(&place.to_string(), &error))?));
        }
        let plugin = self.opener.open(place)?;
        Ok(Box::new(plugin.load(choice, &self.data).map_err(|error| Failure::plugin(&error))?))
    }

    fn find(&self, name: &str) -> Result<Found, Failure> {
        if Place::is_path(name) {
            return place(Path::new(name)).map(Found::Elsewhere);
        }
        let places = self.called(name)?;
        if is_builtin(name) {
            self.warn_of(name, &places);
            return Ok(Found::Builtin);
        }
        match places.into_iter().next() {
            Some(place) => Ok(Found::Elsewhere(place)),
            None => {
                let found = self.directories.iter().flat_map(|directory| Place::inside(directory));
                let found = found.map(|(name, _)| name);
                let known: Vec<String> = builtin::names().map(str::to_owned).chain(found).collect();
                Err(unknown(name, known.iter().map(String::as_str)))
            }
        }
    }

    /// The suites of that name that are not built in, the first of which is meant.
    fn called(&self, name: &str) -> Result<Vec<Place>, Failure> {
        let mut places = Vec::new();
        for place in &self.named {
            if self.info_at(place, &Choice::default())?.id == name {
                places.push(place.clone());
            }
        }
        for directory in &self.directories {
            for (_, place) in Place::inside(directory).into_iter().filter(|(found, _)| found == name) {
                if !is_builtin(name) {
                    self.check_name(name, &place)?;
                }
                places.push(place);
            }
        }
        Ok(places)
    }

    fn check_name(&self, name: &str, place: &Place) -> Result<(), Failure> {
        let id = self.info_at(place, &Choice::default())?.id;
        if id == name {
            return Ok(());
        }
        let failure = Failure::new(Exit::Suite, format!("{place}: its id is `{id}`, not `{name}`"));
        Err(failure.help("call the file or folder as the suite is called"))
    }

    /// Tells of suites that are not used since a built-in one has their name, unless they are that one.
    fn warn_of(&self, name: &str, places: &[Place]) {
        let digest = builtin::info(name, &Choice::default()).map(|info| info.digest).ok();
        for place in places {
            let theirs = self.info_at(place, &Choice::default()).map(|info| info.digest).ok();
            if theirs.is_none() || theirs != digest {
                let place = place.to_string();
                eprintln!("note: `{name}` is built in; to use {0} give its path: {0}", printable(&place));
            }
        }
    }
}

fn is_builtin(name: &str) -> bool {
    builtin::names().any(|known| known == name)
}

fn place(path: &Path) -> Result<Place, Failure> {
    Place::at(path).ok_or_else(|| {
        let failure = Failure::usage(format!("{}: there is no suite", path.display()));
        failure.help("a suite is a folder with a suite.toml, a .wasm component, or a native .so or .dylib")
    })
}
