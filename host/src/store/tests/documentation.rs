//! `docs/run-file.md` says what is true, and other programs can follow it.

use std::process::Command;

use super::*;

const PAGE: &str = include_str!("../../../../docs/run-file.md");

/// The code blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    PAGE.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

fn example() -> Place {
    let place = Place::new();
    let mut run = place.with_tasks(2);
    run.record_completion(&key(0, 0), &completion(&key(0, 0))).unwrap();
    run.record_batch(&[result(&key(0, 0)), result(&key(0, 1)), infra(&key(1, 0), "worker lost")]).unwrap();
    let metric = Metric { suite: "humaneval".into(), name: "pass@k".into(), k: Some(1), value: 0.5, interval: None };
    run.record_metrics(&[metric]).unwrap();
    run.close().unwrap();
    place
}

#[test]
fn every_query_on_the_page_works() {
    let place = example();
    let reader = RunFile::open_read_only(&place.file()).unwrap();
    assert!(!blocks("sql").is_empty());
    for query in blocks("sql").iter().flat_map(|block| block.split(";\n")).filter(|query| !query.trim().is_empty()) {
        let rows = reader.all(query, [], |_| Ok(())).unwrap_or_else(|e| panic!("{query}: {e}"));
        assert!(!rows.is_empty(), "no rows: {query}");
    }
}

#[test]
fn every_table_view_and_column_is_on_the_page() {
    let place = example();
    let reader = RunFile::open_read_only(&place.file()).unwrap();
    let columns = "SELECT t.name, c.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
                   WHERE t.schema = 'main' AND t.name NOT LIKE 'sqlite_%'";
    for (table, column) in reader.all(columns, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap() {
        let (table, column): (String, String) = (table, column);
        let row = PAGE.lines().find(|line| line.starts_with(&format!("| `{table}` |")));
        let row = row.unwrap_or_else(|| panic!("`{table}` is not on the page"));
        assert!(row.contains(&format!("`{column}`")), "column {column} of {table} is not on the page");
    }
}

#[test]
fn python_reads_a_run_and_finds_the_digest_that_it_holds() {
    let place = example();
    for script in blocks("python") {
        let Ok(python) = Command::new("python3").args(["-c", script]).current_dir(place.folder.path()).output() else {
            return assay_testing::lacks("there is no python3");
        };
        let output = String::from_utf8_lossy(&python.stdout);
        assert!(python.status.success(), "{script}: {}", String::from_utf8_lossy(&python.stderr));
        assert!(!output.trim().is_empty() && !output.contains("False"), "{script}: {output}");
    }
    assert_eq!(blocks("python").len(), 2);
}
