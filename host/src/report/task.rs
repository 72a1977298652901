use std::io::{self, Write};

use assay_api::{Program, Request};
use serde::Serialize;

use super::excerpt::write_text;
use super::layout::write_line;
use super::sample::{write_files, write_request};
use super::{Role, Style, printable};

/// All that a suite makes of a task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InspectedTask {
    /// The suite, with what was chosen of it.
    pub suite: String,
    /// The task as its authors spell it.
    pub task_id: String,
    /// What a chat model is asked first; absent where the suite has no such prompt.
    pub chat: Option<Request>,
    /// What a base model is to continue; absent where the suite has no such prompt.
    pub completion: Option<Request>,
    /// The gap that a base model is to fill; absent where the suite has no such prompt.
    pub infill: Option<Request>,
    /// The gold answer, where there is one.
    pub reference: Option<String>,
    /// What judges the gold answer, or without one an empty answer.
    pub programs: Vec<Program>,
}

/// Writes a task: its prompts, its gold answer, and what judges that.
///
/// # Errors
/// When `out` fails.
pub fn write_task(out: &mut impl Write, style: &Style, task: &InspectedTask) -> io::Result<()> {
    let name = |text: &str| (Role::Strong, printable(text).into_owned());
    write_line(out, style, 0, &[name(&task.suite), name(&task.task_id)])?;
    let styles = [
        ("for chat models", &task.chat),
        ("for base models", &task.completion),
        ("for base models that fill gaps", &task.infill),
    ];
    for (what, request) in styles {
        if let Some(request) = request {
            writeln!(out, "\n{}", style.paint(Role::Dim, what))?;
            write_request(out, style, request)?;
        }
    }
    if let Some(reference) = &task.reference {
        write_text(out, style, "gold answer", reference)?;
    }
    for (position, program) in task.programs.iter().enumerate() {
        let heading = format!("program {position}, {}", printable(&program.runtime));
        writeln!(out, "\n{}", style.paint(Role::Strong, heading))?;
        write_files(out, style, program, task.reference.as_deref())?;
    }
    Ok(())
}
