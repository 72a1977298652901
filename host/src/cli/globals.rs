use std::io::{IsTerminal, stdout};
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::catalogue::Catalogue;
use crate::data::DataDirs;
use crate::failure::Failure;
use crate::report::Style;

/// Options of every command.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Globals {
    /// Directory with benchmark data, each file at its suite's path
    #[arg(long, global = true, env = "ASSAY_DATA", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// A suite that is not built in, to be known by its name: a folder with a suite.toml, a .wasm component or a native library;
    /// may be given several times
    #[arg(long = "suite", global = true, value_name = "PATH")]
    suite_paths: Vec<PathBuf>,
    /// Load the native library of this SHA-256, for this command; may be given several times
    #[arg(long, global = true, value_name = "HASH")]
    allow_native: Vec<String>,
    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
    /// Say more on stderr; twice: every request, too
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(super) verbose: u8,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    Always,
    Never,
}

impl Globals {
    /// Where data is looked for.
    pub(super) fn data(&self) -> Result<DataDirs, Failure> {
        DataDirs::new(self.data_dir.clone())
    }

    /// The suites that can be named.
    pub(super) fn catalogue(&self) -> Result<Catalogue, Failure> {
        Catalogue::new(self.data()?, &self.suite_paths, &self.allow_native)
    }

    /// How reports on stdout look.
    pub(super) fn style(&self) -> Style {
        let terminal = stdout().is_terminal();
        let color = match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let columns = if terminal { terminal_width() } else { None };
        Style { color, width: columns.unwrap_or(100).min(110), unicode: speaks_utf8() }
    }
}

fn terminal_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(stdout()).ok()?;
    (size.ws_col > 0).then_some(size.ws_col.into())
}

/// Whether the locale's character set is UTF-8; the first of these variables that is set decides.
fn speaks_utf8() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_some_and(|locale| locale.to_ascii_lowercase().replace('-', "").contains("utf8"))
}
