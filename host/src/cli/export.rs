use std::io::{self, BufWriter, IsTerminal, Write, stdout};
use std::path::{Path, PathBuf};

use clap::Args;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::NamedTempFile;

use super::show::open_to_read;
use crate::exit::Exit;
use crate::export::{ExportError, Exported, Format, export};
use crate::failure::Failure;
use crate::report::printable;
use crate::store::RunReader;

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The run file; it is only read, and may be written meanwhile
    #[arg(value_name = "RUN.assay")]
    run: PathBuf,
    /// What to write
    #[arg(long, value_enum, value_name = "F")]
    format: Format,
    /// Where to; gzipped if the name ends in .gz [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let run = open_to_read(&self.run)?;
        let exported = match &self.output {
            Some(path) => self.to_file(&run, path)?,
            None => self.to_stdout(&run)?,
        };
        if exported.left_out > 0 {
            eprintln!(
                "note: {} samples without a verdict on the model are left out; --format jsonl has them",
                exported.left_out
            );
        }
        Ok(Exit::Done)
    }

    /// Writes a file that is there when it is whole, in place of one that was there before.
    fn to_file(&self, run: &RunReader, path: &Path) -> Result<Exported, Failure> {
        // Not by opening it: SQLite's locks would go.
        if path.canonicalize().is_ok_and(|path| path == run.path()) {
            return Err(Failure::usage(format!("-o {}: that is the run itself", path.display())));
        }
        let failed = |error: &io::Error| Failure::file("writing", path, error);
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        ordinary_permissions(&mut builder);
        let file = builder.prefix(".assay-export").tempfile_in(folder).map_err(|error| failed(&error))?;
        let mut out = BufWriter::new(file);
        let gzipped = path.extension().is_some_and(|ending| ending == "gz");
        let exported = if gzipped {
            let mut gzip = GzEncoder::new(&mut out, Compression::default());
            let exported = self.write(run, &mut gzip, failed)?;
            gzip.finish().map_err(|error| failed(&error))?;
            exported
        } else {
            self.write(run, &mut out, failed)?
        };
        let finish = || -> io::Result<()> {
            let file: NamedTempFile = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            file.persist(path)?;
            Ok(())
        };
        finish().map_err(|error| failed(&error))?;
        Ok(exported)
    }

    /// Writes to stdout, to a terminal without control characters.
    fn to_stdout(&self, run: &RunReader) -> Result<Exported, Failure> {
        let out = stdout().lock();
        let terminal = out.is_terminal();
        let mut out = BufWriter::new(out);
        let failed = |error: &io::Error| Failure::usage(format!("writing to stdout: {error}"));
        let written = if terminal {
            export(run, self.format, &mut Harmless(&mut out))
        } else {
            export(run, self.format, &mut out)
        };
        match written.and_then(|exported| Ok(out.flush().map(|()| exported)?)) {
            Ok(exported) => Ok(exported),
            // A reader that has left is no failure.
            Err(ExportError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exported::default()),
            Err(ExportError::Output(error)) => Err(failed(&error)),
            Err(ExportError::Run(error)) => Err(error.into()),
        }
    }

    fn write(
        &self,
        run: &RunReader,
        out: &mut dyn Write,
        failed: impl Fn(&io::Error) -> Failure,
    ) -> Result<Exported, Failure> {
        export(run, self.format, out).map_err(|error| match error {
            ExportError::Run(error) => error.into(),
            ExportError::Output(error) => failed(&error),
        })
    }
}

/// As if the user's shell had made the file: a temporary one is nobody else's to read.
fn ordinary_permissions(builder: &mut tempfile::Builder<'_, '_>) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
}

/// Passes text on as a terminal may have it.
struct Harmless<W>(W);

impl<W: Write> Write for Harmless<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        for part in String::from_utf8_lossy(bytes).split_inclusive('\n') {
            let ends = ["\r\n", "\n"];
            let end = ends.into_iter().find(|end| part.ends_with(end)).unwrap_or_default();
            let line = &part[..part.len() - end.len()];
            self.0.write_all(printable(line).as_bytes())?;
            self.0.write_all(end.as_bytes())?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
