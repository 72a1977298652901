//! The user's configuration file: endpoints by name, with their keys.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use etcetera::BaseStrategy;
use serde::{Deserialize, Deserializer};

use crate::endpoint::{Provider, Secret};
use crate::failure::Failure;

/// What the file says. Unknown keys are errors.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Endpoints by name.
    #[serde(default)]
    endpoints: BTreeMap<String, EndpointSettings>,
}

/// A server, as `[endpoints.NAME]` describes it.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointSettings {
    /// Its address; by default the provider's.
    pub base_url: Option<String>,
    /// The kind of server.
    #[serde(default, deserialize_with = "provider")]
    pub provider: Option<Provider>,
    /// The key itself.
    #[serde(default, deserialize_with = "secret")]
    pub api_key: Option<Secret>,
    /// The environment variable that holds the key.
    pub api_key_env: Option<String>,
}

fn provider<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Provider>, D::Error> {
    let name = String::deserialize(deserializer)?;
    name.parse().map(Some).map_err(serde::de::Error::custom)
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Secret>, D::Error> {
    Ok(Some(Secret::new(&String::deserialize(deserializer)?)))
}

/// Where the user's own files are looked for: `assay` in `$XDG_CONFIG_HOME` or `~/.config`.
#[must_use]
pub fn folder() -> Option<PathBuf> {
    Some(etcetera::base_strategy::choose_base_strategy().ok()?.config_dir().join("assay"))
}

impl Settings {
    /// Reads `named`, or else the usual file if there is one.
    ///
    /// # Errors
    /// When the file can't be read, anybody but its owner may read or write it, or it is not what it should be. No message repeats
    /// its lines: they may hold keys.
    pub fn read(named: Option<&Path>) -> Result<Self, Failure> {
        let usual = folder().map(|folder| folder.join("config.toml"));
        let Some(path) = named.map(Path::to_owned).or(usual) else { return Ok(Settings::default()) };
        let mut file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => return Ok(Settings::default()),
            opened => opened.map_err(|error| Failure::file("reading", &path, &error))?,
        };
        refuse_unless_private(&file, &path)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|error| Failure::file("reading", &path, &error))?;
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            Failure::usage(format!("{} line {line}: {}", path.display(), error.message()))
        })
    }

    /// The endpoint called `name`.
    ///
    /// # Errors
    /// When there is none.
    pub fn endpoint(&self, name: &str) -> Result<&EndpointSettings, Failure> {
        self.endpoints.get(name).ok_or_else(|| {
            let names: Vec<&str> = self.endpoints.keys().map(String::as_str).collect();
            let known = if names.is_empty() { "the configuration has none".to_owned() } else { names.join(", ") };
            Failure::usage(format!("--endpoint {name}: there is no [endpoints.{name}]: {known}"))
        })
    }
}

#[cfg(unix)]
fn refuse_unless_private(file: &File, path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = file.metadata().map_err(|error| Failure::file("reading", path, &error))?.mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::usage(format!("{path} holds keys, and others may use it (mode {mode:04o})"))
        .help(format!("chmod 600 {path}")))
}

#[cfg(not(unix))]
fn refuse_unless_private(_: &File, _: &Path) -> Result<(), Failure> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn read(text: &str, mode: u32) -> Result<Settings, String> {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        Settings::read(Some(&path)).map_err(|failure| format!("{} {:?}", failure.message, failure.help))
    }

    const GOOD: &str = "[endpoints.mine]\nprovider = \"vllm\"\nbase_url = \"https://h/v1\"\napi_key = \"sk-canary\"\n";

    #[test]
    fn an_endpoint_is_found_by_name_and_its_key_does_not_show() {
        let settings = read(GOOD, 0o600).unwrap();
        let mine = settings.endpoint("mine").unwrap();
        assert_eq!((mine.provider, mine.base_url.as_deref()), (Some(Provider::Vllm), Some("https://h/v1")));
        assert_eq!(mine.api_key, Some(Secret::new("sk-canary")));
        assert!(!format!("{settings:?}").contains("canary"));
        assert!(settings.endpoint("yours").unwrap_err().message.contains("mine"));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_with_what_to_do() {
        for mode in [0o644, 0o640, 0o604, 0o620] {
            assert!(read(GOOD, mode).unwrap_err().contains("chmod 600"), "{mode:o}");
        }
    }

    #[test]
    fn a_mistake_is_named_by_its_line_without_repeating_it() {
        for text in [
            "[endpoints.mine]\nkey = \"sk-canary\"\n",
            "[endpoints.mine]\napi_key = \"sk-canary\n",
            "[endpoints.mine]\napi_key = 'sk-canary'\nprovider = 'sk'\n",
        ] {
            let error = read(text, 0o600).unwrap_err();
            assert!(error.contains("line ") && !error.contains("canary"), "{error}");
        }
    }
}
