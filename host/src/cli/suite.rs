use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use assay_api::{Calibration, Choice, DataFile, SuiteInfo};
use assay_loader::declarative::content_sha256;
use clap::Subcommand;

use super::author::{Build, New};
use super::check::Check;
use super::choice::ChoiceOptions;
use super::globals::Globals;
use super::inspect::Inspect;
use super::output::{print, print_json};
use crate::catalogue::{self, Catalogue, names};
use crate::data::DataDirs;
use crate::download::download;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::report::{fuel, printable};

#[derive(Debug, Subcommand)]
pub(super) enum SuiteCommand {
    /// Lists the suites and whether their data is here
    List {
        /// Print one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Shows what a suite is
    Info {
        /// Which suite
        suite: String,
        #[command(flatten)]
        choice: ChoiceOptions,
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Shows what a suite makes of a task: prompts, gold answer, programs
    Inspect(Inspect),
    /// Proves a suite: its gold answers pass, wrong ones do not, and it does the same again
    Check(Check),
    /// Makes a folder to begin a suite of your own with
    New(New),
    /// Makes a suite of such a folder: pins its data, or builds its code
    Build(Build),
    /// Fetches a suite's data from its authors, or from elsewhere, and checks it against its pinned digest
    Pull {
        /// Which suite
        suite: String,
        /// Only the data for this language [default: all]
        #[arg(long, value_name = "NAME")]
        language: Option<String>,
        /// Only the data for this variant [default: all]
        #[arg(long, value_name = "NAME")]
        variant: Option<String>,
        /// Take the data from this file, from this directory (each file at its path), or from a mirror's URL
        #[arg(long, value_name = "FILE")]
        from: Option<String>,
    },
    /// Accepts a suite of others as it is now: permits native code to be loaded, and pins its content in suites.lock
    Trust {
        /// Which: a folder with a suite.toml, a .wasm component or a native library
        path: PathBuf,
    },
}

impl SuiteCommand {
    pub(super) fn run(self, globals: &Globals) -> Result<Exit, Failure> {
        let (data, catalogue) = (globals.data()?, globals.catalogue()?);
        match self {
            SuiteCommand::List { json } => list(&catalogue, &data, json)?,
            SuiteCommand::Info { suite, choice, json } => {
                info(&catalogue.info(&suite, &(&choice).into())?, &data, json)?;
            }
            SuiteCommand::Pull { suite, language, variant, from } => {
                let choice = Choice { language, variant };
                pull(&catalogue.info(&suite, &choice)?, &choice, from.as_deref(), &data)?;
            }
            SuiteCommand::Trust { path } => trust(&path, &catalogue)?,
            SuiteCommand::New(new) => return new.run(),
            SuiteCommand::Build(build) => return build.run(),
            SuiteCommand::Inspect(inspect) => return inspect.run(globals),
            SuiteCommand::Check(check) => return check.run(globals),
        }
        Ok(Exit::Done)
    }
}

fn list(catalogue: &Catalogue, data: &DataDirs, json: bool) -> Result<(), Failure> {
    let mut infos = names().map(|id| catalogue::info(id, &Choice::default())).collect::<Result<Vec<_>, _>>()?;
    for place in catalogue.others() {
        match catalogue.info_at(&place, &Choice::default()) {
            Ok(info) => infos.push(info),
            // One that is broken must not hide the others.
            Err(failure) => eprintln!("note: {}", printable(&failure.message)),
        }
    }
    if json {
        return print_json(&infos);
    }
    let state = |info: &SuiteInfo| match data.has_all(info) {
        true => "ready".to_owned(),
        false => format!("assay suite pull {}", info.id),
    };
    let states: Vec<String> = infos.iter().map(state).collect();
    let width = |column: &dyn Fn(&SuiteInfo) -> usize| infos.iter().map(column).max().unwrap_or_default();
    let (ids, titles) = (width(&|info| info.id.chars().count()), width(&|info| info.title.chars().count()));
    let of_states = states.iter().map(String::len).max().unwrap_or_default();
    print(|out| {
        // The licence may be any text, so it comes last.
        for (info, state) in infos.iter().zip(&states) {
            writeln!(out, "{:<ids$}  {:<titles$}  {state:<of_states$}  {}", info.id, info.title, info.licence)?;
        }
        Ok(())
    })
}

fn trust(path: &Path, catalogue: &Catalogue) -> Result<(), Failure> {
    let info = catalogue.accept(path)?;
    print(|out| writeln!(out, "{} {}: {}\n  digest     {}", info.id, info.version, info.title, info.digest))
}

fn info(info: &SuiteInfo, data: &DataDirs, json: bool) -> Result<(), Failure> {
    if json {
        return print_json(info);
    }
    print(|out| {
        writeln!(out, "{} {}: {}", info.label(), info.version, info.title)?;
        writeln!(out, "  licence    {}", info.licence)?;
        if let Some(homepage) = &info.homepage {
            writeln!(out, "  homepage   {homepage}")?;
        }
        writeln!(out, "  languages  {}", info.languages.join(", "))?;
        if !info.variants.is_empty() {
            writeln!(out, "  variants   {}", info.variants.join(", "))?;
        }
        if let Some(date) = &info.date {
            writeln!(out, "  dated by   {date}: --since, --until")?;
        }
        if !info.filters.is_empty() {
            writeln!(out, "  chosen by  {}: --where", info.filters.join(", "))?;
        }
        if info.turns > 1 {
            writeln!(out, "  turns      {} at most with a chat model", info.turns)?;
        }
        if let Some(Calibration { factor, floor, ceiling }) = &info.calibration {
            let (floor, ceiling) = (fuel(*floor), fuel(*ceiling));
            writeln!(out, "  fuel       {factor} times the gold answer's, from {floor} to {ceiling}")?;
        }
        writeln!(out, "  digest     {}", info.digest)?;
        for file in each_once(&info.data) {
            let place = match (data.find(file), &file.url) {
                (Some(path), _) => path.display().to_string(),
                (None, _) if file.embedded => "in the suite".to_owned(),
                (None, Some(url)) => format!("missing; from {url}"),
                (None, None) => "missing; published nowhere as it is".to_owned(),
            };
            let sha256 = if file.sha256.is_empty() { "not pinned: runs record what it is" } else { &file.sha256 };
            writeln!(out, "  data       {} ({place})\n             sha256 {sha256}", file.path)?;
            if let Some(source) = &file.made_from {
                writeln!(out, "             made from {source}")?;
            }
        }
        Ok(())
    })
}

/// The files, without those that are there again for another language or variant.
fn each_once(files: &[DataFile]) -> impl Iterator<Item = &DataFile> {
    let first = |file: &DataFile| files.iter().position(|other| other.path == file.path);
    files.iter().enumerate().filter(move |(index, file)| first(file) == Some(*index)).map(|(_, file)| file)
}

/// Where data is taken from.
enum From {
    /// Each file's own address.
    Authors,
    /// One file, here or on a mirror: its bytes, and where they come from.
    One(Vec<u8>, String),
    /// A directory in which each file lies at its path.
    Directory(PathBuf),
}

impl From {
    fn parse(from: Option<&str>) -> Result<Self, Failure> {
        match from {
            None => Ok(From::Authors),
            Some(url) if url.starts_with("http://") || url.starts_with("https://") => {
                Ok(From::One(download(url)?, url.to_owned()))
            }
            Some(path) if Path::new(path).is_dir() => Ok(From::Directory(path.into())),
            Some(path) => Ok(From::One(read(Path::new(path))?, path.to_owned())),
        }
    }

    /// The bytes of a data file, and where they come from.
    fn fetch(&self, file: &DataFile) -> Result<(Vec<u8>, String), Failure> {
        match (self, &file.url) {
            (From::One(bytes, source), _) => Ok((bytes.clone(), source.clone())),
            (From::Directory(directory), _) => {
                let path = directory.join(&file.path);
                Ok((read(&path)?, path.display().to_string()))
            }
            (From::Authors, Some(url)) => Ok((download(url)?, url.clone())),
            (From::Authors, None) => {
                let source = file.made_from.as_deref().unwrap_or("what its manifest tells");
                let failure = Failure::new(Exit::Suite, format!("{}: nobody publishes it as it is", file.path));
                Err(failure.help(format!("make it from {source}, and give it with --from FILE")))
            }
        }
    }
}

/// Fetches the data of what is chosen, of all languages or variants where none is.
fn pull(info: &SuiteInfo, choice: &Choice, from: Option<&str>, data: &DataDirs) -> Result<(), Failure> {
    let id = &info.id;
    let is_of = |name: &Option<String>, chosen: &Option<String>| name.is_none() || chosen.is_none() || name == chosen;
    let chosen = |file: &&DataFile| is_of(&file.language, &choice.language) && is_of(&file.variant, &choice.variant);
    let files: Vec<DataFile> = info.data.iter().filter(chosen).cloned().collect();
    let mut wanted: Vec<&DataFile> = each_once(&files).filter(|file| !file.embedded).collect();
    if wanted.is_empty() {
        return print(|out| writeln!(out, "{id} comes with its data"));
    }
    let from = From::parse(from)?;
    if let From::One(bytes, source) = &from {
        // The content decides which of the suite's files it is, or the name where no content is pinned.
        let found = digest(bytes, source)?;
        wanted.retain(|file| file.sha256 == found || file.sha256.is_empty() && same_name(&file.path, source));
        if wanted.is_empty() {
            return Err(Failure::new(Exit::Suite, format!("{source}: none of {id}'s data has sha256 {found}"))
                .help("sha256 is of the decompressed content; `assay suite info` lists what is expected"));
        }
    }
    print(|out| writeln!(out, "{id}: {} ({})", info.title, info.licence))?;
    for file in wanted {
        let (bytes, source) = from.fetch(file)?;
        let found = digest(&bytes, &source)?;
        if !file.sha256.is_empty() && found != file.sha256 {
            let message = format!("{source}: sha256 of the content is {found}, expected {}", file.sha256);
            return Err(Failure::new(Exit::Suite, message).help("nothing of it was kept"));
        }
        let target = data.target().join(&file.path);
        place(&bytes, &target).map_err(|error| Failure::file("writing", &target, &error))?;
        print(|out| match file.sha256.is_empty() {
            true => writeln!(out, "  {}: sha256 {found}, which nothing pins", target.display()),
            false => writeln!(out, "  {}", target.display()),
        })?;
    }
    Ok(())
}

/// Whether the last names of two paths are the same.
fn same_name(path: &str, other: &str) -> bool {
    let name = |path: &str| path.rsplit('/').next().map(str::to_owned);
    name(path) == name(other)
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    /// No data file is near this size, in bytes.
    const LARGEST: u64 = 4 << 30;
    let mut bytes = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(LARGEST).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| Failure::file("reading", path, &error))
}

fn digest(bytes: &[u8], source: &str) -> Result<String, Failure> {
    content_sha256(bytes.to_vec())
        .map_err(|error| Failure::new(Exit::Suite, format!("{source}: not a whole gzip file: {error}")))
}

/// Writes a file that is either whole or not there.
fn place(bytes: &[u8], target: &Path) -> io::Result<()> {
    let folder = target.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(target)?;
    Ok(())
}
