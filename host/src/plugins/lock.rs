use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use assay_api::SuiteInfo;
use serde::{Deserialize, Serialize};

use super::Place;
use crate::exit::Exit;
use crate::failure::Failure;

/// The file's name, in the directory that commands are run in.
pub const LOCK: &str = "suites.lock";

/// Which content of third-party suites a project uses: a verdict must not change because a file did.
#[derive(Debug)]
pub struct SuitesLock {
    file: PathBuf,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pins {
    #[serde(default)]
    suite: Vec<Pin>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pin {
    /// The suite, with what is chosen of it.
    name: String,
    /// Of everything that makes it.
    digest: String,
    /// Where it was found first; for the reader.
    from: String,
}

impl SuitesLock {
    /// The lock in `directory`, which need not be there.
    #[must_use]
    pub fn in_directory(directory: &Path) -> Self {
        SuitesLock { file: directory.join(LOCK) }
    }

    /// Checks that the suite is the one that is pinned, and pins it where none is.
    ///
    /// # Errors
    /// When another content is pinned; when the file can't be read or written.
    pub fn check(&self, info: &SuiteInfo, place: &Place) -> Result<(), Failure> {
        let mut pins = self.load()?;
        let name = info.label();
        let Some(pin) = pins.suite.iter().find(|pin| pin.name == name) else {
            pins.suite.push(Pin { name, digest: info.digest.clone(), from: place.to_string() });
            return self.save(pins);
        };
        if pin.digest == info.digest {
            return Ok(());
        }
        let message = format!(
            "suite {name}: {place} is not what {} pins: its digest is {}, not {}",
            self.file.display(),
            info.digest,
            pin.digest
        );
        Err(Failure::new(Exit::Suite, message).help(format!("if you meant it to change: assay suite trust {place}")))
    }

    /// Pins the suite as it is now, in place of what was pinned of it, whatever was chosen.
    ///
    /// # Errors
    /// When the file can't be read or written.
    pub fn pin(&self, info: &SuiteInfo, place: &Place) -> Result<(), Failure> {
        let mut pins = self.load()?;
        let others = format!("{}, ", info.id);
        pins.suite.retain(|pin| pin.name != info.id && !pin.name.starts_with(&others));
        pins.suite.push(Pin { name: info.label(), digest: info.digest.clone(), from: place.to_string() });
        self.save(pins)
    }

    fn load(&self) -> Result<Pins, Failure> {
        match fs::read_to_string(&self.file) {
            Ok(text) => toml::from_str(&text)
                .map_err(|error| Failure::usage(format!("{}: {}", self.file.display(), error.message()))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Pins::default()),
            Err(error) => Err(Failure::file("reading", &self.file, &error)),
        }
    }

    /// Writes the file, wholly or not at all.
    fn save(&self, mut pins: Pins) -> Result<(), Failure> {
        pins.suite.sort_by(|a, b| a.name.cmp(&b.name));
        let write = || {
            let text = toml::to_string(&pins).map_err(io::Error::other)?;
            let mut draft = tempfile::NamedTempFile::new_in(self.file.parent().unwrap_or(Path::new(".")))?;
            writeln!(
                draft,
                "# Third-party suites that were used here, by the digest of their content. Written by assay; keep it.\n"
            )?;
            draft.write_all(text.as_bytes())?;
            draft.persist(&self.file)?;
            Ok(())
        };
        write().map_err(|error| Failure::file("writing", &self.file, &error))
    }
}

#[cfg(test)]
mod tests {
    use super::super::Kind;
    use super::*;

    fn info(id: &str, variant: Option<&str>, digest: &str) -> SuiteInfo {
        let json = serde_json::json!({
            "id": id, "version": "1", "title": "T", "licence": "MIT", "languages": ["python"], "runtimes": ["python"],
            "grading": "exit_code", "digest": digest, "variant": variant,
        });
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_suite_stays_what_it_was_at_its_first_use_until_the_user_says_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let lock = SuitesLock::in_directory(folder.path());
        let place = Place { path: "./tiny.wasm".into(), kind: Kind::Component };
        let check = |info: SuiteInfo| lock.check(&info, &place);
        assert!(check(info("tiny", None, "one")).is_ok());
        assert!(check(info("tiny", Some("large"), "two")).is_ok());
        assert!(check(info("tiny", None, "one")).is_ok());
        let failure = check(info("tiny", None, "three")).unwrap_err();
        assert_eq!(failure.exit, Exit::Suite);
        assert!(failure.message.contains("its digest is three, not one"), "{}", failure.message);
        assert_eq!(failure.help.unwrap(), "if you meant it to change: assay suite trust ./tiny.wasm");
        lock.pin(&info("tiny", None, "three"), &place).unwrap();
        assert!(check(info("tiny", None, "three")).is_ok());
        assert!(check(info("tiny", Some("large"), "four")).is_ok(), "what was chosen of the former suite is forgotten");
        assert!(check(info("tiny-2", None, "one")).is_ok());
    }

    #[test]
    fn a_malformed_lock_is_told_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(LOCK), "suites = 1").unwrap();
        let place = Place { path: "x.wasm".into(), kind: Kind::Component };
        let failure = SuitesLock::in_directory(folder.path()).check(&info("x", None, ""), &place).unwrap_err();
        assert!(failure.message.contains(LOCK), "{}", failure.message);
    }
}
