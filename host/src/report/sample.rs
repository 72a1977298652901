use std::io::{self, Write};

use assay_api::{Captured, Entry, LineCoverage, Outcome, Program, Prompt, Request, Role as Speaker, Status};

use super::excerpt::write_text;
use super::layout::{write_labelled, write_line};
use super::number::{count, fuel};
use super::samples::verdict;
use super::{Role, Style, printable};
use crate::export::{ExecutedProgram, FullSample, SampleTurn};

/// Writes all of a sample: prompt, completion, reasoning, solution, programs and outcomes.
///
/// # Errors
/// When `out` fails.
pub fn write_sample(out: &mut impl Write, style: &Style, sample: &FullSample) -> io::Result<()> {
    let name = format!("{} #{}", printable(&sample.task_id), sample.sample_index);
    let (role, verdict) = verdict(sample.verdict);
    let suite = (Role::Strong, printable(&sample.suite).into_owned());
    write_line(out, style, 0, &[suite, (Role::Strong, name), (role, verdict.to_owned())])?;
    if !sample.detail.is_empty() {
        write_labelled(out, style, 2, (Role::Dim, "because"), (Role::Plain, &printable(&sample.detail)))?;
    }
    let is_dialogue = sample.turns.len() > 1;
    let mut before = None;
    for turn in &sample.turns {
        if is_dialogue {
            writeln!(out, "\n{}", style.paint(Role::Strong, format!("turn {}", turn.turn)))?;
        }
        write_turn(out, style, turn, before.replace(turn))?;
    }
    if let Some(solution) = &sample.solution {
        let rule = sample.rule.as_deref().unwrap_or("?");
        write_text(out, style, &format!("solution, by the rule {rule}"), solution)?;
    }
    let mut place = (0, 0);
    for program in &sample.programs {
        place = if program.turn == place.0 { place } else { (program.turn, 0) };
        let name = if is_dialogue { format!("{} of turn {}", place.1, place.0) } else { place.1.to_string() };
        write_program(out, style, &name, program, sample.solution.as_deref())?;
        place.1 += 1;
    }
    Ok(())
}

fn write_turn(out: &mut impl Write, style: &Style, turn: &SampleTurn, before: Option<&SampleTurn>) -> io::Result<()> {
    if let Some(request) = &turn.request {
        write_request(out, style, &before.map_or_else(|| request.clone(), |before| said_since(before, request)))?;
    }
    if let Some(reasoning) = turn.reasoning.as_deref().filter(|reasoning| !reasoning.is_empty()) {
        write_text(out, style, "reasoning, never executed", reasoning)?;
    }
    let mut facts = vec!["completion".to_owned()];
    facts.extend(turn.finish.as_ref().map(|finish| format!("finish {finish}")));
    facts.extend(turn.completion_tokens.map(|tokens| format!("{} tokens", count(tokens))));
    facts.extend(turn.total_ms.map(|ms| format!("{} ms", count(ms))));
    if turn.attempts > 1 {
        facts.push(format!("{} tries", turn.attempts));
    }
    write_text(out, style, &facts.join(", "), &turn.completion)
}

/// What `request` has besides what was said in the turn `before`.
fn said_since(before: &SampleTurn, request: &Request) -> Request {
    let mut since = request.clone();
    let known = before.request.as_ref().map(|request| &request.prompt);
    if let (Prompt::Chat { messages }, Some(Prompt::Chat { messages: known })) = (&mut since.prompt, known) {
        let repeated = messages.iter().zip(known).take_while(|(now, then)| now == then).count();
        messages.drain(..repeated);
        if messages.first().is_some_and(|said| said.role == Speaker::Assistant && said.content == before.completion) {
            messages.remove(0);
        }
    }
    since
}

/// Writes what a model is asked.
pub(super) fn write_request(out: &mut impl Write, style: &Style, request: &Request) -> io::Result<()> {
    match &request.prompt {
        Prompt::Chat { messages } => {
            for message in messages {
                let speaker = match message.role {
                    Speaker::System => "system",
                    Speaker::User => "user",
                    Speaker::Assistant => "assistant",
                };
                write_text(out, style, &format!("prompt, {speaker}"), &message.content)?;
            }
        }
        Prompt::Text { text } => write_text(out, style, "prompt, to be continued", text)?,
        Prompt::Infill { prefix, suffix } => {
            write_text(out, style, "prompt, before the gap", prefix)?;
            write_text(out, style, "prompt, after the gap", suffix)?;
        }
    }
    if request.stop.is_empty() {
        return Ok(());
    }
    let stop = request.stop.iter().map(|stop| format!("{stop:?}")).collect::<Vec<_>>().join(" ");
    write_labelled(out, style, 2, (Role::Dim, "stop"), (Role::Plain, &printable(&stop)))
}

fn write_program(
    out: &mut impl Write,
    style: &Style,
    name: &str,
    executed: &ExecutedProgram,
    solution: Option<&str>,
) -> io::Result<()> {
    let program = &executed.program;
    writeln!(out, "\n{}", style.paint(Role::Strong, format!("program {name}, {}", printable(&program.runtime))))?;
    let mut fact = |name: &str, text: &str| {
        write_labelled(out, style, 2, (Role::Dim, &format!("{name:7}")), (Role::Plain, &printable(text)))
    };
    fact("digest", &executed.digest)?;
    fact("runtime", &executed.runtime)?;
    let limits = &program.limits;
    fact("limits", &format!("{} fuel, {} bytes of memory", fuel(limits.fuel), count(limits.memory_bytes)))?;
    fact("seed", &program.seed.to_string())?;
    write_files(out, style, program, solution)?;
    write_outcome(out, style, "outcome", &executed.outcome)?;
    match &executed.outcome.candidate {
        Some(candidate) => write_outcome(out, style, "candidate's outcome", candidate),
        None => Ok(()),
    }
}

/// Writes the files of a program and its standard input; not again the one that is `solution`.
pub(super) fn write_files(
    out: &mut impl Write,
    style: &Style,
    program: &Program,
    solution: Option<&str>,
) -> io::Result<()> {
    let candidate = match &program.entry {
        Entry::Judged { candidate, .. } => candidate.files.as_slice(),
        Entry::Script { .. } | Entry::Tests { .. } => &[],
    };
    let files =
        program.files.iter().map(|file| ("file", file)).chain(candidate.iter().map(|file| ("candidate's file", file)));
    for (what, file) in files {
        if solution == Some(file.text.as_str()) {
            writeln!(
                out,
                "\n{}",
                style.paint(Role::Strong, format!("{what} {}: the solution", printable(&file.path)))
            )?;
        } else {
            write_text(out, style, &format!("{what} {}", file.path), &file.text)?;
        }
    }
    if !program.stdin.is_empty() {
        write_text(out, style, "standard input", &program.stdin)?;
    }
    Ok(())
}

fn write_outcome(out: &mut impl Write, style: &Style, whose: &str, outcome: &Outcome) -> io::Result<()> {
    let ended = match &outcome.status {
        Status::Completed { exit_code } => format!("completed with exit code {exit_code}"),
        Status::Exception { exception } => {
            let place = match (&exception.file, exception.line) {
                (Some(file), Some(line)) => format!(" ({file}:{line})"),
                _ => String::new(),
            };
            format!("{}: {}{place}", exception.type_name, exception.message)
        }
        Status::Trap { message } => format!("trap: {message}"),
        Status::Unsupported { what } => format!("unsupported: {what}"),
        other => other.name().replace('_', " "),
    };
    writeln!(out, "\n{}", style.paint(Role::Strong, whose))?;
    let mut fact = |name: &str, text: &str| {
        write_labelled(out, style, 2, (Role::Dim, &format!("{name:7}")), (Role::Plain, &printable(text)))
    };
    fact("ended", &ended)?;
    fact("fuel", &count(outcome.fuel))?;
    fact("memory", &format!("{} bytes at most", count(outcome.peak_memory_bytes)))?;
    for test in outcome.record.iter().flat_map(|record| &record.tests) {
        let why = test.exception.as_ref().map(|e| format!(": {}: {}", e.type_name, e.message)).unwrap_or_default();
        fact("test", &format!("{} {}{why}", test.name, if test.passed { "passed" } else { "failed" }))?;
    }
    if let Some(LineCoverage { statements, missing }) = &outcome.coverage {
        let ran = statements.len().saturating_sub(missing.len());
        let not = if missing.is_empty() { String::new() } else { format!("; not {}", ranges(missing)) };
        fact("lines", &format!("{ran} of {} statements ran{not}", statements.len()))?;
    }
    write_stream(out, style, "standard output", &outcome.stdout)?;
    write_stream(out, style, "standard error", &outcome.stderr)
}

/// Ascending numbers, those that follow each other put together: `3, 7-9`.
fn ranges(numbers: &[u32]) -> String {
    let runs = numbers.chunk_by(|a, b| a.checked_add(1) == Some(*b));
    let text = runs.filter_map(|run| match run {
        [only] => Some(only.to_string()),
        [first, .., last] => Some(format!("{first}-{last}")),
        [] => None,
    });
    text.collect::<Vec<_>>().join(", ")
}

fn write_stream(out: &mut impl Write, style: &Style, name: &str, stream: &Captured) -> io::Result<()> {
    if stream.bytes.is_empty() && !stream.truncated {
        return Ok(());
    }
    let heading = if stream.truncated { format!("{name}, its beginning") } else { name.to_owned() };
    write_text(out, style, &heading, &stream.text())
}
