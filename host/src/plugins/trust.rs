use std::fs;
use std::io::{self, BufRead as _, IsTerminal as _, Write as _, stderr, stdin};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use assay_loader::native::NativeFile;
use serde::{Deserialize, Serialize};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::printable;
use crate::settings;

/// The file's name in the user's configuration.
const FILE: &str = "trusted-libraries.toml";

/// Which native libraries the user trusts, by what is in them: a changed library is another one.
#[derive(Debug)]
pub struct Trust {
    /// Absent where there is no home directory: then nothing is trusted for longer than a command.
    file: Option<PathBuf>,
    /// Trusted for this command only.
    allowed: Vec<String>,
}

/// A library that the user trusts. There is no other way to one than through [`Trust`].
#[derive(Debug)]
pub struct Trusted(NativeFile);

impl Trusted {
    /// What is trusted.
    #[must_use]
    pub fn file(&self) -> &NativeFile {
        &self.0
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Libraries {
    #[serde(default)]
    library: Vec<Library>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Library {
    /// Of its content, in hexadecimal.
    sha256: String,
    /// Where it was when it was permitted; for the reader.
    path: String,
}

impl Trust {
    /// What the user's configuration says, and `allowed` for this command, in hexadecimal.
    #[must_use]
    pub fn new(allowed: Vec<String>) -> Self {
        Trust { file: settings::folder().map(|folder| folder.join(FILE)), allowed }
    }

    /// The library at `path`, if it is trusted or the user, asked on a terminal, says so now.
    ///
    /// # Errors
    /// When it is not trusted, with what to do; when it or the permissions can't be read.
    pub fn check(&self, path: &Path) -> Result<Trusted, Failure> {
        let file = read(path)?;
        let known = self.load()?;
        if self.allowed.iter().any(|sha256| sha256.eq_ignore_ascii_case(file.sha256()))
            || known.library.iter().any(|library| library.sha256 == file.sha256())
        {
            return Ok(Trusted(file));
        }
        let changed = known.library.iter().any(|library| Path::new(&library.path) == absolute(path));
        if stdin().is_terminal() && stderr().is_terminal() && asked(&file, changed) {
            return self.add(file);
        }
        let why = if changed { "it changed since you trusted it" } else { "native code runs with all your rights" };
        let message = format!("{}: not loaded: {why}; sha256 {}", path.display(), file.sha256());
        let help = format!("assay suite trust {} if you trust it; or --allow-native {}", path.display(), file.sha256());
        Err(Failure::new(Exit::Suite, message).help(help))
    }

    /// Trusts the library at `path` as it is now, from now on.
    ///
    /// # Errors
    /// When it can't be read, or the permission can't be written.
    pub fn grant(&self, path: &Path) -> Result<Trusted, Failure> {
        self.add(read(path)?)
    }

    fn add(&self, file: NativeFile) -> Result<Trusted, Failure> {
        let path = absolute(file.path()).display().to_string();
        let mut known = self.load()?;
        known.library.retain(|library| library.path != path && library.sha256 != file.sha256());
        known.library.push(Library { sha256: file.sha256().to_owned(), path });
        let Some(to) = &self.file else {
            return Err(Failure::usage("no home directory to keep permissions in").help("use --allow-native"));
        };
        save(to, &known).map_err(|error| Failure::file("writing", to, &error))?;
        Ok(Trusted(file))
    }

    fn load(&self) -> Result<Libraries, Failure> {
        let Some(file) = &self.file else { return Ok(Libraries::default()) };
        let meta = match fs::metadata(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Libraries::default()),
            meta => meta.map_err(|error| Failure::file("reading", file, &error))?,
        };
        // Whoever can write it can have code run.
        if meta.uid() != rustix::process::geteuid().as_raw() || meta.permissions().mode() & 0o022 != 0 {
            let message = format!("{}: others can write to it, so that it permits nothing", file.display());
            return Err(Failure::usage(message).help("remove it, or take that right away: chmod 600"));
        }
        let text = fs::read_to_string(file).map_err(|error| Failure::file("reading", file, &error))?;
        toml::from_str(&text).map_err(|error| Failure::usage(format!("{}: {}", file.display(), error.message())))
    }
}

/// Writes the file for this user only, wholly or not at all.
fn save(file: &Path, known: &Libraries) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let text = toml::to_string(known).map_err(io::Error::other)?;
    // Such a file has mode 0600 from the beginning.
    let mut draft = tempfile::NamedTempFile::new_in(folder)?;
    writeln!(
        draft,
        "# Native suites that assay may load, by the SHA-256 of their content: `assay suite trust FILE`.\n"
    )?;
    draft.write_all(text.as_bytes())?;
    draft.as_file().sync_all()?;
    draft.persist(file)?;
    Ok(())
}

fn read(path: &Path) -> Result<NativeFile, Failure> {
    NativeFile::read(path).map_err(|error| Failure::plugin(&error))
}

fn absolute(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf())
}

/// Asks on the terminal.
fn asked(file: &NativeFile, changed: bool) -> bool {
    let path = file.path().display().to_string();
    let state = if changed { "changed since you trusted it, and is" } else { "is" };
    eprintln!("{} {state} native code: it will run with all your rights.", printable(&path));
    eprint!("  sha256 {}\nLoad it, now and from now on? [y/N] ", file.sha256());
    let mut answer = String::new();
    stdin().lock().read_line(&mut answer).is_ok() && matches!(answer.trim(), "y" | "Y" | "yes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trust(folder: &Path, allowed: &[&str]) -> Trust {
        let allowed = allowed.iter().map(|hash| (*hash).to_owned()).collect();
        Trust { file: Some(folder.join("config").join(FILE)), allowed }
    }

    #[test]
    fn a_library_is_trusted_by_its_content_until_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let (library, trust) = (folder.path().join("lib.so"), trust(folder.path(), &[]));
        fs::write(&library, "first").unwrap();
        let failure = trust.check(&library).unwrap_err();
        assert_eq!(failure.exit, Exit::Suite);
        assert!(failure.help.unwrap().contains("assay suite trust"));
        trust.grant(&library).unwrap();
        assert!(trust.check(&library).is_ok());
        fs::write(&library, "second").unwrap();
        assert!(trust.check(&library).unwrap_err().message.contains("it changed since you trusted it"));
        trust.grant(&library).unwrap();
        assert!(trust.check(&library).is_ok());
        assert_eq!(trust.load().unwrap().library.len(), 1, "the former content is trusted no more");
        assert_eq!(fs::metadata(trust.file.as_ref().unwrap()).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_hash_on_the_command_line_is_for_that_command() {
        let folder = tempfile::tempdir().unwrap();
        let library = folder.path().join("lib.so");
        fs::write(&library, "code").unwrap();
        let sha256 = NativeFile::read(&library).unwrap().sha256().to_uppercase();
        assert!(trust(folder.path(), &[&sha256]).check(&library).is_ok());
        assert!(trust(folder.path(), &["00"]).check(&library).is_err());
        assert!(!folder.path().join("config").exists());
    }

    #[test]
    fn permissions_that_others_can_write_permit_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let (library, trust) = (folder.path().join("lib.so"), trust(folder.path(), &[]));
        fs::write(&library, "code").unwrap();
        trust.grant(&library).unwrap();
        fs::set_permissions(trust.file.as_ref().unwrap(), fs::Permissions::from_mode(0o666)).unwrap();
        assert!(trust.check(&library).unwrap_err().message.contains("others can write to it"));
    }
}
