//! Answers that are to follow instructions, as IFEval judges them.

mod following;
mod instruction;
mod json;
mod keyword;
mod language;
mod python;
mod sentences;
mod tokens;
mod twister;
mod words;

pub use following::{INSTRUCTION_METRICS, instructions};
pub use instruction::Instruction;
