//! The calls that are right for a task, as BFCL lists them, and the verdict on an answer.

use std::collections::BTreeSet;

use assay_api::Verdict;
use serde_json::Value as Json;

use super::compare;
use super::decode::{Call, decode};
use super::signature::Function;
use super::value::Value;
use crate::score::outcome::failed;

/// What an answer is to call.
#[derive(Debug)]
pub enum ExpectedCalls {
    /// These, in any order, and no others.
    These(Vec<RightCall>),
    /// Nothing.
    Nothing,
    /// Anything.
    Anything,
}

/// A call that is right: the function, and the values that each of its parameters may have.
#[derive(Debug)]
pub struct RightCall {
    function: Function,
    parameters: Vec<(String, Vec<Value>)>,
}

impl RightCall {
    /// The calls that `calls` lists of `functions`, both lists as BFCL's data has them.
    ///
    /// # Errors
    /// When one is malformed, or the function is not described: what is wrong, for humans.
    pub fn list(functions: &[Json], calls: &[Json]) -> Result<Vec<RightCall>, String> {
        calls.iter().map(|call| RightCall::new(functions, call)).collect()
    }

    fn new(functions: &[Json], call: &Json) -> Result<RightCall, String> {
        let one = call
            .as_object()
            .and_then(|call| call.iter().next())
            .filter(|_| call.as_object().map(|c| c.len()) == Some(1));
        let (name, parameters) = one.ok_or("a call is no object with one function")?;
        let described = functions.iter().find(|function| function.get("name").and_then(Json::as_str) == Some(name));
        let function =
            described.and_then(Function::new).ok_or_else(|| format!("function {name:?} is not described"))?;
        let values = |(parameter, values): (&String, &Json)| {
            let values = values.as_array().map(|values| values.iter().map(Value::from).collect());
            let values = values.ok_or_else(|| format!("{name}: `{parameter}` has no list of values"))?;
            if function.has(parameter) && function.kind(parameter).is_none() {
                return Err(format!("{name}: the type of `{parameter}` is unknown"));
            }
            Ok((parameter.clone(), values))
        };
        let parameters = parameters.as_object().ok_or_else(|| format!("{name}: no parameters"))?;
        let parameters = parameters.iter().map(values).collect::<Result<_, String>>()?;
        Ok(RightCall { function, parameters })
    }

    /// What is wrong with `call`, for humans.
    fn check(&self, call: &Call) -> Result<(), String> {
        let RightCall { function, parameters } = self;
        if call.name != function.name {
            return Err(format!("calls {:?}, not {:?}", call.name, function.name));
        }
        let given: BTreeSet<&str> = call.arguments.iter().filter_map(|(name, _)| name.as_deref()).collect();
        if let Some(missing) = function.required.iter().find(|name| !given.contains(name.as_str())) {
            return Err(format!("{}: {missing} is missing", call.name));
        }
        for (name, value) in &call.arguments {
            let named = name.as_ref().and_then(|name| parameters.iter().find(|(known, _)| known == name));
            let found = named.and_then(|(name, allowed)| Some((name, allowed, function.kind(name)?)));
            let Some((name, allowed, kind)) = found else {
                return Err(format!("{}: {} is no parameter", call.name, name.as_deref().unwrap_or("**")));
            };
            compare::check(value, allowed, kind).map_err(|problem| format!("{}: {name} {problem}", call.name))?;
        }
        let optional = |allowed: &[Value]| allowed.iter().any(Value::is_blank);
        let missing = parameters.iter().find(|(name, allowed)| !given.contains(name.as_str()) && !optional(allowed));
        missing.map_or(Ok(()), |(name, _)| Err(format!("{}: {name} is missing", call.name)))
    }

    /// The call with the first value that each parameter may have, in Python; where that is to leave it out, it is left out unless it
    /// is required.
    pub(super) fn gold(&self) -> String {
        let described = self.parameters.iter().filter(|(name, _)| self.function.has(name));
        let arguments = described.filter_map(|(name, allowed)| {
            let first = allowed.first()?;
            let is_required = self.function.required.contains(name);
            let value = match first.is_blank() {
                false => first,
                true if is_required => allowed.iter().find(|value| !value.is_blank()).unwrap_or(first),
                true => return None,
            };
            Some(format!("{name}={}", super::gold::written(value, self.function.kind(name)?)))
        });
        format!("{}({})", self.function.name, arguments.collect::<Vec<_>>().join(", "))
    }
}

/// The verdict where the answer `given` is to be calls of functions, written as a Python list.
///
/// Each right call, in their order, takes the first of the answer's calls that fits and that none before took. A failure's
/// cause is `text`.
#[must_use]
pub fn call_match(given: &str, expected: &ExpectedCalls) -> Verdict {
    let calls = decode(given);
    let calls_something = calls.as_ref().is_some_and(|calls| !calls.is_empty());
    match expected {
        ExpectedCalls::Nothing if !calls_something => Verdict::Passed,
        ExpectedCalls::Nothing => failed("text", "calls a function"),
        ExpectedCalls::Anything if calls_something => Verdict::Passed,
        ExpectedCalls::Anything => failed("text", "calls no function"),
        ExpectedCalls::These(right) => match calls {
            None => failed("text", "the answer is no list of calls"),
            Some(calls) if calls.len() != right.len() => {
                failed("text", &format!("has {} calls, not {}", calls.len(), right.len()))
            }
            Some(calls) => match unmatched(calls, right) {
                None => Verdict::Passed,
                Some(problem) => failed("text", &problem),
            },
        },
    }
}

/// Why the first right call that has no match has none; `None` where all have one.
fn unmatched(mut calls: Vec<Call>, right: &[RightCall]) -> Option<String> {
    for right in right {
        let problems: Vec<Result<(), String>> = calls.iter().map(|call| right.check(call)).collect();
        match problems.iter().position(Result::is_ok) {
            Some(index) => drop(calls.remove(index)),
            None => return problems.into_iter().find_map(Result::err),
        }
    }
    None
}
