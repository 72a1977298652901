//! A table for spreadsheets: RFC 4180, a row for each sample, no texts of models but a verdict's reason.

use std::borrow::Cow;
use std::io::{self, Write};

use assay_api::Outcome;

use super::FullSample;

const COLUMNS: [&str; 17] = [
    "suite",
    "task_id",
    "sample_index",
    "verdict",
    "cause",
    "detail",
    "rule",
    "finish",
    "turns",
    "prompt_tokens",
    "completion_tokens",
    "first_token_ms",
    "total_ms",
    "attempts",
    "programs",
    "fuel",
    "peak_memory_bytes",
];

/// Writes the row of column names.
pub(super) fn write_head(out: &mut dyn Write) -> io::Result<()> {
    write_row(out, COLUMNS.map(Cow::Borrowed))
}

/// Writes a sample's row. What is not known is empty.
pub(super) fn write_sample(out: &mut dyn Write, sample: &FullSample) -> io::Result<()> {
    let turns = &sample.turns;
    let outcomes = || sample.programs.iter().map(|program| &program.outcome);
    let sum = |values: &dyn Fn(&super::SampleTurn) -> Option<u64>| {
        let known = turns.iter().filter_map(values).reduce(u64::saturating_add);
        known.map_or_else(String::new, |sum| sum.to_string())
    };
    let first_token = turns.first().and_then(|turn| turn.first_token_ms);
    write_row(
        out,
        [
            text(&sample.suite),
            text(&sample.task_id),
            sample.sample_index.to_string().into(),
            sample.verdict.map_or("", |verdict| verdict.name()).into(),
            text(sample.cause.as_deref().unwrap_or_default()),
            text(&sample.detail),
            text(sample.rule.as_deref().unwrap_or_default()),
            text(turns.last().and_then(|turn| turn.finish.as_deref()).unwrap_or_default()),
            turns.len().to_string().into(),
            sum(&|turn| turn.prompt_tokens).into(),
            sum(&|turn| turn.completion_tokens).into(),
            first_token.map_or_else(String::new, |ms| ms.to_string()).into(),
            sum(&|turn| turn.total_ms).into(),
            turns.iter().map(|turn| u64::from(turn.attempts)).sum::<u64>().to_string().into(),
            sample.programs.len().to_string().into(),
            outcomes().map(|outcome| outcome.fuel).fold(0, u64::saturating_add).to_string().into(),
            outcomes().map(|outcome: &Outcome| outcome.peak_memory_bytes).max().unwrap_or(0).to_string().into(),
        ],
    )
}

/// A text that a spreadsheet takes for a text: what begins like a formula gets an apostrophe before it.
fn text(value: &str) -> Cow<'_, str> {
    if value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\'']) {
        format!("'{value}").into()
    } else {
        value.into()
    }
}

fn write_row<'a>(out: &mut dyn Write, fields: impl IntoIterator<Item = Cow<'a, str>>) -> io::Result<()> {
    for (column, field) in fields.into_iter().enumerate() {
        if column > 0 {
            out.write_all(b",")?;
        }
        if field.contains(['"', ',', '\r', '\n']) {
            write!(out, "\"{}\"", field.replace('"', "\"\""))?;
        } else {
            out.write_all(field.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(fields: &[&str]) -> String {
        let mut out = Vec::new();
        write_row(&mut out, fields.iter().map(|field| text(field))).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_what_needs_quotes_has_them() {
        assert_eq!(row(&["a b", "", "é"]), "a b,,é\r\n");
        assert_eq!(
            row(&["a,b", "say \"no\"", "two\nlines", "cr\r"]),
            "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\",\"cr\r\"\r\n"
        );
    }

    #[test]
    fn no_text_is_a_formula() {
        assert_eq!(row(&["=1+1", "+1", "-1", "@a", "'a", "a=1"]), "'=1+1,'+1,'-1,'@a,''a,a=1\r\n");
        assert_eq!(row(&["\t=1", "\n=1"]), "'\t=1,\"'\n=1\"\r\n");
    }
}
