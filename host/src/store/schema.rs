use rusqlite::Connection;

/// The format that this version writes, SQLite's `user_version`. A change of `schema.sql` is a new format.
pub const FORMAT: u32 = 1;

/// SQLite's `application_id`, bytes 68 to 71 of the file: `ASAY`.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"ASAY");

const SCHEMA: &str = include_str!("schema.sql");

/// What a database is, seen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// No table yet: a new file, or one whose creation was interrupted.
    Empty,
    /// A run in this format.
    Run { format: u32 },
    /// A database of another program.
    Foreign,
}

/// Reads what the database is. Fails with SQLite's `NOTADB` on other files.
pub(super) fn inspect(conn: &Connection) -> rusqlite::Result<Found> {
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let (application, format) = (pragma("application_id")?, pragma("user_version")?);
    let objects: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    Ok(match (application, u32::try_from(format)) {
        (APPLICATION_ID, Ok(format)) if format > 0 && objects > 0 => Found::Run { format },
        (0, Ok(0)) if objects == 0 => Found::Empty,
        _ => Found::Foreign,
    })
}

/// Makes an empty database a run. To be called in a transaction.
pub(super) fn install(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(SCHEMA)?;
    conn.pragma_update(None, "application_id", APPLICATION_ID)?;
    conn.pragma_update(None, "user_version", FORMAT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_schema_is_a_new_format() {
        let conn = Connection::open_in_memory().unwrap();
        install(&conn).unwrap();
        let mut tables = conn.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").unwrap();
        let tables = tables.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let dump = tables.map(Result::unwrap).collect::<Vec<_>>().join(";\n\n");
        insta::assert_snapshot!(format!("format_{FORMAT}"), dump);
    }

    #[test]
    fn every_table_is_strict() {
        let conn = Connection::open_in_memory().unwrap();
        install(&conn).unwrap();
        let lax =
            "SELECT count(*) FROM pragma_table_list WHERE type = 'table' AND NOT strict AND name NOT LIKE 'sqlite_%'";
        assert_eq!(conn.query_row(lax, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    }
}
