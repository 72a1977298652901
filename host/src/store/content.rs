//! What is stored once under its digest: requests, programs, outcomes.

use assay_api::{Outcome, Program, Request};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::digest::{outcome_digest, program_digest, request_digest, text_digest};

/// Stores a request and returns its digest.
pub(super) fn put_request(conn: &Connection, request: &Request) -> rusqlite::Result<String> {
    let digest = request_digest(request);
    conn.prepare_cached("INSERT INTO request (digest, request) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![digest, to_json(request)])?;
    Ok(digest)
}

/// Stores a program and returns its digest. Its files are stored apart: the tests in them, which may be long, are
/// the same for all samples of a task.
pub(super) fn put_program(conn: &Connection, program: &Program) -> rusqlite::Result<String> {
    let digest = program_digest(program);
    if conn.prepare_cached("SELECT 1 FROM program WHERE digest = ?1")?.exists([&digest])? {
        return Ok(digest);
    }
    let stdin = put_text(conn, &program.stdin)?;
    conn.prepare_cached(
        "INSERT INTO program (digest, runtime, entry, stdin, limits, seed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        digest,
        program.runtime,
        to_json(&program.entry),
        stdin,
        to_json(&program.limits),
        program.seed.to_string()
    ])?;
    for (position, file) in program.files.iter().enumerate() {
        let content = put_text(conn, &file.text)?;
        conn.prepare_cached("INSERT INTO program_file (program, position, path, content) VALUES (?1, ?2, ?3, ?4)")?
            .execute(params![digest, to_integer(position as u64), file.path, content])?;
    }
    Ok(digest)
}

/// Stores an outcome and returns its digest.
pub(super) fn put_outcome(conn: &Connection, outcome: &Outcome) -> rusqlite::Result<String> {
    let digest = outcome_digest(outcome);
    conn.prepare_cached(
        "INSERT INTO outcome (digest, status, fuel, peak_memory_bytes, outcome) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO NOTHING",
    )?
    .execute(params![
        digest,
        outcome.status.name(),
        to_integer(outcome.fuel),
        to_integer(outcome.peak_memory_bytes),
        to_json(outcome)
    ])?;
    Ok(digest)
}

/// The program with this digest.
pub(super) fn program(conn: &Connection, digest: &str) -> rusqlite::Result<Option<Program>> {
    let mut files = conn.prepare_cached("SELECT path, text FROM sources WHERE program = ?1 ORDER BY position")?;
    let files = files
        .query_map([digest], |row| Ok(assay_api::SourceFile { path: row.get(0)?, text: row.get(1)? }))?
        .collect::<Result<_, _>>()?;
    conn.prepare_cached(
        "SELECT p.runtime, p.entry, c.text, p.limits, p.seed FROM program AS p
         JOIN content AS c ON c.digest = p.stdin WHERE p.digest = ?1",
    )?
    .query_row([digest], |row| {
        Ok(Program {
            runtime: row.get(0)?,
            files,
            entry: from_json(row, 1)?,
            stdin: row.get(2)?,
            limits: from_json(row, 3)?,
            seed: from_json(row, 4)?,
        })
    })
    .optional()
}

/// The outcome with this digest.
pub(super) fn outcome(conn: &Connection, digest: &str) -> rusqlite::Result<Option<Outcome>> {
    conn.prepare_cached("SELECT outcome FROM outcome WHERE digest = ?1")?
        .query_row([digest], |row| from_json(row, 0))
        .optional()
}

/// SQLite's integers have a sign: what is greater than the greatest is stored as the greatest.
pub(super) fn to_integer(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The other way round; what the tool wrote is never negative.
pub(super) fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|value| value.max(0).unsigned_abs())
}

/// As [`unsigned`], where the column may be NULL.
pub(super) fn unsigned_or_null(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<u64>> {
    row.get::<_, Option<i64>>(column).map(|value| value.map(|v| v.max(0).unsigned_abs()))
}

/// Compact JSON.
pub(super) fn to_json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("types with string keys are always JSON")
}

/// Reads the JSON in a text column, NULL as JSON's null.
pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str_or_null()?.unwrap_or("null");
    serde_json::from_str(text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, Box::new(e)))
}

fn put_text(conn: &Connection, text: &str) -> rusqlite::Result<String> {
    let digest = text_digest(text);
    conn.prepare_cached("INSERT INTO content (digest, text) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![digest, text])?;
    Ok(digest)
}
