//! Which blocks of a function special ways lead to.

use std::collections::HashSet;

use wasmparser::{Catch, FunctionBody, Operator};

use crate::lift::LiftError;

/// The blocks to whose labels special ways lead: each by which operator it is, from one on; zero is the function.
#[derive(Debug, Default)]
pub(super) struct Ways {
    /// Those of exceptions.
    pub(super) caught: HashSet<usize>,
    /// Those of a `br_table`, which has one count for all of them.
    pub(super) selected: HashSet<usize>,
}

impl Ways {
    /// # Errors
    /// When the function is malformed.
    pub(super) fn of(body: &FunctionBody<'_>) -> Result<Self, LiftError> {
        let mut operators = body.get_operators_reader()?;
        let mut ways = Ways::default();
        let mut blocks = vec![0];
        let mut ordinal = 0;
        while !operators.eof() {
            ordinal += 1;
            let block = |label: u32| blocks.iter().rev().nth(label as usize).copied();
            match operators.read()? {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => blocks.push(ordinal),
                Operator::TryTable { try_table } => {
                    for catch in try_table.catches {
                        let (Catch::One { label, .. }
                        | Catch::OneRef { label, .. }
                        | Catch::All { label }
                        | Catch::AllRef { label }) = catch;
                        ways.caught.extend(block(label));
                    }
                    blocks.push(ordinal);
                }
                Operator::BrTable { targets } => {
                    ways.selected.extend(block(targets.default()));
                    for label in targets.targets() {
                        ways.selected.extend(block(label?));
                    }
                }
                Operator::End => {
                    blocks.pop();
                }
                _ => {}
            }
        }
        Ok(ways)
    }
}
