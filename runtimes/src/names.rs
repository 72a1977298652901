//! Finds functions by the names that a module's custom `name` section gives them.

use std::collections::HashMap;

use wasmparser::{KnownCustom, Name, Parser, Payload};

use crate::lift::LiftError;

/// The index of each function in `wanted`, in that order.
///
/// # Errors
/// When the module is malformed, or has no function of such a name, or several.
pub(crate) fn functions(wasm: &[u8], wanted: &[&str]) -> Result<Vec<u32>, LiftError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut found: HashMap<&str, Vec<u32>> = wanted.iter().map(|name| (*name, Vec::new())).collect();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Name(names) = section.as_known() else { continue };
        for subsection in names {
            let Name::Function(functions) = subsection? else { continue };
            for naming in functions {
                let naming = naming?;
                if let Some(indices) = found.get_mut(naming.name) {
                    indices.push(naming.index);
                }
            }
        }
    }
    let unique = |name: &&str| match found[name][..] {
        [index] => Ok(index),
        [] => Err(LiftError::Unsupported(format!("it names no function {name}"))),
        _ => Err(LiftError::Unsupported(format!("it names several functions {name}"))),
    };
    wanted.iter().map(unique).collect()
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{Module, NameMap, NameSection};

    use super::*;

    fn module(names: &[(u32, &str)]) -> Vec<u8> {
        let mut functions = NameMap::new();
        names.iter().for_each(|(index, name)| functions.append(*index, name));
        let mut section = NameSection::new();
        section.functions(&functions);
        Module::new().section(&section).clone().finish()
    }

    #[test]
    fn functions_are_found_in_the_order_in_which_they_are_wanted() {
        let wasm = module(&[(0, "a"), (3, "b"), (7, "c")]);
        assert_eq!(functions(&wasm, &["c", "a"]).expect("both are named"), [7, 0]);
    }

    #[test]
    fn a_name_of_no_function_or_of_several_is_refused() {
        let wasm = module(&[(0, "a"), (3, "a")]);
        for (name, why) in [("a", "several functions a"), ("b", "no function b")] {
            let error = functions(&wasm, &[name]).expect_err("it names no single function");
            assert!(error.to_string().contains(why), "{error}");
        }
    }
}
