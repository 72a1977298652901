use std::io::{self, Write};

use super::layout::{columns, fit};
use super::{Role, Style};

/// What a cell or a title says, and what it is.
pub(super) type Cell = (Role, String);

/// Rows of text in aligned columns, two columns of space between them. The first column holds the rows'
/// labels, aligned left; the others hold values, aligned right.
///
/// Where the width does not hold all columns the table continues below, with the labels again.
#[derive(Debug, Default)]
pub(super) struct Table {
    titles: Vec<String>,
    rows: Vec<Vec<Cell>>,
}

const GAP: usize = 2;

impl Table {
    pub(super) fn new(titles: impl IntoIterator<Item = String>) -> Table {
        Table { titles: titles.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row. Cells that are missing at its end are empty; those beyond the titles are not shown.
    pub(super) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(super) fn write(&self, out: &mut impl Write, style: &Style, indent: usize) -> io::Result<()> {
        let available = style.columns().saturating_sub(indent);
        for (i, block) in self.blocks(available).iter().enumerate() {
            if i > 0 {
                writeln!(out)?;
            }
            let titles: Vec<Cell> = self.titles.iter().map(|title| (Role::Dim, title.clone())).collect();
            for row in std::iter::once(&titles).chain(&self.rows) {
                write_row(out, style, indent, block, row)?;
            }
        }
        Ok(())
    }

    /// Which columns stand beside each other, and how wide each is.
    fn blocks(&self, available: usize) -> Vec<Vec<(usize, usize)>> {
        let natural: Vec<usize> = (0..self.titles.len()).map(|column| self.natural_width(column)).collect();
        let Some((label, values)) = natural.split_first() else { return Vec::new() };
        let needed: usize = values.iter().map(|width| width + GAP).sum();
        // Labels give way down to a third of the line, then columns move below.
        let label = (*label).min(available.saturating_sub(needed).max(available / 3));

        let mut blocks = vec![vec![(0, label)]];
        let mut taken = label;
        for (i, width) in values.iter().enumerate() {
            let width = (*width).min(available.saturating_sub(label + GAP));
            if taken + GAP + width > available {
                blocks.push(vec![(0, label)]);
                taken = label;
            }
            taken += GAP + width;
            blocks.last_mut().expect("starts with one block").push((i + 1, width));
        }
        blocks
    }

    fn natural_width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|(_, text)| columns(text));
        cells.chain([columns(&self.titles[column])]).max().unwrap_or(0)
    }
}

fn write_row(
    out: &mut impl Write,
    style: &Style,
    indent: usize,
    block: &[(usize, usize)],
    row: &[Cell],
) -> io::Result<()> {
    // Spaces wait until a text follows: no line ends in them.
    let mut spaces = indent;
    for (column, width) in block {
        let (role, text) = row.get(*column).map_or((Role::Plain, ""), |(role, text)| (*role, text.as_str()));
        let text = fit(text, *width, style);
        let rest = width - columns(&text);
        let (before, after) = if *column == 0 { (0, rest) } else { (rest, 0) };
        if text.is_empty() {
            spaces += width + GAP;
            continue;
        }
        write!(out, "{:1$}{2}", "", spaces + before, style.paint(role, text))?;
        spaces = after + GAP;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(width: usize) -> String {
        let mut table = Table::new(["task", "a model", "b"].map(str::to_owned));
        table.row([
            (Role::Plain, "HumanEval/0".to_owned()),
            (Role::Good, "5/5".to_owned()),
            (Role::Bad, "0/5".to_owned()),
        ]);
        table.row([(Role::Plain, "模型".to_owned()), (Role::Good, String::new()), (Role::Bad, "1/5".to_owned())]);
        table.row([(Role::Plain, "short".to_owned())]);
        let mut out = Vec::new();
        table.write(&mut out, &Style { color: false, width, unicode: true }, 1).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_aligned_and_lines_do_not_end_in_spaces() {
        insta::assert_snapshot!(shown(40));
        assert!(shown(40).lines().all(|line| line == line.trim_end()));
    }

    #[test]
    fn columns_that_do_not_fit_continue_below_and_labels_are_cut() {
        insta::assert_snapshot!(shown(20));
    }

    #[test]
    fn no_width_makes_a_line_too_long() {
        for width in 0..60 {
            assert!(shown(width).lines().all(|line| columns(line) <= width.max(20)), "{}", shown(width));
        }
    }
}
