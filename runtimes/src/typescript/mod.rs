//! TypeScript, turned into JavaScript of the newest standard: types go, what is more than types is lowered as the
//! TypeScript compiler does it.
//!
//! The work is oxc's, whose functions call themselves as deep as a program is nested, and read some nestings again and
//! again. So [`scan`] refuses what is nested too deeply before it is parsed, [`depth`] what is too deep afterwards, and
//! [`stack`] has room for all that comes between.

mod decorators;
mod depth;
mod modules;
mod scan;
mod source_map;
mod stack;
#[cfg(test)]
mod tests;
mod translate;
mod words;

pub(crate) use translate::TYPESCRIPT;
