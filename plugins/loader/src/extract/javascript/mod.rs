//! Answers in JavaScript and TypeScript, and as much of their grammar as finding them needs: tokens, brackets, and
//! where the items at the top level begin and end. Everything is linear in the text's length.

mod answer;
pub(super) mod continuation;
mod module;
pub(super) mod reply;
mod scan;

use module::Module;

/// `named`, if the prompt declares it, or else what the prompt's last declaration declares.
pub(super) fn function_name<'a>(prompt: &'a str, named: Option<&'a str>) -> &'a str {
    let module = Module::parse(prompt);
    let last = || module.items.iter().rev().find_map(|item| item.names.first().copied());
    named.filter(|name| module.declares(name)).or_else(last).or(named).unwrap_or_default()
}

#[cfg(test)]
mod tests;
