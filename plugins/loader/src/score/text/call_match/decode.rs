//! From an answer to the calls in it, as BFCL's `default_decode_ast_prompting` finds them.

use std::thread;

use ruff_python_ast::{DictItem, Expr, ExprCall, Mod, Number};
use ruff_python_parser::{Mode, ParseErrorType, ParseOptions, parse_unchecked};

use super::arithmetic;
use super::unparse::unparse;
use super::value::Value;
use crate::extract::nests_too_deep;

/// How many operators an argument may have.
const MOST_OPERATORS: usize = 400;

/// How much stack the parser gets, in bytes; what nests too deep for it is refused.
const STACK: usize = 64 << 20;

/// A call by keyword; what is given by position does not count.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Call {
    /// With dots, as it is written.
    pub(super) name: String,
    /// In the order in which they came first; without a name what `**` gives.
    pub(super) arguments: Vec<(Option<String>, Value)>,
}

/// The calls in `given`; `None` where it is not a list of calls in Python, or one call.
pub(super) fn decode(given: &str) -> Option<Vec<Call>> {
    let text = bracketed(given);
    if text.contains(['\0', '\u{feff}']) || nests_too_deep(&text, MOST_OPERATORS) {
        return None;
    }
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK);
        let read = thread.spawn_scoped(scope, || read(&text)).expect("threads can be started");
        read.join().expect("reading never panics")
    })
}

/// The text with the brackets that may be missing, without fences and quotes around it.
fn bracketed(given: &str) -> String {
    let stripped = given.trim_matches(['`', '\n', ' ']);
    let opening = if stripped.starts_with('[') { "" } else { "[" };
    let text = format!("{opening}{stripped}");
    let closing = if text.ends_with(']') { "" } else { "]" };
    let text = format!("{text}{closing}");
    let is_space = |c: char| c.is_whitespace() || ('\x1c'..='\x1f').contains(&c);
    text.trim_matches(is_space).trim_matches('\'').to_owned()
}

fn read(text: &str) -> Option<Vec<Call>> {
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Expression));
    // CPython's parser does not mind these; its compiler does, which BFCL does not use.
    let is_error = |error: &ParseErrorType| !matches!(error, ParseErrorType::DuplicateKeywordArgumentError(_));
    if parsed.errors().iter().any(|error| is_error(&error.error)) {
        return None;
    }
    let Mod::Expression(module) = parsed.into_syntax() else { return None };
    let elements = match &*module.body {
        Expr::Call(call) => return Some(vec![resolve_call(call, text)?]),
        Expr::List(of) => &of.elts,
        Expr::Tuple(of) => &of.elts,
        Expr::Set(of) => &of.elts,
        _ => return None,
    };
    let call = |element: &Expr| element.as_call_expr().and_then(|call| resolve_call(call, text));
    elements.iter().map(call).collect()
}

fn resolve_call(call: &ExprCall, text: &str) -> Option<Call> {
    let mut parts = Vec::new();
    let mut function = &*call.func;
    while let Expr::Attribute(of) = function {
        parts.push(of.attr.as_str());
        function = &of.value;
    }
    if let Expr::Name(name) = function {
        parts.push(name.id.as_str());
    }
    parts.reverse();
    let mut arguments: Vec<(Option<String>, Value)> = Vec::new();
    for keyword in &call.arguments.keywords {
        let name = keyword.arg.as_ref().map(ToString::to_string);
        let value = resolve(&keyword.value, text)?;
        match arguments.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => arguments.push((name, value)),
        }
    }
    Some(Call { name: parts.join("."), arguments })
}

/// The value that stands for an argument's expression.
fn resolve(expression: &Expr, text: &str) -> Option<Value> {
    let all = |items: &[Expr]| items.iter().map(|item| resolve(item, text)).collect::<Option<Vec<_>>>();
    match expression {
        Expr::EllipsisLiteral(_) => Some(Value::Text("...".to_owned())),
        Expr::UnaryOp(of) => negative(&of.operand),
        Expr::List(of) => all(&of.elts).map(Value::List),
        Expr::Tuple(of) => all(&of.elts).map(Value::Tuple),
        Expr::Dict(of) => dict(&of.items, |expression| resolve(expression, text)),
        Expr::BinOp(_) => arithmetic::value(expression),
        Expr::Name(name) => Some(Value::Text(name.id.to_string())),
        Expr::Call(call) if call.arguments.keywords.is_empty() => Some(Value::Text(unparse(expression, text))),
        Expr::Call(call) => {
            let Call { name, arguments } = resolve_call(call, text)?;
            let key = |name: Option<String>| name.map_or(Value::None, Value::Text);
            let arguments = arguments.into_iter().map(|(name, value)| (key(name), value)).collect();
            Some(Value::Dict(vec![(Value::Text(name), Value::Dict(arguments))]))
        }
        Expr::Subscript(of) => Some(Value::Text(format!("{}[{}]", unparse(&of.value, text), unparse(&of.slice, text)))),
        expression => constant(expression),
    }
}

/// The dict of a display, whose parts have the values that `resolve` gives.
pub(super) fn dict(items: &[DictItem], resolve: impl Fn(&Expr) -> Option<Value>) -> Option<Value> {
    let mut entries: Vec<(Value, Value)> = Vec::new();
    for item in items {
        let (key, value) = (resolve(item.key.as_ref()?)?, resolve(&item.value)?);
        if !key.is_hashable() {
            return None;
        }
        match entries.iter_mut().find(|(known, _)| known.equals(&key)) {
            Some((_, known)) => *known = value,
            None => entries.push((key, value)),
        }
    }
    Some(Value::Dict(entries))
}

/// Whatever operator stands before a number, BFCL takes it for a minus.
fn negative(operand: &Expr) -> Option<Value> {
    match constant(operand)? {
        Value::Float(value) => Some(Value::Float(-value)),
        Value::Complex => Some(Value::Complex),
        Value::Huge => Some(Value::Huge),
        value => value.whole().and_then(i128::checked_neg).map(Value::Int),
    }
}

/// The value of a literal that is no container.
pub(super) fn constant(expression: &Expr) -> Option<Value> {
    Some(match expression {
        Expr::NoneLiteral(_) => Value::None,
        Expr::BooleanLiteral(literal) => Value::Bool(literal.value),
        Expr::StringLiteral(literal) => Value::Text(literal.value.to_str().to_owned()),
        Expr::BytesLiteral(literal) => Value::Bytes(literal.value.bytes().collect()),
        Expr::NumberLiteral(literal) => match &literal.value {
            Number::Int(value) => value.to_string().parse().map_or(Value::Huge, Value::Int),
            Number::Float(value) => Value::Float(*value),
            Number::Complex { .. } => Value::Complex,
        },
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::value::entry;
    use super::*;

    fn arguments(text: &str) -> Option<Vec<(Option<String>, Value)>> {
        decode(text).and_then(|calls| calls.into_iter().next()).map(|call| call.arguments)
    }

    #[test]
    fn calls_are_found_with_and_without_brackets() {
        let names = |text: &str| decode(text).map(|calls| calls.into_iter().map(|call| call.name).collect::<Vec<_>>());
        assert_eq!(names("```\n[a.b.c(x=1), d()]\n```"), Some(vec!["a.b.c".to_owned(), "d".to_owned()]));
        assert_eq!(names("f(x=1)\n"), Some(vec!["f".to_owned()]));
        assert_eq!(names("'[f(x=1)]'"), None);
        assert_eq!(names(""), Some(vec![]));
        for text in
            ["```python\n[f()]\n```", "f(x=1) g()", "Sorry.", "[f(x=)]", "[1]", "[f]", "[f() for x in y]", "[*f()]"]
        {
            assert_eq!(names(text), None, "{text}");
        }
        assert_eq!(decode(&format!("f(x={}1{})", "[".repeat(10_000), "]".repeat(10_000))), None);
    }

    #[test]
    fn arguments_are_plain_values() {
        let value = |text: &str| arguments(&format!("f(x={text})")).map(|mut all| all.remove(0).1);
        let text = |text: &str| Some(Value::Text(text.to_owned()));
        assert_eq!(value("-1.5"), Some(Value::Float(-1.5)));
        assert_eq!(value("+2"), Some(Value::Int(-2)));
        assert_eq!(value("60 * (2 + 1)"), Some(Value::Int(180)));
        assert_eq!(
            (value("7 // 2 + 1 / 4"), value("-7 % 3 + 2 ** 3")),
            (Some(Value::Float(3.25)), Some(Value::Int(10)))
        );
        assert_eq!((value("a"), value("g(1,'b')"), value("a.b[ 0 ]")), (text("a"), text("g(1, 'b')"), text("a.b[0]")));
        assert_eq!((value("..."), value("'a' \"b\"")), (text("..."), text("ab")));
        assert_eq!((value("a.b"), value("1 < 2"), value("f'a'"), value("{1, 2}")), (None, None, None, None));
        let nested =
            Value::Dict(vec![(Value::Text("g".into()), Value::Dict(vec![(Value::Text("y".into()), Value::Int(1))]))]);
        assert_eq!(value("g(y=1)"), Some(nested));
        assert_eq!(
            value("{'a': 1, 'a': (2, None)}").map(|value| match value {
                Value::Dict(entries) => entry(&entries, &Value::Text("a".into())).cloned(),
                _ => None,
            }),
            Some(Some(Value::Tuple(vec![Value::Int(2), Value::None])))
        );
        assert_eq!(arguments("f(1, x=1, x=2, **y)").unwrap().len(), 2);
    }
}
