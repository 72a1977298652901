use rusqlite::Connection;

/// The format that this version writes, SQLite's `user_version`. A change of `schema.sql` is a new format.
pub const FORMAT: u32 = 3;

/// SQLite's `application_id`, bytes 68 to 71 of the file: `ASAY`.
const APPLICATION_ID: i32 = i32::from_be_bytes(*b"ASAY");

const SCHEMA: &str = include_str!("schema.sql");

/// What makes each older format the next one, from format 1 on.
const UPGRADES: [&str; FORMAT as usize - 1] = [
    "ALTER TABLE task ADD COLUMN gold_fuel INTEGER; ALTER TABLE task ADD COLUMN fuel_limit INTEGER",
    "ALTER TABLE run ADD COLUMN model_facts TEXT; ALTER TABLE completion ADD COLUMN logprobs TEXT;
     DROP VIEW task_results;
     CREATE VIEW task_results AS
     SELECT
         t.suite, t.task_id, t.ordinal, t.subset, count(s.verdict) AS samples,
         coalesce(sum(CASE WHEN s.verdict = 'passed' THEN 1 ELSE 0 END), 0) AS passed,
         coalesce(sum(CASE WHEN s.verdict IN ('infra', 'context_overflow') THEN 1 ELSE 0 END), 0) AS infra
     FROM task AS t
     LEFT JOIN sample AS s ON s.suite = t.suite AND s.task_id = t.task_id
     GROUP BY t.suite, t.task_id, t.ordinal, t.subset",
];

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

/// Makes a run of an older format one of this version's. To be called in a transaction.
pub(super) fn upgrade(conn: &Connection, format: u32) -> rusqlite::Result<()> {
    for step in UPGRADES.iter().skip(format.saturating_sub(1) as usize) {
        conn.execute_batch(step)?;
    }
    conn.pragma_update(None, "user_version", FORMAT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORMAT_1: &str = include_str!("tests/format_1.sql");

    /// Every table's columns with type and constraints, whatever their order and however they came about.
    fn columns(conn: &Connection) -> Vec<String> {
        let columns = "SELECT t.name || '.' || c.name || ' ' || c.type || ' ' || c.\"notnull\" || ' ' || c.pk
                       FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
                       WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%' ORDER BY 1";
        let mut columns = conn.prepare(columns).unwrap();
        columns.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    #[test]
    fn an_upgraded_run_has_the_tables_of_a_new_one() {
        let (new, old) = (Connection::open_in_memory().unwrap(), Connection::open_in_memory().unwrap());
        install(&new).unwrap();
        old.execute_batch(FORMAT_1).unwrap();
        assert_ne!(columns(&old), columns(&new));
        upgrade(&old, 1).unwrap();
        assert_eq!(columns(&old), columns(&new));
        assert_eq!(old.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0)).unwrap(), FORMAT);
    }

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
